//! `[check.RULE] ignore`: the places where a rule is silent.

use std::ops::Range;

use toml_edit::{Document, Item};

use super::{RawCheck, RawRule, line_of};

/// One glob of paths in which a rule is silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// The rule, by its name or an alias, as it is written.
    pub rule: String,
    /// The paths, seen from the site's folder.
    pub glob: String,
    /// The bytes of the glob in the project's file; `None` for one of the user's own configuration.
    pub span: Option<Range<usize>>,
}

/// What rule a table is about: the rule's own name, or the one that is written where no rule has it.
fn canonical<'r>(name: &'r str, table: &'r RawRule) -> &'r str {
    table.rule.unwrap_or(name)
}

/// A second table for a rule that has one, by another of its names: its line and what to say.
pub(super) fn twice(
    check: &RawCheck,
    document: &Document<&str>,
    text: &str,
) -> Option<(usize, String)> {
    let rules = document.as_table().get("check")?.as_table_like()?;
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for (name, table) in &check.rules {
        let (Some(item), own) = (rules.get(name), canonical(name, table)) else {
            continue;
        };
        if let Some((_, first)) = seen.iter().find(|(other, _)| *other == own) {
            let at = item.span().or_else(|| rules.key(name)?.span());
            let message = format!(
                "`[check.{name}]` and `[check.{first}]` are about the same rule; put all of it into `[check.{own}]`"
            );
            return Some((line_of(text, at.map_or(0, |span| span.start)), message));
        }
        seen.push((own, name));
    }
    None
}

/// Notes where each glob stands.
pub(super) fn locate(check: &mut RawCheck, document: &Document<&str>) {
    for (name, rule) in &mut check.rules {
        let globs = document
            .as_table()
            .get("check")
            .and_then(Item::as_table_like)
            .and_then(|rules| rules.get(name)?.as_table_like()?.get("ignore")?.as_array());
        let spans = globs.map(|globs| globs.iter().filter_map(toml_edit::Value::span).collect());
        rule.ignore_spans = spans.unwrap_or_default();
    }
}

/// The globs of both files; a rule's list in the project's file replaces the one in the user's.
pub(super) fn merge(user: &RawCheck, project: &RawCheck) -> Vec<Ignored> {
    let is_replaced = |name: &str| {
        let mut own = project.rules.iter();
        own.any(|(other, rule)| rule.ignore.is_some() && canonical(other, rule) == name)
    };
    let users = user
        .rules
        .iter()
        .filter(|(name, rule)| !is_replaced(canonical(name, rule)));
    users
        .chain(&project.rules)
        .flat_map(|(name, rule)| {
            let globs = rule.ignore.iter().flatten().enumerate();
            globs.map(move |(index, glob)| Ignored {
                rule: name.clone(),
                glob: glob.clone(),
                span: rule.ignore_spans.get(index).cloned(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::config::{Author, Flags, RawConfig, parse, resolve};

    fn rule_name(name: &str) -> Result<&'static str, String> {
        let is_alias = name.eq_ignore_ascii_case("MD009");
        let mut known = ["trailing-space", "hard-tab"].into_iter();
        known
            .find(|known| *known == name || (is_alias && *known == "trailing-space"))
            .ok_or_else(|| format!("there is no rule `{name}`"))
    }

    fn read(text: &str, author: Author) -> Result<RawConfig, String> {
        parse(text, "postwright.toml", author, rule_name).map_err(|error| error.to_string())
    }

    #[test]
    fn a_rule_has_one_table() {
        let text =
            "[check.trailing-space]\nseverity = \"off\"\n\n[check.md009]\nignore = [\"a/**\"]\n";
        assert_eq!(
            read(text, Author::Project).unwrap_err(),
            "postwright.toml:4: `[check.md009]` and `[check.trailing-space]` are about the same rule; put all of it into `[check.trailing-space]`"
        );
    }

    #[test]
    fn the_list_of_the_project_replaces_that_of_the_user() {
        let user = "[check.MD009]\nignore = [\"u/**\"]\n[check.hard-tab]\nignore = [\"t\"]\n";
        let text = "[check]\ntrailing-space.ignore = [\"a/**\", 'b']\n";
        let config = resolve(
            read(text, Author::Project).expect("project"),
            read(user, Author::User).expect("user"),
            Flags::default(),
        )
        .expect("config");
        let found: Vec<(&str, &str, Option<&str>)> = config
            .ignored
            .iter()
            .map(|one| {
                let written = one.span.clone().map(|span| &text[span]);
                (one.rule.as_str(), one.glob.as_str(), written)
            })
            .collect();
        assert_eq!(
            found,
            [
                ("hard-tab", "t", None),
                ("trailing-space", "a/**", Some("\"a/**\"")),
                ("trailing-space", "b", Some("'b'")),
            ]
        );
    }
}
