//! What becomes of each reply as it comes: a post, or one more request for what it lacks.

use std::collections::BTreeMap;

use super::{finish, waiting};
use crate::cli;
use crate::command::ask::{Answered, Need};
use crate::command::publish::Publisher;
use crate::command::survey::Written;
use crate::config::Config;
use crate::record::Record;
use crate::reply;
use crate::report::{PostReport, PostState};
use crate::site::SitePath;
use crate::stub::Stub;

/// Judges replies and publishes those that are enough.
pub(super) struct Review<'a, 'p, 'w, 's> {
    pub(super) arguments: &'a cli::Generate,
    pub(super) config: &'a Config,
    pub(super) publisher: &'p mut Publisher<'w, 's>,
    /// The posts that are made again, by path.
    pub(super) posts: &'a BTreeMap<SitePath, Written>,
    pub(super) usable: &'a dyn Fn(&Record) -> Result<(), String>,
    /// Replies that lack something which is being asked for, by the stub's place.
    held: BTreeMap<usize, Record>,
    /// The last word on each stub, by its place.
    pub(super) reports: BTreeMap<usize, PostReport>,
}

impl<'a, 'p, 'w, 's> Review<'a, 'p, 'w, 's> {
    pub(super) fn new(
        arguments: &'a cli::Generate,
        config: &'a Config,
        publisher: &'p mut Publisher<'w, 's>,
        posts: &'a BTreeMap<SitePath, Written>,
        usable: &'a dyn Fn(&Record) -> Result<(), String>,
    ) -> Self {
        Self {
            arguments,
            config,
            publisher,
            posts,
            usable,
            held: BTreeMap::new(),
            reports: BTreeMap::new(),
        }
    }

    /// Takes what came of asking for a stub. Gives what to ask for next; else a post was made, or there is a report that
    /// says why not.
    pub(super) fn take(&mut self, answer: &Answered, stub: &Stub) -> Option<Need> {
        let earlier = self.held.remove(&answer.index);
        let report = match &answer.record {
            Some(record) => {
                let report = match lacks(record, stub, self.config, !self.arguments.no_repair) {
                    Some(need) => Err(need),
                    None => self.publish(record, stub),
                };
                match report {
                    Ok(report) => report,
                    Err(need) => {
                        self.held.insert(answer.index, record.clone());
                        return Some(need);
                    }
                }
            }
            None => PostReport::new(&stub.path, PostState::Failed),
        };
        let mut report = self.or_earlier(report, earlier.as_ref(), stub);
        answer.complete(&mut report);
        self.reports.insert(answer.index, report);
        None
    }

    /// The report of the post of a record; or what would have to be asked for to make one.
    fn publish(&mut self, record: &Record, stub: &Stub) -> Result<PostReport, Need> {
        let report = self.finish(record, stub);
        let error = report.error.as_ref().map(|error| error.kind.as_str());
        let least = self.config.post.min_words.unwrap_or(0);
        let repairs = !self.arguments.no_repair;
        let need = match error {
            Some("too-short") => Need::of_post(record, Some((report.words, least)), &[], repairs),
            Some("check-failed") => {
                let body = report.body_start;
                let findings: Vec<_> = report
                    .findings
                    .iter()
                    .filter(|finding| finding.span.as_ref().is_some_and(|it| it.start >= body))
                    .collect();
                Need::of_post(record, None, &findings, repairs)
            }
            _ => None,
        };
        need.map_or(Ok(report), Err)
    }

    fn finish(&mut self, record: &Record, stub: &Stub) -> PostReport {
        let previous = self.posts.get(&stub.path).map(Written::as_previous);
        let report = finish(record, stub, self.arguments, self.usable, |record| {
            self.publisher.publish(stub, record, previous)
        });
        if self.arguments.refresh {
            return waiting::name_free_way(report, previous.is_some());
        }
        report
    }

    /// Where nothing came of mending a reply, the reply itself may still do.
    fn or_earlier(
        &mut self,
        report: PostReport,
        earlier: Option<&Record>,
        stub: &Stub,
    ) -> PostReport {
        match earlier {
            Some(earlier) if report.state == PostState::Failed => {
                let second = self.finish(earlier, stub);
                if second.state == PostState::Failed && report.error.is_some() {
                    report
                } else {
                    second
                }
            }
            _ => report,
        }
    }
}

/// What the reply of a record lacks by itself.
pub(in crate::command) fn lacks(
    record: &Record,
    stub: &Stub,
    config: &Config,
    repairs: bool,
) -> Option<Need> {
    let categories = config.categories(&stub.language);
    let parsed = reply::parse(record.text(), categories);
    Need::of(record, &parsed, categories, repairs)
}
