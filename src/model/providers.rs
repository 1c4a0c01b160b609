//! The built-in providers. A row binds a host to the variable of its key, so that no key ever goes to another host.

use super::Quirks;

/// A place that serves models.
#[derive(Clone, Copy, Debug)]
pub struct Provider {
    /// The name before the `/` in `--model PROVIDER/NAME`.
    pub name: &'static str,
    /// The protocol it speaks.
    pub protocol: &'static str,
    /// The base address; the protocol adds its path.
    pub url: &'static str,
    /// The variable that holds the key; none for servers on this machine.
    pub key_env: Option<&'static str>,
    /// The model that is taken where none is named.
    pub default_model: Option<&'static str>,
    /// What is special about it.
    pub quirks: Quirks,
}

impl Provider {
    /// Whether it runs on this machine.
    pub fn is_local(&self) -> bool {
        self.key_env.is_none()
    }
}

/// The table, hosted ones first, then servers on this machine at the ports they take by default.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        quirks: Quirks {
            max_completion_tokens: true,
            ..Quirks::COMMON
        },
        ..hosted(
            "openai",
            "https://api.openai.com/v1",
            "OPENAI_API_KEY",
            Some("gpt-5-mini"),
        )
    },
    hosted(
        "openrouter",
        "https://openrouter.ai/api/v1",
        "OPENROUTER_API_KEY",
        Some("openrouter/auto"),
    ),
    hosted(
        "groq",
        "https://api.groq.com/openai/v1",
        "GROQ_API_KEY",
        Some("llama-3.3-70b-versatile"),
    ),
    Provider {
        quirks: Quirks {
            stream_options: false,
            ..Quirks::COMMON
        },
        ..hosted(
            "mistral",
            "https://api.mistral.ai/v1",
            "MISTRAL_API_KEY",
            Some("mistral-large-latest"),
        )
    },
    hosted(
        "deepseek",
        "https://api.deepseek.com/v1",
        "DEEPSEEK_API_KEY",
        Some("deepseek-chat"),
    ),
    hosted(
        "together",
        "https://api.together.xyz/v1",
        "TOGETHER_API_KEY",
        None,
    ),
    hosted(
        "fireworks",
        "https://api.fireworks.ai/inference/v1",
        "FIREWORKS_API_KEY",
        None,
    ),
    hosted("xai", "https://api.x.ai/v1", "XAI_API_KEY", None),
    local("ollama", "http://127.0.0.1:11434/v1"),
    local("llama.cpp", "http://127.0.0.1:8080/v1"),
    local("lm-studio", "http://127.0.0.1:1234/v1"),
    local("vllm", "http://127.0.0.1:8000/v1"),
];

/// The variables that hold keys of the built-in providers.
pub fn key_variables() -> impl Iterator<Item = &'static str> {
    PROVIDERS.iter().filter_map(|row| row.key_env)
}

const fn hosted(
    name: &'static str,
    url: &'static str,
    key_env: &'static str,
    default_model: Option<&'static str>,
) -> Provider {
    Provider {
        name,
        protocol: "openai-chat",
        url,
        key_env: Some(key_env),
        default_model,
        quirks: Quirks::COMMON,
    }
}

const fn local(name: &'static str, url: &'static str) -> Provider {
    Provider {
        name,
        protocol: "openai-chat",
        url,
        key_env: None,
        default_model: None,
        quirks: Quirks::COMMON,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Endpoint;
    use super::*;

    #[test]
    fn every_row_is_a_usable_endpoint() {
        for row in PROVIDERS {
            let endpoint = Endpoint::new(row.name, row.protocol, row.url, None).unwrap();
            assert_eq!(endpoint.is_loopback(), row.is_local(), "{}", row.name);
            assert!(!row.name.contains('/') && !row.url.ends_with('/'));
            assert_eq!(
                PROVIDERS.iter().filter(|it| it.name == row.name).count(),
                1,
                "{}",
                row.name
            );
        }
    }
}
