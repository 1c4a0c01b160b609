//! Postwright turns the topic stubs of a Zola or Hugo site into finished, checked posts.
//!
//! ```text
//! site ─► pages ─► stubs ─► plan ─► prompt ─► MODEL ─► record ─► article ─► post ─► findings ─► file
//!         walk     parse    what is  render            on disk   parse      convert  check        atomic write
//!                           left to do
//! ```
//!
//! Everything is a pure function from value to value except the four edges: reading the site, the model, the records,
//! writing a file. The record is the border: left of it costs money, right of it is free, deterministic and repeatable.
//! The modules below stand in the order in which the data flows.
//!
//! Where something is to be asked, the [`index`] of all pages holds back what the site says already ([`duplicates`]) and
//! names the pages that a post may link to ([`related`]). Where a post is made again that a person has edited since,
//! [`merge`] puts both together, or neither.

#![cfg_attr(
    test,
    allow(
        clippy::disallowed_methods,
        reason = "unit tests prepare their own folders"
    )
)]

pub mod cli;
pub mod command;
pub mod config;

pub mod site;
pub mod generator;
pub mod content;
pub mod front_matter;
pub mod stub;
pub mod plan;
pub mod index;
pub mod topic;
pub mod duplicates;
pub mod related;
pub mod prompt;
pub mod model;
pub mod generate;
pub mod record;
pub mod article;
pub mod reply;
pub mod markdown;
pub mod body;
pub mod post;
pub mod merge;
pub mod finding;
pub mod check;
pub mod links;
pub mod fix;
pub mod report;
pub mod disk;
pub mod parallel;
pub mod text;
