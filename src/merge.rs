//! A post as it was written, as a person has edited it since, and as it would be written now → one page, or a conflict.
//!
//! The front matter is merged key by key, the body by its top-level blocks. A part that only one side has changed is that
//! side's, one that both have changed alike is taken once, and one that both have changed differently is a conflict: then
//! there is no merged page at all; but of titles and descriptions the person's stands. Bytes of the edited page are never printed anew; what is new is put between them.
//!
//! The result is proved before it is given: split and parsed again, it has exactly the keys and blocks that were meant,
//! each block means what it meant where it came from, and no line that the person has written is missing. A merge that
//! cannot be proved is a conflict too.

mod blocks;
mod body;
mod keys;
mod proof;

use crate::front_matter::{self, Change, FrontMatterError, SplitRules, Table};

use blocks::Body;
use body::{Bodies, Draft};

/// The three pages that a merge is made of.
#[derive(Debug, Clone, Copy)]
pub struct Versions<'a> {
    /// The post as it was written.
    pub base: &'a str,
    /// The same post as a person has left it.
    pub edited: &'a str,
    /// The post as it would be written now.
    pub new: &'a str,
}

/// What a merge needs to know of the generator and of the keys that are nobody's to edit.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// How the generator finds the front matter.
    pub split: SplitRules,
    /// Whether the generator does not tell capitals in keys from small letters.
    pub keys_ignore_case: bool,
    /// The table that holds the provenance.
    pub provenance: &'a [&'a str],
    /// The keys of the provenance in it. They are left as the edited page has them, and are never in conflict.
    pub provenance_keys: &'a [&'a str],
}

/// What came of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The merged page, with the provenance of the edited one.
    Merged(String),
    /// No page: a person has to decide.
    Conflict(Conflict),
}

/// Why two versions cannot be merged, and both sides of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// What is in conflict, for a message: `` `title` `` or `the text at line 12 to 18`. Lines are those of the edited page.
    pub places: Vec<String>,
    /// The page that would be there with the person's side of each place.
    pub edited: String,
    /// The page that would be there with the other side of each place. What could be merged is the same in both.
    pub new: String,
}

/// Merges, or says what is in the way.
pub fn merge(versions: Versions<'_>, rules: &Rules<'_>) -> Outcome {
    let whole = |reason: String| {
        Outcome::Conflict(Conflict {
            places: vec![reason],
            edited: versions.edited.to_owned(),
            new: versions.new.to_owned(),
        })
    };
    match attempt(versions, rules) {
        Ok(outcome) => outcome,
        Err(Failure::FrontMatter(error)) => whole(format!("the front matter ({})", error.message)),
        Err(Failure::Proof(reason)) => whole(reason),
    }
}

/// Why there is nothing to show but the two pages as they are.
enum Failure {
    FrontMatter(FrontMatterError),
    /// What a merged page would get wrong.
    Proof(String),
}

impl From<FrontMatterError> for Failure {
    fn from(error: FrontMatterError) -> Self {
        Self::FrontMatter(error)
    }
}

/// The front matter and body of one version.
struct Page<'a> {
    text: &'a str,
    table: Table,
    /// The front matter, up to where the body begins.
    front: &'a str,
    body: Body<'a>,
}

impl<'a> Page<'a> {
    fn read(text: &'a str, rules: &Rules<'_>) -> Result<Self, FrontMatterError> {
        let (front, table) = keys::read(text, rules)?;
        Ok(Self {
            text,
            table,
            front: &text[..front],
            body: Body::read(&text[front..]),
        })
    }

    fn body_text(&self) -> &'a str {
        &self.text[self.front.len()..]
    }
}

fn attempt(versions: Versions<'_>, rules: &Rules<'_>) -> Result<Outcome, Failure> {
    let base = Page::read(versions.base, rules)?;
    let edited = Page::read(versions.edited, rules)?;
    let new = Page::read(versions.new, rules)?;

    let keys = keys::merge(&base.table, &edited.table, &new.table, rules);
    let bodies = Bodies {
        base: &base.body,
        edited: &edited.body,
        new: &new.body,
    };
    let body = body::merge(bodies);
    let first_line = edited.front.matches('\n').count() + 1;
    let places: Vec<String> = keys
        .conflicts
        .iter()
        .map(|conflict| format!("`{}`", conflict.name))
        .chain(body.conflicts.iter().map(|place| place.at(first_line)))
        .collect();

    let write =
        |changes: &[Change], draft: &Draft<'_, '_>| compose(&edited, rules, changes, draft, bodies);
    if places.is_empty() {
        let text = write(&keys.changes, &body.edited)?;
        proof::prove(
            &text,
            [&base, &edited, &new],
            &keys.expected,
            &body.edited,
            rules,
        )
        .map_err(Failure::Proof)?;
        return Ok(Outcome::Merged(text));
    }
    let others = keys
        .conflicts
        .iter()
        .map(|conflict| conflict.change.clone());
    let all: Vec<Change> = keys.changes.iter().cloned().chain(others).collect();
    Ok(Outcome::Conflict(Conflict {
        places,
        edited: write(&keys.changes, &body.edited)?,
        new: write(&all, &body.new)?,
    }))
}

/// The edited page with these changes of its front matter and this body.
fn compose(
    edited: &Page<'_>,
    rules: &Rules<'_>,
    changes: &[Change],
    draft: &Draft<'_, '_>,
    bodies: Bodies<'_, '_>,
) -> Result<String, FrontMatterError> {
    let page = front_matter::edit(edited.text, rules.split, changes)?;
    let (front, _) = keys::read(&page, rules)?;
    let front = &page[..front];
    let body = draft.text(bodies);
    // A closing delimiter that ends the file, or has text right behind it, has no line end of its own.
    let is_open = !front.ends_with('\n') && !body.is_empty() && !body.starts_with(['\n', '\r']);
    let end = if is_open && !draft.begins_as_edited() {
        blocks::line_end(edited.text)
    } else {
        ""
    };
    Ok(format!("{front}{end}{body}"))
}
