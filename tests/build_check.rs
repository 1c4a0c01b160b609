//! `check --build` with the real generators: what only a build can know, on the page and line it belongs to, and not a
//! byte written into the site.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that fails should say where"
)]

#[path = "build_check/cases.rs"]
mod cases;
mod support;

use std::fs;

use cases::{CASES, UNFORESEEN};
use serde_json::Value;
use support::{Said, Sandbox, repository};
use xtask::generators::{self, Program};

const ZOLA: &[(&str, &str)] = &[
    ("site/config.toml", "base_url = \"https://x.y\"\n"),
    ("site/templates/index.html", "HOME {{ section.title }}\n"),
    (
        "site/templates/section.html",
        "SECTION {{ section.title }}\n",
    ),
    (
        "site/templates/page.html",
        "PAGE {{ page.title }} {{ page.content | safe }}\n",
    ),
    ("site/content/_index.md", "+++\ntitle = \"Home\"\n+++\n"),
    (
        "site/content/posts/_index.md",
        "+++\ntitle = \"Posts\"\nsort_by = \"date\"\n+++\n",
    ),
    (
        PAGE,
        "+++\ntitle = \"A\"\ndate = 2024-01-02\n+++\n\nText.\n",
    ),
];

const HUGO: &[(&str, &str)] = &[
    (
        "site/hugo.toml",
        "baseURL = \"https://x.y/\"\ntitle = \"T\"\n",
    ),
    ("site/layouts/home.html", "HOME\n"),
    ("site/layouts/list.html", "LIST\n"),
    (
        "site/layouts/page.html",
        "PAGE {{ .Title }} {{ .Content }}\n",
    ),
    (
        PAGE,
        "+++\ntitle = \"A\"\ndate = 2024-01-02\n+++\n\nText.\n",
    ),
];

const PAGE: &str = "site/content/posts/a b.md";

/// A site with files changed or added, and this program to build it.
fn site(program: &Program, files: &[(&str, &str)]) -> Sandbox {
    let is_zola = program.name() == "Zola";
    let sandbox = Sandbox::with_files(if is_zola { ZOLA } else { HUGO });
    for (path, text) in files {
        sandbox.write(path, text);
    }
    sandbox.install(program, if is_zola { "zola" } else { "hugo" });
    sandbox
}

/// What a build says where the rules say nothing of their own: it is told once.
const BUILD_ALONE: &[&str] = &["--select", "unknown-rule"];

/// The findings, after proof that nothing was written.
#[track_caller]
fn check(sandbox: &Sandbox, more: &[&str], status: i32) -> (Vec<Value>, Said) {
    let before = sandbox.snapshot("site");
    let folders = sandbox.folders("site");
    let arguments = [&["check", "--build", "--format", "json"], more].concat();
    let said = sandbox.run(&arguments).expect(status);
    assert_eq!(before, sandbox.snapshot("site"), "the site was written to");
    assert_eq!(
        folders,
        sandbox.folders("site"),
        "a folder was made in the site"
    );
    (said.json()["findings"].as_array().unwrap().clone(), said)
}

/// `rule path:line`, for findings of the build.
fn places(findings: &[Value]) -> Vec<String> {
    let is_of_build = |finding: &&Value| {
        ["build-error", "build-warning", "not-built"].contains(&finding["rule"].as_str().unwrap())
    };
    findings
        .iter()
        .filter(is_of_build)
        .map(|finding| {
            let line = finding["span"]["start"]["line"].as_u64();
            format!(
                "{} {}:{}",
                finding["rule"].as_str().unwrap(),
                finding["path"].as_str().unwrap(),
                line.map_or("-".to_owned(), |line| line.to_string())
            )
        })
        .collect()
}

#[test]
fn what_only_a_build_can_know() {
    let programs = generators::all().unwrap();
    for program in [&programs.zola, &programs.zola17, &programs.hugo] {
        for case in CASES
            .iter()
            .filter(|case| case.on.contains(&program.version()))
        {
            let what = format!("{} on {} {}", case.what, program.name(), program.version());
            let more = if case.says == UNFORESEEN {
                &[]
            } else {
                BUILD_ALONE
            };
            let (findings, said) = check(&site(program, case.files), more, case.status);
            assert_eq!(places(&findings), case.expected, "{what}: {}", said.stdout);
            assert!(said.stdout.contains(case.says), "{what}: {}", said.stdout);
            assert!(
                said.stderr.contains(program.version()),
                "{what}: {}",
                said.stderr
            );
        }
    }
}

#[test]
fn what_check_has_told_is_told_once() {
    let programs = generators::all().unwrap();
    for (program, page, rule) in [
        (
            &programs.zola,
            "+++\ntitle = 3\ndate = 2024-01-02\n+++\n",
            "wrong-type",
        ),
        (
            &programs.zola17,
            "+++\ntitle = 3\ndate = 2024-01-02\n+++\n",
            "wrong-type",
        ),
        (
            &programs.zola,
            "+++\ntitle = \"A\"\ndate = 2024-01-02\n+++\n{{ nope() }}\n",
            "live-shortcode",
        ),
        (
            &programs.zola,
            "+++\ntitle = \"A\"\ndate = 2024-01-02\n+++\n[a](@/b.md#c)\n\n[d](@/e.md)\n",
            "internal-link",
        ),
        (&programs.zola, "+++\ntitle = \"A\"\n+++\n", "missing-date"),
        (&programs.zola, "Text.\n", "missing-front-matter"),
        (
            &programs.hugo,
            "+++\ntitle = \"A\"\ndate = 2024-01-02\n+++\n{{< nope >}}\n",
            "live-shortcode",
        ),
        (
            &programs.hugo,
            "+++\ntitle = \"A\"\ndate = 2024-01-02\n+++\na <b>c</b>\n",
            "raw-html",
        ),
        (
            &programs.hugo,
            "+++\ntitle = \"A\"\ndate = \"2024-02-30\"\n+++\n",
            "invalid-date",
        ),
        (
            &programs.hugo,
            "+++\ntitle = \"A\"\ndate = 2024-01-02\noutputs = [\"bar\"]\n+++\n",
            "missing-template",
        ),
        (
            &programs.zola17,
            "+++\ntitle = \"A\"\ndate = 2024-01-02\n+++\n```js {1,2}\nx\n```\n",
            "fence-info",
        ),
    ] {
        let sandbox = site(program, &[(PAGE, page)]);
        let said = sandbox.run(&["check", "--build"]);
        assert!(said.stdout.contains(rule), "{page}: {}", said.stdout);
        assert!(!said.stdout.contains("build-"), "{page}: {}", said.stdout);
        assert!(
            !said.stdout.contains("not-built"),
            "{page}: {}",
            said.stdout
        );
        let note = "the build confirms 1 finding of `check`";
        assert!(said.stderr.contains(note), "{page}: {}", said.stderr);
    }
    // Another cause on another line is told.
    let sandbox = site(
        &programs.zola,
        &[
            (
                PAGE,
                "+++\ntitle = \"A\"\ndate = 2024-01-02\n+++\n\n[a]()\n",
            ),
            ("site/templates/page.html", "{{ page.extra.cover }}\n"),
        ],
    );
    let (findings, said) = check(&sandbox, &[], 1);
    assert_eq!(places(&findings), ["build-error content/posts/a b.md:-"]);
    assert!(!said.stderr.contains("confirms"), "{}", said.stderr);
}

#[test]
fn a_configuration_that_the_program_does_not_read_is_told() {
    let programs = generators::all().unwrap();
    for program in [&programs.zola, &programs.zola17] {
        let sandbox = site(
            program,
            &[("site/zola.toml", "base_url = \"https://x.y\"\n")],
        );
        fs::remove_file(sandbox.path("site/config.toml")).unwrap();
        let message = format!("Zola {} does not read zola.toml", program.version());
        let said = sandbox.run(&["check"]).expect(1);
        assert!(said.stdout.contains(&message), "{}", said.stdout);

        let (findings, said) = check(&sandbox, &[], 1);
        assert_eq!(places(&findings), [] as [&str; 0], "{}", said.stdout);
        assert_eq!(findings[0]["rule"], "refused-configuration");
        assert_eq!(findings[0]["build"], "confirmed");
        let (findings, _) = check(&sandbox, BUILD_ALONE, 1);
        assert_eq!(places(&findings), ["build-error zola.toml:-"]);
        let said = sandbox.run(&["init"]).expect(0);
        assert!(said.stderr.contains("does not read"), "{}", said.stderr);
        let written = sandbox.read("site/postwright.toml");
        assert!(!written.contains("\ngenerator_version"), "{written}");
        sandbox.run(&["status"]).expect(0);

        // Nor does a version that the author names stop everything.
        let version = format!("generator_version = \"{}\"\n", program.version());
        sandbox.write("site/postwright.toml", &version);
        sandbox.run(&["status"]).expect(0);
        let said = sandbox.run(&["check"]).expect(1);
        assert!(said.stdout.contains(&message), "{}", said.stdout);
    }
}

#[test]
fn what_the_program_refuses_in_the_configuration_is_told_without_a_build() {
    let programs = generators::all().unwrap();
    let config = "base_url = \"https://x.y\"\n[markdown]\nhighlight_code = true\n";
    for (program, status) in [(&programs.zola, 1), (&programs.zola17, 0)] {
        let sandbox = site(program, &[("site/config.toml", config)]);
        let said = sandbox.run(&["check"]).expect(status);
        let is_told = said.stdout.contains("refused-configuration");
        assert_eq!(is_told, status == 1, "{}", said.stdout);
    }
}

#[test]
fn pages_are_held_against_the_version_of_the_program() {
    let programs = generators::all().unwrap();
    let page = "+++\ntitle = \"A\"\ndate = 2024-01-02\n[extra]\nx = { a = 1, }\n+++\n";
    for (program, status) in [(&programs.zola, 0), (&programs.zola17, 1)] {
        let sandbox = site(program, &[(PAGE, page)]);
        let said = sandbox.run(&["check"]).expect(status);
        let is_told = said.stdout.contains("broken-front-matter");
        assert_eq!(is_told, status == 1, "{}", said.stdout);
    }
}

#[test]
fn what_an_author_has_silenced_is_no_surprise_of_a_build() {
    let programs = generators::all().unwrap();
    let page = |key: &str| format!("+++\ntitle = \"A\"\ndate = 2024-01-02\n{key}+++\na <b>c</b>\n");
    let silent = "[params.postwright]\nignore = [\"raw-html\"]\n";
    let off = "[check.raw-html]\nseverity = \"off\"\n";
    let light = "[check.raw-html]\nseverity = \"info\"\n";
    for (key, config) in [(silent, ""), ("", off), ("", light)] {
        let files: &[(&str, &str)] = &[(PAGE, &page(key)), ("site/postwright.toml", config)];
        let (findings, said) = check(&site(&programs.hugo, files), &["--strict"], 0);
        assert_eq!(places(&findings), [] as [&str; 0], "{}", said.stdout);
    }
    // What stops the build is told, whatever the author says, and is nothing to report.
    let page = "+++\ntitle = \"A\"\ndate = 2024-01-02\n[params.postwright]\nignore = [\"live-shortcode\"]\n+++\n{{< nope >}}\n";
    let (findings, said) = check(&site(&programs.hugo, &[(PAGE, page)]), &[], 1);
    assert_eq!(places(&findings), ["build-error content/posts/a b.md:7"]);
    assert!(!said.stdout.contains(UNFORESEEN), "{}", said.stdout);
    assert_eq!(findings[0]["build"], Value::Null);
}

#[test]
fn every_format_says_what_a_build_showed() {
    let programs = generators::all().unwrap();
    let told = "+++\ntitle = 3\ndate = 2024-01-02\n+++\n";
    let template = ("site/templates/page.html", "{{ page.extra.cover }}\n");
    let whole = "+++\ntitle = \"A\"\ndate = 2024-01-02\n+++\n";
    for (files, word, note) in [
        (
            vec![(PAGE, told)],
            "confirmed",
            "note: the build confirms this",
        ),
        (vec![(PAGE, whole), template], "unforeseen", UNFORESEEN),
    ] {
        let sandbox = site(&programs.zola, &files);
        let (findings, _) = check(&sandbox, &[], 1);
        assert_eq!(findings[0]["build"], word);
        let run = |format| {
            sandbox
                .run(&["check", "--build", "--format", format])
                .expect(1)
        };
        for format in ["human", "github"] {
            let said = run(format);
            assert!(said.stdout.contains(note), "{format}: {}", said.stdout);
        }
        let sarif = run("sarif").json();
        assert_eq!(
            sarif["runs"][0]["results"][0]["properties"]["build"], word,
            "{sarif}"
        );
    }
}

#[test]
fn a_program_that_is_not_there_is_said_before_anything_is_done() {
    for files in [ZOLA, HUGO] {
        let sandbox = Sandbox::with_files(files);
        sandbox.write(
            PAGE,
            "+++\ntitle = \"A\"\ndate = 2024-01-02\n+++\n\nzero\u{200b}width\n",
        );
        let before = sandbox.snapshot("site");
        let said = sandbox.run(&["check", "--build", "--fix"]).expect(2);
        assert!(
            said.stderr.contains("on PATH") && said.stderr.contains("install"),
            "{}",
            said.stderr
        );
        assert_eq!(before, sandbox.snapshot("site"));
    }
}

#[cfg(unix)]
#[test]
fn a_site_may_be_reached_by_a_link() {
    let programs = generators::all().unwrap();
    for program in [&programs.zola, &programs.hugo] {
        let page =
            "+++\ntitle = \"A\"\ndate = 2024-01-02\n+++\n\n```go {a=}\nx\n```\n{{ nope() }}\n";
        let mut sandbox = site(program, &[(PAGE, page)]);
        let link = sandbox.path("link");
        std::os::unix::fs::symlink(sandbox.path("site"), &link).unwrap();
        sandbox.set("PWD", link.to_str().unwrap());
        let said = sandbox.run_in(
            "link",
            &[&["check", "--build", "--format", "json"], BUILD_ALONE].concat(),
        );
        let findings = said.json()["findings"].as_array().unwrap().clone();
        let found = places(&findings);
        let place = "build-error content/posts/a b.md:";
        assert!(found[0].starts_with(place), "{}", said.stdout);
    }
}

#[test]
fn fixes_come_before_the_build() {
    let programs = generators::all().unwrap();
    for (program, call) in [
        (&programs.zola, "{{ forty() }}"),
        (&programs.hugo, "{{< nope >}}"),
    ] {
        let page = format!("+++\ntitle = \"A\"\ndate = 2024-01-02\n+++\n\n`{call}`\n");
        let sandbox = site(program, &[(PAGE, &page)]);
        let (findings, _) = check(&sandbox, BUILD_ALONE, 1);
        assert_eq!(places(&findings), ["build-error content/posts/a b.md:6"]);
        let said = sandbox
            .run(&["check", "--build", "--fix", "--format", "json"])
            .expect(0);
        assert!(!said.stdout.contains("build-error"), "{}", said.stdout);
    }
}

#[test]
fn a_program_that_says_nothing_is_told_about() {
    let sandbox = Sandbox::with_files(ZOLA);
    let script = "#!/bin/sh\nif [ \"$1\" = --version ]; then echo zola 0.22.0; exit; fi\n\
                  echo \"key: $OPENAI_API_KEY, own: $POSTWRIGHT_X\"; exit 3\n";
    let file = sandbox.path("bin/zola");
    fs::write(&file, script).unwrap();
    let status = std::process::Command::new("chmod")
        .arg("+x")
        .arg(&file)
        .status()
        .unwrap();
    assert!(status.success());
    let mut sandbox = sandbox;
    sandbox.set("OPENAI_API_KEY", "secret");
    sandbox.set("POSTWRIGHT_X", "secret");
    let (findings, said) = check(&sandbox, &[], 1);
    assert_eq!(places(&findings), ["build-error config.toml:-"]);
    assert!(said.stdout.contains("exit status: 3"), "{}", said.stdout);
    assert!(said.stdout.contains("key: , own:\""), "{}", said.stdout);
}

#[test]
fn the_example_sites_are_built() {
    let programs = generators::all().unwrap();
    for (folder, program, name) in [
        ("site-example/zola", &programs.zola, "zola"),
        ("site-example/zola", &programs.zola17, "zola"),
        ("site-example/hugo", &programs.hugo, "hugo"),
    ] {
        assert!(repository().join(folder).exists());
        let sandbox = Sandbox::with_site(folder);
        sandbox.install(program, name);
        let said = sandbox.run(&["check", "--build", "--format", "json"]);
        let findings = said.json()["findings"].as_array().unwrap().clone();
        assert_eq!(places(&findings), [] as [&str; 0], "{}", said.stdout);
    }
}
