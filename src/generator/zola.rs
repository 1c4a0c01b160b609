//! Zola.

use std::ops::Range;
use std::path::Path;

use globset::{Glob, GlobSetBuilder};

use super::build::{BuildCommand, BuildLog, BuildMessage, BuildPlace};
use super::{
    Claim, Dialect, FenceInfo, Files, Generator, Ignored, KeyTrouble, Patterns, RefusedKey,
    SiteError, Template,
};
use crate::finding::Severity;
use crate::front_matter::{Format, SplitRules, Value};
use crate::site::{KnownVersion, Site, SlugRules, Version};

mod build_log;
mod components;
mod config;
mod dates;
mod faults;
mod fences;
mod kinds;
mod own_files;
mod shortcodes;
mod slugs;
mod taxonomies;

mod templates;
mod variables;
mod version_hint;

/// The Zola generator.
#[derive(Debug)]
pub(super) struct Zola;

impl Generator for Zola {
    fn name(&self) -> &'static str {
        "zola"
    }

    fn title(&self) -> &'static str {
        "Zola"
    }

    fn program(&self) -> &'static str {
        "zola"
    }

    fn version_arguments(&self) -> &'static [&'static str] {
        &["--version"]
    }

    fn install_help(&self) -> &'static str {
        "https://www.getzola.org/documentation/getting-started/installation/"
    }

    fn build_command(&self, place: BuildPlace<'_>) -> BuildCommand {
        build_log::command(place)
    }

    /// Pictures that templates resize are written to `static/processed_images` too, and a `static` that is not there is
    /// made (tested on 0.17.2 and 0.22.0).
    fn writes_into_site(
        &self,
        has_folder: &dyn Fn(&str) -> bool,
        mentions: &dyn Fn(&str) -> bool,
    ) -> bool {
        !has_folder("static") || mentions("resize_image")
    }

    fn read_build_log(&self, log: BuildLog<'_>) -> Vec<BuildMessage> {
        build_log::read(log)
    }

    fn newest_known(&self) -> Version {
        Version::new(0, 23, 0)
    }

    fn claim(&self, files: &dyn Files) -> Result<Claim, SiteError> {
        config::claim(files)
    }

    fn version_hint(&self, files: &dyn Files) -> Option<Version> {
        version_hint::version_hint(files)
    }

    fn read(
        &self,
        root: &Path,
        files: &dyn Files,
        version: KnownVersion,
    ) -> Result<Site, SiteError> {
        config::read(root, files, version)
    }

    fn reads_configuration(&self, file: &str, version: Version) -> bool {
        config::reads(file, version)
    }

    fn split_rules(&self) -> SplitRules {
        SplitRules::Zola
    }

    fn requires_front_matter(&self) -> bool {
        true
    }

    fn keys_ignore_case(&self) -> bool {
        false
    }

    fn bundles_own_their_folder(&self) -> bool {
        false
    }

    fn leaves_out_future_pages(&self) -> bool {
        false
    }

    fn dialect(&self, version: Version) -> Dialect {
        templates::dialect(version)
    }

    fn templates(&self, version: Version, body: &str) -> Vec<Template> {
        templates::find(version, body)
    }

    fn date(&self, version: Version, value: &Value) -> Option<jiff::civil::Date> {
        dates::read(version, value.as_date()?)
    }

    /// 0.17.2 wants a hyphen or an underscore behind the date, 0.22.0 anything (where the border lies between them is not
    /// known); both want a day that there is.
    fn dates_by_name(&self, version: Version, stem: &str) -> bool {
        let day = stem.get(..10).map(str::parse::<jiff::civil::Date>);
        matches!(day, Some(Ok(_)))
            && (version >= Version::new(0, 22, 0) || slugs::after_date(stem).is_some())
    }

    fn section_page(&self) -> Option<&'static str> {
        Some("sort_by = \"date\"")
    }

    fn opens_with_blank(&self, version: Version) -> bool {
        version >= Version::new(0, 23, 0)
    }

    /// Tested on 0.17.2, which does not, and 0.22.0.
    fn reads_newest_toml(&self, version: Version) -> bool {
        version >= Version::new(0, 22, 0)
    }

    /// Tested on 0.17.2, which does not, and 0.22.0.
    fn reads_wide_integers(&self, version: Version) -> bool {
        version >= Version::new(0, 22, 0)
    }

    fn lists_twice(&self) -> bool {
        true
    }

    fn date_keys(&self) -> &'static [&'static str] {
        &["date", "updated"]
    }

    fn misread_key(&self, version: Version, key: &str, value: &Value) -> Option<KeyTrouble> {
        let message = match key {
            "published" if *value == Value::Boolean(false) => {
                "Zola does not read `published`, so the page is published; its key is `draft`"
            }
            // Older versions do not know the key, and render the page.
            "render" if *value == Value::Boolean(false) && self.knows_render(version) => {
                "`render = false` keeps Zola from writing this page"
            }
            "lastmod" => "Zola does not read `lastmod`; its key is `updated`",
            key if kinds::is_capitalised(key) => {
                "Zola reads its keys in small letters alone, and passes over this one"
            }
            _ => return None,
        };
        let severity = Severity::Warning;
        Some(KeyTrouble { severity, message })
    }

    fn refused_keys(
        &self,
        version: Version,
        format: Format,
        matter: &str,
        is_section: bool,
    ) -> Option<Vec<RefusedKey>> {
        Some(kinds::refused(version, format, matter, is_section))
    }

    fn as_markdown(&self, version: Version, body: &str) -> Option<String> {
        templates::as_markdown(version, body)
    }

    fn taken_out(&self, site: &Site, body: &str) -> Vec<Range<usize>> {
        templates::taken_out(site, body)
    }

    fn has_templates(&self, version: Version) -> bool {
        templates::is_template(version)
    }

    fn leaves_marks(&self) -> bool {
        true
    }

    fn needs_closing(&self, site: &Site, name: &str) -> Option<bool> {
        site.shortcode_bodies
            .get(name)
            .copied()
            .filter(|needs| *needs)
    }

    fn lacks(&self, site: &Site, name: &str, call: &str) -> Option<String> {
        let wanted = site.settings.shortcode_arguments.get(name)?;
        let given = shortcodes::given(call);
        let missing = wanted
            .iter()
            .find(|wanted| !given.contains(wanted.as_str()))?;
        Some(format!(
            "its template prints `{missing}`, which is not given"
        ))
    }

    fn knows_render(&self, version: Version) -> bool {
        version >= kinds::RENDER_SINCE
    }

    fn shown_tags(&self, version: Version, body: &str) -> Vec<Range<usize>> {
        templates::shown_tags(version, body)
    }

    /// Zola brings none along since 0.17.
    fn has_shortcode(&self, site: &Site, name: &str) -> bool {
        site.shortcodes.iter().any(|known| known == name)
    }

    fn rules_depend_on_version(&self) -> bool {
        true
    }

    fn depends_on_version(&self, body: &str) -> bool {
        templates::depends_on_version(body)
    }

    fn escapes_alike(&self, a: Version, b: Version) -> bool {
        templates::escapes_alike(a, b)
    }

    fn refuses_dead_links(&self) -> bool {
        true
    }

    fn drops_braces(&self, _inside: &str) -> bool {
        true
    }

    fn with_language(&self, info: &str, language: &str) -> (String, bool) {
        (fences::with_language(info, language), true)
    }

    fn fence_info(&self, version: Version, info: &str) -> FenceInfo {
        fences::info(version, info)
    }

    fn taken_escapes(&self, version: Version, body: &str) -> Vec<Range<usize>> {
        templates::taken_escapes(version, body)
    }

    /// Tested on 0.17.2, which does not, and 0.22.0, which does: the parser that can came out between 0.21 and 0.22.
    fn reads_newer_toml(&self, version: Version) -> bool {
        version >= Version::new(0, 22, 0)
    }

    fn refused_language<'a>(&self, site: &Site, info: &'a str) -> Option<(&'a str, &'static str)> {
        let language = fences::refused(site, info)?;
        Some((language, fences::known_name(language)))
    }

    fn taxonomy_path(&self, name: &str) -> Vec<String> {
        vec!["taxonomies".to_owned(), name.to_owned()]
    }

    fn options_path(&self) -> &'static [&'static str] {
        &["extra", "postwright"]
    }

    /// It resolves what is percent-encoded (tested on 0.17.2 and 0.22.0).
    fn page_link(&self, below: &str) -> Option<String> {
        Some(format!("@/{}", crate::text::percent_encoded(below)))
    }

    fn address_key(&self) -> &'static str {
        "path"
    }

    fn unknown_language<'a>(&self, site: &Site, name: &'a str) -> Option<&'a str> {
        slugs::unknown_language(name, &site.languages)
    }

    fn updated_key(&self) -> &'static str {
        "updated"
    }

    /// Other spellings of the extension are silently passed over (tested on 0.22.0).
    fn is_page_file(&self, name: &str) -> bool {
        name.strip_suffix(".md")
            .is_some_and(|stem| !stem.is_empty())
    }

    fn split_name<'a>(
        &self,
        name: &'a str,
        default_language: &str,
        languages: &[String],
    ) -> (&'a str, Option<String>) {
        slugs::split_name(name, default_language, languages)
    }

    fn ignored(&self, patterns: &[String]) -> Ignored {
        let mut builder = GlobSetBuilder::new();
        let mut strange = Vec::new();
        for pattern in patterns {
            match Glob::new(pattern) {
                Ok(glob) => {
                    builder.add(glob);
                }
                Err(_) => strange.push(pattern.clone()),
            }
        }
        match builder.build() {
            // Of a folder that is ignored, Zola reads the pages all the same.
            Ok(set) => Ignored {
                patterns: Patterns::Globs(set),
                folders: false,
                strange,
            },
            Err(_) => Ignored {
                strange: patterns.to_vec(),
                ..Ignored::default()
            },
        }
    }

    fn heading_id(&self, rules: &SlugRules, text: &str) -> String {
        slugs::heading_id(rules, text)
    }

    fn term_slug(&self, rules: &SlugRules, term: &str) -> String {
        slugs::slugify(rules.terms, term)
    }

    fn page_slug(&self, rules: &SlugRules, name: &str) -> String {
        slugs::page_slug(rules, name)
    }

    fn output_path(&self, site: &Site, below: &str, language: &str, slug: Option<&str>) -> String {
        slugs::output_path(self, site, below, language, slug)
    }

    fn serve_command(&self) -> &'static str {
        "zola serve"
    }

    fn drafts_hint(&self) -> &'static str {
        "zola serve --drafts"
    }

    fn declare_taxonomy_help(&self, site: &Site, name: &str, language: &str) -> String {
        taxonomies::declare_taxonomy_help(site, name, language)
    }
}
