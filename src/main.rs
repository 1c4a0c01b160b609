//! The program: builds the real environment, runs the command, maps the result to an exit status.

use std::process::ExitCode;

use postwright::command::{self, Environment};

fn main() -> ExitCode {
    let mut environment = Environment::real();
    let status = command::main(std::env::args_os(), &mut environment);
    ExitCode::from(status.code())
}
