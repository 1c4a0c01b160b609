//! The site as a value: where it is, which generator builds it, and what its configuration says that bears on pages.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::generator::{Definitions, Dialect, Generator};

mod later;
mod settings;
mod version;

pub use later::Later;
pub use settings::{ConfigFault, Settings, SlugRules, Slugify};
pub use version::{KnownVersion, Version, VersionSource};

/// A path relative to the site's root, with `/` between its parts. Bytes that are not UTF-8 are shown as `\xNN`,
/// so this is a name to show and compare; files are opened by their [`PathBuf`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SitePath(String);

impl SitePath {
    /// A path from text that is already relative and `/`-separated.
    pub fn new(path: impl Into<String>) -> Self {
        Self(path.into())
    }

    /// `path` seen from `root`; the path as it is where it does not lie below it.
    pub fn from_path(root: &Path, path: &Path) -> Self {
        let relative = path.strip_prefix(root).unwrap_or(path);
        let mut text = String::new();
        for (index, part) in relative.components().enumerate() {
            if index > 0 && !text.ends_with('/') {
                text.push('/');
            }
            push_lossless(&mut text, part.as_os_str().as_encoded_bytes());
        }
        Self(text)
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part of the path.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }
}

fn push_lossless(text: &mut String, bytes: &[u8]) {
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing into a String cannot fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
}

impl fmt::Display for SitePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A folder of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentRoot {
    /// The folder, absolute.
    pub dir: PathBuf,
    /// The language of its pages, where the folder decides it.
    pub language: Option<String>,
    /// Where its pages stand below the generator's content tree: empty for the top, else `docs/guides`.
    pub mount: String,
    /// Whether pages may be written there. Folders outside the site's root are only read.
    pub writable: bool,
}

/// A taxonomy as the site's configuration declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taxonomy {
    /// The key in front matter, for example `tags`.
    pub name: String,
    /// The language it is declared for.
    pub language: String,
    /// Whether the generator writes pages for its terms.
    pub rendered: bool,
    /// Whether the templates of these pages are there. Where not, Zola refuses the site as soon as one page has a term of
    /// it (tested on 0.17.2 and 0.22.0); Hugo only warns.
    pub has_templates: bool,
    /// Whether each of its terms has a feed (Zola: `feed = true`, `rss` in older versions).
    pub feed: bool,
    /// What the configuration says of it, on one line: `{ name = "tags", feed = true }` (Zola), `tag = "tags"` (Hugo).
    pub declaration: String,
}

/// A site: its root, its generator and what its configuration says.
#[derive(Debug, Clone)]
pub struct Site {
    /// The folder with the generator's configuration, absolute.
    pub root: PathBuf,
    /// Who builds it.
    pub generator: &'static dyn Generator,
    /// The generator's version.
    pub version: Version,
    /// How that version came to be known.
    pub version_source: VersionSource,
    /// The configuration file that was read first.
    pub config: SitePath,
    /// The site's title, where the configuration has one.
    pub title: Option<String>,
    /// The folders of pages; at least one.
    pub roots: Vec<ContentRoot>,
    /// The language of pages that say nothing else, for example `en`.
    pub default_language: String,
    /// The language in which posts for pages of the default language are written, where the project says so: the generator
    /// may not know it, so it decides neither addresses nor taxonomies.
    pub written_in: Option<String>,
    /// All configured languages, the default one included.
    pub languages: Vec<String>,
    /// The taxonomies that pages may use, by language.
    pub taxonomies: Vec<Taxonomy>,
    /// Names of the shortcodes that the site or its theme defines, in lower case for Hugo.
    pub shortcodes: Vec<String>,
    /// Whether a shortcode uses what stands between its opening and its closing tag, for those whose templates tell.
    /// Hugo refuses one that does without a closing tag, and one that does not with it.
    pub shortcode_bodies: BTreeMap<String, bool>,
    /// Globs or regular expressions (the generator's own kind) of content that the generator ignores.
    pub ignored: Vec<String>,
    /// Whether all themes and modules that may define shortcodes could be read.
    pub shortcodes_known: bool,
    /// Whether raw HTML in a body reaches the page (Hugo: `markup.goldmark.renderer.unsafe`).
    pub raw_html: bool,
    /// Whether a link to a page or a heading that does not exist stops the build, or is only warned of (Zola:
    /// `link_checker.internal_level`). Counts only where the generator looks for them at all.
    pub dead_links_stop: bool,
    /// How addresses are made.
    pub slugs: SlugRules,
    /// What else decides how things come out.
    pub settings: Settings,
}

impl Site {
    /// The language in which posts for pages of `language` are written, unless their stubs say otherwise.
    pub fn writing_language<'a>(&'a self, language: &'a str) -> &'a str {
        match &self.written_in {
            Some(written) if language == self.default_language => written,
            _ => language,
        }
    }

    /// Whether a page of `language` can have terms of the taxonomy `name`: it is declared, and what the generator needs
    /// to make its pages is there.
    pub fn accepts(&self, name: &str, language: &str) -> bool {
        let is_strict = self.generator.requires_front_matter();
        self.taxonomies.iter().any(|taxonomy| {
            taxonomy.name == name
                && taxonomy.language == language
                && (taxonomy.has_templates || !taxonomy.rendered || !is_strict)
        })
    }

    /// What to do so that pages of `language` can have terms of the taxonomy `name`: declare it, or write its templates.
    pub fn taxonomy_help(&self, name: &str, language: &str) -> String {
        if self.declares(name, language) {
            "write `templates/taxonomy_list.html` and `templates/taxonomy_single.html`, or say `render = false` where the taxonomy is declared"
                .to_owned()
        } else {
            self.generator.declare_taxonomy_help(self, name, language)
        }
    }

    /// The names of the taxonomies that pages of `language` may use.
    pub fn taxonomy_names(&self, language: &str) -> Vec<String> {
        self.taxonomies
            .iter()
            .filter(|taxonomy| taxonomy.language == language)
            .map(|taxonomy| taxonomy.name.clone())
            .collect()
    }

    /// Whether pages of `language` may use the taxonomy `name`.
    pub fn declares(&self, name: &str, language: &str) -> bool {
        self.taxonomies
            .iter()
            .any(|taxonomy| taxonomy.name == name && taxonomy.language == language)
    }

    /// What the site's generator, in its version and as the site has set it, does to a body.
    pub fn dialect(&self) -> Dialect {
        let settings = &self.settings;
        let mut dialect = self.generator.dialect(self.version);
        dialect.smart_punctuation = settings.typographer;
        if !settings.definition_lists {
            dialect.definitions = Definitions::None;
        }
        dialect.block_attributes = settings.block_attributes;
        dialect.switched_off.clone_from(&settings.switched_off);
        dialect.formulas.clone_from(&settings.formulas);
        dialect
    }

    /// The `id` that the generator gives to the first heading with this text on a page.
    pub fn heading_id(&self, text: &str) -> String {
        self.generator.heading_id(&self.slugs, text)
    }

    /// The part of an address that stands for a term. Two terms with one slug are one term to the generator; an empty
    /// slug means that the term cannot be used.
    pub fn term_slug(&self, term: &str) -> String {
        self.generator.term_slug(&self.slugs, term)
    }

    /// The address of the list of a taxonomy's terms.
    pub fn taxonomy_address(&self, taxonomy: &Taxonomy) -> String {
        let in_path =
            taxonomy.language != self.default_language || self.slugs.default_language_in_path;
        let language = in_path.then_some(taxonomy.language.as_str());
        let root = Some(self.settings.taxonomy_root.as_str()).filter(|root| !root.is_empty());
        let name = self.term_slug(&taxonomy.name);
        let parts = language.into_iter().chain(root).chain([name.as_str()]);
        format!("/{}/", parts.collect::<Vec<_>>().join("/"))
    }

    /// The part of an address that stands for a file name without its extension and language. A `slug` in front matter is
    /// treated a little differently: [`Generator::output_path`] does both.
    pub fn page_slug(&self, name: &str) -> String {
        self.generator.page_slug(&self.slugs, name)
    }
}
