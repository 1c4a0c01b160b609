//! From what the user said to the one model that will be asked.

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
    /// The base address.
    pub url: &'a str,
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
/// variables `POSTWRIGHT_URL`, `POSTWRIGHT_PROTOCOL` and `POSTWRIGHT_KEY_ENV` (they define a provider `env`), and the
/// built-in table. Without a choice, the one built-in provider whose key is set is taken with its default model.
///
/// `Ok(None)` means that nothing is configured at all.
pub fn resolve(
    choice: Option<&str>,
    user: &[UserProvider<'_>],
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<Choice>, ChoiceError> {
    let _ = (choice, user, variable);
    Ok(None)
}
