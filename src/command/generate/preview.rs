//! `--dry-run`: what a run would do.

use std::collections::BTreeMap;

use super::follow_ups;
use super::told::{notes, settled};
use super::work::Work;
use crate::cli;
use crate::command::Environment;
use crate::command::ask::Asking;
use crate::command::publish::colliding;
use crate::command::reading::Reading;
use crate::command::workspace::Workspace;
use crate::plan::Action;
use crate::report::{PostReport, PostState};
use crate::site::SitePath;

/// What a run would do.
pub(super) fn preview(
    work: &Work,
    reading: &Reading<'_>,
    arguments: &cli::Generate,
    workspace: &Workspace,
    environment: &mut Environment,
) -> anyhow::Result<Vec<PostReport>> {
    let survey = &work.survey;
    let mut asked = work.asked();
    let (begun, mut helpless) = follow_ups(&mut asked, &work.kept, arguments, workspace)?;
    colliding(&mut asked, &reading.pages, &workspace.config, &mut helpless)?;
    let asking = Asking::prepare(
        &mut asked,
        &begun,
        &reading.library,
        arguments,
        workspace,
        environment,
    )?;
    let mut previews: BTreeMap<SitePath, PostReport> = asking
        .preview(&asked)
        .into_iter()
        .chain(asking.refused)
        .chain(helpless)
        .map(|report| (report.path.clone(), report))
        .collect();
    let items = work.plan.items.iter();
    Ok(items
        .filter_map(|item| {
            let path = &survey.stubs[item.stub].path;
            let mut report = match &item.action {
                Action::Ask => previews.remove(path)?,
                Action::Convert(_) => PostReport::new(path, PostState::Planned),
                Action::Skip(_) | Action::Fail(_) => settled(item, survey, arguments)?,
            };
            // What a reply lacks that is gone on from, or given up, the report says itself.
            if item.action != Action::Ask {
                report.findings.extend(notes(item, survey));
            }
            Some(report)
        })
        .collect())
}
