//! The JSON Schema of SARIF 2.1.0, which a test validates Postwright's reports against.
//!
//! It comes out of an npm package and is kept, like the generators, in `postwright-test` in the user's cache folder.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::generators::fetch::{Package, Registry, create};
use crate::generators::{hash, install};

const VARIABLE: &str = "POSTWRIGHT_TEST_SARIF_SCHEMA";

const FOLDER: &str = "sarif-2.1.0";

const PACKAGE: Package = Package {
    registry: Registry::Npm,
    requirement: "@microsoft/jest-sarif@1.0.0-beta.0",
    sha256: "748e2c3d1a842e7bb258416685c7ea3a0da40005b72267b2052c2856d48ad102",
    unpack_to: "package",
};

/// The schema in the package. The standard's own differs from it in its title and its address alone.
const FILE: &str = "package/lib/schemas/sarif-2.1.0-rtm.5.json";

const FILE_SHA256: &str = "2d99159ae54a3eea97f81781cff48780548657c35949f4b7f25e99a2ba4de4f8";

/// The schema's file; fetched first if it is not there. `POSTWRIGHT_TEST_SARIF_SCHEMA` names another one to use.
///
/// # Errors
///
/// It is missing and cannot be fetched. The message names the variable to set.
pub fn sarif() -> Result<PathBuf, String> {
    if let Some(named) = env::var_os(VARIABLE).filter(|name| !name.is_empty()) {
        let path = PathBuf::from(named);
        return if path.is_file() {
            Ok(path)
        } else {
            Err(format!(
                "{VARIABLE} names `{}`, which is no file.",
                path.display()
            ))
        };
    }
    install::cache_folder()
        .and_then(|cache| kept_in(&cache))
        .map_err(|reason| {
            format!(
                "The JSON Schema of SARIF 2.1.0 is not in the cache folder and cannot be fetched.\n{reason}\n\
                 Or set {VARIABLE} to the path of a copy that you have."
            )
        })
}

fn kept_in(cache: &Path) -> Result<PathBuf, String> {
    let target = cache.join(FOLDER);
    let file = target.join(FILE);
    if hash::check(&file, FILE_SHA256).is_ok() {
        return Ok(file);
    }
    create(cache)?;
    let _lock = install::lock(&cache.join("lock"))?;
    // Another process may have fetched it while this one waited for the lock.
    if hash::check(&file, FILE_SHA256).is_ok() {
        return Ok(file);
    }
    let new = cache.join(format!("new-{FOLDER}"));
    install::remove(&new)?;
    create(&new)?;
    PACKAGE
        .unpack_into(&new)
        .inspect_err(|_| drop(install::remove(&new)))?;
    install::remove(&target)?;
    fs::rename(&new, &target)
        .map_err(|error| format!("{} cannot be moved: {error}", new.display()))?;
    hash::check(&file, FILE_SHA256)?;
    Ok(file)
}
