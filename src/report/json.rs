//! The public JSON formats, version 1. The structs here are theirs alone: a field is added, never renamed.

use serde::Serialize;

use super::{Counts, Lined, PostReport, PostState, Sources, StatusLine, count, total};
use crate::finding::{Applicability, Build, Finding};
use crate::text::tame_json;

#[derive(Serialize)]
struct Check<'a> {
    version: u32,
    findings: Vec<FindingJson<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Summary {
    pages: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    rule: &'a str,
    severity: &'a str,
    path: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    span: Option<Span>,
    fix: Option<FixJson<'a>>,
    build: Option<&'a str>,
}

#[derive(Serialize)]
struct Span {
    start: Place,
    end: Place,
}

#[derive(Serialize)]
struct Place {
    line: usize,
    column: usize,
    byte: usize,
}

#[derive(Serialize)]
struct FixJson<'a> {
    safe: bool,
    edits: Vec<EditJson<'a>>,
}

#[derive(Serialize)]
struct EditJson<'a> {
    start: usize,
    end: usize,
    text: &'a str,
}

#[derive(Serialize)]
struct Generate<'a> {
    version: u32,
    posts: Vec<PostJson<'a>>,
    totals: Totals,
}

#[derive(Serialize)]
struct PostJson<'a> {
    path: &'a str,
    state: &'a str,
    title: Option<&'a str>,
    words: usize,
    model: Option<&'a str>,
    requests: u32,
    most_requests: u32,
    prompt_tokens: u64,
    max_output_tokens: Option<u32>,
    input_tokens: u64,
    output_tokens: u64,
    cost_usd: Option<f64>,
    cost_estimated: bool,
    worst_case_usd: Option<f64>,
    possibly_paid: u32,
    error: Option<ErrorJson<'a>>,
    findings: Vec<FindingJson<'a>>,
}

#[derive(Serialize)]
struct ErrorJson<'a> {
    kind: &'a str,
    message: &'a str,
    help: Option<&'a str>,
}

#[derive(Serialize)]
struct Totals {
    written: usize,
    planned: usize,
    unchanged: usize,
    skipped: usize,
    failed: usize,
    requests: u32,
    most_requests: u32,
    input_tokens: u64,
    output_tokens: u64,
    cost_usd: Option<f64>,
    worst_case_usd: Option<f64>,
    possibly_paid: u32,
}

#[derive(Serialize)]
struct Status<'a> {
    version: u32,
    pages: Vec<PageJson<'a>>,
}

#[derive(Serialize)]
struct PageJson<'a> {
    path: &'a str,
    state: &'a str,
    topic: &'a str,
    reply: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    edited: &'a [&'a str],
}

/// The document that `check --format json` prints.
pub fn check(findings: &[Finding], sources: &Sources, pages: usize) -> String {
    let Counts {
        errors,
        warnings,
        infos,
    } = count(findings);
    let lined = Lined::of(sources);
    print(&Check {
        version: 1,
        findings: findings
            .iter()
            .map(|finding| finding_json(finding, &lined))
            .collect(),
        summary: Summary {
            pages,
            errors,
            warnings,
            infos,
        },
    })
}

/// The document that `generate --format json` prints.
pub fn generate(posts: &[PostReport], sources: &Sources) -> String {
    let lined = Lined::of(sources);
    let of = |state: PostState| posts.iter().filter(|post| post.state == state).count();
    print(&Generate {
        version: 1,
        posts: posts.iter().map(|post| post_json(post, &lined)).collect(),
        totals: Totals {
            written: of(PostState::Written),
            planned: of(PostState::Planned),
            unchanged: of(PostState::Unchanged),
            skipped: of(PostState::Skipped),
            failed: of(PostState::Failed),
            requests: posts.iter().map(|post| post.requests).sum(),
            most_requests: posts.iter().map(|post| post.most_requests).sum(),
            input_tokens: posts.iter().map(|post| post.input_tokens).sum(),
            output_tokens: posts.iter().map(|post| post.output_tokens).sum(),
            cost_usd: total(posts, |post| post.cost_usd),
            worst_case_usd: total(posts, |post| post.worst_case_usd),
            possibly_paid: posts.iter().map(|post| post.possibly_paid).sum(),
        },
    })
}

/// The document that `status --format json` prints.
pub fn status(pages: &[StatusLine]) -> String {
    print(&Status {
        version: 1,
        pages: pages
            .iter()
            .map(|line| PageJson {
                path: line.path.as_str(),
                state: line.state,
                topic: &line.topic,
                reply: line.reply.as_deref(),
                edited: &line.edited,
            })
            .collect(),
    })
}

pub(super) fn print(document: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(document)
        .expect("invariant: these structs have string keys only");
    tame_json(&text) + "\n"
}

fn finding_json<'a>(finding: &'a Finding, sources: &Lined<'_>) -> FindingJson<'a> {
    let source = sources.get(&finding.path);
    let place = |byte: usize| {
        let (line, column) = source.map_or((1, 1), |text| text.position(byte));
        Place { line, column, byte }
    };
    FindingJson {
        rule: finding.rule,
        severity: finding.severity.as_str(),
        path: finding.path.as_str(),
        message: &finding.message,
        help: finding.help.as_deref(),
        span: finding.span.as_ref().map(|span| Span {
            start: place(span.start),
            end: place(span.end),
        }),
        fix: finding.fix.as_ref().map(|fix| FixJson {
            safe: fix.applicability == Applicability::Safe,
            edits: fix
                .edits
                .iter()
                .map(|edit| EditJson {
                    start: edit.range.start,
                    end: edit.range.end,
                    text: &edit.text,
                })
                .collect(),
        }),
        build: finding.build.map(Build::as_str),
    }
}

fn post_json<'a>(post: &'a PostReport, sources: &Lined<'_>) -> PostJson<'a> {
    PostJson {
        path: post.path.as_str(),
        state: post.state.as_str(),
        title: post.title.as_deref(),
        words: post.words,
        model: post.model.as_deref(),
        requests: post.requests,
        most_requests: post.most_requests,
        prompt_tokens: post.prompt_tokens,
        max_output_tokens: post.max_output_tokens,
        input_tokens: post.input_tokens,
        output_tokens: post.output_tokens,
        cost_usd: post.cost_usd,
        cost_estimated: post.cost_estimated,
        worst_case_usd: post.worst_case_usd,
        possibly_paid: post.possibly_paid,
        error: post.error.as_ref().map(|error| ErrorJson {
            kind: &error.kind,
            message: &error.message,
            help: error.help.as_deref(),
        }),
        findings: post
            .findings
            .iter()
            .map(|finding| finding_json(finding, sources))
            .collect(),
    }
}
