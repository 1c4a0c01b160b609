//! `postwright.toml`, the user's configuration and flags → [`Config`], every default filled in.
//!
//! Two files have the same keys, with one difference that matters: only the user's may say where requests go and which
//! key they get (`[provider.NAME]`). A project's file that tries is an error, without exception, since whoever can
//! change a repository could otherwise send the user's key elsewhere.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

pub use self::ignored::Ignored;
use crate::site::{SitePath, Version};

mod ignored;
mod keys;
mod raw;
mod resolve;
mod rules;

pub use raw::{
    RawCheck, RawConfig, RawLanguage, RawModel, RawPost, RawPrice, RawPrompt, RawProvider, RawRule,
};
pub use resolve::resolve;

/// The 60 built-in categories, one a line.
const BUILT_IN_CATEGORIES: &str = include_str!("../templates/categories.txt");

/// The name of the project's file, at the site's root.
pub const FILE_NAME: &str = "postwright.toml";

/// What flags and their variables say; they win over both files.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--model PROVIDER/NAME`.
    pub model: Option<String>,
    /// `--jobs N`.
    pub jobs: Option<u16>,
    /// `--max-cost USD`.
    pub max_cost: Option<f64>,
}

/// The configuration, every default filled in.
#[derive(Debug, Clone)]
pub struct Config {
    /// The generator's name, where the author chose it.
    pub generator: Option<String>,
    /// The generator's version, where the author says it.
    pub generator_version: Option<Version>,
    /// The language of posts, where the author says it.
    pub language: Option<String>,
    /// The categories a post may have, unless its language has its own.
    pub categories: Vec<String>,
    /// The categories by language.
    pub language_categories: IndexMap<String, Vec<String>>,
    /// Whether the author says which categories there are.
    pub names_categories: bool,
    /// By language, the categories that a prompt lists where those that a post may have are more.
    pub offered_categories: IndexMap<String, Vec<String>>,
    /// About the posts.
    pub post: Post,
    /// About the model.
    pub model: Model,
    /// The site's own system template: a path below the root.
    pub system_template: Option<String>,
    /// The site's own user template: a path below the root.
    pub user_template: Option<String>,
    /// Rules to run; empty for all.
    pub select: Vec<String>,
    /// Rules not to run.
    pub ignore: Vec<String>,
    /// Severities that the site sets, by rule: `error`, `warning`, `info` or `off`.
    pub severities: IndexMap<String, String>,
    /// Where rules are silent, by glob.
    pub ignored: Vec<Ignored>,
    /// Providers of the user's own.
    pub providers: IndexMap<String, RawProvider>,
    /// What models cost by the user's word, by `PROVIDER/MODEL`.
    pub prices: IndexMap<String, RawPrice>,
}

/// About the posts.
#[derive(Debug, Clone)]
pub struct Post {
    /// The value of `draft` for posts whose stub is silent.
    pub draft: Option<bool>,
    /// A post with fewer words is an error.
    pub min_words: Option<usize>,
    /// The authors of posts whose stub names none.
    pub authors: Vec<String>,
    /// The longest title that is not remarked on, in characters, where the site says it.
    pub title_length: Option<usize>,
    /// The longest description that is not remarked on, in characters, where the site says it.
    pub description_length: Option<usize>,
}

impl Post {
    /// The longest title, in characters, where the site does not say it: about what a search result has room for.
    pub const TITLE_LENGTH: usize = 60;
    /// The longest description, in characters, where the site does not say it: about what a search result has room for.
    pub const DESCRIPTION_LENGTH: usize = 160;
}

/// About the model and the requests to it.
#[derive(Debug, Clone)]
pub struct Model {
    /// `PROVIDER/NAME`, `PROVIDER` alone, or nothing.
    pub choice: Option<String>,
    /// Sampling temperature.
    pub temperature: Option<f64>,
    /// The most tokens a reply may have.
    pub max_output_tokens: Option<u32>,
    /// How many requests may be under way at once.
    pub jobs: u16,
    /// The most requests in a minute.
    pub requests_per_minute: Option<u32>,
    /// The most tokens in a minute.
    pub tokens_per_minute: Option<u32>,
    /// How often one stub may be asked for where failed requests surely cost nothing.
    pub max_attempts: u32,
    /// How many requests for one stub may have been paid for.
    pub max_paid_attempts: u32,
    /// The most a run may cost, in US dollars: what the flag says, else the lower one of both files.
    pub max_cost: Option<f64>,
    /// Whether the user has set a cap. One that only the project's file sets is a limit, and no leave to spend so much.
    pub max_cost_is_the_users: bool,
    /// Seconds until a connection must stand.
    pub connect_timeout: f64,
    /// Seconds until the first piece of the reply.
    pub first_event_timeout: f64,
    /// Seconds between two pieces of the reply.
    pub idle_timeout: f64,
    /// Seconds for the whole request.
    pub total_timeout: f64,
    /// The longest wait that a server may ask for, in seconds.
    pub max_wait: f64,
}

/// What is wrong with a configuration: user errors all.
#[derive(Debug, thiserror::Error)]
#[error("{file}{}: {message}", line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct ConfigError {
    /// The file, as it is to be shown.
    pub file: String,
    /// The line, from 1.
    pub line: Option<usize>,
    /// What is wrong and what to do.
    pub message: String,
}

/// The own name of the rule that is called by this name or alias, or what to say of a name that no rule has.
pub type RuleName = fn(&str) -> Result<&'static str, String>;

/// Who wrote a file, and so what it may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// The project: anybody who can change the repository.
    Project,
    /// The user, in the user's own configuration.
    User,
}

/// Reads one file's text.
///
/// # Errors
/// Names the file, the line, the key and the nearest known one.
pub fn parse(
    text: &str,
    file: &str,
    author: Author,
    rule_name: RuleName,
) -> Result<RawConfig, ConfigError> {
    let error = |line: Option<usize>, message: String| ConfigError {
        file: file.to_owned(),
        line,
        message,
    };
    let document = toml_edit::Document::parse(text).map_err(|e| {
        let line = e.span().map(|span| line_of(text, span.start));
        error(line, e.message().to_owned())
    })?;
    if author == Author::Project
        && let Some((line, message)) = keys::foreign(&document, text)
    {
        return Err(error(Some(line), message));
    }
    if let Some((line, message)) = keys::unknown(&document, text) {
        return Err(error(Some(line), message));
    }
    if let Some((line, message)) = rules::unknown(&document, text, rule_name) {
        return Err(error(Some(line), message));
    }
    let mut raw: RawConfig = toml::from_str(text).map_err(|e| {
        let line = e.span().map(|span| line_of(text, span.start));
        error(line, in_words(e.message()))
    })?;
    for (name, rule) in &mut raw.check.rules {
        rule.rule = rule_name(name).ok();
    }
    if let Some((line, message)) = ignored::twice(&raw.check, &document, text) {
        return Err(error(Some(line), message));
    }
    if author == Author::Project {
        ignored::locate(&mut raw.check, &document);
    }
    Ok(raw)
}

/// What the parser says of a value, without the names of this program's types.
fn in_words(message: &str) -> String {
    let Some((found, expected)) = message.trim_end().rsplit_once(", expected ") else {
        return message.to_owned();
    };
    let expected = match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, not negative",
        "f64" => "a number",
        "a boolean" => "true or false",
        "a string" => "text in quotes",
        "a sequence" => "a list, as in [\"one\", \"two\"]",
        other if other.starts_with("struct ") || other == "a map" => "a table",
        other => other,
    };
    format!("{found}, expected {expected}")
}

fn line_of(text: &str, byte: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(byte)
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

impl Config {
    /// The categories that a post in `language` may have.
    pub fn categories(&self, language: &str) -> &[String] {
        self.language_categories
            .get(language)
            .unwrap_or(&self.categories)
    }

    /// The categories that a prompt for a post in `language` lists.
    pub fn offered_categories(&self, language: &str) -> &[String] {
        self.offered_categories
            .get(language)
            .map_or_else(|| self.categories(language), Vec::as_slice)
    }

    /// Takes the categories that the site's pages in `language` have, each with the number of its pages, unless the author
    /// names some. They come before the built-in ones. Where three or more are of the site's own making, it has a system
    /// of its own: then prompts list what it uses, the 60 most used at most, and nothing else.
    pub fn adopt_categories(&mut self, language: &str, used: BTreeMap<String, usize>) {
        if self.names_categories || self.language_categories.contains_key(language) {
            return;
        }
        let own = used.keys().filter(|name| !self.categories.contains(name));
        if own.count() >= 3 {
            let mut most: Vec<(&String, usize)> = used.iter().map(|(name, n)| (name, *n)).collect();
            most.sort_by_key(|(_, pages)| Reverse(*pages));
            let mut offered: Vec<String> = most.iter().map(|(name, _)| (*name).clone()).collect();
            offered.truncate(60);
            offered.sort();
            self.offered_categories.insert(language.to_owned(), offered);
        }
        let folded: BTreeSet<String> = used.keys().map(|name| name.to_lowercase()).collect();
        let mut all: Vec<String> = used.into_keys().collect();
        let others = self.categories.iter();
        all.extend(
            others
                .filter(|name| !folded.contains(&name.to_lowercase()))
                .cloned(),
        );
        self.language_categories.insert(language.to_owned(), all);
    }
}

/// The 60 built-in categories.
pub fn built_in_categories() -> Vec<String> {
    BUILT_IN_CATEGORIES
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(str::to_owned)
        .collect()
}

/// The JSON Schema of `postwright.toml`.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(RawConfig)
}

/// Where the project's file is, seen from the site's root.
pub fn site_path() -> SitePath {
    SitePath::new(FILE_NAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(text: &str) -> Result<RawConfig, String> {
        parse(text, FILE_NAME, Author::Project, |_| Ok("bare-url")).map_err(|e| e.to_string())
    }

    /// The schema in the repository is the one that the types give. `SNAPSHOTS=overwrite` writes it anew.
    #[test]
    fn the_schema_is_up_to_date() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/templates/postwright.schema.json"
        );
        let text = serde_json::to_string_pretty(&schema()).expect("JSON") + "\n";
        if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
            std::fs::write(path, &text).expect("written");
        }
        assert_eq!(std::fs::read_to_string(path).expect("read"), text);
    }

    #[test]
    fn sixty_categories_are_built_in() {
        assert_eq!(built_in_categories().len(), 60);
    }

    #[test]
    fn unknown_keys_name_the_nearest() {
        let message = project("language = \"en\"\n[modle]\nname = \"x\"\n").unwrap_err();
        assert_eq!(
            message,
            "postwright.toml:2: unknown key `modle`; did you mean `model`?"
        );
        let message = project("[model]\ntemprature = 1.0\n").unwrap_err();
        assert_eq!(
            message,
            "postwright.toml:2: unknown key `model.temprature`; did you mean `model.temperature`?"
        );
        assert!(project("[check.bare-url]\nseverity = \"off\"\n").is_ok());
        assert!(project("[languages.fr]\ncategories = [\"a\"]\n").is_ok());
    }

    #[test]
    fn a_project_never_says_where_requests_go() {
        for text in [
            "[provider.openai]\nprotocol = \"openai-chat\"\nurl = \"https://evil.example\"\n",
            "provider.x.url = \"https://evil.example\"\n",
            "[model]\nurl = \"https://evil.example\"\n",
            "[model]\nbase_url = \"https://evil.example\"\n",
            "[model]\nkey_env = \"HOME\"\n",
            "[model]\ncommand = \"sh\"\n",
            "[model.headers]\na = \"b\"\n",
        ] {
            let message = project(text).unwrap_err();
            assert!(message.contains("user's configuration"), "{message}");
        }
        assert!(
            parse(
                "[provider.x]\nprotocol = \"openai-chat\"\nurl = \"http://127.0.0.1:1\"\n",
                "config.toml",
                Author::User,
                |_| Ok("bare-url")
            )
            .is_ok()
        );
    }
}
