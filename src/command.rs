//! One short story a subcommand, told in calls to the stages. Everything a command needs from the process that it runs
//! in comes through [`Environment`], so that a test can give it another one.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Read, Write};
use std::path::PathBuf;

use jiff::Timestamp;

use crate::cli::{self, Arguments, Color, Command};
use crate::text::{escape, tame};
use crate::{disk, record};

mod accept;
mod ask;
mod categories;
mod check;
mod completions;
mod demo;
mod edits;
mod explain;
mod generate;
mod init;
mod knowledge;
mod links;
mod new;
mod process;
mod prompt;
mod publish;
mod reading;
mod records;
mod restore;
mod run;
mod status;
mod survey;
mod workspace;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// All well.
    Success,
    /// Something needs a person.
    Attention,
    /// The command or the configuration cannot be used; nothing was done.
    Usage,
    /// Ctrl-C.
    Interrupted,
    /// `SIGTERM`.
    Terminated,
}

impl Status {
    /// The exit status of the process.
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Attention => 1,
            Self::Usage => 2,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

/// Fewer columns have no room for a bar.
const NARROWEST: u16 = 40;

/// What a command needs from the process it runs in.
pub struct Environment {
    /// The working folder.
    pub cwd: PathBuf,
    /// The environment variables that are UTF-8.
    pub variables: HashMap<String, String>,
    /// Standard input.
    pub stdin: Box<dyn Read>,
    /// Whether a person sits at standard input.
    pub stdin_is_terminal: bool,
    /// For results.
    pub stdout: Box<dyn Write>,
    /// For progress, warnings and errors.
    pub stderr: Box<dyn Write>,
    /// Whether results go to a terminal.
    pub stdout_is_terminal: bool,
    /// Whether progress goes to a terminal.
    pub stderr_is_terminal: bool,
    /// Columns and rows of the terminal at standard error, where they can be told.
    pub stderr_size: fn() -> Option<(u16, u16)>,
    /// The clock that stamps requests.
    pub now: fn() -> Timestamp,
}

impl Environment {
    /// The environment of this process.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where the process enters"
    )]
    pub fn real() -> Self {
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self {
            cwd: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            variables,
            stdin: Box::new(io::stdin()),
            stdin_is_terminal: io::stdin().is_terminal(),
            stdout: Box::new(io::stdout()),
            stderr: Box::new(io::stderr()),
            stdout_is_terminal: io::stdout().is_terminal(),
            stderr_is_terminal: io::stderr().is_terminal(),
            stderr_size: || {
                let (columns, rows) = terminal_size::terminal_size_of(io::stderr())?;
                Some((columns.0, rows.0))
            },
            now: Timestamp::now,
        }
    }

    /// The value of a variable, where it is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Whether this runs in a CI service: `CI` is set and not an explicit no.
    pub fn is_ci(&self) -> bool {
        self.variable("CI")
            .is_some_and(|value| !["0", "false", "no"].contains(&value.to_lowercase().as_str()))
    }

    /// The clock that stamps requests: the real one, or the time that `SOURCE_DATE_EPOCH` sets, for runs that must be
    /// repeatable.
    pub fn clock(&self) -> Clock {
        let seconds = self
            .variable("SOURCE_DATE_EPOCH")
            .and_then(|text| text.trim().parse().ok());
        Clock {
            fixed: seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()),
            now: self.now,
        }
    }

    /// Now.
    pub fn timestamp(&self) -> Timestamp {
        self.clock().timestamp()
    }

    /// Now, for what is shown and gone: `SOURCE_DATE_EPOCH` does not stop this clock.
    fn moment(&self) -> Timestamp {
        (self.now)()
    }

    /// Columns and rows of the terminal at standard error.
    fn stderr_size(&self) -> Option<(u16, u16)> {
        (self.stderr_size)()
    }

    /// Whether the terminal of this process does no more than print lines.
    fn is_dumb(&self) -> bool {
        self.variable("TERM") == Some("dumb")
    }

    /// Whether what is drawn on standard error can be drawn over. Windows names no terminal, and gets lines.
    fn can_draw(&self) -> bool {
        let is_wide = |(columns, rows)| columns >= NARROWEST && rows >= 2;
        self.stderr_is_terminal
            && self.variable("TERM").is_some()
            && !self.is_dumb()
            && !self.is_ci()
            && self.stderr_size().is_none_or(is_wide)
    }

    /// The day in UTC.
    pub fn today(&self) -> jiff::civil::Date {
        self.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date()
    }

    /// A line from standard input; empty at its end.
    fn read_line(&mut self) -> String {
        let mut line = Vec::new();
        let mut byte = [0];
        while line.len() < 1024 && matches!(self.stdin.read(&mut byte), Ok(1)) && byte[0] != b'\n' {
            line.push(byte[0]);
        }
        String::from_utf8_lossy(&line).into_owned()
    }

    /// Prints a result for programs. A reader that has gone away is no failure of the command: what was paid for is on disk.
    fn print(&mut self, text: &str) {
        let _ = self
            .stdout
            .write_all(text.as_bytes())
            .and_then(|()| self.stdout.flush());
    }

    /// Prints bytes as they are.
    fn print_bytes(&mut self, bytes: &[u8]) {
        let _ = self
            .stdout
            .write_all(bytes)
            .and_then(|()| self.stdout.flush());
    }

    /// Prints a result for people. What it quotes gives no orders to a CI service.
    fn print_lines(&mut self, text: &str) {
        self.print(&tame(text));
    }

    /// Prints text about what happens, which brings its own line ends.
    fn note_all(&mut self, text: &str) {
        let _ = self
            .stderr
            .write_all(tame(text).as_bytes())
            .and_then(|()| self.stderr.flush());
    }

    /// Prints a line about what happens.
    fn note(&mut self, text: &str) {
        let _ = writeln!(self.stderr, "{}", tame(text)).and_then(|()| self.stderr.flush());
    }
}

/// Tells the time of requests.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    fixed: Option<Timestamp>,
    now: fn() -> Timestamp,
}

impl Clock {
    /// Now.
    pub fn timestamp(&self) -> Timestamp {
        self.fixed.unwrap_or_else(self.now)
    }
}

/// What every command gets: the options that all take, and the outcome of `--color`.
struct Context {
    global: cli::Global,
    color: bool,
    /// The same for standard error.
    error_color: bool,
}

/// Reads the arguments, runs the command and prints what went wrong; the whole program but for the process around it.
pub fn main(
    arguments: impl IntoIterator<Item = OsString>,
    environment: &mut Environment,
) -> Status {
    let arguments = match cli::parse(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return print_usage(&error, environment),
    };
    let color = |is_terminal: bool| match arguments.global.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            is_terminal && !environment.is_dumb() && environment.variable("NO_COLOR").is_none()
        }
    };
    let (color, error_color) = (
        color(environment.stdout_is_terminal),
        color(environment.stderr_is_terminal),
    );
    let Arguments { global, command } = arguments;
    let context = Context {
        global,
        color,
        error_color,
    };
    run(command, &context, environment).unwrap_or_else(|error| {
        environment.note(&told(&error));
        Status::Usage
    })
}

/// An error with its causes, each once, and what to do next where the file system has something to say.
fn told(error: &anyhow::Error) -> String {
    let mut text = "error".to_owned();
    let mut help = None;
    for cause in error.chain() {
        let message = cause.to_string();
        // Some messages hold their cause already.
        if !text.contains(&message) {
            text.push_str(": ");
            text.push_str(&message);
        }
        help = help.or_else(|| disk_help(cause));
    }
    // Whatever a cause quotes reaches no terminal as it is.
    let lines: Vec<_> = text.split('\n').map(escape).collect();
    let text = lines.join("\n");
    match help {
        Some(help) => format!("{text}\n  help: {help}"),
        None => text,
    }
}

fn disk_help(error: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
    if let Some(record::Error::Disk(error)) = error.downcast_ref() {
        return error.help();
    }
    error
        .downcast_ref::<disk::Error>()
        .and_then(disk::Error::help)
}

fn run(
    command: Command,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    match command {
        Command::Demo(arguments) => demo::run(&arguments, context, environment),
        Command::Init => init::run(context, environment),
        Command::New(arguments) => new::run(&arguments, context, environment),
        Command::Status(arguments) => status::run(&arguments, context, environment),
        Command::Generate(arguments) => generate::run(&arguments, context, environment),
        Command::Prompt(arguments) => prompt::run(&arguments, context, environment),
        Command::Accept(arguments) => accept::run(&arguments, context, environment),
        Command::Check(arguments) => check::run(&arguments, context, environment),
        Command::Links(arguments) => links::run(&arguments, context, environment),
        Command::Explain(arguments) => explain::run(&arguments, environment),
        Command::Restore(arguments) => restore::run(&arguments, context, environment),
        Command::Records(arguments) => records::run(&arguments, context, environment),
        Command::Completions(arguments) => Ok(completions::run(&arguments, environment)),
    }
}

fn print_usage(error: &clap::Error, environment: &mut Environment) -> Status {
    let text = error.render().to_string();
    if error.use_stderr() {
        let _ = environment.stderr.write_all(text.as_bytes());
        Status::Usage
    } else {
        environment.print(&text);
        Status::Success
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn a_cause_is_told_once_and_the_help_behind_it() {
        let denied = || disk::Error::Io {
            doing: "write",
            path: "a.md".into(),
            cause: io::ErrorKind::PermissionDenied.into(),
        };
        let expected = "error: cannot write a.md: permission denied\n  \
                        help: check the permissions of the file and of the folder it is in";
        assert_eq!(told(&denied().into()), expected);
        assert_eq!(told(&record::Error::Disk(denied()).into()), expected);
        let error = Err::<(), _>(denied())
            .context("nothing was asked")
            .unwrap_err();
        assert_eq!(
            told(&error),
            expected.replace("error: ", "error: nothing was asked: ")
        );
        let quoted = anyhow::anyhow!("no `\u{1b}[2J\u{2028}`\n  help: none");
        assert_eq!(
            told(&quoted),
            "error: no `\\u{1b}[2J\\u{2028}`\n  help: none"
        );
    }
}
