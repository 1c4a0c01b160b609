//! A newer C library beside the system's, for a program that needs one.
//!
//! On Debian the three packages that make it up come from a newer release, through apt with a
//! configuration of its own: nothing on the system changes, and root is not needed. apt verifies
//! the release's signature with Debian's own keys. The packages get security updates, so their
//! hashes are not pinned; the signed index tells them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::fetch::create;
use super::{command, hash};

/// The Debian release whose C library is taken (2.41).
const RELEASE: &str = "trixie";
const PACKAGES: [&str; 3] = ["libc6", "libstdc++6", "libgcc-s1"];
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";
const APT: &str = "apt-get, apt-cache and dpkg-deb";
/// Where Debian's x86-64 libraries are, in a root folder.
pub(super) const LIBRARIES: &str = "usr/lib/x86_64-linux-gnu";

/// The system's version of glibc (major, minor).
pub(super) fn version() -> Result<(u32, u32), String> {
    let text = command::run(
        Command::new("getconf").arg("GNU_LIBC_VERSION"),
        "a Linux system with glibc",
    )?;
    parse_version(&text)
        .ok_or_else(|| format!("The version of glibc is not understood: {}", text.trim()))
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().strip_prefix("glibc ")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// Unpacks the newer C library into `folder`; its libraries are then in [`LIBRARIES`] there.
pub(super) fn unpack_into(folder: &Path) -> Result<(), String> {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    if os_release(&release, "ID") != Some("debian") {
        return Err("A newer one is installed beside it only on Debian.".to_owned());
    }
    let apt = Apt {
        folder: folder.join("apt"),
    };
    let file_names = apt.set_up()?;
    let codename = os_release(&release, "VERSION_CODENAME").unwrap_or_default();
    apt.update(&mirrors(&file_names, codename))?;

    for package in PACKAGES {
        let file = apt.download(package)?;
        command::run(
            Command::new("dpkg-deb").arg("-x").arg(&file).arg(folder),
            APT,
        )?;
    }
    fs::remove_dir_all(&apt.folder)
        .map_err(|error| format!("{} cannot be removed: {error}", apt.folder.display()))
}

/// The value of a key in an os-release file.
fn os_release<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))?;
    Some(value.trim().trim_matches('"'))
}

/// The addresses, each once, from which this machine gets the main part of its own release.
///
/// `targets` has a line `address release component` for each index that apt knows.
fn mirrors<'a>(targets: &'a str, codename: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    for line in targets.lines() {
        let words: Vec<_> = line.split(' ').collect();
        if let [address, release, "main"] = words[..]
            && [codename, "stable", "oldstable"].contains(&release)
            && !found.contains(&address)
        {
            found.push(address);
        }
    }
    found
}

/// apt with lists, cache and sources of its own, in one folder.
struct Apt {
    folder: PathBuf,
}

impl Apt {
    /// Makes the folder, and returns what the system's own apt knows, for [`mirrors`].
    fn set_up(&self) -> Result<String, String> {
        for name in ["lists/partial", "cache/archives/partial", "packages"] {
            create(&self.folder.join(name))?;
        }
        // No installed packages, so that only the newer release has candidates.
        self.write("status", "")?;
        let mut targets = Command::new("apt-get");
        targets.args([
            "indextargets",
            "--no-release-info",
            "--format",
            "$(REPO_URI) $(RELEASE) $(COMPONENT)",
            "Created-By: Packages",
        ]);
        command::run(&mut targets, APT)
    }

    /// Reads the signed index of the newer release from the first mirror that has it.
    fn update(&self, mirrors: &[&str]) -> Result<(), String> {
        let mut result = Err("apt knows no source of Debian packages.".to_owned());
        for mirror in mirrors {
            self.write(
                "sources.list",
                &format!("deb [arch=amd64 target=Packages lang=none signed-by={KEYRING}] {mirror} {RELEASE} main\n"),
            )?;
            let mut update = self.command("apt-get");
            update.args(["-o", "APT::Update::Error-Mode=any", "update"]);
            result = command::run(
                &mut update,
                &format!("{APT}, a network, and an up-to-date debian-archive-keyring"),
            );
            if result.is_ok() {
                break;
            }
        }
        result.map(drop)
    }

    /// Downloads a package and checks it against the signed index.
    fn download(&self, package: &str) -> Result<PathBuf, String> {
        let folder = self.folder.join("packages").join(package);
        create(&folder)?;
        command::run(
            self.command("apt-get")
                .args(["download", package])
                .current_dir(&folder),
            APT,
        )?;
        let shown = command::run(
            self.command("apt-cache")
                .args(["show", "--no-all-versions", package]),
            APT,
        )?;
        let expected = shown.lines().find_map(|line| line.strip_prefix("SHA256: "));

        let file = fs::read_dir(&folder)
            .ok()
            .and_then(|mut files| files.next())
            .and_then(Result::ok);
        let (Some(expected), Some(file)) = (expected, file) else {
            return Err(format!(
                "apt-get downloaded no {package}, or its index has no SHA-256 of it."
            ));
        };
        hash::check(&file.path(), expected.trim())?;
        Ok(file.path())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        for (option, name) in [
            ("Dir::Etc::SourceList", "sources.list"),
            ("Dir::State::Lists", "lists"),
            ("Dir::State::Status", "status"),
            ("Dir::Cache", "cache"),
        ] {
            command
                .arg("-o")
                .arg(format!("{option}={}", self.folder.join(name).display()));
        }
        for option in [
            "Dir::Etc::SourceParts=/dev/null",
            "Dir::Etc::Preferences=/dev/null",
            "Dir::Etc::PreferencesParts=/dev/null",
            "Acquire::AllowInsecureRepositories=false",
            "APT::Get::AllowUnauthenticated=false",
            // As root, apt would otherwise change to a user who cannot write here.
            "APT::Sandbox::User=root",
        ] {
            command.args(["-o", option]);
        }
        command
    }

    fn write(&self, name: &str, text: &str) -> Result<(), String> {
        let path = self.folder.join(name);
        fs::write(&path, text)
            .map_err(|error| format!("{} cannot be written: {error}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_a_pair_of_numbers() {
        assert_eq!(parse_version("glibc 2.36\n"), Some((2, 36)));
        assert_eq!(parse_version("glibc 2.9"), Some((2, 9)));
        assert_eq!(parse_version("musl 1.2"), None);
        assert!((2, 9) < (2, 39) && (2, 39) < (3, 0));
    }

    #[test]
    fn the_values_of_an_os_release_file_are_read_with_and_without_quotes() {
        let text = "NAME=\"Debian\"\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\nID=debian\n";
        assert_eq!(os_release(text, "ID"), Some("debian"));
        assert_eq!(os_release(text, "NAME"), Some("Debian"));
        assert_eq!(os_release(text, "ID_LIKE"), None);
    }

    #[test]
    fn only_the_mirrors_of_the_own_release_are_taken() {
        let targets = "http://a.example/debian/ bookworm main\n\
                       http://a.example/debian/ bookworm contrib\n\
                       http://a.example/debian/ bookworm main\n\
                       http://a.example/security/ bookworm-security main\n\
                       http://b.example/debian/ bookworm main\n\
                       http://c.example/node/ nodistro main\n";
        assert_eq!(
            mirrors(targets, "bookworm"),
            ["http://a.example/debian/", "http://b.example/debian/"]
        );
        assert!(mirrors("", "bookworm").is_empty());
    }
}
