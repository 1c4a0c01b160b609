//! Calls of the site's own shortcodes that Zola does not read as calls, and shows.

use std::ops::Range;

use super::foreign_shortcode::in_comment;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::generator::TemplateKind;

/// What is said of each such call: `{{ note(text='it's') }}`, `{{ note(text=“x”) }}`, `{{ note text="x" }}` (tested on Zola
/// 0.17.2 and 0.22.0).
pub(super) fn find(rule: &dyn Rule, page: &Page<'_>, findings: &mut Vec<Finding>) {
    let (site, generator) = (page.site, page.site.generator);
    if !generator.requires_front_matter() || generator.has_templates(site.version) {
        return;
    }
    // Where the build stops, nothing is known of the other calls.
    let stops = |kind: &TemplateKind| matches!(kind, TemplateKind::Malformed(_));
    if page.templates.iter().any(|it| stops(&it.kind)) {
        return;
    }
    let body = page.body();
    for (at, delimiter) in body.match_indices("{{").chain(body.match_indices("{%")) {
        let Some(name) = name(&body[at + 2..]) else {
            continue;
        };
        let start = page.body.start + at;
        let is_read = page.templates.iter().any(|it| it.range.contains(&start));
        let is_escaped = body[..at].ends_with(['\\', '{']);
        let is_own = site.shortcodes.iter().any(|known| known == name);
        if !is_own || is_read || is_escaped || page.in_code(start) || in_comment(body, at) {
            continue;
        }
        let message = format!(
            "`{name}` is a shortcode, and {} does not read this as a call, so readers will see it as it stands",
            generator.title()
        );
        let help = format!(
            "write `{}`, with commas between the arguments and quotes that do not stand in the text; to show it, put it in backticks",
            if delimiter == "{{" {
                format!("{{{{ {name}(key=\"text\") }}}}")
            } else {
                format!("{{% {name}(key=\"text\") %}}…{{% end %}}")
            }
        );
        let finding = page.finding(rule, Severity::Warning, message);
        findings.push(finding.at(extent(page, start)).help(help));
    }
}

/// The name at the start of what follows a delimiter.
fn name(rest: &str) -> Option<&str> {
    let rest = rest.strip_prefix('-').unwrap_or(rest).trim_start();
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let name = &rest[..end.unwrap_or(rest.len())];
    (!name.is_empty()).then_some(name)
}

/// The bytes up to the closing delimiter on the same line, or up to the end of the line.
fn extent(page: &Page<'_>, start: usize) -> Range<usize> {
    let rest = &page.text[start..];
    let line = rest.lines().next().unwrap_or_default();
    let close = ["}}", "%}"]
        .iter()
        .filter_map(|close| line.find(close))
        .min();
    start..start + close.map_or(line.len(), |close| close + 2)
}

#[cfg(test)]
mod tests {
    use crate::check::testing::world;

    #[test]
    fn calls_that_are_none() {
        let files = [
            ("config.toml", "base_url = \"x\"\n"),
            ("templates/shortcodes/note.html", "{{ text }}"),
        ];
        for version in ["0.17.2", "0.22.0"] {
            let world = world(&files, Some(version));
            let lines = |body: &str| world.lines("live-shortcode", &format!("{body}\n"));
            for bad in [
                "{{ note(text='it's') }}",
                "{{ note(text=\"say \"hi\" now\") }}",
                "{{ note(text=“x”) }}",
                "{{ note(text=\"a\"; type=\"b\") }}",
                "{{ note text=\"a\" }}",
                "{{ note(text=a) }}",
                "<div>{{ note(text: 1) }}</div>",
                "{{ note(text=\"a\" ) }",
            ] {
                assert_eq!(lines(bad), ["warning 1"], "{bad}");
            }
            for good in [
                "{{ note(text=\"a\" type=\"b\") }}",
                "`{{ note(text=a) }}`",
                "<!-- {{ note(text=a) }} -->",
                "{\\{ note(text=a) }}",
                "{{/* note() */}}",
                "{{ other text }}",
            ] {
                assert_eq!(lines(good), [""; 0], "{good}");
            }
        }
        let newest = world(&files, Some("0.23.0"));
        let found = newest.lines("live-shortcode", "{{ note(text=a) }}\n");
        assert_eq!(found, [""; 0]);
    }
}
