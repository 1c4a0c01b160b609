//! `records prune`: what nothing uses any more.
//!
//! A reply was paid for and a page may have been written by a person, so nothing goes without `--yes`, and by default only
//! what a machine made and something newer has replaced: replies to what a post was asked for with, where the post was made
//! from a later one, and posts as they were written before they were written again. `--all` takes in the replies of stubs
//! and posts that are gone, and kept stubs and edited posts.
//!
//! What is in use is found twice: by what the stubs and posts say, and by every name of a record or kept page that stands
//! in any file of the content folders, whatever else is wrong with it. Where something cannot be read, nothing goes.

use std::collections::BTreeSet;

use anyhow::bail;

use crate::cli::{self, Format};
use crate::command::ask::lock;
use crate::command::survey::{Survey, survey};
use crate::command::workspace::Workspace;
use crate::command::{Context, Environment, Status};
use crate::config::Flags;
use crate::disk::HOME;
use crate::finding::{Finding, Severity};
use crate::post;
use crate::record::{Entry, Inventory, KeptPage, Record, RecordName, Store};
use crate::report::human::plural;
use crate::report::records::{self, Removal, size};
use crate::site::SitePath;
use crate::stub::{Key, normalize};
use crate::text::escape;

mod mentions;
mod waiting;

use mentions::Mentions;
use waiting::waiting;

pub(super) fn run(
    arguments: &cli::PruneRecords,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let workspace = Workspace::open(context, environment, Flags::default())?;
    // Only what is removed needs the lock: a list is made in a read-only checkout too.
    let _lock = if arguments.yes {
        Some(lock(&workspace, environment)?)
    } else {
        None
    };
    let removals = unused(&workspace, arguments.all)?;
    let more = if removals.is_empty() && !arguments.all {
        unused(&workspace, true)?.len()
    } else {
        0
    };
    if arguments.yes {
        for removal in &removals {
            match &removal.what {
                What::Record(name) => workspace.store.remove_record(name)?,
                What::Page(name) => workspace.store.remove_page(name)?,
            }
        }
    }
    let lines: Vec<Removal> = removals.into_iter().map(|removal| removal.line).collect();
    match arguments.format {
        Format::Json => environment.print(&records::removals_json(&lines, arguments.yes)),
        Format::Human => environment.print_lines(&records::removals(&lines)),
    }
    if !context.global.quiet {
        environment.note(&summary(&lines, more, arguments));
    }
    Ok(Status::Success)
}

/// `more` is how many files `--all` would take in, where there is nothing else.
fn summary(lines: &[Removal], more: usize, arguments: &cli::PruneRecords) -> String {
    if lines.is_empty() && more > 0 {
        return format!(
            "nothing was replaced by something newer; what was paid for or written by a person, and no page uses: {}, listed by `postwright records prune --all`",
            plural(more, "file")
        );
    }
    if lines.is_empty() {
        return "everything that is kept is in use".to_owned();
    }
    let bytes = size(lines.iter().map(|line| line.bytes).sum());
    let files = plural(lines.len(), "file");
    if arguments.yes {
        return format!("removed {files}, {bytes}");
    }
    let all = if arguments.all { " --all" } else { "" };
    format!("{files}, {bytes}; to remove them for good: postwright records prune{all} --yes")
}

enum What {
    Record(RecordName),
    Page(String),
}

struct Unused {
    what: What,
    line: Removal,
}

impl Unused {
    fn record(&self) -> Option<&RecordName> {
        match &self.what {
            What::Record(name) => Some(name),
            What::Page(_) => None,
        }
    }
}

/// Everything that goes.
fn unused(workspace: &Workspace, all: bool) -> anyhow::Result<Vec<Unused>> {
    let inventory = workspace.store.inventory();
    if let Some((path, why)) = inventory.unreadable.first() {
        bail!(
            "{} cannot be read, so nothing is removed: {why}",
            path.as_str()
        );
    }
    let records = read(&inventory, workspace)?;
    let survey = surveyed(workspace)?;
    let mut used = mentions::of_site(workspace)?;
    let pages = Pages::read(&inventory, workspace);
    if !all {
        // They stay, and so does what they were made from.
        for (_, text) in &pages.of_people {
            used.add(text);
        }
    }
    let mut kept = in_use(&records, &used, &survey, workspace)?;
    // What a damaged record goes on from cannot be read in it, and it may come back from version control.
    let damaged: BTreeSet<&Key> = inventory
        .records
        .iter()
        .filter(|name| matches!(workspace.store.entry(name), Some(Entry::Damaged { .. })))
        .map(RecordName::key)
        .collect();
    let of_damaged = records.iter().map(|record| &record.name);
    kept.extend(
        of_damaged
            .filter(|name| damaged.contains(name.key()))
            .cloned(),
    );
    let mut unused = Vec::new();
    for record in records.iter().filter(|record| !kept.contains(&record.name)) {
        let why = match replaced_by(record, &survey) {
            Some(post) => format!("{} was made from a later reply", escape(post.as_str())),
            None if all => format!(
                "no page asks for it; asked for by {}",
                escape(record.asked_for.path.as_str())
            ),
            None => continue,
        };
        unused.push(Unused {
            what: What::Record(record.name.clone()),
            line: Removal {
                path: record.name.path(),
                bytes: record.reply.len() as u64,
                why,
            },
        });
    }
    let going: Vec<&RecordName> = unused.iter().filter_map(Unused::record).collect();
    let stays = |name: &RecordName| inventory.records.contains(name) && !going.contains(&name);
    let gone = pages.unused(all, &used, &stays, workspace);
    let removals = gone.into_iter().map(|(name, text, why)| Unused {
        what: What::Page(name.clone()),
        line: Removal {
            path: SitePath::new(format!("{HOME}/pages/{name}.md")),
            bytes: text.len() as u64,
            why: why.to_owned(),
        },
    });
    let removals: Vec<Unused> = removals.collect();
    unused.extend(removals);
    Ok(unused)
}

/// The good records. What is damaged may come back from version control, and stays with all of its key.
fn read(inventory: &Inventory, workspace: &Workspace) -> anyhow::Result<Vec<Record>> {
    let mut records = Vec::new();
    for name in &inventory.records {
        match workspace.store.entry(name) {
            Some(Entry::Good(record)) => records.push(*record),
            Some(Entry::Newer { version, .. }) => bail!(
                "the record {name} has the form {version}, which a newer Postwright wrote, so nothing is removed; update Postwright"
            ),
            Some(Entry::Damaged { .. }) | None => {}
        }
    }
    Ok(records)
}

/// The stubs and posts, if all of them can be read.
fn surveyed(workspace: &Workspace) -> anyhow::Result<Survey> {
    let walk = workspace.walk();
    // The pages behind a link are not walked, and may use anything.
    let is_unread = |t: &&Finding| t.severity == Severity::Error || t.rule == "symbolic-link";
    let unread = walk.troubles.iter().find(is_unread);
    if let Some(finding) = unread {
        bail!(
            "nothing is removed, because what {} uses is not known: {}",
            escape(finding.path.as_str()),
            finding.message
        );
    }
    let survey = survey(workspace, &walk.pages);
    if let Some(report) = survey.troubles.first() {
        let why = report
            .error
            .as_ref()
            .map_or("", |error| error.message.as_str());
        bail!(
            "nothing is removed, because what {} uses is not known: {}",
            escape(report.path.as_str()),
            escape(why)
        );
    }
    Ok(survey)
}

/// The records that something uses: those that a page or the ledger names, those of a stub's key or that its author may
/// still mean, those that wait to be merged with a post, and what all of these go on from or repair.
fn in_use(
    records: &[Record],
    used: &Mentions,
    survey: &Survey,
    workspace: &Workspace,
) -> anyhow::Result<BTreeSet<RecordName>> {
    let waiting = waiting(survey, workspace)?;
    let keys: BTreeSet<_> = survey.stubs.iter().map(|stub| &stub.key).collect();
    let paths: BTreeSet<_> = survey.stubs.iter().map(|stub| &stub.path).collect();
    let topics: BTreeSet<String> = survey
        .stubs
        .iter()
        .map(|stub| normalize(&stub.request.topic))
        .collect();
    let is_used = |record: &&Record| {
        used.has_record(&record.name)
            || keys.contains(record.name.key())
            || paths.contains(&record.asked_for.path)
            || topics.contains(&normalize(&record.asked_for.topic))
            || waiting.contains(&record.name)
    };
    Ok(records
        .iter()
        .filter(is_used)
        .flat_map(|record| workspace.store.chain(&record.name))
        .collect())
}

/// The post that was made from a later reply to the same request.
fn replaced_by<'a>(record: &Record, survey: &'a Survey) -> Option<&'a SitePath> {
    let is_later = |reply: &str| {
        RecordName::parse(reply)
            .is_some_and(|name| name.key() == record.name.key() && name.file() > record.name.file())
    };
    let mut posts = survey.posts.iter();
    let post = posts.find(|post| is_later(&post.provenance.reply))?;
    Some(&post.page.path)
}

/// The kept pages that can be read, by who wrote them: name and text.
#[derive(Default)]
struct Pages {
    /// Posts as Postwright wrote them.
    of_machine: Vec<(String, Vec<u8>)>,
    /// Stubs, and posts as a person left them.
    of_people: Vec<(String, Vec<u8>)>,
}

impl Pages {
    fn read(inventory: &Inventory, workspace: &Workspace) -> Self {
        let mut pages = Self::default();
        for name in &inventory.pages {
            let (bytes, is_named) = match workspace.store.look_at_page(name) {
                Some(KeptPage::Bytes(bytes)) => (bytes, true),
                Some(KeptPage::Other(bytes)) => (bytes, false),
                // Damaged: it may come back from version control.
                Some(KeptPage::Unreadable(_)) | None => continue,
            };
            match as_written(&bytes, workspace) {
                Some(hash) if is_named || hash == *name => {
                    pages.of_machine.push((name.clone(), bytes));
                }
                _ if is_named => pages.of_people.push((name.clone(), bytes)),
                _ => {}
            }
        }
        pages
    }

    /// The pages that go, with the reason. Of each record that stays, a page that names it stays as well: by that is seen
    /// that the record has been a post, and that its author has chosen another since.
    fn unused(
        &self,
        all: bool,
        used: &Mentions,
        stays: &dyn Fn(&RecordName) -> bool,
        workspace: &Workspace,
    ) -> Vec<(&String, &[u8], &'static str)> {
        let of_machine = self
            .of_machine
            .iter()
            .map(|page| (page, "a post as it was written before", true));
        let of_people = self
            .of_people
            .iter()
            .map(|page| (page, "a page as a person wrote it", all));
        let (may_go, staying): (Vec<_>, Vec<_>) = of_machine
            .chain(of_people)
            .partition(|((name, _), _, may_go)| *may_go && !used.has_page(name));
        // A page that stood in the site is kept under the hash of its bytes; others may never have been written.
        let shown = |(name, text): &(String, Vec<u8>)| {
            let has_stood = Store::page_name(text) == *name;
            record_of(text, workspace).filter(|_| has_stood)
        };
        let mut told: BTreeSet<RecordName> = staying
            .iter()
            .filter_map(|(page, _, _)| shown(page))
            .collect();
        let mut is_needed =
            |page| shown(page).is_some_and(|name| stays(&name) && told.insert(name));
        let gone = may_go.into_iter().filter(|(page, _, _)| !is_needed(page));
        gone.map(|((name, text), why, _)| (name, text.as_slice(), why))
            .collect()
    }
}

/// The record that a kept post was made from.
fn record_of(text: &[u8], workspace: &Workspace) -> Option<RecordName> {
    let text = std::str::from_utf8(text).ok()?;
    RecordName::parse(&post::provenance(text, &workspace.site)?.reply)
}

/// The hash that a post notes of itself, where it is still as it was written: byte for byte, since the hash passes over
/// blanks that a person may have set.
fn as_written(bytes: &[u8], workspace: &Workspace) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let written = post::provenance(text, &workspace.site)?.written;
    let hash = post::written_hash(text, &workspace.site).ok()?;
    let kept = workspace.store.post(&written).ok()??;
    (written == hash && kept == bytes).then_some(hash)
}
