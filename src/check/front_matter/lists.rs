//! Where the items of a list stand in its text.

use std::ops::Range;

/// The bytes of each item of the list in `span`: in brackets, or YAML's with a dash on each line. `None` for lists with
/// comments, and for items of several lines.
pub(super) fn items(text: &str, span: Range<usize>) -> Option<Vec<Range<usize>>> {
    let list = text.get(span.clone())?;
    let found = if let Some(inside) = list
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        between_brackets(inside, 1)?
    } else {
        behind_dashes(text, &span, list)?
    };
    Some(
        found
            .into_iter()
            .map(|item| span.start + item.start..span.start + item.end)
            .collect(),
    )
}

/// `base` is where `inside` begins in the list.
fn between_brackets(inside: &str, base: usize) -> Option<Vec<Range<usize>>> {
    let mut found = Vec::new();
    let (mut start, mut depth) = (0, 0usize);
    let mut quote = None;
    let mut characters = inside.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match (quote, character) {
            (Some('"'), '\\') => {
                characters.next();
            }
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if inside[start..at].trim().is_empty() || depth > 0 => {
                quote = Some(character);
            }
            (None, '#') => return None,
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth = depth.checked_sub(1)?,
            (None, ',') if depth == 0 => {
                found.push(start..at);
                start = at + 1;
            }
            (None, _) => {}
        }
    }
    if !inside[start..].trim().is_empty() {
        found.push(start..inside.len());
    }
    let trimmed = found.into_iter().map(|range| {
        let item = &inside[range.clone()];
        let from = base + range.start + (item.len() - item.trim_start().len());
        from..from + item.trim().len()
    });
    Some(trimmed.collect())
}

fn behind_dashes(text: &str, span: &Range<usize>, list: &str) -> Option<Vec<Range<usize>>> {
    let line = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let indent = &text[line..span.start];
    indent.trim().is_empty().then_some(())?;
    let mut found = Vec::new();
    let mut at = 0;
    for line in list.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let entry = if start == 0 {
            line
        } else if line.trim().is_empty() {
            continue;
        } else {
            line.strip_prefix(indent)?
        };
        let item = entry.strip_prefix('-')?;
        if item.contains(" #") || !(item.trim().is_empty() || item.starts_with(' ')) {
            return None;
        }
        let from = start + (line.len() - item.trim_start().len());
        found.push(from..from + item.trim().len());
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::items;

    fn parts<'a>(text: &'a str, list: &str) -> Option<Vec<&'a str>> {
        let start = text.find(list).expect("a list in the text");
        let found = items(text, start..start + list.len())?;
        Some(found.into_iter().map(|range| &text[range]).collect())
    }

    #[test]
    fn items_are_found_as_they_are_written() {
        for (text, list, expected) in [
            (
                "a = [1.10, \"b, c\" ,'d']",
                "[1.10, \"b, c\" ,'d']",
                vec!["1.10", "\"b, c\"", "'d'"],
            ),
            ("a: [it's, é,]", "[it's, é,]", vec!["it's", "é"]),
            (
                "a: [[1, 2], {b: 3, c: 4}]",
                "[[1, 2], {b: 3, c: 4}]",
                vec!["[1, 2]", "{b: 3, c: 4}"],
            ),
            ("a = []", "[]", vec![]),
            (
                "a:\n  - b\n  - C: d\n  -\n",
                "- b\n  - C: d\n  -",
                vec!["b", "C: d", ""],
            ),
            ("a:\n- b\r\n- c\n", "- b\r\n- c", vec!["b", "c"]),
        ] {
            assert_eq!(parts(text, list), Some(expected), "{text}");
        }
        for (text, list) in [
            ("a = [1, # c\n2]", "[1, # c\n2]"),
            ("a:\n  - b\n    c\n", "- b\n    c"),
            ("a:\n  - b # c\n", "- b # c"),
        ] {
            assert_eq!(parts(text, list), None, "{text}");
        }
    }
}
