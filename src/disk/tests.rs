use std::fs;

use super::*;
use crate::generator::Files;

mod late;

type Outcome = std::result::Result<(), Box<dyn std::error::Error>>;

fn site() -> (tempfile::TempDir, Root) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = Root::open(dir.path()).expect("a root");
    (dir, root)
}

fn names(dir: &Path) -> Vec<String> {
    let entries = list(dir).expect("a list");
    let name = |(name, _): (OsString, _)| name.into_string().expect("text");
    entries.into_iter().map(name).collect()
}

#[test]
fn reading_stops_at_the_limit_and_at_anything_but_a_file() -> Outcome {
    let (dir, _) = site();
    let file = dir.path().join("a.md");
    fs::write(&file, "12345")?;
    assert_eq!(read(&file, 5)?, b"12345");
    assert!(matches!(
        read(&file, 4),
        Err(Error::TooLarge { limit: 4, .. })
    ));
    assert_eq!(read_start(&file, 2)?, b"12");
    assert!(matches!(
        read(dir.path(), 5),
        Err(Error::NotAFile {
            what: "a folder",
            ..
        })
    ));
    assert!(read(&dir.path().join("none"), 5).is_err_and(|error| error.is_not_found()));
    assert!(read(&file.join("below"), 5).is_err_and(|error| error.is_not_found()));
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_opened() -> Outcome {
    let (dir, _) = site();
    let pipe = dir.path().join("pipe.md");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status()?;
    assert!(made.success());
    assert!(matches!(read(&pipe, 5), Err(Error::NotAFile { .. })));
    assert_eq!(list(dir.path())?, [("pipe.md".into(), EntryKind::Other)]);
    Ok(())
}

#[test]
fn what_is_not_text_is_named_by_line_and_byte() -> Outcome {
    let (dir, _) = site();
    let file = dir.path().join("a\u{1b}.md");
    fs::write(&file, b"\xef\xbb\xbfone\r\ntwo \xff")?;
    let Err(error) = read_text(&file, 99) else {
        return Err("not UTF-8".into());
    };
    assert!(matches!(
        error,
        Error::NotText {
            byte: 12,
            line: 2,
            ..
        }
    ));
    assert!(
        error.to_string().contains("a\\u{1b}.md:2: byte 12"),
        "{error}"
    );
    fs::write(&file, "\u{feff}one")?;
    assert_eq!(read_text(&file, 99)?, "\u{feff}one");
    Ok(())
}

#[test]
fn a_file_is_replaced_only_while_it_is_what_was_read() -> Outcome {
    let (dir, root) = site();
    let file = dir.path().join("a.md");
    fs::write(&file, "stub")?;
    root.write_atomic(&file, b"a longer post", Expect::Bytes(b"stub"))?;
    assert_eq!(fs::read(&file)?, b"a longer post");

    for other in [&b"stub"[..], b"a longer pose", b""] {
        let result = root.write_atomic(Path::new("a.md"), b"x", Expect::Bytes(other));
        assert!(matches!(result, Err(Error::Changed { .. })));
    }
    let result = root.write_atomic(&file, b"x", Expect::Absent);
    assert!(matches!(result, Err(Error::Exists { .. })));
    assert_eq!(fs::read(&file)?, b"a longer post");

    fs::remove_file(&file)?;
    let result = root.write_atomic(&file, b"x", Expect::Bytes(b"a longer post"));
    assert!(matches!(result, Err(Error::Changed { .. })));
    root.write_atomic(&file, b"new", Expect::Absent)?;
    assert_eq!(fs::read(&file)?, b"new");
    assert_eq!(names(dir.path()), ["a.md"], "no temporary file is left");
    Ok(())
}

#[test]
fn what_a_person_writes_while_we_write_is_kept() -> Outcome {
    let (dir, root) = site();
    let file = dir.path().join("a.md");
    fs::write(&file, "stub")?;
    let prepared = write::prepare(root.place(&file)?, b"post", Expect::Bytes(b"stub"))?;
    assert_eq!(fs::read(&file)?, b"stub");
    fs::write(&file, "edit")?;
    assert!(matches!(prepared.commit(), Err(Error::Changed { .. })));
    assert_eq!(fs::read(&file)?, b"edit");

    let new = dir.path().join("b.md");
    let prepared = write::prepare(root.place(&new)?, b"post", Expect::Absent)?;
    fs::write(&new, "edit")?;
    assert!(matches!(prepared.commit(), Err(Error::Exists { .. })));
    assert_eq!(fs::read(&new)?, b"edit");

    let prepared = write::prepare(root.place(&file)?, b"post", Expect::Bytes(b"edit"))?;
    fs::remove_file(&file)?;
    fs::create_dir(&file)?;
    assert!(matches!(prepared.commit(), Err(Error::NotAFile { .. })));
    assert_eq!(
        names(dir.path()),
        ["a.md", "b.md"],
        "no temporary file is left"
    );
    Ok(())
}

#[cfg(unix)]
#[test]
fn links_are_never_written_through() -> Outcome {
    use std::os::unix::fs::symlink;
    let (dir, root) = site();
    let (outside, _) = site();
    let target = outside.path().join("target.md");
    fs::write(&target, "stub")?;
    symlink(&target, dir.path().join("link.md"))?;
    symlink(outside.path().join("none"), dir.path().join("dangling.md"))?;
    symlink(outside.path(), dir.path().join("folder"))?;

    let link = root.write_atomic(Path::new("link.md"), b"x", Expect::Bytes(b"stub"));
    assert!(matches!(
        link,
        Err(Error::NotAFile {
            what: "a symbolic link",
            ..
        })
    ));
    assert!(matches!(
        root.append(Path::new("link.md"), b"x"),
        Err(Error::NotAFile { .. })
    ));
    assert!(matches!(
        root.remove(Path::new("link.md")),
        Err(Error::NotAFile { .. })
    ));
    let dangling = root.write_atomic(Path::new("dangling.md"), b"x", Expect::Absent);
    assert!(matches!(dangling, Err(Error::Exists { .. })));
    let through = root.write_atomic(Path::new("folder/target.md"), b"x", Expect::Bytes(b"stub"));
    assert!(matches!(through, Err(Error::Outside { .. })));
    assert!(root.make_dir(Path::new("folder/new")).is_err());
    assert_eq!(fs::read(&target)?, b"stub");
    assert_eq!(names(outside.path()), ["target.md"]);
    Ok(())
}

#[test]
fn nothing_outside_the_root_is_admitted() {
    let (dir, root) = site();
    for path in ["../x.md", "a/../../x.md", "..", "", "/etc/x.md"] {
        let result = root.write_atomic(Path::new(path), b"x", Expect::Absent);
        assert!(result.is_err(), "{path}");
    }
    for path in ["..", "a/../..", "/etc"] {
        assert!(root.make_dir(Path::new(path)).is_err(), "{path}");
    }
    assert!(names(dir.path()).iter().all(|name| name == "a"));
    let sub = root
        .make_dir(Path::new("content/./blog"))
        .expect("a folder");
    assert_eq!(root.make_dir(&sub).expect("the same folder"), sub);
    assert!(root.admit(&sub.join("x.md")).is_ok());
}

#[cfg(unix)]
#[test]
fn modes_are_those_of_the_old_file_or_of_the_umask() -> Outcome {
    use std::os::unix::fs::PermissionsExt;
    let (dir, root) = site();
    let mode = |name: &str| -> std::io::Result<u32> {
        Ok(fs::metadata(dir.path().join(name))?.permissions().mode() & 0o7777)
    };
    fs::write(dir.path().join("plain.md"), "by any program")?;
    root.write_atomic(Path::new("new.md"), b"x", Expect::Absent)?;
    assert_eq!(mode("new.md")?, mode("plain.md")?);
    for wanted in [0o640, 0o444, 0o755] {
        let file = dir.path().join("old.md");
        fs::write(&file, "stub")?;
        fs::set_permissions(&file, PermissionsExt::from_mode(wanted))?;
        root.write_atomic(&file, b"post", Expect::Bytes(b"stub"))?;
        assert_eq!(mode("old.md")?, wanted);
        fs::remove_file(&file)?;
    }
    Ok(())
}

/// Whether this process is refused where the mode says so; to root modes mean nothing.
#[cfg(unix)]
fn modes_bind(dir: &Path) -> bool {
    let refused = fs::write(dir.join("probe"), "").is_err();
    let _ = fs::remove_file(dir.join("probe"));
    refused
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_seen_before_anything_is_paid() -> Outcome {
    use std::os::unix::fs::PermissionsExt;
    let (dir, root) = site();
    root.check_writable(Path::new("not/there/yet"))?;
    assert_eq!(
        names(dir.path()),
        Vec::<String>::new(),
        "nothing is left behind"
    );

    let closed = root.make_dir(Path::new("closed"))?;
    fs::write(closed.join("a.md"), "stub")?;
    fs::set_permissions(&closed, PermissionsExt::from_mode(0o555))?;
    if modes_bind(&closed) {
        assert!(root.check_writable(&closed.join("below")).is_err());
        let result = root.write_atomic(&closed.join("a.md"), b"x", Expect::Bytes(b"stub"));
        assert!(result.is_err_and(|error| error.help().is_some()));
    } else {
        // As root, the kernel's own read-only tree stands in for it.
        let proc = dir::Dir::open(Path::new("/proc"), Path::new(""))?;
        assert!(write::probe(&std::sync::Arc::new(proc), 1).is_err());
    }
    fs::set_permissions(&closed, PermissionsExt::from_mode(0o755))?;
    assert_eq!(fs::read(closed.join("a.md"))?, b"stub");
    Ok(())
}

#[test]
fn the_home_is_made_once_and_its_files_are_the_author_s() -> Outcome {
    let (_dir, root) = site();
    let home = root.make_home()?;
    assert_eq!(names(&home), [".gitattributes", ".gitignore"]);
    assert_eq!(
        fs::read_to_string(home.join(".gitattributes"))?,
        "* -text\n"
    );
    fs::write(home.join(".gitignore"), "mine\n")?;
    root.make_home()?;
    assert_eq!(fs::read_to_string(home.join(".gitignore"))?, "mine\n");
    Ok(())
}

#[test]
fn a_second_run_waits_and_is_told_for_whom() -> Outcome {
    let (_dir, root) = site();
    let lock = root.lock("2026-11-30 20:04:00 UTC", |_| panic!("nobody to wait for"))?;
    let (said, hear) = std::sync::mpsc::channel();
    let second = std::thread::spawn({
        let root = root.clone();
        move || {
            root.lock("later", |holder| {
                said.send(holder.to_owned()).expect("a listener");
            })
            .map(drop)
        }
    });
    let said = hear.recv()?;
    let process = format!("process {} on ", std::process::id());
    assert!(said.starts_with(&process), "{said}");
    assert!(said.ends_with(" since 2026-11-30 20:04:00 UTC"), "{said}");
    assert!(!second.is_finished());
    assert!(root.try_lock("later")?.is_none());
    drop(lock);
    second.join().expect("no panic")?;
    Ok(())
}

#[test]
fn a_lock_sweeps_only_temporary_files_that_are_older() -> Outcome {
    let (dir, root) = site();
    let old = dir.path().join(".pw-abcDEF12.tmp");
    let young = dir.path().join(".pw-abcDEF13.tmp");
    for name in [".pw-mine.md", ".pw-abc.tmp", "pw-abcDEF12.tmp"] {
        fs::write(dir.path().join(name), "a person's")?;
    }
    fs::write(&old, "")?;
    let past = std::time::SystemTime::now() - std::time::Duration::from_mins(1);
    fs::File::options()
        .write(true)
        .open(&old)?
        .set_modified(past)?;
    let lock = root.lock("now", |_| ())?;
    fs::write(&young, "")?;
    let future = std::time::SystemTime::now() + std::time::Duration::from_mins(1);
    fs::File::options()
        .write(true)
        .open(&young)?
        .set_modified(future)?;
    assert!(lock.sweep(dir.path()).is_empty());
    assert!(!exists(&old) && exists(&young));
    assert_eq!(names(dir.path()).len(), 5);
    Ok(())
}

#[test]
fn temporary_names_are_recognised() -> Outcome {
    let (dir, root) = site();
    root.write_atomic(Path::new("a.md"), b"x", Expect::Absent)?;
    assert!(is_temporary(Path::new(".pw-aB3dE6g8.tmp")));
    for name in [
        "a.md",
        ".pw-.tmp",
        ".pw-aB3dE6g8",
        ".pw-aB3d/6g8.tmp",
        ".pw-aB3dE6g89.tmp",
        ".pw-aB3dE6g8-notes.tmp",
        ".pw-aB3dE6g8-0123456789abcdef-0123456789abcdef.tmp",
        ".pw-äB3dE6g8.tmp",
    ] {
        assert!(!is_temporary(Path::new(name)), "{name}");
    }
    assert_eq!(names(dir.path()), ["a.md"]);
    Ok(())
}

#[test]
fn a_folder_view_reads_and_lists() -> Outcome {
    let (dir, root) = site();
    root.make_dir(Path::new("themes/one"))?;
    fs::write(dir.path().join("hugo.toml"), "title = 'x'")?;
    fs::write(dir.path().join("bad"), b"\xff")?;
    let folder = Folder::new(dir.path());
    assert_eq!(folder.read("hugo.toml")?.as_deref(), Some("title = 'x'"));
    assert_eq!(folder.read("zola.toml")?, None);
    assert!(folder.read("bad").is_err());
    assert_eq!(folder.read("themes")?, None);
    let listed = folder.list("")?;
    let listed: Vec<_> = listed
        .iter()
        .map(|entry| (entry.name.as_str(), entry.is_dir))
        .collect();
    assert_eq!(
        listed,
        [("bad", false), ("hugo.toml", false), ("themes", true)]
    );
    assert_eq!(folder.list("nowhere")?, []);
    Ok(())
}

#[test]
fn errors_name_the_target_and_their_cause_once() {
    let (dir, root) = site();
    let target = root.dir().join("gone/a.md");
    let error = root
        .write_atomic(&target, b"x", Expect::Absent)
        .expect_err("no folder");
    let text = error.to_string();
    assert!(text.contains("gone: "), "{text}");
    assert!(!text.contains(".pw-"), "{text}");
    assert_eq!(text.matches("os error").count(), 1, "{text}");
    assert!(std::error::Error::source(&error).is_none() && error.help().is_some());
    drop(dir);
}
