//! What models write around their words for programs: marks of turns, of calls, and tags of prompts.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use super::programs::Place;
use crate::check::Page;
use crate::check::prose::{is_text, lines, paragraphs};

const TOKEN: &str = "a mark of a model's own";

/// Marks that are not of the form `<|name|>`.
const MARKS: [&str; 16] = [
    "◁think▷",
    "◁/think▷",
    "[THINK]",
    "[/THINK]",
    "<end_of_turn>",
    "<start_of_turn>",
    "<eos>",
    "<bos>",
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    "<</SYS>>",
    "[TOOL_CALLS]",
    "[/TOOL_CALLS]",
    "[TOOL_RESULTS]",
    "assistantfinal",
];

/// The marks in the text of a page.
pub(super) fn tokens(page: &Page<'_>, runs: &[Range<usize>]) -> Vec<Place> {
    let mut found: Vec<Place> = Vec::new();
    for run in runs {
        let text = &page.text[run.clone()];
        let mut add = |at: usize, length: usize| {
            found.push((TOKEN, run.start + at..run.start + at + length, None));
        };
        for (open, close) in [("<|", "|>"), ("<｜", "｜>")] {
            for (at, _) in text.match_indices(open) {
                let rest = &text[at + open.len()..];
                let Some(length) = rest.find(close) else {
                    continue;
                };
                let is_name = length > 1
                    && rest[..length]
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "_▁-".contains(c));
                if is_name && !text[..at].ends_with('\\') {
                    add(at, open.len() + length + close.len());
                }
            }
        }
        for mark in MARKS {
            for (at, _) in text.match_indices(mark) {
                add(at, mark.len());
            }
        }
    }
    for (event, range) in &page.events {
        let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = event else {
            continue;
        };
        if ["tool_code", "tool_call", "tool_outputs", "tool_output"].contains(&info.as_ref()) {
            let line = page.text[range.clone()].lines().next().unwrap_or_default();
            found.push((
                "a call of a model's tools",
                range.start..range.start + line.len(),
                None,
            ));
        }
    }
    // `<blog_post>` alone on a line: an underscore makes no tag of HTML, so it is text.
    for paragraph in paragraphs(page) {
        for (line, at) in lines(page, paragraph) {
            let name = line
                .trim()
                .strip_prefix('<')
                .and_then(|rest| rest.strip_suffix('>'))
                .map(|rest| rest.trim_start_matches('/'));
            let is_tag = name.is_some_and(|name| {
                name.contains('_')
                    && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
                    && !MARKS.contains(&line.trim())
            });
            if is_tag && is_text(runs, at.start) {
                found.push(("a tag of a prompt", at, None));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn marks_of_models() {
        for world in [hugo(), zola("0.22.0")] {
            let lines = |body: &str| world.lines("other-syntax", body);
            for body in [
                "a<end_of_turn>\n",
                "a<｜end▁of▁sentence｜>\n",
                "a [/INST]\n",
                "<|channel|>a\n",
                "<blog_post>\n\na\n",
                "```tool_code\nf()\n```\n",
            ] {
                assert_eq!(lines(body), ["warning 1"], "{body}");
            }
            for body in [
                "`<|im_end|>` and a <| b |> c\n",
                "Set <your_key> here\n",
                "\\<|x|>\n",
            ] {
                assert_eq!(lines(body), [""; 0], "{body}");
            }
        }
    }
}
