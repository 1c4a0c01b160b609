//! Stubs on what the site says already, or another stub asks for: told before anything is asked, so that no second post on
//! the same thing is paid for.

use std::collections::{BTreeMap, HashMap};

use crate::index::{Entry, Index, Kind};
use crate::plan::Covered;
use crate::site::SitePath;
use crate::stub::{Stub, normalize};
use crate::topic::Shelf;

/// Something that has a topic.
#[derive(Debug, Clone)]
struct Holder {
    path: SitePath,
    /// The text that was compared.
    text: String,
    audience: Option<String>,
    is_stub: bool,
}

/// What covers each stub that is covered, by the stub's path. Only what is in one language is compared: drafts count, as they
/// will be published; the pages of sections do not, as they answer nothing themselves.
///
/// `is_settled` tells of which stubs the post is sure to come without a request: they are never covered, and cover others.
/// Of the rest the first by path goes on.
pub fn covered<'a>(
    stubs: impl IntoIterator<Item = &'a Stub>,
    is_settled: &dyn Fn(&Stub) -> bool,
    index: &Index,
) -> BTreeMap<SitePath, Covered> {
    let mut order: Vec<&Stub> = stubs.into_iter().collect();
    order.sort_by(|a, b| a.path.cmp(&b.path));
    let (settled, open): (Vec<&Stub>, Vec<&Stub>) =
        order.into_iter().partition(|stub| is_settled(stub));
    let mut shelves = Shelves::default();
    if open.is_empty() {
        return BTreeMap::new();
    }
    // Of a language in which nothing is asked, nothing has to be read.
    for stub in &open {
        shelves.shelf(&stub.language);
    }
    for page in index.pages().iter().filter(|page| page.is_article()) {
        shelves.add_page(page);
    }
    for stub in settled {
        shelves.add_stub(stub);
    }
    let mut covered = BTreeMap::new();
    for stub in open {
        match shelves.find(stub) {
            Some(holder) => {
                covered.insert(stub.path.clone(), holder);
            }
            None => shelves.add_stub(stub),
        }
    }
    covered
}

/// A shelf for each language in which something is asked.
#[derive(Default)]
struct Shelves {
    by_language: HashMap<String, Shelf<Holder>>,
}

impl Shelves {
    fn shelf(&mut self, language: &str) -> &mut Shelf<Holder> {
        self.by_language
            .entry(language.to_lowercase())
            .or_insert_with(|| Shelf::new(language))
    }

    fn add_page(&mut self, page: &Entry) {
        let Some(shelf) = self.by_language.get_mut(&page.written_in.to_lowercase()) else {
            return;
        };
        let topic = page.topic.as_ref().filter(|_| page.kind == Kind::Post);
        for text in topic.into_iter().chain(&page.title) {
            let holder = Holder {
                path: page.path.clone(),
                text: text.clone(),
                audience: page.audience.clone(),
                is_stub: false,
            };
            shelf.add(text, holder);
        }
    }

    fn add_stub(&mut self, stub: &Stub) {
        let Some(shelf) = self.by_language.get_mut(&stub.language.to_lowercase()) else {
            return;
        };
        let text = &stub.request.topic;
        let holder = Holder {
            path: stub.path.clone(),
            text: text.clone(),
            audience: stub.request.options.audience.clone(),
            is_stub: true,
        };
        shelf.add(text, holder);
    }

    fn find(&self, stub: &Stub) -> Option<Covered> {
        let shelf = self.by_language.get(&stub.language.to_lowercase())?;
        let audience = stub.request.options.audience.as_deref();
        let is_other = |holder: &Holder| {
            holder.path != stub.path && !are_different(audience, holder.audience.as_deref())
        };
        let holder = shelf.find(&stub.request.topic, is_other)?;
        Some(Covered {
            by: holder.path.clone(),
            text: holder.text.clone(),
            is_stub: holder.is_stub,
        })
    }
}

/// Whether two posts are each for readers of their own, so that they are two although they have one topic.
fn are_different(one: Option<&str>, other: Option<&str>) -> bool {
    let normal = |text: &str| normalize(&text.to_lowercase());
    one.zip(other)
        .is_some_and(|(one, other)| normal(one) != normal(other))
}

#[cfg(test)]
mod tests;
