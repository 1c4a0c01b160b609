//! The beginning of a text.

use pulldown_cmark::Event;

/// As many whole blocks of `markdown` from its beginning as fit into `limit` bytes, and whether that is all of it. A list
/// counts as a block; where the first block alone is longer, as many of its lines.
pub fn beginning(markdown: &str, limit: usize) -> (&str, bool) {
    let markdown = markdown.trim_matches('\n');
    if markdown.len() <= limit {
        return (markdown, true);
    }
    let (mut depth, mut end) = (0_usize, 0);
    for (event, range) in super::parser(markdown).into_offset_iter() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            if range.end > limit {
                break;
            }
            end = range.end;
        }
    }
    if end == 0 {
        let lines = markdown.match_indices('\n').map(|(at, _)| at);
        end = lines.take_while(|at| *at <= limit).last().unwrap_or(0);
    }
    (markdown[..end].trim_end_matches('\n'), false)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn blocks_stay_whole() {
        let text = "# A\n\nOne.\n\n```text\n\ntwo\n```\n\nThree.\n";
        assert_eq!(beginning(text, 100), (text.trim_end(), true));
        assert_eq!(beginning(text, 12), ("# A\n\nOne.", false));
        assert_eq!(
            beginning(text, 31),
            ("# A\n\nOne.\n\n```text\n\ntwo\n```", false)
        );
        assert_eq!(beginning(text, 2), ("", false));
        assert_eq!(beginning("- a\n- b\n- c\n", 8), ("- a\n- b", false));
    }

    proptest! {
        #[test]
        fn a_beginning_is_no_longer_than_it_may_be(text in "([a#>`é -]{0,12}\n){0,12}", limit in 0usize..80) {
            let (beginning, is_all) = beginning(&text, limit);
            prop_assert!(beginning.len() <= limit);
            prop_assert!(text.trim_matches('\n').starts_with(beginning));
            prop_assert_eq!(is_all, text.trim_matches('\n').len() <= limit);
        }
    }
}
