//! Replies on disk.
