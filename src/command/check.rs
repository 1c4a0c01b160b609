//! `check`: findings for pages, with or without their fixes.

mod build;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::rc::Rc;

use super::ask::{littered, lock, sweep};
use super::workspace::{Workspace, read_page};
use super::{Context, Environment, Status};
use crate::check::{self, Outline, Page, Selection, SitePages};
use crate::cli::{self, FindingFormat};
use crate::config::{self, Flags};
use crate::content::{self, Walk};
use crate::disk::{self, Expect};
use crate::finding::{Applicability, Finding, Severity};
use crate::fix;
use crate::report::{self, Sources, github, human, json, sarif};
use crate::site::{Site, SitePath};
use crate::text::tame;

pub(super) fn run(
    arguments: &cli::Check,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let mut workspace = Workspace::open(context, environment, Flags::default())?;
    if arguments.build {
        build::require_program(&mut workspace, context, environment)?;
    } else if workspace.site.generator.rules_depend_on_version() {
        workspace.settle_version(&environment.cwd);
    }
    let selection = Selection::new(&workspace.config, &arguments.select, &arguments.ignore)
        .map_err(anyhow::Error::msg)?;
    // What is fixed is what a run that writes just now has left.
    let lock = if (arguments.fix || arguments.unsafe_fixes) && !arguments.diff {
        Some(lock(&workspace, environment)?)
    } else {
        None
    };
    let walk = workspace.walk();
    if let Some(lock) = &lock {
        sweep(lock, littered(&walk), &workspace, environment);
    }
    let pages = workspace
        .select(&walk, &arguments.paths, environment)?
        .pages;
    let read_start = workspace.start_reader();
    let site = workspace.site.clone();
    let read_whole = |path: &SitePath| {
        let page = walk.pages.iter().find(|page| page.path == *path)?;
        read_page(page).ok()
    };
    let Survey { all, mut texts } = survey(&site, &walk, &pages, &*read_start, environment);
    let mut all = all.reading(&read_whole);

    let mut told = Told::default();
    let mut changed = Vec::new();
    if arguments.paths.is_empty() {
        told.findings.clone_from(&walk.troubles);
    }
    for page in &pages {
        let text = match texts.get(&page.path) {
            Some(Ok(text)) => text,
            Some(Err(error)) if !error.is_not_found() => {
                told.findings.push(unreadable(page, error));
                continue;
            }
            // It vanished between the walk and now.
            _ => continue,
        };
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
        if let Some(fixed) = one(page, text, arguments, &workspace, &look, &mut told) {
            texts.insert(page.path.clone(), Ok(fixed));
            changed.push(page);
        }
    }

    for page in changed {
        let text = texts.get(&page.path).and_then(|text| text.as_deref().ok());
        all.set(
            &page.path,
            Rc::new(Outline::of(&site, page, text, environment.today())),
        );
    }
    told.together(
        check::check_site(&all, &selection),
        arguments,
        &site,
        &texts,
        &all,
    );
    if arguments.build {
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
        differing,
        confirmed,
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
        // A diff is to be read, or applied, on its own.
        FindingFormat::Human if arguments.diff => tame(diff).into_owned(),
        FindingFormat::Human => {
            tame(&human::findings(findings, sources, context.color)).into_owned()
        }
    };
    environment.print(&text);
    let for_people = matches!(
        arguments.format,
        FindingFormat::Human | FindingFormat::Github
    );
    if for_people && !context.global.quiet {
        environment.note_all(&human::by_rule(findings));
        if arguments.diff {
            environment.note(&format!(
                "would change {}",
                human::plural(*differing, "page")
            ));
        }
        environment.note(human::check_summary(findings, pages).trim_end());
        if *confirmed > 0 {
            let what = human::plural(*confirmed, "finding");
            environment.note(&format!("the build confirms {what} of `check`"));
        }
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

/// The pages of a site as they are now.
struct Survey<'a> {
    /// All of them, also those of roots that are not to be checked.
    all: SitePages<'a>,
    /// The texts of those that are to be checked. Each is read once.
    texts: HashMap<SitePath, disk::Result<String>>,
}

fn survey<'a>(
    site: &'a Site,
    walk: &Walk,
    pages: &[content::Page],
    read_start: &'a dyn Fn(&str) -> Option<Vec<u8>>,
    environment: &Environment,
) -> Survey<'a> {
    let chosen: HashSet<&SitePath> = pages.iter().map(|page| &page.path).collect();
    let mut all = SitePages::new(site, read_start);
    let mut texts = HashMap::new();
    for page in &walk.pages {
        let text = read_page(page);
        all.add(page, text.as_deref().ok(), environment.today());
        if chosen.contains(&page.path) {
            texts.insert(page.path.clone(), text);
        }
    }
    all.others.clone_from(&walk.others);
    all.complete();
    Survey { all, texts }
}

/// What a check has to tell.
#[derive(Default)]
struct Told {
    findings: Vec<Finding>,
    /// The texts that the findings are about.
    sources: Sources,
    /// What fixes would change.
    diff: String,
    /// The pages that they would change.
    differing: usize,
    /// What a build said of which rules had told.
    confirmed: usize,
}

impl Told {
    /// Adds the findings about the pages together, of those about chosen pages, with the texts they are about; where the whole
    /// site is chosen, also those about files that are no pages.
    fn together(
        &mut self,
        findings: Vec<Finding>,
        arguments: &cli::Check,
        site: &Site,
        texts: &HashMap<SitePath, disk::Result<String>>,
        all: &SitePages<'_>,
    ) {
        for finding in findings {
            let is_chosen = texts.contains_key(&finding.path);
            let is_of_site = arguments.paths.is_empty() && !all.pages.contains_key(&finding.path);
            if !is_chosen && !is_of_site {
                continue;
            }
            if !self.sources.contains_key(&finding.path) {
                let is_config = finding.path == site.config || finding.path == config::site_path();
                let text = if is_config {
                    disk::read_text(&site.root.join(finding.path.as_str()), CONFIG_BYTES).ok()
                } else {
                    let text = texts.get(&finding.path);
                    text.and_then(|text| text.as_ref().ok()).cloned()
                };
                if let Some(text) = text {
                    self.sources.insert(finding.path.clone(), text);
                }
            }
            self.findings.push(finding);
        }
    }

    /// Puts the findings into the order of the paths and of the texts.
    fn sort(&mut self) {
        self.findings.sort_by(|a, b| {
            let start = |finding: &Finding| finding.span.as_ref().map_or(0, |span| span.start);
            (&a.path, start(a)).cmp(&(&b.path, start(b)))
        });
    }
}

/// Looks at one page, and fixes it where that is asked for. What is told is about the file as it then is;
/// its text is given where it was changed.
fn one(
    page: &content::Page,
    text: &str,
    arguments: &cli::Check,
    workspace: &Workspace,
    look: &dyn Fn(&str) -> Vec<Finding>,
    told: &mut Told,
) -> Option<String> {
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
            told.differing += 1;
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
    let is_changed = current != text;
    if !findings.is_empty() {
        told.sources.insert(page.path.clone(), current.clone());
    }
    told.findings.extend(findings);
    is_changed.then_some(current)
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
