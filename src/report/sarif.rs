//! SARIF 2.1.0, the exchange format of analysis tools.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;

use indexmap::IndexMap;

use super::{Lined, LinedText, Sources};
use crate::finding::{Finding, Severity};
use crate::text::{escape, tame_json};

mod document;

use document::{
    Artifact, Change, Configuration, Descriptor, Driver, Fix, Help, Inserted, Lines, Location, Log,
    PhysicalLocation, Properties, Region, Replacement, ResultJson, Run, Text, Tool,
};

/// The name of the folder that paths are relative to: the one that stands for the repository's.
const ROOT: &str = "%SRCROOT%";

/// What there is to say of a rule as such.
#[derive(Debug, Clone, Copy)]
pub struct RuleText<'a> {
    /// One line.
    pub summary: &'a str,
    /// Its page, in Markdown.
    pub page: &'a str,
}

/// The document that `check --format sarif` prints. `below` stands before each path: the site's folder in the
/// repository, with `/` at its end, or nothing; `describe` knows what there is to say of a rule.
pub fn findings<'a>(
    findings: &'a [Finding],
    sources: &Sources,
    below: &str,
    describe: &dyn Fn(&str) -> Option<RuleText<'a>>,
) -> String {
    let mut rules: IndexMap<&str, Severity> = IndexMap::new();
    for finding in findings {
        let worst = rules.entry(finding.rule).or_insert(finding.severity);
        *worst = finding.severity.max(*worst);
    }
    let mut seen = BTreeMap::new();
    let lined = Lined::of(sources);
    let results = findings
        .iter()
        .map(|finding| ResultJson {
            rule_id: finding.rule,
            rule_index: rules.get_index_of(finding.rule).unwrap_or_default(),
            level: level(finding.severity),
            message: Text {
                text: message(finding),
            },
            locations: [Location {
                physical_location: PhysicalLocation {
                    artifact_location: artifact(finding, below),
                    region: finding
                        .span
                        .as_ref()
                        .map(|span| region(finding, span, &lined)),
                },
            }],
            partial_fingerprints: BTreeMap::from([(
                "ruleAndLine/v1",
                fingerprint(finding, &lined, &mut seen),
            )]),
            fixes: fix(finding, &lined, below).into_iter().collect(),
            properties: finding.build.map(|build| Properties {
                build: build.as_str(),
            }),
        })
        .collect();
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "Postwright",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: rules
                        .iter()
                        .map(|(id, severity)| descriptor(id, *severity, describe(id)))
                        .collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            results,
        }],
    };
    print(&log)
}

fn print(log: &Log<'_>) -> String {
    let text =
        serde_json::to_string_pretty(log).expect("invariant: these structs have string keys only");
    tame_json(&text) + "\n"
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A rule's level is the highest of its findings: what it weighs is only known of each.
fn descriptor<'a>(id: &'a str, severity: Severity, text: Option<RuleText<'a>>) -> Descriptor<'a> {
    Descriptor {
        id,
        short_description: text.map(|text| Text {
            text: text.summary.to_owned(),
        }),
        help: text.map(|text| Help {
            text: text.page.trim(),
            markdown: text.page.trim(),
        }),
        default_configuration: Configuration {
            level: level(severity),
        },
    }
}

/// The message and the help as plain text. In SARIF, `[text](address)` is a link even there: a page's own text makes none.
fn message(finding: &Finding) -> String {
    let mut text = escape(&finding.message).into_owned();
    for line in finding.help.iter().flat_map(|help| help.lines()) {
        text.push('\n');
        text.push_str(&escape(line));
    }
    if text.contains("](") {
        text = text.replace('[', "\\[").replace(']', "\\]");
    }
    text
}

fn artifact(finding: &Finding, below: &str) -> Artifact {
    Artifact {
        uri: percent_encoded(below) + &percent_encoded(finding.path.as_str()),
        uri_base_id: ROOT,
    }
}

/// A path as a relative reference of RFC 3986: unreserved characters and `/` as they are, so that no part of it is
/// taken for a scheme, a query or a fragment.
fn percent_encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn region(finding: &Finding, span: &Range<usize>, sources: &Lined<'_>) -> Region {
    Region {
        lines: sources.get(&finding.path).map(|text| {
            let ((start_line, start_column), (end_line, end_column)) =
                (place(text, span.start), place(text, span.end));
            Lines {
                start_line,
                start_column,
                end_line,
                end_column,
            }
        }),
        byte_offset: span.start,
        byte_length: span.len(),
    }
}

/// Line and column; a byte order mark is no character of the text.
fn place(text: &LinedText<'_>, byte: usize) -> (usize, usize) {
    let (line, column) = text.position(byte);
    let is_marked = line == 1 && column > 1 && text.text.starts_with('\u{feff}');
    (line, column - usize::from(is_marked))
}

/// A name for the finding that stays the same while other lines of the page change.
fn fingerprint(
    finding: &Finding,
    sources: &Lined<'_>,
    seen: &mut BTreeMap<String, usize>,
) -> String {
    let line = match (&finding.span, sources.get(&finding.path)) {
        (Some(span), Some(text)) => {
            let (line, _) = text.position(span.start);
            text.line(line).trim()
        }
        _ => "",
    };
    let whole = [finding.rule, finding.path.as_str(), line].join("\0");
    let hash = blake3::hash(whole.as_bytes()).to_hex()[..16].to_owned();
    let times = seen.entry(hash.clone()).or_default();
    *times += 1;
    format!("{hash}:{times}")
}

fn fix<'a>(finding: &'a Finding, sources: &Lined<'_>, below: &str) -> Option<Fix<'a>> {
    use crate::finding::Applicability;
    let fix = finding.fix.as_ref().filter(|fix| !fix.edits.is_empty())?;
    let description = match fix.applicability {
        Applicability::Safe => "What `check --fix` does",
        Applicability::Unsafe => {
            "What `check --unsafe-fixes` does; it may change the meaning of the page"
        }
    };
    Some(Fix {
        description: Text {
            text: description.to_owned(),
        },
        artifact_changes: [Change {
            artifact_location: artifact(finding, below),
            replacements: fix
                .edits
                .iter()
                .map(|edit| Replacement {
                    deleted_region: region(finding, &edit.range, sources),
                    inserted_content: Inserted { text: &edit.text },
                })
                .collect(),
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Edit, Fix};
    use crate::site::SitePath;

    #[test]
    fn paths_are_references() {
        assert_eq!(
            percent_encoded("a b/c:d?#%ä\\.md"),
            "a%20b/c%3Ad%3F%23%25%C3%A4%5C.md"
        );
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        let text = "\u{feff}ab\ncd";
        assert_eq!(place(&LinedText::of(text), 0), (1, 1));
        assert_eq!(place(&LinedText::of(text), 3), (1, 1));
        assert_eq!(place(&LinedText::of(text), 4), (1, 2));
        assert_eq!(place(&LinedText::of(text), 6), (2, 1));
    }

    #[test]
    fn a_finding_has_its_place_its_rule_and_its_fix() {
        let path = SitePath::new("content/a b.md");
        let found = Finding::new("a-rule", Severity::Info, &path, "see [x](y)\n")
            .at(3..4)
            .fix(Fix::safe(vec![Edit::replace(3..4, "z")]));
        let sources = Sources::from([(path, "ä\nb\n".to_owned())]);
        let describe = |_: &str| {
            Some(RuleText {
                summary: "One line",
                page: "\nA page\n",
            })
        };
        let text = findings(&[found.clone(), found], &sources, "site/", &describe);
        let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let run = &json["runs"][0];
        assert_eq!(
            run["tool"]["driver"]["rules"].as_array().map(Vec::len),
            Some(1)
        );
        assert_eq!(run["tool"]["driver"]["rules"][0]["help"]["text"], "A page");
        let result = &run["results"][0];
        assert_eq!(result["level"], "note");
        assert_eq!(result["message"]["text"], "see \\[x\\](y)\\n");
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "site/content/a%20b.md");
        let region = serde_json::json!({
            "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 2, "byteOffset": 3, "byteLength": 1
        });
        assert_eq!(place["region"], region);
        let change = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
        assert_eq!(change["deletedRegion"], region);
        assert_eq!(change["insertedContent"]["text"], "z");
        assert_ne!(
            result["partialFingerprints"],
            run["results"][1]["partialFingerprints"]
        );
    }
}
