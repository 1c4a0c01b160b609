//! The arguments of `generate`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;

use super::Format;

/// Arguments of `generate`.
#[derive(Debug, Clone, Default, Args)]
pub struct Generate {
    /// Stubs, posts or folders [default: the whole site]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Show the plan, the requests and the worst-case cost; ask and write nothing
    #[arg(long, env = "POSTWRIGHT_DRY_RUN", value_parser = FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub dry_run: bool,
    /// Use recorded replies only [default where CI is set]
    #[arg(long, env = "POSTWRIGHT_OFFLINE", value_parser = FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub offline: bool,
    /// Ask the model even where CI is set
    #[arg(long, env = "POSTWRIGHT_ONLINE", value_parser = FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub online: bool,
    /// Ask and record, but replace no stub
    #[arg(long, env = "POSTWRIGHT_RECORD_ONLY", value_parser = FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub record_only: bool,
    /// Ask again for the named stubs or posts; with --offline, convert again from the record, all posts if none is named
    #[arg(long, env = "POSTWRIGHT_REFRESH", value_parser = FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub refresh: bool,
    /// Ask also for stubs whose topic a page or another stub has already, unless brief and options are the same as well
    #[arg(long, env = "POSTWRIGHT_ALLOW_DUPLICATES", value_parser = FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub allow_duplicates: bool,
    /// Pay for no second request where a reply lacks labels or fails the checks
    #[arg(long, env = "POSTWRIGHT_NO_REPAIR", value_parser = FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub no_repair: bool,
    /// Stop before the run can cost more than this
    #[arg(long, value_name = "USD", env = "POSTWRIGHT_MAX_COST", value_parser = dollars, allow_negative_numbers = true)]
    pub max_cost: Option<f64>,
    /// Do not ask before a run of more than 20 requests
    #[arg(long, env = "POSTWRIGHT_YES", value_parser = FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub yes: bool,
    /// Make at most this many posts
    #[arg(long, value_name = "N", env = "POSTWRIGHT_MAX_POSTS")]
    pub max_posts: Option<usize>,
    /// How many requests may be under way at once [default: 4, or `jobs` in the configuration]
    #[arg(long, value_name = "N", env = "POSTWRIGHT_JOBS", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
    /// Which model to ask [default: the configuration's, else the provider whose key is set, else a server on this machine]
    #[arg(long, value_name = "PROVIDER/NAME", env = "POSTWRIGHT_MODEL")]
    pub model: Option<String>,
    /// Exit with status 1 on warnings and skipped stubs too
    #[arg(long, env = "POSTWRIGHT_STRICT", value_parser = FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub strict: bool,
    /// How to print the result
    #[arg(long, value_enum, default_value_t, env = "POSTWRIGHT_FORMAT")]
    pub format: Format,
}

/// An amount of US dollars.
fn dollars(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|amount: &f64| amount.is_finite() && *amount >= 0.0)
        .ok_or_else(|| "a cap is an amount of US dollars, such as 5 or 0.50".to_owned())
}
