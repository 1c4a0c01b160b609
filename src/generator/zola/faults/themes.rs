//! Themes for code that Zola does not have, and files of themes and grammars that are not there (tested on 0.17.2 and
//! 0.22.0).

use std::collections::BTreeSet;

use toml_edit::{Item, TableLike};

use super::super::super::{Files, settings};
use super::{HIGHLIGHTING_SINCE, NEXT, span};
use crate::site::{ConfigFault, Version};
use crate::text::{escape, nearest};

/// The first version of which the built-in themes are not known, before [`HIGHLIGHTING_SINCE`].
const UNKNOWN_SINCE: Version = Version::new(0, 20, 0);

/// The themes of Zola 0.17 to 0.19 (`sublime/themes` in its source).
const OLD: &str = "1337 OneHalfDark OneHalfLight Tomorrow agola-dark ascetic-white axar ayu-dark ayu-light ayu-mirage \
    base16-atelierdune-light base16-ocean-dark base16-ocean-light bbedit boron charcoal cheerfully-light classic-modified \
    demain dimmed-fluid dracula gray-matter-dark green gruvbox-dark gruvbox-light idle inspired-github ir-white kronuz \
    material-dark material-light monokai nord nyx-bold one-dark railsbase16-green-screen-dark solarized-dark \
    solarized-light subway-madrid subway-moscow two-dark visual-studio-dark zenburn";

/// The themes of Zola 0.22 (those of giallo 0.2).
const NEW: &str = "andromeeda aurora-x ayu-dark catppuccin-frappe catppuccin-latte catppuccin-macchiato catppuccin-mocha \
    dark-plus dracula dracula-soft everforest-dark everforest-light github-dark github-dark-default github-dark-dimmed \
    github-dark-high-contrast github-light github-light-default github-light-high-contrast gruvbox-dark-hard \
    gruvbox-dark-medium gruvbox-dark-soft gruvbox-light-hard gruvbox-light-medium gruvbox-light-soft houston \
    kanagawa-dragon kanagawa-lotus kanagawa-wave laserwave light-plus material-theme material-theme-darker \
    material-theme-lighter material-theme-ocean material-theme-palenight min-dark min-light monokai night-owl nord \
    one-dark-pro one-light plastic poimandres red rose-pine rose-pine-dawn rose-pine-moon slack-dark slack-ochin \
    snazzy-light solarized-dark solarized-light synthwave-84 tokyo-night vesper vitesse-black vitesse-dark vitesse-light";

/// What later versions of giallo brought.
const NEWEST: &str = "ayu-light ayu-mirage horizon horizon-bright night-owl-light";

/// What stops Zola in the themes that a configuration names.
pub(super) fn missing(
    markdown: &dyn TableLike,
    version: Version,
    files: &dyn Files,
) -> Vec<ConfigFault> {
    let highlighting = markdown.get("highlighting").and_then(Item::as_table_like);
    match highlighting {
        Some(table) if version >= HIGHLIGHTING_SINCE => of_files(table, version, files),
        None if version < UNKNOWN_SINCE => of_folders(markdown, files),
        _ => Vec::new(),
    }
}

/// `[markdown.highlighting]`, with its extra themes in files of JSON.
fn of_files(table: &dyn TableLike, version: Version, files: &dyn Files) -> Vec<ConfigFault> {
    let mut faults = Vec::new();
    let mut names: BTreeSet<String> = NEW.split(' ').map(str::to_owned).collect();
    if version >= NEXT {
        names.extend(NEWEST.split(' ').map(str::to_owned));
    }
    // Whether the names of all extra themes are known.
    let mut are_known = true;
    for key in ["extra_grammars", "extra_themes"] {
        for path in texts(table, key) {
            match files.read(path) {
                Ok(None) => faults.push(no_file(table, key, path)),
                Ok(Some(_)) if key == "extra_grammars" => {}
                Ok(Some(text)) => {
                    let theme = settings::parse("theme.json", &text).ok();
                    let name = theme.and_then(|theme| settings::string(&theme, &["name"]));
                    match name {
                        Some(name) => {
                            names.insert(name.to_lowercase());
                        }
                        None => are_known = false,
                    }
                }
                Err(_) => are_known = false,
            }
        }
    }
    let single = table.get("theme").is_some_and(Item::is_str);
    let keys: &[&str] = if single {
        &["theme"]
    } else {
        &["light_theme", "dark_theme"]
    };
    for key in keys {
        let name = table.get(key).and_then(Item::as_str);
        if let Some(name) = name.filter(|name| are_known && !names.contains(&name.to_lowercase())) {
            faults.push(unknown(table, key, name, &names, version < NEXT));
        }
    }
    faults
}

/// The keys before [`HIGHLIGHTING_SINCE`], with extra themes in folders.
fn of_folders(markdown: &dyn TableLike, files: &dyn Files) -> Vec<ConfigFault> {
    let mut names: BTreeSet<String> = OLD.split(' ').map(str::to_owned).collect();
    for folder in texts(markdown, "extra_syntaxes_and_themes") {
        let mut found = BTreeSet::new();
        settings::names_below(files, folder.trim_end_matches('/'), "", &mut found);
        let themes = found.iter().filter_map(|path| {
            let name = path.rsplit('/').next()?;
            Some(name.strip_suffix(".tmTheme")?.to_owned())
        });
        names.extend(themes);
    }
    let key = "highlight_theme";
    let name = markdown.get(key).and_then(Item::as_str);
    name.filter(|name| *name != "css" && !names.contains(*name))
        .map(|name| unknown(markdown, key, name, &names, true))
        .into_iter()
        .collect()
}

fn texts<'t>(table: &'t dyn TableLike, key: &str) -> Vec<&'t str> {
    let items = table.get(key).and_then(Item::as_array);
    let items = items.into_iter().flatten();
    items.filter_map(toml_edit::Value::as_str).collect()
}

fn unknown(
    table: &dyn TableLike,
    key: &str,
    name: &str,
    names: &BTreeSet<String>,
    is_sure: bool,
) -> ConfigFault {
    let near = nearest(name, names.iter().map(String::as_str));
    ConfigFault {
        span: span(table, key),
        message: format!("Zola has no theme `{}` for code, and stops", escape(name)),
        help: near.map_or_else(
            || "write the name of one of Zola's themes, or add the file of this one".to_owned(),
            |near| format!("did you mean `{near}`?"),
        ),
        is_sure,
    }
}

fn no_file(table: &dyn TableLike, key: &str, path: &str) -> ConfigFault {
    ConfigFault {
        span: span(table, key),
        message: format!(
            "there is no file `{}`, which `{key}` names, and Zola stops",
            escape(path)
        ),
        help: "write the path from the folder of the configuration".to_owned(),
        is_sure: true,
    }
}

#[cfg(test)]
mod tests {
    use toml_edit::Document;

    use super::super::super::super::memory;
    use super::*;

    fn keys(text: &str, version: Version) -> String {
        let files = memory(&[
            ("own.json", "{\"name\": \"Mine\"}"),
            ("odd.json", "?"),
            ("themes-here/a/Own.tmTheme", ""),
        ]);
        let document = Document::parse(text).expect("TOML");
        let faults = missing(document.as_table(), version, &files);
        let spans = faults.iter().filter_map(|fault| fault.span.clone());
        spans.map(|span| &text[span]).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn themes_that_a_version_has() {
        let (old, now) = (Version::new(0, 17, 2), Version::new(0, 22, 0));
        for (text, of_old, of_now) in [
            ("highlight_theme = 'nord'", "", ""),
            ("highlight_theme = 'css'", "", ""),
            ("highlight_theme = 'Nord'", "highlight_theme", ""),
            (
                "highlight_theme = 'Own'\nextra_syntaxes_and_themes = ['themes-here']",
                "",
                "",
            ),
            ("highlighting.theme = 'GitHub-Dark'", "", ""),
            ("highlighting.theme = 'base16-ocean-dark'", "", "theme"),
            (
                "highlighting = { light_theme = 'x', dark_theme = 'nord' }",
                "",
                "light_theme",
            ),
            (
                "highlighting = { theme = 'mine', extra_themes = ['own.json'] }",
                "",
                "",
            ),
            (
                "highlighting = { theme = 'x', extra_themes = ['odd.json'] }",
                "",
                "",
            ),
            (
                "highlighting = { theme = 'nord', extra_grammars = ['no.json'] }",
                "",
                "extra_grammars",
            ),
        ] {
            assert_eq!(keys(text, old), of_old, "{text}");
            assert_eq!(keys(text, now), of_now, "{text}");
        }
    }
}
