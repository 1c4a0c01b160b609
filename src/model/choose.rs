//! From what the user said to the one model that will be asked.

use super::command::{self, Program};
use super::ollama::host;
use super::{Endpoint, EndpointError, Key, PROVIDERS, Provider};

/// The endpoint and the model's name.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Where to ask.
    pub endpoint: Endpoint,
    /// What to ask for, as the provider spells it.
    pub model: String,
}

/// A row of the user's own configuration (never of a project's).
#[derive(Clone, Copy, Debug)]
pub struct UserProvider<'a> {
    /// The name before the `/`.
    pub name: &'a str,
    /// The protocol's name.
    pub protocol: &'a str,
    /// The base address; none for a command.
    pub url: Option<&'a str>,
    /// Program and arguments, for the protocol `command` alone.
    pub command: Option<&'a [String]>,
    /// The variable that holds the key, if one is needed.
    pub key_env: Option<&'a str>,
}

/// Why no model could be chosen; nothing has been asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ChoiceError {
    /// The cause in kebab-case.
    pub kind: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do next.
    pub help: Option<String>,
}

/// What to tell a user who has no model yet.
pub const NOTHING_CONFIGURED: &str = "\
no model is configured, and no local server answers; do one of these three:
  1. set a key, such as OPENAI_API_KEY, and run: postwright generate --model openai/NAME
  2. start Ollama (`ollama serve`), and run: postwright generate --model ollama/NAME
  3. use any chat window: postwright prompt PATH, paste the prompt there, and give the answer to: postwright accept PATH";

/// Chooses by `choice` (`PROVIDER/NAME`, split at the first `/`, or a provider alone), the user's own rows, the
/// variables `POSTWRIGHT_URL` or `POSTWRIGHT_COMMAND`, `POSTWRIGHT_PROTOCOL` and `POSTWRIGHT_KEY_ENV` (they define a
/// provider `env`), and the built-in table. Without a choice, the command of the environment is taken if it needs no
/// model's name, or else the one built-in provider whose key is set, with its default model.
///
/// `Ok(None)` means that nothing is configured at all.
pub fn resolve(
    choice: Option<&str>,
    user: &[UserProvider<'_>],
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<Choice>, ChoiceError> {
    let env = env_provider(variable)?;
    let known = Known {
        env: env.as_ref(),
        user,
        ollama: ollama_url(variable),
        variable,
    };
    match choice.map(str::trim).filter(|choice| !choice.is_empty()) {
        Some(choice) => known.chosen(choice).map(Some),
        None if known.env.is_some() => known.chosen("env").map(Some),
        None => known.only_key(),
    }
}

/// The provider that `POSTWRIGHT_URL` or `POSTWRIGHT_COMMAND` defines.
struct EnvProvider {
    url: Option<String>,
    command: Option<Vec<String>>,
    protocol: String,
    key_env: Option<String>,
}

fn env_provider(
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<EnvProvider>, ChoiceError> {
    let value = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
    let url = value("POSTWRIGHT_URL");
    let command = match value("POSTWRIGHT_COMMAND") {
        None => None,
        Some(line) => Some(command::split(&line).ok_or_else(|| ChoiceError {
            kind: "bad-endpoint",
            message: "POSTWRIGHT_COMMAND is no command line: a quote is not closed".to_owned(),
            help: Some("write for example: POSTWRIGHT_COMMAND='llm -m {model}'".to_owned()),
        })?),
    };
    if url.is_none() && command.is_none() {
        return Ok(None);
    }
    let usual = match command {
        Some(_) => command::PROTOCOL,
        None => "openai-chat",
    };
    Ok(Some(EnvProvider {
        protocol: value("POSTWRIGHT_PROTOCOL").unwrap_or_else(|| usual.to_owned()),
        url,
        command,
        key_env: value("POSTWRIGHT_KEY_ENV"),
    }))
}

/// Where Ollama is, if a variable of its own says so.
pub(super) fn ollama_url(variable: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let value = variable(host::VARIABLE).filter(|value| !value.trim().is_empty());
    value.map(|value| host::base_url(&value))
}

struct Known<'a> {
    env: Option<&'a EnvProvider>,
    user: &'a [UserProvider<'a>],
    /// Where the user's environment says that Ollama is.
    ollama: Option<String>,
    variable: &'a dyn Fn(&str) -> Option<String>,
}

impl Known<'_> {
    fn chosen(&self, choice: &str) -> Result<Choice, ChoiceError> {
        let (name, model) = choice.split_once('/').unwrap_or((choice, ""));
        let row = self.row(name).ok_or_else(|| self.unknown(name))?;
        let endpoint = self.endpoint(&row)?;
        let model = match (model.trim(), &endpoint) {
            (model, Endpoint::Program(program)) => model_of(program, model)?,
            ("", Endpoint::Server(_)) => built_in(&row).ok_or_else(|| no_model(name))?,
            (model, Endpoint::Server(_)) => model,
        }
        .to_owned();
        Ok(Choice { endpoint, model })
    }

    /// The environment outweighs the user's rows, and those the table.
    fn row(&self, name: &str) -> Option<UserProvider<'_>> {
        let env = self.env.filter(|_| name == "env").map(|env| UserProvider {
            name: "env",
            protocol: &env.protocol,
            url: env.url.as_deref(),
            command: env.command.as_deref(),
            key_env: env.key_env.as_deref(),
        });
        env.or_else(|| self.user.iter().copied().find(|row| row.name == name))
            .or_else(|| self.built_in(name))
    }

    fn built_in(&self, name: &str) -> Option<UserProvider<'_>> {
        let row = PROVIDERS
            .iter()
            .find(|row| row.name == name)
            .map(user_row)?;
        Some(UserProvider {
            url: self.moved(&row).or(row.url),
            ..row
        })
    }

    /// The other address of a built-in row.
    fn moved(&self, row: &UserProvider<'_>) -> Option<&str> {
        self.ollama.as_deref().filter(|_| row.name == "ollama")
    }

    fn endpoint(&self, row: &UserProvider<'_>) -> Result<Endpoint, ChoiceError> {
        let unusable = |error| {
            ChoiceError {
            help: (row.url.is_some() && row.url == self.moved(row)).then(|| {
                format!(
                    "its address is from {}; for another machine, https or a tunnel to it is needed",
                    host::VARIABLE
                )
            }),
            ..unusable(row.name, &error)
        }
        };
        let key = match row.key_env {
            None => None,
            Some(name) => {
                let value = (self.variable)(name).filter(|value| !value.trim().is_empty());
                let value = value.ok_or_else(|| no_key(row.name, name))?;
                Some(Key::new(name, &value).map_err(unusable)?)
            }
        };
        let is_command = row.protocol == command::PROTOCOL;
        match (row.url, row.command) {
            (Some(url), None) if !is_command => Endpoint::new(row.name, row.protocol, url, key),
            (None, Some(command)) if is_command => {
                Program::new(row.name, command, key).map(Endpoint::Program)
            }
            (None, _) if !is_command => Err(EndpointError::NoUrl),
            (_, None) => Err(EndpointError::NoProgram),
            _ => Err(EndpointError::UrlAndCommand),
        }
        .map_err(unusable)
    }

    /// With nothing said: the one built-in provider whose key is set.
    fn only_key(&self) -> Result<Option<Choice>, ChoiceError> {
        let has_key = |row: &&Provider| {
            row.key_env
                .and_then(|name| (self.variable)(name))
                .is_some_and(|value| !value.trim().is_empty())
        };
        let implied = PROVIDERS.iter().filter(|row| row.is_implied);
        let with_key: Vec<&Provider> = implied.filter(has_key).collect();
        match with_key.as_slice() {
            [] => Ok(None),
            [row] => {
                let model = row.default_model.ok_or_else(|| no_model(row.name))?;
                Ok(Some(Choice {
                    endpoint: self.endpoint(&user_row(row))?,
                    model: model.to_owned(),
                }))
            }
            several => Err(ChoiceError {
                kind: "model-ambiguous",
                message: format!(
                    "keys of several providers are set ({})",
                    several
                        .iter()
                        .filter_map(|row| row.key_env)
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
                help: Some(format!(
                    "say which one to ask, for instance with `--model {}`",
                    several
                        .iter()
                        .map(|row| row.name)
                        .next()
                        .unwrap_or("PROVIDER/NAME")
                )),
            }),
        }
    }

    fn unknown(&self, name: &str) -> ChoiceError {
        let names: Vec<&str> = self
            .env
            .map(|_| "env")
            .into_iter()
            .chain(self.user.iter().map(|row| row.name))
            .chain(PROVIDERS.iter().map(|row| row.name))
            .collect();
        let nearest = crate::text::nearest(name, names.iter().copied());
        ChoiceError {
            kind: "provider-unknown",
            message: format!("there is no provider `{}`", shown(name)),
            help: Some(match nearest {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!(
                    "a model is written PROVIDER/NAME; known providers: {}; others belong into your own configuration, as [provider.NAME]",
                    names.join(", ")
                ),
            }),
        }
    }
}

/// The default model, where the row is a built-in one and not the user's of the same name.
fn built_in(row: &UserProvider<'_>) -> Option<&'static str> {
    PROVIDERS
        .iter()
        .find(|it| it.name == row.name && Some(it.url) == row.url)
        .and_then(|it| it.default_model)
}

fn user_row(row: &'static Provider) -> UserProvider<'static> {
    UserProvider {
        name: row.name,
        protocol: row.protocol,
        url: Some(row.url),
        command: None,
        key_env: row.key_env,
    }
}

/// What a program is asked for: the model's name where it takes one, else the name of the program itself.
fn model_of<'a>(program: &'a Program, model: &'a str) -> Result<&'a str, ChoiceError> {
    let provider = program.provider();
    match (model, program.takes_model()) {
        ("", true) => Err(no_model(provider)),
        ("", false) => Ok(program.name()),
        (_, true) => match program.check_model(model) {
            Ok(()) => Ok(model),
            Err(error) => Err(unusable(provider, &error)),
        },
        // Whoever reads the record later is to know what was really asked.
        (_, false) => Err(ChoiceError {
            kind: "bad-endpoint",
            message: format!(
                "the command of the provider `{}` takes no model's name",
                shown(provider)
            ),
            help: Some(format!(
                "write `--model {}`, or put {{model}} where the command wants the name",
                shown(provider)
            )),
        }),
    }
}

fn unusable(provider: &str, error: &EndpointError) -> ChoiceError {
    ChoiceError {
        kind: "bad-endpoint",
        message: format!("the provider `{}` cannot be used: {error}", shown(provider)),
        help: None,
    }
}

fn no_model(provider: &str) -> ChoiceError {
    ChoiceError {
        kind: "model-missing",
        message: format!(
            "the provider `{}` is given without a model",
            shown(provider)
        ),
        help: Some(format!("name one: `--model {}/NAME`", shown(provider))),
    }
}

fn no_key(provider: &str, variable: &str) -> ChoiceError {
    if !is_variable(variable) {
        return ChoiceError {
            kind: "key-missing",
            message: format!(
                "what the provider `{}` has for `key_env` is no name of a variable (it is not shown, since it may be the key itself)",
                shown(provider)
            ),
            help: Some(
                "put the key into a variable of the environment, and the variable's name there"
                    .to_owned(),
            ),
        };
    }
    let (provider, variable) = (shown(provider), shown(variable));
    ChoiceError {
        kind: "key-missing",
        message: format!("the provider `{provider}` needs a key, and {variable} is not set"),
        help: Some(format!("set it, for instance: export {variable}=…")),
    }
}

/// Whether it may be shown as the name of a variable: it can be one, and has not the looks of a key.
fn is_variable(name: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_mixed = name.bytes().any(|byte| byte.is_ascii_lowercase())
        && name.bytes().any(|byte| byte.is_ascii_digit());
    name.bytes().all(is_name) && !(is_mixed && name.len() >= 20)
}

fn shown(text: &str) -> String {
    crate::text::shorten(&crate::text::escape(text), 60).into_owned()
}

#[cfg(test)]
mod tests;
