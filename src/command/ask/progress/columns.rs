//! Text in a number of columns of a terminal.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

const ELLIPSIS: &str = "…";

/// How many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// At most so many columns of a text, with `…` where the rest was.
pub(super) fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let Some(room) = columns.checked_sub(1) else {
        return String::new();
    };
    take(text.graphemes(true), room).concat() + ELLIPSIS
}

/// Exactly so many columns of a path: padded, or with `…` in its middle. More is kept of the end, which tells paths apart.
pub(super) fn fit_path(path: &str, columns: usize) -> String {
    let pad = |text: String| {
        let missing = columns.saturating_sub(width(&text));
        text + &" ".repeat(missing)
    };
    if width(path) <= columns {
        return pad(path.to_owned());
    }
    let Some(room) = columns.checked_sub(1) else {
        return String::new();
    };
    let head = take(path.graphemes(true), room / 3).concat();
    let mut tail = take(path.graphemes(true).rev(), room - width(&head));
    tail.reverse();
    pad(head + ELLIPSIS + &tail.concat())
}

fn take<'a>(graphemes: impl Iterator<Item = &'a str>, columns: usize) -> Vec<&'a str> {
    let mut used = 0;
    graphemes
        .take_while(|grapheme| {
            used += grapheme.width();
            used <= columns
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_middle_of_a_path_gives_way() {
        let path = "content/posts/2026/caching-in-practice/index.md";
        assert_eq!(fit_path(path, 24), "content…ractice/index.md");
        assert_eq!(fit_path("a.md", 6), "a.md  ");
        assert_eq!(fit_path("内容/缓存/索引.md", 10), "内…索引.md");
        assert_eq!(fit_path(path, 0), "");
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_asked(text in "\\PC*", columns in 0_usize..40) {
            prop_assert!(width(&fit(&text, columns)) <= columns);
            prop_assert_eq!(width(&fit_path(&text, columns)), columns);
        }
    }
}
