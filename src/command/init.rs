//! `init`: a commented `postwright.toml` that fits the site. Never overwrites one.

use std::collections::BTreeSet;

use anyhow::bail;
use minijinja::{Environment as Templates, context};

use super::workspace::{Workspace, read_page};
use super::{Context, Environment, Status, categories};
use crate::config::{FILE_NAME, Flags};
use crate::disk::{self, Expect};
use crate::front_matter::quote;
use crate::model::PROVIDERS;
use crate::site::Version;

const TEMPLATE: &str = include_str!("../../templates/postwright.toml.j2");

pub(super) fn run(context: &Context, environment: &mut Environment) -> anyhow::Result<Status> {
    let workspace = Workspace::open(context, environment, Flags::default())?;
    let file = workspace.root.dir().join(FILE_NAME);
    if disk::exists(&file) {
        bail!("{FILE_NAME} exists already, and init overwrites nothing");
    }
    let site = &workspace.site;
    let program = workspace.program_version(&environment.cwd);
    let version = program.filter(|version| {
        let file = site.config.as_str();
        site.generator.reads_configuration(file, *version)
    });
    let text = render(&workspace, version)?;
    workspace
        .root
        .write_atomic(&file, text.as_bytes(), Expect::Absent)?;
    environment.print(&format!("{FILE_NAME}\n"));
    if !context.global.quiet {
        if let (Some(program), None) = (program, version) {
            let (title, file) = (site.generator.title(), &site.config);
            environment.note(&format!(
                "warning: {title} {program}, which is the one on PATH, does not read {file}; \
                 write the version that builds this site into {FILE_NAME}"
            ));
        }
        environment.note("Next: `postwright new \"A topic\"`, then `postwright generate`.");
    }
    Ok(Status::Success)
}

/// The file for a site that is built with this version, where that is known.
fn render(workspace: &Workspace, version: Option<Version>) -> anyhow::Result<String> {
    let site = &workspace.site;
    let categories: Vec<String> = used_categories(workspace)
        .iter()
        .map(|category| quote(category))
        .collect();
    let others: Vec<String> = site
        .languages
        .iter()
        .filter(|language| **language != site.default_language)
        .cloned()
        .collect();
    let text = Templates::new().render_str(
        TEMPLATE,
        context! {
            generator => site.generator.name(),
            version => version.map(|version| version.to_string()),
            newest => site.generator.newest_known().to_string(),
            language => site.writing_language(&site.default_language),
            categories => categories,
            other_languages => others,
            hosted => providers(false),
            local => providers(true),
        },
    )?;
    Ok(text + "\n")
}

/// The names of the built-in providers that do, or do not, run on this machine, in lines of a comment.
fn providers(local: bool) -> String {
    let names = PROVIDERS
        .iter()
        .filter(|provider| provider.is_local() == local)
        .map(|provider| provider.name);
    let (mut text, mut width) = (String::new(), 20);
    for (number, name) in names.enumerate() {
        if number > 0 {
            width += name.len() + 2;
            let wraps = width > 110;
            text.push_str(if wraps { ",\n#   " } else { ", " });
            width = if wraps { name.len() + 4 } else { width };
        }
        text.push_str(name);
    }
    text
}

/// The categories of the site's pages in its default language.
fn used_categories(workspace: &Workspace) -> BTreeSet<String> {
    let site = &workspace.site;
    let mut used = BTreeSet::new();
    for page in workspace
        .walk()
        .pages
        .iter()
        .filter(|page| page.language == site.default_language)
    {
        let Ok(text) = read_page(page) else { continue };
        used.extend(categories::of_page(&text, site));
    }
    used
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_built_in_providers_are_listed() {
        let listed = format!("{}, {}", providers(false), providers(true));
        let listed: Vec<&str> = listed
            .split(',')
            .map(|name| name.trim_matches(['\n', '#', ' ']))
            .collect();
        let table: Vec<&str> = PROVIDERS.iter().map(|row| row.name).collect();
        assert_eq!(listed, table);
    }

    #[test]
    fn every_commented_setting_says_what_it_is() {
        let settings: Vec<&str> = TEMPLATE
            .lines()
            .filter(|line| line.starts_with("# ") && line.contains(" = "))
            .collect();
        assert!(settings.len() > 10);
        for line in settings {
            assert!(
                ["# default", "# example"]
                    .iter()
                    .any(|word| line.contains(word)),
                "{line}"
            );
        }
    }
}
