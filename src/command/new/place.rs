//! Where a stub goes: the content root, the section, the file's name.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::Entry;
use crate::content::Page;
use crate::disk;
use crate::site::{ContentRoot, Site, SitePath};
use crate::text::escape;

/// A slug made from a topic has at most this many characters.
const SLUG_LENGTH: usize = 80;

/// What decides where stubs go, beside what each says itself.
pub(super) struct Places<'a> {
    pub(super) site: &'a Site,
    pub(super) pages: &'a [Page],
    /// The working folder, free of links.
    pub(super) cwd: PathBuf,
    /// `--section`.
    pub(super) section: Option<&'a str>,
    /// `--language`, as the site spells it.
    pub(super) language: Option<&'a str>,
}

/// Where a stub goes.
pub(super) struct Place {
    pub(super) file: PathBuf,
    /// The page that makes the stub's folder a section, where the generator wants one and there is none.
    pub(super) missing_section: Option<PathBuf>,
}

/// The language that `--language` means.
///
/// # Errors
/// The site does not have it.
pub(super) fn known_language<'a>(wanted: &str, site: &'a Site) -> anyhow::Result<&'a str> {
    let found = site
        .languages
        .iter()
        .find(|language| language.eq_ignore_ascii_case(wanted));
    match found {
        Some(language) => Ok(language),
        None => bail!(
            "the site does not have the language `{}`; it has: {}",
            escape(wanted),
            escape(&site.languages.join(", "))
        ),
    }
}

impl<'a> Places<'a> {
    /// Where a stub goes.
    ///
    /// # Errors
    /// There is no such place, or no file name can be made.
    pub(super) fn of(&self, entry: &Entry) -> anyhow::Result<Place> {
        let site = self.site;
        // A stub may ask for a language that the site does not know; that says nothing about its place.
        let own = entry.language.as_ref();
        let wanted = own
            .filter(|language| site.languages.contains(language))
            .map(String::as_str)
            .or(self.language);
        let section = entry.section.as_deref().or(self.section);
        let (root, section) = match section {
            Some(section) => self.named(&checked_section(section)?, wanted)?,
            None => self.unnamed(wanted)?,
        };
        let language = wanted
            .or(root.language.as_deref())
            .unwrap_or(&site.default_language);
        let suffix = match &root.language {
            Some(own) if own == language => "",
            _ if language == site.default_language => "",
            _ => language,
        };
        let dotted = if suffix.is_empty() {
            String::new()
        } else {
            format!(".{suffix}")
        };
        let folder = root.dir.join(&section);
        let index = folder.join(format!("_index{dotted}.md"));
        let lacks_section =
            !section.is_empty() && site.generator.section_page().is_some() && !disk::exists(&index);
        Ok(Place {
            file: folder.join(format!("{}{dotted}.md", slug(entry)?)),
            missing_section: lacks_section.then_some(index),
        })
    }

    fn writable(&self) -> impl Iterator<Item = &'a ContentRoot> + Clone + use<'a> {
        self.site.roots.iter().filter(|root| root.writable)
    }

    /// The content root of a language: its own, else the one where file names tell the language.
    fn root_of(&self, language: Option<&str>) -> anyhow::Result<&'a ContentRoot> {
        let site = self.site;
        let language = language.unwrap_or(&site.default_language);
        self.writable()
            .find(|root| root.language.as_deref() == Some(language))
            .or_else(|| {
                self.writable().find(|root| {
                    root.language.is_none()
                        || root.language.as_deref() == Some(&site.default_language)
                })
            })
            .with_context(|| {
                format!(
                    "the site has no content folder that can be written to for the language `{}`",
                    escape(language)
                )
            })
    }

    /// The content root and the section below it that a section's name means.
    fn named(
        &self,
        section: &str,
        language: Option<&str>,
    ) -> anyhow::Result<(&'a ContentRoot, String)> {
        // `content/de/posts`, as it is seen from the site's root.
        let by_path = self
            .writable()
            .filter_map(|root| {
                let path = SitePath::from_path(&self.site.root, &root.dir);
                Some((root, below(section, path.as_str())?, path))
            })
            .max_by_key(|(_, _, path)| path.as_str().len());
        if let Some((root, section, path)) = by_path {
            return match (root.language.as_deref(), language) {
                (Some(own), Some(language)) if own != language => bail!(
                    "{} holds the pages in `{}`, not those in `{}`; leave out the section's first part, or the language",
                    escape(path.as_str()),
                    escape(own),
                    escape(language)
                ),
                _ => Ok((root, section.to_owned())),
            };
        }
        let here = self.here().and_then(|(root, _)| root.language.as_deref());
        let root = self.root_of(language.or(here))?;
        // `de/posts`, where `de` has a folder of its own and is no section.
        let first = section.split('/').next().unwrap_or_default();
        let mut own = self
            .writable()
            .filter(|root| root.language.as_deref() == Some(first));
        if let (Some(own), None) = (own.next(), own.next())
            && language.is_none_or(|language| language == first)
            && !disk::exists(&root.dir.join(first))
        {
            let section = section[first.len()..].trim_start_matches('/');
            return Ok((own, section.to_owned()));
        }
        self.not_above(first, root)?;
        Ok((root, section.to_owned()))
    }

    /// Refuses `content/posts` where the content folders are `content/en` and `content/de`.
    fn not_above(&self, first: &str, root: &ContentRoot) -> anyhow::Result<()> {
        let folders: Vec<String> = self
            .writable()
            .map(|root| {
                SitePath::from_path(&self.site.root, &root.dir)
                    .as_str()
                    .to_owned()
            })
            .collect();
        let is_above = folders.iter().any(|path| below(path, first).is_some());
        if is_above && !disk::exists(&root.dir.join(first)) {
            bail!(
                "`{}` holds no pages itself; the content folders are: {}",
                escape(first),
                escape(&folders.join(", "))
            );
        }
        Ok(())
    }

    /// The content root that the working folder lies in, and the section that it is.
    fn here(&self) -> Option<(&'a ContentRoot, String)> {
        self.writable()
            .filter_map(|root| {
                let below = self.cwd.strip_prefix(disk::resolve(&root.dir)).ok()?;
                Some((root, below.to_str()?.replace('\\', "/")))
            })
            .min_by_key(|(_, section)| section.len())
    }

    /// The content root and the section where none is named: the working folder inside a content root, else the only
    /// section there is.
    fn unnamed(&self, language: Option<&str>) -> anyhow::Result<(&'a ContentRoot, String)> {
        let Some((root, section)) = self.here() else {
            let root = self.root_of(language)?;
            return Ok((root, only_section(root, self.site, self.pages)));
        };
        // The same section, in the folder of the language that is asked for.
        let root = match (root.language.as_deref(), language) {
            (Some(own), Some(language)) if own != language => self.root_of(Some(language))?,
            _ => root,
        };
        if section.is_empty() {
            return Ok((root, only_section(root, self.site, self.pages)));
        }
        Ok((root, checked_section(&section)?))
    }
}

/// What is left of a section's name behind a folder's path: empty for the folder itself.
fn below<'a>(section: &'a str, folder: &str) -> Option<&'a str> {
    let rest = section
        .strip_prefix(folder)
        .filter(|_| !folder.is_empty())?;
    if rest.is_empty() {
        return Some(rest);
    }
    rest.strip_prefix('/')
}

fn slug(entry: &Entry) -> anyhow::Result<String> {
    let wanted = entry.slug.as_deref().unwrap_or(&entry.topic);
    let mut slug = slug::slugify(wanted);
    if slug.len() > SLUG_LENGTH {
        let end = slug[..=SLUG_LENGTH]
            .rfind('-')
            .filter(|end| *end > 0)
            .unwrap_or(SLUG_LENGTH);
        slug.truncate(end);
    }
    if slug.is_empty() {
        bail!(
            "no file name can be made from `{}`; give a slug in a CSV file with --from",
            escape(wanted)
        );
    }
    Ok(if is_device(&slug) {
        format!("{slug}-post")
    } else {
        slug
    })
}

/// Whether Windows keeps a name for a device, with any ending: it cannot be checked out there.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    let stem = stem.to_lowercase();
    ["con", "prn", "aux", "nul"].contains(&stem.as_str())
        || (stem.len() == 4
            && (stem.starts_with("com") || stem.starts_with("lpt"))
            && stem.ends_with(|c: char| c.is_ascii_digit()))
}

fn checked_section(section: &str) -> anyhow::Result<String> {
    let section = section.trim_matches('/');
    let sound = section.split('/').all(|part| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.contains(['\\', ':', '<', '>', '"', '|', '?', '*'])
            && !part.contains(char::is_control)
            && !part.ends_with('.')
            && !is_device(part)
            && part.trim() == part
    });
    if !sound && !section.is_empty() {
        bail!(
            "`{}` is no section that every system could have; give a folder below the content folder, for example `posts`",
            escape(section)
        );
    }
    Ok(section.to_owned())
}

/// The only section of a content root, or its top where there are several or none.
fn only_section(root: &ContentRoot, site: &Site, pages: &[Page]) -> String {
    let mut sections = BTreeSet::new();
    for page in pages {
        let Ok(below) = page.file.strip_prefix(&root.dir) else {
            continue;
        };
        let Some(folder) = below
            .parent()
            .and_then(Path::to_str)
            .filter(|folder| !folder.is_empty())
        else {
            continue;
        };
        let name = page.path.file_name();
        let is_bundle = name.split('.').next() == Some("index");
        if site.generator.is_section_file(name) || !is_bundle {
            sections.insert(folder.replace('\\', "/"));
        }
    }
    match sections.len() {
        1 => sections.pop_first().unwrap_or_default(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_names_that_every_system_takes() {
        let slug_of = |topic: &str| {
            slug(&Entry {
                topic: topic.to_owned(),
                ..Entry::default()
            })
            .ok()
        };
        assert_eq!(
            slug_of("How do I set up SSH keys?").as_deref(),
            Some("how-do-i-set-up-ssh-keys")
        );
        for device in [
            "con", "PRN", "Aux", "nul", "COM0", "com9", "LPT1", "lpt0", "COM¹",
        ] {
            let expected = slug::slugify(device) + "-post";
            assert_eq!(slug_of(device), Some(expected));
        }
        for (wanted, expected) in [
            ("a<b>:\"|?*c. ", "a-b-c"),
            ("../../etc/passwd", "etc-passwd"),
            ("C:\\x", "c-x"),
            ("%2e%2e", "2e-2e"),
            ("nul.md", "nul-md"),
            ("a\0b\u{1b}\n", "a-b"),
        ] {
            assert_eq!(slug_of(wanted).as_deref(), Some(expected), "{wanted}");
        }
        assert_eq!(slug_of("???"), None);
        let long = slug_of(&"word ".repeat(40)).expect("slug");
        assert!(long.len() <= SLUG_LENGTH && !long.ends_with('-'), "{long}");
    }

    #[test]
    fn a_section_stays_below_the_content_folder() {
        assert_eq!(
            checked_section("docs/guides/").expect("section"),
            "docs/guides"
        );
        for section in [
            "..", "a/../b", "/etc/..", "a//b", ".git", "C:\\x", "con", "a/AUX", "lpt1.txt", "a?",
            "a.", "a\nb", "a|b",
        ] {
            assert!(checked_section(section).is_err(), "{section}");
        }
    }
}
