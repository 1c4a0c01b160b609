//! What Zola's configuration says: `zola.toml` (read from 0.22.1 on, and then first) or `config.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::super::serving;
use super::super::settings::{self, Table, at, flag, string, strings};
use super::super::{Claim, Files, SiteError};
use super::components::components;
use super::shortcodes::{self, shortcode_bodies, shortcodes};
use super::taxonomies::declared;
use super::{faults, own_files, variables};
use crate::site::{
    ContentRoot, KnownVersion, Later, Settings, Site, SitePath, SlugRules, Slugify, Version,
};

/// Templates that Zola brings along.
const BUILT_IN: [&str; 8] = [
    "404.html",
    "atom.xml",
    "rss.xml",
    "robots.txt",
    "sitemap.xml",
    "split_sitemap_index.xml",
    "anchor-link.html",
    "internal/alias.html",
];

pub(super) const OWN: &str = "zola.toml";
pub(super) const SHARED: &str = "config.toml";

/// The first version that reads `zola.toml`.
pub(super) const OWN_SINCE: Version = Version::new(0, 22, 1);

/// The first version without shortcodes.
pub(super) const NO_SHORTCODES_SINCE: Version = Version::new(0, 23, 0);

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

/// Reads the configuration that the version reads.
pub(super) fn read(
    root: &Path,
    files: &dyn Files,
    (version, version_source): KnownVersion,
) -> Result<Site, SiteError> {
    let (file, table) = load(root, files, version)?;
    let is_unread = !reads(&file, version);
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
    let mut faults = faults::find(&text, version, files);
    if is_unread {
        faults.insert(0, faults::unread(&file, version));
    }
    // Of a theme that is not there, nothing is known.
    if theme_is_here(files, theme.as_deref()) {
        for taxonomy in &mut taxonomies {
            taxonomy.has_templates = has_templates(files, &templates, &taxonomy.name);
        }
    }
    let title = string(&table, &["title"])
        .or_else(|| string(&table, &["languages", &default_language, "title"]));
    let settings = settings(
        &table,
        version,
        &default_language,
        files,
        theme.as_deref(),
        &templates,
    );
    Ok(Site {
        root: root.to_path_buf(),
        generator: &super::Zola,
        version,
        version_source,
        written_in: None,
        config: SitePath::new(file),
        title,
        roots: vec![ContentRoot {
            dir: root.join("content"),
            language: None,
            mount: String::new(),
            writable: true,
        }],
        default_language,
        languages,
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
            components: if version >= NO_SHORTCODES_SINCE {
                components(files, &templates)
            } else {
                Later::default()
            },
            ..settings
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
    version: Version,
    default_language: &str,
    files: &dyn Files,
    theme: Option<&str>,
    templates: &[String],
) -> Settings {
    let mut names: BTreeSet<String> = BUILT_IN.map(str::to_owned).into();
    for folder in templates {
        settings::names_below(files, folder, "", &mut names);
    }
    if let Some(theme) = theme {
        let folder = format!("themes/{theme}/templates");
        settings::names_below(files, &folder, &format!("{theme}/templates/"), &mut names);
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
        template_reads: template_reads(files, templates),
        typographer: flag(table, &["markdown", "smart_punctuation"]),
        alerts: flag(table, &["markdown", "github_alerts"]),
        emoji: flag(table, &["markdown", "render_emoji"]),
        markdown_shortcodes: shortcodes::of_markdown(files, templates),
        verbatim_shortcodes: shortcodes::verbatim(files, templates),
        shortcode_arguments: shortcodes::shortcode_arguments(files, templates),
        own_files: own_files::own_files(table, version, default_language),
        feed_names: own_files::feed_names(table, version),
        search_index: flag(table, &["build_search_index"]),
        lazy_images: flag(table, &["markdown", "lazy_async_image"]),
        definition_lists: flag(table, &["markdown", "definition_list"]),
        gathers_footnotes: flag(table, &["markdown", "bottom_footnotes"]),
        strict_languages: extra_languages.is_some()
            && flag(
                table,
                &["markdown", "highlighting", "error_on_missing_language"],
            ),
        extra_languages: extra_languages.unwrap_or_default(),
        base_url: settings::address_of(&string(table, &["base_url"]).unwrap_or_default()),
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

/// What each template reads that not every page gives it; the site's own stand in the place of the theme's.
fn template_reads(
    files: &dyn Files,
    templates: &[String],
) -> Later<BTreeMap<String, BTreeSet<&'static str>>> {
    let (files, templates) = (files.keep(), templates.to_vec());
    Later::new(move || {
        let mut texts = BTreeMap::new();
        for folder in templates.iter().rev() {
            let mut names = BTreeSet::new();
            settings::names_below(&*files, folder, "", &mut names);
            for name in names {
                let text = files.read(&format!("{folder}/{name}")).ok().flatten();
                texts.insert(name, text.unwrap_or_default());
            }
        }
        let text = |name: &str| texts.get(name).map(String::as_str);
        let reads = texts.iter();
        let reads = reads.map(|(name, own)| (name.clone(), variables::unasked(own, text)));
        reads.collect()
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

/// Whether a version looks for a configuration of this name.
pub(super) fn reads(file: &str, version: Version) -> bool {
    file != OWN || version >= OWN_SINCE
}

/// The first file that the version reads. One that only later versions read is read where there is no other: what the
/// site is does not hang on it, and a rule tells of it.
fn load(root: &Path, files: &dyn Files, version: Version) -> Result<(String, Table), SiteError> {
    let names = if reads(OWN, version) {
        [OWN, SHARED]
    } else {
        [SHARED, OWN]
    };
    for name in names {
        if let Some(table) = settings::load(files, name)? {
            return Ok((name.to_owned(), table));
        }
    }
    Err(SiteError::NoConfiguration {
        dir: root.to_path_buf(),
        generator: "Zola",
        looked_for: "zola.toml (from Zola 0.22.1 on) and config.toml",
    })
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

pub(super) fn template_folders(theme: Option<&str>) -> Vec<String> {
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

#[cfg(test)]
mod tests {
    use super::super::super::memory;
    use super::*;
    use crate::site::VersionSource;

    #[test]
    fn the_file_that_the_version_reads_is_read() {
        let files = memory(&[
            ("zola.toml", "title = 'new'"),
            ("config.toml", "title = 'old'"),
        ]);
        let site = |files: &dyn Files, version| {
            let known = (version, VersionSource::Configured);
            read(Path::new("/s"), files, known).expect("a site")
        };
        let title = |version| site(&files, version).title;
        assert_eq!(title(Version::new(0, 22, 0)).as_deref(), Some("old"));
        assert_eq!(title(Version::new(0, 22, 1)).as_deref(), Some("new"));

        let files = memory(&[("zola.toml", "title = 'new'")]);
        let old = site(&files, Version::new(0, 17, 2));
        assert_eq!(old.title.as_deref(), Some("new"));
        let fault = &old.settings.faults[0].message;
        assert!(fault.starts_with("Zola 0.17.2 does not read"), "{fault}");
    }
}
