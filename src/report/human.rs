//! For people: findings with their source line, one line a post, and a summary.

use std::fmt::Write;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use indexmap::IndexMap;

use super::excerpt::Excerpt;
use super::{Counts, Lined, LinedText, PostReport, Sources, StatusLine, count, position};
use crate::finding::{Applicability, Build, Finding, Severity};
use crate::site::SitePath;
use crate::text::{escape, shorten};

mod run;

pub use run::{posts, preview, run_summary, troubles};

/// Findings with the lines they are about, as compilers print them.
pub fn findings(findings: &[Finding], sources: &Sources, color: bool) -> String {
    let mut out = String::new();
    let lined = Lined::of(sources);
    for finding in findings {
        out.push_str(&one(finding, lined.get(&finding.path), color));
        out.push_str("\n\n");
    }
    out
}

fn one(finding: &Finding, source: Option<&LinedText<'_>>, color: bool) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let path = escape(finding.path.as_str());
    let message = escape(&finding.message);
    let title = level
        .clone()
        .primary_title(message.as_ref())
        .id(finding.rule);
    let excerpt = source
        .zip(finding.span.as_ref())
        .and_then(|(text, span)| Excerpt::of(text, span));
    let mut group = Group::with_title(title);
    group = match &excerpt {
        Some(excerpt) => group.element(
            Snippet::source(&excerpt.text)
                .path(path.as_ref())
                .line_start(excerpt.line)
                .annotation(AnnotationKind::Primary.span(excerpt.span.clone())),
        ),
        None => group.element(Origin::path(path.as_ref())),
    };
    let help = finding.help.as_deref().map(escape_lines);
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help));
    }
    if finding.build == Some(Build::Confirmed) {
        group = group.element(Level::NOTE.message("the build confirms this"));
    }
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let text = renderer.render(&[group]);
    match &excerpt {
        Some(excerpt) => with_column(&text, &path, excerpt),
        None => text,
    }
}

/// The text with the column of the source in its second line, where escapes have moved what is shown.
fn with_column(text: &str, path: &str, excerpt: &Excerpt) -> String {
    let (_, shown) = position(&excerpt.text, excerpt.span.start);
    match text.split_once('\n') {
        Some((title, rest)) if shown != excerpt.column => {
            let place = |column| format!("{path}:{}:{column}", excerpt.line);
            let rest = rest.replacen(&place(shown), &place(excerpt.column), 1);
            format!("{title}\n{rest}")
        }
        _ => text.to_owned(),
    }
}

/// The same lines, each safe to print: what is to be copied has to keep its line ends.
fn escape_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(escape).collect();
    lines.join("\n")
}

/// What a fix changes, as a unified diff. Tabs and line ends are kept, so that `git apply` takes it of any page without
/// characters that cannot be printed.
pub fn diff(path: &SitePath, before: &str, after: &str) -> String {
    let name = escape(path.as_str());
    unified(&format!("a/{name}"), &format!("b/{name}"), before, after)
}

/// The places where a person's edits and a new version of a post cannot be merged, as a unified diff from the one to the
/// other. Empty where there are none.
pub fn conflicts(posts: &[PostReport]) -> String {
    let both = |post: &PostReport| {
        let name = escape(post.path.as_str());
        post.conflict.as_ref().map(|sides| {
            let (yours, new) = (format!("{name} (yours)"), format!("{name} (new)"));
            unified(&yours, &new, &sides.edited, &sides.new)
        })
    };
    posts.iter().filter_map(both).collect()
}

fn unified(from: &str, to: &str, before: &str, after: &str) -> String {
    let diff = similar::TextDiff::from_lines(before, after);
    let text = diff
        .unified_diff()
        .context_radius(2)
        .header(from, to)
        .to_string();
    text.split_inclusive('\n')
        .map(|line| {
            let (line, end) = line
                .strip_suffix('\n')
                .map_or((line, ""), |line| (line, "\n"));
            let (line, end) = match line.strip_suffix('\r') {
                Some(line) if end == "\n" => (line, "\r\n"),
                _ => (line, end),
            };
            let shown: Vec<_> = line.split('\t').map(escape).collect();
            shown.join("\t") + end
        })
        .collect()
}

/// The line that closes a check.
pub fn check_summary(findings: &[Finding], pages: usize) -> String {
    let Counts {
        errors,
        warnings,
        infos,
    } = count(findings);
    if errors + warnings + infos == 0 {
        return format!("{}: nothing to report\n", plural(pages, "page"));
    }
    let mut parts = Vec::new();
    for (number, name) in [(errors, "error"), (warnings, "warning"), (infos, "note")] {
        if number > 0 {
            parts.push(plural(number, name));
        }
    }
    format!(
        "{}: {}{}\n",
        plural(pages, "page"),
        parts.join(", "),
        fixable(findings)
    )
}

/// With more findings than this, they are counted by rule as well.
const MANY: usize = 20;

/// How often each rule has something to say and how much of it fixes remove, most first; empty where there are few findings.
pub fn by_rule(findings: &[Finding]) -> String {
    if findings.len() <= MANY {
        return String::new();
    }
    let mut counts: IndexMap<&str, [usize; 3]> = IndexMap::new();
    for finding in findings {
        let [all, safe, risky] = counts.entry(finding.rule).or_default();
        *all += 1;
        match finding.fix.as_ref().map(|fix| fix.applicability) {
            Some(Applicability::Safe) => *safe += 1,
            Some(Applicability::Unsafe) => *risky += 1,
            None => {}
        }
    }
    counts.sort_by(|a, [of_a, ..], b, [of_b, ..]| of_b.cmp(of_a).then(a.cmp(b)));
    let width = counts.keys().map(|rule| rule.len()).max().unwrap_or(0);
    let mut out = String::new();
    for (rule, [all, safe, risky]) in counts {
        let fixes = match (safe, risky) {
            (0, 0) => String::new(),
            (safe, 0) => format!("{safe} fixable"),
            (0, risky) => format!("{risky} with `--unsafe-fixes`"),
            (safe, risky) => format!("{safe} fixable, {risky} with `--unsafe-fixes`"),
        };
        let line = format!("{all:>5}  {rule:<width$}  {fixes}");
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

/// How many of the findings a fix would remove.
fn fixable(findings: &[Finding]) -> String {
    let of = |applicability| {
        let fixes = findings.iter().filter_map(|finding| finding.fix.as_ref());
        fixes
            .filter(|fix| fix.applicability == applicability)
            .count()
    };
    match (of(Applicability::Safe), of(Applicability::Unsafe)) {
        (0, 0) => String::new(),
        (safe, 0) => format!("; `--fix` removes {safe}"),
        (0, risky) => format!("; `--unsafe-fixes` removes {risky}"),
        (safe, risky) => format!("; `--fix` removes {safe}, `--unsafe-fixes` {risky} more"),
    }
}

/// `1 page`, `2 pages`.
pub fn plural(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// The table that `status` prints.
pub fn status(lines: &[StatusLine]) -> String {
    let mut out = String::new();
    let width = lines
        .iter()
        .map(|line| escape(line.path.as_str()).chars().count())
        .max()
        .unwrap_or(0)
        .min(60);
    for line in lines {
        let topic = escape(&line.topic);
        let parts = match line.edited.as_slice() {
            [] => String::new(),
            parts => format!("  ({})", parts.join(" and ").replace('-', " ")),
        };
        let _ = writeln!(
            out,
            "{:<14} {:<width$}  {}{parts}",
            line.state,
            escape(line.path.as_str()),
            shorten(&topic, 60)
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::finding::Fix;

    use super::*;

    /// What is shown of a text for a finding about these bytes.
    #[test]
    fn lines_of_a_help_can_be_copied() {
        let mut finding = Finding::new(
            "a-rule",
            Severity::Warning,
            &SitePath::new("a.md"),
            "What".to_owned(),
        );
        finding.help = Some("write:\n[x]\n\u{1b}y = 1".to_owned());
        let text = findings(&[finding], &Sources::new(), false);
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        assert!(lines.contains(&"[x]"), "{text}");
        assert!(lines.contains(&"\\u{1b}y = 1"), "{text}");
    }

    fn shown(text: &str, span: std::ops::Range<usize>) -> Vec<String> {
        let path = SitePath::new("a.md");
        let finding = Finding::new("a-rule", Severity::Warning, &path, "What").at(span);
        let sources = Sources::from([(path, text.to_owned())]);
        let shown = findings(&[finding], &sources, false);
        shown.lines().map(str::to_owned).collect()
    }

    #[test]
    fn tabs_and_wide_characters_keep_the_marks_in_place() {
        let lines = shown("x\n\tä日本 [リ]() e\r\n", 12..19);
        assert_eq!(lines[1].trim(), "--> a.md:2:6");
        assert_eq!(lines[3], "2 |     ä日本 [リ]() e");
        assert_eq!(lines[4].trim_end(), "  |           ^^^^^^");
    }

    #[test]
    fn spans_of_several_lines_show_the_first_and_the_last() {
        let text = "a <!--\n2\n3\n4\n5\n6\n7\n8\nend\n";
        let lines = shown(text, 2..text.len() - 1);
        assert_eq!(lines[1].trim(), "--> a.md:1:3");
        assert!(lines.contains(&"1 |   a <!--".to_owned()), "{lines:#?}");
        assert!(lines.contains(&"9 | | end".to_owned()), "{lines:#?}");
        assert!(lines.len() < 14, "{lines:#?}");
    }

    #[test]
    fn a_line_of_a_page_obeys_nobody() {
        let text = "\u{1b}[31m \u{202e}x \r::error::y\0\n";
        let lines = shown(text, 0..text.len()).join("\n");
        assert!(
            !lines.contains(['\u{1b}', '\u{202e}', '\r', '\0']),
            "{lines:?}"
        );
    }

    #[test]
    fn marks_stand_below_what_follows_invisible_characters() {
        let text = "x\n\u{feff}a\u{85}\u{2028}b\u{200b}\t[日]() c\u{9b}31m\n";
        let start = text.find('[').unwrap();
        let lines = shown(text, start..start + 7);
        assert_eq!(lines[1].trim(), "--> a.md:2:8");
        assert_eq!(
            lines[3],
            "2 | \\u{feff}a\\u{85}\\u{2028}b\\u{200b}    [日]() c\\u{9b}31m"
        );
        let column = |line: &str, wanted| line.find(wanted).unwrap();
        assert_eq!(column(&lines[4], '^'), column(&lines[3], '['));
        assert_eq!(lines[4].matches('^').count(), 6);
    }

    #[test]
    fn a_diff_keeps_tabs_and_line_ends_and_escapes_the_rest() {
        let text = diff(&SitePath::new("a\u{1b}.md"), "a\tb\u{2029}\r\n", "a\tc\r\n");
        assert_eq!(
            text,
            "--- a/a\\u{1b}.md\n+++ b/a\\u{1b}.md\n@@ -1 +1 @@\n-a\tb\\u{2029}\r\n+a\tc\r\n"
        );
    }

    #[test]
    fn the_summary_says_what_fixes_would_do() {
        let path = SitePath::new("a.md");
        let finding = |fix| {
            let mut finding = Finding::new("a-rule", Severity::Warning, &path, "What");
            finding.fix = fix;
            finding
        };
        let (safe, risky) = (Fix::safe(Vec::new()), Fix::risky(Vec::new()));
        let all = [finding(Some(safe)), finding(Some(risky)), finding(None)];
        assert_eq!(
            check_summary(&all, 2),
            "2 pages: 3 warnings; `--fix` removes 1, `--unsafe-fixes` 1 more\n"
        );
        assert_eq!(check_summary(&all[2..], 1), "1 page: 1 warning\n");
    }

    #[test]
    fn many_findings_are_counted_by_rule() {
        let path = SitePath::new("a.md");
        let finding = |rule, fix| {
            let mut finding = Finding::new(rule, Severity::Warning, &path, "What");
            finding.fix = fix;
            finding
        };
        let mut all = vec![finding("rule-b", None); 10];
        all.extend(vec![finding("rule-a", Some(Fix::safe(Vec::new()))); 9]);
        all.push(finding("long-rule", Some(Fix::risky(Vec::new()))));
        assert_eq!(by_rule(&all), "");
        all.push(finding("rule-a", Some(Fix::risky(Vec::new()))));
        assert_eq!(
            by_rule(&all),
            "   10  rule-a     9 fixable, 1 with `--unsafe-fixes`\n   10  rule-b\n    1  long-rule  1 with `--unsafe-fixes`\n"
        );
    }
}
