//! What earlier runs left: text of replies that came before they were killed, and replies that are not whole yet.

use std::collections::{BTreeMap, BTreeSet};

use super::need::{Need, is_hopeless};
use crate::command::workspace::Workspace;
use crate::finding::{Finding, Severity};
use crate::prompt;
use crate::record::{Asked, Kept, Leftover, Link, NewRecord, Outcome, Record, Store};
use crate::reply;
use crate::report::{PostReport, PostState, Trouble};
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
    let mut findings = Vec::new();
    for leftover in store.leftovers()? {
        let Leftover { key, attempt, .. } = &leftover;
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

/// Replies of earlier runs that lack something, and what.
pub(in crate::command) type Begun = BTreeMap<Key, (Record, Need)>;

/// The replies that are not whole yet and that the next request goes on from or mends. The newest record of a stub decides. Stubs whose reply cannot be helped are taken away, and reported.
pub(in crate::command) fn begun(
    asked: &mut Vec<&Stub>,
    kept: &Kept,
    need: &dyn Fn(&Stub, &Record) -> Option<Need>,
) -> (Begun, Vec<PostReport>) {
    let (mut begun, mut reports) = (Begun::new(), Vec::new());
    asked.retain(|stub| {
        let record = kept.of(&stub.key).first().and_then(|entry| entry.record());
        match record.map(|record| (record, need(stub, record))) {
            Some((record, None)) if is_hopeless(record) => {
                reports.push(hopeless(stub, record));
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

fn hopeless(stub: &Stub, record: &Record) -> PostReport {
    let path = escape(stub.path.as_str());
    PostReport::new(&stub.path, PostState::Failed).because(
        PostState::Failed,
        Trouble::new(
            "given-up",
            format!(
                "no post can be made of the reply in {}, and no further request would mend it",
                record.name.path()
            ),
            format!(
                "raise `max_output_tokens` in [model] of postwright.toml or take another model, then ask anew: postwright generate --refresh {path}"
            ),
        ),
    )
}
