//! Why a generator cannot be had, and what to do about it.

use std::fmt;
use std::path::Path;

use super::Spec;

/// A generator that the tests need is not there, or is not the one that they need.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    message: String,
}

impl Error {
    pub(super) fn install(spec: &Spec, reason: &str) -> Self {
        let Spec {
            name,
            version,
            variable,
            ..
        } = spec;
        Self {
            message: format!(
                "{name} {version}, which the tests run, is not in the cache folder and cannot be installed there.\n\
                 {reason}\n\
                 Or set {variable} to the path of a {name} {version} that you have."
            ),
        }
    }

    pub(super) fn variable(spec: &Spec, path: &Path, reason: &str) -> Self {
        let Spec {
            name,
            version,
            variable,
            ..
        } = spec;
        // With quotes, and without characters that a terminal would obey.
        let shown = path.to_string_lossy();
        Self {
            message: format!(
                "{variable} names {shown:?}, which is not {name} {version}.\n\
                 {reason}\n\
                 Set {variable} to the path of a {name} {version}, or unset it to have one installed in the cache folder."
            ),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

// A test that fails with this error prints it in this form, so it has to be as readable.
impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::error::Error for Error {}
