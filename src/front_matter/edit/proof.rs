//! The proof that a changed block reads as it was meant.

use super::{Change, Editor};
use crate::front_matter::error::{ErrorKind, FrontMatterError};
use crate::front_matter::value::{self, Table};

impl Editor {
    /// Whether the text reads as it was meant, and its body is the one before.
    pub(super) fn prove(
        &self,
        mut expected: Table,
        changes: &[Change],
        body: &str,
    ) -> Result<(), FrontMatterError> {
        let mut found = self.front.table().clone();
        for change in changes
            .iter()
            .filter(|change| matches!(change, Change::Remove { .. }))
        {
            let (_, parents) = change
                .path()
                .split_last()
                .unwrap_or((const { &String::new() }, &[]));
            value::prune(&mut expected, parents);
            value::prune(&mut found, parents);
        }
        if found != expected {
            return Err(self.failed("the result does not read as it was meant"));
        }
        if self.text.get(self.split.body..) != Some(body) {
            return Err(self.failed("the body of the page would not stay the same"));
        }
        Ok(())
    }

    /// What to say where a change would spoil something.
    pub(super) fn failed(&self, reason: &str) -> FrontMatterError {
        let start = self.split.block.start;
        FrontMatterError::new(
            ErrorKind::Proof,
            start..(start + 3).min(self.text.len()),
            format!("the front matter could not be changed safely: {reason}"),
        )
        .help("nothing was written; write the front matter more plainly, and please report this page as a defect")
    }
}
