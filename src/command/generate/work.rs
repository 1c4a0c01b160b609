//! What there is to do: which stubs and posts are meant, which replies there are, and what is to become of each.

use std::collections::BTreeMap;

use super::again::{foreseen, posts_meant};
use super::told::{others, settled};
use super::{gate, waiting};
use crate::cli;
use crate::command::ask;
use crate::command::reading::Reading;
use crate::command::run::Run;
use crate::command::status::{gather, usable};
use crate::command::survey::{Survey, Written};
use crate::command::workspace::{Selected, Workspace};
use crate::command::{Context, Environment};
use crate::plan::{self, Action, Limits, Plan};
use crate::record::Kept;
use crate::report::{PostReport, human};
use crate::site::SitePath;
use crate::stub::Stub;

/// What the command line asks for.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub(super) arguments: &'a cli::Generate,
    pub(super) context: &'a Context,
    pub(super) selected: &'a Selected,
    pub(super) offline: bool,
}

/// What is to be done, and what that follows from.
pub(super) struct Work {
    pub(super) survey: Survey,
    pub(super) limits: Limits,
    /// The posts that are made again, by path.
    pub(super) posts: BTreeMap<SitePath, Written>,
    pub(super) kept: Kept,
    pub(super) plan: Plan,
}

impl Task<'_> {
    fn limits(&self) -> Limits {
        Limits {
            paths: self.selected.places.clone(),
            offline: self.offline,
            refresh: self.arguments.refresh,
            max_posts: self.arguments.max_posts,
            ..Limits::default()
        }
    }

    /// Whether nothing is to be written: there is nothing to clear away, and all stubs wait. The site may be one that cannot
    /// be written to.
    pub(super) fn is_done(&self, survey: &Survey, workspace: &Workspace) -> anyhow::Result<bool> {
        if self.arguments.refresh || !workspace.store.is_clean()? {
            return Ok(false);
        }
        if survey.stubs.is_empty() {
            return Ok(true);
        }
        if !self.offline {
            return Ok(false);
        }
        let kept = gather(workspace, survey, [])?;
        let plan = plan::plan(&survey.stubs, &kept, &self.limits(), &usable(workspace));
        Ok(!plan.items.iter().any(|item| item.action.writes()))
    }

    /// Plans for the stubs, and for the posts that are to be made again. What an earlier run has left is put in order first,
    /// where this one `may_write`.
    pub(super) fn decide<'r>(
        &self,
        mut survey: Survey,
        may_write: bool,
        (workspace, reading, environment): (
            &mut Workspace,
            &mut Option<Reading<'r>>,
            &mut Environment,
        ),
        read: &dyn Fn(&Workspace) -> Reading<'r>,
        run: &mut Run,
    ) -> anyhow::Result<Work> {
        let Self {
            arguments,
            context,
            selected,
            offline,
        } = *self;
        run.posts.extend(others(&survey, selected));
        run.posts.extend(
            survey
                .troubles
                .drain(..)
                .filter(|report| selected.has(&report.path)),
        );
        let mut limits = self.limits();
        let posts = posts_meant(
            arguments,
            &mut limits,
            &mut survey,
            selected,
            workspace,
            run,
        );
        if may_write {
            // Those of posts that are made again are among the stubs by now.
            ask::recover(&survey.stubs, workspace)?;
            workspace.store.clear_recorded()?;
            run.closing.extend(ask::forsaken(&survey.stubs, workspace)?);
        }
        let mut kept = gather(workspace, &survey, limits.records.values())?;
        if arguments.dry_run {
            ask::foresee(&survey.stubs, &mut kept, workspace)?;
        }
        let mut told = match reading {
            Some(reading) if arguments.refresh => waiting::take(
                arguments,
                &mut limits,
                &survey,
                &posts,
                &kept,
                selected,
                (workspace, &mut reading.pages, environment),
            )?,
            _ => waiting::told(&survey, &limits, workspace)?,
        };
        if !offline {
            told.extend(foreseen(&posts, &limits, workspace));
        }
        if !context.global.quiet {
            for line in told {
                environment.note(&line);
            }
        }
        let mut plan = plan::plan(&survey.stubs, &kept, &limits, &usable(workspace));
        if !arguments.allow_duplicates && gate::is_needed(&plan) {
            let index = reading
                .get_or_insert_with(|| read(workspace))
                .library
                .index();
            if context.global.verbose {
                let pages = human::plural(index.pages().len(), "page");
                environment.note(&format!("read {pages} to know what the site has"));
            }
            limits.covered = gate::covered(&plan, &survey, &posts, &kept, index);
            plan = plan::plan(&survey.stubs, &kept, &limits, &usable(workspace));
        }
        if arguments.refresh && offline && arguments.paths.is_empty() {
            // What is to be converted again are posts; stubs wait for another run.
            plan.items
                .retain(|item| posts.contains_key(&survey.stubs[item.stub].path));
        }
        Ok(Work {
            survey,
            limits,
            posts,
            kept,
            plan,
        })
    }
}

impl Work {
    /// The stubs for which a reply is to be asked for.
    pub(super) fn asked(&self) -> Vec<&Stub> {
        let asked = self
            .plan
            .items
            .iter()
            .filter(|item| item.action == Action::Ask);
        asked.map(|item| &self.survey.stubs[item.stub]).collect()
    }

    /// The reports of what is neither asked for nor made.
    pub(super) fn settled(&self, arguments: &cli::Generate) -> impl Iterator<Item = PostReport> {
        let items = self.plan.items.iter();
        items.filter_map(|item| settled(item, &self.survey, arguments))
    }
}
