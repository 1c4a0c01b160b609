//! Where a link within the post leads to.

use std::collections::HashMap;

use crate::markdown::Heading;

/// The ids of a body's headings, and the ways in which a model may have meant them.
#[derive(Default)]
pub(crate) struct Anchors {
    /// The id of each heading, in the order of the text.
    pub(crate) headings: Vec<String>,
    /// Every id with the number that the next heading of this text is tried with.
    ids: HashMap<String, usize>,
    by_slug: HashMap<String, String>,
    by_letters: HashMap<String, String>,
}

impl Anchors {
    pub(crate) fn of(headings: &[Heading], heading_id: &dyn Fn(&str) -> String) -> Self {
        let mut anchors = Self::default();
        for heading in headings {
            anchors.ids.extend(heading.id.clone().map(|id| (id, 1)));
        }
        for heading in headings {
            let id = match &heading.id {
                Some(id) => id.clone(),
                None => anchors.unique(&heading_id(&heading.text)),
            };
            anchors.headings.push(id.clone());
            if id.is_empty() {
                continue;
            }
            let slug = github_slug(&heading.text);
            anchors.by_slug.entry(slug).or_insert_with(|| id.clone());
            let letters = letters(&heading.text);
            anchors.by_letters.entry(letters).or_insert(id);
        }
        anchors
    }

    /// The id of the next heading that the generator would give `id` to.
    fn unique(&mut self, id: &str) -> String {
        let Some(&first) = self.ids.get(id) else {
            self.ids.insert(id.to_owned(), 1);
            return id.to_owned();
        };
        let mut number = first;
        while self.ids.contains_key(&format!("{id}-{number}")) {
            number += 1;
        }
        let unique = format!("{id}-{number}");
        self.ids.insert(id.to_owned(), number + 1);
        self.ids.insert(unique.clone(), 1);
        unique
    }

    pub(super) fn resolve<'a>(&'a self, fragment: &'a str) -> Option<&'a str> {
        if !fragment.is_empty() && self.ids.contains_key(fragment) {
            return Some(fragment);
        }
        let letters = letters(fragment);
        self.by_slug
            .get(&fragment.to_lowercase())
            .or_else(|| {
                self.by_letters
                    .get(&letters)
                    .filter(|_| !letters.is_empty())
            })
            .map(String::as_str)
    }
}

/// The id that GitHub gives to a heading, which is what models know best.
pub(crate) fn github_slug(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || matches!(c, '-' | '_') => Some(c),
            _ => None,
        })
        .collect()
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
