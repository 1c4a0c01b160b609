//! The version that a site's files speak for.

use serde_json::Value;

use super::super::settings::{self, at, string};
use super::super::{Files, versions};
use super::config::{NO_SHORTCODES_SINCE, OWN, OWN_SINCE, SHARED, template_folders};
use crate::generator::settings::Table;
use crate::site::Version;

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
}
