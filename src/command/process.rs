//! Other programs, run with a limit on their time and on what they print.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::Environment;
use crate::config::Config;
use crate::model::keyless::without_keys;

/// So much of each stream is kept, in bytes; the rest is read and dropped.
const KEPT: usize = 4 * 1024 * 1024;

/// What every program that is run sees of the environment: nothing of this program's, and no key of a model but for the
/// one in `keep`, which is meant for it.
pub(super) fn variables(
    environment: &Environment,
    config: &Config,
    keep: Option<&str>,
) -> HashMap<OsString, OsString> {
    let own: Vec<&str> = config
        .providers
        .values()
        .filter_map(|provider| provider.key_env.as_deref())
        .collect();
    let all = environment.variables.iter();
    without_keys(all.map(|(name, value)| (&**name, &**value)), &own, keep)
        .into_iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

/// What a program may do.
pub(super) struct Call<'a> {
    pub(super) program: &'a str,
    pub(super) arguments: &'a [OsString],
    pub(super) dir: &'a Path,
    /// All variables that it sees.
    pub(super) variables: HashMap<OsString, OsString>,
    pub(super) limit: Duration,
}

/// What it did.
pub(super) struct Ran {
    /// `None` where it was stopped at the limit.
    pub(super) status: Option<ExitStatus>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Ran {
    /// Whether it says that all went well.
    pub(super) fn is_success(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }
}

/// Runs a program to its end, or to the limit.
///
/// # Errors
/// It cannot be started.
pub(super) fn run(call: &Call<'_>) -> io::Result<Ran> {
    let mut child = Command::new(call.program)
        .args(call.arguments)
        .current_dir(call.dir)
        .env_clear()
        .envs(&call.variables)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdout = gather(child.stdout.take());
    let stderr = gather(child.stderr.take());
    let end = Instant::now() + call.limit;
    let mut pause = Duration::from_millis(2);
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if Instant::now() >= end {
            let _ = child.kill();
            let _ = child.wait();
            break None;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    };
    Ok(Ran {
        status,
        stdout: stdout.text(),
        stderr: stderr.text(),
    })
}

/// What a stream brings, while a thread reads it.
struct Gathered {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<thread::JoinHandle<()>>,
}

fn gather(stream: Option<impl Read + Send + 'static>) -> Gathered {
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&bytes);
    let reader = stream.map(|mut stream| {
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = stream.read(&mut buffer) {
                let mut kept = into.lock().unwrap_or_else(PoisonError::into_inner);
                let room = KEPT.saturating_sub(kept.len());
                kept.extend_from_slice(&buffer[..count.min(room)]);
            }
        })
    });
    Gathered { bytes, reader }
}

impl Gathered {
    /// The text so far. A program of the program's own may hold the stream open for longer than anybody wants to wait.
    fn text(self) -> String {
        let patience = Instant::now() + Duration::from_secs(2);
        while self
            .reader
            .as_ref()
            .is_some_and(|reader| !reader.is_finished())
            && Instant::now() < patience
        {
            thread::sleep(Duration::from_millis(2));
        }
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, limit: Duration) -> Ran {
        let variables = HashMap::from([("PATH".into(), "/usr/bin:/bin".into())]);
        run(&Call {
            program: "sh",
            arguments: &["-c".into(), script.into()],
            dir: Path::new("/"),
            variables,
            limit,
        })
        .expect("a shell")
    }

    #[test]
    fn both_streams_and_the_status_are_told() {
        let ran = shell("echo a; echo b >&2; exit 3", Duration::from_secs(20));
        assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("a\n", "b\n"));
        assert_eq!(ran.status.and_then(|status| status.code()), Some(3));
    }

    #[test]
    fn what_takes_too_long_is_stopped_and_what_is_too_long_is_cut() {
        let ran = shell("echo a; exec sleep 60", Duration::from_millis(300));
        assert!(ran.status.is_none());
        assert_eq!(ran.stdout, "a\n");
        let ran = shell("head -c 6000000 /dev/zero", Duration::from_secs(20));
        assert_eq!(ran.stdout.len(), KEPT);
        assert!(ran.is_success());
    }
}
