//! `links`: how the pages of a site link to each other, and which links would help.

use std::collections::BTreeMap;

use anyhow::bail;
use jiff::civil::Date;

use super::ask::lock;
use super::publish::{Around, Pages};
use super::reading::Reading;
use super::status::post_state;
use super::survey::{self, Written};
use super::workspace::{Workspace, read_page};
use super::{Context, Environment, Status};
use crate::check::{self, Selection};
use crate::cli::{self, Format};
use crate::config::Flags;
use crate::content::{Page, Walk};
use crate::disk::Expect;
use crate::finding::{Edit, Severity};
use crate::front_matter::{self, Change};
use crate::index::{Index, Kind};
use crate::links::{Links, Suggestion};
use crate::plan::State;
use crate::post;
use crate::report::links::{LinkEdit, LinkedPage, LinksReport, SuggestedLink};
use crate::site::SitePath;
use crate::stub::Provenance;
use crate::text::escape;

pub(super) fn run(
    arguments: &cli::Links,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let workspace = Workspace::open(context, environment, Flags::default())?;
    let _lock = if arguments.fix {
        Some(lock(&workspace, environment)?)
    } else {
        None
    };
    let walk = workspace.walk();
    let index = workspace.index(&walk, environment.today());
    let links = Links::of(&index);
    let read = |path: &SitePath| {
        let page = walk.pages.iter().find(|page| page.path == *path)?;
        let text = read_page(page).ok()?;
        let split = front_matter::split(&text, workspace.site.generator.split_rules()).ok()?;
        let body = split.map_or(0, |split| split.body);
        Some((text, body))
    };
    let suggestions = links.suggest(&index, &workspace.site, &read);
    let posts = posts(&workspace, &walk, &index, &suggestions);
    let mut told = told(&links, &suggestions, &index);
    let mut status = Status::Success;
    for (suggestion, told) in suggestions.iter().zip(&mut told.suggestions) {
        told.left = posts.get(&suggestion.from).and_then(|(_, left)| *left);
    }
    let (around, today) = (Around::of(&workspace), environment.today());
    let mut pages = None;
    if arguments.fix {
        for (from, (written, left)) in &posts {
            let (Some(written), None) = (written, left) else {
                continue;
            };
            let of_page = || {
                suggestions
                    .iter()
                    .enumerate()
                    .filter(|(_, one)| one.from == *from)
            };
            let edits: Vec<&Edit> = of_page().map(|(_, one)| &one.edit).collect();
            let read = || Reading::of(&around, &workspace, &walk, today).pages;
            let pages = pages.get_or_insert_with(read);
            match add(&workspace, written, &edits, pages, today) {
                Ok(()) => {
                    for (number, _) in of_page() {
                        told.suggestions[number].applied = true;
                    }
                }
                Err(error) => {
                    let path = escape(written.page.path.as_str());
                    environment.note(&format!("{path}: no link was added: {error:#}"));
                    status = Status::Attention;
                }
            }
        }
    }
    if told.suggestions.iter().any(|one| one.applied) {
        let index = workspace.index(&walk, today);
        list(&mut told, &Links::of(&index), &index);
    }
    match arguments.format {
        Format::Json => environment.print(&told.json()),
        Format::Human => environment.print_lines(&told.human()),
    }
    if !context.global.quiet {
        environment.note(&told.summary());
        let is_waiting = |one: &SuggestedLink| !one.applied && one.left.is_none();
        if !arguments.fix && told.suggestions.iter().any(is_waiting) {
            environment.note("`postwright links --fix` adds those in posts that nobody has edited");
        }
    }
    Ok(status)
}

/// The pages in which links are suggested, by number: the post where it is one, and why its links are left to a person.
type Posts = BTreeMap<usize, (Option<Written>, Option<&'static str>)>;

fn posts(workspace: &Workspace, walk: &Walk, index: &Index, suggestions: &[Suggestion]) -> Posts {
    let mut posts = Posts::new();
    for suggestion in suggestions {
        posts.entry(suggestion.from).or_insert_with(|| {
            let entry = &index.pages()[suggestion.from];
            if entry.kind != Kind::Post {
                return (None, Some("a person wrote the page"));
            }
            let pages: Vec<Page> = walk
                .pages
                .iter()
                .filter(|page| page.path == entry.path)
                .cloned()
                .collect();
            let written = survey::survey(workspace, &pages).posts.pop();
            let left = match &written {
                None => Some("its provenance cannot be read"),
                Some(written)
                    if post_state(written, workspace) == State::Edited
                        && before_release(written, workspace).is_none() =>
                {
                    Some("the post was edited since it was written")
                }
                Some(_) => None,
            };
            (written, left)
        });
    }
    posts
}

/// The post as it was written, where all that its author has changed since is whether it is a draft, and where its body
/// begins there. To publish a post is no edit of it.
fn before_release(written: &Written, workspace: &Workspace) -> Option<(String, usize)> {
    let (site, name) = (&workspace.site, &written.provenance.written);
    let base = String::from_utf8(workspace.store.post(name).ok()??).ok()?;
    let rules = site.generator.split_rules();
    let body = |text: &str| Some(front_matter::split(text, rules).ok()??.body);
    let draft = Change::Remove {
        path: vec!["draft".to_owned()],
    };
    let rest = |text: &str| {
        let rest = front_matter::edit(text, rules, std::slice::from_ref(&draft)).ok()?;
        post::written_hash(&rest, site).ok()
    };
    let (was, now) = (body(&base)?, body(&written.text)?);
    let is_it = post::written_hash(&base, site).is_ok_and(|hash| hash == *name);
    let is_release = is_it
        && base[was..] == written.text[now..]
        && rest(&base).is_some_and(|hash| Some(hash) == rest(&written.text));
    is_release.then_some((base, was))
}

/// A text with edits, which stand where they would `from` a place, as if that were `to`.
fn with(text: &str, edits: &[&Edit], (from, to): (usize, usize)) -> String {
    let mut text = text.to_owned();
    // From the end on, so that the bytes of the others stay where they are.
    for edit in edits.iter().rev() {
        let range = edit.range.start - from + to..edit.range.end - from + to;
        text.replace_range(range, &edit.text);
    }
    text
}

/// Adds links to a post that nobody has edited, and signs it anew, so that it is in the state that it was in. Where the author
/// has published it since, what is kept as written is the draft with the links. What later edits are told from stays the post
/// as it was made of its reply: so a merge with a new version keeps the links.
///
/// # Errors
/// The rules find an error in the post with the links, or it cannot be written.
fn add(
    workspace: &Workspace,
    written: &Written,
    edits: &[&Edit],
    pages: &Pages<'_>,
    today: Date,
) -> anyhow::Result<()> {
    let (site, store) = (&workspace.site, &workspace.store);
    let explained = |error: front_matter::FrontMatterError| anyhow::anyhow!("{}", error.message);
    let is_as_written = post_state(written, workspace) != State::Edited;
    let base = written.provenance.base();
    if is_as_written && store.post(base)?.is_none() && base == written.provenance.written {
        store.keep_post(base, written.text.as_bytes())?;
    }
    let provenance = Provenance {
        base: base.to_owned(),
        ..written.provenance.clone()
    };
    let text = with(&written.text, edits, (0, 0));
    let released = before_release(written, workspace).filter(|_| !is_as_written);
    let (text, kept, provenance) = if let Some((draft, body)) = released {
        let split = front_matter::split(&written.text, site.generator.split_rules());
        let now = split.map_err(explained)?.map_or(0, |split| split.body);
        let draft = with(&draft, edits, (now, body));
        let (draft, provenance) = post::sign(&draft, site, provenance).map_err(explained)?;
        let text = post::stamp(&text, site, &provenance).map_err(explained)?;
        (text, draft, provenance)
    } else {
        let (text, provenance) = post::sign(&text, site, provenance).map_err(explained)?;
        (text.clone(), text, provenance)
    };
    refuse_errors(workspace, written, &text, pages, today)?;
    store.keep_post(&provenance.written, kept.as_bytes())?;
    let before = Expect::Bytes(written.text.as_bytes());
    workspace
        .root
        .write_atomic(&written.page.file, text.as_bytes(), before)?;
    Ok(())
}

/// An error where the rules find one in the post with this text.
fn refuse_errors(
    workspace: &Workspace,
    written: &Written,
    text: &str,
    pages: &Pages<'_>,
    today: Date,
) -> anyhow::Result<()> {
    let path = &written.page.path;
    let page = check::Page::parse(path, text, &written.page.language, &workspace.site, today);
    let page = page.among(pages.all()).wanting(&workspace.config.post);
    let selection = Selection::new(&workspace.config, &[], &[]).map_err(anyhow::Error::msg)?;
    let findings = check::check(&page, &selection);
    let error = findings
        .iter()
        .find(|finding| finding.severity == Severity::Error);
    if let Some(error) = error {
        bail!(
            "the post would have an error: {} [{}]",
            error.message,
            error.rule
        );
    }
    Ok(())
}

/// The pages as they are linked now.
fn list(told: &mut LinksReport, links: &Links, index: &Index) {
    let from = index.linked_from();
    let page = |number: &usize| {
        let entry = &index.pages()[*number];
        LinkedPage {
            path: entry.path.clone(),
            title: entry.name().to_owned(),
            linked_from: from[*number].len(),
        }
    };
    told.orphans = links.orphans.iter().map(page).collect();
    told.dead_ends = links.dead_ends.iter().map(page).collect();
    told.hubs = links
        .hubs
        .iter()
        .map(|(number, links)| LinkedPage {
            linked_from: *links,
            ..page(number)
        })
        .collect();
}

fn told(links: &Links, suggestions: &[Suggestion], index: &Index) -> LinksReport {
    let mut told = LinksReport::new(links.pages.len());
    list(&mut told, links, index);
    let path = |number: usize| index.pages()[number].path.clone();
    told.suggestions = suggestions
        .iter()
        .map(|one| SuggestedLink {
            path: path(one.from),
            line: one.line,
            target: path(one.to),
            phrase: one.phrase.clone(),
            edit: LinkEdit {
                start: one.edit.range.start,
                end: one.edit.range.end,
                text: one.edit.text.clone(),
            },
            applied: false,
            left: None,
        })
        .collect();
    told
}
