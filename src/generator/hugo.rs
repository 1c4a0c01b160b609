//! Hugo.

use super::Generator;

/// The Hugo generator.
#[derive(Debug)]
pub(super) struct Hugo;

impl Generator for Hugo {
    fn name(&self) -> &'static str {
        "hugo"
    }
}
