//! Walks the content folders: which pages there are, and which of them a person means on the command line.
//!
//! The walk reads names only. Symbolic links are not followed, hidden files and folders (`.postwright` among them) and
//! what the generator ignores are passed over, and nothing but ordinary files is a page, so no loop, device or pipe can
//! hold it up. A file that goes away meanwhile is not missed.
//!
//! What stands in a page is read later, and no more of it than needed: a page larger than [`STUB_LIMIT`] is no stub.
//! Whoever reads pages opens them without blocking, checks once more that they are ordinary files, and stops after
//! `STUB_LIMIT + 1` bytes; to learn only whether a large file has a topic, [`HEAD`] bytes are enough.

use std::io;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::finding::{Finding, Severity};
use crate::generator::Ignored;
use crate::site::{ContentRoot, Site, SitePath};
use crate::text::escape;

mod bundles;
mod resolve;

use bundles::leave_out_parts_of_bundles;
pub use resolve::{NoPage, resolve};

/// The largest stub, in bytes. Larger pages are posts of somebody's own, or no text at all.
pub const STUB_LIMIT: u64 = 1024 * 1024;

/// The bytes at the start of a page in which its front matter is looked for: more than the longest that is read.
pub const HEAD: u64 = 72 * 1024;

/// A Markdown file below a content root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its path from the site's root, to show and compare.
    pub path: SitePath,
    /// The file, absolute, to open.
    pub file: PathBuf,
    /// The content root it stands in, as an index of [`Site::roots`].
    pub root: usize,
    /// Its path in the generator's content tree, the root's mount included: `docs/install.fr.md`.
    pub below: String,
    /// Its language: the one in its name, if configured, else its folder's, else the site's.
    pub language: String,
}

impl Page {
    /// Whether it can be a stub by its name and place: a section's own page never is, and a page that cannot be
    /// written neither.
    pub fn is_candidate(&self, site: &Site) -> bool {
        !site.generator.is_section_file(self.path.file_name())
            && site.roots.get(self.root).is_some_and(|root| root.writable)
    }

    /// The path of its address, `/` at both ends, as its place, its name and the front matter's `slug` decide it.
    pub fn url_path(&self, site: &Site, slug: Option<&str>) -> String {
        site.generator
            .output_path(site, &self.below, &self.language, slug)
    }
}

/// What a walk found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walk {
    /// The pages: root by root, each sorted by name.
    pub pages: Vec<Page>,
    /// What could not be read or was passed over although it looks like content.
    pub troubles: Vec<Finding>,
    /// Files that look like pages by their names and are none to the generator, by path.
    pub others: Vec<SitePath>,
    /// Files whose names begin with a dot.
    pub hidden: Vec<PathBuf>,
}

/// Walks all content roots of a site.
pub fn walk(site: &Site) -> Walk {
    let ignored = site.generator.ignored(&site.ignored);
    let mut walk = Walk::default();
    walk.troubles
        .extend(ignored.strange.iter().map(|pattern| strange(site, pattern)));
    for (index, root) in site.roots.iter().enumerate() {
        walk_root(site, index, root, &ignored, &mut walk);
    }
    if site.generator.bundles_own_their_folder() {
        let parts = leave_out_parts_of_bundles(&mut walk.pages);
        walk.others.extend(parts);
    }
    walk
}

/// The finding for a pattern of ignored content that could not be read: Hugo stops at what is no regular expression
/// (tested on 0.168.0).
fn strange(site: &Site, pattern: &str) -> Finding {
    let pattern = escape(pattern);
    let (severity, message, help) = if site.generator.requires_front_matter() {
        (
            Severity::Warning,
            format!(
                "the pattern `{pattern}` of ignored content is not understood here, so the pages that it hides are seen"
            ),
            "write it as a simpler pattern, or name pages on the command line",
        )
    } else {
        (
            Severity::Error,
            format!(
                "the pattern `{pattern}` of ignored content is no regular expression of Hugo's, which stops the build"
            ),
            "write it as a regular expression of Go, without looking ahead or behind",
        )
    };
    Finding::new("ignored-pattern", severity, &site.config, message).help(help)
}

fn walk_root(site: &Site, index: usize, root: &ContentRoot, ignored: &Ignored, walk: &mut Walk) {
    let entries = WalkDir::new(&root.dir)
        .follow_links(false)
        .follow_root_links(false)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| {
            entry.depth() == 0
                || !((is_hidden(entry) && entry.file_type().is_dir())
                    || is_ignored(ignored, entry)
                    || is_other_root(site, index, entry))
        });
    for entry in entries {
        match entry {
            Ok(entry) => visit(site, index, root, &entry, walk),
            Err(error) => walk.troubles.extend(unreadable(site, root, &error)),
        }
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

fn is_ignored(ignored: &Ignored, entry: &DirEntry) -> bool {
    (ignored.folders || !entry.file_type().is_dir()) && ignored.patterns.match_path(entry.path())
}

/// A root within a root is walked on its own, so that no page is seen twice.
fn is_other_root(site: &Site, index: usize, entry: &DirEntry) -> bool {
    site.roots
        .iter()
        .enumerate()
        .any(|(other, root)| other != index && root.dir == entry.path())
}

fn visit(site: &Site, index: usize, root: &ContentRoot, entry: &DirEntry, walk: &mut Walk) {
    let name = entry.file_name().to_string_lossy();
    let path = SitePath::from_path(&site.root, entry.path());
    if entry.path_is_symlink() {
        if entry.depth() == 0 || !name.contains('.') || site.generator.is_page_file(&name) {
            walk.troubles.push(
                Finding::new(
                    "symbolic-link",
                    Severity::Warning,
                    &path,
                    "this is a symbolic link, which is not followed",
                )
                .help("put the file or folder itself here"),
            );
        }
        return;
    }
    if entry.file_type().is_dir() {
        if entry.depth() > 0 && entry.file_name().to_str().is_none() {
            walk.troubles.push(bad_name(&path, "folder"));
        }
        return;
    }
    if !entry.file_type().is_file() {
        if site.generator.is_page_file(&name) {
            walk.troubles.push(
                Finding::new(
                    "special-file",
                    Severity::Error,
                    &path,
                    "this is a pipe, socket or device: the generator waits for it or stops at it",
                )
                .help("remove it, or move it out of the content folder"),
            );
        }
        return;
    }
    // Nothing is asked or written for a page that the generator does not take; its folder was told of.
    let above = entry
        .path()
        .parent()
        .and_then(|dir| dir.strip_prefix(&root.dir).ok());
    if above.is_some_and(|above| above.to_str().is_none()) {
        return;
    }
    if is_hidden(entry) {
        if site.generator.is_page_file(&name) {
            walk.others.push(path);
        }
        walk.hidden.push(entry.path().to_path_buf());
        return;
    }
    if !site.generator.is_page_file(&name) {
        if looks_like_a_page(site, &name) {
            walk.others.push(path);
        }
        return;
    }
    if entry.file_name().to_str().is_none() {
        walk.troubles.push(bad_name(&path, "file"));
        // Nothing is asked or written for a page that the generator does not take.
        return;
    }
    let off = &site.settings.disabled_languages;
    let (_, unread) = site
        .generator
        .split_name(&name, &site.default_language, off);
    if unread.is_some() {
        return;
    }
    let below = below(root, entry.path());
    let (_, named) = site
        .generator
        .split_name(&name, &site.default_language, &site.languages);
    walk.pages.push(Page {
        path,
        file: entry.path().to_path_buf(),
        root: index,
        below,
        language: named
            .or_else(|| root.language.clone())
            .unwrap_or_else(|| site.default_language.clone()),
    });
}

fn bad_name(path: &SitePath, what: &str) -> Finding {
    Finding::new(
        "file-name",
        Severity::Error,
        path,
        format!("the {what}'s name is not UTF-8: Zola stops at it, Hugo drops the bytes"),
    )
    .help(format!("rename the {what}"))
}

/// Whether a file's name is that of text to be published.
fn looks_like_a_page(site: &Site, name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| {
        ["md", "markdown", "mdown", "mdx", "html", "htm"]
            .iter()
            .chain(site.generator.other_formats())
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// The path of a file in the generator's content tree.
fn below(root: &ContentRoot, file: &Path) -> String {
    let inner = SitePath::from_path(&root.dir, file);
    match (root.mount.as_str(), file == root.dir) {
        (mount, true) => mount.to_owned(),
        ("", false) => inner.as_str().to_owned(),
        (mount, false) => format!("{mount}/{inner}"),
    }
}

/// The finding for what the system would not show; none for what is simply gone.
fn unreadable(site: &Site, root: &ContentRoot, error: &walkdir::Error) -> Option<Finding> {
    let path = error.path().unwrap_or(&root.dir);
    let shown = SitePath::from_path(&site.root, path);
    let is_gone = error
        .io_error()
        .is_some_and(|error| error.kind() == io::ErrorKind::NotFound);
    if is_gone {
        // A theme need not bring content.
        return (error.depth() == 0 && root.writable).then(|| {
            Finding::new(
                "unreadable",
                Severity::Warning,
                &shown,
                "this content folder does not exist, so it has no pages",
            )
            .help(format!("make the folder, or correct {}", site.config))
        });
    }
    let cause = error
        .io_error()
        .map_or_else(|| error.to_string(), ToString::to_string);
    Some(
        Finding::new(
            "unreadable",
            Severity::Error,
            &shown,
            format!("cannot be read: {}", escape(&cause)),
        )
        .help("give yourself the right to read it; the other pages were read"),
    )
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::generator;

    use super::*;

    /// A site of Zola in a folder of its own, with these pages.
    pub(super) fn site(pages: &[&str]) -> (tempfile::TempDir, Site) {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join("config.toml"), "base_url = \"x\"\n").expect("written");
        fs::create_dir(dir.path().join("content")).expect("made");
        for page in pages {
            let file = dir.path().join("content").join(page);
            fs::create_dir_all(file.parent().expect("a parent")).expect("made");
            fs::write(file, "+++\n+++\n").expect("written");
        }
        let files = crate::disk::Folder::new(dir.path());
        let site = generator::open(dir.path(), &files, None, None, |_| None).expect("a site");
        (dir, site)
    }

    fn paths(walk: &Walk) -> Vec<&str> {
        walk.pages.iter().map(|page| page.path.as_str()).collect()
    }

    #[test]
    fn pages_are_sorted_and_hidden_ones_are_not_seen() {
        let (_dir, site) = site(&[
            "b.md",
            "a/c.md",
            ".x.md",
            ".postwright/y.md",
            "a.md",
            "z.txt",
        ]);
        let walk = walk(&site);
        assert_eq!(
            paths(&walk),
            ["content/a/c.md", "content/a.md", "content/b.md"]
        );
        assert_eq!(walk.troubles, []);
    }

    #[cfg(unix)]
    #[test]
    fn links_loops_and_sockets_are_passed_over() {
        let (dir, site) = site(&["a.md"]);
        let content = dir.path().join("content");
        std::os::unix::fs::symlink(".", content.join("loop")).expect("linked");
        std::os::unix::fs::symlink("/etc/hostname", content.join("out.md")).expect("linked");
        std::os::unix::fs::symlink("a.md", content.join("picture.png")).expect("linked");
        let _socket = std::os::unix::net::UnixListener::bind(content.join("s.md")).expect("bound");
        let walk = walk(&site);
        assert_eq!(paths(&walk), ["content/a.md"]);
        let troubles: Vec<&str> = walk.troubles.iter().map(|t| t.path.as_str()).collect();
        assert_eq!(troubles, ["content/loop", "content/out.md", "content/s.md"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_that_is_not_utf8_is_told_and_no_page() {
        use std::os::unix::ffi::OsStrExt as _;
        let (dir, site) = site(&[]);
        let name = std::ffi::OsStr::from_bytes(b"a\xff.md");
        fs::write(dir.path().join("content").join(name), "").expect("written");
        let walk = walk(&site);
        assert_eq!(paths(&walk), [] as [&str; 0]);
        assert_eq!(walk.troubles[0].severity, Severity::Error);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn pages_below_a_folder_whose_name_is_not_utf8_are_none() {
        use std::os::unix::ffi::OsStrExt as _;
        let (dir, site) = site(&["a.md"]);
        let folder = dir
            .path()
            .join("content")
            .join(std::ffi::OsStr::from_bytes(b"d\xff"));
        fs::create_dir_all(folder.join("below")).expect("made");
        fs::write(folder.join("below/x.md"), "+++\n+++\n").expect("written");
        let walk = walk(&site);
        assert_eq!(paths(&walk), ["content/a.md"]);
        let troubles: Vec<&str> = walk.troubles.iter().map(|t| t.path.as_str()).collect();
        assert_eq!(troubles, ["content/d\\xff"]);
    }
}
