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
    let after = page.text[range.end..].chars().next();
    let joins = is_sign(before) || before == Some('\n') || is_sign(after);
    // To a body that is a template, what follows counts wherever it stands.
    let is_template = page.site.generator.has_templates(page.site.version);
    let opens_template = (before == Some('{') && matches!(after, Some('{' | '%' | '#' | '<')))
        || (is_template && after == Some('{'));
    let is_body = range.start >= page.body.start;
    let taken = &page.text[range.clone()];
    let edits = vec![Edit::delete(range.clone())];
    let is_calm = |trial: &Trial| {
        trial.added(Kind::Template) <= 0
            && trial.added(Kind::Mark) <= 0
            && trial.added(Kind::Block) <= 0
            && trial.loses_only(Kind::Html, |c| taken.contains(c))
            && trial.loses_only(Kind::Link, |_| false)
    };
    let is_safe = !is_body
        || match Trial::of(page, &edits) {
            Some(trial) => is_calm(&trial) && !opens_template,
            None => !joins,
        };
    if is_safe {
        Fix::safe(edits)
    } else {
        Fix::risky(edits)
    }
}
