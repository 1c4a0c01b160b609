//! Rules about what could harm readers or the author.

use std::ops::Range;

use super::Page;
use super::proof::{Kind, Trial};
use crate::finding::{Edit, Fix};

pub(super) mod control_characters;
pub(super) mod invisible_characters;
pub(super) mod path_outside_site;

/// Takes characters away that nobody sees: surely right, unless what stood apart would become markup.
fn removal(page: &Page<'_>, range: Range<usize>) -> Fix {
    let is_sign = |c: Option<char>| c.is_none_or(|c| c.is_ascii_punctuation());
    let before = page.text[..range.start].chars().next_back();
    let joins =
        is_sign(before) || before == Some('\n') || is_sign(page.text[range.end..].chars().next());
    let is_body = range.start >= page.body.start;
    let edits = vec![Edit::delete(range)];
    let is_calm = |trial: &Trial| {
        trial.added(Kind::Template) <= 0
            && trial.added(Kind::Html) <= 0
            && trial.added(Kind::Block) <= 0
            && trial.added(Kind::Link) <= 0
    };
    if is_body && joins && !Trial::of(page, &edits).is_some_and(|trial| is_calm(&trial)) {
        Fix::risky(edits)
    } else {
        Fix::safe(edits)
    }
}
