//! What Hugo's `security` forbids among the content (`config/security`, tested on 0.168.0).

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::settings::{Table, at, strings};
use super::ignored;
use crate::site::ConfigFault;

/// The ends of files that are pages in another language than Markdown and HTML.
pub(super) const OTHER_ENDS: [&str; 7] = ["org", "adoc", "asciidoc", "ad", "rst", "pandoc", "pdc"];

/// Formats that a policy can forbid, with their ends.
const BY_POLICY: [(&str, &[&str]); 2] = [("text/html", &["html", "htm"]), ("text/org", &["org"])];

/// The ends of files at which Hugo stops, each with the reason.
pub(super) fn refused(table: &Table) -> BTreeMap<&'static str, &'static str> {
    let policy = at(table, &["security", "allowcontent"]);
    let patterns = strings(table, &["security", "allowcontent"]);
    let mut refused = BTreeMap::new();
    for (media, ends) in BY_POLICY {
        if policy.is_none() || accepts(&patterns, media) == Some(false) {
            let reason = "`security.allowContent` does not allow pages in this format";
            refused.extend(ends.iter().map(|end| (*end, reason)));
        }
    }
    // Where other programs may be run, these may be there.
    let may_run =
        matches!(at(table, &["security", "exec", "allow"]), Some(value) if *value != Value::Null);
    if !may_run {
        let reason =
            "pages in this format need a program that `security.exec.allow` does not allow";
        let outside = OTHER_ENDS.iter().filter(|end| **end != "org");
        refused.extend(outside.map(|end| (*end, reason)));
    }
    refused
}

/// What to say of a policy that does not let even Markdown through.
pub(super) fn fault(table: &Table) -> Option<ConfigFault> {
    at(table, &["security", "allowcontent"])?;
    let patterns = strings(table, &["security", "allowcontent"]);
    (accepts(&patterns, "text/markdown") == Some(false)).then(|| ConfigFault {
        span: None,
        message: "`security.allowContent` does not allow Markdown, so Hugo stops at each page"
            .to_owned(),
        help: "add `'^text/markdown$'` to the list".to_owned(),
        is_sure: true,
    })
}

/// Whether a list of patterns lets a name through: those after `! ` forbid, and where there are none but those, all else
/// is allowed. `None` where a pattern is not understood.
fn accepts(patterns: &[String], name: &str) -> Option<bool> {
    if patterns.iter().any(|pattern| pattern == "none") {
        return Some(false);
    }
    let (mut is_allowed, mut has_allow, mut has_deny) = (false, false, false);
    for pattern in patterns.iter().map(|pattern| pattern.trim()) {
        let (denies, pattern) = match pattern.strip_prefix("! ") {
            Some(pattern) => (true, pattern),
            None => (false, pattern),
        };
        if pattern.is_empty() {
            continue;
        }
        let ready = ignored::ready(&[pattern.to_owned()]);
        if !ready.strange.is_empty() {
            return None;
        }
        let matches = ready.patterns.match_path(name.as_ref());
        if denies && matches {
            return Some(false);
        }
        has_deny |= denies;
        has_allow |= !denies;
        is_allowed |= !denies && matches;
    }
    Some(if has_allow { is_allowed } else { has_deny })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_let_formats_through_as_in_hugo() {
        for (patterns, html, org) in [
            (&[".*"][..], true, true),
            (&["! ^text/html$"], false, true),
            (&["text/.*", "! text/org"], true, false),
            (&["none"], false, false),
            (&[], false, false),
            (&["^text/(html|markdown)$"], true, false),
        ] {
            let patterns: Vec<String> = patterns.iter().map(|it| (*it).to_owned()).collect();
            assert_eq!(accepts(&patterns, "text/html"), Some(html), "{patterns:?}");
            assert_eq!(accepts(&patterns, "text/org"), Some(org), "{patterns:?}");
        }
        assert_eq!(accepts(&["(".to_owned()], "text/html"), None);
    }
}
