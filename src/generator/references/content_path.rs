//! The paths of pages as Hugo 0.168.0 compares them, after the rules of its `PathParser`.

/// The ends of files that Hugo takes for content.
const CONTENT: [&str; 11] = [
    "md", "markdown", "mdown", "html", "htm", "adoc", "asciidoc", "ad", "org", "pandoc", "rst",
];

/// What a file of the content is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// No content: a picture, a folder.
    Other,
    /// A page in a file of its own.
    Single,
    /// The page of a folder that belongs to it: `index.md`.
    Leaf,
    /// The page of a section: `_index.md`.
    Branch,
}

/// A path in the content tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ContentPath {
    /// The path by which a page is known: without the end of the file, its language, and `index`. The start page is empty.
    pub(super) base: String,
    /// The last part of it, by which a page can be named alone.
    pub(super) name: String,
    /// The folder in which the file lies.
    pub(super) dir: String,
    /// What it is.
    pub(super) kind: Kind,
}

impl ContentPath {
    /// Reads a path, be it one of a file or one that somebody wrote.
    pub(super) fn parse(path: &str, languages: &[String]) -> Self {
        let mut path = path.to_lowercase().replace(' ', "-");
        if !path.starts_with('/') {
            path.insert(0, '/');
        }
        if path.len() > 1 && path.ends_with('/') {
            path.pop();
        }
        let start = path.rfind('/').map_or(0, |at| at + 1);
        let (dir, file) = (&path[..start - 1], &path[start..]);
        let names = Names::of(file, languages);
        let is_content = names
            .end
            .is_some_and(|end| CONTENT.contains(&end) || end == "pdc");
        let kind = match names.stem {
            "index" if is_content => Kind::Leaf,
            "_index" if is_content => Kind::Branch,
            _ if is_content => Kind::Single,
            _ => Kind::Other,
        };
        let base = match kind {
            Kind::Leaf | Kind::Branch => dir.to_owned(),
            Kind::Single => format!("{dir}/{}", names.stem),
            Kind::Other => match names.end.filter(|_| names.has_more) {
                Some(end) => format!("{dir}/{}.{end}", names.stem),
                None if path == "/" => String::new(),
                None => path.clone(),
            },
        };
        let name = match kind {
            Kind::Leaf | Kind::Branch => dir.rsplit('/').next().unwrap_or_default(),
            Kind::Single | Kind::Other => names.stem,
        };
        Self {
            name: name.to_owned(),
            dir: if dir.is_empty() { "/" } else { dir }.to_owned(),
            base,
            kind,
        }
    }

    /// The folder around the page; around its own folder, where it has one.
    pub(super) fn container(&self) -> &str {
        match self.kind {
            Kind::Leaf | Kind::Branch => match self.dir.rfind('/') {
                None | Some(0) => "/",
                Some(at) => &self.dir[..at],
            },
            Kind::Single | Kind::Other => &self.dir,
        }
    }
}

/// The name of a file in parts.
struct Names<'a> {
    /// The name without what Hugo knows at its end.
    stem: &'a str,
    /// What follows the last dot.
    end: Option<&'a str>,
    /// Whether Hugo knows more than that end: a language.
    has_more: bool,
}

impl<'a> Names<'a> {
    /// Hugo goes from the end to the start; the first part that is a language is the page's, wherever it stands.
    fn of(file: &'a str, languages: &[String]) -> Self {
        let Some(dot) = file.rfind('.') else {
            return Self {
                stem: file,
                end: None,
                has_more: false,
            };
        };
        let (stem, language) = language_in(&file[..dot], languages).unwrap_or((&file[..dot], ""));
        Self {
            stem,
            end: Some(&file[dot + 1..]),
            has_more: !language.is_empty(),
        }
    }
}

/// The name of a page and its language, where the file's name (without its end) has a part that is one. Hugo goes from
/// the end to the start, and the first such part counts, wherever it stands: `a.fr.b` is the French `a`. One at the very
/// start stays a part of the name.
pub(in crate::generator) fn language_in<'a>(
    stem: &'a str,
    languages: &[String],
) -> Option<(&'a str, &'a str)> {
    let mut last = stem.len();
    let dots: Vec<usize> = stem.match_indices('.').map(|(at, _)| at).collect();
    let is_language = |part: &str| {
        languages
            .iter()
            .any(|known| known.eq_ignore_ascii_case(part))
    };
    for at in dots.iter().rev().copied() {
        let part = &stem[at + 1..last];
        if is_language(part) {
            return Some((&stem[..at], part));
        }
        last = at;
    }
    let first = &stem[..last];
    (!dots.is_empty() && is_language(first)).then_some((stem, first))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_are_read_as_hugo_reads_them() {
        let languages = ["en".to_owned(), "fr".to_owned()];
        for (path, base, name, kind) in [
            ("posts/A b.md", "/posts/a-b", "a-b", Kind::Single),
            ("/posts/a.fr.md", "/posts/a", "a", Kind::Single),
            ("a.fr.b.md", "/a", "a", Kind::Single),
            ("fr.b.md", "/fr.b", "fr.b", Kind::Single),
            ("fr.b.txt", "/fr.b.txt", "fr.b", Kind::Other),
            ("posts/x/index.fr.md", "/posts/x", "x", Kind::Leaf),
            ("posts/_index.md", "/posts", "posts", Kind::Branch),
            ("_index.md", "", "", Kind::Branch),
            ("a.html", "/a", "a", Kind::Single),
            ("a.txt", "/a.txt", "a", Kind::Other),
            ("a.fr.txt", "/a.txt", "a", Kind::Other),
            ("a.fr", "/a.fr", "a", Kind::Other),
            ("v1.0", "/v1.0", "v1", Kind::Other),
            ("posts/", "/posts", "posts", Kind::Other),
            ("/", "", "", Kind::Other),
        ] {
            let read = ContentPath::parse(path, &languages);
            assert_eq!(
                (read.base.as_str(), read.name.as_str()),
                (base, name),
                "{path}"
            );
            assert_eq!(read.kind, kind, "{path}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(path in "[a-zé./ _%]{0,20}") {
            let read = ContentPath::parse(&path, &["en".to_owned()]);
            prop_assert!(read.container().starts_with('/'));
        }
    }
}
