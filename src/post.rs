//! Article + stub + site → post.
//!
//! The post is the stub's own page with as little changed as possible: the line `topic` goes, the keys that the author
//! left out are filled in, the body is replaced. What the author wrote in the front matter stays where it is, as it is,
//! and wins whole over the model's value.

use jiff::civil::Date;

use crate::article::Article;
use crate::body::{self, PageLink, Surroundings};
use crate::config;
use crate::finding::{Finding, Severity};
use crate::front_matter::{self, Change, FrontMatter, FrontMatterError, Table, Value};
use crate::markdown;
use crate::site::{Site, SitePath};
use crate::stub::Provenance;

mod spelling;
mod terms;

pub use spelling::Spellings;

/// What a post is made from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The parsed reply.
    pub article: &'a Article,
    /// The stub's page as it was read.
    pub stub: &'a str,
    /// Where the post will stand.
    pub path: &'a SitePath,
    /// The language that the page's name and place give it: it decides which taxonomies there are.
    pub page_language: &'a str,
    /// The day of the record in UTC: it dates the post, never the clock.
    pub day: Date,
    /// Whether an image of this name stands beside the page, where the page's address reaches it.
    pub has_image: &'a dyn Fn(&str) -> bool,
    /// The page of the site that a destination names, if the post may link to it.
    pub page: &'a dyn Fn(&str) -> Option<PageLink>,
    /// How the site spells a tag; as it comes where it has none like it.
    pub spelling: &'a dyn Fn(&str) -> String,
    /// The date of the post that this one replaces, as it is written there.
    pub previous_date: Option<&'a str>,
}

/// A post, ready to be checked, signed and written.
#[derive(Debug, Clone)]
pub struct Post {
    /// The whole page, still without provenance.
    pub text: String,
    /// Its title: the author's, or the model's.
    pub title: String,
    /// The words of its body, without code.
    pub words: usize,
    /// What was changed or left out on the way.
    pub findings: Vec<Finding>,
    /// Taxonomies that the article has terms for and the site does not declare.
    pub undeclared: Vec<String>,
    /// Whether the body holds an escape that fits only some versions of the generator.
    pub needs_version: bool,
}

/// Makes the post.
///
/// # Errors
/// Where the stub's front matter cannot be read or changed: a user error, with its place.
pub fn convert(
    source: &Source<'_>,
    site: &Site,
    config: &config::Post,
) -> Result<Post, FrontMatterError> {
    let rules = site.generator.split_rules();
    let split = front_matter::split(source.stub, rules)?
        .ok_or_else(|| FrontMatterError::missing(source.stub))?;
    let front = FrontMatter::parse(source.stub, &split)?;
    let keys = Keys {
        site,
        front: &front,
    };

    let title = keys
        .text("title")
        .unwrap_or(&source.article.title)
        .to_owned();
    let converted = body::convert(
        &source.article.body,
        &title,
        &site.dialect(),
        Surroundings {
            heading_id: &|text| site.heading_id(text),
            has_image: source.has_image,
            page: source.page,
        },
    );
    let words = markdown::word_count(&converted.body);

    let mut changes = keys.plain(source, config);
    let terms = keys.terms(source, &mut changes);
    let page = front_matter::edit(source.stub, rules, &changes)?;
    let text = replace_body(&page, rules, &converted.body)?;

    let left_out = terms
        .left_out
        .iter()
        .map(|left_out| left_out.finding(source.path, site));
    let findings = converted
        .notes
        .into_iter()
        .map(|note| {
            let mut finding = Finding::new(note.rule, note.severity, source.path, note.message);
            finding.help = note.help;
            finding
        })
        .chain(left_out)
        .collect();
    Ok(Post {
        text,
        title,
        words,
        findings,
        undeclared: terms.undeclared,
        needs_version: converted.needs_version,
    })
}

/// The author's keys, as the generator reads them.
struct Keys<'a> {
    site: &'a Site,
    front: &'a FrontMatter,
}

impl Keys<'_> {
    /// Whether the author wrote this key. Hugo does not tell capitals from small letters.
    fn has(&self, name: &str) -> bool {
        let ignore_case = self.site.generator.keys_ignore_case();
        self.front
            .table()
            .keys()
            .any(|key| key == name || (ignore_case && key.eq_ignore_ascii_case(name)))
    }

    fn text(&self, name: &str) -> Option<&str> {
        match self.front.get(&[name]) {
            Some(Value::String(text)) if !text.trim().is_empty() => Some(text),
            _ => None,
        }
    }

    /// The plain keys that the post needs and the author left out, `topic` taken away.
    fn plain(&self, source: &Source<'_>, config: &config::Post) -> Vec<Change> {
        let mut changes = vec![Change::Remove {
            path: vec!["topic".to_owned()],
        }];
        let mut set = |name: &str, value: Value| {
            if !self.has(name) {
                changes.push(Change::Set {
                    path: vec![name.to_owned()],
                    value,
                });
            }
        };
        set("title", Value::String(source.article.title.clone()));
        set(
            "description",
            Value::String(source.article.description.clone()),
        );
        let day = source.day.to_string();
        set(
            "date",
            Value::Date(source.previous_date.unwrap_or(&day).to_owned()),
        );
        if source
            .previous_date
            .is_some_and(|date| date.get(..10).unwrap_or(date) < day.as_str())
        {
            set(self.site.generator.updated_key(), Value::Date(day));
        }
        if let Some(draft) = config.draft {
            set("draft", Value::Boolean(draft));
        }
        if !config.authors.is_empty() {
            set("authors", strings(&config.authors));
        }
        changes
    }
}

fn strings(list: &[String]) -> Value {
    Value::Array(list.iter().cloned().map(Value::String).collect())
}

/// The page with another body, one blank line below the front matter, in the line ends of its front matter.
fn replace_body(
    page: &str,
    rules: front_matter::SplitRules,
    body: &str,
) -> Result<String, FrontMatterError> {
    let split = front_matter::split(page, rules)?.ok_or_else(|| FrontMatterError::missing(page))?;
    let block = &page[..split.block.end];
    let end = if block.contains("\r\n") { "\r\n" } else { "\n" };
    let body = if end == "\n" {
        body.to_owned()
    } else {
        body.replace('\n', end)
    };
    Ok(format!(
        "{}{end}{end}{body}",
        block.trim_end_matches(['\r', '\n'])
    ))
}

/// Puts the provenance into a post, with the hash of the page as it is without it.
///
/// # Errors
/// Where the page's front matter cannot be changed.
pub fn sign(
    page: &str,
    site: &Site,
    provenance: Provenance,
) -> Result<(String, Provenance), FrontMatterError> {
    let unsigned = add(page, site, &provenance)?;
    let written = written_hash(&unsigned, site)?;
    let provenance = Provenance {
        written,
        ..provenance
    };
    Ok((add(page, site, &provenance)?, provenance))
}

/// Puts provenance into a page as it is: after a merge, the hash in it is that of the post that the page is an edit of.
///
/// # Errors
/// Where the page's front matter cannot be changed.
pub fn stamp(page: &str, site: &Site, provenance: &Provenance) -> Result<String, FrontMatterError> {
    add(page, site, provenance)
}

/// What provenance says of the generator that a post was written for: its version only where the text depends on it.
pub fn made_for(site: &Site, needs_version: bool) -> String {
    if needs_version {
        format!("{} {}", site.generator.name(), site.version)
    } else {
        site.generator.name().to_owned()
    }
}

fn add(page: &str, site: &Site, provenance: &Provenance) -> Result<String, FrontMatterError> {
    let table = provenance.to_table();
    // What the page said before, of a post that this one is no edit of any more.
    let page = without(page, site, &|key| !table.contains_key(key))?;
    let changes: Vec<Change> = table
        .into_iter()
        .map(|(key, value)| Change::Set {
            path: provenance_path(site, &key),
            value,
        })
        .collect();
    front_matter::edit(&page, site.generator.split_rules(), &changes)
}

fn provenance_path(site: &Site, key: &str) -> Vec<String> {
    site.generator
        .options_path()
        .iter()
        .copied()
        .chain([key])
        .map(str::to_owned)
        .collect()
}

/// The hash of a post without its provenance, line ends as LF and trailing blanks ignored: it changes when a person
/// edits the post, and not when an editor trims it.
///
/// # Errors
/// Where the page's front matter cannot be read.
pub fn written_hash(page: &str, site: &Site) -> Result<String, FrontMatterError> {
    Ok(crate::stub::page_hash(&without_provenance(page, site)?))
}

/// The hashes of a post's front matter and of its body, each as [`written_hash`] takes them.
///
/// # Errors
/// Where the page's front matter cannot be read.
pub fn part_hashes(page: &str, site: &Site) -> Result<(String, String), FrontMatterError> {
    let bare = without_provenance(page, site)?;
    let split = front_matter::split(&bare, site.generator.split_rules())?
        .ok_or_else(|| FrontMatterError::missing(page))?;
    let (front, body) = bare.split_at(split.body);
    Ok((
        crate::stub::page_hash(front),
        crate::stub::page_hash(body.trim_start_matches(['\r', '\n'])),
    ))
}

/// Whether a post has the text of another, blanks at the ends of lines included: two of them break a line, and in code they
/// are content. Provenance, line ends and a byte order mark do not count.
pub fn has_text_of(page: &str, other: &str, site: &Site) -> bool {
    let text = |page: &str| {
        let bare = without_provenance(page, site).ok()?;
        Some(bare.trim_start_matches('\u{feff}').replace("\r\n", "\n"))
    };
    text(page).is_some_and(|page| text(other).is_some_and(|other| page == other))
}

/// What a page says of where it comes from; `None` where it says nothing that can be read.
pub fn provenance(page: &str, site: &Site) -> Option<Provenance> {
    let split = front_matter::split(page, site.generator.split_rules()).ok()??;
    let front = FrontMatter::parse(page, &split).ok()?;
    match front.get(site.generator.options_path()) {
        Some(Value::Table(table)) => Provenance::parse(table, "").ok(),
        _ => None,
    }
}

fn without_provenance(page: &str, site: &Site) -> Result<String, FrontMatterError> {
    without(page, site, &|_| true)
}

/// The page without these keys of its provenance.
fn without(
    page: &str,
    site: &Site,
    goes: &dyn Fn(&str) -> bool,
) -> Result<String, FrontMatterError> {
    let rules = site.generator.split_rules();
    let split = front_matter::split(page, rules)?.ok_or_else(|| FrontMatterError::missing(page))?;
    let front = FrontMatter::parse(page, &split)?;
    let options = match front.get(site.generator.options_path()) {
        Some(Value::Table(table)) => table.clone(),
        _ => Table::new(),
    };
    let changes: Vec<Change> = Provenance::KEYS
        .iter()
        .filter(|key| options.contains_key(**key) && goes(key))
        .map(|key| Change::Remove {
            path: provenance_path(site, key),
        })
        .collect();
    front_matter::edit(page, rules, &changes)
}

/// One warning for all posts of a run whose terms had to be left out, with what would let them in.
pub fn left_out_terms(site: &Site, taxonomy: &str, page_language: &str) -> Finding {
    let finding = |message: String| {
        Finding::new(
            "undeclared-taxonomy",
            Severity::Warning,
            &site.config,
            message,
        )
    };
    if site.declares(taxonomy, page_language) {
        return finding(format!(
            "the site has no templates for the pages of `{taxonomy}`, without which {} stops; so its terms were left out of the posts",
            site.generator.title()
        ))
        .help(
            "write templates/taxonomy_list.html and templates/taxonomy_single.html, or say `render = false` where the taxonomy is declared; \
             then `postwright generate --refresh --offline` fills the terms in",
        );
    }
    finding(format!("the site does not declare the taxonomy `{taxonomy}`, so its terms were left out of the posts")).help(format!(
        "{}\nthen `postwright generate --refresh --offline` fills the terms in",
        site.generator.declare_taxonomy_help(site, taxonomy, page_language)
    ))
}
