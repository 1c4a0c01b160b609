//! Splits, reads and edits front matter.
