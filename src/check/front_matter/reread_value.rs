//! Plain values of YAML that are read as something else than they say.

use super::repair;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::front_matter::{Change, Format, Value};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct RereadValue;

impl Rule for RereadValue {
    describe!(
        "reread-value",
        "A title or description in YAML without quotes that is read as something else",
        "\
In YAML a word that begins with `&` names the value and one that begins with `!` tells its type, so neither is part of the text: `title: &str vs String` is \"vs String\" to Zola
0.17.2, 0.22.0 and Hugo 0.168.0. Hugo also reads numbers: `1.10` is shown as 1.1, `0123` as 83, `1_000` as 1000.

```yaml
title: \"&str vs String\"
```

Write such text in quotes. The fix does."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front().filter(|front| front.format() == Format::Yaml) else {
            return;
        };
        for name in ["title", "description"] {
            let Some((key, raw)) = page.key(name).and_then(|key| Some((key, raw(page, key)?)))
            else {
                continue;
            };
            let is_marked = raw.starts_with('!')
                || raw.strip_prefix('&').is_some_and(|rest| rest.contains(' '));
            let is_lenient = !page.site.generator.requires_front_matter();
            let message = if is_marked {
                format!(
                    "the first word of `{key}` is not part of it: YAML takes it for a mark of its own"
                )
            } else if is_lenient && matches!(raw, "True" | "TRUE" | "False" | "FALSE") {
                format!("Hugo reads this `{key}` as a truth value, and shows it in small letters")
            } else if is_lenient && changes_as_number(raw) {
                format!("Hugo reads this `{key}` as a number, and shows it as it would write that")
            } else {
                continue;
            };
            let mut finding = page
                .finding(self, Severity::Warning, message)
                .help(format!("write `{key}: {}`", quoted(raw)));
            finding.span = front.span(&[key]).or_else(|| front.key_span(&[key]));
            // An alias elsewhere may lean on the name.
            let block = &page.text[..page.body.start];
            if !block.contains(" *") {
                let set = Change::set(&[key], Value::String(raw.to_owned()));
                finding.fix = repair::change(page, self, &[set], true);
            }
            findings.push(finding);
        }
    }
}

fn quoted(raw: &str) -> String {
    let shown = crate::text::escape(raw);
    format!("\"{}\"", shown.replace('"', "\\\""))
}

/// A value as it stands in the file, where it is on the line of its key and has no quotes.
fn raw<'p>(page: &'p Page<'_>, key: &str) -> Option<&'p str> {
    let at = page.front()?.key_span(&[key])?;
    let line = page.text[at.start..].split(['\n', '\r']).next()?;
    let value = line.split_once(':')?.1.trim();
    let value = value.split(" #").next().unwrap_or(value).trim_end();
    (!value.is_empty() && !value.starts_with(['"', '\'', '|', '>', '[', '{', '*'])).then_some(value)
}

/// Whether a word is a number that would be written in another way.
fn changes_as_number(raw: &str) -> bool {
    let digits = raw.strip_prefix(['-', '+']).unwrap_or(raw);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '_' | '.'))
        && digits.matches('.').count() < 2
        && !digits.ends_with('_');
    let has_zeros = (digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0."))
        || (digits.contains('.') && digits.ends_with('0'));
    let is_other_base = digits.len() > 2
        && (digits
            .strip_prefix("0x")
            .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_hexdigit()))
            || digits
                .strip_prefix("0o")
                .is_some_and(|rest| rest.chars().all(|c| c.is_digit(8)))
            || digits
                .strip_prefix("0b")
                .is_some_and(|rest| rest.chars().all(|c| c.is_digit(2))));
    // `.5` and `5.` get the digit that they lack, and `-0` loses its sign.
    let is_short = digits
        .strip_prefix('.')
        .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()) && !rest.is_empty())
        || matches!(digits.to_ascii_lowercase().as_str(), ".inf" | ".nan");
    if is_short || (is_number && (digits.ends_with('.') || raw == "-0")) {
        return true;
    }
    (is_number && (has_zeros || digits.contains('_') || raw.starts_with('+'))) || is_other_base
}

#[cfg(test)]
mod tests {
    use super::changes_as_number;
    use crate::check::testing::{hugo, repaired, zola};

    fn page(title: &str) -> String {
        format!("---\ntitle: {title}\ndate: 2026-01-02\n---\n")
    }

    #[test]
    fn marks_of_yaml() {
        for world in [zola("0.22.0"), hugo()] {
            let found = |title: &str| world.page("reread-value", &page(title)).len();
            assert_eq!((found("&str vs String"), found("!important rules")), (1, 1));
            assert_eq!(
                (found("R & D"), found("\"&str vs String\""), found("Wow!")),
                (0, 0, 0)
            );
        }
        let fixed = repaired(&zola("0.22.0"), &page("&str vs String"));
        assert_eq!(fixed, page("\"&str vs String\""));
    }

    #[test]
    fn numbers_in_hugo() {
        for (raw, changes) in [
            ("1.10", true),
            ("0123", true),
            ("1_000", true),
            ("0x1F", true),
            ("2024", false),
            ("1.5", false),
            ("0", false),
            ("0.5", false),
            ("1.2.0", false),
            ("007 films", false),
            ("", false),
            ("0xyz", false),
        ] {
            assert_eq!(changes_as_number(raw), changes, "{raw}");
        }
        assert_eq!(hugo().page("reread-value", &page("1.10")).len(), 1);
        assert_eq!(zola("0.22.0").page("reread-value", &page("1.10")).len(), 0);
    }
}
