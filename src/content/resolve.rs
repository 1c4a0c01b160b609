//! Which pages a path on the command line means.

use std::path::{Component, Path, PathBuf};

use super::{Page, Walk};
use crate::site::{Site, SitePath};
use crate::text::escape;

/// Why a path on the command line names no page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {cause}", escape(.given))]
pub struct NoPage {
    /// The path as it was given.
    pub given: String,
    /// What is the matter with it, and what to do.
    pub cause: String,
}

/// The pages that a path on the command line means: the page itself, or all pages below a folder.
///
/// `given` is looked for from `cwd` (absolute) first and then from the site's root, so that a path printed by this
/// program can be used as it stands.
pub fn resolve<'a>(
    site: &Site,
    walk: &'a Walk,
    cwd: &Path,
    given: &Path,
) -> Result<Vec<&'a Page>, NoPage> {
    let places = [cwd.join(given), site.root.join(given)].map(|path| normal(&path));
    for place in &places {
        let pages: Vec<&Page> = walk
            .pages
            .iter()
            .filter(|page| page.file.starts_with(place))
            .collect();
        if !pages.is_empty() {
            return Ok(pages);
        }
    }
    Err(NoPage {
        given: given.to_string_lossy().into_owned(),
        cause: no_page(site, walk, &places),
    })
}

/// What is the matter with a path below which there is no page.
fn no_page(site: &Site, walk: &Walk, places: &[PathBuf]) -> String {
    let known = |place: &PathBuf| SitePath::from_path(&site.root, place);
    let trouble = walk
        .troubles
        .iter()
        .find(|trouble| places.iter().any(|place| known(place) == trouble.path));
    if let Some(trouble) = trouble {
        return trouble.message.clone();
    }
    let inside = places
        .iter()
        .any(|place| site.roots.iter().any(|root| place.starts_with(&root.dir)));
    if inside {
        return format!(
            "there is no page of this name; {} does not take other, hidden or ignored files for pages",
            site.generator.title()
        );
    }
    let roots: Vec<String> = site
        .roots
        .iter()
        .map(|root| SitePath::from_path(&site.root, &root.dir).to_string())
        .collect();
    format!(
        "this is not below the site's content ({})",
        roots.join(", ")
    )
}

/// The path with `.` and `..` resolved by name.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::tests::site;
    use super::super::walk;
    use super::*;

    #[test]
    fn a_path_means_a_page_or_all_below_a_folder() {
        let (dir, site) = site(&["a.md", "posts/b.md", "posts/c/index.md"]);
        let walk = walk(&site);
        let names = |cwd: &str, given: &str| -> Result<Vec<String>, String> {
            resolve(&site, &walk, &dir.path().join(cwd), Path::new(given))
                .map(|pages| pages.iter().map(|page| page.path.to_string()).collect())
                .map_err(|error| error.to_string())
        };
        let posts = ["content/posts/b.md", "content/posts/c/index.md"].map(str::to_owned);
        assert_eq!(names("content", "posts").as_deref(), Ok(posts.as_slice()));
        assert_eq!(names("content/posts", ".").as_deref(), Ok(posts.as_slice()));
        assert_eq!(
            names("content/posts", "content/posts/").as_deref(),
            Ok(posts.as_slice())
        );
        assert_eq!(
            names("content/posts", "../a.md"),
            Ok(vec!["content/a.md".to_owned()])
        );
        assert_eq!(names("", ".").map(|all| all.len()), Ok(3));

        let message = names("", "content/missing.md").expect_err("no page");
        assert!(
            message.starts_with("content/missing.md: there is no page"),
            "{message}"
        );
        let message = names("", "config.toml").expect_err("no page");
        assert!(
            message.ends_with("not below the site's content (content)"),
            "{message}"
        );
    }
}
