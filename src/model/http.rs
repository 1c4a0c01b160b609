//! The one place that opens connections. It sends a request once, reads the response within limits of time and size, and
//! says what became of it; whether to ask again is for `generate` to decide.
//!
//! No redirects, cookies, referrers, compression or retries of the HTTP library's own: each of them could carry a key
//! away, or pay twice.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Certificate, Client, ClientBuilder, Response, redirect, retry};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use self::reading::Reading;
use super::classify::{RateHints, rate_hints};
use super::scrub::Scrubber;
use super::{Finish, Key, ModelError, Payment, Reply, Request, Server, classify, local};

mod reading;

/// The most bytes of a response.
const MAX_WIRE: usize = 8 << 20;
/// The most bytes of a reply's text, and of a response kept where no text can be read from it.
pub(super) const MAX_TEXT: usize = 1 << 20;
/// The most bytes of all headers, and of the body of an error.
pub(super) const MAX_ERROR: usize = 64 << 10;
/// How long the body of an error is read.
const ERROR_BODY: Duration = Duration::from_secs(5);
/// How long a finished reply waits for its usage.
pub(super) const AFTER_FINISH: Duration = Duration::from_secs(2);

/// The longest that any limit can be: a week. Larger numbers from a configuration would overflow the timer.
const LONGEST: Duration = Duration::from_hours(168);

/// Time limits of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For the connection.
    pub connect: Duration,
    /// From sending to the first piece of data.
    pub first_event: Duration,
    /// Between two pieces of data. Comments, which servers send to keep a connection alive, do not count.
    pub idle: Duration,
    /// For everything.
    pub total: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_event: Duration::from_mins(2),
            idle: Duration::from_mins(1),
            total: Duration::from_mins(15),
        }
    }
}

impl Limits {
    /// No limit longer than a timer can be.
    pub(super) fn clamped(&self) -> Self {
        Self {
            connect: self.connect.min(LONGEST),
            first_event: self.first_event.min(LONGEST),
            idle: self.idle.min(LONGEST),
            total: self.total.min(LONGEST),
        }
    }
}

/// A client for one endpoint. Proxies come from the environment alone, and never stand before this machine itself.
pub fn client(endpoint: &Server, limits: &Limits) -> Result<Client, ModelError> {
    // Fails only where a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = || base_client(endpoint.is_loopback(), limits.clamped().connect);
    builder()
        .build()
        // A machine without a store of certificates cannot even build a client for plain http; bring our own then.
        .or_else(|_| {
            let certificates = webpki_root_certs::TLS_SERVER_ROOT_CERTS
                .iter()
                .filter_map(|it| Certificate::from_der(it).ok());
            builder().tls_certs_merge(certificates).build()
        })
        .map_err(|error| {
            let message = format!("no HTTP client can be made: {error}");
            ModelError::new("http-client", Payment::Free, message).for_all()
        })
}

fn base_client(loopback: bool, connect: Duration) -> ClientBuilder {
    let builder = Client::builder()
        .user_agent(concat!("postwright/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .connect_timeout(connect)
        // A fresh connection for each request: one that went stale in a pool would look like a lost, paid reply.
        .pool_max_idle_per_host(0);
    if loopback {
        let here = [
            SocketAddr::from(([127, 0, 0, 1], 0)),
            ([0, 0, 0, 0, 0, 0, 0, 1], 0).into(),
        ];
        builder.no_proxy().resolve_to_addrs("localhost", &here)
    } else {
        builder
    }
}

/// What is told of a response while it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came<'a> {
    /// What its headers say is left of the server's limits, whatever the status.
    Hints(RateHints),
    /// The next piece of the reply's text.
    Text(&'a str),
}

/// Who is told while a response comes.
pub type OnCame<'a> = dyn FnMut(Came<'_>) + Send + 'a;

/// Asks once. `complete` tells whether a text proves itself whole; `on_came` hears of each piece of text as it comes.
/// Cancelling gives up at once, unless the reply is there already.
/// Where the server says the key back, in a text or in an error, `[key]` stands for it in all that is handed on.
pub async fn ask(
    client: &Client,
    endpoint: &Server,
    request: &Request,
    limits: &Limits,
    complete: &(dyn Fn(&str) -> bool + Sync),
    on_came: &mut OnCame<'_>,
    cancel: &CancellationToken,
) -> Result<Reply, ModelError> {
    let started = Instant::now();
    let limits = &limits.clamped();
    let reply = async {
        let response = send(client, endpoint, request, limits, cancel).await?;
        let now = clock();
        let hints = rate_hints(response.headers(), now);
        if hints != RateHints::default() {
            on_came(Came::Hints(hints));
        }
        let response = check(endpoint, response, now, limits, cancel).await?;
        let mut reading = Reading::new(endpoint, limits, started);
        let fault = reading.read(response, on_came, cancel).await;
        reading.show(on_came, true);
        reading.conclude(fault, complete)
    };
    match reply.await {
        Ok(reply) => Ok(scrubbed(reply, endpoint)),
        Err(error) => Err(classify::polish(error, endpoint.key.as_ref())),
    }
}

/// A server that says the key to its client's face must not get it into a record, or into a post.
fn scrubbed(reply: Reply, endpoint: &Server) -> Reply {
    let scrubber = Scrubber::of_replies(endpoint.key.as_ref());
    let finish = match reply.finish {
        Finish::Other(reason) => {
            Finish::Other(Scrubber::of_messages(endpoint.key.as_ref()).scrub(&reason))
        }
        known => known,
    };
    Reply {
        text: scrubber.scrub(&reply.text),
        finish,
        ..reply
    }
}

/// Sends the request and waits for the head of the response.
async fn send(
    client: &Client,
    endpoint: &Server,
    request: &Request,
    limits: &Limits,
    cancel: &CancellationToken,
) -> Result<Response, ModelError> {
    let protocol = endpoint.protocol;
    let quirks = endpoint.quirks();
    let body = protocol.body(request, quirks).to_string();
    let mut call = client
        .post(format!("{}{}", endpoint.url(), protocol.path(request)))
        .header("content-type", "application/json")
        .header("accept", "text/event-stream, application/json")
        .header("accept-encoding", "identity")
        .body(body);
    for (name, value) in protocol.headers(request, quirks) {
        call = call.header(*name, *value);
    }
    if let Some(key) = &endpoint.key {
        let (name, prefix) = protocol.key_header();
        call = call.header(name, secret_header(prefix, key)?);
    }
    let limit = limits.first_event.min(limits.total);
    let sent = tokio::select! {
        biased;
        () = cancel.cancelled() => return Err(interrupted()),
        sent = timeout(limit, call.send()) => sent,
    };
    match sent {
        Err(_) => Err(classify::too_slow("no-answer", "no answer came", limit)),
        Ok(Err(error)) => Err(classify::transport(endpoint, &error)),
        Ok(Ok(response)) => Ok(response),
    }
}

/// The response, if its head, which came at `now`, is good.
async fn check(
    endpoint: &Server,
    response: Response,
    now: jiff::Timestamp,
    limits: &Limits,
    cancel: &CancellationToken,
) -> Result<Response, ModelError> {
    if response.status().is_success() {
        let Err(error) = check_headers(response.headers()) else {
            return Ok(response);
        };
        // It may have been paid for: what can be had of it is kept, though nothing can be made of it here.
        let raw = tokio::select! {
            raw = body(response, MAX_TEXT, limits.idle.min(limits.total)) => raw,
            () = cancel.cancelled() => Vec::new(),
        };
        return Err(with_bytes(error, raw));
    }
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let body = body(response, MAX_ERROR, ERROR_BODY).await;
    Err(classify::status(endpoint, status, &headers, &body, now))
}

#[expect(
    clippy::disallowed_methods,
    reason = "what a server says of the time is compared with the real clock"
)]
fn clock() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

fn secret_header(prefix: &str, key: &Key) -> Result<HeaderValue, ModelError> {
    let mut value = HeaderValue::from_str(&format!("{prefix}{}", key.expose())).map_err(|_| {
        let message = format!("the key in {} cannot be sent", key.variable());
        ModelError::new("bad-key", Payment::Free, message).for_all()
    })?;
    value.set_sensitive(true);
    Ok(value)
}

fn check_headers(headers: &HeaderMap) -> Result<(), ModelError> {
    let size: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if size > MAX_ERROR {
        let message = "the server sent more than 64 KiB of headers";
        return Err(ModelError::new("bad-headers", Payment::Maybe, message));
    }
    match headers.get("content-encoding").map(HeaderValue::as_bytes) {
        None | Some(b"" | b"identity") => Ok(()),
        Some(_) => Err(ModelError::new(
            "compressed-reply",
            Payment::Maybe,
            "the server compressed its reply, though it was asked not to",
        )
        .for_all()
        .help("switch compression off in the server, or in the proxy before it")),
    }
}

/// The first bytes of a body, as far as they come in time.
async fn body(mut response: Response, most: usize, time: Duration) -> Vec<u8> {
    let mut body = Vec::new();
    let deadline = Instant::now() + time;
    while body.len() < most {
        match timeout_at(deadline, response.chunk()).await {
            Ok(Ok(Some(bytes))) => body.extend_from_slice(&bytes),
            _ => break,
        }
    }
    body.truncate(most);
    body
}

pub(super) fn with_bytes(mut error: ModelError, raw: Vec<u8>) -> ModelError {
    if error.partial.is_none() && !raw.is_empty() {
        error.raw = Some(Arc::new(raw));
    }
    error
}

pub(super) fn interrupted() -> ModelError {
    ModelError::new(
        "interrupted",
        Payment::Maybe,
        "interrupted before the reply was there",
    )
    .for_all()
}

/// The names of the models that a server offers for writing, if it answers in time.
pub(super) async fn models(
    client: &Client,
    endpoint: &Server,
    limit: Duration,
) -> Option<Vec<String>> {
    let list = async {
        let path = endpoint.protocol.models_path();
        let mut call = client
            .get(format!("{}{path}", endpoint.url()))
            .header("accept-encoding", "identity");
        if let Some(key) = &endpoint.key {
            let (name, prefix) = endpoint.protocol.key_header();
            call = call.header(name, secret_header(prefix, key).ok()?);
        }
        let response = call.send().await.ok()?;
        if !response.status().is_success() {
            return None;
        }
        let list: serde_json::Value =
            serde_json::from_slice(&body(response, MAX_TEXT, limit).await).ok()?;
        local::writers(&list)
    };
    timeout(limit, list).await.ok().flatten()
}
