//! What developers of Postwright run: the test command, and the real generators that it tests against.

#![allow(
    clippy::disallowed_methods,
    reason = "the fence around the file system and the environment is for the program, not for its workshop"
)]

pub mod generators;
