//! What a site's configuration says of how pages and their addresses come out.

use std::collections::{BTreeMap, BTreeSet};

use super::Later;

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
    /// The names of Markdown that is switched off, in small letters: Hugo's `extensions`, `autoheadingid` for headings
    /// without ids, and `headingattributes` for headings whose braces are text.
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
    /// The shortcodes whose templates print what is between their tags as it is, and do not have it read as Markdown (Zola).
    pub verbatim_shortcodes: BTreeSet<String>,
    /// The shortcodes whose templates write HTML, in lower case (Hugo): called as `{{% name %}}`, it is raw HTML in a page.
    pub html_shortcodes: BTreeSet<String>,
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
    /// The marks between which they stand, opening and closing (Hugo's `passthrough`).
    pub formulas: Vec<[String; 2]>,
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
