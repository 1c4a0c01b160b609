//! What the generator says of which `check` has told already.

use crate::finding::{Build, Finding, Severity};
use crate::report::{Sources, position};

/// What is in a message without a line, and the rules that tell of the same with one.
const CAUSES: [(&str, &[&str]); 14] = [
    (
        "couldn't find front matter",
        &["missing-front-matter", "broken-front-matter"],
    ),
    (
        "usage of a shortcode named",
        &["live-shortcode", "missing-theme"],
    ),
    (
        "template for shortcode",
        &["live-shortcode", "missing-theme"],
    ),
    ("config.toml not found", &["refused-configuration"]),
    (
        "could not find directory containing config file",
        &["refused-configuration"],
    ),
    ("highlight language", &["fence-info"]),
    ("failed to resolve output formats", &["missing-template"]),
    ("path collisions", &["same-address"]),
    ("target path", &["same-address"]),
    (
        "raw html omitted",
        &["raw-html", "swallowed-angle-bracket", "live-script"],
    ),
    (
        "missing date or weight",
        &["missing-date", "missing-sort-key"],
    ),
    (
        "does not count this file",
        &["same-address", "not-a-page", "dotted-name"],
    ),
    ("expired on", &["expired-page"]),
    ("no page for the address", &["same-address"]),
];

/// Takes out the findings of a build that are about the same line and weigh no more than one of those `told`, or of which
/// the cause is known to be the same, and marks that one; gives their number.
pub(super) fn take_out(
    findings: &mut Vec<Finding>,
    told: &mut [Finding],
    sources: &Sources,
) -> usize {
    let all = findings.len();
    findings.retain(|finding| {
        let mut is_told = false;
        for other in told.iter_mut() {
            if is_same(finding, other, sources) {
                other.build = Some(Build::Confirmed);
                is_told = true;
                if finding.span.is_some() {
                    break;
                }
            }
        }
        !is_told
    });
    all - findings.len()
}

/// Takes out the warnings of a build that a rule knows of and that the site's author does not want to hear. An error
/// cannot be silenced: the page is not built.
pub(super) fn take_out_silenced(findings: &mut Vec<Finding>, known: &[Finding], sources: &Sources) {
    findings.retain(|finding| {
        finding.severity == Severity::Error
            || !known.iter().any(|other| is_same(finding, other, sources))
    });
}

fn is_same(built: &Finding, told: &Finding, sources: &Sources) -> bool {
    if built.path != told.path || told.severity < built.severity {
        return false;
    }
    // The first byte stands for the page as a whole.
    let Some(span) = built.span.as_ref().filter(|span| span.start > 0) else {
        let message = built.message.to_lowercase();
        return CAUSES
            .iter()
            .any(|(words, rules)| message.contains(words) && rules.contains(&told.rule));
    };
    let (Some(other), Some(text)) = (&told.span, sources.get(&built.path)) else {
        return false;
    };
    let line = |at: usize| position(text, at).0;
    // The end of a span that ends behind a line feed is on the line before.
    let last = other.end.saturating_sub(1).max(other.start);
    (line(other.start)..=line(last)).contains(&line(span.start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::SitePath;

    #[test]
    fn what_is_told_on_the_line_is_not_told_again() {
        use Severity::{Error, Warning};
        let path = SitePath::new("a.md");
        let sources = Sources::from([(path.clone(), "one\ntwo\nthree\n".to_owned())]);
        let find = |rule, severity, span: Option<std::ops::Range<usize>>, message: &str| {
            let mut finding = Finding::new(rule, severity, &path, message);
            finding.span = span;
            finding
        };
        let taken =
            |built: Finding, told: Finding| take_out(&mut vec![built], &mut [told], &sources);
        let built = |severity, span| find("build-error", severity, span, "Zola: what");
        let told = |severity, span| find("a-rule", severity, span, "what");
        assert_eq!(taken(built(Error, Some(5..6)), told(Error, Some(4..5))), 1);
        assert_eq!(taken(built(Error, Some(5..6)), told(Error, Some(0..4))), 0);
        assert_eq!(taken(built(Error, Some(5..6)), told(Error, Some(0..8))), 1);
        assert_eq!(
            taken(built(Error, Some(5..6)), told(Warning, Some(4..5))),
            0
        );
        assert_eq!(
            taken(built(Warning, Some(5..6)), told(Error, Some(4..5))),
            1
        );
        assert_eq!(taken(built(Error, None), told(Error, Some(4..5))), 0);
        assert_eq!(taken(built(Error, Some(5..6)), told(Error, None)), 0);
        let shortcode = find(
            "build-error",
            Error,
            None,
            "Zola: Found usage of a shortcode named `x`",
        );
        assert_eq!(taken(shortcode.clone(), told(Error, Some(4..5))), 0);
        let rule = find("live-shortcode", Error, Some(4..5), "`x` is called");
        assert_eq!(taken(shortcode, rule), 1);
    }
}
