//! A new version of a post that a person has edited: merged with the edits, or refused with both sides to look at.

use super::{Publisher, Signed};
use crate::front_matter::{self, FrontMatter, Value};
use crate::markdown;
use crate::merge::{self, Conflict, Outcome, Rules, Versions};
use crate::post;
use crate::record::Record;
use crate::report::{PostReport, Sides, Trouble};
use crate::stub::{Provenance, Stub};
use crate::text::escape;

/// Places that a message names.
const NAMED: usize = 4;

impl Publisher<'_, '_> {
    /// The edited page with what is new in it. `signed` is the new version as it would have been written, which is what the
    /// page is an edit of from now on.
    pub(super) fn merged(
        &mut self,
        (base, edited): (&str, &str),
        signed: &Signed,
        stub: &Stub,
        record: &Record,
        report: &mut PostReport,
    ) -> Result<String, Trouble> {
        let site = &self.workspace.site;
        let versions = Versions {
            base,
            edited,
            new: &signed.text,
        };
        let rules = Rules {
            split: site.generator.split_rules(),
            keys_ignore_case: site.generator.keys_ignore_case(),
            provenance: site.generator.options_path(),
            provenance_keys: Provenance::KEYS,
        };
        let text = match merge::merge(versions, &rules) {
            Outcome::Merged(text) => text,
            Outcome::Conflict(conflict) => {
                let trouble = in_conflict(&conflict, stub, record);
                report.conflict = Some(Box::new(Sides {
                    edited: conflict.edited,
                    new: conflict.new,
                }));
                return Err(trouble);
            }
        };
        let text = post::stamp(&text, site, &signed.provenance).map_err(|error| {
            Trouble::new(
                "merge-conflict",
                format!("the merged post could not be signed: {}", error.message),
                ways_on(stub, record),
            )
        })?;
        let text = if says_the_same(&text, signed, (base, edited), &rules) {
            signed.text.clone()
        } else {
            text
        };
        self.describe(&text, report);
        self.pages.set(&stub.path, &text);
        self.judge(&text, stub, report).map_err(|findings| {
            Trouble::new(
                "merged-has-errors",
                format!("merged with the edits, the post would have {findings}"),
                format!(
                    "mend the post where the error is in what you wrote, then: {}",
                    again(stub, record)
                ),
            )
        })?;
        Ok(text)
    }

    /// The title and the length are those of the page that is written.
    fn describe(&self, text: &str, report: &mut PostReport) {
        let rules = self.workspace.site.generator.split_rules();
        let Ok(Some(split)) = front_matter::split(text, rules) else {
            return;
        };
        report.body_start = split.body;
        report.words = markdown::word_count(&text[split.body..]);
        if let Ok(front) = FrontMatter::parse(text, &split)
            && let Some(Value::String(title)) = front.get(&["title"])
        {
            report.title = Some(title.clone());
        }
    }
}

/// Whether a merged page is the new version but for the order of its keys, and the order is nobody's: then it is no edit, and
/// would count as one for ever.
fn says_the_same(
    merged: &str,
    signed: &Signed,
    (base, edited): (&str, &str),
    rules: &Rules<'_>,
) -> bool {
    let parts = |page: &str| {
        let split = front_matter::split(page, rules.split).ok()??;
        let table = FrontMatter::parse(page, &split).ok()?.table().clone();
        let lines = page[..split.body]
            .lines()
            .map(|line| line.trim().to_owned());
        Some((
            lines.collect::<Vec<_>>(),
            table,
            page[split.body..].to_owned(),
        ))
    };
    let pages = [merged, &signed.text, base, edited].map(parts);
    let [Some(merged), Some(new), Some(base), Some(edited)] = pages else {
        return false;
    };
    let sorted = |lines: &[String]| {
        let mut lines = lines.to_vec();
        lines.sort();
        lines
    };
    let of_both = |lines: &[String], other: &[String]| {
        let lines = lines.iter().filter(|line| other.contains(line));
        lines.cloned().collect::<Vec<_>>()
    };
    merged.1 == new.1
        && merged.2 == new.2
        && sorted(&merged.0) == sorted(&new.0)
        && of_both(&edited.0, &base.0) == of_both(&base.0, &edited.0)
}

fn in_conflict(conflict: &Conflict, stub: &Stub, record: &Record) -> Trouble {
    let mut places: Vec<&str> = conflict.places.iter().map(String::as_str).collect();
    let more = places.len().saturating_sub(NAMED);
    places.truncate(NAMED);
    let rest = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    Trouble::new(
        "merge-conflict",
        format!(
            "it was edited since it was written, and the new version differs in the same places: {}{rest}; nothing was written",
            places.join(", ")
        ),
        ways_on(stub, record),
    )
}

/// What a person can do about a conflict.
fn ways_on(stub: &Stub, record: &Record) -> String {
    let path = escape(stub.path.as_str());
    format!(
        "to keep the post as it is, do nothing\n\
         to take some of the new version, put it into the post as the lines with + have it, then: {}\n\
         to take all of it, with the day of its reply as the date: postwright restore --force {path} (which keeps your version), then: postwright accept {path} --record {}",
        again(stub, record),
        record.name
    )
}

fn again(stub: &Stub, record: &Record) -> String {
    let path = escape(stub.path.as_str());
    format!("postwright accept {path} --record {}", record.name)
}
