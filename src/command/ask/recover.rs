//! What earlier runs left: text of replies that came before they were killed, and replies that are not whole yet.

use std::collections::{BTreeMap, BTreeSet};

use super::need::{Need, is_hopeless, rounds_left};
use super::terms::BegunReply;
use crate::command::workspace::Workspace;
use crate::finding::{Finding, Severity};
use crate::prompt;
use crate::record::{Asked, Kept, Leftover, Link, NewRecord, Outcome, Record, Store};
use crate::reply;
use crate::report::{PostReport, PostState, Trouble};
use crate::site::SitePath;
use crate::stub::{Key, Stub};
use crate::text::escape;

/// Makes records of what came of replies before a run was killed, as far as they are whole or can be gone on from: so
/// they are not asked for again. Needs the site's lock, since another run's replies look the same.
pub(in crate::command) fn recover(stubs: &[Stub], workspace: &Workspace) -> anyhow::Result<()> {
    let by_key: BTreeMap<&Key, &Stub> = stubs.iter().map(|stub| (&stub.key, stub)).collect();
    let store = &workspace.store;
    for leftover in store.leftovers()? {
        let Some(stub) = by_key.get(&leftover.key) else {
            continue;
        };
        if let Some(record) = record(&leftover, stub, store) {
            store.write(&record)?;
            store.forget(&leftover.key, leftover.attempt)?;
        }
    }
    Ok(())
}

/// Tells, once, of requests of killed runs for stubs that have been changed or removed since: nothing else would. Needs the
/// site's lock.
pub(in crate::command) fn forsaken(
    stubs: &[Stub],
    workspace: &Workspace,
) -> anyhow::Result<Vec<Finding>> {
    let keys: BTreeSet<&Key> = stubs.iter().map(|stub| &stub.key).collect();
    let store = &workspace.store;
    let texts = left_behind(stubs, workspace)?;
    let mut findings = Vec::new();
    for leftover in store.leftovers()? {
        let Leftover { key, attempt, .. } = &leftover;
        // The plan tells of it, as long as the stub is there.
        if texts
            .values()
            .any(|text| *text == store.partial_path(key, *attempt))
        {
            continue;
        }
        let Some(intent) = &leftover.intent else {
            continue;
        };
        if leftover.is_told || keys.contains(key) {
            continue;
        }
        let message = format!(
            "a request of {} to {} may have been paid for: its run was killed, and the stub has been changed or removed since",
            intent.asked.strftime("%Y-%m-%d %H:%M UTC"),
            escape(&intent.model)
        );
        let help = if leftover.partial.is_empty() {
            "nothing of the reply had come, so there is nothing to be saved; this is told once"
                .to_owned()
        } else {
            format!(
                "what had come of the reply is in .postwright/ledger/{key}-{attempt}.partial; this is told once"
            )
        };
        let warning = Severity::Warning;
        findings
            .push(Finding::new("may-have-been-paid", warning, &intent.path, message).help(help));
        store.fail(key, *attempt, "told")?;
    }
    Ok(findings)
}

/// Whole replies that came before a run was killed, for stubs that have been changed since, by the stub's path: the files
/// that hold them. No record can be made of these, since what was asked for is not known any more.
pub(in crate::command) fn left_behind(
    stubs: &[Stub],
    workspace: &Workspace,
) -> anyhow::Result<BTreeMap<SitePath, SitePath>> {
    let keys: BTreeSet<&Key> = stubs.iter().map(|stub| &stub.key).collect();
    let paths: BTreeSet<&SitePath> = stubs.iter().map(|stub| &stub.path).collect();
    let store = &workspace.store;
    let mut texts = BTreeMap::new();
    for leftover in store.leftovers()? {
        let Leftover {
            key,
            attempt,
            intent: Some(intent),
            partial,
            ..
        } = leftover
        else {
            continue;
        };
        let is_whole = std::str::from_utf8(&partial).is_ok_and(reply::ends_with_marker);
        let is_of_stub = paths.contains(&intent.path) && !keys.contains(&key);
        if is_whole && is_of_stub && intent.link.is_none() {
            texts.insert(intent.path, store.partial_path(&key, attempt));
        }
    }
    Ok(texts)
}

/// The record of an attempt, if its text is worth one.
fn record(leftover: &Leftover, stub: &Stub, store: &Store) -> Option<NewRecord> {
    let intent = leftover.intent.as_ref()?;
    // The last character may be cut.
    let text = match std::str::from_utf8(&leftover.partial) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&leftover.partial[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let is_useful = match &intent.link {
        None => reply::ends_with_marker(text) || reply::resume_at(text).is_some(),
        Some(Link::Repairs { .. }) => reply::ends_with_marker(text),
        Some(Link::Continues { record, at }) => {
            let entry = store.entry(record)?;
            let whole = reply::join(entry.record()?.text(), *at, text);
            reply::ends_with_marker(&whole) || reply::resume_at(&whole).is_some_and(|now| now > *at)
        }
    };
    if !is_useful {
        return None;
    }
    let (provider, model) = intent.model.split_once('/').unwrap_or((&intent.model, ""));
    Some(NewRecord {
        asked_for: Asked {
            path: stub.path.clone(),
            topic: stub.request.topic.clone(),
            brief: stub.request.brief.clone(),
            options: stub.request.options.clone(),
            language: stub.language.clone(),
            provider: provider.to_owned(),
            model: model.to_owned(),
            asked: intent.asked,
            prompt: None,
            offered: intent.offered.clone(),
        },
        outcome: Outcome {
            finish: Some("interrupted".to_owned()),
            tokens_in: None,
            tokens_out: Some(prompt::estimate_tokens(text)),
            estimated: true,
            tokens_cached: None,
            tokens_reasoning: None,
            link: intent.link.clone(),
        },
        reply: text.to_owned(),
    })
}

/// The same without writing anything: adds to what is kept the records that [`recover`] would make, for a dry run that tells
/// what a run would do.
pub(in crate::command) fn foresee(
    stubs: &[Stub],
    kept: &mut Kept,
    workspace: &Workspace,
) -> anyhow::Result<()> {
    let by_key: BTreeMap<&Key, &Stub> = stubs.iter().map(|stub| (&stub.key, stub)).collect();
    let store = &workspace.store;
    for leftover in store.leftovers()? {
        let Some(stub) = by_key.get(&leftover.key) else {
            continue;
        };
        if let Some(record) = record(&leftover, stub, store) {
            kept.add(store.foresee(&record));
        }
    }
    Ok(())
}

/// Requests of runs that were killed, which may have been paid for in vain, by the key of the stub. Those that a run saw
/// fail it has told of, and of some a record can be made.
pub(super) fn in_vain(stubs: &[&Stub], store: &Store) -> anyhow::Result<BTreeMap<Key, u32>> {
    let by_key: BTreeMap<&Key, &Stub> = stubs.iter().map(|stub| (&stub.key, *stub)).collect();
    let mut in_vain = BTreeMap::new();
    for leftover in store.leftovers()?.into_iter().filter(|it| !it.is_told) {
        let stub = by_key.get(&leftover.key);
        if stub.is_some_and(|stub| record(&leftover, stub, store).is_none()) {
            *in_vain.entry(leftover.key).or_insert(0) += 1;
        }
    }
    Ok(in_vain)
}

/// The replies that the first requests of these stubs follow up.
pub(super) fn begun_replies(stubs: &[&Stub], begun: &Begun) -> Vec<Option<BegunReply>> {
    let reply = |stub: &&Stub| {
        let (record, need) = begun.get(&stub.key)?;
        let (continuations, repairs) = rounds_left(record);
        Some(BegunReply {
            bytes: need.follow_up(record).0.reply.len() as u64,
            continuations,
            repairs,
        })
    };
    stubs.iter().map(reply).collect()
}

/// Replies of earlier runs that lack something, and what.
pub(in crate::command) type Begun = BTreeMap<Key, (Record, Need)>;

/// The replies that are not whole yet and that the next request goes on from or mends; the latter only where `repairs` are
/// wanted. The newest record of a stub decides. Stubs whose reply cannot be helped are taken away, and reported.
pub(in crate::command) fn begun(
    asked: &mut Vec<&Stub>,
    kept: &Kept,
    repairs: bool,
    need: &dyn Fn(&Stub, &Record, bool) -> Option<Need>,
) -> (Begun, Vec<PostReport>) {
    let (mut begun, mut reports) = (Begun::new(), Vec::new());
    asked.retain(|stub| {
        let record = kept.of(&stub.key).first().and_then(|entry| entry.record());
        match record.map(|record| (record, need(stub, record, repairs))) {
            Some((record, None)) if is_hopeless(record) => {
                let mendable = !repairs && need(stub, record, true).is_some();
                reports.push(hopeless(stub, record, mendable));
                return false;
            }
            Some((record, Some(need))) => {
                begun.insert(stub.key.clone(), (record.clone(), need));
            }
            _ => {}
        }
        true
    });
    (begun, reports)
}

/// Why no post comes of a record, and what would help. `mendable` where a repair would, which this run is told to leave out.
fn hopeless(stub: &Stub, record: &Record, mendable: bool) -> PostReport {
    let path = escape(stub.path.as_str());
    let again = format!("postwright generate --refresh {path}");
    let help = match record.outcome.finish.as_deref() {
        _ if mendable => {
            "run it without --no-repair: the model is asked once to mend the reply".to_owned()
        }
        _ if record.text().trim().is_empty() => {
            format!("take another model, then ask anew: {again}")
        }
        Some("length" | "max_tokens") => format!(
            "raise `max_output_tokens` in [model] of postwright.toml or take another model, then ask anew: {again}"
        ),
        Some("window-full") => format!(
            "shorten the stub's notes or take a model with a larger context window, then ask anew: {again}"
        ),
        _ if record.was_cut() => format!("ask anew: {again}"),
        _ => format!(
            "mend a copy of it and paste that: postwright accept {path}; or ask anew, perhaps another model: {again}"
        ),
    };
    let why = if record.was_cut() && !reply::ends_with_marker(record.text()) {
        "it was cut off before its end marker".to_owned()
    } else {
        reply::parse(record.text(), &[])
            .err()
            .map_or_else(|| "it is no post".to_owned(), |error| error.to_string())
    };
    let message = format!(
        "no post can be made of the reply in {}: {why}; what may be asked for without your word has been",
        record.name.path()
    );
    PostReport::new(&stub.path, PostState::Failed)
        .because(PostState::Failed, Trouble::new("given-up", message, help))
}
