//! `records list`: the recorded replies. Reads only.

use std::collections::{BTreeMap, BTreeSet};

use super::posts_by_record;
use crate::cli::{self, Format};
use crate::command::edits;
use crate::command::status::usable;
use crate::command::survey::{self, Survey, stub_of};
use crate::command::workspace::Workspace;
use crate::command::{Context, Environment, Status};
use crate::markdown;
use crate::record::{Entry, Record, RecordName};
use crate::reply;
use crate::report::records::{self, RecordLine};
use crate::site::SitePath;
use crate::stub::Key;
use crate::text::escape;

pub(super) fn run(
    arguments: &cli::ListRecords,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let (workspace, walk, survey) = survey::open(context, environment)?;
    let posts = posts_by_record(&survey, &workspace);
    let waiting = waiting(&survey, &workspace)?;
    let mut stubs: BTreeMap<&Key, Vec<SitePath>> = BTreeMap::new();
    for stub in &survey.stubs {
        stubs.entry(&stub.key).or_default().push(stub.path.clone());
    }
    let inventory = workspace.store.inventory();
    let usable = usable(&workspace);
    let mut lines: Vec<RecordLine> = inventory
        .records
        .iter()
        .filter_map(|name| {
            let entry = workspace.store.entry(name)?;
            let mut pages = posts.get(name).cloned().unwrap_or_default();
            pages.extend(stubs.get(name.key()).into_iter().flatten().cloned());
            let post = waiting.get(name);
            pages.extend(post.cloned());
            let mut line = line(&entry, pages, &usable, &workspace);
            if let Some(post) = post {
                line.state = "waiting";
                line.why = Some(take(post));
            }
            Some(line)
        })
        .collect();
    lines.sort_by(|a, b| file_name(a).cmp(file_name(b)).then(a.name.cmp(&b.name)));
    match arguments.format {
        Format::Json => environment.print(&records::list_json(&lines)),
        Format::Human => environment.print_lines(&records::list(&lines)),
    }
    if lines.is_empty() && !context.global.quiet {
        environment.note("no replies are recorded");
    }
    let posts: BTreeSet<&SitePath> = waiting.values().collect();
    if !context.global.quiet {
        for post in posts {
            environment.note(&take(post));
        }
    }
    let status = survey::troubles(&walk, &survey, environment);
    for (path, why) in &inventory.unreadable {
        environment.note(&format!("{}: cannot be listed: {why}", path.as_str()));
    }
    Ok(if inventory.unreadable.is_empty() {
        status
    } else {
        Status::Attention
    })
}

/// The replies that `--refresh` takes next, each with its post.
fn waiting(
    survey: &Survey,
    workspace: &Workspace,
) -> anyhow::Result<BTreeMap<RecordName, SitePath>> {
    let mut waiting = BTreeMap::new();
    for post in &survey.posts {
        let Ok(stub) = stub_of(post, workspace) else {
            continue;
        };
        let entries = workspace.store.records(&stub.key)?;
        if let Some(record) = edits::waiting(post, &stub, &survey.posts, &entries, workspace)? {
            waiting.insert(record.name.clone(), post.page.path.clone());
        }
    }
    Ok(waiting)
}

/// What is said of a reply that waits.
fn take(post: &SitePath) -> String {
    let path = escape(post.as_str());
    format!(
        "{path}: a reply that came later waits, and costs nothing more: postwright generate --refresh --offline {path}"
    )
}

/// The name without the key, which begins with the time.
fn file_name(line: &RecordLine) -> &str {
    line.name.split_once('/').map_or("", |(_, file)| file)
}

fn line(
    entry: &Entry,
    pages: Vec<SitePath>,
    usable: &impl Fn(&Record) -> Result<(), String>,
    workspace: &Workspace,
) -> RecordLine {
    let name = entry.name();
    let blank = |state: &'static str, why: String| RecordLine {
        name: name.to_string(),
        state,
        why: Some(why),
        asked: None,
        model: None,
        topic: None,
        bytes: size(name, workspace),
        words: None,
        pages: pages.clone(),
    };
    match entry {
        Entry::Damaged { why, .. } => blank("damaged", why.clone()),
        Entry::Newer { version, .. } => blank(
            "newer",
            format!("it has the form {version}, which a newer Postwright wrote"),
        ),
        Entry::Good(record) => {
            let why = usable(record).err();
            let asked_for = &record.asked_for;
            RecordLine {
                state: if why.is_none() { "whole" } else { "partial" },
                why,
                asked: Some(asked_for.asked.to_string()),
                model: Some(format!("{}/{}", asked_for.provider, asked_for.model)),
                topic: Some(asked_for.topic.clone()),
                words: Some(words(record, workspace)),
                ..blank("whole", String::new())
            }
        }
    }
}

/// Words of the post that is made of it; of all its text where none can be.
fn words(record: &Record, workspace: &Workspace) -> usize {
    let categories = workspace.config.categories(&record.asked_for.language);
    match reply::parse(record.text(), categories) {
        Ok(parsed) => markdown::word_count(&parsed.article.body),
        Err(_) => markdown::word_count(record.text()),
    }
}

fn size(name: &RecordName, workspace: &Workspace) -> u64 {
    let file = workspace.store.record_file(name).ok().flatten();
    file.map_or(0, |bytes| bytes.len() as u64)
}
