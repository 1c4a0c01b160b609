//! What `check` prints for other programs, as the real program prints it: SARIF against its schema, workflow commands
//! against a reader of them.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that fails should say where"
)]

mod support;

use serde_json::Value;
use support::Sandbox;

/// A site whose pages have strange names and say strange things.
fn strange_site() -> Sandbox {
    Sandbox::with_files(&[
        ("site/config.toml", "base_url = \"https://example.org\"\n"),
        // A finding without a span, and fixes.
        ("site/content/a b#1?c:d,%20ü.md", "No front matter.\n"),
        (
            "site/content/bom.md",
            "\u{feff}+++\ntitle = \"T\"\n+++\n\n[a]() <b\n\nzero\u{200b}width\u{1b}[31m\n",
        ),
        // Text that would be a command, a link, or the end of one if it were not escaped.
        (
            "site/content/foreign.md",
            "+++\ntitle = \"T\"\n\"::error file=x::y\" = 1\ndraft = \"%0A::add-mask::x\"\n+++\n\n\
             [x](@/no[such](page),a:b.md)\n\n![::error::a](@/::error::b.md)\n\n```a,b=::stop-commands::\n",
        ),
        // Spans of several lines, after characters of several bytes, with other line ends.
        (
            "site/content/lines.md",
            "---\r\ntitle: 'ä𝄞'\r\n---\r\n\r\nä𝄞 <!-- open\r\nmore\r\n\r\nend\r\n",
        ),
    ])
}

/// What is recorded here is the form, not what each rule says: a few will do.
const RULES: &str =
    "missing-front-matter,empty-link,invisible-characters,wrong-type,internal-link,unclosed-fence";

fn sites() -> Vec<Sandbox> {
    let mut sites = vec![
        strange_site(),
        Sandbox::with_site("tests/end_to_end/zola"),
        Sandbox::with_site("tests/end_to_end/hugo"),
    ];
    let hugo = Sandbox::with_files(&[
        ("site/hugo.toml", "title = \"T\"\n"),
        ("site/content/é.md", "---\ntitle: [\n---\n{{< nope >}}\n"),
        ("site/content/empty.md", ""),
    ]);
    sites.push(hugo);
    sites
}

#[test]
fn sarif_keeps_to_its_schema() {
    let file = xtask::schema::sarif().unwrap_or_else(|reason| panic!("{reason}"));
    // One of its patterns has a bracket that stands for itself, which only lenient readers of patterns take.
    let text = std::fs::read_to_string(file).unwrap();
    let schema: Value = serde_json::from_str(&text.replace("{2}]?$", "{2}\\\\]?$")).unwrap();
    // Draft 7 is what the standard's own copy says; it adds the form of relative references.
    let validator = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft7)
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let mut results = 0;
    for site in sites() {
        let said = site.run(&["check", "--format", "sarif"]);
        let log = said.json();
        let wrong: Vec<String> = validator
            .iter_errors(&log)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), said.stdout);
        let run = &log["runs"][0];
        for result in run["results"].as_array().unwrap() {
            results += 1;
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            let rule = &run["tool"]["driver"]["rules"][index];
            assert_eq!(rule["id"], result["ruleId"]);
            assert!(rule["help"]["text"].is_string(), "{rule}");
        }
    }
    assert!(results > 8, "{results}");
    // The schema is one that refuses something.
    assert!(!validator.is_valid(&serde_json::json!({ "version": "2.1.0", "runs": [{}] })));
}

#[test]
fn sarif_of_strange_pages() {
    let said = strange_site()
        .run(&["check", "--format", "sarif"])
        .expect(1);
    insta::assert_snapshot!(said.stdout);
}

#[test]
fn commands_of_strange_pages() {
    let site = strange_site();
    let said = site
        .run(&["check", "--format", "github", "--select", RULES])
        .expect(1);
    let findings = site
        .run(&["check", "--format", "json", "--select", RULES])
        .json();
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert_eq!(lines.len(), findings["findings"].as_array().unwrap().len());
    for (line, finding) in lines.iter().zip(findings["findings"].as_array().unwrap()) {
        let (properties, message) = line[2..].split_once("::").unwrap();
        let (command, properties) = properties.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&command), "{line}");
        let properties: Vec<(&str, String)> = properties
            .split(',')
            .map(|property| property.split_once('=').unwrap())
            .map(|(name, value)| (name, read(value)))
            .collect();
        assert_eq!(
            properties[0],
            ("file", finding["path"].as_str().unwrap().to_owned())
        );
        assert_eq!(
            properties.last().unwrap(),
            &("title", finding["rule"].as_str().unwrap().to_owned())
        );
        let first = read(message).lines().next().unwrap().to_owned();
        assert!(!first.is_empty(), "{line}");
    }
    insta::assert_snapshot!(said.stdout);
}

/// A value as the runner of GitHub Actions reads it.
fn read(value: &str) -> String {
    value
        .replace("%0D", "\r")
        .replace("%0A", "\n")
        .replace("%3A", ":")
        .replace("%2C", ",")
        .replace("%25", "%")
}

#[test]
fn paths_begin_at_the_repository_of_a_workflow() {
    let mut site = strange_site();
    site.set("GITHUB_WORKSPACE", &site.path("").to_string_lossy());
    let said = site.run(&["check", "--format", "github"]).expect(1);
    assert!(
        said.stdout.contains(" file=site/content/bom.md,"),
        "{}",
        said.stdout
    );
    let said = site.run(&["check", "--format", "sarif"]).expect(1);
    assert!(
        said.stdout.contains("\"uri\": \"site/content/bom.md\""),
        "{}",
        said.stdout
    );
    let said = site.run(&["check", "--format", "json"]).expect(1);
    assert!(
        said.stdout.contains("\"path\": \"content/bom.md\""),
        "{}",
        said.stdout
    );
}
