//! The rules and how they run.
