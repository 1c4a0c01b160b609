//! Text of which Hugo makes a link to a mailbox, and which is none: `foo@1.2.3`, `git@github.com:a/b.git`.

use crate::check::prose::runs;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

/// Versions of packages and addresses of repositories in running text (tested on Hugo 0.168.0; Zola makes no links of text).
pub(super) fn accidental(rule: &dyn Rule, page: &Page<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if page.site.generator.requires_front_matter() {
        return findings;
    }
    for run in runs(page) {
        let text = &page.text[run.clone()];
        for (at, _) in text.match_indices('@') {
            let is_part = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
            let name = text[..at].len() - text[..at].trim_end_matches(is_part).len();
            let rest = &text[at + 1..];
            let host = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || ".-".contains(c)))
                .map_or(rest, |end| &rest[..end]);
            let host = host.trim_end_matches('.');
            let after = &rest[host.len()..];
            let is_version = host.split('.').count() > 2
                && host
                    .split('.')
                    .all(|part| part.starts_with(|c: char| c.is_ascii_digit()));
            let is_repository = host.contains('.')
                && after.strip_prefix(':').is_some_and(|path| {
                    path.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '~' || c == '/')
                });
            let starts_word = !text[..at - name].ends_with(['/', '@', ':']);
            if name == 0 || !starts_word || !(is_version || is_repository) {
                continue;
            }
            let end = after
                .find(|c: char| c.is_whitespace() || "),;\"'".contains(c))
                .unwrap_or(after.len());
            let tail = after[..end].trim_end_matches(['.', ':', '!', '?']).len();
            let place = run.start + at - name..run.start + at + 1 + host.len() + tail;
            let edits = vec![Edit::insert(place.start, "`"), Edit::insert(place.end, "`")];
            findings.push(
                page.finding(
                    rule,
                    Severity::Warning,
                    "Hugo makes a link to a mailbox of this, and there is none",
                )
                .at(place)
                .help("put it in backticks")
                .fix(Fix::risky(edits)),
            );
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed_with_risk, hugo, zola};

    #[test]
    fn packages_and_repositories_are_no_mailboxes() {
        for (body, expected) in [
            ("Install foo@1.2.3 now.\n", "Install `foo@1.2.3` now.\n"),
            (
                "Clone git@github.com:a/b.git now.\n",
                "Clone `git@github.com:a/b.git` now.\n",
            ),
        ] {
            assert_eq!(hugo().lines("dead-target", body), ["warning 1"], "{body}");
            assert_eq!(zola("0.22.0").lines("dead-target", body), [""; 0]);
            assert_eq!(fixed_with_risk(&hugo(), body), expected);
        }
        let body = "Mail me@example.com: now, @angular/core, a@b, `foo@1.2.3`, me@x.org.\n";
        assert_eq!(hugo().lines("dead-target", body), [""; 0]);
    }
}
