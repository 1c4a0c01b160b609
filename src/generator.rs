//! What a generator is: a trait, a table of those that exist, and how a folder is recognised as a site of one of them.

use std::fmt;

mod hugo;
mod zola;

/// Everything that is special to one static site generator.
pub trait Generator: fmt::Debug + Sync {
    /// Its name in lower case, as in `postwright.toml` and in provenance: `zola`, `hugo`.
    fn name(&self) -> &'static str;
}

/// All generators, in the order in which a folder is tried for them.
pub const GENERATORS: &[&dyn Generator] = &[&zola::Zola, &hugo::Hugo];
