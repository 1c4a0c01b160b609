//! For people: findings with their source line, one line a post, and a summary.

use std::fmt::Write;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use indexmap::IndexMap;

use super::{Counts, PostReport, PostState, Sources, StatusLine, Trouble, count};
use crate::finding::{Finding, Severity};
use crate::site::SitePath;
use crate::text::{escape, shorten};

/// A line of a source may have this many bytes before it is shown in part only.
const LONGEST_SOURCE: usize = 512 * 1024;

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
    let mut group = match (
        source.filter(|text| text.len() <= LONGEST_SOURCE),
        &finding.span,
    ) {
        (Some(text), Some(span)) => {
            let start = text.floor_char_boundary(span.start.min(text.len()));
            let end = text.ceil_char_boundary(span.end.clamp(start, text.len()));
            group_with_source(title, text, &path, start..end)
        }
        _ => Group::with_title(title).element(annotate_snippets::Origin::path(path.as_ref())),
    };
    let help = finding.help.as_deref().map(escape);
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help.as_ref()));
    }
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    renderer.render(&[group])
}

fn group_with_source<'a>(
    title: annotate_snippets::Title<'a>,
    text: &'a str,
    path: &'a str,
    span: std::ops::Range<usize>,
) -> Group<'a> {
    let snippet = Snippet::source(text)
        .path(path)
        .annotation(AnnotationKind::Primary.span(span));
    title.element(snippet)
}

/// What a fix changes, as a unified diff.
pub fn diff(path: &SitePath, before: &str, after: &str) -> String {
    let name = escape(path.as_str());
    let diff = similar::TextDiff::from_lines(before, after);
    let text = diff
        .unified_diff()
        .context_radius(2)
        .header(&format!("a/{name}"), &format!("b/{name}"))
        .to_string();
    text.split_inclusive('\n')
        .map(|line| {
            let (line, end) = line
                .strip_suffix('\n')
                .map_or((line, ""), |line| (line, "\n"));
            format!("{}{end}", escape(line))
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
    format!("{}: {}\n", plural(pages, "page"), parts.join(", "))
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
    let mut groups: IndexMap<(&str, &Trouble), Vec<&PostReport>> = IndexMap::new();
    for post in posts {
        if let Some(error) = &post.error {
            groups
                .entry((post.state.as_str(), error))
                .or_default()
                .push(post);
        }
    }
    let mut out = String::new();
    for ((state, error), posts) in groups {
        let path = escape(posts[0].path.as_str());
        let others = if posts.len() > 1 {
            format!(" and {} more", posts.len() - 1)
        } else {
            String::new()
        };
        let _ = writeln!(
            out,
            "{path}{others}: {state}: {} [{}]",
            escape(&error.message),
            error.kind
        );
        for line in error.help.iter().flat_map(|help| help.lines()) {
            let _ = writeln!(out, "  help: {}", escape(line));
        }
    }
    out
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
        parts.push(format!(
            "{}, {tokens} tokens",
            plural(requests as usize, "request")
        ));
    }
    let possibly: u32 = posts.iter().map(|post| post.possibly_paid).sum();
    if possibly > 0 {
        parts.push(format!("possibly paid without a reply: {possibly}"));
    }
    parts.join(", ") + "\n"
}

/// The table that `status` prints.
pub fn status(lines: &[StatusLine]) -> String {
    let mut out = String::new();
    let width = lines
        .iter()
        .map(|line| line.path.as_str().chars().count())
        .max()
        .unwrap_or(0)
        .min(60);
    for line in lines {
        let topic = escape(&line.topic);
        let _ = writeln!(
            out,
            "{:<14} {:<width$}  {}",
            line.state,
            escape(line.path.as_str()),
            shorten(&topic, 60)
        );
    }
    out
}
