//! `generate`: the main job. Stubs are planned for, replies are asked for and recorded, posts are made of records.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::bail;

use self::again::{foreseen, posts_meant};
use self::review::Review;
use super::ask::{self, Asker, Asking};
use super::publish::{Around, Publisher, colliding};
use super::reading::Reading;
use super::run::Run;
use super::status::{gather, usable};
use super::survey::{self, Survey, Written};
use super::workspace::{Selected, Workspace};
use super::{Context, Environment, Status, categories};
use crate::cli;
use crate::config::Flags;
use crate::finding::{Finding, Severity};
use crate::plan::{self, Action, Item, Limits, Reason};
use crate::record::{Kept, Record};
use crate::report::{PostReport, PostState, Trouble, human};
use crate::site::SitePath;
use crate::stub::Stub;

mod again;
mod gate;
pub(super) mod review;
mod waiting;

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

    let Some(mut reading) = reading else {
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
    colliding(&mut asked, &reading.pages, &config, &mut run.posts)?;
    run.posts.extend(ask::unwritable(&mut asked, &workspace)?);
    let (begun, helpless) = follow_ups(&mut asked, &kept, arguments, &workspace)?;
    run.posts.extend(helpless);
    let mut asking = Asking::prepare(
        &mut asked,
        &begun,
        &reading.library,
        arguments,
        &workspace,
        environment,
    )?;
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
    let mut publisher = Publisher::new(&mut workspace, &mut reading.pages, environment)?;
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

/// Pages that were named and that there is nothing to do for.
fn others(survey: &Survey, selected: &Selected) -> Vec<PostReport> {
    let known = |path: &SitePath| {
        survey.stubs.iter().any(|stub| stub.path == *path)
            || survey.posts.iter().any(|post| post.page.path == *path)
            || survey.troubles.iter().any(|report| report.path == *path)
    };
    let named = selected
        .places
        .iter()
        .filter(|place| selected.has(place) && !known(place));
    named
        .map(|path| {
            let trouble = Trouble::new(
                "not-a-stub",
                "it is neither a stub nor a post that Postwright wrote",
                "a stub has a `topic` in its front matter, and is no section's own page",
            );
            PostReport::new(path, PostState::Skipped).because(PostState::Skipped, trouble)
        })
        .collect()
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

/// The report of an item that nothing is to be done for.
fn settled(item: &Item, survey: &Survey, arguments: &cli::Generate) -> Option<PostReport> {
    let stub = &survey.stubs[item.stub];
    match &item.action {
        Action::Skip(reason) => Some(left(stub, PostState::Skipped, reason)),
        Action::Fail(reason) => Some(left(stub, PostState::Failed, reason)),
        Action::Convert(_) if arguments.record_only => {
            Some(PostReport::new(&stub.path, PostState::Planned))
        }
        Action::Ask | Action::Convert(_) => None,
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

/// What the plan has to say besides, such as a damaged record that another one makes up for.
fn notes(item: &Item, survey: &Survey) -> Vec<Finding> {
    let path = &survey.stubs[item.stub].path;
    item.notes
        .iter()
        .map(|reason| {
            Finding::new(reason.kind, Severity::Warning, path, reason.message.clone())
                .help(reason.help.clone())
        })
        .collect()
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

/// What a run would do.
fn preview(
    items: &[Item],
    survey: &Survey,
    kept: &Kept,
    reading: &Reading<'_>,
    arguments: &cli::Generate,
    workspace: &Workspace,
    environment: &mut Environment,
) -> anyhow::Result<Vec<PostReport>> {
    let mut asked: Vec<&Stub> = items
        .iter()
        .filter(|item| item.action == Action::Ask)
        .map(|item| &survey.stubs[item.stub])
        .collect();
    let (begun, mut helpless) = follow_ups(&mut asked, kept, arguments, workspace)?;
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
    Ok(items
        .iter()
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

pub(super) fn left(stub: &Stub, state: PostState, reason: &Reason) -> PostReport {
    let trouble = Trouble::new(reason.kind, reason.message.clone(), reason.help.clone());
    PostReport::new(&stub.path, state).because(state, trouble)
}

/// How many of the posts that were written are drafts.
fn drafts(
    reports: &[PostReport],
    survey: &Survey,
    posts: &BTreeMap<SitePath, Written>,
    default: bool,
) -> usize {
    let is_draft = |path: &SitePath| {
        if let Some(edited) = posts.get(path).filter(|post| post.base.is_some()) {
            return edited.draft == Some(true);
        }
        let stub = survey.stubs.iter().find(|stub| stub.path == *path);
        stub.is_some_and(|stub| stub.request.draft.unwrap_or(default))
    };
    reports
        .iter()
        .filter(|report| report.state == PostState::Written && is_draft(&report.path))
        .count()
}
