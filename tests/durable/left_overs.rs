//! What killed runs have left.

use super::*;

/// A file that a killed run has left beside a page is nothing to a generator, and goes with the next run.
#[rstest]
fn what_a_killed_run_left_is_not_built_and_is_swept(#[values("zola", "hugo")] generator: &str) {
    let programs = generators::all().unwrap();
    let program = if generator == "zola" {
        &programs.zola
    } else {
        &programs.hugo
    };
    let mut sandbox = site(generator, &["salt", "bundle/index"]);
    let left: Vec<String> = [
        "content",
        "content/posts",
        "content/posts/bundle",
        ".postwright",
        ".postwright/replies",
        ".postwright/tmp",
    ]
    .iter()
    .map(|folder| format!("site/{folder}/.pw-ab12cd34.tmp"))
    .collect();
    for file in &left {
        sandbox.write(file, "+++\ntitle = \"Left over\"\n+++\nhalf a pa");
        let file = fs::File::options()
            .write(true)
            .open(sandbox.path(file))
            .unwrap();
        file.set_modified(std::time::SystemTime::now() - Duration::from_mins(1))
            .unwrap();
    }
    // These only look alike, and are an author's.
    let own = [
        "site/content/posts/.pw-notes.tmp",
        "site/content/posts/.pw-ab12cd34.md.tmp",
    ];
    for file in own {
        sandbox.write(file, "An author's.");
    }
    let server = writer(|_| ());
    generate(&mut sandbox, &server, &["--record-only"]).expect(0);
    for file in &left {
        assert!(!sandbox.path(file).exists(), "{file}");
        sandbox.write(file, "+++\ntitle = \"Left over\"\n+++\nhalf a pa");
    }
    generate(&mut sandbox, &server, &[]).expect(0);
    for file in &left {
        sandbox.write(file, "+++\ntitle = \"Left over\"\n+++\nhalf a pa");
    }
    let public = build(program, &sandbox.path("site"));
    let mut built = Vec::new();
    files(&public, &mut built);
    for file in built {
        let name = file.display().to_string();
        assert!(!name.contains(".pw-ab12cd34"), "{name}");
        let text = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
        assert!(!text.contains("Left over"), "{name}");
    }
    for file in own {
        assert_eq!(sandbox.read(file), "An author's.");
    }
}

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// Whatever writes into a site clears away what a killed run has left there, and nothing that is somebody's.
#[rstest]
#[case::generate(&["generate", "--offline"])]
#[case::accept(&["accept", "content/posts/wind.md", "--reply", "reply.txt"])]
#[case::restore(&["restore", "content/posts/salt.md"])]
#[case::check(&["check", "--fix"])]
#[case::new(&["new", "Another topic", "--section", "posts"])]
fn what_writes_sweeps(#[case] arguments: &[&str]) {
    let mut sandbox = site("zola", &["salt"]);
    let server = writer(|_| ());
    generate(&mut sandbox, &server, &[]).expect(0);
    sandbox.write(
        "site/content/posts/wind.md",
        &stub("wind").replace("false", "true"),
    );
    sandbox.write("site/reply.txt", &reply("wind"));
    let put = |file: &str| {
        sandbox.write(file, "half a pa");
        let file = fs::File::options()
            .write(true)
            .open(sandbox.path(file))
            .unwrap();
        let past = std::time::SystemTime::now() - Duration::from_mins(1);
        file.set_modified(past).unwrap();
        file
    };
    let left = [
        "site/content/posts/.pw-ab12cd34.tmp",
        "site/.postwright/tmp/.pw-ab12cd34.tmp",
    ];
    for file in left {
        drop(put(file));
    }
    // Another process is about to give this one its place.
    let in_use = "site/content/posts/.pw-ab12cd35.tmp";
    let file = put(in_use);
    file.lock().unwrap();
    sandbox.run(arguments).expect(0);
    for file in left {
        assert!(!sandbox.path(file).exists(), "{file}");
    }
    assert_eq!(sandbox.read(in_use), "half a pa");
}
