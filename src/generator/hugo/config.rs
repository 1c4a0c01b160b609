//! What Hugo's configuration says: a file at the root, then `config/_default/`, then `config/production/`, each
//! overriding what came before (tested on Hugo 0.168.0). Keys are read in any case.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Map, Value};

use super::super::serving;
use super::super::settings::{self, Table, at, flag, string, strings};
use super::super::{Claim, Facts, Files, SiteError};
use super::permalinks;
use super::roots::{self, Module};
use crate::site::{Later, Settings, Site, SlugRules, Slugify, Taxonomy};

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
pub(super) fn read(root: &Path, files: &dyn Files) -> Result<Facts, SiteError> {
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
    let bodies = shortcodes(files, &modules);
    Ok(Facts {
        title,
        roots: roots::roots(root, &table, &languages, &modules),
        taxonomies: languages
            .iter()
            .flat_map(|language| taxonomies(&table, language))
            .collect(),
        default_language,
        languages,
        shortcodes: bodies.keys().cloned().collect(),
        shortcode_bodies: bodies
            .into_iter()
            .filter_map(|(name, body)| Some((name, body?)))
            .collect(),
        shortcodes_known: roots::all_here(&table, &modules),
        raw_html: flag(&table, &["markup", "goldmark", "renderer", "unsafe"]),
        dead_links_stop: string(&table, &["reflinkserrorlevel"])
            .is_none_or(|level| !level.eq_ignore_ascii_case("warning")),
        ignored: strings(&table, &["ignorefiles"]),
        taxonomy_templates: true,
        slugs: slug_rules(&table),
        settings: settings(&table, files, &modules),
        config,
    })
}

fn settings(table: &Table, files: &dyn Files, modules: &[Module]) -> Settings {
    let mut params = BTreeSet::new();
    flatten(table.get("params"), "", &mut params);
    let languages = table.get("languages").and_then(Value::as_object);
    for language in languages
        .into_iter()
        .flat_map(|languages| languages.values())
    {
        flatten(at_value(language, "params"), "", &mut params);
    }
    let dirs = || {
        std::iter::once(String::new())
            .chain(modules.iter().map(|module| format!("{}/", module.dir)))
    };
    let mut layouts = BTreeSet::new();
    for dir in dirs() {
        let dir = format!("{dir}layouts");
        settings::names_below(files, &dir, &format!("{dir}/"), &mut layouts);
    }
    let has_hook = |kind: &str| {
        layouts.iter().any(|name| {
            name.rsplit('/')
                .next()
                .unwrap_or(name)
                .starts_with(&format!("render-{kind}"))
        })
    };
    // A theme or module that cannot be read may have any template.
    let is_whole = roots::all_here(table, modules);
    let goldmark = ["markup", "goldmark"];
    let extension = |name: &str| at(table, &[goldmark[0], goldmark[1], "extensions", name]);
    let is_multilingual = languages.is_some_and(|languages| languages.len() > 1);
    let is_own = |kind: &str| {
        let hook = at(table, &[goldmark[0], goldmark[1], "renderhooks", kind]);
        has_hook(kind) || is_multilingual || hook.is_some() || !is_whole
    };
    let has_mounts = at(table, &["module", "mounts"]).is_some();
    let mounts_static = modules.iter().any(roots::Module::mounts_static);
    let static_dirs = if has_mounts || mounts_static || !is_whole {
        Vec::new()
    } else {
        let own = strings(table, &["staticdir"]);
        let own = if own.is_empty() {
            vec!["static".to_owned()]
        } else {
            own
        };
        let theirs = modules
            .iter()
            .map(|module| format!("{}/static", module.dir));
        own.into_iter().chain(theirs).collect()
    };
    Settings {
        params,
        output_formats: table
            .get("outputformats")
            .and_then(Value::as_object)
            .map(|formats| formats.keys().cloned().collect())
            .unwrap_or_default(),
        permalinks: table.contains_key("permalinks")
            || languages.is_some_and(|languages| {
                languages
                    .values()
                    .any(|language| at_value(language, "permalinks").is_some())
            }),
        permalink_patterns: permalinks::patterns(table),
        typographer: !extension("typographer").is_some_and(|value| {
            *value == Value::Bool(false) || at_value(value, "disable") == Some(&Value::Bool(true))
        }),
        alerts: has_hook("blockquote") || !is_whole,
        emoji: flag(table, &["enableemoji"]),
        extras: extension("extras")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter(|(_, value)| at_value(value, "enable") == Some(&Value::Bool(true)))
            .map(|(name, _)| name.clone())
            .collect(),
        block_attributes: flag(
            table,
            &["markup", "goldmark", "parser", "attribute", "block"],
        ),
        definition_ids: flag(
            table,
            &["markup", "goldmark", "parser", "autodefinitiontermid"],
        ),
        markdown_titles: markdown_titles(files, is_whole, layouts.clone()),
        definition_lists: extension("definitionlist") != Some(&Value::Bool(false)),
        gathers_footnotes: true,
        math: extension("passthrough")
            .is_some_and(|value| at_value(value, "enable") == Some(&Value::Bool(true))),
        html_pages: at(table, &["security", "allowcontent"]).is_some(),
        link_hook: is_own("link"),
        image_hook: is_own("image"),
        base_path: settings::path_of(&string(table, &["baseurl"]).unwrap_or_default()),
        static_folders: settings::folders_in(files, &static_dirs),
        answers_elsewhere: if is_whole && !has_other_addresses(table) {
            serving::answers_elsewhere(files, layouts.clone(), &static_dirs)
        } else {
            Later::new(|| true)
        },
        static_dirs,
        ..Settings::default()
    }
}

/// Whether pages lie at files instead of folders, or a format of the site's own may write redirects.
fn has_other_addresses(table: &Table) -> bool {
    let is_set = |value: &Value| *value != Value::Bool(false);
    table.get("uglyurls").is_some_and(is_set)
        || table
            .get("outputformats")
            .and_then(Value::as_object)
            .is_some_and(|formats| formats.keys().any(|name| name.contains("redir")))
}

/// Whether one of the templates reads titles as Markdown, or may.
fn markdown_titles(files: &dyn Files, is_whole: bool, layouts: BTreeSet<String>) -> Later {
    let files = files.keep();
    Later::new(move || {
        let mut texts = layouts.iter().filter_map(|name| files.read(name).ok()?);
        !is_whole || texts.any(|text| renders_titles(&text))
    })
}

/// Whether a template reads a page's title as Markdown.
fn renders_titles(template: &str) -> bool {
    template.lines().any(|line| {
        let rest = line.split(".Title").nth(1).unwrap_or_default().trim_start();
        let is_piped = rest.starts_with('|')
            && (rest.contains("markdownify") || rest.contains("RenderString"));
        is_piped || line.contains("markdownify .Title") || line.contains("RenderString .Title")
    })
}

fn at_value<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    value.as_object()?.get(key)
}

/// The keys of a table and of the tables in it, joined by dots.
fn flatten(value: Option<&Value>, prefix: &str, names: &mut BTreeSet<String>) {
    for (key, value) in value.and_then(Value::as_object).into_iter().flatten() {
        let name = format!("{prefix}{}", key.to_lowercase());
        flatten(Some(value), &format!("{name}."), names);
        names.insert(name);
    }
}

/// All settings, and the file that was read first.
fn load(files: &dyn Files) -> Result<Option<(String, Table)>, SiteError> {
    let mut first = None;
    let mut table = Table::new();
    let top = first_file(files, "")?;
    let folders = FOLDERS
        .iter()
        .flat_map(|folder| folder_files(files, folder));
    for file in top.into_iter().chain(folders) {
        if let Some(loaded) = settings::load(files, &file)? {
            settings::merge(&mut table, placed(&file, settings::lower_keys(loaded)));
            first.get_or_insert(file);
        }
    }
    Ok(first.map(|file| (file, table)))
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
            let off = strings(table, &["disablelanguages"]);
            for (code, options) in tables {
                let is_off = off.iter().any(|other| other.eq_ignore_ascii_case(code))
                    || options
                        .as_object()
                        .is_some_and(|options| flag(options, &["disabled"]));
                if !is_off && !languages.contains(code) {
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

/// The taxonomies of a language. A table of one's own replaces the two that Hugo has by itself.
fn taxonomies(table: &Table, language: &str) -> Vec<Taxonomy> {
    let own = at(table, &["languages", language, "taxonomies"])
        .or_else(|| table.get("taxonomies"))
        .and_then(Value::as_object);
    let pairs: Vec<(String, String)> = match own {
        Some(own) => own
            .iter()
            .filter_map(|(singular, plural)| Some((singular.clone(), plural.as_str()?.to_owned())))
            .collect(),
        None => [("tag", "tags"), ("category", "categories")]
            .map(|(singular, plural)| (singular.to_owned(), plural.to_owned()))
            .to_vec(),
    };
    let off = strings(table, &["disablekinds"]);
    let rendered = !off
        .iter()
        .any(|kind| ["taxonomy", "term", "taxonomyterm"].contains(&kind.to_lowercase().as_str()));
    pairs
        .into_iter()
        .map(|(singular, name)| Taxonomy {
            declaration: pair(&singular, &name),
            name,
            language: language.to_owned(),
            rendered,
        })
        .collect()
}

fn pair(singular: &str, plural: &str) -> String {
    format!(
        "{} = {}",
        toml_edit::Key::new(singular).display_repr(),
        toml_edit::Value::from(plural)
    )
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

/// The names of the shortcodes in `layouts/`, with their folders, in lower case, and whether they use a body: `None`
/// where two templates of one name differ in that.
type Shortcodes = BTreeMap<String, Option<bool>>;

fn shortcodes(files: &dyn Files, modules: &[Module]) -> Shortcodes {
    let mut found = Shortcodes::new();
    let layouts = std::iter::once("layouts".to_owned()).chain(
        modules
            .iter()
            .map(|module| format!("{}/layouts", module.dir)),
    );
    for layouts in layouts {
        for folder in ["_shortcodes", "shortcodes"] {
            collect(files, &format!("{layouts}/{folder}"), "", 0, &mut found);
        }
    }
    found
}

fn collect(files: &dyn Files, dir: &str, prefix: &str, depth: usize, found: &mut Shortcodes) {
    // No site nests shortcodes this deep; a folder that holds itself might.
    if depth > 8 {
        return;
    }
    for entry in files.list(dir).unwrap_or_default() {
        let path = format!("{dir}/{}", entry.name);
        if entry.is_dir {
            let prefix = format!("{prefix}{}/", entry.name);
            collect(files, &path, &prefix, depth + 1, found);
        } else if let Some((name, _)) = entry.name.split_once('.') {
            let template = files.read(&path).ok().flatten();
            let body = template.map(|template| template.contains(".Inner"));
            found
                .entry(format!("{prefix}{name}").to_lowercase())
                .and_modify(|known| *known = known.filter(|known| Some(*known) == body))
                .or_insert(body);
        }
    }
}

/// See [`super::Generator::declare_taxonomy_help`].
pub(super) fn declare_taxonomy_help(site: &Site, name: &str, language: &str) -> String {
    let mut lines: Vec<String> = site
        .taxonomies
        .iter()
        .filter(|taxonomy| taxonomy.language == language && taxonomy.name != name)
        .map(|taxonomy| taxonomy.declaration.clone())
        .collect();
    lines.push(pair(&singular(name), name));
    let table = if language == site.default_language {
        "taxonomies".to_owned()
    } else {
        format!(
            "languages.{}.taxonomies",
            toml_edit::Key::new(language).display_repr()
        )
    };
    let file = site.config.as_str();
    let format = match file.rsplit('.').next() {
        Some("toml") | None => "",
        Some(_) => " (here as TOML)",
    };
    format!(
        "in {file}, in place of any [{table}] that is there{format}:\n[{table}]\n{}",
        lines.join("\n")
    )
}

fn singular(plural: &str) -> String {
    if let Some(stem) = plural.strip_suffix("ies") {
        return format!("{stem}y");
    }
    plural
        .strip_suffix('s')
        .filter(|stem| !stem.is_empty())
        .unwrap_or(plural)
        .to_owned()
}
