//! A server on loopback that plays what a case says.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Said, Sandbox};

/// What to answer to one request; see `tests/model/README.md`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Play {
    #[serde(default = "ok")]
    status: u16,
    #[serde(default)]
    pub headers: Vec<String>,
    #[serde(default)]
    framing: Framing,
    #[serde(default = "line_feed")]
    newline: String,
    /// Send so many bytes at a time.
    #[serde(default)]
    by: usize,
    /// Send all steps in one packet.
    #[serde(default)]
    at_once: bool,
    /// Wait so long after each event.
    #[serde(default)]
    pause_ms: u64,
    steps: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Framing {
    #[default]
    Chunked,
    /// Chunked, and the connection closes without the last chunk.
    ChunkedCut,
    /// A content-length larger than what comes.
    LengthCut,
    /// HTTP/1.0: the end of the connection is the end of the body.
    Close,
    /// No head of the server's own.
    Bare,
}

fn ok() -> u16 {
    200
}

fn line_feed() -> String {
    "\n".to_owned()
}

/// A request as it was seen.
#[derive(Clone, Debug)]
pub struct Seen {
    pub head: String,
    pub body: Value,
}

impl Seen {
    pub fn has_header(&self, name: &str) -> bool {
        let mut names = self.head.lines().filter_map(|line| line.split_once(':'));
        names.any(|(it, _)| it.eq_ignore_ascii_case(name))
    }
}

type Answering = dyn Fn(usize, &Seen) -> Play + Send + Sync;

/// Serves until the test ends.
pub struct Server {
    port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
    most_at_once: Arc<AtomicUsize>,
}

impl Server {
    /// Answers with one play a request; the last one is repeated.
    pub fn start(plays: Vec<Play>) -> Self {
        Self::with(move |number, _| plays[number.min(plays.len() - 1)].clone())
    }

    /// Answers with what `answering` makes of the request and its number, from 0.
    pub fn with(answering: impl Fn(usize, &Seen) -> Play + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            seen: Arc::default(),
            most_at_once: Arc::default(),
        };
        let seen = Arc::clone(&server.seen);
        let most = Arc::clone(&server.most_at_once);
        let at_once = AtomicUsize::new(0);
        // Counted before the answer goes out, so that the program cannot be ahead of the count.
        let answering: Arc<Answering> = Arc::new(move |number, seen: &Seen| {
            most.fetch_max(at_once.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let play = answering(number, seen);
            at_once.fetch_sub(1, Ordering::SeqCst);
            play
        });
        let port = server.port;
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let (seen, answering) = (Arc::clone(&seen), Arc::clone(&answering));
                thread::spawn(move || {
                    // The client may go away at any time: that is what many cases are about.
                    drop(serve(stream, &seen, &*answering, port));
                });
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("http://{}/v1", self.host())
    }

    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub fn most_at_once(&self) -> usize {
        self.most_at_once.load(Ordering::SeqCst)
    }
}

/// Runs `generate` with this server as the model.
pub fn generate(sandbox: &mut Sandbox, server: &Server, more: &[&str]) -> Said {
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let arguments = ["generate", "--model", "env/a-model"];
    sandbox.run(&[&arguments[..], more].concat())
}

/// The topic that a request asks for a post on: it stands on the fourth line of the first message of the user, between fences.
pub fn topic_of(seen: &Seen) -> String {
    let user = seen.body["messages"][1]["content"].as_str().unwrap();
    user.lines().nth(3).unwrap().to_owned()
}

/// A good streamed reply in two pieces.
pub fn good(text: &str) -> Play {
    let (first, second) = text.split_at(text.len() / 2);
    let steps = [
        format!("say {first}"),
        format!("say {second}"),
        "finish stop".to_owned(),
        "done".to_owned(),
    ];
    plays(200, &steps)
}

/// An answer of these steps.
pub fn plays(status: u16, steps: &[impl ToString]) -> Play {
    Play {
        status,
        headers: Vec::new(),
        framing: Framing::Chunked,
        newline: line_feed(),
        by: 0,
        at_once: false,
        pause_ms: 0,
        steps: steps.iter().map(ToString::to_string).collect(),
    }
}

fn serve(
    mut stream: TcpStream,
    seen: &Mutex<Vec<Seen>>,
    answering: &Answering,
    port: u16,
) -> std::io::Result<()> {
    let request = read_request(&mut stream)?;
    let number = {
        let mut seen = seen.lock().unwrap();
        seen.push(request.clone());
        seen.len() - 1
    };
    let play = answering(number, &request);
    let mut out = Out {
        stream,
        framing: play.framing,
        by: play.by,
        pause: Duration::from_millis(play.pause_ms),
        held: play.at_once.then(Vec::new),
    };
    out.head(&play, port)?;
    for step in &play.steps {
        out.step(step, &play.newline)?;
    }
    if let Some(held) = out.held.take() {
        out.send(&held)?;
    }
    if matches!(play.framing, Framing::Chunked) {
        out.stream.write_all(b"0\r\n\r\n")?;
    }
    // Closing with unread bytes in the socket would be a reset.
    out.stream.shutdown(Shutdown::Write)?;
    out.stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    let _ = out.stream.read(&mut [0; 64])?;
    Ok(())
}

fn read_request(stream: &mut TcpStream) -> std::io::Result<Seen> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&buffer[..count]);
        let Some(end) = bytes.windows(4).position(|it| it == b"\r\n\r\n") else {
            continue;
        };
        let (head, body) = (String::from_utf8_lossy(&bytes[..end]), &bytes[end + 4..]);
        let length = head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map_or(0, |(_, value)| value.parse().unwrap());
        if body.len() >= length {
            let body = serde_json::from_slice(body).unwrap_or(Value::Null);
            return Ok(Seen {
                head: head.into_owned(),
                body,
            });
        }
    }
}

struct Out {
    stream: TcpStream,
    framing: Framing,
    by: usize,
    pause: Duration,
    /// What is kept for one packet.
    held: Option<Vec<u8>>,
}

impl Out {
    fn head(&mut self, play: &Play, port: u16) -> std::io::Result<()> {
        let version = if matches!(play.framing, Framing::Close) {
            "1.0"
        } else {
            "1.1"
        };
        let framing = match play.framing {
            Framing::Bare => return Ok(()),
            Framing::Chunked | Framing::ChunkedCut => "transfer-encoding: chunked\r\n",
            Framing::LengthCut => "content-length: 99999\r\n",
            Framing::Close => "",
        };
        let headers: String = play
            .headers
            .iter()
            .map(|header| header.replace("PORT", &port.to_string()) + "\r\n")
            .collect();
        let status = play.status;
        let head =
            format!("HTTP/{version} {status} X\r\n{framing}{headers}connection: close\r\n\r\n");
        self.stream.write_all(head.as_bytes())
    }

    fn step(&mut self, step: &str, newline: &str) -> std::io::Result<()> {
        let (word, rest) = step.split_once(' ').unwrap_or((step, ""));
        let delta = |delta: Value, finish: Value| {
            json!({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}).to_string()
        };
        let event = |data: &str| format!("data: {data}{newline}{newline}").into_bytes();
        let bytes = match word {
            "say" => event(&delta(json!({"content": rest}), Value::Null)),
            "finish" => event(&delta(json!({}), json!(rest))),
            "json" => event(rest),
            "usage" => event(
                r#"{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":9,"total_tokens":14}}"#,
            ),
            "done" => event("[DONE]"),
            "raw" => rest.as_bytes().to_vec(),
            "hex" => rest
                .split(' ')
                .map(|byte| u8::from_str_radix(byte, 16).unwrap())
                .collect(),
            "fill" => {
                let (count, text) = rest.split_once(' ').unwrap();
                text.repeat(count.parse().unwrap()).into_bytes()
            }
            "wait" => {
                thread::sleep(Duration::from_millis(rest.parse().unwrap()));
                return Ok(());
            }
            "reset" => return self.reset(),
            "forever" => loop {
                // Ends when the client goes away.
                self.step(rest, newline)?;
            },
            other => panic!("no such step: {other}"),
        };
        if let Some(held) = &mut self.held {
            held.extend(bytes);
            return Ok(());
        }
        self.send(&bytes)?;
        thread::sleep(self.pause);
        Ok(())
    }

    /// Closes the connection so that the client is told of a reset; nothing can be sent after it.
    fn reset(&mut self) -> std::io::Result<()> {
        let stream = self.stream.try_clone()?;
        stream.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let _inside = runtime.enter();
        tokio::net::TcpStream::from_std(stream)?.set_zero_linger()?;
        Err(std::io::ErrorKind::ConnectionReset.into())
    }

    fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let size = if self.by == 0 { bytes.len() } else { self.by };
        for part in bytes.chunks(size.max(1)) {
            match self.framing {
                Framing::Chunked | Framing::ChunkedCut => {
                    write!(self.stream, "{:x}\r\n", part.len())?;
                    self.stream.write_all(part)?;
                    self.stream.write_all(b"\r\n")?;
                }
                _ => self.stream.write_all(part)?,
            }
        }
        self.stream.flush()
    }
}
