//! Who is asked.

use anyhow::{anyhow, bail};

use crate::command::Environment;
use crate::config::Config;
use crate::generate;
use crate::model::{self, Choice, UserProvider};
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
    let chosen =
        model::resolve(config.model.choice.as_deref(), &user, &variable).map_err(|error| {
            match &error.help {
                Some(help) => anyhow!("{error}\n  help: {help}"),
                None => anyhow!("{error}"),
            }
        })?;
    if chosen.is_some() || dry_run {
        return Ok(chosen);
    }
    let mut local = generate::local_servers();
    if local.len() > 1 {
        let names: Vec<String> = local
            .iter()
            .map(|choice| format!("--model {}", shown(choice)))
            .collect();
        bail!(
            "several model servers answer on this machine; choose one with {}",
            names.join(" or ")
        );
    }
    Ok(local.pop())
}

/// `provider/model`, for records and programs.
pub(super) fn name(choice: &Choice) -> String {
    format!("{}/{}", choice.endpoint.provider(), choice.model)
}

/// The same for people: a project's file may name the model.
pub(super) fn shown(choice: &Choice) -> String {
    escape(&name(choice)).into_owned()
}
