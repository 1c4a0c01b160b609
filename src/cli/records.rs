//! The arguments of `records` and its subcommands.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args, Subcommand};

use super::Format;

/// Arguments of `records`.
#[derive(Debug, Args)]
#[command(disable_help_subcommand = true)]
pub struct Records {
    /// What to do with them.
    #[command(subcommand)]
    pub command: RecordsCommand,
}

/// The subcommands of `records`.
#[derive(Debug, Subcommand)]
pub enum RecordsCommand {
    /// List the replies, the newest last, with the pages that use them
    List(ListRecords),
    /// Print a reply with what is known of it, or those of a page
    Show(ShowRecords),
    /// Read everything that is kept once more, and report what is damaged or missing
    Verify(VerifyRecords),
    /// List what nothing uses any more; with --yes, remove it for good
    Prune(PruneRecords),
}

/// Arguments of `records list`.
#[derive(Debug, Args)]
pub struct ListRecords {
    /// How to print the list
    #[arg(long, value_enum, default_value_t, env = "POSTWRIGHT_FORMAT")]
    pub format: Format,
}

/// Arguments of `records show`.
#[derive(Debug, Args)]
pub struct ShowRecords {
    /// The reply (KEY/NAME, NAME or its file), or a stub or post
    #[arg(value_name = "NAME|PATH")]
    pub what: PathBuf,
}

/// Arguments of `records verify`.
#[derive(Debug, Args)]
pub struct VerifyRecords {
    /// How to print what was found
    #[arg(long, value_enum, default_value_t, env = "POSTWRIGHT_FORMAT")]
    pub format: Format,
}

/// Arguments of `records prune`.
#[derive(Debug, Args)]
pub struct PruneRecords {
    /// Also the replies of stubs and posts that are gone, and kept pages that a person wrote
    #[arg(long, env = "POSTWRIGHT_ALL", value_parser = FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub all: bool,
    /// Remove it
    #[arg(long, env = "POSTWRIGHT_YES", value_parser = FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub yes: bool,
    /// How to print the list
    #[arg(long, value_enum, default_value_t, env = "POSTWRIGHT_FORMAT")]
    pub format: Format,
}
