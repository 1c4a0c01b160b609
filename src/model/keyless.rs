//! What a program that is run may know of the environment: all but the keys of models. A site's templates can read
//! variables, and so can whatever a site's configuration makes its generator run.

use std::collections::HashSet;

use super::PROVIDERS;
use super::scrub::is_secret;

/// Variables in which people keep keys of models, whether or not there is a row for their provider.
const KEY_VARIABLES: [&str; 25] = [
    "AI21_API_KEY",
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "AWS_BEARER_TOKEN_BEDROCK",
    "AZURE_API_KEY",
    "AZURE_OPENAI_API_KEY",
    "CEREBRAS_API_KEY",
    "CLAUDE_CODE_OAUTH_TOKEN",
    "COHERE_API_KEY",
    "CO_API_KEY",
    "DASHSCOPE_API_KEY",
    "DEEPINFRA_API_KEY",
    "GEMINI_API_KEY",
    "GOOGLE_API_KEY",
    "HF_TOKEN",
    "HUGGINGFACE_API_KEY",
    "HUGGING_FACE_HUB_TOKEN",
    "MOONSHOT_API_KEY",
    "NEBIUS_API_KEY",
    "NVIDIA_API_KEY",
    "OLLAMA_API_KEY",
    "PERPLEXITY_API_KEY",
    "REPLICATE_API_TOKEN",
    "SAMBANOVA_API_KEY",
    "ZAI_API_KEY",
];

/// The variables without those of this program, without keys, and without what holds the value of a key under another
/// name. `own` are the key variables that the user's configuration names; `keep` is the one that is meant for the
/// program that is run.
pub fn without_keys<'a>(
    variables: impl IntoIterator<Item = (&'a str, &'a str)>,
    own: &[&str],
    keep: Option<&str>,
) -> Vec<(&'a str, &'a str)> {
    let variables: Vec<(&str, &str)> = variables.into_iter().collect();
    let named = variables
        .iter()
        .filter(|(name, _)| *name == "POSTWRIGHT_KEY_ENV")
        .map(|(_, value)| value.trim());
    let names: HashSet<&str> = PROVIDERS
        .iter()
        .filter_map(|provider| provider.key_env)
        .chain(KEY_VARIABLES)
        .chain(own.iter().copied())
        .chain(named)
        .collect();
    let values: HashSet<&str> = variables
        .iter()
        .filter(|(name, _)| names.contains(name))
        .map(|(_, value)| value.trim())
        .filter(|value| is_secret(value))
        .collect();
    let is_key = |name: &str, value: &str| {
        names.contains(name)
            || name.starts_with("POSTWRIGHT_")
            || values.iter().any(|key| value.contains(key))
    };
    variables
        .into_iter()
        .filter(|(name, value)| keep == Some(*name) || !is_key(name, value))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_handed_on_unless_it_is_meant() {
        let variables = [
            ("PATH", "/bin"),
            ("OPENAI_API_KEY", "sk-canary-0123456789"),
            ("GEMINI_API_KEY", "g"),
            ("MINE", "m"),
            ("MY_KEY", "k"),
            ("AN_ALIAS", "Bearer sk-canary-0123456789"),
            ("POSTWRIGHT_KEY_ENV", "MY_KEY"),
            ("POSTWRIGHT_URL", "https://example.org"),
            ("HUGO_PARAMS_A", "g"),
        ];
        assert_eq!(
            without_keys(variables, &["MINE"], None),
            [("PATH", "/bin"), ("HUGO_PARAMS_A", "g")]
        );
        assert_eq!(
            without_keys(variables, &[], Some("MY_KEY")),
            [
                ("PATH", "/bin"),
                ("MINE", "m"),
                ("MY_KEY", "k"),
                ("HUGO_PARAMS_A", "g")
            ]
        );
    }
}
