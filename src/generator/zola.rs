//! Zola.

use super::Generator;

/// The Zola generator.
#[derive(Debug)]
pub(super) struct Zola;

impl Generator for Zola {
    fn name(&self) -> &'static str {
        "zola"
    }
}
