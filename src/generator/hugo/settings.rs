//! What a configuration, the templates and the files of a site decide for all of its pages.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::Files;
use super::super::serving;
use super::super::settings::{self, Table, at, flag, string, strings};
use super::faults;
use super::permalinks;
use super::roots::{self, Module};
use super::security;
use crate::site::{Later, Settings};

/// The output formats that Hugo brings along.
const OUTPUT_FORMATS: [&str; 15] = [
    "404",
    "alias",
    "amp",
    "calendar",
    "css",
    "csv",
    "gotmpl",
    "html",
    "json",
    "markdown",
    "robots",
    "rss",
    "sitemap",
    "sitemapindex",
    "webappmanifest",
];

pub(super) fn read(table: &Table, files: &dyn Files, modules: &[Module]) -> Settings {
    let mut params = BTreeSet::new();
    flatten(table.get("params"), "", &mut params);
    for module in modules {
        flatten(module.params.as_ref(), "", &mut params);
    }
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
    let formats = output_formats(table, files, modules);
    let faults = faults::faults(table, is_whole.then_some(&formats));
    let goldmark = ["markup", "goldmark"];
    let extension = |name: &str| at(table, &[goldmark[0], goldmark[1], "extensions", name]);
    let is_multilingual = languages.is_some_and(|languages| languages.len() > 1);
    let is_own = |kind: &str| {
        let hook = at(table, &[goldmark[0], goldmark[1], "renderhooks", kind]);
        has_hook(kind) || is_multilingual || hook.is_some() || !is_whole
    };
    let has_own_hooks = ["link", "image"].iter().any(|kind| has_hook(kind))
        || at(table, &[goldmark[0], goldmark[1], "renderhooks"]).is_some()
        || at(table, &[goldmark[0], goldmark[1], "duplicateresourcefiles"]).is_some();
    let many_hosts = languages.is_some_and(|languages| {
        let mut languages = languages.values();
        languages.any(|language| {
            at_value(language, "baseurl").is_some() || at_value(language, "staticdir").is_some()
        })
    });
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
        disabled_languages: super::config::disabled(table),
        cascaded: cascaded(table, languages),
        output_formats: formats,
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
        switched_off: switched_off(table),
        extras: extension("extras")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter(|(_, value)| is_enabled(value))
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
        math: extension("passthrough").is_some_and(is_enabled),
        formulas: extension("passthrough")
            .filter(|value| is_enabled(value))
            .and_then(|value| at_value(value, "delimiters"))
            .map(delimiters)
            .unwrap_or_default(),
        own_files: own_files(table, &layouts),
        outputs: outputs(table),
        refused_formats: security::refused(table),
        faults,
        link_hook: is_own("link"),
        image_hook: is_own("image"),
        built_in_hooks: is_multilingual && !has_own_hooks && is_whole && !many_hosts,
        many_hosts,
        base_url: settings::address_of(&string(table, &["baseurl"]).unwrap_or_default()),
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

fn is_enabled(extension: &Value) -> bool {
    at_value(extension, "enable") == Some(&Value::Bool(true))
}

/// The pairs of marks of all kinds of formulas.
fn delimiters(kinds: &Value) -> Vec<[String; 2]> {
    let kinds = kinds.as_object().into_iter().flat_map(Table::values);
    let pairs = kinds.filter_map(Value::as_array).flatten();
    pairs
        .filter_map(|pair| {
            let mut marks = pair.as_array()?.iter().filter_map(Value::as_str);
            let pair = [marks.next()?.to_owned(), marks.next()?.to_owned()];
            pair.iter().all(|mark| !mark.is_empty()).then_some(pair)
        })
        .collect()
}

/// The output formats that Hugo brings along, and those of the site, its themes and its modules, in small letters.
fn output_formats(table: &Table, files: &dyn Files, modules: &[roots::Module]) -> BTreeSet<String> {
    let theirs = modules
        .iter()
        .filter_map(|module| super::config::of_module(files, &module.dir).ok());
    let mut names: BTreeSet<String> = OUTPUT_FORMATS.map(str::to_owned).into();
    for table in theirs.chain([table.clone()]) {
        let languages = table.get("languages").and_then(Value::as_object);
        let languages = languages.into_iter().flat_map(|all| all.values());
        let formats = languages
            .filter_map(Value::as_object)
            .chain([&table])
            .filter_map(|table| table.get("outputformats")?.as_object());
        names.extend(formats.flat_map(|own| own.keys().cloned()));
    }
    names
}

/// Markdown that is switched off.
fn switched_off(table: &Table) -> BTreeSet<&'static str> {
    let is_off = |path: &[&str]| at(table, path) == Some(&Value::Bool(false));
    ["footnote", "linkify", "strikethrough", "table", "tasklist"]
        .into_iter()
        .filter(|name| is_off(&["markup", "goldmark", "extensions", name]))
        .chain(
            is_off(&["markup", "goldmark", "parser", "autoheadingid"]).then_some("autoheadingid"),
        )
        .chain(
            is_off(&["markup", "goldmark", "parser", "attribute", "title"])
                .then_some("headingattributes"),
        )
        .collect()
}

/// The output formats of each kind of page; none where more than the table of them decides.
fn outputs(table: &Table) -> BTreeMap<String, Vec<String>> {
    let languages = table.get("languages").and_then(Value::as_object);
    let has_more = table.contains_key("cascade")
        || languages.is_some_and(|languages| {
            languages
                .values()
                .any(|language| at_value(language, "outputs").is_some())
        });
    if has_more {
        return BTreeMap::new();
    }
    let off = strings(table, &["disablekinds"]);
    let has_feeds = !off.iter().any(|kind| kind.eq_ignore_ascii_case("rss"));
    ["home", "section", "taxonomy", "term", "page"]
        .into_iter()
        .map(|kind| {
            let own = strings(table, &["outputs", kind]);
            let usual: &[&str] = if kind != "page" && has_feeds {
                &["html", "rss"]
            } else {
                &["html"]
            };
            let formats = if own.is_empty() {
                usual.iter().map(|&format| format.to_owned()).collect()
            } else {
                own
            };
            (kind.to_owned(), formats)
        })
        .collect()
}

/// The files at the root that Hugo surely writes.
fn own_files(table: &Table, layouts: &BTreeSet<String>) -> Vec<String> {
    let off = strings(table, &["disablekinds"]);
    let is_on = |kind: &str| !off.iter().any(|off| off.eq_ignore_ascii_case(kind));
    let mut files = Vec::new();
    if is_on("sitemap") && at(table, &["sitemap", "filename"]).is_none() {
        files.push("sitemap.xml".to_owned());
    }
    if is_on("rss") && is_on("home") && !table.contains_key("outputs") {
        files.push("index.xml".to_owned());
    }
    if flag(table, &["enablerobotstxt"]) && is_on("robotsTXT") {
        files.push("robots.txt".to_owned());
    }
    if is_on("404") && layouts.iter().any(|name| name.ends_with("/404.html")) {
        files.push("404.html".to_owned());
    }
    files
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

/// The keys that the configuration hands down to pages, for all languages or for one.
fn cascaded(table: &Table, languages: Option<&Table>) -> BTreeSet<String> {
    let own = languages.into_iter().flat_map(Table::values);
    let all = table
        .get("cascade")
        .into_iter()
        .chain(own.filter_map(|language| at_value(language, "cascade")));
    let mut keys = BTreeSet::new();
    for cascade in all {
        let one = std::slice::from_ref(cascade);
        for part in cascade.as_array().map_or(one, Vec::as_slice) {
            flatten(Some(part), "", &mut keys);
            flatten(at_value(part, "params"), "", &mut keys);
        }
    }
    keys
}

/// The keys of a table and of the tables in it, joined by dots.
fn flatten(value: Option<&Value>, prefix: &str, names: &mut BTreeSet<String>) {
    for (key, value) in value.and_then(Value::as_object).into_iter().flatten() {
        let name = format!("{prefix}{}", key.to_lowercase());
        flatten(Some(value), &format!("{name}."), names);
        names.insert(name);
    }
}
