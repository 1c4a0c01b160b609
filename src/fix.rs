//! Text and findings → fixed text.

use std::collections::BTreeMap;

use crate::finding::{Applicability, Edit, Finding, Severity, splice};

/// What came of applying fixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// The text with the edits in it.
    pub text: String,
    /// How many fixes were applied. A fix that overlaps one before it waits for the next round.
    pub applied: usize,
}

/// Applies the fixes that are at least this safe, in the order in which they stand in the text. Of two that overlap the
/// first wins, and of two rules that change one block, up to the next blank line: each was judged without the other. Edits
/// that do not fit the text (past its end, inside a character) are left out with their fix.
pub fn apply(text: &str, findings: &[Finding], at_least: Applicability) -> Fixed {
    let mut fixes: Vec<(&str, &[Edit])> = findings
        .iter()
        .filter_map(|finding| Some((finding.rule, finding.fix.as_ref()?)))
        .filter(|(_, fix)| fix.applicability >= at_least && fits(text, &fix.edits))
        .map(|(rule, fix)| (rule, fix.edits.as_slice()))
        .collect();
    fixes.sort_by_key(|(_, edits)| (edits[0].range.start, edits[0].range.end));
    let starts = block_starts(text);
    let block = |at: usize| starts.partition_point(|start| *start <= at);
    let mut owners: BTreeMap<usize, &str> = BTreeMap::new();

    let mut chosen: Vec<&Edit> = Vec::new();
    let mut applied = 0;
    for (rule, edits) in fixes {
        let mut blocks = edits
            .iter()
            .flat_map(|edit| block(edit.range.start)..=block(edit.range.end));
        let is_free = blocks.all(|block| owners.get(&block).is_none_or(|owner| *owner == rule));
        if is_free
            && edits
                .iter()
                .all(|edit| chosen.iter().all(|other| apart(edit, other)))
        {
            for edit in edits {
                owners
                    .extend((block(edit.range.start)..=block(edit.range.end)).map(|at| (at, rule)));
            }
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

/// Where blocks begin: behind blank lines.
fn block_starts(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        at += line.len();
        if line.trim().is_empty() {
            starts.push(at);
        }
    }
    starts
}

/// Fixes may make room for others; more rounds than this would be an endless one.
const ROUNDS: usize = 20;

/// Applies fixes until there are none left that are at least this safe: the text then, and what `look` finds in it. No fix is
/// applied that leads from a page without an error to one with an error, as one that shows what was hidden may do.
pub fn settle(
    text: &str,
    at_least: Applicability,
    look: &dyn Fn(&str) -> Vec<Finding>,
) -> (String, Vec<Finding>) {
    let mut text = text.to_owned();
    let mut findings = look(&text);
    for _ in 0..ROUNDS {
        let mut fixed = apply(&text, &findings, at_least);
        if fixed.applied == 0 {
            break;
        }
        let mut left = look(&fixed.text);
        if !has_error(&findings) && has_error(&left) {
            let harmless: Vec<Finding> = findings
                .iter()
                .filter(|finding| {
                    let alone = apply(&text, std::slice::from_ref(*finding), at_least);
                    alone.applied > 0 && !has_error(&look(&alone.text))
                })
                .cloned()
                .collect();
            fixed = apply(&text, &harmless, at_least);
            left = look(&fixed.text);
            if fixed.applied == 0 || has_error(&left) {
                break;
            }
        }
        text = fixed.text;
        findings = left;
    }
    (text, findings)
}

fn has_error(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
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
    use crate::finding::Fix;
    use crate::site::SitePath;

    fn finding(fix: Fix) -> Finding {
        finding_of("rule", fix)
    }

    fn finding_of(rule: &'static str, fix: Fix) -> Finding {
        Finding::new(rule, Severity::Warning, &SitePath::new("a.md"), "message").fix(fix)
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
    fn two_rules_take_turns_in_a_block() {
        let delete = |rule, at| finding_of(rule, Fix::safe(vec![Edit::delete(at..at + 1)]));
        let findings = [
            delete("a", 0),
            delete("b", 2),
            delete("a", 4),
            delete("b", 9),
        ];
        let fixed = apply("1 2 3\n \n4 5\n", &findings, Applicability::Safe);
        assert_eq!((fixed.text.as_str(), fixed.applied), (" 2 \n \n45\n", 3));
    }

    #[test]
    fn no_error_comes_of_a_fix() {
        // A page with an `x` that no `#` hides is refused.
        let look = |text: &str| -> Vec<Finding> {
            let signs = text.match_indices(['#', '!']);
            let mut found: Vec<Finding> = signs
                .map(|(at, _)| finding(Fix::safe(vec![Edit::delete(at..at + 1)])))
                .collect();
            if text.contains('x') && !text.contains('#') {
                let path = SitePath::new("a.md");
                found.push(Finding::new("x", Severity::Error, &path, "refused"));
            }
            found
        };
        let (text, left) = settle("a! #x !b", Applicability::Safe, &look);
        assert_eq!((text.as_str(), left.len()), ("a #x b", 1));
        let (text, _) = settle("a! # !b", Applicability::Safe, &look);
        assert_eq!(text, "a  b");
        let (text, _) = settle("a! x !b", Applicability::Safe, &look);
        assert_eq!(text, "a x b");
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
