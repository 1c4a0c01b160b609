//! Both files and the flags as one configuration, every default filled in and every value looked at.

use indexmap::IndexMap;

use super::ignored::merge;
use super::raw::{RawConfig, RawModel, RawPost, RawPrice};
use super::{Config, ConfigError, FILE_NAME, Flags, Model, Post, built_in_categories};
use crate::site::Version;

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
        names_categories: project.categories.is_some() || user.categories.is_some(),
        offered_categories: IndexMap::new(),
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

#[cfg(test)]
mod tests {
    use crate::config::{Author, parse};

    use super::*;

    fn project(text: &str) -> Result<RawConfig, String> {
        parse(text, FILE_NAME, Author::Project, |_| Ok("bare-url")).map_err(|e| e.to_string())
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
