//! What Postwright's tests need beyond a Rust toolchain: the real site generators, in known versions, and the JSON
//! Schema of SARIF.
//!
//! `cargo xtask test` runs every check of the repository. The tests of the main crate use this
//! library too, so that plain `cargo test` gets its generators by itself.
#![allow(
    clippy::disallowed_methods,
    reason = "the fence around the stages is for the main crate; this one is all edge"
)]

pub mod generators;
pub mod schema;
