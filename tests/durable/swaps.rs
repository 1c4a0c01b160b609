//! Pages that others change, or look at, while their posts are written.

use super::*;

/// What becomes of the page while its post is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Swap {
    Edit,
    Remove,
    Link,
    Folder,
    FolderAboveIsALink,
    FolderAboveIsElsewhere,
}

#[rstest]
fn a_page_that_is_swapped_meanwhile_is_never_written_through(
    #[values(
        Swap::Edit,
        Swap::Remove,
        Swap::Link,
        Swap::Folder,
        Swap::FolderAboveIsALink,
        Swap::FolderAboveIsElsewhere
    )]
    swap: Swap,
) {
    let mut sandbox = site("zola", &["deep/salt"]);
    let text = stub("salt");
    let outside = sandbox.path("outside");
    sandbox.write("outside/salt.md", &text);
    let folder = sandbox.path("site/content/posts/deep");
    let page = folder.join("salt.md");
    let away = sandbox.path("site/away");
    let swapped = {
        let (page, folder, outside, away) =
            (page.clone(), folder.clone(), outside.clone(), away.clone());
        move |_: &str| match swap {
            Swap::Edit => fs::write(&page, "A person's words.").unwrap(),
            Swap::Remove => fs::remove_file(&page).unwrap(),
            Swap::Link => {
                fs::remove_file(&page).unwrap();
                symlink(outside.join("salt.md"), &page).unwrap();
            }
            Swap::Folder => {
                fs::remove_file(&page).unwrap();
                fs::create_dir(&page).unwrap();
            }
            Swap::FolderAboveIsALink => {
                fs::rename(&folder, &away).unwrap();
                symlink(&outside, &folder).unwrap();
            }
            Swap::FolderAboveIsElsewhere => {
                fs::rename(&folder, &away).unwrap();
                fs::create_dir(&folder).unwrap();
            }
        }
    };
    let server = writer(swapped);
    let run = generate(&mut sandbox, &server, &[]).expect(1);
    let (state, kind) = told(&run, "content/posts/deep/salt.md");
    let expected = match swap {
        Swap::Edit | Swap::Remove | Swap::FolderAboveIsElsewhere => "page-changed",
        Swap::Link | Swap::Folder => "not-a-file",
        Swap::FolderAboveIsALink => "outside-site",
    };
    assert_eq!(
        (state.as_str(), kind.as_str()),
        ("failed", expected),
        "{}",
        run.stderr
    );
    assert_eq!(fs::read_to_string(outside.join("salt.md")).unwrap(), text);
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
    if swap == Swap::Edit {
        assert_eq!(fs::read_to_string(&page).unwrap(), "A person's words.");
    }
    assert_eq!(temporary_files(&sandbox), [""; 0].map(PathBuf::from));
    // The reply was paid for once: where the stub is itself again, it is the post without a request.
    assert_eq!(sandbox.records().len(), 1);
    if folder.is_symlink() {
        fs::remove_file(&folder).unwrap();
    } else {
        fs::remove_dir_all(&folder).unwrap();
    }
    sandbox.write("site/content/posts/deep/salt.md", &text);
    generate(&mut sandbox, &server, &[]).expect(0);
    assert_eq!(server.seen().len(), 1);
    assert!(fs::read_to_string(&page).unwrap().contains("The last one."));
}

#[test]
fn readers_see_the_stub_or_the_post_and_nothing_between() {
    let mut sandbox = site("zola", &["salt"]);
    let page = sandbox.path("site/content/posts/salt.md");
    let server = writer(|_| ());
    generate(&mut sandbox, &server, &[]).expect(0);
    let post = fs::read(&page).unwrap();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = [0_u32; 2];
            while !stop.load(Ordering::Relaxed) {
                let now = fs::read(&page).unwrap();
                let is_post = now == post;
                assert!(is_post || now == stub("salt").into_bytes(), "half a page");
                seen[usize::from(is_post)] += 1;
            }
            seen
        });
        for _ in 0..15 {
            sandbox.run(&["restore", "content/posts/salt.md"]).expect(0);
            sandbox.run(&["generate", "--offline"]).expect(0);
        }
        stop.store(true, Ordering::Relaxed);
        let seen = reader.join().unwrap();
        assert!(seen.iter().all(|times| *times > 0), "{seen:?}");
    });
}
