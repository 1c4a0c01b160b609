//! Walks the content folders: which pages there are.
