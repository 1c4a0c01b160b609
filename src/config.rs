//! `postwright.toml`, environment and flags into one `Config`.
