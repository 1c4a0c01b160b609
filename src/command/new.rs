//! `new`: one stub a topic. Everything is checked before the first file is written.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use self::place::{Places, known_language};
use super::ask::{littered, since, sweep};
use super::survey;
use super::workspace::Workspace;
use super::{Context, Environment, Status};
use crate::cli;
use crate::config::Flags;
use crate::disk::{self, Expect};
use crate::front_matter::{self, Format, Table, Value};
use crate::site::{Site, SitePath};
use crate::stub::{Stub, normalize};
use crate::text::escape;

mod list;
mod place;

/// A list of topics is smaller than this, in bytes.
const LIST_LIMIT: u64 = 8 * 1024 * 1024;
/// A stub to be written.
#[derive(Debug, Default, PartialEq, Eq)]
struct Entry {
    topic: String,
    section: Option<String>,
    slug: Option<String>,
    brief: Option<String>,
    audience: Option<String>,
    tone: Option<String>,
    keywords: Vec<String>,
    words: Option<u32>,
    language: Option<String>,
    context: Vec<String>,
}

impl Entry {
    fn about(topic: &str) -> Self {
        Self {
            topic: topic.trim().to_owned(),
            ..Self::default()
        }
    }
}

pub(super) fn run(
    arguments: &cli::New,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    if arguments.topics.is_empty() && arguments.from.is_none() {
        bail!(
            "there is no topic; name one, as in `postwright new \"How do I rotate SSH keys?\"`, \
             or take topics from a file with `--from FILE` (`--from -` reads standard input)"
        );
    }
    let workspace = Workspace::open(context, environment, Flags::default())?;
    let site = &workspace.site;
    let language = match &arguments.language {
        Some(wanted) => Some(known_language(wanted, site)?),
        None => None,
    };
    let entries = entries(arguments, environment)?;
    let walk = workspace.walk();
    // Only files that nobody has yet are made, so a run that writes posts need not be waited for.
    if let Ok(Some(lock)) = workspace.root.try_lock(&since(environment)) {
        workspace.store.sweep(&lock);
        sweep(&lock, littered(&walk), &workspace, environment);
    }
    let pages = walk.pages;
    let places = Places {
        site,
        pages: &pages,
        cwd: disk::resolve(&environment.cwd),
        section: arguments.section.as_deref(),
        language,
    };
    let mut stubs: BTreeMap<PathBuf, &Entry> = BTreeMap::new();
    let mut order = Vec::new();
    let mut sections = BTreeSet::new();
    for entry in &entries {
        let place = places.of(entry)?;
        let path = SitePath::from_path(&site.root, &place.file);
        if disk::exists(&place.file) {
            bail!(
                "{} exists already, so nothing was written; give another topic, or a slug of its own in a CSV file with --from",
                escape(path.as_str())
            );
        }
        if let Some(first) = stubs.insert(place.file.clone(), entry) {
            bail!("{}", twice(first, entry, &path));
        }
        order.push(place.file);
        sections.extend(place.missing_section);
    }
    for file in &order {
        if let Some(folder) = file.parent() {
            workspace.root.make_dir(folder)?;
        }
        let text = render(stubs[file], site);
        workspace
            .root
            .write_atomic(file, text.as_bytes(), Expect::Absent)?;
        let path = SitePath::from_path(&site.root, file);
        environment.print_lines(&format!("{}\n", escape(path.as_str())));
    }
    for line in held_already(&workspace, &order) {
        environment.note(&line);
    }
    for section in &sections {
        environment.note(&missing_section(section, site));
    }
    if !context.global.quiet {
        environment.note("Write notes for the model below the front matter if you like; then run `postwright generate`.");
    }
    Ok(Status::Success)
}

/// What to say of new stubs whose topic a post of ours or another stub has: of two that ask for the same, one is skipped.
fn held_already(workspace: &Workspace, new: &[PathBuf]) -> Vec<String> {
    let survey = survey::survey(workspace, &workspace.walk().pages);
    let posts = survey.posts.iter().map(|written| {
        let page = &written.page;
        (
            "post",
            &page.path,
            &page.language,
            &written.provenance.topic,
        )
    });
    let stubs = survey.stubs.iter().map(|stub| {
        let topic = &stub.request.topic;
        ("stub", &stub.path, &stub.page_language, topic)
    });
    let all: Vec<_> = posts.chain(stubs).collect();
    let is_new = |stub: &&Stub| new.contains(&stub.file);
    let told = survey.stubs.iter().filter(is_new).filter_map(|stub| {
        let topic = normalize(&stub.request.topic.to_lowercase());
        let (what, path, ..) = all.iter().find(|(_, path, language, other)| {
            **path != stub.path
                && **language == stub.page_language
                && normalize(&other.to_lowercase()) == topic
        })?;
        Some(format!(
            "warning: {}: the {what} {} has the same topic; say in one of them what only it is to have, or `generate` may skip one",
            escape(stub.path.as_str()),
            escape(path.as_str())
        ))
    });
    told.collect()
}

/// All topics that the command line means.
fn entries(arguments: &cli::New, environment: &mut Environment) -> anyhow::Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = arguments
        .topics
        .iter()
        .map(|topic| Entry::about(topic))
        .collect();
    if let Some(file) = &arguments.from {
        let (text, name) = if file.as_os_str() == "-" {
            (read_input(environment)?, "standard input".to_owned())
        } else {
            let text = disk::read_text(&environment.cwd.join(file), LIST_LIMIT)?;
            (text, escape(&file.to_string_lossy()).into_owned())
        };
        entries.extend(list::read(&text).context(name)?);
    }
    if entries.is_empty() {
        bail!(
            "there is no topic in what was given; write one a line, or CSV with a header that has a column `topic`"
        );
    }
    Ok(entries)
}

fn read_input(environment: &mut Environment) -> anyhow::Result<String> {
    if environment.stdin_is_terminal {
        environment.note("Write a topic a line, then press Ctrl-D:");
    }
    let mut bytes = Vec::new();
    environment
        .stdin
        .by_ref()
        .take(LIST_LIMIT + 1)
        .read_to_end(&mut bytes)
        .context("standard input")?;
    if bytes.len() as u64 > LIST_LIMIT {
        bail!(
            "standard input is larger than {} MiB",
            LIST_LIMIT / 1024 / 1024
        );
    }
    String::from_utf8(bytes).context("standard input is not UTF-8")
}

fn twice(first: &Entry, second: &Entry, path: &SitePath) -> String {
    let path = escape(path.as_str());
    if first.topic == second.topic {
        return format!(
            "the topic `{}` is given twice (both would be {path}), so nothing was written; leave one of them out",
            escape(&first.topic)
        );
    }
    format!(
        "the topics `{}` and `{}` would both be {path}, so nothing was written; give one of them a slug of its own in a CSV file with --from",
        escape(&first.topic),
        escape(&second.topic)
    )
}

/// What to say of a folder that the generator takes for no section.
fn missing_section(index: &Path, site: &Site) -> String {
    let path = SitePath::from_path(&site.root, index);
    let folder = index
        .parent()
        .and_then(Path::file_name)
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let table = Table::from_iter([("title".to_owned(), Value::String(capitalised(&folder)))]);
    let title = front_matter::render(Format::Toml, &table);
    let lines: Vec<String> = site
        .generator
        .section_page()
        .map(|rest| title.trim_end().replace("\n+++", &format!("\n{rest}\n+++")))
        .unwrap_or_default()
        .lines()
        .map(|line| escape(line).into_owned())
        .collect();
    format!(
        "There is no {} yet, so no list of {} has the pages of this folder. To make it a section, write there:\n\n{}\n",
        escape(path.as_str()),
        site.generator.title(),
        lines.join("\n")
    )
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map(|first| first.to_uppercase().chain(characters).collect())
        .unwrap_or_default()
}

fn render(entry: &Entry, site: &Site) -> String {
    let string = |text: &str| Value::String(text.to_owned());
    let mut table = Table::new();
    table.insert("topic".to_owned(), string(&entry.topic));
    table.insert("draft".to_owned(), Value::Boolean(true));
    let mut options = Table::new();
    let texts = [
        ("audience", &entry.audience),
        ("tone", &entry.tone),
        ("language", &entry.language),
    ];
    for (key, value) in texts {
        if let Some(value) = value {
            options.insert(key.to_owned(), string(value));
        }
    }
    for (key, list) in [("keywords", &entry.keywords), ("context", &entry.context)] {
        if !list.is_empty() {
            let list = list.iter().map(|item| string(item)).collect();
            options.insert(key.to_owned(), Value::Array(list));
        }
    }
    if let Some(words) = entry.words {
        options.insert("words".to_owned(), Value::Integer(words.into()));
    }
    if !options.is_empty() {
        let mut value = Value::Table(options);
        for key in site.generator.options_path().iter().skip(1).rev() {
            value = Value::Table(Table::from_iter([((*key).to_owned(), value)]));
        }
        table.insert(site.generator.options_path()[0].to_owned(), value);
    }
    let mut text = front_matter::render(Format::Toml, &table);
    if let Some(brief) = &entry.brief {
        text.push_str(&format!("\n{}\n", brief.trim()));
    }
    text
}
