//! What a generator is: a trait, a table of those that exist, and how a folder is recognised as a site of one of them.
//!
//! A generator sees the site's folder through [`Files`], so that everything here can be tested without a disk.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use globset::GlobSet;

use crate::site::{ContentRoot, Site, SitePath, SlugRules, Taxonomy, Version, VersionSource};

mod error;
mod hugo;
mod settings;
mod unicode;
mod versions;
mod zola;

pub use error::SiteError;

/// All generators, in the order in which a folder is tried for them.
pub const GENERATORS: &[&dyn Generator] = &[&zola::Zola, &hugo::Hugo];

/// The generator of this name, in lower case as in `postwright.toml`.
pub fn named(name: &str) -> Option<&'static dyn Generator> {
    GENERATORS
        .iter()
        .copied()
        .find(|generator| generator.name() == name)
}

/// How a generator sees a site's folder. Paths are relative to it, with `/` between their parts; `..` may occur where a
/// configuration says so.
pub trait Files {
    /// The text of a file, `None` where there is none of that name.
    fn read(&self, path: &str) -> io::Result<Option<String>>;

    /// What a folder holds, sorted by name; nothing where there is no such folder. `""` is the site's folder itself.
    fn list(&self, dir: &str) -> io::Result<Vec<Entry>>;
}

/// A file or folder in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its name, without the folder.
    pub name: String,
    /// Whether it is a folder.
    pub is_dir: bool,
}

/// A folder in memory: text by path.
impl Files for BTreeMap<String, String> {
    fn read(&self, path: &str) -> io::Result<Option<String>> {
        Ok(self.get(path).cloned())
    }

    fn list(&self, dir: &str) -> io::Result<Vec<Entry>> {
        let mut entries: Vec<Entry> = Vec::new();
        for path in self.keys() {
            let rest = match dir {
                "" => Some(path.as_str()),
                _ => path
                    .strip_prefix(dir)
                    .and_then(|rest| rest.strip_prefix('/')),
            };
            if let Some(rest) = rest {
                let (name, is_dir) = rest
                    .split_once('/')
                    .map_or((rest, false), |(name, _)| (name, true));
                entries.push(Entry {
                    name: name.to_owned(),
                    is_dir,
                });
            }
        }
        entries.sort();
        entries.dedup();
        Ok(entries)
    }
}

/// Whether a folder is a site of a generator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// It is, by this file.
    Yes(String),
    /// This file may be its configuration, but says nothing that only this generator knows.
    Perhaps(String),
    /// It is not.
    No,
}

/// What a site's configuration says that bears on pages. See [`Site`] for what each field means.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are those of Site, documented there"
)]
pub struct Facts {
    pub config: String,
    pub title: Option<String>,
    pub roots: Vec<ContentRoot>,
    pub default_language: String,
    pub languages: Vec<String>,
    pub taxonomies: Vec<Taxonomy>,
    pub shortcodes: Vec<String>,
    pub ignored: Vec<String>,
    pub taxonomy_templates: bool,
    pub slugs: SlugRules,
}

/// The patterns of ignored content, made ready.
#[derive(Debug, Default)]
pub struct Ignored {
    /// Matches the absolute paths of what is ignored.
    pub set: GlobSet,
    /// Whether a folder that matches is ignored with all it holds; else only files are looked at.
    pub folders: bool,
    /// Patterns that could not be understood: what they would hide is seen.
    pub strange: Vec<String>,
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

    /// The newest version whose rules are known here.
    fn newest_known(&self) -> Version;

    /// Whether the folder is a site of this generator.
    fn claim(&self, files: &dyn Files) -> Result<Claim, SiteError>;

    /// The version that the site's files speak for: one that a workflow of the site installs, or the only range that
    /// its settings and folders allow. `None` where they leave it open.
    fn version_hint(&self, files: &dyn Files) -> Option<Version>;

    /// Reads the site's configuration as `version` would.
    fn read(&self, root: &Path, files: &dyn Files, version: Version) -> Result<Facts, SiteError>;

    /// Where the terms of a taxonomy stand in front matter.
    fn taxonomy_path(&self, name: &str) -> Vec<String>;

    /// The table in front matter that holds a stub's options and a post's provenance.
    fn options_path(&self) -> &'static [&'static str];

    /// The front matter's key for the day of the last change.
    fn updated_key(&self) -> &'static str;

    /// Whether a file of this name is a page.
    fn is_page_file(&self, name: &str) -> bool;

    /// Whether a file of this name is a section's own page (`_index.md`), which is never a stub.
    fn is_section_file(&self, name: &str) -> bool {
        name.split('.').next() == Some("_index") && self.is_page_file(name)
    }

    /// The file name without extension and language, and the language that it names, if that is one of `languages`.
    fn split_name<'a>(
        &self,
        name: &'a str,
        default_language: &str,
        languages: &[String],
    ) -> (&'a str, Option<String>);

    /// Makes the patterns of [`Facts::ignored`] ready.
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

    /// The command that shows the site while it is worked on.
    fn serve_command(&self) -> &'static str;

    /// The command that shows drafts too.
    fn drafts_hint(&self) -> &'static str;

    /// What to write into the site's configuration so that pages of `language` may use the taxonomy `name`: a sentence
    /// that says where, then the exact lines, which keep the taxonomies that are there.
    fn declare_taxonomy_help(&self, site: &Site, name: &str, language: &str) -> String;
}

/// The nearest folder, from `start` (absolute) upward, that holds a generator's configuration. `folder` opens one.
///
/// A `config.toml`, `.yaml` or `.json` that says nothing a generator knows may belong to any program: it counts only
/// where no folder above is a site.
pub fn find_root(
    start: &Path,
    folder: &dyn Fn(&Path) -> Box<dyn Files>,
) -> Result<PathBuf, SiteError> {
    let mut perhaps = None;
    for dir in start.ancestors() {
        let files = folder(dir);
        for generator in GENERATORS {
            match generator
                .claim(files.as_ref())
                .map_err(|error| error.below(dir))?
            {
                Claim::Yes(_) => return Ok(dir.to_path_buf()),
                Claim::Perhaps(_) if perhaps.is_none() => perhaps = Some(dir.to_path_buf()),
                Claim::Perhaps(_) | Claim::No => {}
            }
        }
    }
    perhaps.ok_or_else(|| SiteError::NoSite {
        dir: start.to_path_buf(),
        above: true,
    })
}

/// Reads the site at `root` (absolute).
///
/// `choice` is `generator` of `postwright.toml`, `version` its `generator_version`; `program_version` asks the
/// generator's program, and only where neither says it.
pub fn open(
    root: &Path,
    files: &dyn Files,
    choice: Option<&str>,
    version: Option<Version>,
    program_version: impl Fn(&'static dyn Generator) -> Option<Version>,
) -> Result<Site, SiteError> {
    let generator = match choice {
        Some(name) => named(name).ok_or_else(|| SiteError::UnknownGenerator {
            name: name.to_owned(),
        })?,
        None => recognise(root, files)?,
    };
    let (version, version_source) = if let Some(version) = version {
        (version, VersionSource::Configured)
    } else if let Some(version) = program_version(generator) {
        (version, VersionSource::Program)
    } else if let Some(version) = generator.version_hint(files) {
        (version, VersionSource::SiteFiles)
    } else {
        (generator.newest_known(), VersionSource::Newest)
    };
    let Facts {
        config,
        title,
        roots,
        default_language,
        languages,
        taxonomies,
        shortcodes,
        ignored,
        taxonomy_templates,
        slugs,
    } = generator.read(root, files, version)?;
    Ok(Site {
        root: root.to_path_buf(),
        generator,
        version,
        version_source,
        config: SitePath::new(config),
        title,
        roots,
        default_language,
        languages,
        taxonomies,
        shortcodes,
        ignored,
        taxonomy_templates,
        slugs,
    })
}

/// The one generator whose site the folder is.
fn recognise(root: &Path, files: &dyn Files) -> Result<&'static dyn Generator, SiteError> {
    let mut sure = Vec::new();
    let mut perhaps = Vec::new();
    for generator in GENERATORS.iter().copied() {
        match generator.claim(files)? {
            Claim::Yes(file) => sure.push((generator, file)),
            Claim::Perhaps(file) => perhaps.push((generator, file)),
            Claim::No => {}
        }
    }
    let found = if sure.is_empty() { &perhaps } else { &sure };
    match found.as_slice() {
        [] => Err(SiteError::NoSite {
            dir: root.to_path_buf(),
            above: false,
        }),
        [(generator, _)] => Ok(*generator),
        [(_, first), (_, second), ..] if !sure.is_empty() => Err(SiteError::TwoGenerators {
            first: first.clone(),
            second: second.clone(),
        }),
        [(_, file), ..] => {
            // A file with a mistake in it may hide the key that tells: the mistake is the better news.
            settings::load(files, file)?;
            Err(SiteError::Ambiguous { file: file.clone() })
        }
    }
}

/// Lets a site be configured, and its content be read, in the tests of this crate.
#[cfg(test)]
pub(crate) fn memory(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The disk of a small world: `/site`, `/site/theme` and nothing else.
    fn world(dir: &Path) -> Box<dyn Files> {
        Box::new(match dir.to_str() {
            Some("/site") => memory(&[("config.toml", "base_url = \"x\"\n")]),
            Some("/site/content/assets") => memory(&[("config.json", "{\"colour\": 1}")]),
            Some("/tool/settings") => memory(&[("config.toml", "colour = 1\n")]),
            _ => memory(&[]),
        })
    }

    #[test]
    fn the_nearest_folder_upward_is_the_root() {
        for start in ["/site", "/site/content/posts", "/site/content/assets"] {
            let root = find_root(Path::new(start), &world).expect("a site");
            assert_eq!(root, Path::new("/site"));
        }
    }

    #[test]
    fn a_file_that_may_be_a_configuration_counts_where_nothing_else_is() {
        let root = find_root(Path::new("/tool/settings/x"), &world).expect("a site, perhaps");
        assert_eq!(root, Path::new("/tool/settings"));
    }

    #[test]
    fn no_site_is_told_with_what_was_looked_for() {
        let error = find_root(Path::new("/else/where"), &world).expect_err("no site");
        let message = error.to_string();
        assert!(message.starts_with(
            "/else/where: no site here: there is no zola.toml, config.toml, hugo.toml"
        ));
        assert!(
            message.contains("in this folder or any folder above"),
            "{message}"
        );
        assert!(message.contains("--root"), "{message}");
    }

    #[test]
    fn the_authors_choice_settles_it() {
        let files = memory(&[
            ("zola.toml", "base_url = \"x\"\n"),
            ("hugo.toml", "title = \"x\"\n"),
        ]);
        let open = |choice| open(Path::new("/s"), &files, choice, None, |_| None);
        assert_eq!(open(Some("zola")).expect("a site").generator.name(), "zola");
        assert_eq!(open(Some("hugo")).expect("a site").generator.name(), "hugo");
        let message = open(None).expect_err("two").to_string();
        assert!(message.contains("generator = \"hugo\""), "{message}");
        let message = open(Some("jekyll")).expect_err("none").to_string();
        assert!(message.contains("no generator `jekyll`"), "{message}");
    }

    #[test]
    fn a_choice_without_a_configuration_is_an_error() {
        let files = memory(&[("hugo.toml", "")]);
        let error = open(Path::new("/s"), &files, Some("zola"), None, |_| None);
        let message = error.expect_err("no Zola").to_string();
        assert!(
            message.starts_with("/s: no configuration of Zola"),
            "{message}"
        );
    }

    #[test]
    fn the_version_comes_from_the_surest_source() {
        let files = memory(&[
            ("config.toml", "base_url = \"x\"\n"),
            (".tool-versions", "zola 0.19.1\n"),
        ]);
        let version = |configured, program: Option<Version>| {
            let site = open(Path::new("/s"), &files, None, configured, |_| program);
            let site = site.expect("a site");
            (site.version, site.version_source)
        };
        let (first, second) = (Version::new(0, 17, 2), Version::new(0, 22, 0));
        assert_eq!(
            version(Some(first), Some(second)),
            (first, VersionSource::Configured)
        );
        assert_eq!(
            version(None, Some(second)),
            (second, VersionSource::Program)
        );
        assert_eq!(
            version(None, None),
            (Version::new(0, 19, 1), VersionSource::SiteFiles)
        );
    }

    #[test]
    fn an_unreadable_configuration_is_told() {
        struct Locked;
        impl Files for Locked {
            fn read(&self, _: &str) -> io::Result<Option<String>> {
                Err(io::ErrorKind::PermissionDenied.into())
            }
            fn list(&self, _: &str) -> io::Result<Vec<Entry>> {
                Ok(Vec::new())
            }
        }
        let message = open(Path::new("/s"), &Locked, None, None, |_| None)
            .expect_err("locked")
            .to_string();
        assert!(
            message.starts_with("zola.toml: cannot be read: "),
            "{message}"
        );
        let message = find_root(Path::new("/s"), &|_| Box::new(Locked))
            .expect_err("locked")
            .to_string();
        assert!(message.starts_with("/s/zola.toml: "), "{message}");
    }

    #[test]
    fn section_pages_are_known_by_name() {
        for generator in GENERATORS {
            assert!(generator.is_section_file("_index.md"));
            assert!(generator.is_section_file("_index.fr.md"));
            assert!(!generator.is_section_file("index.md"));
            assert!(!generator.is_section_file("_indexes.md"));
            assert!(!generator.is_page_file(".md"));
        }
    }

    proptest! {
        #[test]
        fn every_name_has_an_address(below in "[\\PC/._-]{0,30}", name in "[a-z.]{0,9}md", slug in proptest::option::of("\\PC{0,8}")) {
            let files = memory(&[
                ("zola.toml", "base_url = 'x'\n[languages.fr]"),
                ("hugo.toml", "[languages.fr]\n[languages.en]"),
            ]);
            for choice in ["zola", "hugo"] {
                let site = open(Path::new("/s"), &files, Some(choice), None, |_| None).expect("a site");
                for language in ["en", "fr"] {
                    let below = format!("{below}{name}");
                    let path = site.generator.output_path(&site, &below, language, slug.as_deref());
                    prop_assert!(path.starts_with('/') && path.ends_with('/'), "{path}");
                }
            }
        }
    }
}
