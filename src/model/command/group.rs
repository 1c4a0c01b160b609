//! A program and whatever it starts, so that none of it outlives its request.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use super::Program;

/// So long a program has to end in order, once it is told to.
const GRACE: Duration = Duration::from_millis(300);
/// So long the system may take to end a program by force.
const FORCE: Duration = Duration::from_secs(2);

/// The three streams of a program.
pub(super) struct Streams {
    pub(super) stdin: Option<ChildStdin>,
    pub(super) stdout: Option<ChildStdout>,
    pub(super) stderr: Option<ChildStderr>,
}

/// A running program, which leads a process group of its own (on Unix). When this goes, the group does.
pub(super) struct Group {
    child: Child,
    #[cfg(unix)]
    id: Option<rustix::process::Pid>,
    /// The program ended by itself and left nothing behind that matters.
    is_over: bool,
}

impl Group {
    /// Starts the program. It inherits the working folder, and sees the variables that it was given.
    pub(super) fn start(
        program: &Program,
        arguments: &[String],
    ) -> std::io::Result<(Self, Streams)> {
        let mut command = Command::new(program.program());
        command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .env_clear()
            .envs(&program.variables)
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        let streams = Streams {
            stdin: child.stdin.take(),
            stdout: child.stdout.take(),
            stderr: child.stderr.take(),
        };
        let group = Self {
            #[cfg(unix)]
            id: child
                .id()
                .and_then(|id| rustix::process::Pid::from_raw(i32::try_from(id).ok()?)),
            child,
            is_over: false,
        };
        Ok((group, streams))
    }

    /// Waits until the program itself has ended. May be called again.
    pub(super) async fn wait(&mut self) -> std::io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Leaves alone what the program may have started for longer, such as a server.
    pub(super) fn is_over(&mut self) {
        self.is_over = true;
    }

    /// Ends the program and all of its group: politely first, then by force.
    pub(super) async fn stop(&mut self) {
        #[cfg(unix)]
        {
            self.signal(rustix::process::Signal::TERM);
            let _ = timeout(GRACE, self.child.wait()).await;
        }
        self.kill();
        let _ = timeout(FORCE, self.child.wait()).await;
    }

    fn kill(&mut self) {
        #[cfg(unix)]
        self.signal(rustix::process::Signal::KILL);
        let _ = self.child.start_kill();
        self.is_over = true;
    }

    #[cfg(unix)]
    fn signal(&self, signal: rustix::process::Signal) {
        if let Some(id) = self.id {
            // Where nobody is left, there is nobody to end.
            let _ = rustix::process::kill_process_group(id, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.is_over {
            self.kill();
        }
    }
}
