//! Text and findings to fixed text.
