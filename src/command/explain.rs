//! `explain`: a rule's page, or the list of rules.

use std::fmt::Write;

use anyhow::anyhow;

use super::{Environment, Status};
use crate::check::{self, RULES};
use crate::cli;

pub(super) fn run(
    arguments: &cli::Explain,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let text = match &arguments.rule {
        Some(name) => {
            let rule = check::find(name).map_err(|message| anyhow!(message))?;
            format!(
                "# {}\n\n{}\n\n{}\n",
                rule.name(),
                rule.summary(),
                rule.explanation().trim()
            )
        }
        None => list(),
    };
    environment.print(&text);
    Ok(Status::Success)
}

fn list() -> String {
    let width = RULES
        .iter()
        .map(|rule| rule.name().len())
        .max()
        .unwrap_or(0);
    let mut out = String::new();
    for rule in RULES {
        let _ = writeln!(out, "{:<width$}  {}", rule.name(), rule.summary());
    }
    out
}
