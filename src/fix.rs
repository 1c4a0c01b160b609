//! Text and findings → fixed text.

use crate::finding::{Applicability, Edit, Finding};

/// What came of applying fixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// The text with the edits in it.
    pub text: String,
    /// How many fixes were applied. A fix that overlaps one before it waits for the next round.
    pub applied: usize,
}

/// Applies the fixes that are at least this safe, in the order in which they stand in the text. Of two that overlap the
/// first wins; edits that do not fit the text (past its end, inside a character) are left out with their fix.
pub fn apply(text: &str, findings: &[Finding], at_least: Applicability) -> Fixed {
    let mut fixes: Vec<&[Edit]> = findings
        .iter()
        .filter_map(|finding| finding.fix.as_ref())
        .filter(|fix| fix.applicability >= at_least && fits(text, &fix.edits))
        .map(|fix| fix.edits.as_slice())
        .collect();
    fixes.sort_by_key(|edits| (edits[0].range.start, edits[0].range.end));

    let mut chosen: Vec<&Edit> = Vec::new();
    let mut applied = 0;
    for edits in fixes {
        if edits
            .iter()
            .all(|edit| chosen.iter().all(|other| apart(edit, other)))
        {
            chosen.extend(edits);
            applied += 1;
        }
    }
    chosen.sort_by_key(|edit| edit.range.start);
    Fixed {
        text: splice(text, chosen),
        applied,
    }
}

/// Fixes may make room for others; more rounds than this would be an endless one.
const ROUNDS: usize = 10;

/// Applies fixes until there are none left that are at least this safe: the text then, and what `look` finds in it.
pub fn settle(
    text: &str,
    at_least: Applicability,
    look: &dyn Fn(&str) -> Vec<Finding>,
) -> (String, Vec<Finding>) {
    let mut text = text.to_owned();
    let mut findings = look(&text);
    for _ in 0..ROUNDS {
        let fixed = apply(&text, &findings, at_least);
        if fixed.applied == 0 {
            break;
        }
        text = fixed.text;
        findings = look(&text);
    }
    (text, findings)
}

/// The text with the edits in it; they must fit it, ascend and not overlap.
pub fn splice<'a>(text: &str, edits: impl IntoIterator<Item = &'a Edit>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        out.push_str(&text[done..edit.range.start]);
        out.push_str(&edit.text);
        done = edit.range.end;
    }
    out.push_str(&text[done..]);
    out
}

fn fits(text: &str, edits: &[Edit]) -> bool {
    !edits.is_empty()
        && edits.iter().all(|edit| {
            edit.range.start <= edit.range.end && text.get(edit.range.clone()).is_some()
        })
        && edits
            .windows(2)
            .all(|pair| pair[0].range.end <= pair[1].range.start)
}

/// Whether both edits can be made. Where they touch, each was judged with what the other takes away, or which comes first
/// would be chance: the second waits to be judged anew.
fn apart(a: &Edit, b: &Edit) -> bool {
    a.range.end < b.range.start || b.range.end < a.range.start
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Fix, Severity};
    use crate::site::SitePath;

    fn finding(fix: Fix) -> Finding {
        Finding::new("rule", Severity::Warning, &SitePath::new("a.md"), "message").fix(fix)
    }

    #[test]
    fn safe_fixes_are_applied_and_overlaps_wait() {
        let findings = [
            finding(Fix::safe(vec![Edit::replace(6..11, "there")])),
            finding(Fix::safe(vec![Edit::delete(4..7)])),
            finding(Fix::safe(vec![
                Edit::insert(0, ">> "),
                Edit::insert(11, "!"),
            ])),
            finding(Fix::risky(vec![Edit::delete(0..1)])),
        ];
        let fixed = apply("hello world", &findings, Applicability::Safe);
        assert_eq!((fixed.text.as_str(), fixed.applied), (">> hellorld!", 2));
    }

    #[test]
    fn edits_that_do_not_fit_are_left_out() {
        let findings = [
            finding(Fix::safe(vec![Edit::delete(1..2)])),
            finding(Fix::safe(vec![Edit::insert(99, "x")])),
        ];
        let fixed = apply("é", &findings, Applicability::Unsafe);
        assert_eq!((fixed.text.as_str(), fixed.applied), ("é", 0));
    }
}
