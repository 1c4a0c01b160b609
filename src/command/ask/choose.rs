//! Who is asked.

use anyhow::anyhow;

use crate::command::{Environment, process};
use crate::config::Config;
use crate::generate::{self, Outcome};
use crate::model::{self, Choice, ChoiceError, Endpoint, UserProvider, local};
use crate::text::escape;

/// Who is to be asked: what flags, environment and configuration say, else the one local server that answers.
pub(super) fn choose(
    config: &Config,
    dry_run: bool,
    environment: &mut Environment,
) -> anyhow::Result<Option<Choice>> {
    let user: Vec<UserProvider<'_>> = config
        .providers
        .iter()
        .map(|(name, row)| UserProvider {
            name,
            protocol: &row.protocol,
            url: row.url.as_deref(),
            command: row.command.as_deref(),
            key_env: row.key_env.as_deref(),
        })
        .collect();
    let variable = |name: &str| environment.variable(name).map(str::to_owned);
    let wanted = config.model.choice.as_deref();
    let chosen = match model::resolve(wanted, &user, &variable) {
        // A server on this machine can say itself what it has.
        Err(error) if error.kind == "model-missing" && !dry_run => {
            let asked = wanted
                .and_then(|name| local::named(name, &variable))
                .and_then(generate::models_of);
            match asked {
                Some(found) => Ok(Some(vec![found])),
                None => Err(error),
            }
        }
        Ok(None) if !dry_run => Ok(Some(generate::that_answer(local::servers(&variable)))),
        Ok(chosen) => return Ok(chosen.map(|choice| equipped(choice, config, environment))),
        Err(error) => Err(error),
    };
    let found = chosen.map_err(told)?.unwrap_or_default();
    let Some(offer) = local::offer(found).map_err(told)? else {
        return Ok(None);
    };
    if let Some(note) = offer.note {
        environment.note(&note);
    }
    Ok(Some(offer.choice))
}

/// A program gets its environment: no keys but its own.
fn equipped(choice: Choice, config: &Config, environment: &Environment) -> Choice {
    let endpoint = match choice.endpoint {
        Endpoint::Program(program) => {
            let key = program.key().map(|key| key.variable().to_owned());
            let variables = process::variables(environment, config, key.as_deref());
            Endpoint::Program(program.with_variables(variables))
        }
        server @ Endpoint::Server(_) => server,
    };
    Choice { endpoint, ..choice }
}

fn told(error: ChoiceError) -> anyhow::Error {
    match &error.help {
        Some(help) => anyhow!("{error}\n  help: {help}"),
        None => anyhow!("{error}"),
    }
}

/// What to do next where a server on this machine does not have the model that it was asked for.
pub(super) fn instead(outcomes: &[Outcome], choice: &Choice) -> Option<String> {
    let is_missing = |outcome: &Outcome| matches!(outcome, Outcome::Failed { error, .. } if error.kind == "not-found");
    match &choice.endpoint {
        Endpoint::Server(server) if server.is_loopback() && outcomes.iter().any(is_missing) => {
            let found = generate::models_of(server.clone())?;
            Some(local::instead(server, &choice.model, &found.models))
        }
        _ => None,
    }
}

/// `provider/model`, for records and programs.
pub(super) fn name(choice: &Choice) -> String {
    format!("{}/{}", choice.endpoint.provider(), choice.model)
}

/// The same for people: a project's file may name the model.
pub(super) fn shown(choice: &Choice) -> String {
    escape(&name(choice)).into_owned()
}
