//! What a person has done to a post since it was written.

use super::status::{is_edited, usable};
use super::survey::{Written, date_in};
use super::workspace::Workspace;
use crate::post;
use crate::record::{Entry, Record, RecordName};
use crate::report::Trouble;
use crate::stub::{Provenance, Stub};
use crate::text::escape;

/// A post as it was written: the base of a merge.
#[derive(Debug, Clone)]
pub(super) struct Base {
    pub(super) text: String,
    /// The date that it was written with.
    pub(super) date: Option<String>,
}

/// The post, ready to be made again: with what it is an edit of, where a person has edited it.
///
/// `Err` where that is missing or no use, and so nothing could be made of a new reply.
pub(super) fn ready(written: &Written, workspace: &Workspace) -> Result<Written, Trouble> {
    let mut written = written.clone();
    if is_edited(&written, workspace) || has_other_blanks(&written, workspace) {
        written.base = Some(base(&written, workspace)?);
    }
    Ok(written)
}

/// Whether the page differs from the post as it was written in blanks at the ends of lines, which its hash passes over.
fn has_other_blanks(written: &Written, workspace: &Workspace) -> bool {
    let (site, name) = (&workspace.site, &written.provenance.written);
    let kept = workspace.store.post(name).ok().flatten();
    kept.and_then(|kept| String::from_utf8(kept).ok())
        .filter(|kept| post::written_hash(kept, site).is_ok_and(|hash| hash == *name))
        .is_some_and(|kept| !post::has_text_of(&written.text, &kept, site))
}

fn base(written: &Written, workspace: &Workspace) -> Result<Base, Trouble> {
    let path = escape(written.page.path.as_str());
    let give_up = format!(
        "to give up the edits: postwright restore --force {path} (which keeps your version), then postwright generate {path}"
    );
    let lost = |kind: &str, why: String| {
        Trouble::new(
            kind,
            format!("it was edited since it was written, and {why}; so it is left as it is"),
            format!("bring the folder .postwright/pages back from version control; {give_up}"),
        )
    };
    let name = written.provenance.base();
    let kept = workspace
        .store
        .post(name)
        .map_err(|error| lost("base-damaged", error.to_string()))?
        .ok_or_else(|| {
            let why = "what was written is not kept in .postwright/pages, without which edits cannot be told from the rest";
            lost("base-missing", why.to_owned())
        })?;
    let file = escape(name);
    let text = String::from_utf8(kept)
        .ok()
        .filter(|text| post::written_hash(text, &workspace.site).is_ok_and(|hash| hash == name))
        .ok_or_else(|| {
            let why = format!(".postwright/pages/{file}.md is not what was written any more");
            lost("base-damaged", why)
        })?;
    // Better known before a reply is paid for than after.
    post::stamp(&written.text, &workspace.site, &probe()).map_err(|error| {
        Trouble::new(
            "merge-conflict",
            format!("it was edited since it was written, and its front matter cannot be changed without writing it anew: {}", error.message),
            format!("write the front matter more plainly; {give_up}"),
        )
    })?;
    let date = date_in(&text, &workspace.site);
    Ok(Base { text, date })
}

/// Provenance that changes every key.
fn probe() -> Provenance {
    let other = || "-".to_owned();
    Provenance {
        topic: other(),
        model: other(),
        generated: other(),
        reply: other(),
        stub: other(),
        written: other(),
        base: other(),
        for_generator: other(),
    }
}

/// The parts of a post that a person has edited, `front-matter` and `body`; none where what was written is not kept.
pub(super) fn parts(written: &Written, workspace: &Workspace) -> Vec<&'static str> {
    let kept = workspace.store.post(&written.provenance.written);
    let base = kept
        .ok()
        .flatten()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let hashes = |text: &str| post::part_hashes(text, &workspace.site).ok();
    let (Some(was), Some(now)) = (base.and_then(|base| hashes(&base)), hashes(&written.text))
    else {
        return Vec::new();
    };
    let differ = [("front-matter", was.0 != now.0), ("body", was.1 != now.1)];
    differ
        .into_iter()
        .filter_map(|(part, differs)| differs.then_some(part))
        .collect()
}

/// A reply to the same stub that came after the one that a post was made of, and that never became a post: a merge that was
/// in conflict, a page that an error was found in, a run that was killed. `entries` are the records of the stub, newest first.
/// Where several of `posts` were made of this stub, the reply is that of the one which asked for it.
pub(super) fn waiting<'k>(
    written: &Written,
    stub: &Stub,
    posts: &[Written],
    entries: &'k [Entry],
    workspace: &Workspace,
) -> anyhow::Result<Option<&'k Record>> {
    let is_copied = posts.iter().any(|post| {
        let reply = RecordName::parse(&post.provenance.reply);
        post.page.path != stub.path && reply.is_some_and(|name| *name.key() == stub.key)
    });
    let Ok(own) = written.provenance.generated.parse::<jiff::Timestamp>() else {
        return Ok(None);
    };
    let usable = usable(workspace);
    for record in entries.iter().filter_map(Entry::record) {
        let name = record.name.to_string();
        // Records tell seconds.
        let is_later = record.asked_for.asked.as_second() >= own.as_second();
        if is_later
            && name != written.provenance.reply
            && usable(record).is_ok()
            && (!is_copied || record.asked_for.path == stub.path)
            && !workspace.store.is_in_a_page(&name)?
        {
            return Ok(Some(record));
        }
    }
    Ok(None)
}
