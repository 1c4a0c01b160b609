//! Definitions that are none, links in two pieces, and names of hosts.

use std::ops::Range;

use crate::body::edits::line_start;
use crate::check::markup::{blank_line_above, is_cjk};
use crate::check::proof::{self, Kind};
use crate::check::prose::{leaves, lines};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Fix, Severity};
use crate::text::has_blank_line;

/// Whether byte `at` stands between the braces of a call of some template language.
pub(super) fn in_call(page: &Page<'_>, at: usize) -> bool {
    let before = &page.text[page.body.start..at];
    before
        .rfind("{{")
        .is_some_and(|open| !before[open..].contains("}}") && !has_blank_line(&before[open..]))
}

/// Whether the line up to byte `at` is `[name]:`, as of a definition.
pub(super) fn is_definition(page: &Page<'_>, at: usize) -> bool {
    let line = page.text[line_start(page.text, at)..at].trim_start_matches(['>', ' ']);
    line.starts_with('[')
        && !line.starts_with("[^")
        && line
            .trim_end()
            .strip_suffix(':')
            .is_some_and(|name| name.trim_end().ends_with(']') && name.matches(']').count() == 1)
}

/// Lines that were to define a reference, in a paragraph, where they are text.
pub(super) fn definitions(page: &Page<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (block, _) in leaves(page) {
        for (line, at) in lines(page, block) {
            let body = line.trim_start_matches(['>', ' ']);
            let start = at.end - body.len();
            let address = ["http://", "https://", "<http", "/"]
                .iter()
                .filter_map(|sign| body.find(sign))
                .min();
            let is_one = address.is_some_and(|place| is_definition(page, start + place));
            if is_one && !page.in_code(start) {
                found.push(start..at.end);
            }
        }
    }
    found
}

/// A definition that is none, with a blank line above it where that makes it one.
pub(super) fn definition(rule: &dyn Rule, page: &Page<'_>, at: &Range<usize>) -> Finding {
    let mut finding = page
        .finding(rule, Severity::Warning, "this defines no reference, so it is shown as it is")
        .at(at.clone())
        .help("a definition, `[name]: https://…`, stands below a blank line, with no blank before its colon or in its address");
    let edits = vec![blank_line_above(page, at.start)];
    let is_mended = proof::Trial::of(page, &edits).is_some_and(|trial| {
        trial.changes_only(&[Kind::Text, Kind::Link]) && trial.added(Kind::Link) > 0
    });
    if is_mended {
        finding.fix = Some(Fix::safe(edits));
    }
    finding
}

/// `www.example.org/page` in running text of a site that makes no link of it.
pub(super) fn names_of_hosts(page: &Page<'_>, run: &Range<usize>) -> Vec<Range<usize>> {
    let text = &page.text[run.clone()];
    if !page.site.generator.refuses_dead_links() {
        return Vec::new();
    }
    let hosts = text.match_indices("www.").filter_map(|(at, _)| {
        let rest = &text[at..];
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || ".-_/?=&%#+~".contains(c)))
            .unwrap_or(rest.len());
        let name = rest[..end].trim_end_matches(['.', '-', '_', '/', '?', '=', '&', '#', '~']);
        let is_host = name.matches('.').count() > 1 && name.len() > 8;
        let starts_word =
            !text[..at].ends_with(|c: char| c.is_alphanumeric() || "/.@-_=\"'".contains(c));
        (is_host && starts_word).then(|| run.start + at..run.start + at + name.len())
    });
    hosts.collect()
}

/// The bare addresses in a text.
///
/// With each, whether it stands right behind a letter of a script that is written without blanks, and so ends with ASCII.
pub(super) fn addresses(text: &str) -> Vec<(Range<usize>, bool)> {
    let mut found = Vec::new();
    for scheme in ["https://", "http://"] {
        for (at, _) in text.match_indices(scheme) {
            let rest = &text[at..];
            let is_glued = text[..at].chars().next_back().is_some_and(is_cjk);
            let end = rest
                .find(|c: char| {
                    c.is_whitespace()
                        || (is_glued && !c.is_ascii())
                        || matches!(
                            c,
                            '<' | '>' | '"' | '`' | '“' | '”' | '「' | '」' | '。' | '、'
                        )
                })
                .unwrap_or(rest.len());
            let address = rest[..end]
                .trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', ')', ']', '*', '_']);
            let host = address[scheme.len()..].chars().next();
            // `(text)[address]` is another rule's.
            let starts_word = is_glued
                || !text[..at].ends_with(|c: char| c.is_alphanumeric())
                    && !text[..at].ends_with(")[");
            if starts_word && host.is_some_and(char::is_alphanumeric) {
                found.push((at..at + address.len(), is_glued));
            }
        }
    }
    found
}

/// A link at the end of its block that is never closed, as in a text that was cut off: `[docs](https://example.org/a`.
pub(super) fn unclosed(page: &Page<'_>, run: &Range<usize>) -> Option<Range<usize>> {
    let text = &page.text[run.clone()];
    let middle = text.rfind("](")?;
    let open = text[..middle].rfind('[')?;
    let rest = &page.text[run.start + middle + 2..];
    let address = rest.split(char::is_whitespace).next().unwrap_or_default();
    let behind = rest[address.len()..].trim_start_matches([' ', '\t', '\r']);
    let is_end = behind.trim().is_empty() || behind.replace('\r', "").starts_with("\n\n");
    let is_link = ["http://", "https://"]
        .iter()
        .any(|start| address.starts_with(start));
    let is_escaped = text[..open].ends_with('\\') || text[..middle].ends_with('\\');
    (is_link && is_end && !address.contains([')', '<']) && !is_escaped)
        .then(|| run.start + open..run.start + middle + 2 + address.len())
}

/// Links with a line end between their halves or in the address, which lines of text make none.
pub(super) fn lines_apart(page: &Page<'_>, runs: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for two in runs.windows(2) {
        let (first, second) = (&page.text[two[0].clone()], &page.text[two[1].clone()]);
        let gap = &page.text[two[0].end..two[1].start];
        let is_feed = gap.trim_matches([' ', '\t', '>', '\r']) == "\n";
        if !is_feed {
            continue;
        }
        let open = first.rfind('[');
        let words = open.map_or("", |open| &first[open + 1..]);
        let is_escaped = open.is_some_and(|open| {
            page.text[..two[0].start + open].ends_with(['\\', '!'])
                || first[..open].ends_with(|c: char| c.is_alphanumeric())
        });
        let is_parted = words
            .strip_suffix(']')
            .is_some_and(|words| words.chars().filter(|c| c.is_alphabetic()).count() > 2)
            && second.starts_with("(http")
            && second.contains(')');
        let is_broken = words.split_once("](").is_some_and(|(_, address)| {
            ["http://", "https://", "/"]
                .iter()
                .any(|start| address.starts_with(start))
                && !address.contains([' ', ')'])
        }) && second
            .split([' ', '('])
            .next()
            .is_some_and(|rest| rest.contains(')'));
        if let Some(open) = open.filter(|_| !is_escaped && (is_parted || is_broken)) {
            let end = second
                .find(')')
                .map_or(two[1].end, |at| two[1].start + at + 1);
            found.push(two[0].start + open..end);
        }
    }
    found
}
