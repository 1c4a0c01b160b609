//! `generate`: the main job. Stubs are planned for, replies are asked for and recorded, posts are made of records.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::bail;

use self::preview::preview;
use self::review::Review;
use self::told::{drafts, notes};
use self::work::{Task, Work};
use super::ask::{self, Asker, Asking};
use super::publish::{Around, Publisher, colliding};
use super::reading::Reading;
use super::run::Run;
use super::status::usable;
use super::survey::{self, Survey, Written};
use super::workspace::Workspace;
use super::{Context, Environment, Status, categories};
use crate::cli;
use crate::config::Flags;
use crate::plan::{Action, Item};
use crate::record::{Kept, Record};
use crate::report::{PostReport, PostState, Trouble};
use crate::stub::Stub;

mod again;
mod gate;
mod preview;
pub(super) mod review;
mod told;
mod waiting;
mod work;

pub(super) use told::left;

pub(super) fn run(
    arguments: &cli::Generate,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let offline = arguments.offline || (environment.is_ci() && !arguments.online);
    if arguments.refresh && arguments.paths.is_empty() && !offline {
        bail!(
            "--refresh asks for posts anew, and each costs money; name the stubs or posts that are meant"
        );
    }
    let flags = Flags {
        model: arguments.model.clone(),
        jobs: arguments.jobs,
        max_cost: arguments.max_cost,
    };
    let mut workspace = Workspace::open(context, environment, flags)?;
    let walk = workspace.walk();
    let selected = workspace.select(&walk, &arguments.paths, environment)?;
    let mut survey = survey::survey(&workspace, &walk.pages);
    let task = Task {
        arguments,
        context,
        selected: &selected,
        offline,
    };
    let littered = ask::littered(&walk);
    let nothing_to_do = littered.is_empty() && task.is_done(&survey, &workspace)?;
    let lock = if arguments.dry_run || nothing_to_do {
        None
    } else {
        Some(ask::lock(&workspace, environment)?)
    };
    let (around, today) = (Around::of(&workspace), environment.today());
    let read = |workspace: &Workspace| Reading::of(&around, workspace, &walk, today);
    let mut reading = (!nothing_to_do).then(|| read(&workspace));
    if let Some(reading) = &mut reading {
        // Another run may have made posts of the stubs while this one waited for it.
        survey = std::mem::take(&mut reading.survey);
        categories::adopt(&mut workspace, &reading.pages);
    }
    if let Some(lock) = &lock {
        // The run that was waited for may have been killed as well.
        let beside = survey.stubs.iter().filter_map(|stub| stub.file.parent());
        let folders: BTreeSet<PathBuf> = beside.map(PathBuf::from).chain(littered).collect();
        ask::sweep(lock, folders, &workspace, environment);
    }
    let mut run = Run {
        closing: walk.troubles.clone(),
        ..Run::default()
    };
    let work = task.decide(
        survey,
        lock.is_some(),
        (&mut workspace, &mut reading, environment),
        &read,
        &mut run,
    )?;
    let reading = match reading {
        Some(reading) if !arguments.dry_run => reading,
        reading => {
            run.is_preview = arguments.dry_run;
            run.posts.extend(match &reading {
                Some(reading) => preview(&work, reading, arguments, &workspace, environment)?,
                None => work.settled(arguments).collect(),
            });
            return Ok(run.finish(arguments.format, arguments.strict, context, environment));
        }
    };
    carry_out(&work, reading, run, &task, &mut workspace, environment)
}

/// Asks for the replies that are to be asked for, and makes the posts.
fn carry_out(
    work: &Work,
    reading: Reading<'_>,
    mut run: Run,
    task: &Task<'_>,
    workspace: &mut Workspace,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let Task {
        arguments, context, ..
    } = *task;
    let Work {
        survey,
        limits,
        posts,
        kept,
        plan,
    } = work;
    let items: &[Item] = if arguments.record_only {
        &[]
    } else {
        &plan.items
    };
    let mut asked = work.asked();
    let config = workspace.config.clone();
    let Reading {
        library, mut pages, ..
    } = reading;
    colliding(&mut asked, &pages, &config, &mut run.posts)?;
    run.posts.extend(ask::unwritable(&mut asked, workspace)?);
    let (begun, helpless) = follow_ups(&mut asked, kept, arguments, workspace)?;
    run.posts.extend(helpless);
    let mut asking = Asking::prepare(
        &mut asked,
        &begun,
        &library,
        arguments,
        workspace,
        environment,
    )?;
    // It may be large, and all prompts are there.
    drop(library);
    run.posts.append(&mut asking.refused);
    if !asking.is_allowed(arguments, environment)? {
        return Ok(Status::Usage);
    }

    run.posts.extend(work.settled(arguments));
    run.closing.extend(
        items
            .iter()
            .filter(|item| item.action != Action::Ask)
            .flat_map(|item| notes(item, survey)),
    );
    let asker = Asker::new(workspace);
    let is_usable = usable(workspace);
    let hint = workspace.site.generator.drafts_hint();
    let default_draft = config.post.draft == Some(true);
    let mut publisher = Publisher::new(workspace, &mut pages, environment)?;
    let mut room = again::Room::left_by(plan, survey, limits);
    for (stub, record) in items
        .iter()
        .filter_map(|item| convertible(item, survey, kept))
    {
        run.posts.push(if let Some(reason) = room.refusal(stub) {
            left(stub, PostState::Skipped, &reason)
        } else {
            let previous = posts.get(&stub.path).map(Written::as_previous);
            publisher.publish(stub, record, previous)
        });
        room.take(run.posts.last());
    }
    let mut review = Review::new(arguments, &config, &mut publisher, posts, &is_usable);
    let interrupted = asking.run(
        &asked,
        context,
        &asker,
        &begun,
        environment,
        &mut |answer| review.take(answer, asked[answer.index]),
    )?;
    run.posts.extend(review.reports.into_values());
    run.closing.extend(publisher.closing_findings());
    run.sources = publisher.sources;
    run.drafts = Some((drafts(&run.posts, survey, posts, default_draft), hint));
    let status = run.finish(arguments.format, arguments.strict, context, environment);
    Ok(interrupted.unwrap_or(status))
}

/// The stub and the record of an item that a post can be made for at once.
fn convertible<'a>(
    item: &Item,
    survey: &'a Survey,
    kept: &'a Kept,
) -> Option<(&'a Stub, &'a Record)> {
    match &item.action {
        Action::Convert(name) => Some((&survey.stubs[item.stub], kept.record(name)?)),
        _ => None,
    }
}

/// The report of a record that was asked for: its post, or why there is none.
fn finish(
    record: &Record,
    stub: &Stub,
    arguments: &cli::Generate,
    usable: &dyn Fn(&Record) -> Result<(), String>,
    publish: impl FnOnce(&Record) -> PostReport,
) -> PostReport {
    if !arguments.record_only {
        return publish(record);
    }
    match usable(record) {
        Ok(()) => PostReport::new(&stub.path, PostState::Planned),
        Err(why) => PostReport::new(&stub.path, PostState::Failed).because(
            PostState::Failed,
            Trouble::new(
                "incomplete-reply",
                why,
                "ask again with `postwright generate`; the reply is kept",
            ),
        ),
    }
}

/// What earlier runs left of the replies to these stubs: those to be followed up on. Stubs for which nothing more is to be
/// asked without a word of the author's are taken away, and reported.
fn follow_ups(
    asked: &mut Vec<&Stub>,
    kept: &Kept,
    arguments: &cli::Generate,
    workspace: &Workspace,
) -> anyhow::Result<(ask::Begun, Vec<PostReport>)> {
    let lacks = |stub: &Stub, record: &Record, repairs| {
        review::lacks(record, stub, &workspace.config, repairs)
    };
    if arguments.refresh {
        let begun = again::broken_off(asked, kept, workspace, &lacks);
        return Ok((begun, Vec::new()));
    }
    let mut reports = ask::spent(asked, workspace)?;
    let (begun, hopeless) = ask::begun(asked, kept, !arguments.no_repair, &lacks);
    reports.extend(hopeless);
    Ok((begun, reports))
}
