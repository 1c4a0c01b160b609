//! Runs a program once: prompt in, reply out, within limits of time and size.

use std::io;
use std::pin::pin;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{FusedFuture as _, join};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::group::{Group, Streams};
use super::output::{Output, Tail};
use super::{Program, prompt};
use crate::model::http::{AFTER_FINISH, Limits, MAX_TEXT, interrupted};
use crate::model::judge::{cut, judge};
use crate::model::{Finish, ModelError, Payment, Reply, Request, classify};

/// So long the last words on standard error may take once the program has ended.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// Asks once. Temperature and limit of tokens are the program's own affair. A status of 0 ends a reply in good order; any
/// other, a signal or a limit makes it a cut one, unless `complete` tells that the text proves itself whole.
pub async fn ask(
    program: &Program,
    request: &Request,
    limits: &Limits,
    complete: &(dyn Fn(&str) -> bool + Sync),
    on_text: &mut (dyn FnMut(&str) + Send),
    cancel: &CancellationToken,
) -> Result<Reply, ModelError> {
    talk(
        program,
        request,
        &limits.clamped(),
        complete,
        on_text,
        cancel,
    )
    .await
    .map_err(|error| classify::polish(error, program.key()))
}

async fn talk(
    program: &Program,
    request: &Request,
    limits: &Limits,
    complete: &(dyn Fn(&str) -> bool + Sync),
    on_text: &mut (dyn FnMut(&str) + Send),
    cancel: &CancellationToken,
) -> Result<Reply, ModelError> {
    if cancel.is_cancelled() {
        return Err(ModelError {
            payment: Payment::Free,
            ..interrupted()
        });
    }
    let arguments = program.arguments(&request.model)?;
    let (mut group, streams) =
        Group::start(program, &arguments).map_err(|error| not_started(program, &error))?;
    let Streams {
        stdin,
        stdout,
        stderr,
    } = streams;
    let tail = Mutex::default();
    let mut aside = pin!(join(feed(stdin, prompt(request)), gather(stderr, &tail)).fuse());
    let mut hearing = Hearing::new(program, limits);
    let end = {
        let mut hear = pin!(hearing.hear(stdout, &mut group, on_text, cancel));
        loop {
            tokio::select! {
                biased;
                end = &mut hear => break end,
                _ = &mut aside => {}
            }
        }
    };
    match &end {
        Ok(_) => group.is_over(),
        Err(_) => group.stop().await,
    }
    if !aside.is_terminated() {
        let _ = timeout(LAST_WORDS, &mut aside).await;
    }
    let said = tail
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .last_line();
    hearing.conclude(end, said, complete)
}

/// Writes the prompt and closes the pipe. A program that does not care to read it may still have something to say.
async fn feed(stdin: Option<ChildStdin>, prompt: String) {
    if let Some(mut stdin) = stdin {
        let _ = stdin.write_all(prompt.as_bytes()).await;
        let _ = stdin.shutdown().await;
    }
}

/// Reads standard error to its end and keeps the last of it.
async fn gather(stderr: Option<impl AsyncRead + Unpin>, tail: &Mutex<Tail>) {
    let Some(mut stderr) = stderr else { return };
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = stderr.read(&mut buffer).await {
        let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
        tail.push(&buffer[..count]);
    }
}

/// One reply, being heard.
struct Hearing<'a> {
    program: &'a Program,
    limits: &'a Limits,
    output: Output,
    total: Instant,
    deadline: Instant,
}

impl<'a> Hearing<'a> {
    fn new(program: &'a Program, limits: &'a Limits) -> Self {
        let started = Instant::now();
        let total = started + limits.total;
        Self {
            program,
            limits,
            output: Output::default(),
            total,
            deadline: total.min(started + limits.first_event),
        }
    }

    /// Reads until the output is closed and the program has ended; gives its status.
    async fn hear(
        &mut self,
        stdout: Option<ChildStdout>,
        group: &mut Group,
        on_text: &mut (dyn FnMut(&str) + Send),
        cancel: &CancellationToken,
    ) -> Result<ExitStatus, ModelError> {
        let mut stdout = stdout;
        let mut status: Option<ExitStatus> = None;
        let mut buffer = vec![0; 8192];
        loop {
            if let (Some(status), None) = (status, &stdout) {
                return Ok(status);
            }
            tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(interrupted()),
                read = next(&mut stdout, &mut buffer) => match read {
                    Ok(0) => {
                        stdout = None;
                        self.wait_for(status, self.limits.idle);
                    }
                    Ok(count) => {
                        self.take(&buffer[..count], on_text)?;
                        self.wait_for(status, self.limits.idle);
                    }
                    Err(error) => return Err(cut(&format!(
                        "the output of `{}` cannot be read ({error})", self.program.name()
                    ))),
                },
                ended = group.wait(), if status.is_none() => match ended {
                    Ok(ended) => {
                        status = Some(ended);
                        self.wait_for(status, AFTER_FINISH);
                    }
                    Err(error) => return Err(cut(&format!(
                        "`{}` was lost sight of ({error})", self.program.name()
                    ))),
                },
                () = sleep_until(self.deadline) => return Err(self.too_slow(status.is_some())),
            }
        }
    }

    /// The next wait. Once the program has ended, what it started may keep the output open; that is not waited for long.
    fn wait_for(&mut self, status: Option<ExitStatus>, limit: Duration) {
        let limit = if status.is_some() {
            AFTER_FINISH
        } else {
            limit
        };
        self.deadline = self.total.min(Instant::now() + limit);
    }

    fn take(
        &mut self,
        bytes: &[u8],
        on_text: &mut (dyn FnMut(&str) + Send),
    ) -> Result<(), ModelError> {
        let text = self.output.push(bytes);
        if !text.is_empty() {
            on_text(text);
        }
        if self.output.len() > MAX_TEXT {
            let message = "the reply does not end: more than 1 MiB of text";
            return Err(ModelError::new("endless-reply", Payment::Maybe, message));
        }
        Ok(())
    }

    fn too_slow(&self, has_ended: bool) -> ModelError {
        let name = self.program.name();
        if has_ended {
            return cut(&format!(
                "`{name}` ended, but something that it started still holds its output open, so that the reply may be cut"
            ));
        }
        if self.deadline == self.total {
            classify::too_slow(
                "too-slow",
                &format!("`{name}` did not end"),
                self.limits.total,
            )
        } else if self.output.len() == 0 {
            let what = format!("`{name}` printed nothing");
            classify::too_slow("no-answer", &what, self.limits.first_event)
        } else {
            classify::too_slow(
                "stalled",
                &format!("`{name}` did not go on"),
                self.limits.idle,
            )
        }
    }

    /// An end marker outweighs whatever happened after it.
    fn conclude(
        self,
        end: Result<ExitStatus, ModelError>,
        said: Option<String>,
        complete: &(dyn Fn(&str) -> bool + Sync),
    ) -> Result<Reply, ModelError> {
        let name = self.program.name();
        let (text, rest) = self.output.into_parts();
        let fault = match end {
            Err(error) => Some(error),
            Ok(status) if !status.success() => Some(failed(name, status)),
            Ok(_) if !rest.is_empty() => Some(
                ModelError::new(
                    "bad-reply",
                    Payment::Maybe,
                    format!("`{name}` printed bytes that are not UTF-8"),
                )
                .again()
                .help("make the command print UTF-8"),
            ),
            Ok(_) if text.trim().is_empty() => Some(
                ModelError::new(
                    "empty-reply",
                    Payment::Maybe,
                    format!("`{name}` printed no reply"),
                )
                .again(),
            ),
            Ok(_) => None,
        };
        let finish = match fault {
            None => Finish::Stop,
            Some(_) if complete(&text) => Finish::Missing,
            Some(mut fault) => {
                if let Some(said) = said {
                    fault.message = format!("{}: {said}", fault.message);
                }
                if !rest.is_empty() {
                    fault.raw = Some(Arc::new(rest));
                }
                return Err(fault.with_partial(&text));
            }
        };
        let reply = Reply {
            text,
            finish,
            usage: None,
        };
        judge(reply, complete)
    }
}

/// Reads on; a closed output says nothing more.
async fn next(stdout: &mut Option<ChildStdout>, buffer: &mut [u8]) -> io::Result<usize> {
    match stdout {
        Some(stdout) => stdout.read(buffer).await,
        None => std::future::pending().await,
    }
}

fn failed(name: &str, status: ExitStatus) -> ModelError {
    let how = match status.code() {
        Some(code) => format!("ended with status {code}"),
        None => format!("was ended by a signal ({status})"),
    };
    ModelError::new("command-failed", Payment::Maybe, format!("`{name}` {how}")).again()
}

/// A program that is not there will not be there for the next post.
fn not_started(program: &Program, error: &io::Error) -> ModelError {
    let shown = crate::text::escape(program.program());
    let shown = crate::text::shorten(&shown, 100).into_owned();
    let provider = crate::text::escape(program.provider());
    let (kind, message, help) = match error.kind() {
        io::ErrorKind::NotFound => (
            "command-not-found",
            format!("there is no program `{shown}`"),
            format!(
                "install it, or put its folder into PATH; the provider `{provider}` names it as its `command`"
            ),
        ),
        _ => (
            "command-not-started",
            format!("the program `{shown}` cannot be started ({error})"),
            "check that the file is a program and that you may run it".to_owned(),
        ),
    };
    ModelError::new(kind, Payment::Free, message)
        .for_all()
        .help(help)
}
