//! Code fences: one language word behind the opening, and a closing one at the end.

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use crate::finding::{Edit, Severity};
use crate::markdown;

use super::Note;
use super::edits::{apply, line_end, line_prefix};

/// Closes a fence that is open at the end of the body, and keeps nothing but the language behind an opening fence:
/// Hugo refuses to build most of what else models write there, Zola loses the language over it.
pub(super) fn tidy(body: &str, notes: &mut Vec<Note>) -> String {
    let mut edits = Vec::new();
    for (event, range) in markdown::events(body) {
        let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = event else {
            continue;
        };
        let open = &body[range.start..line_end(body, range.start)];
        let Some(fence_char) = open.chars().next() else {
            continue;
        };
        let fence = open.len() - open.trim_start_matches(fence_char).len();
        let language = language(&info);
        if info.trim() != language {
            edits.push(Edit::replace(
                range.start + fence..range.start + open.len(),
                language,
            ));
        }
        let at_end = body[range.end..].trim().is_empty();
        if at_end && !is_closed(&body[range.clone()], fence_char, fence) {
            notes.push(Note::new(
                "unclosed-fence",
                Severity::Warning,
                "the last code block was not closed; a closing fence was added at the end",
            ));
            let feed = if body.ends_with('\n') { "" } else { "\n" };
            let prefix = line_prefix(body, range.start);
            let marks = String::from(fence_char).repeat(fence);
            edits.push(Edit::insert(body.len(), format!("{feed}{prefix}{marks}\n")));
        }
    }
    apply(body, edits)
}

/// The language in an info string: `rust` in `rust,ignore`, `js` in `js:src/a.js`, `python` in `{.python}`; empty
/// where there is none.
pub(crate) fn language(info: &str) -> &str {
    let word = info.trim().trim_start_matches(['{', '.', ' ']);
    // The directives of MyST have the language behind them.
    let directives = ["code-cell}", "code-block}", "code}", "sourcecode}"];
    let word = directives
        .iter()
        .find_map(|directive| word.strip_prefix(directive))
        .map_or(word, str::trim_start);
    let end = word
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '+' | '#' | '-' | '.')))
        .unwrap_or(word.len());
    let (word, rest) = word.split_at(end);
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    if rest.starts_with('=') || is_number {
        ""
    } else {
        word
    }
}

/// Whether the last line of a block is a closing fence.
pub(crate) fn is_closed(block: &str, fence_char: char, fence: usize) -> bool {
    let Some((_, last)) = block.trim_end().rsplit_once('\n') else {
        return false;
    };
    let last = last.trim_start_matches([' ', '\t', '>']);
    last.len() >= fence && last.chars().all(|c| c == fence_char)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_language_stays() {
        for (info, expected) in [
            ("rust", "rust"),
            ("rust,ignore,should_panic", "rust"),
            ("js {1,3-5}", "js"),
            ("{r, echo=FALSE}", "r"),
            ("{.python .numberLines}", "python"),
            ("{code-cell} python", "python"),
            ("{code-block}", ""),
            ("12:15:src/main.rs", ""),
            ("js:src/a.js", "js"),
            ("js title=\"a b\"", "js"),
            ("title=\"a.js\"", ""),
            ("c++", "c++"),
            ("", ""),
            ("{{ x }}", "x"),
        ] {
            assert_eq!(language(info), expected, "{info}");
        }
    }

    #[test]
    fn an_open_fence_is_closed() {
        let mut notes = Vec::new();
        assert_eq!(
            tidy("a\n\n````x y\nb\n```", &mut notes),
            "a\n\n````x\nb\n```\n````\n"
        );
        assert_eq!(notes.len(), 1);
        assert_eq!(tidy("- ~~~\n  a", &mut notes), "- ~~~\n  a\n  ~~~\n");
        assert_eq!(tidy("```\na\n```\n", &mut notes), "```\na\n```\n");
        assert_eq!(tidy("```", &mut notes), "```\n```\n");
    }
}
