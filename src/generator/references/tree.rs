//! The pages of a site by the paths under which Hugo's `ref` finds them, after its `pageFinder` (0.168.0).

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::content_path::{ContentPath, Kind};

/// The pages of one language. `K` says which page it is.
#[derive(Debug, Clone)]
pub struct Tree<K> {
    languages: Vec<String>,
    by_base: BTreeMap<String, K>,
    /// By the last part of the path; `None` where several have it.
    by_name: BTreeMap<String, Option<K>>,
}

/// Why no page is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unresolved {
    /// There is none.
    Missing,
    /// More than one page has this name.
    Ambiguous,
}

/// The page in which a call stands.
#[derive(Debug, Clone)]
pub struct From(ContentPath);

impl<K: Clone> Tree<K> {
    /// A tree without pages, for a site of these languages.
    pub fn new(languages: &[String]) -> Self {
        Self {
            languages: languages.to_vec(),
            by_base: BTreeMap::new(),
            by_name: BTreeMap::new(),
        }
    }

    /// Adds the page of a file of this path in the content tree, unless there is one already.
    pub fn add(&mut self, below: &str, key: K) {
        let path = ContentPath::parse(below, &self.languages);
        let Entry::Vacant(place) = self.by_base.entry(path.base) else {
            return;
        };
        place.insert(key.clone());
        self.by_name
            .entry(path.name)
            .and_modify(|known| *known = None)
            .or_insert(Some(key));
    }

    /// The page of a file of this path in the content tree, as that in which a call stands.
    pub fn from(&self, below: &str) -> From {
        From(ContentPath::parse(below, &self.languages))
    }

    /// The page that Hugo finds for a path in a call of `ref`.
    pub fn resolve(&self, from: &From, path: &str) -> Result<&K, Unresolved> {
        match self.page_at(from, path) {
            None if !path.strip_suffix('/').unwrap_or(path).contains('/') => self.named(path),
            found => found.ok_or(Unresolved::Missing),
        }
    }

    /// The only page whose path ends in a name.
    fn named(&self, name: &str) -> Result<&K, Unresolved> {
        if name.starts_with('.') {
            return Err(Unresolved::Missing);
        }
        let mut name = name.strip_suffix('/').unwrap_or(name).to_owned();
        if !has_end(&name) {
            name.push_str(".md");
        }
        let wanted = ContentPath::parse(&name, &self.languages);
        match self.by_name.get(&wanted.name) {
            Some(Some(found)) => Ok(found),
            Some(None) => Err(Unresolved::Ambiguous),
            None => Err(Unresolved::Missing),
        }
    }

    /// The page at a path, seen from a page or from the top, as in `.GetPage`.
    pub fn page_at(&self, from: &From, path: &str) -> Option<&K> {
        let given = path.strip_suffix('/').unwrap_or(path);
        let path = if given.is_empty() { "/" } else { given };
        if has_end(path) {
            return self.find(from, true, path);
        }
        if path == "/" {
            return self.find(from, false, "/_index.md");
        }
        let bundle = path
            .ends_with("/index")
            .then(|| self.find(from, false, &format!("{path}/index.md")));
        bundle
            .flatten()
            .or_else(|| self.find(from, false, &format!("{path}.md")))
    }

    /// `path` has the end of a file; `had_end` says whether the author wrote it.
    fn find(&self, from: &From, had_end: bool, path: &str) -> Option<&K> {
        if !path.starts_with('/') {
            let from = &from.0;
            let folder = if from.kind == Kind::Branch || (had_end && path.starts_with("../")) {
                &from.dir
            } else {
                from.container()
            };
            let joined = ContentPath::parse(&joined(folder, path), &self.languages);
            if let Some(found) = self.by_base.get(&joined.base) {
                return Some(found);
            }
        }
        if path.starts_with('.') {
            return None;
        }
        let wanted = ContentPath::parse(path, &self.languages);
        self.by_base.get(&wanted.base)
    }
}

/// Whether the last part of a path has a dot.
fn has_end(path: &str) -> bool {
    path.rsplit('/').next().unwrap_or(path).contains('.')
}

/// Go's `path.Join`: no `.`, no `..`, no doubled slashes.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGES: [&str; 13] = [
        "_index.md",
        "posts/_index.md",
        "target.md",
        "posts/inner.md",
        "posts/deep/_index.md",
        "posts/deep/leaf.md",
        "posts/bundle/index.md",
        "v1.0.md",
        "v2.md",
        "other/twice.md",
        "posts/twice.md",
        "Upper Case.md",
        "posts/case.md",
    ];

    /// What the real Hugo 0.168.0 found from `posts/case.md`, from `posts/bundle/index.md` and from `posts/deep/_index.md`.
    #[test]
    fn pages_are_found_as_hugo_finds_them() {
        let mut tree = Tree::new(&["en".to_owned()]);
        for page in PAGES {
            tree.add(page, page);
        }
        let found = |from: &str, path: &str| tree.resolve(&tree.from(from), path).copied();
        for (path, expected) in [
            ("target", Ok("target.md")),
            ("target.html", Ok("target.md")),
            ("target.txt", Ok("target.md")),
            ("/target.txt", Err(Unresolved::Missing)),
            ("TARGET/", Ok("target.md")),
            ("target.en", Ok("target.md")),
            ("./target", Err(Unresolved::Missing)),
            ("../target", Ok("target.md")),
            ("../posts/inner.md", Ok("posts/inner.md")),
            ("/inner", Err(Unresolved::Missing)),
            ("inner", Ok("posts/inner.md")),
            ("leaf", Ok("posts/deep/leaf.md")),
            ("deep/leaf", Ok("posts/deep/leaf.md")),
            ("bundle/index.md", Ok("posts/bundle/index.md")),
            ("bundle/index", Ok("posts/bundle/index.md")),
            ("v1.0", Ok("v1.0.md")),
            ("v1", Err(Unresolved::Missing)),
            ("v2.5.1", Err(Unresolved::Missing)),
            ("v2.0", Ok("v2.md")),
            ("twice", Ok("posts/twice.md")),
            (".", Ok("posts/_index.md")),
            ("..", Ok("_index.md")),
            ("/", Ok("_index.md")),
            ("posts//inner", Err(Unresolved::Missing)),
            ("upper case", Ok("Upper Case.md")),
        ] {
            assert_eq!(found("posts/case.md", path), expected, "{path}");
        }
        for (path, expected) in [
            ("inner", Ok("posts/inner.md")),
            ("../inner.md", Ok("posts/inner.md")),
            ("../inner", Err(Unresolved::Missing)),
        ] {
            assert_eq!(found("posts/bundle/index.md", path), expected, "{path}");
        }
        for (path, expected) in [
            ("./leaf", Ok("posts/deep/leaf.md")),
            ("../inner", Ok("posts/inner.md")),
            ("./inner", Err(Unresolved::Missing)),
            ("twice", Err(Unresolved::Ambiguous)),
        ] {
            assert_eq!(found("posts/deep/_index.md", path), expected, "{path}");
        }
    }
}
