//! The copies in the user's cache folder.
//!
//! A generator is put together in a temporary folder beside its place, moved there, run once, and
//! only then marked as installed. A marker of other packages than today's counts as none.

use std::env;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::fetch::create;
use super::launcher::quote;
use super::{Spec, Start, command, glibc, version};

/// The name of the marker in the install folder, and of the script for a generator that runs in Node.
const MARKER: &str = "installed.txt";
const SCRIPT: &str = "zola";
/// Changes whenever the way of installing does, so that older copies are replaced.
const RECIPE: &str = "recipe 1";

/// The generator's program in the cache folder, installed first if it is not there.
pub(super) fn installed(spec: &Spec) -> Result<PathBuf, String> {
    supported()?;
    installed_in(&cache_folder()?, spec, put_together)
}

pub(crate) fn cache_folder() -> Result<PathBuf, String> {
    // The XDG base directory specification: a relative path is to be ignored.
    let absolute = |name| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    absolute("XDG_CACHE_HOME")
        .or_else(|| Some(absolute("HOME")?.join(".cache")))
        .map(|folder| folder.join("postwright-test"))
        .ok_or_else(|| {
            "There is no cache folder: neither XDG_CACHE_HOME nor HOME is set to an absolute path."
                .to_owned()
        })
}

/// `put_together(spec, folder, target)` makes the generator in `folder`, which will be moved to
/// `target`, and returns files elsewhere that it goes on to need.
fn installed_in(
    cache: &Path,
    spec: &Spec,
    put_together: impl Fn(&Spec, &Path, &Path) -> Result<Vec<PathBuf>, String>,
) -> Result<PathBuf, String> {
    let target = cache.join(spec.folder);
    let program = target.join(program_in(spec));
    if is_marked(spec, &target, &program) {
        return Ok(program);
    }
    create(cache)?;
    let _lock = lock(&cache.join("lock"))?;
    // Another process may have installed it while this one waited for the lock.
    if is_marked(spec, &target, &program) {
        return Ok(program);
    }

    let new = cache.join(format!("new-{}", spec.folder));
    remove(&new)?;
    create(&new)?;
    let needed = put_together(spec, &new, &target).inspect_err(|_| drop(remove(&new)))?;
    remove(&target)?;
    fs::rename(&new, &target)
        .map_err(|error| format!("{} cannot be moved: {error}", new.display()))?;
    version::verify(spec, &program).map_err(|reason| {
        format!(
            "{} was installed, but does not run as it should.\n{reason}",
            program.display()
        )
    })?;

    let mut marker = identity(spec);
    for file in needed {
        let _ = writeln!(marker, "needs {}", file.display());
    }
    let path = target.join(MARKER);
    fs::write(&path, marker)
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    Ok(program)
}

fn program_in(spec: &Spec) -> &'static str {
    match spec.start {
        Start::Program(path) => path,
        Start::Node { .. } => SCRIPT,
    }
}

/// The first lines of the marker: what an install is made of.
fn identity(spec: &Spec) -> String {
    let mut text = format!("{} {}\n{RECIPE}\n", spec.name, spec.version);
    for package in spec.packages {
        let _ = writeln!(text, "{} {}", package.sha256, package.requirement);
    }
    text
}

fn is_marked(spec: &Spec, target: &Path, program: &Path) -> bool {
    let Ok(marker) = fs::read_to_string(target.join(MARKER)) else {
        return false;
    };
    let Some(needed) = marker.strip_prefix(&identity(spec)) else {
        return false;
    };
    program.is_file()
        && needed.lines().all(|line| {
            line.strip_prefix("needs ")
                .is_some_and(|file| Path::new(file).is_file())
        })
}

fn supported() -> Result<(), String> {
    if cfg!(all(
        target_os = "linux",
        target_arch = "x86_64",
        target_env = "gnu"
    )) {
        return Ok(());
    }
    Err(format!(
        "Installing it works only on Linux with glibc on x86-64, and this is {} on {}.",
        env::consts::OS,
        env::consts::ARCH
    ))
}

/// Waits until no other process installs. The lock ends with the file that is returned.
pub(crate) fn lock(path: &Path) -> Result<File, String> {
    let file = File::create(path)
        .map_err(|error| format!("{} cannot be created: {error}", path.display()))?;
    file.lock()
        .map_err(|error| format!("{} cannot be locked: {error}", path.display()))?;
    Ok(file)
}

pub(crate) fn remove(folder: &Path) -> Result<(), String> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{} cannot be removed: {error}", folder.display()))
        }
        _ => Ok(()),
    }
}

fn put_together(spec: &Spec, folder: &Path, target: &Path) -> Result<Vec<PathBuf>, String> {
    for package in spec.packages {
        package.unpack_into(folder)?;
    }
    match spec.start {
        Start::Program(path) => {
            make_executable(&folder.join(path))?;
            Ok(Vec::new())
        }
        Start::Node { script, glibc } => {
            let node = node()?;
            let script = target.join(script);
            let mut words = Vec::new();
            let mut needed = vec![node.clone(), script.clone()];
            let found = glibc::version()?;
            if found < glibc {
                glibc::unpack_into(&folder.join("glibc")).map_err(|reason| {
                    format!(
                        "It needs glibc {}.{} or newer, and this system has {}.{}.\n{reason}",
                        glibc.0, glibc.1, found.0, found.1
                    )
                })?;
                let libraries = target.join("glibc").join(glibc::LIBRARIES);
                // The library's own loader starts Node, so that the two are of one version.
                let loader = libraries.join("ld-linux-x86-64.so.2");
                words.push(quote(&loader));
                words.push("--library-path".to_owned());
                words.push(quote(&libraries) + ":/" + glibc::LIBRARIES);
                needed.push(loader);
            }
            words.push(quote(&node));
            words.push(quote(&script));
            let text = format!(
                "#!/bin/sh\nunset NODE_OPTIONS NODE_PATH NAPI_RS_NATIVE_LIBRARY_PATH\nexec {} \"$@\"\n",
                words.join(" ")
            );
            let file = folder.join(SCRIPT);
            fs::write(&file, text)
                .map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
            make_executable(&file)?;
            Ok(needed)
        }
    }
}

/// The Node program itself, past the shims that some version managers put on the PATH.
fn node() -> Result<PathBuf, String> {
    let printed = command::run(
        Command::new("node").args(["-p", "process.execPath"]),
        "Node.js 18 or newer",
    )?;
    Ok(PathBuf::from(printed.trim_end()))
}

#[cfg(unix)]
fn make_executable(file: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;

    fs::set_permissions(file, fs::Permissions::from_mode(0o755))
        .map_err(|error| format!("{} cannot be made executable: {error}", file.display()))
}

#[cfg(not(unix))]
fn make_executable(_file: &Path) -> Result<(), String> {
    Ok(())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::super::HUGO;
    use super::super::test_folder::TestFolder;
    use super::*;

    /// Puts a script that tells this version in the generator's place.
    fn pretend(spec: &Spec, folder: &Path, version: &str) -> Result<Vec<PathBuf>, String> {
        let file = folder.join(program_in(spec));
        create(file.parent().unwrap())?;
        fs::write(
            &file,
            format!("#!/bin/sh\necho hugo v{version}-x+extended\n"),
        )
        .unwrap();
        make_executable(&file)?;
        Ok(Vec::new())
    }

    #[test]
    fn several_at_once_install_it_once() {
        let cache = TestFolder::new("install-once");
        let times = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let program = installed_in(&cache, &HUGO, |spec, folder, _| {
                        times.fetch_add(1, Ordering::SeqCst);
                        pretend(spec, folder, "0.168.0")
                    });
                    assert!(program.unwrap().is_file());
                });
            }
        });
        assert_eq!(times.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_failed_install_leaves_nothing_that_a_later_call_would_take() {
        let cache = TestFolder::new("install-fails");
        let error = installed_in(&cache, &HUGO, |_, folder, _| {
            fs::write(folder.join("half"), "").unwrap();
            Err("no network".to_owned())
        });
        assert_eq!(error, Err("no network".to_owned()));
        let wrong = installed_in(&cache, &HUGO, |spec, folder, _| {
            pretend(spec, folder, "0.1.0")
        })
        .unwrap_err();
        assert!(wrong.contains("does not run as it should"), "{wrong}");
        assert!(wrong.contains("hugo v0.1.0"), "{wrong}");
        installed_in(&cache, &HUGO, |spec, folder, _| {
            pretend(spec, folder, "0.168.0")
        })
        .unwrap();
        assert!(!cache.join("new-hugo-0.168.0").exists());
    }

    #[test]
    fn an_install_whose_files_elsewhere_are_gone_is_made_again() {
        let cache = TestFolder::new("install-needs");
        let needed = cache.join("node");
        fs::write(&needed, "").unwrap();
        let times = AtomicUsize::new(0);
        let install = || {
            installed_in(&cache, &HUGO, |spec, folder, _| {
                times.fetch_add(1, Ordering::SeqCst);
                pretend(spec, folder, "0.168.0").map(|_| vec![needed.clone()])
            })
            .unwrap()
        };
        install();
        install();
        assert_eq!(times.load(Ordering::SeqCst), 1);
        fs::remove_file(&needed).unwrap();
        install();
        assert_eq!(times.load(Ordering::SeqCst), 2);
    }
}
