//! `generate`: the main job. Stubs are planned for, replies are asked for and recorded, posts are made of records.

use std::collections::BTreeMap;

use anyhow::bail;

use super::ask::{self, Asker, Asking};
use super::publish::{Previous, Publisher};
use super::run::Run;
use super::status::{gather, post_state, whole};
use super::survey::{self, Survey, Written, stub_of};
use super::workspace::{Selected, Workspace};
use super::{Context, Environment, Status};
use crate::cli;
use crate::config::Flags;
use crate::finding::{Finding, Severity};
use crate::plan::{self, Action, Limits, Reason, State};
use crate::record::{Entry, Record, RecordName};
use crate::report::{PostReport, PostState, Trouble};
use crate::site::SitePath;
use crate::stub::Stub;
use crate::text::escape;

pub(super) fn run(
    arguments: &cli::Generate,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let flags = Flags {
        model: arguments.model.clone(),
        jobs: arguments.jobs,
        max_cost: arguments.max_cost,
    };
    let offline = arguments.offline || (environment.is_ci() && !arguments.online);
    if arguments.refresh && arguments.paths.is_empty() && !offline {
        bail!(
            "--refresh asks for posts anew, and each costs money; name the stubs or posts that are meant"
        );
    }
    let mut workspace = Workspace::open(context, environment, flags)?;
    let walk = workspace.walk();
    let selected = workspace.select(&walk, &arguments.paths, environment)?;
    let mut survey = survey::survey(&workspace, &walk.pages);
    let nothing_to_do = survey.stubs.is_empty() && !arguments.refresh;
    let _lock = if arguments.dry_run || nothing_to_do {
        None
    } else {
        let lock = ask::lock(&workspace, environment)?;
        // Another run may have made posts of the stubs while this one waited for it.
        survey = survey::survey(&workspace, &walk.pages);
        Some(lock)
    };

    let mut run = Run::default();
    for trouble in &walk.troubles {
        run.closing.push(trouble.clone());
    }
    run.posts.extend(
        survey
            .troubles
            .drain(..)
            .filter(|report| selected.has(&report.path)),
    );

    let mut targets = posts_meant(arguments, offline, &survey, &selected, &workspace, &mut run);
    let refreshed: BTreeMap<SitePath, Written> = targets
        .iter()
        .map(|(stub, written)| (stub.path.clone(), written.clone()))
        .collect();
    if !offline {
        // Asked for anew, a post is planned for like the stub that it was.
        survey.stubs.extend(targets.drain(..).map(|(stub, _)| stub));
    }

    let kept = gather(&workspace, &survey)?;
    let limits = Limits {
        paths: selected.places.clone(),
        offline,
        refresh: arguments.refresh,
        max_posts: arguments.max_posts,
        records: BTreeMap::new(),
    };
    let plan = plan::plan(&survey.stubs, &kept, &limits, &whole(&workspace));

    let asked: Vec<&Stub> = plan
        .items
        .iter()
        .filter(|item| item.action == Action::Ask)
        .map(|item| &survey.stubs[item.stub])
        .collect();
    let asking = Asking::prepare(&asked, arguments, &workspace, environment)?;
    if arguments.dry_run {
        let mut place = 0;
        for item in &plan.items {
            let stub = &survey.stubs[item.stub];
            let mut report = preview(&item.action, stub, || asking.preview(place, stub));
            place += usize::from(item.action == Action::Ask);
            report.findings.extend(notes(&item.notes, &stub.path));
            run.posts.push(report);
        }
        run.posts.extend(
            targets
                .iter()
                .map(|(stub, _)| PostReport::new(&stub.path, PostState::Planned)),
        );
        return Ok(run.finish(arguments.format, arguments.strict, context, environment));
    }
    if !asking.is_allowed(arguments, environment)? {
        return Ok(Status::Usage);
    }

    let mut reports = Vec::new();
    let mut ready: Vec<(Stub, Record, Option<Written>)> = Vec::new();
    for item in &plan.items {
        let stub = &survey.stubs[item.stub];
        run.closing.extend(notes(&item.notes, &stub.path));
        match &item.action {
            Action::Ask => {}
            Action::Convert(name) => match kept.record(name) {
                Some(record) if !arguments.record_only => {
                    ready.push((stub.clone(), record.clone(), None));
                }
                Some(_) => reports.push(PostReport::new(&stub.path, PostState::Planned)),
                None => reports.push(failed(
                    stub,
                    "no-record",
                    &format!("there is no record {name}"),
                )),
            },
            Action::Skip(reason) => reports.push(left(stub, PostState::Skipped, reason)),
            Action::Fail(reason) => reports.push(left(stub, PostState::Failed, reason)),
        }
    }
    for (stub, written) in targets {
        match record_of(&written, &workspace) {
            Ok(record) => ready.push((stub, record, Some(written))),
            Err(trouble) => reports.push(
                PostReport::new(&stub.path, PostState::Failed).because(PostState::Failed, trouble),
            ),
        }
    }

    let asker = Asker::new(&workspace);
    let hint = workspace.site.generator.drafts_hint();
    let default_draft = workspace.config.post.draft == Some(true);
    let mut publisher = Publisher::new(&mut workspace, environment)?;
    for (stub, record, written) in &ready {
        reports.push(publisher.publish(stub, record, written.as_ref().map(previous)));
    }
    let interrupted = asking.run(&asked, context, &asker, environment, &mut |answered| {
        let stub = asked[answered.index];
        let mut report = match &answered.record {
            Some(_) if arguments.record_only => PostReport::new(&stub.path, PostState::Planned),
            Some(record) => {
                publisher.publish(stub, record, refreshed.get(&stub.path).map(previous))
            }
            None => PostReport::new(&stub.path, PostState::Failed),
        };
        answered.complete(&mut report);
        reports.push(report);
    })?;
    run.closing.extend(publisher.closing_findings());
    run.sources = std::mem::take(&mut publisher.sources);
    run.drafts = Some((drafts(&reports, &survey, default_draft), hint));
    run.posts.extend(reports);
    let status = run.finish(arguments.format, arguments.strict, context, environment);
    Ok(interrupted.unwrap_or(status))
}

/// What the plan has to say besides, such as a damaged record that another one makes up for.
fn notes(reasons: &[Reason], path: &SitePath) -> Vec<Finding> {
    reasons
        .iter()
        .map(|reason| {
            Finding::new(reason.kind, Severity::Warning, path, reason.message.clone())
                .help(reason.help.clone())
        })
        .collect()
}

fn previous(written: &Written) -> Previous<'_> {
    Previous {
        text: &written.text,
        date: written.date.as_deref(),
    }
}

/// The posts that the command line means, each with the stub it was made from. Those that cannot be refreshed, or of
/// which nothing is asked, are reported at once.
fn posts_meant(
    arguments: &cli::Generate,
    offline: bool,
    survey: &Survey,
    selected: &Selected,
    workspace: &Workspace,
    run: &mut Run,
) -> Vec<(Stub, Written)> {
    let mut targets = Vec::new();
    for written in &survey.posts {
        let path = &written.page.path;
        let named = !arguments.paths.is_empty() && selected.has(path);
        let all = arguments.paths.is_empty() && arguments.refresh && offline;
        if !named && !all {
            continue;
        }
        let report = PostReport::new(path, PostState::Unchanged);
        if !arguments.refresh {
            run.posts.push(report);
        } else if post_state(written, workspace) == State::Edited {
            let shown = escape(path.as_str()).into_owned();
            run.posts.push(report.because(
                PostState::Failed,
                Trouble::new(
                    "edited",
                    "the post was edited since it was written, so it is left as it is",
                    format!("to give up the edits: postwright restore --force {shown}, then postwright generate {shown}"),
                ),
            ));
        } else {
            match stub_of(written, workspace) {
                Ok(stub) => targets.push((stub, written.clone())),
                Err(trouble) => run.posts.push(report.because(PostState::Failed, trouble)),
            }
        }
    }
    targets
}

/// The record that a post was made from.
fn record_of(written: &Written, workspace: &Workspace) -> Result<Record, Trouble> {
    let entry =
        RecordName::parse(&written.provenance.reply).and_then(|name| workspace.store.entry(&name));
    match entry {
        Some(Entry::Good(record)) => Ok(*record),
        Some(Entry::Damaged { name, why }) => Err(Trouble::new(
            "damaged",
            format!("the record {name} is damaged: {why}"),
            "bring it back from version control",
        )),
        Some(Entry::Newer { name, .. }) => Err(Trouble::new(
            "newer-record",
            format!("a newer Postwright wrote the record {name}"),
            "use that version",
        )),
        None => Err(Trouble::new(
            "record-missing",
            format!(
                "the record {} that the post was made from is not there",
                escape(&written.provenance.reply)
            ),
            "bring the folder .postwright back from version control; the post stays as it is",
        )),
    }
}

fn preview(action: &Action, stub: &Stub, ask: impl FnOnce() -> PostReport) -> PostReport {
    match action {
        Action::Ask => ask(),
        Action::Convert(_) => PostReport::new(&stub.path, PostState::Planned),
        Action::Skip(reason) => left(stub, PostState::Skipped, reason),
        Action::Fail(reason) => left(stub, PostState::Failed, reason),
    }
}

fn left(stub: &Stub, state: PostState, reason: &Reason) -> PostReport {
    let trouble = Trouble::new(reason.kind, reason.message.clone(), reason.help.clone());
    PostReport::new(&stub.path, state).because(state, trouble)
}

fn failed(stub: &Stub, kind: &str, message: &str) -> PostReport {
    let trouble = Trouble {
        kind: kind.to_owned(),
        message: message.to_owned(),
        help: None,
    };
    PostReport::new(&stub.path, PostState::Failed).because(PostState::Failed, trouble)
}

/// How many of the posts that were written are drafts.
fn drafts(reports: &[PostReport], survey: &Survey, default: bool) -> usize {
    let is_draft = |path: &SitePath| {
        let stub = survey.stubs.iter().find(|stub| stub.path == *path);
        stub.is_some_and(|stub| stub.request.draft.unwrap_or(default))
    };
    reports
        .iter()
        .filter(|report| report.state == PostState::Written && is_draft(&report.path))
        .count()
}
