//! What Hugo's configuration says: a file at the root, then `config/_default/`, then `config/production/`, each
//! overriding what came before (tested on Hugo 0.168.0). Keys are read in any case.

use std::path::Path;

use serde_json::{Map, Value};

use super::super::settings::{self, Table, flag, string, strings};
use super::super::{Claim, Files, SiteError};
use super::shortcodes::shortcodes;
use super::taxonomies::taxonomies;
use super::{roots, settings as of_site};
use crate::site::{KnownVersion, Site, SitePath, SlugRules, Slugify};

/// The files at the root, the first of which is read.
const OWN: [&str; 4] = ["hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json"];
const SHARED: [&str; 4] = ["config.toml", "config.yaml", "config.yml", "config.json"];

/// The folders of more files, a later one overriding an earlier one.
const FOLDERS: [&str; 2] = ["config/_default", "config/production"];

/// Whether the folder is a site of Hugo.
pub(super) fn claim(files: &dyn Files) -> Result<Claim, SiteError> {
    for file in OWN {
        if settings::text(files, file)?.is_some() {
            return Ok(Claim::Yes(file.to_owned()));
        }
    }
    if let Some(file) = FOLDERS
        .iter()
        .find_map(|folder| folder_files(files, folder).into_iter().next())
    {
        return Ok(Claim::Yes(file));
    }
    for file in SHARED {
        if let Some(text) = settings::text(files, file)? {
            return Ok(if settings::has_key(file, &text, &["baseURL"], true) {
                Claim::Yes(file.to_owned())
            } else if settings::has_key(file, &text, &["base_url"], false) {
                Claim::No
            } else {
                Claim::Perhaps(file.to_owned())
            });
        }
    }
    Ok(Claim::No)
}

/// The configuration files of a folder, sorted by name.
fn folder_files(files: &dyn Files, folder: &str) -> Vec<String> {
    // A folder that cannot be listed is none: the files in it will be missed where they are needed.
    let mut paths: Vec<String> = files
        .list(folder)
        .unwrap_or_default()
        .into_iter()
        .filter(|entry| !entry.is_dir)
        .filter(|entry| {
            entry
                .name
                .rsplit_once('.')
                .is_some_and(|(_, extension)| matches!(extension, "toml" | "yaml" | "yml" | "json"))
        })
        .map(|entry| format!("{folder}/{}", entry.name))
        .collect();
    paths.sort();
    paths
}

/// The configuration file at the top of a site or module that Hugo reads, as a path.
pub(super) fn first_file(files: &dyn Files, dir: &str) -> Result<Option<String>, SiteError> {
    for name in OWN.iter().chain(&SHARED) {
        let path = match dir {
            "" => (*name).to_owned(),
            dir => format!("{dir}/{name}"),
        };
        if settings::text(files, &path)?.is_some() {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Reads the configuration.
pub(super) fn read(
    root: &Path,
    files: &dyn Files,
    (version, version_source): KnownVersion,
) -> Result<Site, SiteError> {
    let Some((config, table)) = load(files)? else {
        return Err(SiteError::NoConfiguration {
            dir: root.to_path_buf(),
            generator: "Hugo",
            looked_for: "hugo.toml, .yaml, .yml, .json, the same with config, and config/_default",
        });
    };
    let default_language = string(&table, &["defaultcontentlanguage"])
        .map_or_else(|| "en".to_owned(), |code| code.to_lowercase());
    let languages = languages(&config, &table, &default_language)?;
    let modules = roots::modules(files, &table)?;
    let title = string(&table, &["languages", &default_language, "title"])
        .or_else(|| string(&table, &["title"]));
    let shortcodes = shortcodes(files, &modules);
    let mut settings = of_site::read(&table, files, &modules);
    settings.html_shortcodes = shortcodes
        .iter()
        .filter(|(_, shortcode)| shortcode.html)
        .map(|(name, _)| name.clone())
        .collect();
    Ok(Site {
        root: root.to_path_buf(),
        generator: &super::Hugo,
        version,
        version_source,
        written_in: None,
        title,
        roots: roots::roots(root, &table, &languages, &modules),
        taxonomies: languages
            .iter()
            .flat_map(|language| taxonomies(&table, language))
            .collect(),
        default_language,
        languages,
        shortcodes: shortcodes.keys().cloned().collect(),
        shortcode_bodies: shortcodes
            .into_iter()
            .filter_map(|(name, shortcode)| Some((name, shortcode.body?)))
            .collect(),
        shortcodes_known: roots::all_here(&table, &modules),
        raw_html: flag(&table, &["markup", "goldmark", "renderer", "unsafe"]),
        dead_links_stop: string(&table, &["reflinkserrorlevel"])
            .is_none_or(|level| !level.eq_ignore_ascii_case("warning")),
        ignored: strings(&table, &["ignorefiles"]),
        slugs: slug_rules(&table),
        settings,
        config: SitePath::new(config),
    })
}

/// All settings, and the file that was read first.
fn load(files: &dyn Files) -> Result<Option<(String, Table)>, SiteError> {
    let folders = FOLDERS.map(str::to_owned);
    let mut paths = Vec::from_iter(first_file(files, "")?);
    paths.extend(
        folders
            .iter()
            .flat_map(|folder| folder_files(files, folder)),
    );
    let table = merged(files, &paths)?;
    Ok(paths.into_iter().next().map(|file| (file, table)))
}

/// All settings of a theme or module in this folder.
pub(super) fn of_module(files: &dyn Files, dir: &str) -> Result<Table, SiteError> {
    let mut paths = Vec::from_iter(first_file(files, dir)?);
    paths.extend(folder_files(files, &format!("{dir}/{}", FOLDERS[0])));
    merged(files, &paths)
}

/// The settings in these files, a later one overriding an earlier one.
fn merged(files: &dyn Files, paths: &[String]) -> Result<Table, SiteError> {
    let mut table = Table::new();
    for file in paths {
        if let Some(loaded) = settings::load(files, file)? {
            settings::merge(&mut table, placed(file, settings::lower_keys(loaded)));
        }
    }
    Ok(table)
}

/// The settings of a file at their place: `params.fr.toml` in a folder holds `languages.fr.params`.
fn placed(file: &str, table: Table) -> Table {
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let (section, language) = stem
        .split_once('.')
        .map_or((stem, None), |(section, code)| {
            (section, Some(code.to_lowercase()))
        });
    let section = section.to_lowercase();
    let is_whole = matches!(section.as_str(), "hugo" | "config");
    let table = if is_whole || !file.contains('/') {
        table
    } else {
        under(&section, unwrapped(&section, table))
    };
    match language {
        // `languages.fr.toml` is a part of `languages` already.
        Some(code) if section == "languages" => match table.get("languages") {
            Some(Value::Object(inner)) => under("languages", under(&code, inner.clone())),
            _ => table,
        },
        Some(code) => under("languages", under(&code, table)),
        None => table,
    }
}

/// A file `params.toml` that starts with `[params]` all the same is understood by Hugo.
fn unwrapped(section: &str, table: Table) -> Table {
    match table.get(section) {
        Some(Value::Object(inner)) if table.len() == 1 => inner.clone(),
        _ => table,
    }
}

fn under(key: &str, table: Table) -> Table {
    let mut outer = Map::new();
    outer.insert(key.to_owned(), Value::Object(table));
    outer
}

/// The languages that are not switched off, the default one first.
fn languages(config: &str, table: &Table, default: &str) -> Result<Vec<String>, SiteError> {
    let mut languages = vec![default.to_owned()];
    match table.get("languages") {
        None | Some(Value::Null) => {}
        Some(Value::Object(tables)) => {
            let off = disabled(table);
            for code in tables.keys() {
                if !off.contains(code) && !languages.contains(code) {
                    languages.push(code.clone());
                }
            }
        }
        Some(_) => {
            return Err(settings::broken(
                config,
                None,
                "`languages` must be a table of tables, one for each language",
            ));
        }
    }
    Ok(languages)
}

/// The languages that are switched off, in lower case: Hugo 0.168.0 reads no page of theirs.
pub(super) fn disabled(table: &Table) -> Vec<String> {
    let listed = strings(table, &["disablelanguages"]);
    let mut off: Vec<String> = listed.iter().map(|code| code.to_lowercase()).collect();
    let tables = table.get("languages").and_then(Value::as_object);
    off.extend(
        tables
            .into_iter()
            .flatten()
            .filter(|(_, options)| {
                options
                    .as_object()
                    .is_some_and(|options| flag(options, &["disabled"]))
            })
            .map(|(code, _)| code.clone()),
    );
    off
}

fn slug_rules(table: &Table) -> SlugRules {
    let parser = ["markup", "goldmark", "parser"];
    let kind = ["autoheadingidtype", "autoidtype"]
        .iter()
        .find_map(|key| string(table, &[parser[0], parser[1], parser[2], key]));
    SlugRules {
        headings: match kind.as_deref() {
            Some("github-ascii") => Slugify::Safe,
            Some("blackfriday") => Slugify::Off,
            _ => Slugify::On,
        },
        keep_case: flag(table, &["disablepathtolower"]),
        remove_accents: flag(table, &["removepathaccents"]),
        default_language_in_path: flag(table, &["defaultcontentlanguageinsubdir"]),
        ..SlugRules::default()
    }
}
