//! Finds model servers on this machine, and says what they offer.

use std::time::Duration;

use futures_util::future::join_all;

use super::choose::ollama_url;
use super::{Choice, ChoiceError, Endpoint, Limits, PROVIDERS, Provider, Server, http};

mod writers;

pub(super) use writers::writers;

/// A server on this machine that is there answers at once.
const LIMIT: Duration = Duration::from_millis(300);

/// The most models of one server that are named in a message.
const NAMED: usize = 8;

/// A server on this machine that answers.
#[derive(Clone, Debug)]
pub struct Found {
    /// Where it is.
    pub server: Server,
    /// Its models that can write, in its own order: for Ollama, the one that was fetched last comes first.
    pub models: Vec<String>,
}

/// What is taken where nothing is configured, and what to say of it besides its name.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Whom to ask.
    pub choice: Choice,
    /// The other models that could have been taken.
    pub note: Option<String>,
}

/// The servers of the table that would run on this machine. Of those that take the same port by default one stands for
/// all: whichever it is, it is asked once. The user's `variable`s may say where one of them is.
pub fn servers(variable: &dyn Fn(&str) -> Option<String>) -> Vec<Server> {
    let rows = PROVIDERS.iter().filter(|row| row.is_local());
    let mut servers: Vec<Server> = Vec::new();
    for server in rows.filter_map(|row| server(row, variable)) {
        if servers.iter().all(|known| known.url() != server.url()) {
            servers.push(server);
        }
    }
    servers
}

/// Asks the given servers, all at once; those that are not on this machine, or do not answer, are left out.
pub async fn probe(servers: impl IntoIterator<Item = Server>) -> Vec<Found> {
    let here: Vec<Server> = servers.into_iter().filter(Server::is_loopback).collect();
    let limits = Limits {
        connect: LIMIT,
        ..Limits::default()
    };
    // One client for all, made before the time runs: that reads the certificates of the machine.
    let client = here.first().map(|server| http::client(server, &limits));
    let Some(Ok(client)) = &client else {
        return Vec::new();
    };
    let asked = here.into_iter().map(|server| async {
        let models = http::models(client, &server, LIMIT).await?;
        Some(Found { server, models })
    });
    join_all(asked).await.into_iter().flatten().collect()
}

/// The built-in server on this machine that is called `name`.
pub fn named(name: &str, variable: &dyn Fn(&str) -> Option<String>) -> Option<Server> {
    let mut rows = PROVIDERS.iter().filter(|row| row.is_local());
    let row = rows.find(|row| row.name == name)?;
    server(row, variable)
}

fn server(row: &Provider, variable: &dyn Fn(&str) -> Option<String>) -> Option<Server> {
    let moved = ollama_url(variable).filter(|_| row.name == "ollama");
    let url = moved.as_deref().unwrap_or(row.url);
    Server::new(row.name, row.protocol, url, None).ok()
}

/// The first model of the only server that has any; of several servers, the user has to choose. Names are escaped, since
/// anything may listen on a port.
pub fn offer(found: Vec<Found>) -> Result<Option<Offer>, ChoiceError> {
    let (mut able, empty): (Vec<Found>, Vec<Found>) =
        found.into_iter().partition(|it| !it.models.is_empty());
    let only = match (able.len(), empty.first()) {
        (0, None) => return Ok(None),
        (0, Some(empty)) => return Err(no_models(&empty.server)),
        (1, _) => able.remove(0),
        _ => return Err(several(&able)),
    };
    let Found { server, models } = only;
    let note = (models.len() > 1).then(|| {
        format!(
            "{} on this machine also has:{}",
            escape(&server.provider),
            lines(&server.provider, &models[1..])
        )
    });
    let model = models.into_iter().next().unwrap_or_default();
    Ok(Some(Offer {
        choice: Choice {
            endpoint: Endpoint::Server(server),
            model,
        },
        note,
    }))
}

/// What to say where a server does not have the model that it was asked for: those that it has, or how to get one.
pub fn instead(server: &Server, model: &str, models: &[String]) -> String {
    let fetch = (server.provider == "ollama").then(|| format!("ollama pull {}", quoted(model)));
    if models.is_empty() {
        return match fetch {
            Some(fetch) => format!("the server has no model yet; fetch it: {fetch}"),
            None => "the server has no model that can write; load one in it".to_owned(),
        };
    }
    let lines = lines(&server.provider, models);
    match fetch {
        Some(fetch) => format!("fetch it (`{fetch}`), or choose one that is there:{lines}"),
        None => format!("choose a model that is there:{lines}"),
    }
}

fn several(able: &[Found]) -> ChoiceError {
    let all: String = able
        .iter()
        .map(|it| lines(&it.server.provider, &it.models))
        .collect();
    ChoiceError {
        kind: "model-ambiguous",
        message: "several model servers answer on this machine".to_owned(),
        help: Some(format!("choose a model with one of:{all}")),
    }
}

fn no_models(server: &Server) -> ChoiceError {
    let provider = escape(&server.provider);
    ChoiceError {
        kind: "model-missing",
        message: format!(
            "{provider} answers at {}, but has no model that can write",
            server.host()
        ),
        help: Some(if provider == "ollama" {
            "fetch one, for instance: ollama pull llama3.2".to_owned()
        } else {
            "load one in it, and run the command again".to_owned()
        }),
    }
}

/// A line to copy for each model, indented below a message.
fn lines(provider: &str, models: &[String]) -> String {
    let mut text = String::new();
    for model in models.iter().take(NAMED) {
        text.push_str(&format!(
            "\n    --model {}",
            quoted(&format!("{provider}/{model}"))
        ));
    }
    if models.len() > NAMED {
        let (provider, more) = (escape(provider), models.len() - NAMED);
        text.push_str(&format!("\n    and {more} more of {provider}"));
    }
    text
}

/// As it can be given to a shell.
fn quoted(text: &str) -> String {
    let escaped = escape(text);
    match shlex::try_quote(&escaped) {
        Ok(quoted) => quoted.into_owned(),
        Err(_) => escaped.clone(),
    }
}

fn escape(text: &str) -> String {
    crate::text::shorten(&crate::text::escape(text), 120).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, models: &[&str]) -> Found {
        Found {
            server: named(name, &|_| None).unwrap(),
            models: models.iter().map(|it| (*it).to_owned()).collect(),
        }
    }

    fn told(found: Vec<Found>) -> String {
        match offer(found) {
            Ok(None) => "nothing".to_owned(),
            Ok(Some(offer)) => format!(
                "{}/{}; {}",
                offer.choice.endpoint.provider(),
                offer.choice.model,
                offer.note.unwrap_or_default()
            ),
            Err(error) => format!(
                "{}: {error}\n  help: {}",
                error.kind,
                error.help.as_deref().unwrap()
            ),
        }
    }

    #[test]
    fn one_server_is_taken_and_several_are_listed() {
        assert_eq!(told(vec![]), "nothing");
        assert_eq!(told(vec![found("jan", &["a"])]), "jan/a; ");
        insta::assert_snapshot!(told(vec![
            found("ollama", &["llama3.2:3b", "qwen3:8b", "a name\u{1b}[2J; rm -rf ~"]),
            found("lm-studio", &[]),
        ]), @r#"
        ollama/llama3.2:3b; ollama on this machine also has:
            --model ollama/qwen3:8b
            --model "ollama/a name\\u{1b}[2J; rm -rf ~"
        "#);
        let many: Vec<String> = (0..10).map(|number| format!("m{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        insta::assert_snapshot!(told(vec![
            found("ollama", &many),
            found("llama.cpp", &["/models/gemma-3.gguf"]),
        ]), @r"
        model-ambiguous: several model servers answer on this machine
          help: choose a model with one of:
            --model ollama/m0
            --model ollama/m1
            --model ollama/m2
            --model ollama/m3
            --model ollama/m4
            --model ollama/m5
            --model ollama/m6
            --model ollama/m7
            and 2 more of ollama
            --model llama.cpp//models/gemma-3.gguf
        ");
        insta::assert_snapshot!(told(vec![found("ollama", &[])]), @r"
        model-missing: ollama answers at 127.0.0.1:11434, but has no model that can write
          help: fetch one, for instance: ollama pull llama3.2
        ");
        insta::assert_snapshot!(told(vec![found("jan", &[])]), @r"
        model-missing: jan answers at 127.0.0.1:1337, but has no model that can write
          help: load one in it, and run the command again
        ");
    }

    #[test]
    fn a_missing_model_is_told_with_those_that_are_there() {
        let have = ["llama3.2:3b".to_owned()];
        let ollama = named("ollama", &|_| None).unwrap();
        insta::assert_snapshot!(instead(&ollama, "lama3", &have), @r"
        fetch it (`ollama pull lama3`), or choose one that is there:
            --model ollama/llama3.2:3b
        ");
        insta::assert_snapshot!(instead(&ollama, "a b", &[]), @"the server has no model yet; fetch it: ollama pull 'a b'");
        let vllm = named("vllm", &|_| None).unwrap();
        insta::assert_snapshot!(instead(&vllm, "x", &have), @r"
        choose a model that is there:
            --model vllm/llama3.2:3b
        ");
        insta::assert_snapshot!(instead(&vllm, "x", &[]), @"the server has no model that can write; load one in it");
        assert!(named("openai", &|_| None).is_none());
    }
    #[test]
    fn the_users_environment_may_say_where_ollama_is() {
        let at = |value: &'static str| {
            move |name: &str| (name == "OLLAMA_HOST").then(|| value.to_owned())
        };
        let urls = |value| {
            let servers = servers(&at(value));
            servers
                .iter()
                .map(|it| it.url().to_owned())
                .collect::<Vec<_>>()
        };
        assert!(urls("").contains(&"http://127.0.0.1:11434".to_owned()));
        assert!(urls("0.0.0.0:7").contains(&"http://127.0.0.1:7".to_owned()));
        // Without encryption nothing is asked of another machine, not even unasked for what it has.
        let elsewhere = urls("192.0.2.1");
        assert!(
            elsewhere.iter().all(|url| url.contains("127.0.0.1")),
            "{elsewhere:?}"
        );
        assert_eq!(
            named("ollama", &at(":7")).unwrap().url(),
            "http://127.0.0.1:7"
        );
    }
}
