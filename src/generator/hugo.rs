//! Hugo.

use std::ops::Range;
use std::path::Path;

use super::build::{BuildCommand, BuildLog, BuildMessage, BuildPlace, ListedPage};
use super::{
    AddressParts, Claim, Dialect, FenceInfo, Files, Generator, Ignored, KeyTrouble, SiteError,
    Template,
};
use crate::front_matter::{SplitRules, Table, Value};
use crate::site::{KnownVersion, Site, SlugRules, Version};

mod aliases;
mod build_log;
mod config;
mod dates;
mod faults;
mod fences;
mod ignored;
mod keys;
mod permalinks;
mod roots;
mod security;
mod settings;
mod shortcodes;
mod slugs;
mod taxonomies;

mod templates;

/// The Hugo generator.
#[derive(Debug)]
pub(super) struct Hugo;

impl Generator for Hugo {
    fn name(&self) -> &'static str {
        "hugo"
    }

    fn title(&self) -> &'static str {
        "Hugo"
    }

    fn program(&self) -> &'static str {
        "hugo"
    }

    fn version_arguments(&self) -> &'static [&'static str] {
        &["version"]
    }

    fn install_help(&self) -> &'static str {
        "https://gohugo.io/installation/"
    }

    fn build_command(&self, place: BuildPlace<'_>) -> BuildCommand {
        build_log::command(place)
    }

    fn read_build_log(&self, log: BuildLog<'_>) -> Vec<BuildMessage> {
        build_log::read(log)
    }

    fn list_command(&self, place: BuildPlace<'_>) -> Option<BuildCommand> {
        Some(build_log::list_command(place))
    }

    fn read_list(&self, stdout: &str) -> Vec<ListedPage> {
        build_log::read_list(stdout)
    }

    fn newest_known(&self) -> Version {
        Version::new(0, 168, 0)
    }

    fn claim(&self, files: &dyn Files) -> Result<Claim, SiteError> {
        config::claim(files)
    }

    /// Only what a workflow installs: the rules for pages are the same in all versions of the last years.
    fn version_hint(&self, files: &dyn Files) -> Option<Version> {
        super::versions::in_workflows(files, "hugo")
    }

    fn read(
        &self,
        root: &Path,
        files: &dyn Files,
        version: KnownVersion,
    ) -> Result<Site, SiteError> {
        config::read(root, files, version)
    }

    fn split_rules(&self) -> SplitRules {
        SplitRules::Hugo
    }

    fn requires_front_matter(&self) -> bool {
        false
    }

    fn keys_ignore_case(&self) -> bool {
        true
    }

    fn bundles_own_their_folder(&self) -> bool {
        true
    }

    fn patterned_address(&self, site: &Site, page: &AddressParts<'_>) -> Option<String> {
        permalinks::address(site, page)
    }

    fn leaves_out_future_pages(&self) -> bool {
        true
    }

    fn dialect(&self, version: Version) -> Dialect {
        templates::dialect(version)
    }

    fn templates(&self, version: Version, body: &str) -> Vec<Template> {
        templates::find(version, body)
    }

    fn raw_marks(&self) -> &'static [&'static str] {
        &[templates::DIVIDER]
    }

    fn date(&self, _version: Version, value: &Value) -> Option<jiff::civil::Date> {
        match value {
            Value::Date(text) => dates::of_toml(text),
            Value::String(text) => dates::read(text),
            _ => None,
        }
    }

    fn opens_with_blank(&self, _version: Version) -> bool {
        true
    }

    fn lists_twice(&self) -> bool {
        false
    }

    fn date_keys(&self) -> &'static [&'static str] {
        &[
            "date",
            "lastmod",
            "modified",
            "publishDate",
            "pubdate",
            "published",
            "expiryDate",
            "unpublishdate",
        ]
    }

    fn misread_key(&self, _version: Version, key: &str, value: &Value) -> Option<KeyTrouble> {
        keys::misread(key, value)
    }

    fn has_shortcode(&self, site: &Site, name: &str) -> bool {
        let name = name.to_lowercase();
        templates::is_built_in(site.version, &name) || site.shortcodes.contains(&name)
    }

    fn built_in_shortcodes(&self, version: Version) -> Vec<&'static str> {
        templates::built_in(version)
    }

    fn gone_shortcode(&self, version: Version, name: &str) -> Option<(&'static str, &'static str)> {
        templates::gone(version, &name.to_lowercase())
    }

    fn lacks(&self, site: &Site, name: &str, call: &str) -> Option<String> {
        let name = name.to_lowercase();
        // A template of the site's own, or of its theme, takes the place of Hugo's.
        (site.shortcodes_known && !site.shortcodes.contains(&name))
            .then(|| templates::lacks(&name, call))
            .flatten()
            .map(str::to_owned)
    }

    fn resolve_alias(&self, alias: &str, address: Option<&str>) -> Option<String> {
        aliases::resolve(alias, address)
    }

    fn needs_closing(&self, site: &Site, name: &str) -> Option<bool> {
        let name = name.to_lowercase();
        let own = site.shortcode_bodies.get(&name).copied();
        if own.is_none() && site.shortcodes.contains(&name) {
            return None;
        }
        own.or_else(|| templates::needs_closing(&name))
    }

    fn depends_on_version(&self, _body: &str) -> bool {
        false
    }

    fn escapes_alike(&self, _a: Version, _b: Version) -> bool {
        true
    }

    fn refuses_dead_links(&self) -> bool {
        false
    }

    fn drops_braces(&self, inside: &str) -> bool {
        matches!(inside.trim(), "" | "#")
    }

    fn fence_info(&self, _version: Version, info: &str) -> FenceInfo {
        fences::info(info)
    }

    fn with_language(&self, info: &str, language: &str) -> (String, bool) {
        fences::with_language(info, language)
    }

    fn taxonomy_path(&self, name: &str) -> Vec<String> {
        vec![name.to_owned()]
    }

    fn options_path(&self) -> &'static [&'static str] {
        &["params", "postwright"]
    }

    /// `relref` knows the site's path, its permalinks and its languages, which an address does not. It takes blanks and
    /// letters of all scripts as they are, and refuses a lone `%` (tested on 0.168.0).
    fn page_link(&self, below: &str) -> Option<String> {
        let is_safe = !below.contains(['%', '"', '\\', '#', '?', '{', '}', '<', '>', '|'])
            && !below.chars().any(crate::text::is_unprintable);
        is_safe.then(|| format!("{{{{< relref \"/{below}\" >}}}}"))
    }

    fn address_key(&self) -> &'static str {
        "url"
    }

    fn updated_key(&self) -> &'static str {
        "lastmod"
    }

    fn is_page_file(&self, name: &str) -> bool {
        if name.starts_with('#') {
            return false;
        }
        name.rsplit_once('.').is_some_and(|(stem, extension)| {
            !stem.is_empty()
                && ["md", "markdown", "mdown"]
                    .iter()
                    .any(|known| extension.eq_ignore_ascii_case(known))
        })
    }

    fn other_formats(&self) -> &'static [&'static str] {
        &security::OTHER_ENDS
    }

    fn split_name<'a>(
        &self,
        name: &'a str,
        _default_language: &str,
        languages: &[String],
    ) -> (&'a str, Option<String>) {
        slugs::split_name(name, languages)
    }

    fn is_unrendered(&self, site: &Site, front: &Table) -> bool {
        let has_feed = site
            .settings
            .own_files
            .iter()
            .any(|file| file == "index.xml");
        keys::is_unrendered(front, has_feed)
    }

    fn ignored(&self, patterns: &[String]) -> Ignored {
        ignored::ready(patterns)
    }

    fn as_markdown(&self, _version: Version, body: &str) -> Option<String> {
        templates::as_markdown(body)
    }

    fn taken_out(&self, _site: &Site, body: &str) -> Vec<Range<usize>> {
        templates::taken_out(body)
    }

    fn heading_id(&self, rules: &SlugRules, text: &str) -> String {
        slugs::heading_id(rules, text)
    }

    fn term_slug(&self, rules: &SlugRules, term: &str) -> String {
        slugs::path(rules, term)
    }

    fn page_slug(&self, rules: &SlugRules, name: &str) -> String {
        slugs::path(rules, name)
    }

    fn output_path(&self, site: &Site, below: &str, language: &str, slug: Option<&str>) -> String {
        slugs::output_path(self, site, below, language, slug)
    }

    fn serve_command(&self) -> &'static str {
        "hugo server"
    }

    fn drafts_hint(&self) -> &'static str {
        "hugo server -D"
    }

    fn declare_taxonomy_help(&self, site: &Site, name: &str, language: &str) -> String {
        taxonomies::declare_taxonomy_help(site, name, language)
    }
}
