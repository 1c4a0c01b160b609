//! Terms that are no list of texts.

use super::taxonomies::as_list;
use super::{key_span, lists, repair};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::front_matter::{Change, Format, Value, quote};
use crate::generator::RefusedKey;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct TermsNotAList;

impl Rule for TermsNotAList {
    fn name(&self) -> &'static str {
        "terms-not-a-list"
    }

    fn summary(&self) -> &'static str {
        "Tags or categories that are not a list of strings"
    }

    fn explanation(&self) -> &'static str {
        "\
`tags = \"rust, go\"` is one term named \"rust, go\" to Hugo 0.168.0. In `[taxonomies]`, Zola stops the build at anything but a list
of strings, and at an empty term (tested on 0.17.2 and 0.22.0).

```toml
tags = [\"rust\", \"go\"]
```

The fix makes a list of a text, divided at its commas, puts numbers in quotes as they are written, and takes empty terms away."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        let strict = page.site.generator.requires_front_matter();
        let severity = if strict {
            Severity::Error
        } else {
            Severity::Warning
        };
        for (taxonomy, message) in wrong_terms(page) {
            let path = page.site.generator.taxonomy_path(&taxonomy);
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            let mut finding = page.finding(self, severity, message).help(format!(
                "write `{}`",
                repair::entry(page, &taxonomy, "[\"…\", \"…\"]")
            ));
            finding.span = front.span(&path).or_else(|| key_span(page, &path));
            finding.fix = self.fix(page, &taxonomy, &path);
            findings.push(finding);
        }
    }
}

impl TermsNotAList {
    fn fix(&self, page: &Page<'_>, taxonomy: &str, path: &[&str]) -> Option<Fix> {
        let front = page.front()?;
        let Some(terms) = front.get(path)?.as_array() else {
            let (list, is_safe) = as_list(page, taxonomy, path)?;
            return repair::change(page, self, &[Change::set(path, list)], is_safe);
        };
        let span = front.span(path)?;
        let ranges = lists::items(page.text, span.clone())?;
        if ranges.len() != terms.len() {
            return None;
        }
        let is_empty = |term: &Value| {
            matches!(term, Value::Null) || term.as_str().is_some_and(|term| term.trim().is_empty())
        };
        if terms.iter().any(is_empty) {
            let left: Vec<Value> = terms
                .iter()
                .filter(|term| !is_empty(term))
                .cloned()
                .collect();
            let change = Change::set(path, Value::Array(left));
            return repair::change(page, self, &[change], true);
        }
        let (mut edits, mut meant) = (Vec::new(), Vec::new());
        for (term, range) in terms.iter().zip(ranges) {
            let written = page.text.get(range.clone())?;
            match term {
                Value::String(_) => {
                    meant.push(term.clone());
                    continue;
                }
                // In braces, somebody meant a table.
                Value::Table(_) if written.contains(['{', '\n']) => return None,
                Value::Array(_) | Value::Null => return None,
                _ => {}
            }
            meant.push(written.into());
            edits.push(Edit::replace(range, quote(written)));
        }
        let expected = repair::with(front.table(), path, Value::Array(meant))?;
        repair::bytes(page, self, edits, &expected).map(Fix::safe)
    }
}

/// Whether [`TermsNotAList`] has something to say.
pub(super) fn has_wrong_terms(page: &Page<'_>) -> bool {
    !wrong_terms(page).is_empty()
}

/// The taxonomies of which the page has no list of texts, and what is wrong.
fn wrong_terms(page: &Page<'_>) -> Vec<(String, String)> {
    let Some(front) = page.front() else {
        return Vec::new();
    };
    let refused = page.refused_keys();
    let is_refused = |keys: &Vec<RefusedKey>| keys.iter().any(|key| key.key == "taxonomies");
    let strict = refused.as_ref().map(is_refused);
    let message = |taxonomy: &str| {
        let path = page.site.generator.taxonomy_path(taxonomy);
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match front.get(&path)? {
            Value::Null => {
                (strict == Some(true)).then(|| format!("`{taxonomy}` is empty, and no list"))
            }
            Value::Array(terms) => terms
                .iter()
                .find_map(|term| wrong_term(term, strict, front.format()))
                .map(str::to_owned),
            _ if strict == Some(false) => None,
            _ => Some(format!("`{taxonomy}` is not a list")),
        }
    };
    let names = page.site.taxonomy_names(page.language).into_iter();
    names
        .filter_map(|name| Some((message(&name)?, name)))
        .map(|(message, name)| (name, message))
        .collect()
}

/// `refused` is whether the generator stops at the terms as they are, if it is one that does so at all.
fn wrong_term(term: &Value, refused: Option<bool>, format: Format) -> Option<&'static str> {
    let is_yaml = format == Format::Yaml;
    let strict = refused.is_some();
    match term {
        Value::String(text) if text.trim().is_empty() => {
            strict.then_some("one of the terms is empty")
        }
        Value::String(_) => None,
        _ if refused == Some(false) => None,
        // Zola reads YAML's bare words as the strings they are, Hugo as numbers: `1.10` becomes `1.1`.
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) if strict && is_yaml => None,
        Value::Float(_) if is_yaml => {
            Some("one of the terms is a number, of which the last zero is lost")
        }
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Date(_) if !strict => None,
        _ => Some("one of the terms is not a string"),
    }
}
