//! Finds a site: the folder, its generator, the generator's version.

use std::path::{Path, PathBuf};

use super::{Claim, Facts, Files, GENERATORS, Generator, SiteError, named, settings};
use crate::site::{Site, SitePath, Version, VersionSource};

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
        shortcode_bodies,
        ignored,
        shortcodes_known,
        raw_html,
        dead_links_stop,
        slugs,
        settings,
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
        written_in: None,
        languages,
        taxonomies,
        shortcodes,
        shortcode_bodies,
        ignored,
        shortcodes_known,
        raw_html,
        dead_links_stop,
        slugs,
        settings,
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use std::collections::BTreeMap;
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::super::{Entry, memory};
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
            fn keep(&self) -> Box<dyn Files + Send + Sync> {
                Box::new(Locked)
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
    fn templates_of_pages_are_read_when_somebody_asks() {
        /// A folder that notes what is read of it.
        #[derive(Clone)]
        struct Noting(BTreeMap<String, String>, Arc<Mutex<Vec<String>>>);
        impl Files for Noting {
            fn read(&self, path: &str) -> io::Result<Option<String>> {
                self.1.lock().expect("no panic").push(path.to_owned());
                self.0.read(path)
            }
            fn list(&self, dir: &str) -> io::Result<Vec<Entry>> {
                self.0.list(dir)
            }
            fn keep(&self) -> Box<dyn Files + Send + Sync> {
                Box::new(self.clone())
            }
        }
        for (config, template, text) in [
            (
                "zola.toml",
                "templates/page.html",
                "{{ page.title | markdown }}",
            ),
            (
                "hugo.toml",
                "layouts/single.html",
                "{{ .Title | markdownify }}",
            ),
        ] {
            for (text, expected) in [(text, true), ("", false)] {
                let files = memory(&[(config, ""), (template, text)]);
                let files = Noting(files, Arc::default());
                let site = open(Path::new("/s"), &files, None, None, |_| None).expect("a site");
                let is_read = || {
                    let read = files.1.lock().expect("no panic");
                    read.iter().any(|path| path == template)
                };
                assert!(!is_read(), "{template}");
                assert_eq!(*site.settings.markdown_titles.get(), expected);
                assert!(is_read(), "{template}");
            }
        }
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
