//! `postwright.toml`, the user's configuration and flags → [`Config`], every default filled in.
//!
//! Two files have the same keys, with one difference that matters: only the user's may say where requests go and which
//! key they get (`[provider.NAME]`). A project's file that tries is an error, without exception, since whoever can
//! change a repository could otherwise send the user's key elsewhere.

use indexmap::IndexMap;

pub use self::ignored::Ignored;
use self::ignored::merge;
use crate::site::{SitePath, Version};

mod ignored;
mod keys;
mod raw;
mod rules;

pub use raw::{
    RawCheck, RawConfig, RawLanguage, RawModel, RawPost, RawPrice, RawPrompt, RawProvider, RawRule,
};

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
        error(line, e.message().to_owned())
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

fn line_of(text: &str, byte: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(byte)
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

/// The configuration of a run: flags over the project's file over the user's over defaults.
///
/// # Errors
/// A value that makes no sense, such as a version that is none.
pub fn resolve(project: RawConfig, user: RawConfig, flags: Flags) -> Result<Config, ConfigError> {
    let invalid = |message: String| ConfigError {
        file: FILE_NAME.to_owned(),
        line: None,
        message,
    };
    let generator_version = project
        .generator_version
        .or(user.generator_version)
        .map(|text| {
            Version::find(&text).ok_or_else(|| {
                invalid(format!(
                    "`generator_version = \"{text}\"` is no version; write for example \"0.22.0\""
                ))
            })
        })
        .transpose()?;
    let mut language_categories = IndexMap::new();
    for (language, raw) in user.languages.into_iter().chain(project.languages) {
        if let Some(categories) = raw.categories {
            language_categories.insert(language, categories);
        }
    }
    let ignored = merge(&user.check, &project.check);
    let mut severities = IndexMap::new();
    for (rule, raw) in user.check.rules.into_iter().chain(project.check.rules) {
        if let Some(severity) = raw.severity {
            severities.insert(rule, severity);
        }
    }
    Ok(Config {
        generator: project.generator.or(user.generator),
        generator_version,
        language: project.language.or(user.language),
        categories: project
            .categories
            .or(user.categories)
            .unwrap_or_else(built_in_categories),
        language_categories,
        post: resolve_post(project.post, user.post),
        model: resolve_model(project.model, user.model, flags).map_err(invalid)?,
        system_template: project.prompt.system.or(user.prompt.system),
        user_template: project.prompt.user.or(user.prompt.user),
        select: project
            .check
            .select
            .or(user.check.select)
            .unwrap_or_default(),
        ignore: project
            .check
            .ignore
            .or(user.check.ignore)
            .unwrap_or_default(),
        severities,
        ignored,
        providers: user.provider,
        prices: check_prices(user.price)?,
    })
}

fn resolve_post(project: RawPost, user: RawPost) -> Post {
    let RawPost {
        draft,
        min_words,
        authors,
        title_length,
        description_length,
    } = project;
    Post {
        draft: draft.or(user.draft),
        min_words: min_words.or(user.min_words),
        authors: authors.or(user.authors).unwrap_or_default(),
        title_length: title_length.or(user.title_length),
        description_length: description_length.or(user.description_length),
    }
}

fn resolve_model(project: RawModel, user: RawModel, flags: Flags) -> Result<Model, String> {
    let choice = flags
        .model
        .or_else(|| join(&project))
        .or_else(|| join(&user));
    let model = Model {
        choice,
        temperature: project.temperature.or(user.temperature),
        max_output_tokens: project.max_output_tokens.or(user.max_output_tokens),
        jobs: flags.jobs.or(project.jobs).or(user.jobs).unwrap_or(4),
        requests_per_minute: project.requests_per_minute.or(user.requests_per_minute),
        tokens_per_minute: project.tokens_per_minute.or(user.tokens_per_minute),
        max_attempts: project.max_attempts.or(user.max_attempts).unwrap_or(5),
        max_paid_attempts: project
            .max_paid_attempts
            .or(user.max_paid_attempts)
            .unwrap_or(2),
        // Whoever can change the project's file must not be able to spend more than its user would.
        max_cost: flags
            .max_cost
            .or_else(|| least(project.max_cost, user.max_cost)),
        max_cost_is_the_users: flags.max_cost.or(user.max_cost).is_some(),
        connect_timeout: project
            .connect_timeout
            .or(user.connect_timeout)
            .unwrap_or(10.0),
        first_event_timeout: project
            .first_event_timeout
            .or(user.first_event_timeout)
            .unwrap_or(120.0),
        idle_timeout: project.idle_timeout.or(user.idle_timeout).unwrap_or(60.0),
        total_timeout: project
            .total_timeout
            .or(user.total_timeout)
            .unwrap_or(900.0),
        max_wait: project.max_wait.or(user.max_wait).unwrap_or(120.0),
    };
    check_model(&model)?;
    Ok(model)
}

fn check_prices(
    prices: IndexMap<String, RawPrice>,
) -> Result<IndexMap<String, RawPrice>, ConfigError> {
    for (model, price) in &prices {
        let invalid = |message: &str| ConfigError {
            file: "the user's configuration".to_owned(),
            line: None,
            message: format!("`[price.\"{}\"]`: {message}", crate::text::escape(model)),
        };
        if !model
            .split_once('/')
            .is_some_and(|(provider, model)| !provider.is_empty() && !model.is_empty())
        {
            return Err(invalid(
                "name the model as in `--model`, with its provider: \"PROVIDER/MODEL\"",
            ));
        }
        let cached = price.cached_input.unwrap_or(price.input);
        let is_price = |dollars: f64| (0.0..=100_000.0).contains(&dollars);
        if !(is_price(price.input) && is_price(price.output) && is_price(cached)) {
            return Err(invalid(
                "a price is an amount of US dollars per million tokens, from 0 to 100000",
            ));
        }
        if cached > price.input {
            return Err(invalid("`cached_input` is more than `input`"));
        }
        if price.context == Some(0) || price.max_output == Some(0) {
            return Err(invalid("`context` and `max_output` must be at least 1"));
        }
    }
    Ok(prices)
}

fn least(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    match (one, other) {
        (Some(one), Some(other)) if one.is_nan() || other.is_nan() => Some(f64::NAN),
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn join(raw: &RawModel) -> Option<String> {
    match (&raw.provider, &raw.name) {
        (Some(provider), Some(name)) => Some(format!("{provider}/{name}")),
        (Some(provider), None) => Some(provider.clone()),
        (None, Some(name)) => Some(name.clone()),
        (None, None) => None,
    }
}

fn check_model(model: &Model) -> Result<(), String> {
    let seconds = [
        ("connect_timeout", model.connect_timeout),
        ("first_event_timeout", model.first_event_timeout),
        ("idle_timeout", model.idle_timeout),
        ("total_timeout", model.total_timeout),
        ("max_wait", model.max_wait),
    ];
    for (key, value) in seconds {
        if !(0.001..=86_400.0).contains(&value) {
            return Err(format!(
                "`[model] {key}` takes seconds from 0.001 to 86400, not {value}"
            ));
        }
    }
    if model.jobs == 0 || model.jobs > 256 {
        return Err(format!(
            "`[model] jobs` takes a number from 1 to 256, not {}",
            model.jobs
        ));
    }
    if model.max_attempts == 0 || model.max_paid_attempts == 0 {
        return Err("`[model] max_attempts` and `max_paid_attempts` must be at least 1".to_owned());
    }
    if let Some(cost) = model.max_cost
        && !(cost.is_finite() && cost >= 0.0)
    {
        return Err(format!("a cap takes an amount of US dollars, not {cost}"));
    }
    Ok(())
}

impl Config {
    /// The categories that a post in `language` may have.
    pub fn categories(&self, language: &str) -> &[String] {
        self.language_categories
            .get(language)
            .unwrap_or(&self.categories)
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

    fn user(text: &str) -> Result<Config, String> {
        let raw = parse(text, "config.toml", Author::User, |_| Err(String::new()))
            .map_err(|e| e.to_string())?;
        resolve(RawConfig::default(), raw, Flags::default()).map_err(|e| e.to_string())
    }

    #[test]
    fn prices_are_the_users_to_say() {
        let text = "[price.\"openai/gpt-x*\"]\ninput = 1.5\noutput = 2\nmax_output = 8000\n";
        let config = user(text).expect("a configuration");
        let price = &config.prices["openai/gpt-x*"];
        assert!((price.input - 1.5).abs() < 1e-9 && (price.output - 2.0).abs() < 1e-9);
        assert_eq!(price.max_output, Some(8_000));
        let message = project(&format!("language = \"en\"\n{text}")).unwrap_err();
        assert!(
            message.starts_with("postwright.toml:2: `price` says what models cost"),
            "{message}"
        );
    }

    #[test]
    fn prices_that_make_no_sense_are_refused() {
        for (text, part) in [
            (
                "[price.gpt-x]\ninput = 1.0\noutput = 2.0\n",
                "\"PROVIDER/MODEL\"",
            ),
            ("[price.\"a/b\"]\ninput = -1.0\noutput = 2.0\n", "from 0"),
            ("[price.\"a/b\"]\ninput = 1.0\noutput = nan\n", "from 0"),
            (
                "[price.\"a/b\"]\ninput = 1.0\ncached_input = 2.0\noutput = 2.0\n",
                "more than",
            ),
            (
                "[price.\"a/b\"]\ninput = 1.0\noutput = 2.0\nmax_output = 0\n",
                "at least 1",
            ),
            ("[price.\"a/b\"]\ninput = 1.0\n", "output"),
            (
                "[price.\"a/b\"]\ninptu = 1.0\noutput = 2.0\n",
                "did you mean `price.a/b.input`",
            ),
        ] {
            let message = user(text).unwrap_err();
            assert!(message.contains(part), "{text}: {message}");
        }
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

    #[test]
    fn flags_win_over_the_project_and_the_project_over_the_user() {
        let user = parse(
            "[model]\njobs = 2\nprovider = \"a\"\nname = \"b/c\"\nmax_wait = 5\n",
            "u",
            Author::User,
            |_| Ok("bare-url"),
        )
        .expect("user");
        let project = project("[model]\njobs = 3\n").expect("project");
        let config = resolve(project.clone(), user.clone(), Flags::default()).expect("config");
        assert_eq!(
            (config.model.jobs, config.model.choice.as_deref()),
            (3, Some("a/b/c"))
        );
        let flags = Flags {
            jobs: Some(8),
            model: Some("x/y".into()),
            max_cost: None,
        };
        let config = resolve(project, user, flags).expect("config");
        assert_eq!(
            (config.model.jobs, config.model.choice.as_deref()),
            (8, Some("x/y"))
        );
    }

    #[test]
    fn a_project_can_lower_the_cap_and_not_raise_it() {
        let raw = |cap: &str| project(&format!("[model]\n{cap}\n")).expect("syntax");
        for (project, user, flag, cap, is_the_users) in [
            ("max_cost = 2", "max_cost = 5", None, Some(2.0), true),
            ("max_cost = 500", "max_cost = 5", None, Some(5.0), true),
            ("max_cost = 500", "", None, Some(500.0), false),
            ("", "max_cost = 5", None, Some(5.0), true),
            ("max_cost = 2", "max_cost = 5", Some(9.0), Some(9.0), true),
            ("", "", None, None, false),
        ] {
            let flags = Flags {
                max_cost: flag,
                ..Flags::default()
            };
            let model = resolve(raw(project), raw(user), flags)
                .expect("config")
                .model;
            assert_eq!(
                (model.max_cost, model.max_cost_is_the_users),
                (cap, is_the_users)
            );
        }
    }

    #[test]
    fn values_that_make_no_sense_are_refused() {
        for text in [
            "[model]\njobs = 0\n",
            "[model]\nmax_wait = -1.0\n",
            "generator_version = \"new\"\n",
            "[model]\nmax_cost = nan\n",
        ] {
            assert!(
                resolve(
                    project(text).expect("syntax"),
                    RawConfig::default(),
                    Flags::default()
                )
                .is_err(),
                "{text}"
            );
        }
    }
}
