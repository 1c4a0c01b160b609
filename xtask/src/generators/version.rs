//! Whether a program is the generator, in the version, that it is taken for.

use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use super::Spec;
use super::command;

/// Runs the program and requires it to tell the expected name and version.
pub(super) fn verify(spec: &Spec, program: &Path) -> Result<(), String> {
    let output = run(spec, program).map_err(|error| format!("It cannot be started: {error}."))?;
    let text = String::from_utf8_lossy(&output.stdout);
    if output.status.success() && tells(&text, spec.name, spec.version) {
        return Ok(());
    }
    let said = if text.trim().is_empty() {
        String::from_utf8_lossy(&output.stderr)
    } else {
        text
    };
    Err(format!(
        "Asked for its version ({}), it says ({}):\n{}",
        spec.version_argument,
        output.status,
        command::excerpt(&said)
    ))
}

fn run(spec: &Spec, program: &Path) -> io::Result<Output> {
    let mut tries = 0;
    loop {
        let result = Command::new(program)
            .arg(spec.version_argument)
            .stdin(Stdio::null())
            .output();
        match result {
            // Another thread that starts a process just now can hold the new file open for a moment.
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy && tries < 20 => {
                tries += 1;
                std::thread::sleep(Duration::from_millis(50));
            }
            other => return other,
        }
    }
}

/// Whether a line of the text is `zola 0.22.0` or `hugo v0.168.0-…+extended …`, for the name and version given.
fn tells(text: &str, name: &str, version: &str) -> bool {
    text.lines().any(|line| {
        let mut words = line.split_whitespace();
        let same_name = words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case(name));
        let found = words.next().unwrap_or_default().trim_start_matches('v');
        same_name && found.split(['-', '+']).next() == Some(version)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_generators_ways_of_telling_are_understood() {
        assert!(tells("zola 0.22.0\n", "Zola", "0.22.0"));
        assert!(tells(
            "hugo v0.168.0-e27a676+extended linux/amd64 BuildDate=x\n",
            "Hugo",
            "0.168.0"
        ));
        assert!(tells(
            "\u{1b}[1mRunning Hugo\u{1b}[0m\nhugo v0.168.0+extended\n",
            "Hugo",
            "0.168.0"
        ));
    }

    #[test]
    fn another_version_or_program_is_not_taken() {
        for text in [
            "zola 0.22.1",
            "zola 0.2",
            "zola 10.22.0",
            "zola",
            "",
            "gutenberg 0.22.0",
            "0.22.0",
        ] {
            assert!(!tells(text, "Zola", "0.22.0"), "{text}");
        }
        assert!(!tells("hugo v0.168.1-x+extended", "Hugo", "0.168.0"));
    }
}
