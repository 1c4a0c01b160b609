//! A configuration file as it is written: everything optional, unknown keys refused.

use std::ops::Range;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

/// A project's or a user's file as it is written: everything optional, unknown keys refused.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Configuration of Postwright")]
pub struct RawConfig {
    /// `zola` or `hugo`, where the folder does not tell.
    pub generator: Option<String>,
    /// The generator's version, for example `0.22.0`. Default: what the program on PATH says, else what the site shows, else the newest known.
    pub generator_version: Option<String>,
    /// The language of posts, where neither the stub nor the site says it.
    pub language: Option<String>,
    /// The categories a post may have. Default: the built-in list of 60.
    pub categories: Option<Vec<String>>,
    /// What differs by language.
    #[serde(default)]
    pub languages: IndexMap<String, RawLanguage>,
    /// About the posts.
    #[serde(default)]
    pub post: RawPost,
    /// About the model and the requests to it.
    #[serde(default)]
    pub model: RawModel,
    /// Prompt templates of the site's own.
    #[serde(default)]
    pub prompt: RawPrompt,
    /// About `check`.
    #[serde(default)]
    pub check: RawCheck,
    /// Providers of the user's own. Only in the user's configuration.
    #[serde(default)]
    pub provider: IndexMap<String, RawProvider>,
    /// What models cost, by `PROVIDER/MODEL`; a name that ends in `*` holds for all that begin like it. Counts more than the built-in table. Only in the user's configuration.
    #[serde(default)]
    pub price: IndexMap<String, RawPrice>,
}

/// What differs by language.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawLanguage {
    /// The categories of posts in this language.
    pub categories: Option<Vec<String>>,
}

/// About the posts.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPost {
    /// The value of `draft` for posts whose stub is silent about it.
    pub draft: Option<bool>,
    /// A post with fewer words is an error.
    pub min_words: Option<usize>,
    /// The authors of posts whose stub names none.
    pub authors: Option<Vec<String>>,
    /// The longest title that models are asked for and `check` does not warn of, in characters. Default: 60, and no more than advice on generated posts.
    pub title_length: Option<usize>,
    /// The longest description that models are asked for and `check` does not warn of, in characters. Default: 160, and no more than advice on generated posts.
    pub description_length: Option<usize>,
}

/// About the model and the requests to it. Times are in seconds, money in US dollars.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawModel {
    /// The provider's name.
    pub provider: Option<String>,
    /// The model's name as the provider knows it.
    pub name: Option<String>,
    /// Sampling temperature; not sent where it is not set, nor to a model that is known to refuse it.
    pub temperature: Option<f64>,
    /// The most tokens a reply may have, hidden reasoning included. Default: where the model's limit is known or a cap on the cost is set, twice what the post needs, 16384 at least, and as many again for a model that reasons, within that limit; otherwise it is left to the provider.
    pub max_output_tokens: Option<u32>,
    /// How many requests may be under way at once. Default: 4.
    pub jobs: Option<u16>,
    /// The most requests in a minute. Default: no limit.
    pub requests_per_minute: Option<u32>,
    /// The most tokens in a minute, prompt and reply together. Default: no limit.
    pub tokens_per_minute: Option<u32>,
    /// How often the same is asked for one stub where requests fail that surely cost nothing. Default: 5.
    pub max_attempts: Option<u32>,
    /// How many requests for one stub may have been paid for without bringing a whole reply. Default: 2.
    pub max_paid_attempts: Option<u32>,
    /// The most a run may cost. Needs a model whose price is known. A project can lower the user's, never raise it. Default: no cap.
    pub max_cost: Option<f64>,
    /// Seconds until a connection must stand. Default: 10.
    pub connect_timeout: Option<f64>,
    /// Seconds until the first piece of the reply. Default: 120.
    pub first_event_timeout: Option<f64>,
    /// Seconds between two pieces of the reply. Default: 60.
    pub idle_timeout: Option<f64>,
    /// Seconds for the whole request. Default: 900.
    pub total_timeout: Option<f64>,
    /// The longest wait, in seconds, that a server may ask for before the run stops instead. Default: 120.
    pub max_wait: Option<f64>,
}

/// Prompt templates of the site's own, as paths below the site's root.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPrompt {
    /// Replaces the built-in system template.
    pub system: Option<String>,
    /// Replaces the built-in user template.
    pub user: Option<String>,
}

/// About `check`: which rules run, and a table a rule with its options.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct RawCheck {
    /// Run these rules only.
    pub select: Option<Vec<String>>,
    /// Do not run these rules.
    pub ignore: Option<Vec<String>>,
    /// The options of a rule, by its name.
    #[serde(flatten)]
    pub rules: IndexMap<String, RawRule>,
}

/// The options of one rule.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawRule {
    /// `error`, `warning`, `info` or `off`.
    pub severity: Option<String>,
    /// Where nothing is said of it: globs of paths seen from the site's folder, for example `content/archive/**`.
    pub ignore: Option<Vec<String>>,
    /// The rule's own name, which need not be the one that is written.
    #[serde(skip)]
    pub rule: Option<&'static str>,
    /// The bytes of each glob in the project's file.
    #[serde(skip)]
    pub ignore_spans: Vec<Range<usize>>,
}

/// A provider of the user's own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawProvider {
    /// How it is spoken to, for example `openai-chat`; `command` for a program on this machine.
    pub protocol: String,
    /// The base URL; the protocol's path is added. `http` only to this machine.
    pub url: Option<String>,
    /// For the protocol `command`: the program and its arguments, given to no shell. `{model}` in an argument stands for
    /// the model's name.
    pub command: Option<Vec<String>>,
    /// The environment variable that holds the key.
    pub key_env: Option<String>,
}

/// What a model costs, in US dollars per million tokens, and its limits, in tokens.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPrice {
    /// The price of the prompt's tokens.
    pub input: f64,
    /// The price of those that the provider has in its cache. Default: that of the others.
    pub cached_input: Option<f64>,
    /// The price of the reply's tokens, hidden reasoning included.
    pub output: f64,
    /// The most tokens of prompt and reply together.
    pub context: Option<u64>,
    /// The most tokens of the reply, hidden reasoning included.
    pub max_output: Option<u32>,
}
