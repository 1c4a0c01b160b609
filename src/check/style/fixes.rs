//! Fixes that are proven to leave a page as it was: the parser reads it before and after.

use pulldown_cmark::{Event, Options, Parser};

use crate::check::Page;
use crate::finding::splice;
use crate::finding::{Edit, Finding, Fix};
use crate::markdown;

/// How often a page is read at most to find out which of its fixes are safe.
const TRIES: usize = 200;

/// Hands over what a rule has found, each with the edits that would set it right. They become a safe fix where the parser
/// reads the same page with them as without, under each set of extensions that a generator may have switched on; else
/// there is no fix.
pub(super) fn report(
    page: &Page<'_>,
    found: Vec<(Finding, Vec<Edit>)>,
    findings: &mut Vec<Finding>,
) {
    let mut kept: Vec<bool> = vec![false; found.len()];
    let all: Vec<usize> = (0..found.len())
        .filter(|index| !found[*index].1.is_empty())
        .collect();
    if all.is_empty() {
        findings.extend(found.into_iter().map(|(finding, _)| finding));
        return;
    }
    let before = readings(page, page.text);
    let is_same = |chosen: &[usize]| {
        let mut edits: Vec<&Edit> = chosen.iter().flat_map(|index| &found[*index].1).collect();
        edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
        let fit = edits
            .windows(2)
            .all(|pair| pair[0].range.end <= pair[1].range.start);
        fit && readings(page, &splice(page.text, edits)) == before
    };
    let mut left = vec![&all[..]];
    let mut tries = 0;
    while let Some(chosen) = left.pop().filter(|_| tries < TRIES) {
        tries += 1;
        if is_same(chosen) {
            for index in chosen {
                kept[*index] = true;
            }
        } else if chosen.len() > 1 {
            let (first, second) = chosen.split_at(chosen.len() / 2);
            left.extend([second, first]);
        }
    }
    // Each half by itself may leave the page as it is, and both together not.
    let chosen: Vec<usize> = (0..found.len()).filter(|index| kept[*index]).collect();
    let is_kept = chosen.is_empty() || is_same(&chosen);
    for ((finding, edits), keep) in found.into_iter().zip(kept) {
        findings.push(if keep && is_kept {
            finding.fix(Fix::safe(edits))
        } else {
            finding
        });
    }
}

/// What a page is to its readers: the events of its body, texts joined, and the template syntax in it.
fn readings(page: &Page<'_>, text: &str) -> Vec<String> {
    let body = text.get(page.body.start..).unwrap_or_default();
    let site = page.site;
    let seen = site.generator.as_markdown(site.version, body);
    let seen = seen.as_deref().unwrap_or(body);
    let more = Options::ENABLE_DEFINITION_LIST | Options::ENABLE_MATH | Options::ENABLE_GFM;
    let mut read: Vec<String> = [markdown::options(), markdown::options() | more]
        .into_iter()
        .map(|options| reading(Parser::new_ext(seen, options)))
        .collect();
    let templates = site.generator.templates(site.version, body);
    read.extend(
        templates
            .into_iter()
            .map(|template| body[template.range].to_owned()),
    );
    read
}

fn reading<'e>(events: impl Iterator<Item = Event<'e>>) -> String {
    let mut read = String::new();
    let mut in_text = false;
    for event in events {
        let is_text = matches!(event, Event::Text(_));
        if let Event::Text(text) | Event::Html(text) = &event {
            if !in_text {
                read.push(if is_text { '\u{1}' } else { '\u{2}' });
            }
            read.push_str(text);
        } else {
            read.push_str(&format!("\u{1}{event:?}"));
        }
        in_text = matches!(event, Event::Text(_) | Event::Html(_));
    }
    read
}
