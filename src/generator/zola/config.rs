//! What Zola's configuration says: `zola.toml` (read from 0.22.1 on, and then first) or `config.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::super::serving;
use super::super::settings::{self, Table, at, flag, string, strings};
use super::super::{Claim, Facts, Files, SiteError, versions};
use super::faults;
use crate::site::{ContentRoot, Later, Settings, Site, SlugRules, Slugify, Taxonomy, Version};

const OWN: &str = "zola.toml";
const SHARED: &str = "config.toml";

/// The first version that reads `zola.toml`.
const OWN_SINCE: Version = Version::new(0, 22, 1);

/// The first version without shortcodes.
const NO_SHORTCODES_SINCE: Version = Version::new(0, 23, 0);

/// Whether the folder is a site of Zola.
pub(super) fn claim(files: &dyn Files) -> Result<Claim, SiteError> {
    if settings::text(files, OWN)?.is_some() {
        return Ok(Claim::Yes(OWN.to_owned()));
    }
    let Some(text) = settings::text(files, SHARED)? else {
        return Ok(Claim::No);
    };
    Ok(if settings::has_key(SHARED, &text, &["base_url"], false) {
        Claim::Yes(SHARED.to_owned())
    } else if settings::has_key(SHARED, &text, &["baseURL"], true) {
        Claim::No
    } else {
        Claim::Perhaps(SHARED.to_owned())
    })
}

/// Reads the configuration that `version` reads.
pub(super) fn read(root: &Path, files: &dyn Files, version: Version) -> Result<Facts, SiteError> {
    let (file, table) = load(root, files, version)?;
    let broken = |cause: &str| settings::broken(&file, None, cause);
    let default_language = string(&table, &["default_language"]).unwrap_or_else(|| "en".to_owned());
    let mut languages = vec![default_language.clone()];
    let mut taxonomies = declared(&table, &default_language).map_err(broken)?;
    match table.get("languages") {
        None => {}
        Some(Value::Object(tables)) => {
            for (code, options) in tables {
                let options = options
                    .as_object()
                    .ok_or_else(|| broken(&format!("`languages.{code}` must be a table")))?;
                taxonomies.extend(declared(options, code).map_err(broken)?);
                if !languages.contains(code) {
                    languages.push(code.clone());
                }
            }
        }
        Some(_) => {
            return Err(broken(
                "`languages` must be a table of tables, such as [languages.fr]",
            ));
        }
    }
    let theme = string(&table, &["theme"]);
    let templates = template_folders(theme.as_deref());
    let text = settings::text(files, &file)?.unwrap_or_default();
    let faults = faults::find(&text, version);
    let title = string(&table, &["title"])
        .or_else(|| string(&table, &["languages", &default_language, "title"]));
    Ok(Facts {
        config: file,
        title,
        roots: vec![ContentRoot {
            dir: root.join("content"),
            language: None,
            mount: String::new(),
            writable: true,
        }],
        default_language,
        languages,
        // Of a theme that is not there, nothing is known.
        taxonomy_templates: !theme_is_here(files, theme.as_deref())
            || taxonomies.iter().all(|taxonomy| {
                !taxonomy.rendered || has_templates(files, &templates, &taxonomy.name)
            }),
        taxonomies,
        shortcodes: shortcodes(files, &templates),
        shortcode_bodies: shortcode_bodies(files, &templates),
        shortcodes_known: theme_is_here(files, theme.as_deref()),
        raw_html: true,
        dead_links_stop: string(&table, &["link_checker", "internal_level"]).as_deref()
            != Some("warn"),
        ignored: strings(&table, &["ignored_content"]),
        slugs: SlugRules {
            paths: slugify(&table, "paths"),
            terms: slugify(&table, "taxonomies"),
            headings: slugify(&table, "anchors"),
            keep_dates: flag(&table, &["slugify", "paths_keep_dates"]),
            ..SlugRules::default()
        },
        settings: Settings {
            faults,
            ..settings(&table, files, theme.as_deref(), &templates)
        },
    })
}

/// Whether the theme that the site names has been fetched; a site without one has all that it needs.
fn theme_is_here(files: &dyn Files, theme: Option<&str>) -> bool {
    theme.is_none_or(|theme| {
        files
            .list(&format!("themes/{theme}"))
            .is_ok_and(|list| !list.is_empty())
    })
}

/// Whether a template has `page.title | markdown(inline=true)` or the like.
fn reads_titles_as_markdown(template: &str) -> bool {
    template.match_indices("title").any(|(at, word)| {
        let filters = template[at + word.len()..]
            .split("}}")
            .next()
            .unwrap_or_default();
        let mut filters = filters.trim_start().split('|').skip(1);
        template[at + word.len()..].trim_start().starts_with('|')
            && filters.any(|filter| filter.trim_start().starts_with("markdown"))
    })
}

fn settings(
    table: &Table,
    files: &dyn Files,
    theme: Option<&str>,
    templates: &[String],
) -> Settings {
    let mut names = BTreeSet::new();
    for folder in templates {
        settings::names_below(files, folder, "", &mut names);
    }
    let extra_languages = extra_languages(files, table);
    let mut static_dirs = vec!["static".to_owned()];
    static_dirs.extend(theme.map(|theme| format!("themes/{theme}/static")));
    let static_folders = settings::folders_in(files, &static_dirs);
    let answers_elsewhere = if theme_is_here(files, theme) {
        let all = templates.iter().flat_map(|folder| {
            let mut names = BTreeSet::new();
            settings::names_below(files, folder, &format!("{folder}/"), &mut names);
            names
        });
        serving::answers_elsewhere(files, all.collect(), &static_dirs)
    } else {
        Later::new(|| true)
    };
    Settings {
        static_folders,
        answers_elsewhere,
        markdown_titles: markdown_titles(files, theme, templates),
        taxonomy_root: string(table, &["taxonomy_root"])
            .unwrap_or_default()
            .trim_matches('/')
            .to_owned(),
        templates: theme_is_here(files, theme).then_some(names),
        typographer: flag(table, &["markdown", "smart_punctuation"]),
        alerts: flag(table, &["markdown", "github_alerts"]),
        emoji: flag(table, &["markdown", "render_emoji"]),
        lazy_images: flag(table, &["markdown", "lazy_async_image"]),
        definition_lists: flag(table, &["markdown", "definition_list"]),
        gathers_footnotes: flag(table, &["markdown", "bottom_footnotes"]),
        strict_languages: extra_languages.is_some()
            && flag(
                table,
                &["markdown", "highlighting", "error_on_missing_language"],
            ),
        extra_languages: extra_languages.unwrap_or_default(),
        base_path: settings::path_of(&string(table, &["base_url"]).unwrap_or_default()),
        static_dirs,
        ..Settings::default()
    }
}

/// Whether a template reads titles as Markdown, or may.
fn markdown_titles(files: &dyn Files, theme: Option<&str>, templates: &[String]) -> Later {
    let (files, templates) = (files.keep(), templates.to_vec());
    let theme = theme.map(str::to_owned);
    Later::new(move || {
        let mut names = BTreeSet::new();
        for folder in &templates {
            settings::names_below(&*files, folder, &format!("{folder}/"), &mut names);
        }
        let mut texts = names.iter().filter_map(|name| files.read(name).ok()?);
        !theme_is_here(&*files, theme.as_deref())
            || texts.any(|text| reads_titles_as_markdown(&text))
    })
}

/// The languages of the grammars that the site brings along; `None` where one of them cannot be read.
fn extra_languages(files: &dyn Files, table: &Table) -> Option<Vec<String>> {
    strings(table, &["markdown", "highlighting", "extra_grammars"])
        .iter()
        .map(|path| {
            let grammar = settings::load(files, path).ok()??;
            Some(string(&grammar, &["name"])?.to_lowercase())
        })
        .collect()
}

fn load(root: &Path, files: &dyn Files, version: Version) -> Result<(String, Table), SiteError> {
    let names: &[&str] = if version >= OWN_SINCE {
        &[OWN, SHARED]
    } else {
        &[SHARED]
    };
    for name in names {
        if let Some(table) = settings::load(files, name)? {
            return Ok(((*name).to_owned(), table));
        }
    }
    if settings::text(files, OWN)?.is_some() {
        return Err(SiteError::Broken {
            file: OWN.to_owned(),
            line: None,
            cause: format!("Zola {version} does not read zola.toml, only config.toml"),
            help: "Rename the file, use Zola 0.22.1 or later, or correct `generator_version` in postwright.toml",
        });
    }
    Err(SiteError::NoConfiguration {
        dir: root.to_path_buf(),
        generator: "Zola",
        looked_for: "zola.toml (from Zola 0.22.1 on) and config.toml",
    })
}

/// The taxonomies in a table of settings: the whole site's, or one language's.
fn declared(table: &Table, language: &str) -> Result<Vec<Taxonomy>, &'static str> {
    const SHAPE: &str = "`taxonomies` must be a list of tables with a name, such as taxonomies = [ { name = \"tags\" } ]";
    match table.get("taxonomies") {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| {
                let options = item.as_object().ok_or(SHAPE)?;
                Ok(Taxonomy {
                    name: string(options, &["name"]).ok_or(SHAPE)?,
                    language: language.to_owned(),
                    rendered: at(options, &["render"])
                        .and_then(Value::as_bool)
                        .unwrap_or(true),
                    declaration: inline(item),
                })
            })
            .collect(),
        Some(_) => Err(SHAPE),
    }
}

/// A value as TOML on one line.
fn inline(value: &Value) -> String {
    match value {
        Value::Object(table) => {
            let items: Vec<String> = table
                .iter()
                .map(|(key, value)| {
                    format!(
                        "{} = {}",
                        toml_edit::Key::new(key).display_repr(),
                        inline(value)
                    )
                })
                .collect();
            format!("{{ {} }}", items.join(", "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::String(text) => toml_edit::Value::from(text.as_str()).to_string(),
        other => other.to_string(),
    }
}

fn slugify(table: &Table, key: &str) -> Slugify {
    match at(table, &["slugify", key]) {
        Some(Value::String(mode)) if mode == "safe" => Slugify::Safe,
        Some(Value::String(mode)) if mode == "off" => Slugify::Off,
        // The spelling of versions before 0.11, kept alive by old sites.
        Some(Value::Bool(false)) => Slugify::Off,
        _ => Slugify::On,
    }
}

fn template_folders(theme: Option<&str>) -> Vec<String> {
    let mut folders = vec!["templates".to_owned()];
    folders.extend(theme.map(|theme| format!("themes/{theme}/templates")));
    folders
}

fn has_templates(files: &dyn Files, folders: &[String], taxonomy: &str) -> bool {
    let has = |path: &str| {
        folders
            .iter()
            .any(|folder| matches!(files.read(&format!("{folder}/{path}")), Ok(Some(_))))
    };
    ["list", "single"].iter().all(|kind| {
        has(&format!("{taxonomy}/{kind}.html")) || has(&format!("taxonomy_{kind}.html"))
    })
}

fn shortcodes(files: &dyn Files, folders: &[String]) -> Vec<String> {
    let mut names: Vec<String> = folders
        .iter()
        .flat_map(|folder| {
            files
                .list(&format!("{folder}/shortcodes"))
                .unwrap_or_default()
        })
        .filter(|entry| !entry.is_dir)
        .filter_map(|entry| {
            let (name, extension) = entry.name.rsplit_once('.')?;
            matches!(extension, "html" | "md").then(|| name.to_owned())
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

/// The shortcodes whose templates print what is between their tags, and so stop the build where they are called without
/// (tested on 0.17.2 and 0.22.0).
fn shortcode_bodies(files: &dyn Files, folders: &[String]) -> BTreeMap<String, bool> {
    let mut found = BTreeMap::new();
    for name in shortcodes(files, folders) {
        let texts = folders.iter().flat_map(|folder| {
            ["html", "md"].map(|extension| {
                let path = format!("{folder}/shortcodes/{name}.{extension}");
                files.read(&path).ok().flatten()
            })
        });
        let mut texts = texts.flatten();
        if texts.next().is_some_and(|text| prints_body(&text)) {
            found.insert(name, true);
        }
    }
    found
}

/// Whether a template prints `body` whatever was given to it.
fn prints_body(template: &str) -> bool {
    let is_asked_for = ["if body", "body is", "body |default", "body | default"];
    !is_asked_for.iter().any(|guard| template.contains(guard))
        && template.split("{{").skip(1).any(|expression| {
            let word = expression.trim_start_matches(['-', ' ']);
            word.strip_prefix("body")
                .is_some_and(|rest| rest.starts_with([' ', '|', '}', '-']))
        })
}

/// The version that the site speaks for. Between the last version with shortcodes and the first without, the rules for
/// bodies change, so a hint is given only where the files leave no doubt on which side the site stands.
pub(super) fn version_hint(files: &dyn Files) -> Option<Version> {
    if let Some(version) = versions::in_workflows(files, "zola") {
        return Some(version);
    }
    let own = settings::load(files, OWN).ok().flatten();
    let is_own = own.is_some();
    let table = match own {
        Some(table) => table,
        None => settings::load(files, SHARED).ok().flatten()?,
    };
    let theme = string(&table, &["theme"]);
    let (at_least, at_most) = bounds(files, &table, theme.as_deref(), is_own);
    match (at_least, at_most) {
        (Some(low), _) if low >= NO_SHORTCODES_SINCE => at_most.is_none().then_some(low),
        (Some(low), Some(high)) => Some(low.max(high)),
        (None, Some(high)) => Some(high),
        (_, None) => None,
    }
}

/// The oldest and the newest version that the site's files allow.
fn bounds(
    files: &dyn Files,
    table: &Table,
    theme: Option<&str>,
    is_own: bool,
) -> (Option<Version>, Option<Version>) {
    let folder_is_there = |path: &str| {
        template_folders(theme).iter().any(|folder| {
            files
                .list(&format!("{folder}/{path}"))
                .is_ok_and(|list| !list.is_empty())
        })
    };
    let theme_minimum = theme
        .and_then(|theme| {
            settings::load(files, &format!("themes/{theme}/theme.toml"))
                .ok()
                .flatten()
        })
        .and_then(|theme| at(&theme, &["min_version"]).map(Value::to_string))
        .and_then(|minimum| Version::find(&minimum));
    let at_least = [
        is_own.then_some(OWN_SINCE),
        theme_minimum,
        (at(table, &["skip_content_templating"]).is_some() || folder_is_there("components"))
            .then_some(NO_SHORTCODES_SINCE),
        (at(table, &["markdown", "highlighting"]).is_some()
            || at(table, &["taxonomy_root"]).is_some())
        .then_some(Version::new(0, 22, 0)),
    ];
    let at_most = [
        at(table, &["markdown", "highlight_code"])
            .is_some()
            .then_some(Version::new(0, 21, 0)),
        folder_is_there("shortcodes").then_some(Version::new(0, 22, 0)),
    ];
    (
        at_least.into_iter().flatten().max(),
        at_most.into_iter().flatten().min(),
    )
}

/// See [`super::Generator::declare_taxonomy_help`].
pub(super) fn declare_taxonomy_help(site: &Site, name: &str, language: &str) -> String {
    let mut items: Vec<String> = site
        .taxonomies
        .iter()
        .filter(|taxonomy| taxonomy.language == language && taxonomy.name != name)
        .map(|taxonomy| taxonomy.declaration.clone())
        .collect();
    let replaced = if items.is_empty() {
        ""
    } else {
        ", in place of the taxonomies that are there"
    };
    items.push(inline(&serde_json::json!({ "name": name })));
    let line = format!("taxonomies = [ {} ]", items.join(", "));
    if language == site.default_language {
        format!(
            "in {}, before the first [table]{replaced}:\n{line}",
            site.config
        )
    } else {
        let code = toml_edit::Key::new(language);
        format!(
            "in {}, in the table of the language{replaced}:\n[languages.{}]\n{line}",
            site.config,
            code.display_repr()
        )
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::super::memory;
    use super::*;

    #[rstest]
    #[case(&[("config.toml", "")], None)]
    #[case(&[("zola.toml", "")], None)]
    #[case(&[("config.toml", "[markdown]\nhighlight_code = true")], Some("0.21.0"))]
    #[case(&[("config.toml", "[markdown.highlighting]\ntheme = 'x'")], None)]
    #[case(&[("config.toml", "[markdown.highlighting]"), ("templates/shortcodes/a.html", "")], Some("0.22.0"))]
    #[case(&[("zola.toml", ""), ("templates/shortcodes/a.html", "")], Some("0.22.1"))]
    #[case(&[("zola.toml", "skip_content_templating = []")], Some("0.23.0"))]
    #[case(&[("config.toml", ""), ("templates/components/a.html", "")], Some("0.23.0"))]
    #[case(&[("config.toml", "theme = 't'"), ("themes/t/theme.toml", "min_version = '0.23.2'")], Some("0.23.2"))]
    #[case(&[("config.toml", "theme = 't'"), ("themes/t/theme.toml", "min_version = 0.17")], None)]
    #[case(&[("config.toml", "theme = 't'"), ("themes/t/templates/shortcodes/a.md", "")], Some("0.22.0"))]
    #[case(&[("config.toml", ""), ("templates/components/a", ""), ("templates/shortcodes/a.md", "")], None)]
    #[case(&[("config.toml", "broken"), ("netlify.toml", "ZOLA_VERSION = '0.18.0'")], Some("0.18.0"))]
    fn version_hints(#[case] files: &[(&str, &str)], #[case] expected: Option<&str>) {
        let hint = version_hint(&memory(files)).map(|version| version.to_string());
        assert_eq!(hint.as_deref(), expected);
    }

    #[test]
    fn the_file_that_the_version_reads_is_read() {
        let files = memory(&[
            ("zola.toml", "title = 'new'"),
            ("config.toml", "title = 'old'"),
        ]);
        let title = |version| read(Path::new("/s"), &files, version).expect("facts").title;
        assert_eq!(title(Version::new(0, 22, 0)).as_deref(), Some("old"));
        assert_eq!(title(Version::new(0, 22, 1)).as_deref(), Some("new"));

        let files = memory(&[("zola.toml", "title = 'new'")]);
        let message = read(Path::new("/s"), &files, Version::new(0, 17, 2))
            .expect_err("unread")
            .to_string();
        assert!(
            message.contains("Zola 0.17.2 does not read zola.toml"),
            "{message}"
        );
    }
}
