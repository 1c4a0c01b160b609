//! `explain`: a rule's page, or the list of rules.

use std::fmt::Write;

use anyhow::anyhow;

use super::{Environment, Status};
use crate::check::{self, ELSEWHERE, Elsewhere, RULES, Rule, elsewhere};
use crate::cli;
use crate::report::sarif::RuleText;

pub(super) fn run(
    arguments: &cli::Explain,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let text = match &arguments.rule {
        Some(name) if elsewhere(name).is_some() => {
            elsewhere(name).map(other_page).unwrap_or_default()
        }
        Some(name) => {
            let rule = check::find(name).map_err(|message| anyhow!(message))?;
            page(rule)
        }
        None => list(),
    };
    environment.print(&text);
    Ok(Status::Success)
}

/// What there is to say of a finding's name in a report.
pub(super) fn rule_text(name: &str) -> Option<RuleText<'static>> {
    let rule = RULES.iter().find(|rule| rule.name() == name);
    let rule = rule.map(|rule| (rule.summary(), rule.explanation()));
    let other = elsewhere(name).map(|other| (other.summary, other.explanation));
    rule.or(other)
        .map(|(summary, page)| RuleText { summary, page })
}

/// The page of a finding that no rule makes.
fn other_page(other: &Elsewhere) -> String {
    format!(
        "# {}\n\n{}\n\nNo rule: it can be neither selected nor ignored.\n\n{}\n",
        other.name,
        other.summary,
        other.explanation.trim()
    )
}

fn page(rule: &dyn Rule) -> String {
    let mut out = format!("# {}\n\n{}\n", rule.name(), rule.summary());
    if !rule.aliases().is_empty() {
        let _ = write!(out, "\nAlso called {}.\n", rule.aliases().join(", "));
    }
    if !rule.runs_by_default() {
        let name = rule.name();
        let _ = write!(
            out,
            "\nOff unless `--select {name}` or `[check.{name}]` with a `severity` asks for it.\n"
        );
    }
    let _ = write!(out, "\n{}\n", rule.explanation().trim());
    out
}

fn list() -> String {
    let width = RULES
        .iter()
        .map(|rule| rule.name().len())
        .max()
        .unwrap_or(0);
    let mut out = String::new();
    for rule in RULES {
        let off = if rule.runs_by_default() {
            ""
        } else {
            " (off by default)"
        };
        let _ = writeln!(out, "{:<width$}  {}{off}", rule.name(), rule.summary());
    }
    out.push_str("\nFindings that no rule makes:\n");
    for other in ELSEWHERE {
        let _ = writeln!(out, "{:<width$}  {}", other.name, other.summary);
    }
    out
}
