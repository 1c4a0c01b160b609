//! `generate`: the main job. Stubs are planned for, replies are asked for and recorded, posts are made of records.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::bail;

use self::again::{foreseen, posts_meant};
use self::preview::preview;
use self::review::Review;
use self::told::{drafts, notes, others, settled};
use super::ask::{self, Asker, Asking};
use super::publish::{Around, Publisher, colliding};
use super::reading::Reading;
use super::run::Run;
use super::status::{gather, usable};
use super::survey::{self, Survey, Written};
use super::workspace::Workspace;
use super::{Context, Environment, Status, categories};
use crate::cli;
use crate::config::Flags;
use crate::plan::{self, Action, Item, Limits};
use crate::record::{Kept, Record};
use crate::report::{PostReport, PostState, Trouble, human};
use crate::stub::Stub;

mod again;
mod gate;
mod preview;
pub(super) mod review;
mod told;
mod waiting;

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
    let littered = ask::littered(&walk);
    // What a killed run has left is cleared away even where it has left nothing else to do.
    let is_clean = littered.is_empty() && workspace.store.is_clean()?;
    // Where all stubs wait, nothing is written, and the site may be one that cannot be written to.
    let all_wait = || {
        let limits = Limits {
            paths: selected.places.clone(),
            offline,
            max_posts: arguments.max_posts,
            ..Limits::default()
        };
        let kept = gather(&workspace, &survey, [])?;
        let plan = plan::plan(&survey.stubs, &kept, &limits, &usable(&workspace));
        anyhow::Ok(!plan.items.iter().any(|item| item.action.writes()))
    };
    let nothing_to_do =
        !arguments.refresh && is_clean && (survey.stubs.is_empty() || (offline && all_wait()?));
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
    run.posts.extend(others(&survey, &selected));
    run.posts.extend(
        survey
            .troubles
            .drain(..)
            .filter(|report| selected.has(&report.path)),
    );
    let mut limits = Limits {
        paths: selected.places.clone(),
        offline,
        refresh: arguments.refresh,
        max_posts: arguments.max_posts,
        ..Limits::default()
    };
    let posts = posts_meant(
        arguments,
        &mut limits,
        &mut survey,
        &selected,
        &workspace,
        &mut run,
    );
    if lock.is_some() {
        // Those of posts that are made again are among the stubs by now.
        ask::recover(&survey.stubs, &workspace)?;
        workspace.store.clear_recorded()?;
        run.closing
            .extend(ask::forsaken(&survey.stubs, &workspace)?);
    }
    let mut kept = gather(&workspace, &survey, limits.records.values())?;
    if arguments.dry_run {
        ask::foresee(&survey.stubs, &mut kept, &workspace)?;
    }
    let mut told = match &mut reading {
        Some(reading) if arguments.refresh => waiting::take(
            arguments,
            &mut limits,
            &survey,
            &posts,
            &kept,
            &selected,
            (&mut workspace, &mut reading.pages, environment),
        )?,
        _ => waiting::told(&survey, &limits, &workspace)?,
    };
    if !offline {
        told.extend(foreseen(&posts, &limits, &workspace));
    }
    if !context.global.quiet {
        for line in told {
            environment.note(&line);
        }
    }
    let mut plan = plan::plan(&survey.stubs, &kept, &limits, &usable(&workspace));
    if !arguments.allow_duplicates && gate::is_needed(&plan) {
        let index = reading
            .get_or_insert_with(|| read(&workspace))
            .library
            .index();
        if context.global.verbose {
            let pages = human::plural(index.pages().len(), "page");
            environment.note(&format!("read {pages} to know what the site has"));
        }
        limits.covered = gate::covered(&plan, &survey, &posts, &kept, index);
        plan = plan::plan(&survey.stubs, &kept, &limits, &usable(&workspace));
    }

    if arguments.refresh && offline && arguments.paths.is_empty() {
        // What is to be converted again are posts; stubs wait for another run.
        let is_post = |item: &Item| posts.contains_key(&survey.stubs[item.stub].path);
        plan.items.retain(is_post);
    }

    let Some(reading) = reading else {
        run.is_preview = arguments.dry_run;
        let settled = |item| settled(item, &survey, arguments);
        run.posts.extend(plan.items.iter().filter_map(settled));
        return Ok(run.finish(arguments.format, arguments.strict, context, environment));
    };
    if arguments.dry_run {
        run.is_preview = true;
        run.posts.extend(preview(
            &plan.items,
            &survey,
            &kept,
            &reading,
            arguments,
            &workspace,
            environment,
        )?);
        return Ok(run.finish(arguments.format, arguments.strict, context, environment));
    }
    let items = if arguments.record_only {
        Vec::new()
    } else {
        plan.items.clone()
    };
    let mut asked: Vec<&Stub> = plan
        .items
        .iter()
        .filter(|item| item.action == Action::Ask)
        .map(|item| &survey.stubs[item.stub])
        .collect();
    let config = workspace.config.clone();
    let Reading {
        library, mut pages, ..
    } = reading;
    colliding(&mut asked, &pages, &config, &mut run.posts)?;
    run.posts.extend(ask::unwritable(&mut asked, &workspace)?);
    let (begun, helpless) = follow_ups(&mut asked, &kept, arguments, &workspace)?;
    run.posts.extend(helpless);
    let mut asking = Asking::prepare(
        &mut asked,
        &begun,
        &library,
        arguments,
        &workspace,
        environment,
    )?;
    // It may be large, and all prompts are there.
    drop(library);
    run.posts.append(&mut asking.refused);
    if !asking.is_allowed(arguments, environment)? {
        return Ok(Status::Usage);
    }

    run.posts.extend(
        plan.items
            .iter()
            .filter_map(|item| settled(item, &survey, arguments)),
    );
    run.closing.extend(
        items
            .iter()
            .filter(|item| item.action != Action::Ask)
            .flat_map(|item| notes(item, &survey)),
    );
    let asker = Asker::new(&workspace);
    let is_usable = usable(&workspace);
    let hint = workspace.site.generator.drafts_hint();
    let default_draft = config.post.draft == Some(true);
    let mut publisher = Publisher::new(&mut workspace, &mut pages, environment)?;
    let mut room = again::Room::left_by(&plan, &survey, &limits);
    for (stub, record) in items
        .iter()
        .filter_map(|item| convertible(item, &survey, &kept))
    {
        run.posts.push(if let Some(reason) = room.refusal(stub) {
            left(stub, PostState::Skipped, &reason)
        } else {
            let previous = posts.get(&stub.path).map(Written::as_previous);
            publisher.publish(stub, record, previous)
        });
        room.take(run.posts.last());
    }
    let mut review = Review::new(arguments, &config, &mut publisher, &posts, &is_usable);
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
    run.drafts = Some((drafts(&run.posts, &survey, &posts, default_draft), hint));
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
