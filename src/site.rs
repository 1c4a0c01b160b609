//! The site as a value: where it is, which generator builds it, and what its configuration says that bears on pages.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::generator::{Dialect, Generator};

mod later;
mod version;

pub use later::Later;
pub use version::{Version, VersionSource};

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

/// How a generator turns text into a part of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Slugify {
    /// The generator's default: Zola writes ASCII letters, digits and hyphens; Hugo's heading ids follow GitHub.
    #[default]
    On,
    /// Zola: only what file systems refuse is taken out. Hugo's heading ids: ASCII alone (`github-ascii`).
    Safe,
    /// Zola: the text as it is. Hugo's heading ids: the old style (`blackfriday`).
    Off,
}

/// The settings that decide the addresses of pages, terms and headings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the configuration, independent of the others"
)]
pub struct SlugRules {
    /// For file names and the front matter's `slug` (Zola's `slugify.paths`).
    pub paths: Slugify,
    /// For terms (Zola's `slugify.taxonomies`).
    pub terms: Slugify,
    /// For headings (Zola's `slugify.anchors`, Hugo's `autoHeadingIDType`).
    pub headings: Slugify,
    /// Zola's `slugify.paths_keep_dates`: `2024-01-02-post.md` keeps its date in the address.
    pub keep_dates: bool,
    /// Hugo's `disablePathToLower`.
    pub keep_case: bool,
    /// Hugo's `removePathAccents`.
    pub remove_accents: bool,
    /// Hugo's `defaultContentLanguageInSubdir`: pages of the default language stand below `/en/` too.
    pub default_language_in_path: bool,
}

/// Something in the configuration that the generator refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFault {
    /// The bytes of the configuration file it is about; `None` where something is missing.
    pub span: Option<std::ops::Range<usize>>,
    /// One sentence: what is the matter.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// Whether it is so in every version; else it depends on the version being known.
    pub is_sure: bool,
}

/// Switches and folders of a site that decide how single things on a page come out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the configuration, independent of the others"
)]
pub struct Settings {
    /// Hugo's site parameters, with those of the languages: lower-case names, tables joined by dots.
    pub params: BTreeSet<String>,
    /// The output formats that Hugo has by itself, and those that the site and its themes define, in small letters.
    pub output_formats: BTreeSet<String>,
    /// The output formats of each kind of page (Hugo's `outputs`), where all are known.
    pub outputs: BTreeMap<String, Vec<String>>,
    /// Whether patterns of the configuration (Hugo's `permalinks`) decide addresses of pages.
    pub permalinks: bool,
    /// Those patterns, by section; `None` where they are not known.
    pub permalink_patterns: Option<BTreeMap<String, String>>,
    /// The folder that holds the pages of all taxonomies (Zola's `taxonomy_root`), without slashes at its ends.
    pub taxonomy_root: String,
    /// The names of all templates (Zola); `None` where some could not be listed, or it does not matter.
    pub templates: Option<BTreeSet<String>>,
    /// Whether `--` in text becomes a dash and quotes become curly.
    pub typographer: bool,
    /// Whether a quote that starts with `[!NOTE]` becomes a box.
    pub alerts: bool,
    /// Whether `:rocket:` becomes a picture.
    pub emoji: bool,
    /// Whether a line that starts with `: ` makes a definition list.
    pub definition_lists: bool,
    /// The names of Markdown that is switched off (Hugo's `extensions` and `parser.autoHeadingID`), in small letters.
    pub switched_off: BTreeSet<&'static str>,
    /// The names of further Markdown that is switched on (Hugo's `extensions.extras`): `mark`, `insert`, `subscript`…
    pub extras: BTreeSet<String>,
    /// Whether a line `{.name}` below a block gives the block its attributes (Hugo's `parser.attribute.block`).
    pub block_attributes: bool,
    /// Whether the terms of definition lists get ids (Hugo's `autoDefinitionTermID`).
    pub definition_ids: bool,
    /// Whether a template of the site reads titles as Markdown, or may. All templates are read to know.
    pub markdown_titles: Later,
    /// Whether an index for a search is made (Zola's `build_search_index`).
    pub search_index: bool,
    /// The arguments that a shortcode cannot do without, by its name (Zola).
    pub shortcode_arguments: BTreeMap<String, BTreeSet<String>>,
    /// The shortcodes whose templates are Markdown (Zola): their result is put in place before Markdown is read.
    pub markdown_shortcodes: BTreeSet<String>,
    /// The components that the templates of the site and its theme define (Zola from 0.23 on).
    pub components: Later<BTreeSet<String>>,
    /// The files that the generator writes itself, by their paths in the built site: in the way of an alias of that name.
    pub own_files: Vec<String>,
    /// The names of the feeds that a section or a term has where it is asked for (Zola).
    pub feed_names: Vec<String>,
    /// The variables that each template reads without asking whether they are there: `page`, `section`, `term`… (Zola).
    pub template_reads: Later<BTreeMap<String, BTreeSet<&'static str>>>,
    /// Whether images are marked to be fetched late (Zola's `lazy_async_image`).
    pub lazy_images: bool,
    /// Whether footnotes are gathered at the end of the page, and unused ones dropped.
    pub gathers_footnotes: bool,
    /// Whether formulas between dollars or after `\\(` are kept as they are.
    pub math: bool,
    /// Whether code in a language that the generator does not know stops the build.
    pub strict_languages: bool,
    /// Languages of pages that are switched off (Hugo's `disabled` and `disableLanguages`): their pages are not read.
    pub disabled_languages: Vec<String>,
    /// Keys that the configuration hands down to pages (Hugo's `cascade`), in lower case.
    pub cascaded: BTreeSet<String>,
    /// Names of languages, in lower case, that the site itself brings along.
    pub extra_languages: Vec<String>,
    /// The ends of files, in small letters, at which the generator stops among the content, each with the reason (Hugo's
    /// `security`). Beside the page of a bundle, only those count that no program of its own makes.
    pub refused_formats: BTreeMap<&'static str, &'static str>,
    /// Whether a template of the site makes the HTML of links, and may resolve their destinations.
    pub link_hook: bool,
    /// The same for images.
    pub image_hook: bool,
    /// What the generator refuses in the configuration.
    pub faults: Vec<ConfigFault>,
    /// Whether those templates are the generator's own: Hugo's, in a site of several languages.
    pub built_in_hooks: bool,
    /// Whether languages have addresses of their own.
    pub many_hosts: bool,
    /// The site's own address, without a slash at its end; empty where it is not known.
    pub base_url: String,
    /// The path in the site's own address, without slashes at its ends.
    pub base_path: String,
    /// The folders with files that are copied as they are; empty where that is not known.
    pub static_dirs: Vec<String>,
    /// The folders in those.
    pub static_folders: BTreeSet<String>,
    /// Whether an address at which the site has nothing may be answered all the same: by what redirects a server is told
    /// to make, or because pages read relative addresses in another way. Templates are read to know.
    pub answers_elsewhere: Later,
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
        Dialect {
            block_attributes: self.settings.block_attributes,
            ..self.generator.dialect(self.version)
        }
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
