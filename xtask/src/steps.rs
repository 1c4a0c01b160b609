//! The steps of `cargo xtask test`, in order. The first that fails ends the run.

use std::env;
use std::ffi::OsString;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use xtask::{generators, schema};

type Step = (&'static str, fn() -> Result<Counts, String>);

const STEPS: [Step; 5] = [
    ("generators", find_generators),
    ("format", || cargo(&["fmt", "--all", "--check"], &[])),
    ("clippy", || {
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
            &[],
        )
    }),
    ("documentation", || {
        cargo(
            &["doc", "--workspace", "--no-deps", "--locked"],
            &[("RUSTDOCFLAGS", "-D warnings")],
        )
    }),
    ("tests", || test(&["test", "--workspace", "--locked"])),
];

/// How many tests ran, as the test runner's summary lines tell.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Counts {
    passed: usize,
    failed: usize,
    skipped: usize,
}

/// Runs the steps. The tests are the last one, so the output ends with their summary.
pub(crate) fn run_all() -> ExitCode {
    let start = Instant::now();
    let mut times = Vec::new();
    let mut total = Counts::default();
    for (index, (name, step)) in STEPS.iter().enumerate() {
        println!("\n=== {}/{} {name}", index + 1, STEPS.len());
        let step_start = Instant::now();
        match step() {
            Ok(counts) => total = counts,
            Err(reason) => {
                println!(
                    "\nerror: step {}/{}, {name}, failed: {reason}",
                    index + 1,
                    STEPS.len()
                );
                return ExitCode::FAILURE;
            }
        }
        let seconds = step_start.elapsed().as_secs_f64();
        println!("--- {name}: ok in {seconds:.1} s");
        times.push(format!("{name} {seconds:.1} s"));
    }
    println!(
        "\nEvery step passed in {:.1} s: {}.",
        start.elapsed().as_secs_f64(),
        times.join(", ")
    );
    println!("{}", total.line());
    ExitCode::SUCCESS
}

fn find_generators() -> Result<Counts, String> {
    println!("Installing them the first time takes a minute or so.");
    let found = generators::all().map_err(|error| error.to_string())?;
    for program in [&found.zola, &found.zola17, &found.hugo] {
        println!(
            "{} {}: {}",
            program.name(),
            program.version(),
            program.path().display()
        );
    }
    println!("SARIF 2.1.0: {}", schema::sarif()?.display());
    Ok(Counts::default())
}

fn cargo(arguments: &[&str], variables: &[(&str, &str)]) -> Result<Counts, String> {
    let mut command = command(arguments);
    command.envs(variables.iter().copied());
    let status = command
        .status()
        .map_err(|error| not_started(&command, &error))?;
    if status.success() {
        return Ok(Counts::default());
    }
    Err(format!(
        "`cargo {}` ended with {status}",
        arguments.join(" ")
    ))
}

/// Runs the tests, passes on what they print, and counts them.
fn test(arguments: &[&str]) -> Result<Counts, String> {
    let mut command = command(arguments);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| not_started(&command, &error))?;
    let mut counts = Counts::default();
    if let Some(output) = child.stdout.take() {
        counts = pass_on(BufReader::new(output), &mut io::stdout())
            .map_err(|error| format!("its output is lost: {error}"))?;
    }
    let status = child
        .wait()
        .map_err(|error| not_started(&command, &error))?;
    if !status.success() {
        return Err(format!(
            "`cargo {}` ended with {status}\n{}",
            arguments.join(" "),
            counts.line()
        ));
    }
    if counts.passed == 0 {
        return Err(format!("`cargo {}` ran no test", arguments.join(" ")));
    }
    Ok(counts)
}

/// Copies the test runner's output line by line, and counts.
fn pass_on(mut output: impl io::BufRead, to: &mut impl io::Write) -> io::Result<Counts> {
    let mut counts = Counts::default();
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line)? > 0 {
        to.write_all(&line)?;
        to.flush()?;
        counts.add(&String::from_utf8_lossy(&line));
        line.clear();
    }
    Ok(counts)
}

impl Counts {
    /// Adds a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; …`.
    fn add(&mut self, line: &str) {
        let Some(summary) = line.strip_prefix("test result: ") else {
            return;
        };
        let words: Vec<_> = summary
            .split([' ', ';'])
            .filter(|word| !word.is_empty())
            .collect();
        for pair in words.windows(2) {
            let Ok(number) = pair[0].parse::<usize>() else {
                continue;
            };
            match pair[1] {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.skipped += number,
                _ => {}
            }
        }
    }

    fn line(self) -> String {
        let Self {
            passed,
            failed,
            skipped,
        } = self;
        format!("total: {passed} passed, {failed} failed, {skipped} skipped")
    }
}

/// Cargo, in the root of the repository.
fn command(arguments: &[&str]) -> Command {
    // Cargo tells the programs that it runs which cargo that was.
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.args(arguments).current_dir(root());
    command
}

fn root() -> PathBuf {
    let package =
        env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&package).join("..")
}

fn not_started(command: &Command, error: &io::Error) -> String {
    format!(
        "{} cannot be run: {error}",
        command.get_program().to_string_lossy()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summaries_of_several_test_programs_are_added_up_and_all_output_passed_on() {
        let output = "running 3 tests\n\
            test a ... ok\n\
            test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            9 passed\n\
            test result: FAILED. 10 passed; 4 failed; 0 ignored; 0 measured; 7 filtered out; finished in 1.20s\n";
        let mut copy = Vec::new();
        let counts = pass_on(output.as_bytes(), &mut copy).unwrap();
        assert_eq!(copy, output.as_bytes());
        assert_eq!(counts.line(), "total: 12 passed, 4 failed, 1 skipped");
    }
}
