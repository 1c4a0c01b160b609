//! `records verify`: reads everything that is kept once more. Reads only.

use std::collections::BTreeSet;

use crate::cli::{self, Format};
use crate::command::survey::{self, Survey};
use crate::command::workspace::Workspace;
use crate::command::{Context, Environment, Status};
use crate::post;
use crate::record::{Entry, Inventory, KeptPage, RecordName};
use crate::report::human::plural;
use crate::report::records::{self, Problem};
use crate::site::SitePath;

const BACK: &str = "bring it back from version control or a backup";

pub(super) fn run(
    arguments: &cli::VerifyRecords,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let (workspace, walk, survey) = survey::open(context, environment)?;
    let inventory = workspace.store.inventory();
    let mut problems = of_folders(&inventory);
    problems.extend(
        inventory
            .records
            .iter()
            .filter_map(|n| of_record(n, &workspace)),
    );
    problems.extend(
        inventory
            .pages
            .iter()
            .filter_map(|n| of_page(n, &workspace)),
    );
    // What stands in a folder that cannot be listed is not missing.
    if inventory.unreadable.is_empty() {
        problems.extend(missing(&survey, &inventory));
    }
    problems.sort_by(|a, b| a.path.cmp(&b.path));
    let (replies, pages) = (inventory.records.len(), inventory.pages.len());
    match arguments.format {
        Format::Json => environment.print(&records::problems_json(&problems, replies, pages)),
        Format::Human => environment.print_lines(&records::problems(&problems)),
    }
    let status = survey::troubles(&walk, &survey, environment);
    let is_bad = |problem: &Problem| problem.kind != "odd" && problem.kind != "newer";
    let bad = problems.iter().filter(|problem| is_bad(problem)).count();
    if !context.global.quiet {
        let replies = if replies == 1 {
            "1 reply".to_owned()
        } else {
            format!("{replies} replies")
        };
        let outcome = match bad {
            0 => "nothing is damaged".to_owned(),
            bad => plural(bad, "problem"),
        };
        environment.note(&format!(
            "{replies}, {}: {outcome}",
            plural(pages, "kept page")
        ));
    }
    Ok(if bad == 0 { status } else { Status::Attention })
}

fn of_folders(inventory: &Inventory) -> Vec<Problem> {
    let odd = inventory.odd.iter().map(|(path, what)| Problem {
        kind: "odd",
        path: path.clone(),
        message: format!("it is {what}, and is left alone"),
        help: "Postwright did not make it: move it elsewhere",
    });
    let unreadable = inventory.unreadable.iter().map(|(path, why)| Problem {
        kind: "unreadable",
        path: path.clone(),
        message: format!("nothing in it was looked at: {why}"),
        help: "give yourself the right to read it",
    });
    odd.chain(unreadable).collect()
}

fn of_record(name: &RecordName, workspace: &Workspace) -> Option<Problem> {
    match workspace.store.entry(name)? {
        Entry::Good(_) => None,
        Entry::Damaged { why, .. } => Some(Problem {
            kind: "damaged",
            path: name.path(),
            message: format!("the reply was paid for and is damaged: {why}"),
            help: BACK,
        }),
        Entry::Newer { version, .. } => Some(Problem {
            kind: "newer",
            path: name.path(),
            message: format!("it has the form {version}, so it cannot be looked at"),
            help: "update Postwright",
        }),
    }
}

/// A kept page is a stub or a post by the hash of its bytes, or a post as it was written by the hash that it notes of itself.
fn of_page(name: &str, workspace: &Workspace) -> Option<Problem> {
    let message = match workspace.store.look_at_page(name)? {
        KeptPage::Bytes(_) => return None,
        KeptPage::Other(bytes) => {
            let text = String::from_utf8(bytes).ok();
            let hash = text.and_then(|text| post::written_hash(&text, &workspace.site).ok());
            if hash.as_deref() == Some(name) {
                return None;
            }
            "the kept page is damaged: it does not have the hash that is its name".to_owned()
        }
        KeptPage::Unreadable(why) => format!("the kept page is damaged: {why}"),
    };
    Some(Problem {
        kind: "damaged",
        path: kept(name),
        message,
        help: BACK,
    })
}

/// What posts were made from and is not there.
fn missing(survey: &Survey, inventory: &Inventory) -> Vec<Problem> {
    let records: BTreeSet<String> = inventory.records.iter().map(ToString::to_string).collect();
    let pages: BTreeSet<&str> = inventory.pages.iter().map(String::as_str).collect();
    let mut problems = Vec::new();
    for post in &survey.posts {
        let provenance = &post.provenance;
        let mut misses = |what: String| {
            problems.push(Problem {
                kind: "missing",
                path: post.page.path.clone(),
                message: what,
                help: "bring the folder .postwright back from version control",
            });
        };
        if !provenance.reply.is_empty() && !records.contains(&provenance.reply) {
            misses(format!("its reply {} is not there", provenance.reply));
        }
        if !provenance.stub.is_empty() && !pages.contains(provenance.stub.as_str()) {
            misses(format!(
                "the stub that it was made from is not kept ({})",
                kept(&provenance.stub)
            ));
        }
        for name in [&provenance.written, &provenance.base] {
            if !name.is_empty() && !pages.contains(name.as_str()) {
                misses(format!(
                    "the post as it was written, which edits are told from, is not kept ({})",
                    kept(name)
                ));
            }
        }
    }
    problems
}

fn kept(name: &str) -> SitePath {
    SitePath::new(format!(".postwright/pages/{name}.md"))
}
