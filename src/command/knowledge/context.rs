//! The pages that a post builds on, as the prompt shows them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::command::workspace::{PAGE_LIMIT, Workspace};
use crate::disk::{self, Root};
use crate::front_matter;
use crate::index::{Entry, Index, Kind};
use crate::markdown;
use crate::prompt::ContextPage;
use crate::report::Trouble;
use crate::site::{Site, SitePath};
use crate::stub::{Stub, normalize};
use crate::text::{escape, nearest};

/// No more of a page is shown than this, in bytes: some 3,000 words of English.
const LONGEST: usize = 20_000;

/// Reads the pages that a stub names.
///
/// # Errors
/// Where one is missing, is no regular file of the site's, or still asks for a post itself.
pub(super) fn read(
    stub: &Stub,
    index: &Index,
    files: &BTreeMap<SitePath, PathBuf>,
    workspace: &Workspace,
) -> Result<Vec<ContextPage>, Trouble> {
    let one = |path: &String| {
        let (path, file) = find(path, files).ok_or_else(|| missing(path, files))?;
        let page = index
            .page(path)
            .ok_or_else(|| missing(path.as_str(), files))?;
        if page.kind == Kind::Stub {
            return Err(not_written(page));
        }
        let file = Root::admit(&workspace.root, file).map_err(|error| unreadable(path, &error))?;
        // A link would let a repository send any file of its user's to a provider.
        if !disk::is_file(&file) {
            return Err(no_file(path));
        }
        let text = disk::read_text(&file, PAGE_LIMIT).map_err(|error| unreadable(path, &error))?;
        Ok(excerpt(page, &text, &workspace.site))
    };
    stub.request.options.context.iter().map(one).collect()
}

/// The page of a path: as it is written, or in the form of Unicode that the file system has.
fn find<'a>(
    path: &str,
    files: &'a BTreeMap<SitePath, PathBuf>,
) -> Option<(&'a SitePath, &'a PathBuf)> {
    let known = files.get_key_value(&SitePath::new(path));
    known.or_else(|| {
        let mut files = files.iter();
        files.find(|(other, _)| !other.as_str().is_ascii() && normalize(other.as_str()) == path)
    })
}

fn excerpt(page: &Entry, text: &str, site: &Site) -> ContextPage {
    let body = match front_matter::split(text, site.generator.split_rules()) {
        Ok(Some(split)) => &text[split.body..],
        _ => text,
    };
    let body = without_marks(body, site).replace("\r\n", "\n");
    let (beginning, is_all) = markdown::beginning(&body, LONGEST);
    let title = page.title.as_deref().unwrap_or_default();
    ContextPage {
        path: page.path.to_string(),
        text: format!("# {title}\n\n{beginning}").trim().to_owned(),
        cut: !is_all,
    }
}

/// The body as a reader sees it: without the marks that keep a generator from running what is shown.
fn without_marks(body: &str, site: &Site) -> String {
    let mut out = String::with_capacity(body.len());
    let mut done = 0;
    for call in site.generator.taken_escapes(site.version, body) {
        let marks = body.get(call.clone()).unwrap_or_default();
        out.push_str(&body[done..call.start]);
        out.push_str(&marks.replace("/*", "").replace("*/", ""));
        done = call.end;
    }
    out.push_str(&body[done..]);
    out
}

fn missing(path: &str, files: &BTreeMap<SitePath, PathBuf>) -> Trouble {
    let near = nearest(path, files.keys().map(SitePath::as_str));
    Trouble::new(
        "context-missing",
        format!(
            "nothing was asked: the site has no page `{}`, which the option `context` names",
            escape(path)
        ),
        near.map_or_else(
            || "write the path of a page from the site's root on, or take it out".to_owned(),
            |near| format!("did you mean `{}`?", escape(near)),
        ),
    )
}

fn not_written(page: &Entry) -> Trouble {
    let path = escape(page.path.as_str());
    Trouble::new(
        "context-not-written",
        format!("nothing was asked: `{path}`, which the option `context` names, is a stub still"),
        format!("make the post of it first: postwright generate {path}"),
    )
}

fn no_file(path: &SitePath) -> Trouble {
    Trouble::new(
        "context-unreadable",
        format!(
            "nothing was asked: `{}`, which the option `context` names, is no regular file",
            escape(path.as_str())
        ),
        "put the page itself there; a link is not followed",
    )
}

fn unreadable(path: &SitePath, error: &disk::Error) -> Trouble {
    Trouble::new(
        "context-unreadable",
        format!(
            "nothing was asked: `{}`, which the option `context` names, cannot be used: {error}",
            escape(path.as_str())
        ),
        "make it a readable page below the site's root, or take it out",
    )
}
