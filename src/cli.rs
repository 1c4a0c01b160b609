//! Arguments to a command. Decides nothing, prints nothing, never exits.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

mod generate;
mod records;

pub use generate::Generate;
pub use records::{ListRecords, PruneRecords, Records, RecordsCommand, ShowRecords, VerifyRecords};

/// Turns the topic stubs of a Zola or Hugo site into finished, checked posts.
#[derive(Debug, Parser)]
#[command(
    name = "postwright",
    version,
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub struct Arguments {
    /// Options that every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The site's folder [default: the nearest folder upward with a generator's configuration]
    #[arg(long, global = true, value_name = "DIR", env = "POSTWRIGHT_ROOT")]
    pub root: Option<PathBuf>,
    /// Print errors and results only
    #[arg(short, long, global = true, env = "POSTWRIGHT_QUIET", value_parser = FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub quiet: bool,
    /// Print more about what happens
    #[arg(short, long, global = true, env = "POSTWRIGHT_VERBOSE", value_parser = FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub verbose: bool,
    /// When to color the output
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, env = "POSTWRIGHT_COLOR")]
    pub color: Color,
}

/// When to color.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// Where the output is a terminal and `NO_COLOR` is not set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Human,
    /// For programs: one JSON document.
    Json,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum FindingFormat {
    /// For people.
    #[default]
    Human,
    /// For programs: one JSON document.
    Json,
    /// For tools that gather the findings of others: one SARIF 2.1.0 document.
    Sarif,
    /// For GitHub Actions: a note beside each line.
    Github,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write the example sites and turn their stubs into posts: no key, no network
    Demo(Demo),
    /// Write a commented postwright.toml that fits the site
    Init,
    /// Write a stub a topic
    New(New),
    /// Show every stub and generated post with its state
    Status(Status),
    /// Turn stubs into posts
    Generate(Generate),
    /// Print the exact prompt of one stub
    Prompt(Prompt),
    /// Take a reply from a file or standard input as if the model had sent it
    Accept(Accept),
    /// Report what the generator would refuse or garble
    Check(Check),
    /// Show which pages no text links to, and links that would help
    Links(Links),
    /// Explain a rule, or list all of them
    Explain(Explain),
    /// Give back the stub that a post was made from
    Restore(Restore),
    /// Look after the recorded replies and the pages that are kept with them
    Records(Records),
    /// Print shell completions
    Completions(Completions),
}

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Where to write the sites; must be new or empty
    #[arg(value_name = "DIR", default_value = "postwright-demo")]
    pub dir: PathBuf,
}

/// Arguments of `new`.
#[derive(Debug, Args)]
pub struct New {
    /// What each post is to be about
    #[arg(value_name = "TOPIC")]
    pub topics: Vec<String>,
    /// The section to write to, below the content folder or seen from the site's root [default: the working folder inside the content folder, else the only section there is, else the content folder]
    #[arg(long, value_name = "SECTION", env = "POSTWRIGHT_SECTION")]
    pub section: Option<String>,
    /// The language to write to: one of the site's own [default: that of the section, else the site's]
    #[arg(long, value_name = "LANG", env = "POSTWRIGHT_LANGUAGE")]
    pub language: Option<String>,
    /// Topics from a file, `-` for standard input: one a line, or CSV with a header (topic, section, slug, brief, audience, tone, keywords, words, language, context)
    #[arg(long, value_name = "FILE", env = "POSTWRIGHT_FROM")]
    pub from: Option<PathBuf>,
}

/// Arguments of `status`.
#[derive(Debug, Args)]
pub struct Status {
    /// How to print the states
    #[arg(long, value_enum, default_value_t, env = "POSTWRIGHT_FORMAT")]
    pub format: Format,
}

/// Arguments of `prompt`.
#[derive(Debug, Args)]
pub struct Prompt {
    /// The stub
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
}

/// Arguments of `accept`.
#[derive(Debug, Args)]
pub struct Accept {
    /// The stub, or the post to refresh
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// The file with the reply [default: standard input]
    #[arg(long, value_name = "FILE", env = "POSTWRIGHT_REPLY")]
    pub reply: Option<PathBuf>,
    /// Use a reply that is already recorded: KEY/NAME, or NAME
    #[arg(long, value_name = "NAME", env = "POSTWRIGHT_RECORD")]
    pub record: Option<String>,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Pages or folders [default: the whole site]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Apply the fixes that keep the meaning of a page
    #[arg(long, env = "POSTWRIGHT_FIX", value_parser = FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub fix: bool,
    /// Apply the fixes that may change the meaning of a page, too
    #[arg(long, env = "POSTWRIGHT_UNSAFE_FIXES", value_parser = FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub unsafe_fixes: bool,
    /// Show what the fixes would change; write nothing
    #[arg(long, env = "POSTWRIGHT_DIFF", value_parser = FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub diff: bool,
    /// Build the site with the real generator, in a temporary folder, and report what it says
    #[arg(long, env = "POSTWRIGHT_BUILD", value_parser = FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub build: bool,
    /// Run these rules only
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        env = "POSTWRIGHT_SELECT"
    )]
    pub select: Vec<String>,
    /// Do not run these rules
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        env = "POSTWRIGHT_IGNORE"
    )]
    pub ignore: Vec<String>,
    /// Exit with status 1 on warnings too
    #[arg(long, env = "POSTWRIGHT_STRICT", value_parser = FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub strict: bool,
    /// How to print the findings
    #[arg(long, value_enum, default_value_t, env = "POSTWRIGHT_FORMAT")]
    pub format: FindingFormat,
}

/// Arguments of `links`.
#[derive(Debug, Args)]
pub struct Links {
    /// Add the suggested links to posts that nobody has edited since they were written
    #[arg(long, env = "POSTWRIGHT_FIX", value_parser = FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub fix: bool,
    /// How to print the report
    #[arg(long, value_enum, default_value_t, env = "POSTWRIGHT_FORMAT")]
    pub format: Format,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// The rule
    #[arg(value_name = "RULE")]
    pub rule: Option<String>,
}

/// Arguments of `restore`.
#[derive(Debug, Args)]
pub struct Restore {
    /// The post
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// Restore even where a person has edited the post
    #[arg(long, env = "POSTWRIGHT_FORCE", value_parser = FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub force: bool,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Flags of which only one can hold. Where one stands on the command line, it wins over a variable that says the other.
const EXCLUSIVE: [(&str, &str); 2] = [("offline", "online"), ("reply", "record")];

/// Reads the arguments and the variables that stand for flags.
///
/// # Errors
/// The usage error, or the help or version text that was asked for, ready to print.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, clap::Error> {
    let matches = definition().try_get_matches_from(arguments)?;
    let mut parsed = Arguments::from_arg_matches(&matches)?;
    let Some((_, below)) = matches.subcommand() else {
        return Ok(parsed);
    };
    for (first, second) in EXCLUSIVE {
        match (given(below, first), given(below, second)) {
            (Some(a), Some(b)) if a == b => {
                let message =
                    format!("--{first} and --{second} exclude each other; say one of them");
                return Err(definition().error(ErrorKind::ArgumentConflict, message));
            }
            (Some(ValueSource::CommandLine), Some(_)) => parsed.command.forget(second),
            (Some(_), Some(_)) => parsed.command.forget(first),
            _ => {}
        }
    }
    Ok(parsed)
}

/// Where a flag that holds comes from.
fn given(matches: &ArgMatches, flag: &str) -> Option<ValueSource> {
    let source = matches
        .try_contains_id(flag)
        .ok()
        .filter(|known| *known)
        .and_then(|_| matches.value_source(flag))?;
    let is_no = matches.try_get_one::<bool>(flag).ok().flatten() == Some(&false);
    (!is_no && source != ValueSource::DefaultValue).then_some(source)
}

impl Command {
    /// Takes back a flag that another one on the command line has overruled.
    fn forget(&mut self, flag: &str) {
        match (self, flag) {
            (Self::Generate(generate), "offline") => generate.offline = false,
            (Self::Generate(generate), "online") => generate.online = false,
            (Self::Accept(accept), "reply") => accept.reply = None,
            (Self::Accept(accept), "record") => accept.record = None,
            _ => {}
        }
    }
}

/// The whole command as clap sees it, to derive completions and documentation from.
pub fn definition() -> clap::Command {
    Arguments::command()
}

#[cfg(test)]
mod tests;
