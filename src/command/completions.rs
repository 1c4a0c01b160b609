//! `completions`: shell completions, derived from the definition of the arguments.

use super::{Environment, Status};
use crate::cli;

pub(super) fn run(arguments: &cli::Completions, environment: &mut Environment) -> Status {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut cli::definition(),
        "postwright",
        &mut script,
    );
    environment.print(&String::from_utf8_lossy(&script));
    Status::Success
}
