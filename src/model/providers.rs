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
    /// Whether its key alone chooses it; not where the variable is commonly set for other ends.
    pub is_implied: bool,
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

/// The table, hosted ones first, then servers on this machine at the ports they take by default. Addresses and variables
/// are those of the providers' own documentation; what needs the user's own host (Azure, Cloudflare) has no row.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        quirks: Quirks {
            max_completion_tokens: true,
            ..Quirks::COMMON
        },
        default_model: Some("gpt-6.1-terra"),
        ..hosted("openai", "https://api.openai.com/v1", "OPENAI_API_KEY")
    },
    Provider {
        protocol: "openai-responses",
        // The same key as above, which chooses the older protocol.
        is_implied: false,
        default_model: Some("gpt-6.1-terra"),
        ..hosted(
            "openai-responses",
            "https://api.openai.com/v1",
            "OPENAI_API_KEY",
        )
    },
    Provider {
        protocol: "anthropic",
        default_model: Some("claude-sonnet-5-5"),
        ..hosted(
            "anthropic",
            "https://api.anthropic.com/v1",
            "ANTHROPIC_API_KEY",
        )
    },
    Provider {
        protocol: "gemini",
        default_model: Some("gemini-3.8-flash"),
        ..hosted(
            "gemini",
            "https://generativelanguage.googleapis.com/v1beta",
            "GEMINI_API_KEY",
        )
    },
    Provider {
        default_model: Some("openrouter/auto"),
        ..hosted(
            "openrouter",
            "https://openrouter.ai/api/v1",
            "OPENROUTER_API_KEY",
        )
    },
    Provider {
        default_model: Some("openai/gpt-oss-120b"),
        ..hosted("groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY")
    },
    Provider {
        quirks: NO_STREAM_OPTIONS,
        default_model: Some("mistral-large-latest"),
        ..hosted("mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY")
    },
    Provider {
        default_model: Some("deepseek-flash"),
        ..hosted(
            "deepseek",
            "https://api.deepseek.com/v1",
            "DEEPSEEK_API_KEY",
        )
    },
    hosted(
        "together",
        "https://api.together.xyz/v1",
        "TOGETHER_API_KEY",
    ),
    hosted(
        "fireworks",
        "https://api.fireworks.ai/inference/v1",
        "FIREWORKS_API_KEY",
    ),
    hosted("xai", "https://api.x.ai/v1", "XAI_API_KEY"),
    Provider {
        // Its own name for the limit is the newer one; usage comes unasked, and asking is allowed.
        quirks: Quirks {
            max_completion_tokens: true,
            ..Quirks::COMMON
        },
        ..hosted("cerebras", "https://api.cerebras.ai/v1", "CEREBRAS_API_KEY")
    },
    Provider {
        // Usage comes with every chunk.
        quirks: NO_STREAM_OPTIONS,
        default_model: Some("sonar-pro"),
        ..hosted(
            "perplexity",
            "https://api.perplexity.ai",
            "PERPLEXITY_API_KEY",
        )
    },
    Provider {
        // Documented since August 2025, and yet reported as refused.
        quirks: NO_STREAM_OPTIONS,
        default_model: Some("command-a-03-2025"),
        ..hosted(
            "cohere",
            "https://api.cohere.ai/compatibility/v1",
            "COHERE_API_KEY",
        )
    },
    hosted(
        "nvidia",
        "https://integrate.api.nvidia.com/v1",
        "NVIDIA_API_KEY",
    ),
    hosted(
        "sambanova",
        "https://api.sambanova.ai/v1",
        "SAMBANOVA_API_KEY",
    ),
    hosted(
        "deepinfra",
        "https://api.deepinfra.com/v1/openai",
        "DEEPINFRA_API_KEY",
    ),
    hosted(
        "hyperbolic",
        "https://api.hyperbolic.xyz/v1",
        "HYPERBOLIC_API_KEY",
    ),
    hosted("novita", "https://api.novita.ai/openai", "NOVITA_API_KEY"),
    hosted(
        "nebius",
        "https://api.tokenfactory.nebius.com/v1",
        "NEBIUS_API_KEY",
    ),
    Provider {
        // The older name of the limit is deprecated.
        quirks: Quirks {
            max_completion_tokens: true,
            ..Quirks::COMMON
        },
        ..hosted("minimax", "https://api.minimax.io/v1", "MINIMAX_API_KEY")
    },
    hosted("moonshot", "https://api.moonshot.ai/v1", "MOONSHOT_API_KEY"),
    hosted("zai", "https://api.z.ai/api/paas/v4", "ZAI_API_KEY"),
    Provider {
        default_model: Some("qwen-plus"),
        ..hosted(
            "qwen",
            "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
            "DASHSCOPE_API_KEY",
        )
    },
    hosted(
        "siliconflow",
        "https://api.siliconflow.com/v1",
        "SILICONFLOW_API_KEY",
    ),
    hosted(
        "vercel",
        "https://ai-gateway.vercel.sh/v1",
        "AI_GATEWAY_API_KEY",
    ),
    hosted("ollama-cloud", "https://ollama.com/v1", "OLLAMA_API_KEY"),
    Provider {
        is_implied: false,
        ..hosted(
            "huggingface",
            "https://router.huggingface.co/v1",
            "HF_TOKEN",
        )
    },
    Provider {
        protocol: "ollama",
        ..local("ollama", "http://127.0.0.1:11434")
    },
    local("llama.cpp", "http://127.0.0.1:8080/v1"),
    local("lm-studio", "http://127.0.0.1:1234/v1"),
    local("vllm", "http://127.0.0.1:8000/v1"),
    local("jan", "http://127.0.0.1:1337/v1"),
    local("koboldcpp", "http://127.0.0.1:5001/v1"),
    local("text-generation-webui", "http://127.0.0.1:5000/v1"),
    local("gpt4all", "http://127.0.0.1:4891/v1"),
    local("sglang", "http://127.0.0.1:30000/v1"),
    local("docker", "http://127.0.0.1:12434/engines/v1"),
    local("localai", "http://127.0.0.1:8080/v1"),
];

/// Refuses `stream_options`, or gives its usage without.
const NO_STREAM_OPTIONS: Quirks = Quirks {
    stream_options: false,
    ..Quirks::COMMON
};

/// Other variables in which people keep keys of these providers. They are not read.
const ALSO_KEYS: &[&str] = &[
    "ANTHROPIC_AUTH_TOKEN",
    "AZURE_API_KEY",
    "AZURE_OPENAI_API_KEY",
    "CO_API_KEY",
    "GH_TOKEN",
    "GITHUB_TOKEN",
    "GOOGLE_API_KEY",
    "GOOGLE_GENERATIVE_AI_API_KEY",
    "HUGGINGFACE_API_KEY",
    "HUGGING_FACE_HUB_TOKEN",
    "PPLX_API_KEY",
    "TOGETHERAI_API_KEY",
    "ZHIPUAI_API_KEY",
    "ZHIPU_API_KEY",
];

/// The variables that hold keys of the built-in providers.
pub fn key_variables() -> impl Iterator<Item = &'static str> {
    let own = PROVIDERS.iter().filter_map(|row| row.key_env);
    own.chain(ALSO_KEYS.iter().copied())
}

const fn hosted(name: &'static str, url: &'static str, key_env: &'static str) -> Provider {
    Provider {
        name,
        protocol: "openai-chat",
        url,
        key_env: Some(key_env),
        is_implied: true,
        default_model: None,
        quirks: Quirks::COMMON,
    }
}

const fn local(name: &'static str, url: &'static str) -> Provider {
    Provider {
        name,
        protocol: "openai-chat",
        url,
        key_env: None,
        is_implied: false,
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

    #[test]
    fn a_key_goes_to_one_host_and_servers_on_this_machine_have_none() {
        for row in PROVIDERS.iter().filter(|row| !row.is_local()) {
            let hosts = |url: &str| url.split('/').nth(2).map(str::to_owned);
            let mut others = PROVIDERS.iter().filter(|it| it.key_env == row.key_env);
            assert!(
                others.all(|it| hosts(it.url) == hosts(row.url)),
                "{}",
                row.name
            );
            assert!(row.url.starts_with("https://"), "{}", row.name);
            assert!(
                key_variables().any(|name| Some(name) == row.key_env),
                "{}",
                row.name
            );
        }
        let count = |local| {
            PROVIDERS
                .iter()
                .filter(|row| row.is_local() == local)
                .count()
        };
        assert!(count(false) >= 20 && count(true) >= 8);
    }
}
