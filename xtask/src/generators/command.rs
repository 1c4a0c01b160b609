//! Running the programs that fetch and unpack packages.

use std::io;
use std::process::{Command, Stdio};

/// Runs a command to its end and returns what it printed.
///
/// `needs` says, as a noun, what must be on the machine for it, such as `npm and Node.js`.
pub(super) fn run(command: &mut Command, needs: &str) -> Result<String, String> {
    let shown = show(command);
    let output = command.stdin(Stdio::null()).output().map_err(|error| {
        let program = command.get_program().to_string_lossy();
        match error.kind() {
            io::ErrorKind::NotFound => {
                format!("This needs {needs}, but there is no {program} on the PATH.")
            }
            _ => format!("This needs {needs}, but {program} cannot be started: {error}."),
        }
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!(
        "This needs {needs}, but this command failed ({}):\n    {shown}\n{}",
        output.status,
        excerpt(&String::from_utf8_lossy(&said))
    ))
}

fn show(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy()];
    words.extend(
        command
            .get_args()
            .map(|argument| argument.to_string_lossy()),
    );
    words.join(" ")
}

/// The last lines of what a program said, indented, without characters that a terminal would obey.
pub(super) fn excerpt(text: &str) -> String {
    let lines: Vec<_> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    if lines.is_empty() {
        return "    (nothing)".to_owned();
    }
    lines[lines.len().saturating_sub(12)..]
        .iter()
        .map(|line| {
            let clean: String = line.chars().filter(|c| !c.is_control()).take(300).collect();
            format!("    {clean}")
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_is_named_with_what_it_is_part_of() {
        let error = run(&mut Command::new("no-such-npm"), "npm and Node.js").unwrap_err();
        assert!(
            error.contains("no-such-npm") && error.contains("npm and Node.js"),
            "{error}"
        );
    }

    #[test]
    fn a_command_that_fails_is_shown_with_its_last_words() {
        let error = run(Command::new(env!("CARGO")).arg("no-such-command"), "cargo").unwrap_err();
        assert!(
            error.contains("no-such-command") && error.contains("exit status: 101"),
            "{error}"
        );
    }

    #[test]
    fn an_excerpt_holds_the_end_and_no_control_characters() {
        let text = (1..=40).fold(String::new(), |text, n| {
            text + &format!("\u{1b}[31mline {n}\u{7}\n\n")
        });
        let short = excerpt(&text);
        assert!(
            short.ends_with("line 40") && !short.contains("line 28\n"),
            "{short}"
        );
        assert!(!short.contains(['\u{1b}', '\u{7}']));
    }
}
