//! Rules on pages. Each folder in `tests/check/` is a site, `site/`, of the version in `version`, and cases: a page
//! `NAME.md`, what is found in it, `NAME.json`, and the page after all safe fixes, `NAME.fixed.md`, where that differs.
//! Where there is a file `select`, the rules named in it run, and no others.
//! `SNAPSHOTS=overwrite cargo test --test check` writes the latter two; read them before they are committed.

#![allow(clippy::disallowed_methods, reason = "tests prepare their own folders")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use postwright::body::{self, Surroundings};
use postwright::check::{self, RULES};
use postwright::finding::{Finding, Severity, splice};
use postwright::site::Site;
use proptest::prelude::*;
use pulldown_cmark::Event;

#[path = "support/pages.rs"]
mod pages;

use pages::{FRONT, bodies, fixed, is_safely_fixable, look, open, sites};

/// A body as a post would have it.
fn converted(site: &Site, body: &str) -> String {
    let dialect = site.dialect();
    let surroundings = Surroundings {
        heading_id: &|text| site.heading_id(text),
        has_image: &|_| false,
        page: &|_| None,
    };
    body::convert(body, "The title", &dialect, surroundings).body
}

/// The findings as they are recorded: a line each.
fn record(text: &str, findings: &[Finding]) -> String {
    let lines: Vec<String> = findings
        .iter()
        .map(|finding| {
            let line = finding
                .span
                .as_ref()
                .map_or(0, |span| text[..span.start].matches('\n').count() + 1);
            let value = serde_json::json!({
                "rule": finding.rule,
                "severity": finding.severity.as_str(),
                "line": line,
                "at": finding.span.clone().map(|span| postwright::text::escape(&text[span]).into_owned()),
            });
            format!("  {value}")
        })
        .collect();
    if lines.is_empty() {
        "[]\n".to_owned()
    } else {
        format!("[\n{}\n]\n", lines.join(",\n"))
    }
}

/// Compares a file with what it should hold, or writes it where that was asked for; `None` means that there is none.
fn compare(path: &Path, actual: Option<&str>, wrong: &mut Vec<String>) {
    let expected = fs::read_to_string(path).ok();
    if expected.as_deref() == actual {
        return;
    }
    let overwrite = std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite");
    match actual {
        Some(actual) if overwrite => fs::write(path, actual).unwrap(),
        None if overwrite => fs::remove_file(path).unwrap(),
        _ => wrong.push(format!(
            "{}:\nexpected: {expected:?}\nactual:   {actual:?}",
            path.display()
        )),
    }
}

#[test]
fn cases_are_found_and_fixed_as_recorded() {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    let mut fixable = BTreeSet::new();
    for dir in sites() {
        let site = open(&dir);
        let mut names = BTreeSet::new();
        for entry in fs::read_dir(&dir).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if !matches!(name.as_str(), "site" | "version" | "select") {
                names.insert(name.split('.').next().unwrap().to_owned());
            }
        }
        for name in names {
            let Ok(text) = fs::read_to_string(dir.join(format!("{name}.md"))) else {
                wrong.push(format!("{}: {name} has no page", dir.display()));
                continue;
            };
            let findings = look(&site, &text);
            seen.extend(findings.iter().map(|finding| finding.rule));
            fixable.extend(
                findings
                    .iter()
                    .filter(|finding| finding.fix.is_some())
                    .map(|finding| finding.rule),
            );
            compare(
                &dir.join(format!("{name}.json")),
                Some(&record(&text, &findings)),
                &mut wrong,
            );
            let after = fixed(&site, &text);
            let changed = (after != text).then_some(after.as_str());
            compare(&dir.join(format!("{name}.fixed.md")), changed, &mut wrong);
            if let Some(left) = look(&site, &after)
                .iter()
                .find(|finding| is_safely_fixable(finding))
            {
                wrong.push(format!(
                    "{}: {name}: `{}` is left after its fix",
                    dir.display(),
                    left.rule
                ));
            }
        }
    }
    for rule in RULES {
        if fixable.contains(rule.name()) && !rule.explanation().contains("fix") {
            wrong.push(format!(
                "the page of `{}` does not speak of its fix",
                rule.name()
            ));
        }
        // What these look at is not in a page of this name: the unit tests have them.
        if matches!(
            rule.name(),
            "section-keys"
                | "index-beside-section"
                | "dotted-name"
                | "not-a-page"
                | "missing-sort-key"
                | "missing-theme"
                | "blank-in-folder"
                | "lone-translation"
                | "accidental-emoji"
                | "alt-markup"
                | "similar-topic"
                | "similar-body"
                | "refused-configuration"
        ) {
            continue;
        }
        if !seen.contains(rule.name()) {
            wrong.push(format!("no case has a finding of `{}`", rule.name()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// What a page is to its readers: the events of its body, as the generator hands it on to Markdown, with texts joined.
fn shown(site: &Site, page: &str) -> Vec<String> {
    let body = page.split_once("\n+++\n").map_or("", |(_, body)| body);
    let seen = site.generator.as_markdown(site.version, body);
    let body = seen.as_deref().unwrap_or(body);
    let mut shown: Vec<String> = Vec::new();
    let mut was_text = false;
    for (event, _) in postwright::markdown::events(body) {
        match (&event, shown.last_mut()) {
            (Event::Text(text), Some(last)) if was_text => last.push_str(text),
            (Event::Text(text), _) => shown.push(text.to_string()),
            _ => shown.push(format!("{event:?}")),
        }
        was_text = matches!(event, Event::Text(_));
    }
    shown
}

#[test]
fn layout_of_real_pages_is_not_seen() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = 0;
    let mut left: Vec<PathBuf> = ["tests/body", "tests/check", "site-example"]
        .map(|below| root.join(below))
        .into();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if path.extension().is_some_and(|extension| extension == "md") {
            let Ok(text) = fs::read_to_string(&path) else {
                continue;
            };
            let body = text.split_once("\n+++\n").map_or(&*text, |(_, body)| body);
            let page = format!("{FRONT}{body}");
            for dir in sites()
                .into_iter()
                .filter(|dir| dir.join("select").exists())
            {
                let site = open(&dir);
                let after = fixed(&site, &page);
                assert_eq!(
                    shown(&site, &page),
                    shown(&site, &after),
                    "{}",
                    path.display()
                );
                assert_eq!(fixed(&site, &after), after, "{}", path.display());
                pages += 1;
            }
        }
    }
    assert!(pages > 50, "{pages}");
}

#[test]
fn every_rule_is_explained_and_listed_once() {
    let mut names = BTreeSet::new();
    for rule in RULES {
        assert!(
            names.insert(rule.name()),
            "`{}` is there twice",
            rule.name()
        );
        assert!(
            !rule.summary().ends_with('.'),
            "the summary of `{}` is no sentence",
            rule.name()
        );
        let page = rule.explanation();
        assert!(
            page.contains("0.22") || page.contains("0.168.0") || rule.name().starts_with("stub"),
            "`{}` names no version",
            rule.name()
        );
        assert!(page.contains("```"), "`{}` shows no example", rule.name());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is published of a reply, the conversion after all safe fixes, has no error and nothing that a safe fix would
    /// have to set right; and no fix makes anything alive in it.
    #[test]
    fn converted_bodies_are_clean(body in bodies()) {
        for dir in sites() {
            let site = open(&dir);
            let body = converted(&site, &body);
            let page = fixed(&site, &format!("{FRONT}{body}"));
            for finding in look(&site, &page) {
                // How the source is laid out is the author's business.
                let is_layout = check::find(finding.rule).is_ok_and(|rule| !rule.runs_by_default());
                prop_assert!(
                    finding.severity < Severity::Error && (is_layout || !is_safely_fixable(&finding)),
                    "{} {}: {finding:?}\n{body:?}\n{page:?}", site.generator.name(), site.version
                );
            }
            let templates = |text: &str| site.generator.templates(site.version, text).len();
            prop_assert!(templates(&page) <= templates(&body), "{body:?}\n{page:?}");
        }
    }

    /// Fixes of layout leave the page as it was.
    #[test]
    fn layout_is_not_seen(body in bodies()) {
        for dir in sites().into_iter().filter(|dir| dir.join("select").exists()) {
            let site = open(&dir);
            let page = format!("{FRONT}{body}");
            let after = fixed(&site, &page);
            prop_assert_eq!(shown(&site, &page), shown(&site, &after), "{:?}\n{:?}", page, after);
        }
    }

    /// After all safe fixes none is left but those that would bring an error about, and the page is still one.
    #[test]
    fn fixes_end(body in bodies()) {
        for dir in sites() {
            let site = open(&dir);
            let page = fixed(&site, &format!("{FRONT}{body}"));
            let has_error = |text: &str| look(&site, text).iter().any(|it| it.severity == Severity::Error);
            let is_held_back = |finding: &Finding| {
                let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
                let after = splice(&page, edits);
                !has_error(&page) && has_error(&after)
            };
            let left = look(&site, &page).into_iter().filter(is_safely_fixable).find(|it| !is_held_back(it));
            prop_assert!(left.is_none(), "{} {}: {left:?}\n{page:?}", site.generator.name(), site.version);
            prop_assert!(page.starts_with(FRONT.trim_end()));
        }
    }

    /// No bytes make a rule panic, and every span is one of the text.
    #[test]
    fn any_text_is_checked(text in "(?s).{0,200}", body in bodies()) {
        for dir in sites() {
            let site = open(&dir);
            for page in [&text, &format!("+++\n{text}\n+++\n{body}"), &body] {
                for finding in look(&site, page) {
                    if let Some(span) = finding.span {
                        prop_assert!(page.get(span).is_some(), "{}", finding.rule);
                    }
                }
            }
        }
    }
}
