//! Links to pages, out of the way of what rewrites the text around them.

use super::{destination::is_internal, find};
use crate::body::Surroundings;
use crate::body::edits::apply;
use crate::finding::Edit;

/// The text with a word in the place of each link to a page, and what belongs there.
pub(in crate::body) fn set_aside(
    text: &str,
    surroundings: Surroundings<'_>,
) -> (String, Vec<(String, String)>) {
    let mut edits = Vec::new();
    let mut pages = Vec::new();
    for link in find(text)
        .into_iter()
        .filter(|link| !link.image && is_internal(&link.dest))
    {
        let Some(page) = (surroundings.page)(&link.dest) else {
            continue;
        };
        // A word that stands nowhere in the text, and that is the beginning of no other.
        let mut number = pages.len();
        let word = loop {
            let word = format!("page{number}link");
            if !text.contains(&word) {
                break word;
            }
            number += 1000;
        };
        edits.push(Edit::replace(
            link.inner.end..link.range.end,
            format!("]({word}{})", link.title_after()),
        ));
        pages.push((word, page.dest));
    }
    (apply(text, edits), pages)
}

/// The text with the links to pages in their places again.
pub(in crate::body) fn put_in(text: String, pages: &[(String, String)]) -> String {
    pages
        .iter()
        .fold(text, |text, (word, dest)| text.replace(word, dest))
}
