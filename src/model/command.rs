//! A program as a model: the prompt goes to its standard input, the reply comes from its standard output.
//!
//! Its arguments are a list, given to no shell. `{model}` in an argument stands for the model's name, which a project may
//! choose; it is therefore held to letters that mean nothing to a shell or an option parser. The program sees no key
//! variables but its own.

use std::collections::HashMap;
use std::ffi::OsString;

use super::{EndpointError, Key, ModelError, Payment, Request};

mod group;
mod output;
mod run;

pub use run::ask;

/// The protocol's name in a configuration.
pub const PROTOCOL: &str = "command";

/// What stands for the model's name in an argument.
const MODEL: &str = "{model}";

/// A program that may be asked.
#[derive(Clone, Debug)]
pub struct Program {
    provider: String,
    command: Vec<String>,
    key: Option<Key>,
    variables: HashMap<OsString, OsString>,
}

impl Program {
    /// Takes a program and its arguments. `key` is the one that the program may see in its environment; it is scrubbed
    /// from messages. The environment is empty until [`Program::with_variables`] says otherwise.
    pub fn new(
        provider: &str,
        command: &[String],
        key: Option<Key>,
    ) -> Result<Self, EndpointError> {
        let program = command.first().map_or("", |program| program.trim());
        if program.is_empty() || command.iter().any(|part| part.contains('\0')) {
            return Err(EndpointError::NoProgram);
        }
        if program.contains(MODEL) {
            return Err(EndpointError::ModelAsProgram);
        }
        Ok(Self {
            provider: provider.to_owned(),
            command: command.to_vec(),
            key,
            variables: HashMap::new(),
        })
    }

    /// The provider's name, as in `--model PROVIDER/NAME`.
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// Whether an argument takes the model's name.
    pub fn takes_model(&self) -> bool {
        self.command.iter().any(|part| part.contains(MODEL))
    }

    /// The program's name without its folder: what records call the model where none can be named.
    pub fn name(&self) -> &str {
        let program = self.program();
        let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
        if name.is_empty() { program } else { name }
    }

    /// Program and arguments as one would type them. Not escaped.
    pub fn line(&self) -> String {
        let words = self.command.iter().map(String::as_str);
        shlex::try_join(words).unwrap_or_else(|_| self.name().to_owned())
    }

    /// The same program with these environment variables, all that it will see.
    #[must_use]
    pub fn with_variables(self, variables: HashMap<OsString, OsString>) -> Self {
        Self { variables, ..self }
    }

    /// The key that it may see, with the name of its variable.
    pub fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    fn program(&self) -> &str {
        self.command.first().map_or("", String::as_str)
    }

    /// Whether a model's name is no more than a name to any program: no option, no variable, no second word.
    pub fn check_model(&self, model: &str) -> Result<(), EndpointError> {
        let is_plain = |it: char| it.is_alphanumeric() || "-._:/@+".contains(it);
        if !self.takes_model() || (!model.starts_with('-') && model.chars().all(is_plain)) {
            return Ok(());
        }
        let shown = crate::text::escape(model);
        let shown = crate::text::shorten(&shown, 60).into_owned();
        Err(EndpointError::BadModel(shown))
    }

    /// The arguments with the model's name in its place.
    fn arguments(&self, model: &str) -> Result<Vec<String>, ModelError> {
        self.check_model(model).map_err(|error| {
            ModelError::new("bad-model-name", Payment::Free, error.to_string()).for_all()
        })?;
        let arguments = self.command.iter().skip(1);
        Ok(arguments.map(|it| it.replace(MODEL, model)).collect())
    }
}

/// Splits a command line as a shell would, without running one: quotes and backslashes, and nothing else.
pub fn split(line: &str) -> Option<Vec<String>> {
    shlex::split(line).filter(|words| !words.is_empty())
}

/// What is written to the program: the instructions, a blank line and the task; for a second turn, also the earlier reply
/// between two lines that it does not hold itself, and what is asked for now.
fn prompt(request: &Request) -> String {
    let mut text = String::new();
    if !request.system.is_empty() {
        text.push_str(request.system.trim_end());
        text.push_str("\n\n");
    }
    text.push_str(&request.user);
    if let Some(follow_up) = &request.follow_up {
        let fence = fence(&follow_up.reply);
        text.push_str(&format!(
            "\n\nYour reply so far stands between the two lines of `=`:\n\n{fence}\n{}\n{fence}\n\n{}",
            follow_up.reply, follow_up.ask
        ));
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// A line of `=`, longer than any run of them in the text.
fn fence(text: &str) -> String {
    let longest = text.split(|it| it != '=').map(str::len).max();
    "=".repeat(longest.unwrap_or(0).max(15) + 1)
}

#[cfg(test)]
mod tests {
    use super::super::FollowUp;
    use super::*;

    fn program(command: &[&str]) -> Result<Program, EndpointError> {
        let command: Vec<String> = command.iter().map(|it| (*it).to_owned()).collect();
        Program::new("mine", &command, None)
    }

    #[test]
    fn the_models_name_goes_into_arguments_and_stays_a_name() {
        let llm = program(&["/usr/bin/llm", "-m", "{model}", "--x={model}!"]).unwrap();
        assert!(llm.takes_model());
        assert_eq!(llm.name(), "llm");
        assert_eq!(
            llm.arguments("llama3.2:3b").unwrap(),
            ["-m", "llama3.2:3b", "--x=llama3.2:3b!"]
        );
        for bad in ["--help", "a b", "$(id)", "a;b", "a\nb", "`a`", "a'b", "{x}"] {
            assert!(llm.check_model(bad).is_err(), "{bad}");
            let error = llm.arguments(bad).unwrap_err();
            assert_eq!((error.payment, error.stops_run), (Payment::Free, true));
        }
        for good in ["gpt-5", "hf.co/a/b:Q4_K_M", "Qwen2.5@latest", "模型"] {
            assert!(llm.check_model(good).is_ok(), "{good}");
        }
        let cat = program(&["cat"]).unwrap();
        assert!(!cat.takes_model());
        assert_eq!(cat.arguments("--x").unwrap(), [""; 0]);
    }

    #[test]
    fn a_command_names_its_program_itself() {
        for none in [&[] as &[&str], &[""], &[" ", "a"], &["a", "\0"]] {
            assert_eq!(program(none).unwrap_err(), EndpointError::NoProgram);
        }
        let error = program(&["/bin/{model}"]).unwrap_err();
        assert_eq!(error, EndpointError::ModelAsProgram);
    }

    #[test]
    fn command_lines_are_split_and_shown() {
        let words = split(r#"llm -m '{model}' "a b" c\ d"#).unwrap();
        assert_eq!(words, ["llm", "-m", "{model}", "a b", "c d"]);
        assert_eq!(split("  "), None);
        assert_eq!(split("llm 'open"), None);
        let shown = program(&["llm", "-m", "{model}", "a b"]).unwrap().line();
        assert_eq!(split(&shown).unwrap(), ["llm", "-m", "{model}", "a b"]);
    }

    #[test]
    fn prompts() {
        let mut request = Request {
            system: "Be brief.\n".to_owned(),
            user: "Write.".to_owned(),
            model: "m".to_owned(),
            temperature: None,
            max_output_tokens: None,
            follow_up: None,
        };
        assert_eq!(prompt(&request), "Be brief.\n\nWrite.\n");
        let reply = format!("TITLE: a\n{}\nb", "=".repeat(20));
        request.follow_up = Some(FollowUp {
            reply: reply.clone(),
            ask: "Go on.".to_owned(),
            replies: 1,
            earlier_bytes: 0,
        });
        let line = "=".repeat(21);
        assert_eq!(
            prompt(&request),
            format!(
                "Be brief.\n\nWrite.\n\nYour reply so far stands between the two lines of `=`:\n\n{line}\n{reply}\n{line}\n\nGo on.\n"
            )
        );
        request.system.clear();
        request.follow_up = None;
        assert_eq!(prompt(&request), "Write.\n");
    }
}
