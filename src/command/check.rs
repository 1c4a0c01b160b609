//! `check`: findings for pages, with or without their fixes.

mod build;

use std::collections::BTreeSet;
use std::path::Path;

use super::ask::lock;
use super::workspace::{Workspace, read_page};
use super::{Context, Environment, Status};
use crate::check::{self, Page, Selection, SitePages};
use crate::cli::{self, FindingFormat};
use crate::config::Flags;
use crate::content::{self, Walk};
use crate::disk::{self, Expect};
use crate::finding::{Applicability, Finding, Severity};
use crate::fix;
use crate::report::{self, Sources, github, human, json, sarif};
use crate::site::{Site, SitePath};

pub(super) fn run(
    arguments: &cli::Check,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let mut workspace = Workspace::open(context, environment, Flags::default())?;
    if arguments.build {
        build::require_program(&mut workspace, context, environment)?;
    }
    let selection = Selection::new(&workspace.config, &arguments.select, &arguments.ignore)
        .map_err(anyhow::Error::msg)?;
    let walk = workspace.walk();
    let pages = workspace
        .select(&walk, &arguments.paths, environment)?
        .pages;
    let site_root = workspace.site.root.clone();
    let read_start = |path: &str| {
        let file = site_root.join(path);
        let start = disk::is_file(&file).then(|| disk::read_start(&file, 8))?;
        Some(start.unwrap_or_default())
    };
    // The site as it is to rules: settling the version changes nothing of what they see of other pages.
    let site = workspace.site.clone();
    let read_whole = |path: &SitePath| {
        let page = walk.pages.iter().find(|page| page.path == *path)?;
        read_page(page).ok()
    };
    let all = survey(&site, &walk, &read_start, environment).reading(&read_whole);

    let _lock = if (arguments.fix || arguments.unsafe_fixes) && !arguments.diff {
        Some(lock(&workspace, environment)?)
    } else {
        None
    };
    let mut told = Told::default();
    if arguments.paths.is_empty() {
        told.findings.clone_from(&walk.troubles);
    }
    for page in &pages {
        match read_page(page) {
            Ok(text) => {
                if workspace.site.generator.depends_on_version(&text) {
                    workspace.settle_version(&environment.cwd);
                }
                let look = |text: &str| {
                    let page = Page::parse(
                        &page.path,
                        text,
                        &page.language,
                        &workspace.site,
                        environment.today(),
                    );
                    let page = page.among(&all).wanting(&workspace.config.post);
                    // The build takes the drafts as well.
                    let page = if arguments.build {
                        page.as_published()
                    } else {
                        page
                    };
                    check::check(&page, &selection)
                };
                one(page, &text, arguments, &workspace, &look, &mut told);
            }
            // It vanished between the walk and now.
            Err(error) if error.is_not_found() => {}
            Err(error) => told.findings.push(unreadable(page, &error)),
        }
    }

    together(
        &site,
        &walk,
        &pages,
        &read_start,
        &selection,
        environment,
        &mut told,
    );
    if arguments.build {
        let all = survey(&site, &walk, &read_start, environment);
        build::look(
            &workspace,
            &walk,
            &pages,
            &all,
            arguments,
            environment,
            &mut told,
        )?;
    }
    told.sort();

    print(
        arguments,
        context,
        &workspace,
        pages.len(),
        &told,
        environment,
    );
    let counts = report::count(&told.findings);
    let attention = counts.errors > 0 || (arguments.strict && counts.warnings > 0);
    Ok(if attention {
        Status::Attention
    } else {
        Status::Success
    })
}

/// Prints what there is to tell in the format that is asked for.
fn print(
    arguments: &cli::Check,
    context: &Context,
    workspace: &Workspace,
    pages: usize,
    told: &Told,
    environment: &mut Environment,
) {
    let Told {
        findings,
        sources,
        diff,
    } = told;
    let text = match arguments.format {
        FindingFormat::Json => json::check(findings, sources, pages),
        FindingFormat::Sarif => {
            let below = below_repository(&workspace.site.root, environment);
            sarif::findings(findings, sources, &below, &|name| {
                super::explain::rule_text(name)
            })
        }
        FindingFormat::Github => {
            let below = below_repository(&workspace.site.root, environment);
            github::findings(findings, sources, &below)
        }
        FindingFormat::Human => diff.clone() + &human::findings(findings, sources, context.color),
    };
    environment.print(&text);
    let for_people = matches!(
        arguments.format,
        FindingFormat::Human | FindingFormat::Github
    );
    if for_people && !context.global.quiet {
        environment.note(human::check_summary(findings, pages).trim_end());
    }
}

/// The site's folder seen from the repository that a workflow of GitHub Actions works on, with `/` at its end; empty
/// where the two are one, or there is no such workflow.
fn below_repository(site: &Path, environment: &Environment) -> String {
    environment
        .variable("GITHUB_WORKSPACE")
        .map(|workspace| disk::resolve(Path::new(workspace)))
        .and_then(|workspace| {
            let below = disk::resolve(site);
            let below = SitePath::from_path(Path::new(""), below.strip_prefix(workspace).ok()?);
            (!below.as_str().is_empty()).then(|| format!("{below}/"))
        })
        .unwrap_or_default()
}
/// As much of a configuration as is shown.
const CONFIG_BYTES: u64 = 1 << 20;

/// All pages of the site, as they are now.
fn survey<'a>(
    site: &'a Site,
    walk: &Walk,
    read_start: &'a dyn Fn(&str) -> Option<Vec<u8>>,
    environment: &Environment,
) -> SitePages<'a> {
    let mut all = SitePages::new(site, read_start);
    for page in &walk.pages {
        all.add(page, read_page(page).ok().as_deref(), environment.today());
    }
    all.others.clone_from(&walk.others);
    all.complete();
    all
}

/// What there is to say of the pages together, after all fixes.
fn together(
    site: &Site,
    walk: &Walk,
    pages: &[content::Page],
    read_start: &dyn Fn(&str) -> Option<Vec<u8>>,
    selection: &Selection,
    environment: &Environment,
    told: &mut Told,
) {
    let all = survey(site, walk, read_start, environment);
    let is_whole = pages.len() == walk.pages.len();
    let chosen: BTreeSet<&SitePath> = pages.iter().map(|page| &page.path).collect();
    for finding in check::check_site(&all, selection) {
        if !is_whole && !chosen.contains(&finding.path) {
            continue;
        }
        if let Some(page) = walk.pages.iter().find(|page| page.path == finding.path)
            && !told.sources.contains_key(&finding.path)
            && let Ok(text) = read_page(page)
        {
            told.sources.insert(finding.path.clone(), text);
        }
        if finding.path == site.config
            && !told.sources.contains_key(&finding.path)
            && let Ok(text) = disk::read_text(&site.root.join(finding.path.as_str()), CONFIG_BYTES)
        {
            told.sources.insert(finding.path.clone(), text);
        }
        told.findings.push(finding);
    }
}

/// What a check has to tell.
#[derive(Default)]
struct Told {
    findings: Vec<Finding>,
    /// The texts that the findings are about.
    sources: Sources,
    diff: String,
}

impl Told {
    /// Puts the findings into the order of the paths and of the texts.
    fn sort(&mut self) {
        self.findings.sort_by(|a, b| {
            let start = |finding: &Finding| finding.span.as_ref().map_or(0, |span| span.start);
            (&a.path, start(a)).cmp(&(&b.path, start(b)))
        });
    }
}

/// Looks at one page, and fixes it where that is asked for. What is told is about the file as it then is.
fn one(
    page: &content::Page,
    text: &str,
    arguments: &cli::Check,
    workspace: &Workspace,
    look: &dyn Fn(&str) -> Vec<Finding>,
    told: &mut Told,
) {
    let mut current = text.to_owned();
    let mut findings = None;
    if arguments.fix || arguments.unsafe_fixes || arguments.diff {
        let at_least = if arguments.unsafe_fixes {
            Applicability::Unsafe
        } else {
            Applicability::Safe
        };
        let (fixed, left) = fix::settle(text, at_least, look);
        if arguments.diff && fixed != text {
            told.diff.push_str(&human::diff(&page.path, text, &fixed));
        } else if fixed != text && workspace.site.roots[page.root].writable {
            match workspace.root.write_atomic(
                &page.file,
                fixed.as_bytes(),
                Expect::Bytes(text.as_bytes()),
            ) {
                Ok(()) => (current, findings) = (fixed, Some(left)),
                Err(error) => told.findings.push(unreadable(page, &error)),
            }
        }
    }
    let findings = findings.unwrap_or_else(|| look(&current));
    if !findings.is_empty() {
        told.sources.insert(page.path.clone(), current);
    }
    told.findings.extend(findings);
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
