//! `new`: one stub a topic. Everything is checked before the first file is written.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::workspace::Workspace;
use super::{Context, Environment, Status};
use crate::cli;
use crate::config::Flags;
use crate::content::Page;
use crate::disk::{self, Expect};
use crate::front_matter::{self, Format, Table, Value};
use crate::site::{ContentRoot, Site, SitePath};
use crate::text::{escape, nearest};

/// A list of topics is smaller than this, in bytes.
const LIST_LIMIT: u64 = 8 * 1024 * 1024;
/// A slug made from a topic has at most this many characters.
const SLUG_LENGTH: usize = 80;
/// The columns that a CSV file may have.
const COLUMNS: [&str; 9] = [
    "topic", "section", "slug", "brief", "audience", "tone", "keywords", "words", "language",
];

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
}

pub(super) fn run(
    arguments: &cli::New,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let workspace = Workspace::open(context, environment, Flags::default())?;
    let mut entries: Vec<Entry> = arguments
        .topics
        .iter()
        .map(|topic| Entry {
            topic: topic.trim().to_owned(),
            ..Entry::default()
        })
        .collect();
    if let Some(file) = &arguments.from {
        entries.extend(
            read_list(&environment.cwd.join(file))
                .with_context(|| escape(&file.to_string_lossy()).into_owned())?,
        );
    }
    if entries.is_empty() {
        bail!(
            "there is no topic in what was given; write one a line, or CSV with a header that has a column `topic`"
        );
    }
    let pages = workspace.walk().pages;
    let mut stubs = Vec::new();
    let mut taken = BTreeSet::new();
    for entry in &entries {
        let file = place(entry, arguments.section.as_deref(), &workspace.site, &pages)?;
        if disk::exists(&file) || !taken.insert(file.clone()) {
            let path = SitePath::from_path(&workspace.site.root, &file);
            bail!(
                "{} exists already, so nothing was written; give another topic, or a slug of its own in a CSV file with --from",
                escape(path.as_str())
            );
        }
        stubs.push((file, render(entry, &workspace.site)));
    }
    for (file, text) in &stubs {
        if let Some(folder) = file.parent() {
            workspace.root.make_dir(folder)?;
        }
        workspace
            .root
            .write_atomic(file, text.as_bytes(), Expect::Absent)?;
        let path = SitePath::from_path(&workspace.site.root, file);
        environment.print(&format!("{}\n", escape(path.as_str())));
    }
    if !context.global.quiet {
        environment.note("Write notes for the model below the front matter if you like; then run `postwright generate`.");
    }
    Ok(Status::Success)
}

/// Topics from a file: CSV where its first line is a header with the column `topic`, else one a line.
fn read_list(file: &Path) -> anyhow::Result<Vec<Entry>> {
    let text = disk::read_text(file, LIST_LIMIT)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let header = text.lines().next().unwrap_or_default();
    let is_table = header.split(',').any(|column| {
        column
            .trim()
            .trim_matches('"')
            .eq_ignore_ascii_case("topic")
    });
    if is_table {
        return read_table(text);
    }
    Ok(text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| Entry {
            topic: line.to_owned(),
            ..Entry::default()
        })
        .collect())
}

fn read_table(text: &str) -> anyhow::Result<Vec<Entry>> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let columns: Vec<String> = reader.headers()?.iter().map(str::to_lowercase).collect();
    for column in &columns {
        if !COLUMNS.contains(&column.as_str()) {
            let hint = nearest(column, COLUMNS).map_or_else(|| COLUMNS.join(", "), str::to_owned);
            bail!(
                "line 1: unknown column `{}`; did you mean {hint}?",
                escape(column)
            );
        }
    }
    let mut entries = Vec::new();
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let mut entry = Entry::default();
        for (column, value) in columns
            .iter()
            .zip(record.iter())
            .filter(|(_, value)| !value.is_empty())
        {
            set(&mut entry, column, value).with_context(|| format!("line {line}"))?;
        }
        if entry.topic.is_empty() {
            bail!("line {line}: there is no topic");
        }
        entries.push(entry);
    }
    Ok(entries)
}

fn set(entry: &mut Entry, column: &str, value: &str) -> anyhow::Result<()> {
    let text = || Some(value.to_owned());
    match column {
        "topic" => value.clone_into(&mut entry.topic),
        "section" => entry.section = text(),
        "slug" => entry.slug = text(),
        "brief" => entry.brief = text(),
        "audience" => entry.audience = text(),
        "tone" => entry.tone = text(),
        "language" => entry.language = text(),
        "keywords" => {
            entry.keywords = value
                .split(';')
                .map(str::trim)
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect();
        }
        "words" => {
            let words = value.parse().ok().filter(|words| *words > 0);
            entry.words = Some(
                words
                    .with_context(|| format!("`words` takes a number, not `{}`", escape(value)))?,
            );
        }
        _ => {}
    }
    Ok(())
}

/// Where a stub goes.
fn place(
    entry: &Entry,
    section: Option<&str>,
    site: &Site,
    pages: &[Page],
) -> anyhow::Result<PathBuf> {
    let language = entry.language.as_deref().unwrap_or(&site.default_language);
    let (root, by_name) = content_root(site, language).with_context(|| {
        format!(
            "the site has no content folder that can be written to for the language `{}`",
            escape(language)
        )
    })?;
    let slug = slug(entry)?;
    let section = match entry.section.as_deref().or(section) {
        Some(section) => checked_section(section)?,
        None => only_section(root, site, pages),
    };
    let name = if by_name {
        format!("{slug}.{language}.md")
    } else {
        format!("{slug}.md")
    };
    Ok(root.dir.join(section).join(name))
}

/// The content root for a language, and whether the file name has to tell the language.
fn content_root<'a>(site: &'a Site, language: &str) -> Option<(&'a ContentRoot, bool)> {
    let mut roots = site.roots.iter().filter(|root| root.writable);
    let own = roots
        .clone()
        .find(|root| root.language.as_deref() == Some(language));
    if let Some(root) = own {
        return Some((root, false));
    }
    let known = site.languages.iter().any(|known| known == language);
    let root = roots.find(|root| {
        root.language.is_none() || root.language.as_deref() == Some(&site.default_language)
    })?;
    Some((root, known && language != site.default_language))
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
    // Names that Windows keeps for devices cannot be checked out there.
    let reserved = ["con", "prn", "aux", "nul"].contains(&slug.as_str())
        || (slug.len() == 4
            && (slug.starts_with("com") || slug.starts_with("lpt"))
            && slug.ends_with(|c: char| c.is_ascii_digit()));
    Ok(if reserved {
        format!("{slug}-post")
    } else {
        slug
    })
}

fn checked_section(section: &str) -> anyhow::Result<String> {
    let section = section.trim_matches('/');
    let sound = section.split('/').all(|part| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.contains(['\\', ':', '\0'])
            && part.trim() == part
    });
    if !sound && !section.is_empty() {
        bail!(
            "`{}` is no section; give a folder below the content folder, for example `posts`",
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
    if !entry.keywords.is_empty() {
        options.insert(
            "keywords".to_owned(),
            Value::Array(entry.keywords.iter().map(|word| string(word)).collect()),
        );
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
        assert_eq!(slug_of("con").as_deref(), Some("con-post"));
        assert_eq!(slug_of("???"), None);
        let long = slug_of(&"word ".repeat(40)).expect("slug");
        assert!(long.len() <= SLUG_LENGTH && !long.ends_with('-'), "{long}");
    }

    #[test]
    fn a_table_is_read_by_its_header() {
        let entries = read_table("Topic,keywords,words\n\"A, b\",x; y,900\n").expect("table");
        assert_eq!(entries[0].topic, "A, b");
        assert_eq!(entries[0].keywords, ["x", "y"]);
        assert_eq!(entries[0].words, Some(900));
        let error = |text: &str| format!("{:#}", read_table(text).unwrap_err());
        assert_eq!(
            error("topic,audiense\nA,b\n"),
            "line 1: unknown column `audiense`; did you mean audience?"
        );
        assert_eq!(
            error("topic,words\nA,many\n"),
            "line 2: `words` takes a number, not `many`"
        );
    }

    #[test]
    fn a_section_stays_below_the_content_folder() {
        assert_eq!(
            checked_section("docs/guides/").expect("section"),
            "docs/guides"
        );
        for section in ["..", "a/../b", "/etc/..", "a//b", ".git", "C:\\x"] {
            assert!(checked_section(section).is_err(), "{section}");
        }
    }
}
