//! `check --build`: the real generator builds the site, somewhere else, and what it says becomes findings.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};

use super::super::process::{self, Call, Ran};
use super::super::workspace::{Workspace, read_page};
use super::super::{Context, Environment};
use super::Told;
use crate::check::{self, Selection, SitePages};
use crate::cli;
use crate::content::{Page, Walk};
use crate::disk;
use crate::finding::{Build, Finding, Severity};
use crate::front_matter::Value;
use crate::generator::build::{BuildCommand, BuildLog, BuildMessage, BuildPlace};
use crate::site::{Site, SitePath, VersionSource};

mod confirmed;
mod output;
mod place;

use output::left_out;
use place::Places;

/// A build that takes longer is stopped.
const LIMIT: Duration = Duration::from_mins(10);

/// Makes sure that there is a program to build with, before anything else is done. Where the configuration does not say
/// a version, the program's own is the one that rules go by.
pub(super) fn require_program(
    workspace: &mut Workspace,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<()> {
    let generator = workspace.site.generator;
    let (title, program) = (generator.title(), generator.program());
    let Some(version) = workspace.program_version(&environment.cwd) else {
        bail!(
            "`check --build` runs {title}, but there is no program `{program}` on PATH that tells its version\n  \
             help: install {title} ({}), or put the folder that holds it on PATH",
            generator.install_help()
        );
    };
    workspace.settle_version(&environment.cwd);
    if !context.global.quiet {
        environment.note(&format!("building with {title} {version}"));
        let expected = workspace.site.version;
        if workspace.site.version_source == VersionSource::Configured && version != expected {
            environment.note(&format!(
                "warning: postwright.toml says that the site is for {title} {expected}"
            ));
        }
    }
    Ok(())
}

/// Builds the site and adds what the generator had to say.
pub(super) fn look(
    workspace: &Workspace,
    walk: &Walk,
    pages: &[Page],
    all: &SitePages<'_>,
    arguments: &cli::Check,
    environment: &Environment,
    told: &mut Told,
) -> anyhow::Result<()> {
    let site = &workspace.site;
    let temporary = tempfile::Builder::new()
        .prefix("postwright-build-")
        .tempdir()
        .context("no temporary folder for the build")?;
    let root = disk::resolve(&site.root);
    if disk::resolve(temporary.path()).starts_with(&root) {
        bail!("the folder for temporary files lies in the site; set TMPDIR to one outside it");
    }
    let folder = |name: &str| {
        tempfile::Builder::new()
            .prefix(name)
            .tempdir_in(temporary.path())
    };
    let (output, scratch) = (folder("output-")?, folder("scratch-")?);
    let copy = needs_copy(site).then(|| folder("site-")).transpose()?;
    if let Some(copy) = &copy {
        disk::copy_tree(&root, copy.path(), &is_no_source)?;
    }
    let place = BuildPlace {
        output: output.path(),
        scratch: scratch.path(),
    };
    let copied = copy.as_ref().map(|copy| disk::resolve(copy.path()));
    let dir = copied.as_deref().unwrap_or(&root);
    let run = |command: BuildCommand| run(site, workspace, dir, command);

    let ran = run(site.generator.build_command(place))?;
    let messages = messages(site, &ran);
    let mut listed = Vec::new();
    if ran.is_success()
        && let Some(command) = site.generator.list_command(place)
    {
        let ran = run(command)?;
        if ran.is_success() {
            listed = site.generator.read_list(&ran.stdout);
        }
    }
    let roots = [dir, &root, &site.root];
    let mut findings = Places {
        site,
        walk,
        roots: &roots,
        listed: &listed,
        sources: &mut told.sources,
    }
    .findings(&messages);
    // A stub gets what its section is sorted by when it becomes a post.
    findings.retain(|finding| finding.rule != "not-built" || !is_stub(all, &finding.path));
    if ran.is_success() {
        let known: HashSet<_> = findings
            .iter()
            .filter(|finding| finding.rule == "not-built")
            .map(|finding| finding.path.clone())
            .collect();
        let mut missing = left_out(
            all,
            walk,
            &listed,
            output.path(),
            &messages,
            environment.timestamp(),
        );
        missing.retain(|finding| !known.contains(&finding.path) && !is_stub(all, &finding.path));
        findings.extend(missing);
    }
    if pages.len() < walk.pages.len() {
        let is_page = |finding: &Finding| walk.pages.iter().any(|page| page.path == finding.path);
        let is_chosen = |finding: &Finding| pages.iter().any(|page| page.path == finding.path);
        findings.retain(|finding| is_chosen(finding) || !is_page(finding));
    }
    told.confirmed = confirmed::take_out(&mut findings, &mut told.findings, &told.sources);
    let known = known(workspace, walk, &findings, all, environment, told);
    let has_chosen = !arguments.select.is_empty() || !workspace.config.select.is_empty();
    if !has_chosen {
        confirmed::take_out_silenced(&mut findings, &known, &told.sources);
    }
    mark_unforeseen(&mut findings, walk, &known);
    told.findings.extend(findings);
    Ok(())
}

/// Whether a page asks for a post: a post has no topic any more.
fn is_stub(all: &SitePages<'_>, path: &SitePath) -> bool {
    let topic = all
        .pages
        .get(path)
        .and_then(|page| page.get(all.site, "topic"));
    matches!(topic, Some(Value::String(topic)) if !topic.trim().is_empty())
}

/// Whether the generator would write into the site's own folder all the same.
fn needs_copy(site: &Site) -> bool {
    let has_folder = |name: &str| disk::list(&site.root.join(name)).is_ok();
    let mentions = |word: &str| disk::mentions(&site.root, word, &is_no_source);
    site.generator.writes_into_site(&has_folder, &mentions)
}

/// Files and folders that no build reads: they need not be copied.
fn is_no_source(below: &Path) -> bool {
    let is = |path: &str| below == Path::new(path);
    let name = below.file_name().unwrap_or_default();
    [".git", ".postwright", "public", "static/processed_images"]
        .iter()
        .any(|path| is(path))
        || name == "node_modules"
}

fn run(
    site: &Site,
    workspace: &Workspace,
    dir: &Path,
    command: BuildCommand,
) -> anyhow::Result<Ran> {
    let program = site.generator.program();
    let mut variables = workspace.variables.clone();
    variables.insert("NO_COLOR".into(), "1".into());
    // Programs call their folder by this name, if it is one of it: another than the one that is known here.
    variables.insert("PWD".into(), dir.into());
    variables.extend(
        command
            .variables
            .into_iter()
            .map(|(name, value)| (name.into(), value)),
    );
    process::run(&Call {
        program,
        arguments: &command.arguments,
        dir,
        variables,
        limit: LIMIT,
    })
    .with_context(|| format!("`{program}` cannot be started"))
}

/// What the log says; where it does not say why the build failed, all of it.
fn messages(site: &Site, ran: &Ran) -> Vec<BuildMessage> {
    let log = BuildLog {
        stdout: &ran.stdout,
        stderr: &ran.stderr,
    };
    let mut messages = site.generator.read_build_log(log);
    let has_error = messages
        .iter()
        .any(|message| message.severity == Severity::Error);
    if ran.is_success() || has_error && ran.status.is_some() {
        return messages;
    }
    let what = match ran.status {
        None => format!(
            "the build did not end within {} minutes",
            LIMIT.as_secs() / 60
        ),
        Some(status) => format!("the build failed ({status})"),
    };
    let stray: Vec<BuildMessage> = messages
        .extract_if(.., |message| message.severity == Severity::Info)
        .collect();
    let mut text = vec![what];
    text.extend(stray.into_iter().map(|message| message.text));
    if text.len() == 1 {
        let lines = ran.stdout.lines().map(str::trim);
        text.extend(lines.filter(|line| !line.is_empty()).map(str::to_owned));
    }
    messages.push(BuildMessage::new(Severity::Error, text.join("; ")));
    messages
}

/// All that the rules know of the pages that a build complains of, whatever is silenced or weighs less on this site.
fn known(
    workspace: &Workspace,
    walk: &Walk,
    findings: &[Finding],
    all: &SitePages<'_>,
    environment: &Environment,
    told: &mut Told,
) -> Vec<Finding> {
    let concerned: Vec<&Page> = walk
        .pages
        .iter()
        .filter(|page| findings.iter().any(|finding| finding.path == page.path))
        .collect();
    if concerned.is_empty() {
        return Vec::new();
    }
    let selection = Selection::telling_all();
    let mut known = check::check_site(all, &selection);
    for page in concerned {
        let Ok(text) = read_page(page) else { continue };
        let (path, language) = (&page.path, &page.language);
        let parsed = check::Page::parse(path, &text, language, all.site, environment.today());
        let parsed = parsed.among(all).wanting(&workspace.config.post);
        known.extend(check::check(&parsed.as_published(), &selection));
        told.sources.entry(path.clone()).or_insert(text);
    }
    known
}

/// Whether a message is about a template of the site, not of a shortcode, that a page was rendered with.
fn is_of_template(message: &str) -> bool {
    let is_failure =
        ["execute of template failed", "Failed to render '"].map(|words| message.contains(words));
    is_failure.contains(&true) && !message.contains("shortcode")
}

/// Says so where rules have nothing to say about a page of which the build complains.
fn mark_unforeseen(findings: &mut [Finding], walk: &Walk, known: &[Finding]) {
    const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");
    for finding in findings
        .iter_mut()
        .filter(|finding| finding.severity > Severity::Info)
    {
        let is_page = walk.pages.iter().any(|page| page.path == finding.path);
        let is_foreseen = known
            .iter()
            .any(|other| other.path == finding.path && other.severity >= finding.severity);
        if !is_page || is_foreseen {
            continue;
        }
        finding.build = Some(Build::Unforeseen);
        let text = if is_of_template(&finding.message) {
            "`check` did not foresee this: it runs no templates. Give the page what the template asks for, or mend the template"
                .to_owned()
        } else if REPOSITORY.is_empty() {
            "`check` did not foresee this; please report it".to_owned()
        } else {
            format!("`check` did not foresee this; please report it: {REPOSITORY}/issues")
        };
        finding.help = Some(match &finding.help {
            Some(help) => format!("{help}\n{text}"),
            None => text,
        });
    }
}
