//! TOML 1.1 where the generator reads 1.0: inline tables of several lines, and the escapes `\x` and `\e`.

use std::ops::Range;

use super::repair;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::front_matter::{Format, FrontMatter, Table};

/// What only TOML 1.1 has, in a block that can be read as such.
pub(super) fn check(rule: &dyn Rule, page: &Page<'_>, findings: &mut Vec<Finding>) {
    let site = page.site;
    let (Ok(Some(split)), Some(front)) = (&page.split, page.front()) else {
        return;
    };
    if split.format != Format::Toml {
        return;
    }
    let reads_wide = site.generator.reads_wide_integers(site.version);
    // Zola 0.23 (built from its source) still stops at them among what templates are given.
    let stops_in_extra = site.generator.has_templates(site.version);
    let mut wide = FrontMatter::wide_integers(page.text, split).into_iter();
    if let Some(place) = wide.find(|place| {
        let before = &page.text[split.matter.start..place.start];
        !reads_wide || (stops_in_extra && is_in_extra(before))
    }) {
        let title = site.generator.title();
        let message = format!(
            "this number needs more than 64 bits, and {title} {} stops at it",
            site.version
        );
        let finding = page.finding(rule, Severity::Error, message).at(place);
        findings.push(finding.help("put it into quotes"));
        return;
    }
    if site.generator.reads_newest_toml(site.version) {
        return;
    }
    let (places, edits) = newer(page.text, split.matter.clone());
    let Some(first) = places.first() else { return };
    let message = format!(
        "this is TOML 1.1, and {} {} reads 1.0",
        site.generator.title(),
        site.version
    );
    let mut finding = page
        .finding(rule, Severity::Error, message)
        .at(first.clone())
        .help("write inline tables on one line without a comma at their end, and `\\u0041` for `\\x41`");
    let is_meant = |table: &Table, body: &str| table == front.table() && body == page.body();
    finding.fix = edits
        .and_then(|edits| repair::whole(page, rule, edits, is_meant))
        .map(Fix::safe);
    findings.push(finding);
}

/// Whether what follows this beginning of a block of TOML stands in `extra`.
fn is_in_extra(before: &str) -> bool {
    let mut lines = before.lines().rev();
    let line = lines.next().unwrap_or_default();
    let header = lines.find(|line| line.trim_start().starts_with('['));
    header.map_or_else(
        || line.trim_start().starts_with("extra"),
        |header| {
            header
                .trim_start_matches([' ', '\t', '['])
                .starts_with("extra")
        },
    )
}

/// Where it stands, and how TOML 1.0 has it; there is no simple way where comments stand in an inline table.
fn newer(text: &str, matter: Range<usize>) -> (Vec<Range<usize>>, Option<Vec<Edit>>) {
    let bytes = text.as_bytes();
    let (mut places, mut edits) = (Vec::new(), Vec::new());
    let mut has_comment = false;
    let mut open: Vec<u8> = Vec::new();
    // The last comma within an inline table with nothing but blanks behind it.
    let mut comma: Option<usize> = None;
    let mut at = matter.start;
    while at < matter.end {
        let in_table = open.last() == Some(&b'{');
        let start = at;
        at += 1;
        match bytes[start] {
            quote @ (b'"' | b'\'') => {
                let triple = [quote; 3];
                let is_long = bytes[start..matter.end].starts_with(&triple);
                let end: &[u8] = if is_long { &triple } else { &triple[..1] };
                at = start + end.len();
                while at < matter.end && !bytes[at..matter.end].starts_with(end) {
                    if quote == b'"' && bytes[at] == b'\\' {
                        if let Some(edit) = escape(text, at) {
                            places.push(edit.range.clone());
                            edits.push(edit);
                        }
                        at += 1;
                    }
                    at += 1;
                }
                at = (at + end.len()).min(matter.end);
                comma = None;
            }
            b'#' => {
                has_comment |= in_table;
                at = text[start..matter.end]
                    .find('\n')
                    .map_or(matter.end, |end| start + end);
            }
            sign @ (b'{' | b'[') => {
                open.push(sign);
                comma = None;
            }
            b'}' | b']' => {
                if in_table && let Some(comma) = comma {
                    places.push(comma..comma + 1);
                    edits.push(Edit::delete(comma..comma + 1));
                }
                open.pop();
                comma = None;
            }
            b'\n' if in_table => {
                let rest = text[at..matter.end].trim_start_matches([' ', '\t', '\r', '\n']);
                let end = matter.end - rest.len();
                let before = text[..start].trim_end_matches([' ', '\t', '\r']).len();
                places.push(start..start + 1);
                edits.push(Edit::replace(before..end, " "));
                at = end;
            }
            b',' if in_table => comma = Some(start),
            b' ' | b'\t' | b'\r' | b'\n' => {}
            digit if digit.is_ascii_digit() => {
                comma = None;
                let end = text[start..matter.end]
                    .find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.')))
                    .map_or(matter.end, |end| start + end);
                let time = &text.as_bytes()[start..end];
                // `07:32`; the zone of a time is none of its own.
                let is_zone = start > matter.start && matches!(bytes[start - 1], b'+' | b'-');
                if time.len() == 5 && time[2] == b':' && !is_zone {
                    places.push(start..end);
                    edits.push(Edit::insert(end, ":00"));
                }
                at = end;
            }
            _ => comma = None,
        }
    }
    edits.sort_by_key(|edit| edit.range.start);
    (places, (!has_comment).then_some(edits))
}

/// The escape of TOML 1.1 whose backslash stands at `at`, as 1.0 has it.
fn escape(text: &str, at: usize) -> Option<Edit> {
    match text.as_bytes().get(at + 1)? {
        b'e' => Some(Edit::replace(at..at + 2, "\\u001B")),
        b'x' => {
            let digits = text.get(at + 2..at + 4)?;
            Some(Edit::replace(at..at + 4, format!("\\u00{digits}")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, repaired, zola};

    #[test]
    fn what_1_0_does_not_have_is_written_as_it_does() {
        let page =
            |lines: &str| format!("+++\ntitle = \"A\"\ndate = 2026-01-02\n{lines}\n+++\n\nB.\n");
        for (lines, expected) in [
            (
                "extra = {\n a = 1,\n b = [ # c\n {d = 2}],\n}",
                "extra = { a = 1, b = [ # c\n {d = 2}] }",
            ),
            (
                "[extra]\na = \"\\x41 \\\\x41\" # \\x",
                "[extra]\na = \"\\u0041 \\\\x41\" # \\x",
            ),
            (
                "[extra]\na = '\\x41'\nb = [1,\n2,]",
                "[extra]\na = '\\x41'\nb = [1,\n2,]",
            ),
            (
                "[extra]\na = \"\"\"\n\"\\x41\" {\n\"\"\"",
                "[extra]\na = \"\"\"\n\"\\u0041\" {\n\"\"\"",
            ),
        ] {
            let (page, expected) = (page(lines), page(expected));
            assert_eq!(repaired(&zola("0.17.2"), &page), expected);
            let found = zola("0.17.2").page("broken-front-matter", &page).len();
            assert_eq!(found, usize::from(page != expected), "{page}");
            for world in [zola("0.22.0"), hugo()] {
                assert!(world.page("broken-front-matter", &page).is_empty());
            }
        }
    }
}
