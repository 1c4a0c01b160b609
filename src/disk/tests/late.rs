//! What others do at the last moment, and room that was set aside before it.

use super::*;

/// Between the last look at a page and the moment in which the post takes its place, an editor may save.
#[cfg(target_os = "linux")]
#[test]
fn what_a_person_saves_at_the_last_moment_comes_back() -> Outcome {
    let (dir, root) = site();
    let file = dir.path().join("a.md");
    let place = root.place(&file)?;
    let post = || {
        let mut post = temporary::Temporary::create(&place.dir)?;
        std::io::Write::write_all(&mut post.file, b"post").map(|()| post)
    };
    fs::write(&file, "edit")?;
    let swapped = write::exchange(&place, post()?, b"stub", b"post");
    assert!(matches!(swapped, Err(Error::Changed { .. })));
    assert_eq!(fs::read(&file)?, b"edit");
    assert_eq!(names(dir.path()), ["a.md"]);

    fs::remove_file(&file)?;
    fs::create_dir(&file)?;
    assert!(write::exchange(&place, post()?, b"stub", b"post").is_err());
    assert!(file.is_dir());
    fs::remove_dir(&file)?;
    let swapped = write::exchange(&place, post()?, b"stub", b"post");
    assert!(matches!(swapped, Err(Error::Changed { .. })));
    assert_eq!(names(dir.path()), [""; 0]);

    fs::write(&file, "stub")?;
    write::exchange(&place, post()?, b"stub", b"post")?;
    assert_eq!(fs::read(&file)?, b"post");
    assert_eq!(names(dir.path()), ["a.md"]);
    Ok(())
}

/// What a person wrote and cannot be put back is no left-over that a later run may sweep.
#[test]
fn what_cannot_be_put_back_is_set_aside_for_good() -> Outcome {
    let (dir, root) = site();
    let place = root.place(&dir.path().join("a.md"))?;
    let mut file = temporary::Temporary::create(&place.dir)?;
    std::io::Write::write_all(&mut file.file, b"edit")?;
    let error = write::set_aside(&place, file, std::io::Error::other("no"));
    assert_eq!(error.kind(), "page-changed");
    let found = names(dir.path());
    assert_eq!(found.len(), 1);
    assert!(error.to_string().contains(&found[0]), "{error}");
    assert!(!is_temporary(Path::new(&found[0])), "{found:?}");
    assert_eq!(fs::read(dir.path().join(&found[0]))?, b"edit");
    Ok(())
}

/// A run that is killed between the two exchanges leaves what a person saved under the temporary name. Its own bytes, and
/// those that it was to replace, are left there by a run that is killed right before or after them.
#[test]
fn only_what_is_nobodys_is_swept_after_a_swap() -> Outcome {
    let (dir, root) = site();
    let place = root.place(&dir.path().join("a-b.md"))?;
    let left = |bytes: &str| -> std::io::Result<()> {
        let mut file = temporary::Temporary::create(&place.dir)?;
        file.before_swap(&place.name, b"stub", b"post")?;
        std::io::Write::write_all(&mut file.file, bytes.as_bytes())?;
        let past = std::time::SystemTime::now() - std::time::Duration::from_mins(1);
        file.file.set_modified(past)?;
        file.file.unlock()?;
        file.stay();
        Ok(())
    };
    for bytes in ["stub", "post", "edit", "other"] {
        left(bytes)?;
    }
    let found = names(dir.path());
    assert_eq!(found.len(), 4);
    assert!(
        found.iter().all(|name| is_temporary(Path::new(name))),
        "{found:?}"
    );
    let lock = root.lock("now", |_| ())?;
    let kept = lock.sweep(dir.path());
    let mut texts = Vec::new();
    for file in &kept {
        let name = file.file_name().and_then(OsStr::to_str).unwrap_or_default();
        assert!(
            name.starts_with("a-b.md.pw-") && file.extension() == Some(OsStr::new("kept")),
            "{name}"
        );
        texts.push(fs::read_to_string(file)?);
    }
    texts.sort();
    assert_eq!(texts, ["edit", "other"]);
    assert_eq!(names(dir.path()).len(), 3, "with .postwright");
    assert!(lock.sweep(dir.path()).is_empty());
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_folder_that_becomes_a_link_is_not_written_through() -> Outcome {
    let (dir, root) = site();
    let (outside, _) = site();
    root.make_dir(Path::new("posts"))?;
    let file = dir.path().join("posts/a.md");
    fs::write(&file, "stub")?;
    fs::write(outside.path().join("a.md"), "stub")?;
    let place = root.place(&file)?;
    fs::rename(dir.path().join("posts"), dir.path().join("away"))?;
    std::os::unix::fs::symlink(outside.path(), dir.path().join("posts"))?;
    // What was opened is the folder that was meant, wherever it is now.
    write::replace(place, b"post", Expect::Bytes(b"stub"))?;
    assert_eq!(fs::read(outside.path().join("a.md"))?, b"stub");
    assert_eq!(fs::read(dir.path().join("away/a.md"))?, b"post");
    let again = root.write_atomic(&file, b"post", Expect::Bytes(b"stub"));
    assert!(matches!(again, Err(Error::Outside { .. })), "{again:?}");
    assert!(dir::Dir::open(dir.path(), Path::new("posts")).is_err());
    Ok(())
}

#[test]
fn room_that_was_set_aside_takes_the_file() -> Outcome {
    let (dir, root) = site();
    let room = root.reserve(Path::new(""), 64 * 1024)?;
    assert_eq!(names(dir.path()).len(), 1);
    root.write_into(room, Path::new("a.md"), b"reply")?;
    assert_eq!(fs::read(dir.path().join("a.md"))?, b"reply");
    let room = root.reserve(Path::new(""), 64 * 1024)?;
    let taken = root.write_into(room, Path::new("a.md"), b"other");
    assert!(matches!(taken, Err(Error::Exists { .. })));
    drop(root.reserve(Path::new(""), 64 * 1024)?);
    assert_eq!(names(dir.path()), ["a.md"], "room is given back");

    root.reserve_end(Path::new("b.partial"), 64 * 1024)?;
    root.append(Path::new("b.partial"), b"text")?;
    root.give_back_end(Path::new("b.partial"))?;
    assert_eq!(fs::read(dir.path().join("b.partial"))?, b"text");
    Ok(())
}
