//! `check`: findings for pages, with or without their fixes.

use super::workspace::{Workspace, read_page};
use super::{Context, Environment, Status};
use crate::check::{self, Page, Selection};
use crate::cli::{self, Format};
use crate::config::Flags;
use crate::content;
use crate::disk::Expect;
use crate::finding::{Applicability, Finding, Severity};
use crate::fix;
use crate::report::{self, Sources, human, json};

/// Fixes may make room for others; more rounds than this would be an endless one.
const FIX_ROUNDS: usize = 10;

pub(super) fn run(
    arguments: &cli::Check,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let workspace = Workspace::open(context, environment, Flags::default())?;
    let selection = Selection::new(&workspace.config, &arguments.select, &arguments.ignore)
        .map_err(anyhow::Error::msg)?;
    let walk = workspace.walk();
    let pages = workspace.select(&walk, &arguments.paths, environment)?;
    let at_least = match (arguments.unsafe_fixes, arguments.fix || arguments.diff) {
        (true, _) => Some(Applicability::Unsafe),
        (false, true) => Some(Applicability::Safe),
        (false, false) => None,
    };

    let mut findings = if arguments.paths.is_empty() {
        walk.troubles.clone()
    } else {
        Vec::new()
    };
    let mut sources = Sources::new();
    let mut diff = String::new();
    for page in &pages {
        let text = match read_page(page) {
            Ok(text) => text,
            Err(error) if error.is_not_found() => continue,
            Err(error) => {
                findings.push(unreadable(page, &error));
                continue;
            }
        };
        let today = environment.today();
        let look = |text: &str| {
            check::check(
                &Page::parse(&page.path, text, &page.language, &workspace.site, today),
                &selection,
            )
        };
        let mut found = look(&text);
        let mut current = text.clone();
        if let Some(at_least) = at_least {
            for _ in 0..FIX_ROUNDS {
                let fixed = fix::apply(&current, &found, at_least);
                if fixed.applied == 0 {
                    break;
                }
                current = fixed.text;
                found = look(&current);
            }
        }
        if current != text {
            if arguments.diff {
                diff.push_str(&human::diff(&page.path, &text, &current));
            } else if workspace.site.roots[page.root].writable {
                workspace.root.write_atomic(
                    &page.file,
                    current.as_bytes(),
                    Expect::Bytes(text.as_bytes()),
                )?;
            }
        }
        if !found.is_empty() {
            sources.insert(page.path.clone(), current);
        }
        findings.extend(found);
    }

    match arguments.format {
        Format::Json => environment.print(&json::check(&findings, &sources, pages.len())),
        Format::Human => {
            environment.print(&diff);
            environment.print(&human::findings(&findings, &sources, context.color));
            if !context.global.quiet {
                environment.note(human::check_summary(&findings, pages.len()).trim_end());
            }
        }
    }
    let counts = report::count(&findings);
    let attention = counts.errors > 0 || (arguments.strict && counts.warnings > 0);
    Ok(if attention {
        Status::Attention
    } else {
        Status::Success
    })
}

fn unreadable(page: &content::Page, error: &crate::disk::Error) -> Finding {
    let mut finding = Finding::new(
        "unreadable-page",
        Severity::Error,
        &page.path,
        error.to_string(),
    );
    finding.help = error.help().map(str::to_owned);
    finding
}
