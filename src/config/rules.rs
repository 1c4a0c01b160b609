//! The names of rules in `[check]`, each with its line.

use std::ops::Range;

use toml_edit::{Document, Item, TableLike};

use super::{RuleName, line_of};
use crate::text::{escape, nearest};

/// What a rule weighs, and that it does not run.
const SEVERITIES: [&str; 4] = ["error", "warning", "info", "off"];

/// The first name that no rule has, or weight that none can have: its line and what to say.
pub(super) fn unknown(
    document: &Document<&str>,
    text: &str,
    rule_name: RuleName,
) -> Option<(usize, String)> {
    let check = document.as_table().get("check")?.as_table_like()?;
    check.iter().find_map(|(name, item)| {
        let (at, message) = match name {
            "select" | "ignore" => in_list(item, rule_name)?,
            _ => (
                check.key(name).and_then(toml_edit::Key::span),
                own_table(name, item, rule_name)?,
            ),
        };
        let at = at.or_else(|| item.span()).map_or(0, |span| span.start);
        Some((line_of(text, at), message))
    })
}

/// What is wrong with the table of a rule, or what was meant to be one.
fn own_table(name: &str, item: &Item, rule_name: RuleName) -> Option<String> {
    let Some(table) = item.as_table_like() else {
        let hint = nearest(name, ["select", "ignore"]).map_or_else(
            || "; the options of a rule stand in a table `[check.RULE]`".to_owned(),
            |near| format!("; did you mean `check.{near}`?"),
        );
        return Some(format!("unknown key `check.{}`{hint}", escape(name)));
    };
    if let Err(message) = rule_name(name) {
        return Some(format!("`[check.{}]`: {message}", escape(name)));
    }
    let severity = severity(table)?;
    (!SEVERITIES.contains(&severity)).then(|| {
        format!(
            "`[check.{name}] severity = \"{}\"`: write \"error\", \"warning\", \"info\" or \"off\"",
            escape(severity)
        )
    })
}

fn severity(table: &dyn TableLike) -> Option<&str> {
    table.get("severity")?.as_str()
}

/// The first name of a list that no rule has.
fn in_list(item: &Item, rule_name: RuleName) -> Option<(Option<Range<usize>>, String)> {
    item.as_array()?
        .iter()
        .filter_map(|name| Some((name.span(), name.as_str()?)))
        .find_map(|(at, name)| Some((at, rule_name(name).err()?)))
}

#[cfg(test)]
mod tests {
    use crate::config::{Author, parse};

    fn told(text: &str) -> Option<String> {
        let rule_name = |name: &str| match name {
            "empty-link" => Ok("empty-link"),
            _ => Err(format!("there is no rule `{name}`")),
        };
        let read = parse(text, "postwright.toml", Author::Project, rule_name);
        read.err().map(|error| error.to_string())
    }

    #[test]
    fn names_are_told_with_their_lines() {
        for (text, expected) in [
            (
                "[post]\n\n[check.empty-lnk]\nseverity = \"off\"\n",
                "3: `[check.empty-lnk]`: there is no rule `empty-lnk`",
            ),
            (
                "[check]\nempty-link.severity = \"off\"\nx.severity = \"off\"\n",
                "3: `[check.x]`: there is no rule `x`",
            ),
            (
                "[check]\nselect = [\n  \"empty-link\",\n  \"x\",\n]\n",
                "4: there is no rule `x`",
            ),
            ("[check]\nignore = [\"x\"]\n", "2: there is no rule `x`"),
            (
                "[check]\nignroe = [\"x\"]\n",
                "2: unknown key `check.ignroe`; did you mean `check.ignore`?",
            ),
            (
                "[check]\nempty-link = \"off\"\n",
                "2: unknown key `check.empty-link`; the options of a rule stand in a table `[check.RULE]`",
            ),
            (
                "[check.empty-link]\nseverity = \"loud\"\n",
                "1: `[check.empty-link] severity = \"loud\"`: write \"error\", \"warning\", \"info\" or \"off\"",
            ),
        ] {
            assert_eq!(told(text), Some(format!("postwright.toml:{expected}")));
        }
        assert_eq!(
            told("[check]\nselect = [\"empty-link\"]\n[check.empty-link]\nseverity = \"off\"\n"),
            None
        );
    }
}
