//! What a run did, or would do: one line a post, what went wrong, and a summary.

use std::fmt::Write;

use indexmap::IndexMap;

use super::plural;
use crate::report::{PostReport, PostState, Trouble, total};
use crate::site::SitePath;
use crate::text::escape;

/// So many pages with the same trouble are named.
const LISTED: usize = 10;

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
        None if asked.iter().any(|post| post.max_output_tokens.is_none()) => {
            "cost not known, as the length of a reply has no limit: `max_output_tokens` in [model] of postwright.toml sets one"
                .to_owned()
        }
        None => {
            "cost not known: the user's configuration can say the model's [price]".to_owned()
        }
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

#[cfg(test)]
mod tests {
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
        assert!(preview(&[post.clone()]).ends_with("can say the model's [price]\n"));
        post.max_output_tokens = None;
        assert!(preview(&[post]).contains(
            "cost not known, as the length of a reply has no limit: `max_output_tokens`"
        ));
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
