//! Many posts in one site: replies on record, one run of the program, one build.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use postwright::disk::Root;
use postwright::record::{Asked, NewRecord, Outcome, Store};
use postwright::site::SitePath;
use postwright::stub::Options;
use xtask::generators::Program;

use super::{Sandbox, said};

/// Writes a stub for each reply and puts the reply on record.
pub fn record(sandbox: &Sandbox, replies: &BTreeMap<String, String>, finish: Option<&str>) {
    let store = Store::new(Root::open(&sandbox.path("site")).unwrap());
    for (name, reply) in replies {
        let path = format!("content/{name}.md");
        sandbox.write(
            &format!("site/{path}"),
            &format!("+++\ntopic = \"{name}\"\ndraft = false\n+++\n"),
        );
        let record = NewRecord {
            asked_for: Asked {
                path: SitePath::new(path),
                topic: name.clone(),
                brief: String::new(),
                options: Options::default(),
                language: "en".to_owned(),
                provider: "person".to_owned(),
                model: String::new(),
                asked: "2024-01-02T03:04:05Z".parse().unwrap(),
                prompt: None,
                offered: Vec::new(),
            },
            outcome: Outcome {
                finish: finish.map(str::to_owned),
                ..Outcome::default()
            },
            reply: reply.clone(),
        };
        store.write(&record).unwrap();
    }
}

/// All files but those of the output.
pub fn outside(sandbox: &Sandbox) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = sandbox.snapshot("");
    files.retain(|(path, _)| {
        !path.starts_with(sandbox.path("site/public")) && !path.ends_with(".hugo_build.lock")
    });
    files
}

/// Builds the site; pages that stop the build are noted and taken away, until it builds.
pub fn build(
    sandbox: &Sandbox,
    program: &Program,
    pages: &mut Vec<String>,
    wrong: &mut BTreeMap<String, String>,
) {
    loop {
        let mut command = program.command();
        if program.name() == "Zola" {
            command.arg("build");
        } else {
            command.args(["--noBuildLock", "--panicOnWarning"]);
        }
        let output = said(command.current_dir(sandbox.path("site")).output().unwrap());
        if output.status == 0 {
            return;
        }
        let text = output.stdout + &output.stderr;
        let Some(at) = pages
            .iter()
            .position(|name| text.contains(&format!("{name}.md")))
        else {
            panic!("{} does not build:\n{text}", program.name());
        };
        let name = pages.remove(at);
        fs::rename(
            sandbox.path(&format!("site/content/{name}.md")),
            sandbox.path(&format!("home/{name}.md")),
        )
        .unwrap();
        wrong.insert(name, format!("does not build: {text}"));
        let _ = fs::remove_dir_all(sandbox.path("site/public"));
    }
}

/// The HTML files below a folder.
pub fn outputs(public: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![public.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "html")
            {
                let below = path.strip_prefix(public).unwrap();
                found.push(below.to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    // Zola makes these two on its own.
    found.retain(|path| path != "index.html" && path != "404.html");
    found
}

/// The parts of a page as the template marks them: title, description, tags, categories, content.
pub fn parts(html: &str) -> Option<[&str; 5]> {
    let mut parts = [""; 5];
    let mut rest = html.split_once("@@title@@")?.1;
    for (part, mark) in parts.iter_mut().zip([
        "@@description@@",
        "@@tags@@",
        "@@categories@@",
        "@@content@@",
        "@@end@@",
    ]) {
        (*part, rest) = rest.split_once(mark)?;
    }
    Some(parts)
}
