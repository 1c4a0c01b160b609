//! For people: findings with their source line, one line a post, and a summary.

use std::fmt::Write;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use indexmap::IndexMap;

use super::excerpt::Excerpt;
use super::{Counts, PostReport, PostState, Sources, StatusLine, Trouble, count, position, total};
use crate::finding::{Applicability, Finding, Severity};
use crate::site::SitePath;
use crate::text::{escape, shorten};

/// So many pages with the same trouble are named.
const LISTED: usize = 10;

/// Findings with the lines they are about, as compilers print them.
pub fn findings(findings: &[Finding], sources: &Sources, color: bool) -> String {
    let mut out = String::new();
    for finding in findings {
        out.push_str(&one(
            finding,
            sources.get(&finding.path).map(String::as_str),
            color,
        ));
        out.push_str("\n\n");
    }
    out
}

fn one(finding: &Finding, source: Option<&str>, color: bool) -> String {
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

/// One line a post, for standard output.
pub fn posts(posts: &[PostReport]) -> String {
    let mut out = String::new();
    for post in posts
        .iter()
        .filter(|post| matches!(post.state, PostState::Written | PostState::Planned))
    {
        let title = post
            .title
            .as_deref()
            .map(|title| format!("  {}", escape(title)))
            .unwrap_or_default();
        let words = if post.words > 0 {
            format!(" ({})", plural(post.words, "word"))
        } else {
            String::new()
        };
        let _ = writeln!(
            out,
            "{:<9} {}{title}{words}",
            post.state.as_str(),
            escape(post.path.as_str())
        );
    }
    out
}

/// What went wrong or was left alone, for standard error. Posts with the same trouble are told together.
pub fn troubles(posts: &[PostReport]) -> String {
    let mut groups: IndexMap<_, Vec<(&SitePath, &Trouble)>> = IndexMap::new();
    for post in posts {
        if let Some(error) = &post.error {
            groups
                .entry((
                    post.state.as_str(),
                    error.kind.as_str(),
                    error.message.as_str(),
                ))
                .or_default()
                .push((&post.path, error));
        }
    }
    let mut out = String::new();
    for ((state, kind, message), group) in groups {
        let (first, error) = group[0];
        let what = format!("{state}: {} [{kind}]", escape(message));
        if group.len() == 1 {
            let _ = writeln!(out, "{}: {what}", escape(first.as_str()));
        } else {
            let _ = writeln!(out, "{}: {what}", plural(group.len(), "page"));
            for (path, _) in group.iter().take(LISTED) {
                let _ = writeln!(out, "  {}", escape(path.as_str()));
            }
            if group.len() > LISTED {
                let _ = writeln!(out, "  and {} more", group.len() - LISTED);
            }
        }
        let is_shared = group.iter().all(|(_, other)| other.help == error.help);
        let label = if is_shared {
            "help"
        } else {
            "help (for the first)"
        };
        for line in error.help.iter().flat_map(|help| help.lines()) {
            let _ = writeln!(out, "  {label}: {}", escape(line));
        }
    }
    out
}

/// What a run would do, one line a post and one for all that it would ask.
pub fn preview(posts: &[PostReport]) -> String {
    let mut out = String::new();
    for post in posts.iter().filter(|post| post.state == PostState::Planned) {
        let what = match (&post.model, post.requests) {
            (Some(_), 1..) => format!("  {}", foreseen(post)),
            _ => String::new(),
        };
        let _ = writeln!(
            out,
            "{:<9} {}{what}",
            post.state.as_str(),
            escape(post.path.as_str())
        );
    }
    out.push_str(&preview_summary(posts));
    out
}

/// What a run would ask, in one line; empty where it would ask nothing.
fn preview_summary(posts: &[PostReport]) -> String {
    let asked: Vec<&PostReport> = posts
        .iter()
        .filter(|post| post.state == PostState::Planned && post.requests > 0)
        .collect();
    let Some(first) = asked.first() else {
        return String::new();
    };
    let tokens: u64 = asked.iter().map(|post| post.prompt_tokens).sum();
    let what = format!(
        "for {}, with prompts of about {tokens} tokens",
        plural(asked.len(), "post")
    );
    let Some(model) = &first.model else {
        return format!(
            "would ask {what}; no model is configured: give --model PROVIDER/NAME or set a provider's key, \
             else the run looks for a model server on this machine\n"
        );
    };
    let requests = asked.iter().map(|post| post.requests).sum();
    let most = asked.iter().map(|post| post.most_requests).sum();
    let cost = match total(posts, |post| post.worst_case_usd) {
        None => "cost not known".to_owned(),
        Some(worst) if worst > 0.0 => format!("{} at most", dollars(worst)),
        Some(_) => "no cost on this machine".to_owned(),
    };
    format!(
        "would ask {} {what}, in {}; {cost}\n",
        escape(model),
        at_most(requests, most)
    )
}

/// What one post may take.
fn foreseen(post: &PostReport) -> String {
    let reply = match post.max_output_tokens {
        Some(tokens) => format!("replies of at most {tokens} tokens"),
        None => "replies as long as the provider lets them be".to_owned(),
    };
    let cost = match post.worst_case_usd {
        Some(worst) if worst > 0.0 => format!("; {} at most", dollars(worst)),
        _ => String::new(),
    };
    format!(
        "{}, a prompt of about {} tokens, {reply}{cost}",
        at_most(post.requests, post.most_requests),
        post.prompt_tokens
    )
}

/// `1 request`, or `1 request (at most 5)`.
fn at_most(requests: u32, most: u32) -> String {
    let number = plural(requests as usize, "request");
    if most > requests {
        format!("{number} (at most {most})")
    } else {
        number
    }
}

/// An amount of US dollars to four places. What is more than nothing never shows as nothing.
fn dollars(amount: f64) -> String {
    if amount > 0.0 && amount < 0.000_05 {
        "less than 0.0001 US dollars".to_owned()
    } else {
        format!("{amount:.4} US dollars")
    }
}

/// The line that closes a run.
pub fn run_summary(posts: &[PostReport]) -> String {
    let mut parts = Vec::new();
    for state in [
        PostState::Written,
        PostState::Planned,
        PostState::Unchanged,
        PostState::Skipped,
        PostState::Failed,
    ] {
        let number = posts.iter().filter(|post| post.state == state).count();
        if number > 0 {
            parts.push(format!("{number} {}", state.as_str()));
        }
    }
    if parts.is_empty() {
        parts.push("no stubs".to_owned());
    }
    let requests: u32 = posts.iter().map(|post| post.requests).sum();
    if requests > 0 {
        let tokens: u64 = posts
            .iter()
            .map(|post| post.input_tokens + post.output_tokens)
            .sum();
        parts.push(plural(requests as usize, "request"));
        if tokens > 0 {
            parts.push(format!("{tokens} tokens"));
        }
    }
    parts.extend(cost(posts));
    let possibly: u32 = posts.iter().map(|post| post.possibly_paid).sum();
    if possibly > 0 {
        parts.push(format!("possibly paid without a reply: {possibly}"));
    }
    parts.join(", ") + "\n"
}

/// What a run cost, where it cost something or that is not known.
fn cost(posts: &[PostReport]) -> Option<String> {
    if posts.iter().all(|post| post.requests == 0) {
        return None;
    }
    let estimated = if posts.iter().any(|post| post.cost_estimated) {
        " (estimated)"
    } else {
        ""
    };
    match total(posts, |post| post.cost_usd) {
        None => Some("cost not known".to_owned()),
        Some(cost) if cost > 0.0 => Some(format!("cost {}{estimated}", dollars(cost))),
        Some(_) => None,
    }
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

    fn failed(number: usize, help: &str) -> PostReport {
        let path = SitePath::new(format!("content/{number}.md"));
        PostReport::new(&path, PostState::Failed).because(
            PostState::Failed,
            Trouble::new("no-record", "there is no reply", help),
        )
    }

    #[test]
    fn posts_with_the_same_trouble_are_told_together() {
        assert_eq!(
            troubles(&[failed(1, "a")]),
            "content/1.md: failed: there is no reply [no-record]\n  help: a\n"
        );
        assert_eq!(
            troubles(&[failed(1, "a"), failed(2, "a")]),
            "2 pages: failed: there is no reply [no-record]\n  content/1.md\n  content/2.md\n  help: a\n"
        );
        let many: Vec<PostReport> = (1..=14).map(|n| failed(n, &n.to_string())).collect();
        let text = troubles(&many);
        assert!(
            text.ends_with("  content/10.md\n  and 4 more\n  help (for the first): 1\n"),
            "{text}"
        );
    }

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

    /// What is shown of a text for a finding about these bytes.
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

    #[test]
    fn a_preview_says_who_is_asked_and_what_it_may_cost() {
        let mut post = PostReport::new(&SitePath::new("a.md"), PostState::Planned);
        assert_eq!(preview(&[post.clone()]), "planned   a.md\n");
        (post.requests, post.most_requests, post.prompt_tokens) = (1, 5, 70);
        assert!(preview(&[post.clone()]).contains("no model is configured"));
        post.model = Some("ollama/x".to_owned());
        assert_eq!(
            preview(&[post.clone(), post.clone()]).lines().next_back(),
            Some(
                "would ask ollama/x for 2 posts, with prompts of about 140 tokens, in 2 requests (at most 10); no cost on this machine"
            )
        );
        (post.max_output_tokens, post.worst_case_usd) = (Some(16_384), Some(0.25));
        assert_eq!(
            preview(&[post.clone(), post.clone()])
                .lines()
                .collect::<Vec<_>>()[1..],
            [
                "planned   a.md  1 request (at most 5), a prompt of about 70 tokens, replies of at most 16384 tokens; 0.2500 US dollars at most",
                "would ask ollama/x for 2 posts, with prompts of about 140 tokens, in 2 requests (at most 10); 0.5000 US dollars at most",
            ]
        );
        post.worst_case_usd = None;
        assert!(preview(&[post]).ends_with("; cost not known\n"));
    }

    #[test]
    fn the_summary_says_what_a_run_cost() {
        let mut post = PostReport::new(&SitePath::new("a.md"), PostState::Written);
        assert_eq!(run_summary(&[post.clone()]), "1 written\n");
        (post.requests, post.input_tokens, post.output_tokens) = (1, 20, 30);
        let local = post.clone();
        assert_eq!(run_summary(&[local]), "1 written, 1 request, 50 tokens\n");
        post.cost_usd = Some(0.0156);
        assert_eq!(
            run_summary(&[post.clone(), post.clone()]),
            "2 written, 2 requests, 100 tokens, cost 0.0312 US dollars\n"
        );
        (post.cost_estimated, post.possibly_paid) = (true, 1);
        assert_eq!(
            run_summary(&[post.clone()]),
            "1 written, 1 request, 50 tokens, cost 0.0156 US dollars (estimated), possibly paid without a reply: 1\n"
        );
        post.cost_usd = None;
        assert!(run_summary(&[post]).contains(", cost not known, "));
    }
}
