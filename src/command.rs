//! One short story a subcommand.
