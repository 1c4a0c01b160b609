//! Finds model servers on this machine.

use std::time::Duration;

use futures_util::future::join_all;

use super::{Choice, Endpoint, PROVIDERS, Server, http};

/// A server on this machine that is there answers at once.
const LIMIT: Duration = Duration::from_millis(300);

/// Asks the servers of the table that would run on this machine which models they have. One choice for each that
/// answers: its first model that can write.
pub async fn probe_local() -> Vec<Choice> {
    let endpoints = PROVIDERS
        .iter()
        .filter(|row| row.is_local())
        .filter_map(|row| Server::new(row.name, row.protocol, row.url, None).ok());
    probe(endpoints).await
}

/// Asks the given endpoints, all at once; those that are not on this machine are left out.
pub async fn probe(endpoints: impl IntoIterator<Item = Server>) -> Vec<Choice> {
    let asked = endpoints
        .into_iter()
        .filter(Server::is_loopback)
        .map(|server| async {
            let names = http::models(&server, LIMIT).await?;
            let model = names.into_iter().find(|name| can_write(name))?;
            Some(Choice {
                endpoint: Endpoint::Server(server),
                model,
            })
        });
    join_all(asked).await.into_iter().flatten().collect()
}

/// Embedding models are listed beside the others, and cannot write.
fn can_write(name: &str) -> bool {
    !name.is_empty() && !name.to_lowercase().contains("embed")
}
