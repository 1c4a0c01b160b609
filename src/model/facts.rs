//! What is known of a model: its price, its limits and its habits. A table of the program's own, and what users say of
//! theirs.

use serde::Deserialize;
use std::collections::BTreeMap;

use super::price::{Price, Rate, Rates, Usd};
use super::{Choice, Endpoint, PROVIDERS};

/// The table.
const TABLE: &str = include_str!("../../templates/models.toml");

/// What is known of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelFacts {
    /// What it costs; `None` where that is not known.
    pub price: Option<Price>,
    /// The most tokens that prompt and reply may have together.
    pub context: Option<u64>,
    /// The most tokens that the reply may have, hidden reasoning included.
    pub max_output: Option<u32>,
    /// Whether it thinks before it answers, in tokens that are paid for and not shown.
    pub reasons: bool,
    /// Whether it refuses a temperature.
    pub fixed_sampling: bool,
}

/// What a user says of a model: `[price."PROVIDER/MODEL"]` in the user's own configuration. Prices in US dollars per
/// million tokens.
#[derive(Clone, Copy, Debug)]
pub struct OwnPrice<'a> {
    /// `PROVIDER/MODEL`, split at the first `/`; the model may end in `*`.
    pub model: &'a str,
    /// The price of the prompt's tokens.
    pub input: f64,
    /// The price of those read from the provider's cache, where it is another one.
    pub cached_input: Option<f64>,
    /// The price of the reply's tokens.
    pub output: f64,
    /// The most tokens of prompt and reply together.
    pub context: Option<u64>,
    /// The most tokens of the reply.
    pub max_output: Option<u32>,
}

/// What is known of the model that was chosen. A user's word counts most. Apart from it, what runs on this machine costs
/// nothing, a command costs nobody knows what, and the table holds for the hosts of the built-in providers, whatever the
/// user calls them.
pub fn facts(choice: &Choice, own: &[OwnPrice<'_>]) -> ModelFacts {
    let endpoint = &choice.endpoint;
    let mut facts = built_in_name(endpoint)
        .map(|provider| in_table(provider, &choice.model))
        .unwrap_or_default();
    if endpoint.protocol() == "command" {
        facts.price = None;
    } else if endpoint.is_loopback() {
        facts.price = Some(Price::FREE);
    }
    with_own(facts, endpoint.provider(), &choice.model, own)
}

/// What is known of a model by the names of its provider and its own, without regard to where it runs.
pub fn lookup(provider: &str, model: &str, own: &[OwnPrice<'_>]) -> ModelFacts {
    with_own(in_table(provider, model), provider, model, own)
}

/// The day on which the prices of the table were looked up, as `YYYY-MM-DD`.
pub fn table_date() -> String {
    table().date
}

/// The built-in provider at this address.
fn built_in_name(endpoint: &Endpoint) -> Option<&'static str> {
    let Endpoint::Server(server) = endpoint else {
        return None;
    };
    let at_host = || PROVIDERS.iter().filter(|row| server.is_at(row.url));
    at_host()
        .find(|row| row.name == server.provider)
        .or_else(|| at_host().next())
        .map(|row| row.name)
}

fn in_table(provider: &str, model: &str) -> ModelFacts {
    let table = table();
    // The same place may have several rows, a protocol each.
    let row = PROVIDERS.iter().find(|row| row.name == provider);
    let first = row.and_then(|row| PROVIDERS.iter().find(|it| it.url == row.url));
    let rows = table.models.get(first.map_or(provider, |row| row.name));
    let names = rows.into_iter().flat_map(BTreeMap::keys);
    best(names.map(String::as_str), model)
        .and_then(|name| rows?.get(name))
        .map(Row::facts)
        .unwrap_or_default()
}

fn with_own(
    mut facts: ModelFacts,
    provider: &str,
    model: &str,
    own: &[OwnPrice<'_>],
) -> ModelFacts {
    let of_provider = own.iter().filter_map(|row| {
        let (name, pattern) = row.model.split_once('/')?;
        (name == provider).then_some((pattern, row))
    });
    let found = best(of_provider.clone().map(|(pattern, _)| pattern), model);
    let Some((_, row)) = of_provider.into_iter().find(|(it, _)| Some(*it) == found) else {
        return facts;
    };
    let rates = Row {
        input: row.input,
        cached_input: row.cached_input,
        output: row.output,
        ..Row::default()
    };
    facts.price = rates.price();
    facts.context = row.context.or(facts.context);
    facts.max_output = row.max_output.or(facts.max_output);
    facts
}

/// The name that fits a model best: its own, that of its family before the date of its snapshot, or else the longest
/// beginning.
fn best<'a>(names: impl Iterator<Item = &'a str>, model: &str) -> Option<&'a str> {
    names
        .filter(|name| match name.strip_suffix('*') {
            Some(start) => model.starts_with(start),
            None => model.strip_prefix(name).is_some_and(is_date_or_nothing),
        })
        // The star of a pattern is not part of what fits.
        .max_by_key(|name| (name.trim_end_matches('*').len(), !name.ends_with('*')))
}

/// `-2025-08-07`, `-20250807`, `-2411` or nothing.
fn is_date_or_nothing(rest: &str) -> bool {
    let Some(date) = rest.strip_prefix('-') else {
        return rest.is_empty();
    };
    let digits = date.bytes().filter(u8::is_ascii_digit).count();
    digits >= 4
        && date
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-')
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    date: String,
    models: BTreeMap<String, BTreeMap<String, Row>>,
}

fn table() -> Table {
    toml::from_str(TABLE).expect("invariant: a test reads the table that is built in")
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    input: f64,
    cached_input: Option<f64>,
    cache_write: Option<f64>,
    output: f64,
    reasoning: Option<f64>,
    #[serde(default)]
    request: f64,
    long: Option<Long>,
    context: Option<u64>,
    max_output: Option<u32>,
    #[serde(default)]
    reasons: bool,
    #[serde(default)]
    fixed_sampling: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Long {
    above: u64,
    input: f64,
    cached_input: Option<f64>,
    cache_write: Option<f64>,
    output: f64,
    reasoning: Option<f64>,
}

impl Row {
    fn facts(&self) -> ModelFacts {
        ModelFacts {
            price: self.price(),
            context: self.context,
            max_output: self.max_output,
            reasons: self.reasons,
            fixed_sampling: self.fixed_sampling,
        }
    }

    fn price(&self) -> Option<Price> {
        let long = match &self.long {
            Some(long) => Some((long.above, long.rates()?)),
            None => None,
        };
        Some(Price {
            rates: rates(
                (self.input, self.cached_input, self.cache_write),
                (self.output, self.reasoning),
            )?,
            long,
            request: Usd::from_dollars(self.request)?,
        })
    }
}

impl Long {
    fn rates(&self) -> Option<Rates> {
        rates(
            (self.input, self.cached_input, self.cache_write),
            (self.output, self.reasoning),
        )
    }
}

fn rates(
    (input, cached, written): (f64, Option<f64>, Option<f64>),
    (output, reasoning): (f64, Option<f64>),
) -> Option<Rates> {
    Some(Rates {
        // What a provider writes to its cache is not told apart everywhere: all counts with the dearer price.
        input: Rate::per_million(input)?.max(Rate::per_million(written.unwrap_or(0.0))?),
        cached: Rate::per_million(cached.unwrap_or(input))?,
        output: Rate::per_million(output)?,
        reasoning: Rate::per_million(reasoning.unwrap_or(output))?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::price::{cost, worst_case};
    use super::super::{Usage, choose};
    use super::*;

    fn usd(dollars: f64) -> Usd {
        Usd::from_dollars(dollars).unwrap()
    }

    fn million_in(facts: ModelFacts) -> Usd {
        let usage = Usage {
            input: 1_000_000,
            ..Usage::default()
        };
        cost(&facts.price.unwrap(), &usage)
    }

    #[test]
    fn the_table_is_in_order() {
        let table = table();
        let date: jiff::civil::Date = table.date.parse().unwrap();
        assert!(date >= jiff::civil::date(2026, 11, 1));
        let mut number = 0;
        for (provider, rows) in &table.models {
            for (name, row) in rows {
                let at = format!("{provider}/{name}");
                number += 1;
                assert!(!name.trim_end_matches('*').contains('*'), "{at}");
                let price = row.price().unwrap_or_else(|| panic!("{at}: no price"));
                assert!(!price.is_free(), "{at}: hosted models are not free");
                let all = [Some(price.rates), price.long.map(|(_, rates)| rates)];
                for rates in all.into_iter().flatten() {
                    assert!(rates.cached <= rates.input, "{at}");
                    assert!(rates.input <= rates.output, "{at}: a reply costs more");
                }
                if let Some((above, long)) = price.long {
                    assert!(above >= 32_000, "{at}");
                    assert!(long.input > price.rates.input, "{at}");
                    assert!(long.output >= price.rates.output, "{at}");
                }
                let (context, output) = (row.context, row.max_output);
                assert!(
                    context.is_none_or(|it| (8_000..=10_000_000).contains(&it)),
                    "{at}"
                );
                assert!(output.is_none_or(|it| it >= 2_048), "{at}");
                if let (Some(context), Some(output)) = (context, output) {
                    assert!(u64::from(output) <= context, "{at}");
                }
            }
        }
        assert!(number >= 60, "{number} rows");
        for provider in ["openai", "anthropic", "gemini", "mistral", "openrouter"] {
            assert!(table.models.contains_key(provider), "{provider}");
        }
    }

    /// A default model whose price is not known would refuse a cap to everybody who names none.
    #[test]
    fn default_models_have_a_price() {
        // What these cost is decided over there: by where a request is routed, and by how much is searched for it.
        let unknown = ["openrouter/auto", "sonar-pro"];
        for row in PROVIDERS {
            let model = row.default_model.filter(|model| !unknown.contains(model));
            if let Some(model) = model {
                let facts = lookup(row.name, model, &[]);
                assert!(facts.price.is_some(), "{}/{model}", row.name);
            }
        }
    }

    #[test]
    fn a_name_stands_for_its_snapshots_and_for_no_other_model() {
        let known = |name: &str| lookup("openai", name, &[]).price.is_some();
        assert!(known("gpt-5-mini"));
        assert!(known("gpt-5-mini-2025-08-07"));
        assert!(!known("gpt-5-mini-turbo"));
        assert!(!known("gpt-5-mini-"));
        assert!(!known("gpt-5-mini-1"));
        let opus = |name: &str| million_in(lookup("anthropic", name, &[]));
        assert_eq!(opus("claude-opus-4-20250514"), usd(15.0));
        assert_eq!(opus("claude-opus-4-5-20251101"), usd(5.0));
        // A row of its own outweighs the family.
        let old = lookup("openai", "gpt-4o-2024-05-13", &[]);
        assert_eq!(million_in(old), usd(5.0));
    }

    #[test]
    fn the_longest_beginning_counts() {
        let names = ["a*", "a-b*", "a-b-c", "*"];
        let best = |model| best(names.iter().copied(), model);
        assert_eq!(best("a-b-c"), Some("a-b-c"));
        assert_eq!(best("a-b-c-d"), Some("a-b*"));
        assert_eq!(best("a-x"), Some("a*"));
        assert_eq!(best("z"), Some("*"));
    }

    #[test]
    fn what_is_written_to_a_cache_counts_with_its_price() {
        let facts = lookup("openai", "gpt-6.2-sol", &[]);
        let price = facts.price.unwrap();
        let usage = Usage {
            input: 2_000,
            cached: 1_000,
            ..Usage::default()
        };
        assert_eq!(cost(&price, &usage), usd(0.002_6));
        assert_eq!(worst_case(&price, 2_000, 1_000), usd(0.015));
    }

    fn own(model: &str) -> OwnPrice<'_> {
        OwnPrice {
            model,
            input: 7.0,
            cached_input: None,
            output: 9.0,
            context: None,
            max_output: Some(5_000),
        }
    }

    #[test]
    fn a_users_word_outweighs_the_table_and_keeps_the_rest_of_it() {
        let facts = lookup("openai", "gpt-5-mini", &[own("openai/gpt-5-mini")]);
        assert_eq!(million_in(facts), usd(7.0));
        assert_eq!(facts.context, Some(400_000));
        assert_eq!(facts.max_output, Some(5_000));
        assert!(facts.reasons && facts.fixed_sampling);
        let facts = lookup("together", "x/y/z", &[own("together/x/*")]);
        assert_eq!(million_in(facts), usd(7.0));
        let facts = lookup("other", "gpt-5-mini", &[own("openai/gpt-5-mini")]);
        assert_eq!(facts, ModelFacts::default());
    }

    fn choice(name: &str, url: &str, model: &str) -> Choice {
        Choice {
            endpoint: Endpoint::new(name, "openai-chat", url, None).unwrap(),
            model: model.to_owned(),
        }
    }

    #[test]
    fn the_host_decides_and_not_what_it_is_called() {
        let at = |name, url| facts(&choice(name, url, "gpt-5-mini"), &[]).price;
        assert!(at("work", "https://api.openai.com/v1").is_some_and(|it| !it.is_free()));
        assert_eq!(at("openai", "https://gateway.example.org/v1"), None);
        assert_eq!(at("openai", "http://127.0.0.1:9/v1"), Some(Price::FREE));
        let local = choice("mine", "http://127.0.0.1:9/v1", "m");
        let facts = facts(&local, &[own("mine/m")]);
        assert_eq!(million_in(facts), usd(7.0));
    }

    #[test]
    fn a_choice_of_the_table_has_its_facts() {
        let variable = |name: &str| (name == "OPENAI_API_KEY").then(|| "k".to_owned());
        let choice = choose::resolve(Some("openai/gpt-4.1"), &[], &variable)
            .unwrap()
            .unwrap();
        let facts = facts(&choice, &[]);
        assert_eq!(facts.max_output, Some(32_768));
        assert!(!facts.reasons);
    }
}
