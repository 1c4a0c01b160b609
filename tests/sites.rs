//! Reads each site in `tests/sites/<case>/site` and compares what was found with `expected.json` beside it.
//! `SNAPSHOTS=overwrite cargo test --test sites` writes the expectations anew.

#![allow(clippy::disallowed_methods, reason = "tests prepare their own folders")]

use std::path::Path;

use postwright::content::{self, Page};
use postwright::disk::Folder;
use postwright::generator::{self, Files, SiteError};
use postwright::site::{Site, SitePath};
use serde_json::{Value, json};
use snapbox::Data;

#[test]
fn sites() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites");
    let mut folders: Vec<_> = std::fs::read_dir(&cases)
        .expect("the folder of cases is there")
        .map(|entry| entry.expect("a readable entry").path())
        .collect();
    folders.sort();
    assert!(folders.len() > 10, "the cases are there");
    for case in folders {
        let facts = match read(&case.join("site")) {
            Ok(site) => described(&case, &site),
            Err(error) => json!({ "error": error.to_string() }),
        };
        let actual = format!("{facts:#}\n").replace(&*case.to_string_lossy(), "[CASE]");
        snapbox::Assert::new()
            .action_env("SNAPSHOTS")
            .normalize_paths(false)
            .eq(actual, Data::read_from(&case.join("expected.json"), None));
    }
}

/// From somewhere inside the site, as a user would.
fn read(root: &Path) -> Result<Site, SiteError> {
    let found = generator::find_root(&root.join("content/deep/down"), &|dir| {
        Box::new(Folder::new(dir)) as Box<dyn Files>
    })?;
    assert_eq!(found, root);
    generator::open(root, &Folder::new(root), None, None, |_| None)
}

fn described(case: &Path, site: &Site) -> Value {
    let walk = content::walk(site);
    let roots: Vec<Value> = site
        .roots
        .iter()
        .map(|root| {
            json!({
                "dir": SitePath::from_path(case, &root.dir).as_str(),
                "language": root.language,
                "mount": root.mount,
                "writable": root.writable,
            })
        })
        .collect();
    let taxonomies: Vec<String> = site
        .taxonomies
        .iter()
        .map(|taxonomy| {
            let rendered = if taxonomy.rendered {
                ""
            } else {
                " (not rendered)"
            };
            let bare = if taxonomy.has_templates {
                ""
            } else {
                " (no templates)"
            };
            format!(
                "{}: {}{rendered}{bare}: {}",
                taxonomy.language, taxonomy.name, taxonomy.declaration
            )
        })
        .collect();
    let last = site.languages.last().expect("there is a language");
    json!({
        "generator": site.generator.name(),
        "version": format!("{} ({:?})", site.version, site.version_source),
        "config": site.config.as_str(),
        "title": site.title,
        "default_language": site.default_language,
        "languages": site.languages,
        "roots": roots,
        "taxonomies": taxonomies,
        "shortcodes": site.shortcodes,
        "ignored": site.ignored,
        "heading": site.heading_id("What's new in Café?"),
        "help": site.generator.declare_taxonomy_help(site, "stories", last),
        "pages": walk.pages.iter().map(|page| page_line(site, page)).collect::<Vec<_>>(),
        "troubles": walk.troubles.iter().map(|finding| format!(
            "{}: {} [{}]: {}", finding.path, finding.severity.as_str(), finding.rule, finding.message
        )).collect::<Vec<_>>(),
    })
}

fn page_line(site: &Site, page: &Page) -> String {
    let kind = if page.is_candidate(site) {
        ""
    } else {
        " (never a stub)"
    };
    format!(
        "{}: {} {}{kind}",
        page.path,
        page.language,
        page.url_path(site, None)
    )
}
