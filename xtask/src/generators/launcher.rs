//! Scripts that start a program that is elsewhere.

use std::io;
use std::path::{Path, PathBuf};

/// The path as one word of a shell command.
pub(super) fn quote(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

/// Writes `folder/name`, which runs `program` with the arguments that it is given.
#[cfg(unix)]
pub(super) fn write(program: &Path, folder: &Path, name: &str) -> io::Result<PathBuf> {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    let script = folder.join(name);
    // A child writes the file, so that this process never has it open: another thread that starts
    // a process meanwhile would pass the open file on, and the system refuses to run such a file.
    let mut child = Command::new("/bin/sh")
        .args(["-c", r#"cat >"$1" && chmod 755 "$1""#, "sh"])
        .arg(&script)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // Where the shell has given up, it says why itself.
    if let Some(mut input) = child.stdin.take() {
        let _ = writeln!(input, "#!/bin/sh\nexec {} \"$@\"", quote(program));
    }
    let output = child.wait_with_output()?;
    if output.status.success() {
        return Ok(script);
    }
    Err(io::Error::other(
        String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    ))
}

/// Elsewhere there is no shell that would run the script.
#[cfg(not(unix))]
pub(super) fn write(_program: &Path, _folder: &Path, _name: &str) -> io::Result<PathBuf> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::super::test_folder::TestFolder;
    use super::*;

    #[test]
    fn the_launcher_passes_on_arguments_and_exit_status() {
        let folder = TestFolder::new("launcher 'quoted'");
        let program = write(Path::new("/bin/sh"), &folder, "my sh").unwrap();
        let launcher = write(&program, &folder, "zola").unwrap();
        assert_eq!(launcher, folder.join("zola"));
        let output = Command::new(&launcher)
            .args(["-c", "printf '<%s>' \"$@\"; exit 7", "sh", "a b", "", "*"])
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "<a b><><*>");
        assert_eq!(output.status.code(), Some(7));
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let folder = TestFolder::new("launcher-nowhere");
        let error = write(Path::new("/bin/sh"), &folder.join("no"), "zola").unwrap_err();
        assert!(error.to_string().contains("no/zola"), "{error}");
    }
}
