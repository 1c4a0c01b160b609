//! For workflows of GitHub Actions: one workflow command a finding, which becomes a note beside the line it is about.

use std::fmt::Write;

use super::{Lined, LinedText, Sources};
use crate::finding::{Build, Finding, Severity};
use crate::text::escape;

/// One `::error …::message` line a finding. `below` stands before each path: the site's folder in the repository, with
/// `/` at its end, or nothing.
pub fn findings(findings: &[Finding], sources: &Sources, below: &str) -> String {
    let mut out = String::new();
    let lined = Lined::of(sources);
    for finding in findings {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let path = property(&format!("{below}{}", finding.path));
        let _ = write!(out, "::{command} file={path}");
        if let (Some(span), Some(text)) = (&finding.span, lined.get(&finding.path)) {
            out.push_str(&place(text, span));
        }
        let _ = writeln!(
            out,
            ",title={}::{}",
            property(finding.rule),
            message(finding)
        );
    }
    out
}

/// The lines, and the columns where both are on one line: GitHub takes them only then. The end is the last one of the span.
fn place(lined: &LinedText<'_>, span: &std::ops::Range<usize>) -> String {
    let text = lined.text;
    let (line, column) = lined.position(span.start);
    let last = text
        .get(..text.floor_char_boundary(span.end.min(text.len())))
        .and_then(|before| before.char_indices().next_back())
        .map_or(0, |(at, _)| at);
    let (end_line, end_column) = lined.position(last.max(span.start));
    if line == end_line {
        format!(",line={line},col={column},endLine={line},endColumn={end_column}")
    } else {
        format!(",line={line},endLine={end_line}")
    }
}

/// The message and the help, each line of it safe to print, in the form that a command takes.
fn message(finding: &Finding) -> String {
    let mut text = escape(&finding.message).into_owned();
    for (number, line) in finding
        .help
        .iter()
        .flat_map(|help| help.lines())
        .enumerate()
    {
        text.push_str(if number == 0 { "\nhelp: " } else { "\n" });
        text.push_str(&escape(line));
    }
    if finding.build == Some(Build::Confirmed) {
        text.push_str("\nnote: the build confirms this");
    }
    data(&text)
}

/// The escapes of a command's message.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The escapes of a command's property.
fn property(text: &str) -> String {
    data(&escape(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use crate::site::SitePath;

    use super::*;

    fn finding(path: &str, message: &str) -> Finding {
        Finding::new("a-rule", Severity::Error, &SitePath::new(path), message)
    }

    #[test]
    fn a_finding_is_one_line_whatever_it_says() {
        let found = finding(
            "content/a,b:c%.md\n::error::x",
            "50%\r\n::add-mask::x\u{1b}[31m",
        )
        .help("write:\n::stop-commands::x\n");
        let text = findings(&[found], &Sources::new(), "my:site/");
        assert_eq!(
            text,
            "::error file=my%3Asite/content/a%2Cb%3Ac%25.md\\n%3A%3Aerror%3A%3Ax,title=a-rule\
             ::50%25\\r\\n::add-mask::x\\u{1b}[31m%0Ahelp: write:%0A::stop-commands::x\n"
        );
    }

    #[test]
    fn columns_are_told_on_one_line_only() {
        let text = "ä b\nc d\n";
        assert_eq!(
            place(&LinedText::of(text), &(3..4)),
            ",line=1,col=3,endLine=1,endColumn=3"
        );
        assert_eq!(
            place(&LinedText::of(text), &(0..5)),
            ",line=1,col=1,endLine=1,endColumn=4"
        );
        assert_eq!(place(&LinedText::of(text), &(0..6)), ",line=1,endLine=2");
        assert_eq!(
            place(&LinedText::of(text), &(5..5)),
            ",line=2,col=1,endLine=2,endColumn=1"
        );
        assert_eq!(
            place(&LinedText::of(""), &(7..9)),
            ",line=1,col=1,endLine=1,endColumn=1"
        );
    }
}
