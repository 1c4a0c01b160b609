//! Hugo's content roots: `contentDir`, each language's own, mounts on `content`, and those of themes and modules.

use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use super::super::settings::{Table, at, flag, string, strings};
use super::super::{Files, SiteError};
use crate::site::ContentRoot;

/// A theme or module whose files the site uses.
#[derive(Debug)]
pub(super) struct Module {
    /// Its folder, relative to the site's root.
    pub(super) dir: String,
    /// Its mounts, as the site that imports it or its own configuration says.
    mounts: Option<Value>,
    /// The parameters in its configuration, which the site has as well.
    pub(super) params: Option<Value>,
}

impl Module {
    /// Whether it says itself where its static files lie.
    pub(super) fn mounts_static(&self) -> bool {
        let mounts = self.mounts.as_ref().and_then(Value::as_array);
        let mut targets = mounts
            .into_iter()
            .flatten()
            .filter_map(|mount| mount.get("target").and_then(Value::as_str));
        targets.any(|target| target.trim_start_matches('/').starts_with("static"))
    }
}

/// The themes and modules of a site that lie on this disk, in their order.
pub(super) fn modules(files: &dyn Files, table: &Table) -> Result<Vec<Module>, SiteError> {
    let themes_dir = string(table, &["themesdir"]).unwrap_or_else(|| "themes".to_owned());
    let mut modules = Vec::new();
    for theme in strings(table, &["theme"]) {
        modules.extend(module(files, &[format!("{themes_dir}/{theme}")], None)?);
    }
    let imports = at(table, &["module", "imports"]).and_then(Value::as_array);
    for import in imports.into_iter().flatten().filter_map(Value::as_object) {
        if flag(import, &["disable"]) {
            continue;
        }
        if let Some(path) = string(import, &["path"]) {
            let places = [
                format!("_vendor/{path}"),
                format!("{themes_dir}/{path}"),
                path,
            ];
            modules.extend(module(files, &places, import.get("mounts").cloned())?);
        }
    }
    Ok(modules)
}

/// Whether the templates of all themes and modules that the site names could be read.
pub(super) fn all_here(table: &Table, modules: &[Module]) -> bool {
    let list = |path: &[&str]| at(table, path).and_then(Value::as_array);
    let imports = list(&["module", "imports"]).into_iter().flatten();
    let enabled = imports.filter(|import| {
        import
            .as_object()
            .is_some_and(|import| !flag(import, &["disable"]))
    });
    let mut mounts = list(&["module", "mounts"]).into_iter().flatten();
    let mounts_layouts = mounts.any(|mount| {
        mount
            .get("target")
            .and_then(Value::as_str)
            .is_some_and(|target| target.starts_with("layouts"))
    });
    modules.len() == strings(table, &["theme"]).len() + enabled.count() && !mounts_layouts
}

/// The module in the first of these folders that is there. One that is not (it lies in a cache outside the site) has
/// nothing that could be read.
fn module(
    files: &dyn Files,
    places: &[String],
    mounts: Option<Value>,
) -> Result<Option<Module>, SiteError> {
    let Some(dir) = places
        .iter()
        .find(|dir| files.list(dir).is_ok_and(|list| !list.is_empty()))
    else {
        return Ok(None);
    };
    let own = super::config::of_module(files, dir)?;
    Ok(Some(Module {
        dir: dir.clone(),
        mounts: mounts.or_else(|| at(&own, &["module", "mounts"]).cloned()),
        params: own.get("params").cloned(),
    }))
}

/// All content roots; at least one. A folder that is mounted twice is there once, with its first mount.
pub(super) fn roots(
    root: &Path,
    table: &Table,
    languages: &[String],
    modules: &[Module],
) -> Vec<ContentRoot> {
    let own = at(table, &["module", "mounts"]);
    let mut roots = mounts(root, root, own);
    if roots.is_empty() {
        roots = content_dirs(root, table, languages);
    }
    for module in modules {
        let dir = joined(root, &module.dir);
        let mut theirs = mounts(root, &dir, module.mounts.as_ref());
        if theirs.is_empty() {
            theirs.push(content_root(root, &dir, "content", String::new(), None));
        }
        roots.extend(theirs.into_iter().map(|root| ContentRoot {
            writable: false,
            ..root
        }));
    }
    let off = super::config::disabled(table);
    roots.retain(|root| !root.language.as_ref().is_some_and(|it| off.contains(it)));
    let mut seen: Vec<PathBuf> = Vec::new();
    roots.retain(|root| {
        let is_new = !seen.contains(&root.dir);
        seen.push(root.dir.clone());
        is_new
    });
    roots
}

/// The mounts on `content` among `mounts`, whose sources are relative to `base`.
fn mounts(root: &Path, base: &Path, mounts: Option<&Value>) -> Vec<ContentRoot> {
    mounts
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .filter_map(|mount| {
            let source = string(mount, &["source"])?;
            let target = string(mount, &["target"])?.replace('\\', "/");
            let below = match target.trim_matches('/').strip_prefix("content")? {
                "" => "",
                below => below.strip_prefix('/')?,
            };
            Some(content_root(
                root,
                base,
                &source,
                below.to_owned(),
                mount_language(mount),
            ))
        })
        .collect()
}

/// The one language of a mount: its `lang`, or the only one of its `sites.matrix.languages`.
fn mount_language(mount: &Table) -> Option<String> {
    string(mount, &["lang"])
        .or_else(|| {
            let languages = strings(mount, &["sites", "matrix", "languages"]);
            match languages.as_slice() {
                [language] if !language.contains(['*', '!', '{']) => Some(language.clone()),
                _ => None,
            }
        })
        .map(|language| language.to_lowercase())
}

/// `contentDir` of the site and of each language. A folder that several languages share decides no language.
fn content_dirs(root: &Path, table: &Table, languages: &[String]) -> Vec<ContentRoot> {
    let default = string(table, &["contentdir"]).unwrap_or_else(|| "content".to_owned());
    let mut dirs: Vec<(String, Vec<&String>)> = Vec::new();
    for language in languages {
        let dir = string(table, &["languages", language, "contentdir"])
            .unwrap_or_else(|| default.clone());
        match dirs.iter_mut().find(|(known, _)| *known == dir) {
            Some((_, users)) => users.push(language),
            None => dirs.push((dir, vec![language])),
        }
    }
    let is_shared = dirs.len() == 1;
    dirs.iter()
        .map(|(dir, users)| {
            let language = match users.as_slice() {
                [language] if !is_shared => Some((*language).clone()),
                _ => None,
            };
            content_root(root, root, dir, String::new(), language)
        })
        .collect()
}

fn content_root(
    root: &Path,
    base: &Path,
    source: &str,
    mount: String,
    language: Option<String>,
) -> ContentRoot {
    let dir = joined(base, source);
    ContentRoot {
        writable: dir.starts_with(root),
        dir,
        language,
        mount,
    }
}

/// `base/path`, with `.` and `..` resolved by name.
fn joined(base: &Path, path: &str) -> PathBuf {
    let mut out = PathBuf::new();
    for part in base.join(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}
