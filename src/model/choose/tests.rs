use super::*;

fn ask(
    choice: Option<&str>,
    variables: &[(&str, &str)],
) -> Result<Option<(String, String, String)>, ChoiceError> {
    let user = [
        UserProvider {
            name: "mine",
            protocol: "openai-chat",
            url: Some("http://127.0.0.1:9/v1/"),
            command: None,
            key_env: None,
        },
        UserProvider {
            name: "groq",
            protocol: "openai-chat",
            url: Some("https://groq.example/v1"),
            command: None,
            key_env: Some("MINE"),
        },
    ];
    let variable = |name: &str| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let chosen = resolve(choice, &user, &variable)?;
    Ok(chosen.map(|it| {
        let key = match &it.endpoint {
            Endpoint::Server(server) => server.key.as_ref(),
            Endpoint::Program(program) => program.key(),
        };
        let key = key.map_or("-", Key::expose);
        let place = format!("{} {} {key}", it.endpoint.provider(), it.endpoint.place());
        (place, it.model, it.endpoint.protocol().to_owned())
    }))
}

fn place(choice: Option<&str>, variables: &[(&str, &str)]) -> String {
    match ask(choice, variables) {
        Ok(Some((place, model, _))) => format!("{place} {model}"),
        Ok(None) => "nothing".to_owned(),
        Err(error) => format!("{}: {}", error.kind, error.help.unwrap_or_default()),
    }
}

#[test]
fn choices() {
    let openai = ("OPENAI_API_KEY", "k");
    for (choice, variables, expected) in [
        (None, &[] as &[_], "nothing"),
        (None, &[("OPENAI_API_KEY", " ")], "nothing"),
        (
            None,
            &[openai],
            "openai https://api.openai.com/v1 k gpt-6.1-terra",
        ),
        (
            Some("openai/x/y"),
            &[openai],
            "openai https://api.openai.com/v1 k x/y",
        ),
        (
            Some("openai"),
            &[openai],
            "openai https://api.openai.com/v1 k gpt-6.1-terra",
        ),
        (
            Some("mine/llama"),
            &[],
            "mine http://127.0.0.1:9/v1 - llama",
        ),
        (
            Some("mine"),
            &[],
            "model-missing: name one: `--model mine/NAME`",
        ),
        (
            Some("ollama/a:b"),
            &[],
            "ollama http://127.0.0.1:11434 - a:b",
        ),
        (
            Some("openia/x"),
            &[openai],
            "provider-unknown: did you mean `openai`?",
        ),
        (
            Some("openai/x"),
            &[],
            "key-missing: set it, for instance: export OPENAI_API_KEY=…",
        ),
        // A row of the user's own gets its own key, never the built-in one.
        (
            Some("groq/x"),
            &[("GROQ_API_KEY", "secret")],
            "key-missing: set it, for instance: export MINE=…",
        ),
        (
            Some("groq/x"),
            &[("MINE", "m")],
            "groq https://groq.example/v1 m x",
        ),
        (
            None,
            &[openai, ("MISTRAL_API_KEY", "k")],
            "model-ambiguous: say which one to ask, for instance with `--model openai`",
        ),
        (
            Some("ollama/a"),
            &[("OLLAMA_HOST", "0.0.0.0:7")],
            "ollama http://127.0.0.1:7 - a",
        ),
        (
            Some("ollama/a"),
            &[("OLLAMA_HOST", "https://o.example")],
            "ollama https://o.example - a",
        ),
        (
            Some("ollama/a"),
            &[("OLLAMA_HOST", "192.0.2.1")],
            "bad-endpoint: its address is from OLLAMA_HOST; for another machine, https or a tunnel to it is needed",
        ),
        // These are set for other ends.
        (None, &[("GITHUB_TOKEN", "k"), ("HF_TOKEN", "k")], "nothing"),
        (
            Some("huggingface/openai/gpt-oss-120b"),
            &[("HF_TOKEN", "k")],
            "huggingface https://router.huggingface.co/v1 k openai/gpt-oss-120b",
        ),
        (
            None,
            &[("XAI_API_KEY", "k")],
            "model-missing: name one: `--model xai/NAME`",
        ),
    ] {
        assert_eq!(
            place(choice, variables),
            expected,
            "{choice:?} {variables:?}"
        );
    }
}

#[test]
fn a_key_in_place_of_its_variable_is_not_shown() {
    for key in ["sk-canary-1", "canary0123456789ABCDEFabcdef", "canary 1"] {
        let user = [UserProvider {
            name: "mine",
            protocol: "openai-chat",
            url: Some("https://a.example/v1"),
            command: None,
            key_env: Some(key),
        }];
        let error = resolve(Some("mine/m"), &user, &|_| None).unwrap_err();
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }
    assert!(is_variable("MY_PROVIDERS_KEY_NUMBER_2") && is_variable("my_key2"));
}

#[test]
fn a_provider_from_the_environment() {
    let url = ("POSTWRIGHT_URL", "http://127.0.0.1:1/v1");
    assert_eq!(
        place(Some("env/m"), &[url]),
        "env http://127.0.0.1:1/v1 - m"
    );
    assert!(place(None, &[url]).starts_with("model-missing"));
    assert!(place(Some("env/m"), &[]).starts_with("provider-unknown"));
    let keyed = [url, ("POSTWRIGHT_KEY_ENV", "K"), ("K", "v")];
    assert_eq!(
        place(Some("env/m"), &keyed),
        "env http://127.0.0.1:1/v1 v m"
    );
    let asks_nothing = [url, ("POSTWRIGHT_PROTOCOL", "command")];
    assert!(place(Some("env/m"), &asks_nothing).starts_with("bad-endpoint"));
    let strange = [url, ("POSTWRIGHT_PROTOCOL", "smoke")];
    assert!(place(Some("env/m"), &strange).starts_with("bad-endpoint"));
    let plain = [("POSTWRIGHT_URL", "http://example.org/v1")];
    assert!(place(Some("env/m"), &plain).starts_with("bad-endpoint"));
}

#[test]
fn a_command_from_the_environment() {
    let line = |text| ("POSTWRIGHT_COMMAND", text);
    let llm = line("llm -m '{model}'");
    assert_eq!(place(Some("env/a:b"), &[llm]), "env llm -m '{model}' - a:b");
    assert!(place(None, &[llm]).starts_with("model-missing"));
    assert!(place(Some("env/--version"), &[llm]).starts_with("bad-endpoint"));
    let cat = line("/bin/cat -u");
    assert_eq!(place(None, &[cat]), "env /bin/cat -u - cat");
    assert_eq!(place(Some("env"), &[cat]), "env /bin/cat -u - cat");
    assert_eq!(
        place(Some("env/x"), &[cat]),
        "bad-endpoint: write `--model env`, or put {model} where the command wants the name"
    );
    for broken in [
        vec![line("llm 'open")],
        vec![line("{model}")],
        vec![cat, ("POSTWRIGHT_URL", "http://127.0.0.1:1/v1")],
        vec![cat, ("POSTWRIGHT_PROTOCOL", "openai-chat")],
    ] {
        let said = place(Some("env"), &broken);
        assert!(said.starts_with("bad-endpoint"), "{said}");
    }
    let keyed = [cat, ("POSTWRIGHT_KEY_ENV", "K")];
    assert!(place(Some("env"), &keyed).starts_with("key-missing"));
}
