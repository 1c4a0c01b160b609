//! Replies that hang together: one that was cut and goes on in the next, one that another repairs.

use super::{Entry, Link, Record, RecordName, Whole};
use crate::reply;

/// More links than a run ever makes. Names that lead in a circle end here as well.
const MOST_LINKS: usize = 16;

/// The record with its whole text, if it is one of several. `load` reads a record by name; `None` where it is not there.
/// An entry that is not good stays what it is, and one whose earlier records are not all good is damaged: what it says
/// alone is no post.
pub(super) fn assembled(entry: Entry, load: &dyn Fn(&RecordName) -> Option<Entry>) -> Entry {
    let Entry::Good(mut record) = entry else {
        return entry;
    };
    match whole(&record, load, MOST_LINKS) {
        Ok(whole) => {
            record.whole = whole;
            Entry::Good(record)
        }
        Err(why) => Entry::Damaged {
            name: record.name.clone(),
            why,
        },
    }
}

fn whole(
    record: &Record,
    load: &dyn Fn(&RecordName) -> Option<Entry>,
    most: usize,
) -> Result<Option<Whole>, String> {
    let Some(link) = &record.outcome.link else {
        return Ok(None);
    };
    let name = link.record();
    if most == 0 || name.key() != record.name.key() {
        return Err(format!(
            "it hangs together with {name} in a way that no run makes"
        ));
    }
    let before = match load(name) {
        Some(Entry::Good(before)) => before,
        Some(Entry::Damaged { why, .. }) => {
            return Err(format!("it belongs to {name}, which is damaged: {why}"));
        }
        Some(Entry::Newer { .. }) => {
            return Err(format!("it belongs to {name}, which is of a newer form"));
        }
        None => return Err(format!("it belongs to {name}, which is missing")),
    };
    let mut earlier = whole(&before, load, most - 1)?.unwrap_or(Whole {
        text: before.reply.clone(),
        continued: 0,
        repaired: 0,
        offered: Vec::new(),
    });
    earlier.offered.extend(before.asked_for.offered.clone());
    Ok(Some(match link {
        Link::Continues { at, .. } => Whole {
            text: reply::join_to_its_end(&earlier.text, *at, !before.was_cut(), &record.reply),
            continued: earlier.continued + 1,
            ..earlier
        },
        Link::Repairs { .. } => Whole {
            text: if record.was_cut() && !reply::ends_with_marker(&record.reply) {
                reply::mend_in_part(&earlier.text, &record.reply)
            } else {
                reply::mend(&earlier.text, &record.reply)
            },
            repaired: earlier.repaired + 1,
            ..earlier
        },
    }))
}
