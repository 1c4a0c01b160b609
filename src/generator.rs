//! What a generator is: a trait, a table of those that exist, and how a folder is recognised as a site of one of them.
//!
//! A generator sees the site's folder through [`Files`], so that everything here can be tested without a disk.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use crate::front_matter::{Format, SplitRules, Table, Value};
use crate::site::{KnownVersion, Site, SlugRules, Version};

pub mod build;
mod claim;
mod cursor;
mod detect;
mod dialect;
mod error;
mod files;
mod hugo;
mod readings;
pub mod references;
mod serving;
mod settings;
mod unicode;
mod versions;
mod zola;

use build::{BuildCommand, BuildLog, BuildMessage, BuildPlace, ListedPage};
pub use claim::{Claim, Ignored, Patterns};
pub use detect::{find_root, open};
pub use dialect::{Definitions, Dialect, Escaped, Refusal};
pub use error::SiteError;
#[cfg(test)]
pub(crate) use files::memory;
pub use files::{Entry, Files};
pub use readings::{AddressParts, Code, FenceInfo, KeyTrouble, RefusedKey, Template, TemplateKind};

/// What stands, byte for byte, for a shortcode in a body as Markdown sees it. Hugo puts a word of its own there.
pub const STAND_IN: char = 'H';

/// All generators, in the order in which a folder is tried for them.
pub const GENERATORS: &[&dyn Generator] = &[&zola::Zola, &hugo::Hugo];

/// The generator of this name, in lower case as in `postwright.toml`.
pub fn named(name: &str) -> Option<&'static dyn Generator> {
    GENERATORS
        .iter()
        .copied()
        .find(|generator| generator.name() == name)
}

/// Everything that is special to one static site generator.
pub trait Generator: fmt::Debug + Sync {
    /// Its name in lower case, as in `postwright.toml` and in provenance: `zola`, `hugo`.
    fn name(&self) -> &'static str;

    /// Its name as its makers write it, for messages.
    fn title(&self) -> &'static str;

    /// The program that builds a site, as it is found on `PATH`.
    fn program(&self) -> &'static str;

    /// The arguments that make [`Self::program`] print its version.
    fn version_arguments(&self) -> &'static [&'static str];

    /// Where its makers say how to install it.
    fn install_help(&self) -> &'static str;

    /// What makes [`Self::program`], run in the site's folder, build the site elsewhere: with drafts and pages of another
    /// time, and without a byte written into the site.
    fn build_command(&self, place: BuildPlace<'_>) -> BuildCommand;

    /// Whether a build writes into the site's own folder all the same, so that a copy has to be built. `has_folder` knows
    /// the site's folders, `mentions` whether a word stands in its templates or pages.
    fn writes_into_site(
        &self,
        _has_folder: &dyn Fn(&str) -> bool,
        _mentions: &dyn Fn(&str) -> bool,
    ) -> bool {
        false
    }

    /// What the log of a build says, in the order of its lines. No text of it is lost.
    fn read_build_log(&self, log: BuildLog<'_>) -> Vec<BuildMessage>;

    /// What makes [`Self::program`] list the pages with their addresses, if it can.
    fn list_command(&self, _place: BuildPlace<'_>) -> Option<BuildCommand> {
        None
    }

    /// What [`Self::list_command`] printed.
    fn read_list(&self, _stdout: &str) -> Vec<ListedPage> {
        Vec::new()
    }

    /// The newest version whose rules are known here.
    fn newest_known(&self) -> Version;

    /// Whether the folder is a site of this generator.
    fn claim(&self, files: &dyn Files) -> Result<Claim, SiteError>;

    /// The version that the site's files speak for: one that a workflow of the site installs, or the only range that
    /// its settings and folders allow. `None` where they leave it open.
    fn version_hint(&self, files: &dyn Files) -> Option<Version>;

    /// Reads the site as a version of it would, which came to be known in some way.
    fn read(
        &self,
        root: &Path,
        files: &dyn Files,
        version: KnownVersion,
    ) -> Result<Site, SiteError>;

    /// Whether `version` of it looks for a configuration file of this name.
    fn reads_configuration(&self, _file: &str, _version: Version) -> bool {
        true
    }

    /// By whose rules a page is split into front matter and body.
    fn split_rules(&self) -> SplitRules;

    /// Whether a page without front matter, or with a value of a wrong type in it, stops the build.
    fn requires_front_matter(&self) -> bool;

    /// Whether front matter keys are the same in capitals and small letters.
    fn keys_ignore_case(&self) -> bool;

    /// Whether a file beside or below a bundle's `index.md` is a part of that bundle, and no page of its own.
    fn bundles_own_their_folder(&self) -> bool;

    /// Whether a page with a date still to come is left out of the site.
    fn leaves_out_future_pages(&self) -> bool;

    /// What `version` of it does to the body of a page.
    fn dialect(&self, version: Version) -> Dialect;

    /// What `version` of it would run in a body, refuse or lose, in the order of the text.
    fn templates(&self, version: Version, body: &str) -> Vec<Template>;

    /// What else `templates` does not tell of and it acts on wherever it stands in a body, code included.
    fn raw_marks(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether a body is a template to `version` of it, and not text with shortcodes in it.
    fn has_templates(&self, _version: Version) -> bool {
        false
    }

    /// Whether it puts the result of a shortcode only where Markdown has text, HTML or a code block, and leaves a mark in
    /// addresses, titles, ids and code in a line.
    fn leaves_marks(&self) -> bool {
        false
    }

    /// Whether front matter keeps it from rendering the body of a page, even for a list or a feed.
    fn is_unrendered(&self, _site: &Site, _front: &Table) -> bool {
        false
    }

    /// The keys of front matter that hold dates.
    fn date_keys(&self) -> &'static [&'static str];

    /// The keys of a block of front matter whose values stop the generator, but for dates; `None` where it takes what it
    /// can.
    fn refused_keys(
        &self,
        _version: Version,
        _format: Format,
        _matter: &str,
        _is_section: bool,
    ) -> Option<Vec<RefusedKey>> {
        None
    }

    /// What the generator makes of a key at the top of front matter, where that is not what it seems to mean.
    fn misread_key(&self, version: Version, key: &str, value: &Value) -> Option<KeyTrouble>;

    /// A body as `version` of it hands it on to Markdown, each byte in its place; `None` where that is the body itself.
    fn as_markdown(&self, _version: Version, _body: &str) -> Option<String> {
        None
    }

    /// The bytes of a body that it takes out before Markdown is read, in order.
    fn taken_out(&self, _site: &Site, _body: &str) -> Vec<Range<usize>> {
        Vec::new()
    }

    /// The day that `version` of it reads from a value that is to be a date; `None` where it reads none.
    fn date(&self, version: Version, value: &Value) -> Option<jiff::civil::Date>;

    /// The path to which an alias leads that a page with an address of its own has; `None` where that is not known. One
    /// without a slash at its start may be read from the page's own place on.
    fn resolve_alias(&self, alias: &str, _address: Option<&str>) -> Option<String> {
        Some(alias.to_owned())
    }

    /// Whether `version` of it dates a page by this file name (without extension and language), or by this name of a
    /// bundle's folder.
    fn dates_by_name(&self, _version: Version, _stem: &str) -> bool {
        false
    }

    /// Whether blanks may follow the delimiter that opens front matter.
    fn opens_with_blank(&self, version: Version) -> bool;

    /// Whether `version` of it takes whole numbers of TOML beyond 64 bits, at least under keys that it passes over.
    fn reads_wide_integers(&self, _version: Version) -> bool {
        false
    }

    /// Whether `version` of it reads TOML 1.1, and not only 1.0.
    fn reads_newest_toml(&self, _version: Version) -> bool {
        true
    }

    /// Whether a page with two terms of one slug is listed twice under it.
    fn lists_twice(&self) -> bool;

    /// Whether a page may call the shortcode `name`: the site or its theme defines it, or the generator brings it along.
    fn has_shortcode(&self, site: &Site, name: &str) -> bool;

    /// The shortcodes that a version of it brings along, in lower case.
    fn built_in_shortcodes(&self, _version: Version) -> Vec<&'static str> {
        Vec::new()
    }

    /// The first version without the shortcode `name`, where `version` is one that no longer has it, and what to do instead.
    fn gone_shortcode(
        &self,
        _version: Version,
        _name: &str,
    ) -> Option<(&'static str, &'static str)> {
        None
    }

    /// Whether the shortcode `name` needs a closing tag or refuses one; `None` where that is not known, or all is well.
    fn needs_closing(&self, _site: &Site, _name: &str) -> Option<bool> {
        None
    }

    /// What a call of one of its own shortcodes lacks, without which it stops the build. `call` is its opening tag.
    fn lacks(&self, _site: &Site, _name: &str, _call: &str) -> Option<String> {
        None
    }

    /// Whether a version of it knows the key `render` in pages.
    fn knows_render(&self, _version: Version) -> bool {
        true
    }

    /// The opening tags in a body that this version shows as they are, though they have closing ones: pairs within pairs.
    fn shown_tags(&self, _version: Version, _body: &str) -> Vec<Range<usize>> {
        Vec::new()
    }

    /// Whether versions of it differ in what they refuse of a site, so that it matters which one builds it.
    fn rules_depend_on_version(&self) -> bool {
        false
    }

    /// Whether versions of it differ in what they make of the template syntax in a body.
    fn depends_on_version(&self, body: &str) -> bool;

    /// The escapes in a body whose marks it takes away, as their bytes.
    fn taken_escapes(&self, _version: Version, _body: &str) -> Vec<Range<usize>> {
        Vec::new()
    }

    /// Whether it reads what is new in TOML 1.1.
    fn reads_newer_toml(&self, _version: Version) -> bool {
        true
    }

    /// Whether a body escaped for version `a` is right for version `b` as well.
    fn escapes_alike(&self, a: Version, b: Version) -> bool;

    /// Whether a link without a destination, to a page or to a heading that does not exist stops the build.
    fn refuses_dead_links(&self) -> bool;

    /// Whether braces at the end of a heading, with `inside` between them that is no list of attributes, are not shown.
    fn drops_braces(&self, inside: &str) -> bool;

    /// What `version` of it makes of the words behind an opening code fence.
    fn fence_info(&self, version: Version, info: &str) -> FenceInfo;

    /// The words that give a block the language, with all in `info` that it acts on today, and whether nothing else in there
    /// can have been meant.
    fn with_language(&self, info: &str, language: &str) -> (String, bool);

    /// The language in these words where the site's settings make the build stop for it, and a name to use instead.
    fn refused_language<'a>(
        &self,
        _site: &Site,
        _info: &'a str,
    ) -> Option<(&'a str, &'static str)> {
        None
    }

    /// Where the terms of a taxonomy stand in front matter.
    fn taxonomy_path(&self, name: &str) -> Vec<String>;

    /// The table in front matter that holds a stub's options and a post's provenance.
    fn options_path(&self) -> &'static [&'static str];

    /// What a link to the page `below` the content tree has between its parentheses, so that the generator itself finds the
    /// page, wherever the site is served, and stops where it is gone; `None` for a path that no link can hold.
    fn page_link(&self, below: &str) -> Option<String>;

    /// The front matter's key for the whole path of a page's address.
    fn address_key(&self) -> &'static str;

    /// The part of a file name that is taken for a language which the site does not have, so that the build stops.
    fn unknown_language<'a>(&self, _site: &Site, _name: &'a str) -> Option<&'a str> {
        None
    }

    /// The front matter's key for the day of the last change.
    fn updated_key(&self) -> &'static str;

    /// Whether a file of this name is a page.
    fn is_page_file(&self, name: &str) -> bool;

    /// The ends of files, in small letters, that are pages in another language than Markdown.
    fn other_formats(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether a file of this name is a section's own page (`_index.md`), which is never a stub.
    fn is_section_file(&self, name: &str) -> bool {
        name.split('.').next() == Some("_index") && self.is_page_file(name)
    }

    /// Where a folder is a section only with a section's own page: what that page may say beside its title.
    fn section_page(&self) -> Option<&'static str> {
        None
    }

    /// The file name without extension and language, and the language that it names, if that is one of `languages`.
    fn split_name<'a>(
        &self,
        name: &'a str,
        default_language: &str,
        languages: &[String],
    ) -> (&'a str, Option<String>);

    /// Makes the patterns of [`Site::ignored`] ready.
    fn ignored(&self, patterns: &[String]) -> Ignored;

    /// See [`Site::heading_id`].
    fn heading_id(&self, rules: &SlugRules, text: &str) -> String;

    /// See [`Site::term_slug`].
    fn term_slug(&self, rules: &SlugRules, term: &str) -> String;

    /// See [`Site::page_slug`].
    fn page_slug(&self, rules: &SlugRules, name: &str) -> String;

    /// The path of a page's address, `/` at both ends, as its place and name decide it.
    ///
    /// `below` is the file's path below the content tree, `docs/install.fr.md`; `slug` is the front matter's, if any.
    /// Keys and settings that move single pages (`path`, `url`, `permalinks`) are not looked at.
    fn output_path(&self, site: &Site, below: &str, language: &str, slug: Option<&str>) -> String;

    /// The path of a page's address where the site has patterns for them (Hugo's `permalinks`); `None` where it is not known.
    fn patterned_address(&self, _site: &Site, _page: &AddressParts<'_>) -> Option<String> {
        None
    }

    /// The command that shows the site while it is worked on.
    fn serve_command(&self) -> &'static str;

    /// The command that shows drafts too.
    fn drafts_hint(&self) -> &'static str;

    /// What to write into the site's configuration so that pages of `language` may use the taxonomy `name`: a sentence
    /// that says where, then the exact lines, which keep the taxonomies that are there.
    fn declare_taxonomy_help(&self, site: &Site, name: &str, language: &str) -> String;
}
