//! Looks at all pages of a site, on all cores.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use jiff::civil::Date;

use super::Seen;
use crate::content::Page;
use crate::site::Site;

/// How many pages a thread takes at once: few enough that none ends long before the others.
const BATCH: usize = 64;

/// Reads a page whole; `None` where that cannot be done.
pub type Read<'a> = dyn Fn(&Page) -> Option<String> + Sync + 'a;

/// Looks at each page on its own. In no order.
pub(super) fn look(site: &Site, pages: &[Page], read: &Read<'_>, today: Date) -> Vec<Seen> {
    let batches: Vec<&[Page]> = pages.chunks(BATCH).collect();
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut seen = Vec::new();
        while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
            seen.extend(batch.iter().map(|page| {
                let text = read(page);
                Seen::of(site, page, text.as_deref(), today)
            }));
        }
        seen
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(batches.len()))
            .map(|_| scope.spawn(work))
            .collect();
        let mut seen = work();
        for other in others {
            match other.join() {
                Ok(more) => seen.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        seen
    })
}
