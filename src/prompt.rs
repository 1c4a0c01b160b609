//! Stub and site to prompt.
