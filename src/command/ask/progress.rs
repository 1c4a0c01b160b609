//! What is shown of a run while it goes on.

use crate::generate::Event;
use crate::text::escape;

/// A line about an event, where it is worth one.
pub(super) fn line(path: &str, event: &Event) -> Option<String> {
    let path = escape(path);
    match event {
        Event::Started { attempt: 1 } => Some(format!("{path}: asking")),
        Event::Started { attempt } => Some(format!("{path}: asking again (request {attempt})")),
        Event::Waiting { delay, reason } => Some(format!(
            "{path}: waiting {:.1} s: {}",
            delay.as_secs_f64(),
            escape(reason)
        )),
        Event::Finished => Some(format!("{path}: recorded")),
        Event::Continuing { .. } => Some(format!("{path}: the reply was cut; asking for the rest")),
        Event::Repairing => Some(format!(
            "{path}: the reply cannot be used; asking for a better one"
        )),
        Event::Words { .. } | Event::Failed { .. } | Event::Spent { .. } => None,
    }
}
