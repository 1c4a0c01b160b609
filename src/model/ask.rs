//! One way to ask, whatever is asked.

use tokio_util::sync::CancellationToken;

use super::command::{self, Program};
use super::http::{Came, OnCame};
use super::{Endpoint, Limits, ModelError, Reply, Request, Server, http};

/// The way to an endpoint, for all requests of a run.
#[derive(Debug)]
pub enum Connection<'a> {
    /// Requests over HTTP.
    Server(&'a Server, reqwest::Client),
    /// One process a request.
    Program(&'a Program),
}

impl<'a> Connection<'a> {
    /// Prepares the way. Asks nothing.
    pub fn open(endpoint: &'a Endpoint, limits: &Limits) -> Result<Self, ModelError> {
        Ok(match endpoint {
            Endpoint::Server(server) => Self::Server(server, http::client(server, limits)?),
            Endpoint::Program(program) => Self::Program(program),
        })
    }
}

/// Asks once. `complete` tells whether a text proves itself whole; `on_came` hears of each piece of text as it comes.
/// Cancelling gives up at once, unless the reply is there already.
pub async fn ask(
    connection: &Connection<'_>,
    request: &Request,
    limits: &Limits,
    complete: &(dyn Fn(&str) -> bool + Sync),
    on_came: &mut OnCame<'_>,
    cancel: &CancellationToken,
) -> Result<Reply, ModelError> {
    match connection {
        Connection::Server(server, client) => {
            http::ask(client, server, request, limits, complete, on_came, cancel).await
        }
        Connection::Program(program) => {
            let mut on_text = |text: &str| on_came(Came::Text(text));
            command::ask(program, request, limits, complete, &mut on_text, cancel).await
        }
    }
}
