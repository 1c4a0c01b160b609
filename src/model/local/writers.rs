//! Which models of a server can write.

use serde_json::Value;

/// The models of a list, as `OpenAI` spells it (`data`, `id`) or Ollama does (`models`, `name`), without those that
/// cannot write. `None` where it is no such list.
pub(in crate::model) fn writers(list: &Value) -> Option<Vec<String>> {
    let rows = ["data", "models"]
        .iter()
        .find_map(|name| list.get(name)?.as_array())?;
    let name = |row: &Value| {
        let name = ["id", "model", "name"]
            .iter()
            .find_map(|name| row.get(name)?.as_str())?;
        (can_write(name) && says_it_can_write(row)).then(|| name.to_owned())
    };
    Some(rows.iter().filter_map(name).collect())
}

/// Words in the names of models that make vectors, ranks, sound or pictures; some as their beginning.
const NO_WRITERS: &[&str] = &[
    "asr",
    "bert",
    "bge",
    "clip",
    "colbert",
    "dall",
    "diffusion",
    "e5",
    "flux",
    "gte",
    "image",
    "kokoro",
    "minilm",
    "moderation",
    "mxbai",
    "paraphrase",
    "sdxl",
    "siglip",
    "stt",
    "tts",
];
const NO_WRITERS_BEGIN: &[&str] = &["embed", "guard", "rerank", "whisper"];

fn can_write(name: &str) -> bool {
    let name = name.to_lowercase();
    let mut words = name.split(|it: char| !it.is_alphanumeric());
    !name.is_empty()
        && !words.any(|word| {
            NO_WRITERS.contains(&word) || NO_WRITERS_BEGIN.iter().any(|it| word.starts_with(it))
        })
}

/// Some servers tell what a model is for.
fn says_it_can_write(row: &Value) -> bool {
    let capabilities = row.get("capabilities").and_then(Value::as_array);
    let completes = capabilities.is_none_or(|them| {
        them.is_empty() || them.iter().any(|it| it.as_str() == Some("completion"))
    });
    let family = row.get("details").and_then(|it| it.get("family")?.as_str());
    let is_bert = family.is_some_and(|family| family.ends_with("bert"));
    let kind = row.get("type").and_then(Value::as_str);
    completes && !is_bert && !kind.is_some_and(|kind| kind.starts_with("embedding"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn models_that_cannot_write_are_left_out() {
        for name in [
            "nomic-embed-text:latest",
            "text-embedding-nomic-embed-text-v1.5",
            "jina-embeddings-v3",
            "bge-m3:567m",
            "all-minilm",
            "mxbai-embed-large",
            "intfloat/e5-mistral-7b-instruct",
            "Alibaba-NLP/gte-Qwen2-7B-instruct",
            "qwen3-reranker:0.6b",
            "whisper-1",
            "openai/whisper-large-v3-turbo",
            "tts-1",
            "stable-diffusion-xl",
            "sdxl-turbo",
            "flux.1-dev",
            "gpt-image-1",
            "llama-guard3",
            "",
        ] {
            assert!(!can_write(name), "{name}");
        }
        for name in [
            "llama3.2:3b",
            "qwen3:8b",
            "hf.co/bartowski/Mistral-Nemo-GGUF:Q4_K_M",
            "/models/gemma-3-4b-it.gguf",
            "gpt-oss-20b",
            "nous-hermes-2",
            "fluxus-writer",
        ] {
            assert!(can_write(name), "{name}");
        }
    }

    #[test]
    fn lists_of_models() {
        let openai = json!({"object": "list", "data": [
            {"id": "a"}, {"id": "nomic-embed-text"}, {"x": 1}, {"id": "b", "type": "embeddings"},
        ]});
        assert_eq!(writers(&openai).unwrap(), ["a"]);
        let ollama = json!({"models": [
            {"name": "llama3.2:3b", "model": "llama3.2:3b", "details": {"family": "llama"}},
            {"name": "my-vectors", "details": {"family": "nomic-bert"}},
            {"name": "other-vectors", "capabilities": ["embedding"]},
            {"name": "qwen3:8b", "capabilities": ["completion", "tools"]},
        ]});
        assert_eq!(writers(&ollama).unwrap(), ["llama3.2:3b", "qwen3:8b"]);
        assert_eq!(writers(&json!({"data": []})).unwrap(), [""; 0]);
        for other in [
            json!([]),
            json!({"data": 1}),
            json!(null),
            json!({"status": "ok"}),
        ] {
            assert_eq!(writers(&other), None, "{other}");
        }
    }
}
