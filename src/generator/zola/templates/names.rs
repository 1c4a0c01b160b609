//! What becomes of the templates in a body, by what they name, for Zola from 0.23 on.

use std::collections::BTreeSet;

use super::engine::{self, Reading};
use crate::generator::{Code, Template, TemplateKind};

/// The variables that a body is given: `page` in a page and `section` in a section (Zola 0.23, built from its source).
const GIVEN: [&str; 6] = [
    "config",
    "lang",
    "page",
    "section",
    "zola_version",
    "__tera_context",
];

/// The fields of what a body is given, as Zola 0.23 lists them where one is missing.
const FIELDS: [(&str, &str); 3] = [
    (
        "config",
        "author base_url build_search_index default_language description exclude_paginated_pages_in_sitemap extra \
         feed_filenames generate_feed generate_feeds generate_robots_txt generate_sitemap languages markdown mode search \
         taxonomies title",
    ),
    (
        "page",
        "ancestors assets authors backlinks colocated_path components content date day description draft extra higher lang \
         lower month path permalink reading_time relative_path slug summary taxonomies title toc translations updated \
         word_count year",
    ),
    (
        "section",
        "ancestors assets backlinks colocated_path components content description draft extra generate_feeds lang pages \
         paginate_by paginate_reversed path permalink reading_time relative_path subsections title toc translations \
         transparent word_count",
    ),
];

/// Says of each piece of code what becomes of it.
pub(super) fn judge(body: &str, found: &mut [Template]) {
    let reading = engine::read(body);
    if let Reading::Malformed { at, reason } = &reading
        && let Some(culprit) = found
            .iter_mut()
            .rfind(|template| template.range.start <= *at)
        && matches!(culprit.kind, TemplateKind::Code(_))
    {
        culprit.kind = TemplateKind::Malformed(reason.clone());
    }
    let is_code = |template: &&Template| matches!(template.kind, TemplateKind::Code(_));
    let defined: BTreeSet<String> = found
        .iter()
        .filter(is_code)
        .flat_map(|template| defined(&body[template.range.clone()]))
        .collect();
    for template in found {
        if matches!(template.kind, TemplateKind::Code(_)) {
            template.kind = kind(&body[template.range.clone()], &reading, &defined);
        }
    }
}

/// What becomes of one piece of code: `{{ … }}` or `{% … %}`.
fn kind(code: &str, reading: &Reading, defined: &BTreeSet<String>) -> TemplateKind {
    let words = words(&code[2..code.len() - 2]);
    let is_statement = code.starts_with("{%");
    let first = words.first().map_or("", |word| word.text);
    if is_statement && first == "block" {
        return TemplateKind::Malformed("a body cannot have blocks".to_owned());
    }
    let is_there = |word: &Word<'_>| {
        word.is_variable() && (GIVEN.contains(&word.text) || defined.contains(word.text))
            || word.is_call() && engine::FUNCTIONS.contains(&word.text)
    };
    let component = inner(code)
        .strip_prefix('<')
        .map(|rest| rest.trim_start_matches('/'));
    let names_something = component.is_some() || words.iter().any(is_there);
    let Reading::Template { variables, missing } = reading else {
        let meant = names_something || is_statement && first.starts_with("end");
        let code = if meant { Code::Meant } else { Code::Unknown };
        return TemplateKind::Code(code);
    };
    // A variable that is not there is no error where the template asks for that.
    let asks = words
        .iter()
        .any(|word| ["if", "elif", "is", "default"].contains(&word.text));
    let is_unknown = |word: &Word<'_>| {
        missing.contains(word.text)
            // It is Tera's own, for templates that extend another one.
            || word.is_call() && word.text == "super"
            || !asks && word.is_missing_field()
            || word.is_variable()
                && !asks
                && variables.contains(word.text)
                && !GIVEN.contains(&word.text)
                && !defined.contains(word.text)
    };
    if words.iter().any(is_unknown) {
        return TemplateKind::Code(Code::Unknown);
    }
    if let Some(rest) = component {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let rest = rest.trim_start();
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        return TemplateKind::Component(rest[..end].to_owned());
    }
    TemplateKind::Code(
        if is_statement || names_something || words.iter().any(|word| loops(word, variables)) {
            Code::Meant
        } else {
            Code::Bare
        },
    )
}

/// Whether a word is a variable of a loop, which the engine does not list.
fn loops(word: &Word<'_>, variables: &BTreeSet<String>) -> bool {
    let is_value = ["true", "True", "false", "False", "none", "None", "null"].contains(&word.text);
    let is_operator = ["and", "or", "not", "in", "is", "if", "else"].contains(&word.text);
    word.is_variable() && !is_value && !is_operator && !variables.contains(word.text)
}

/// The variables that a statement defines for what follows it.
fn defined(code: &str) -> Vec<String> {
    let words = words(&code[2..code.len() - 2]);
    match words.as_slice() {
        [set, name, ..] if ["set", "set_global"].contains(&set.text) && code.starts_with("{%") => {
            vec![name.text.to_owned()]
        }
        _ => Vec::new(),
    }
}

/// What stands between the delimiters.
fn inner(code: &str) -> &str {
    let inside = &code[2..code.len() - 2];
    inside.trim_matches('-').trim()
}

/// A word of template code that is in no string.
struct Word<'c> {
    text: &'c str,
    /// The text before and after it, without blanks.
    before: &'c str,
    after: &'c str,
}

impl Word<'_> {
    fn is_call(&self) -> bool {
        self.after.starts_with('(') && !self.before.ends_with(['.', '|'])
    }

    /// Whether this is a field that nothing of this name has, as in `page.url`.
    fn is_missing_field(&self) -> bool {
        let Some(before) = self.before.strip_suffix('.') else {
            return false;
        };
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let whole = before.trim_end_matches(is_word);
        let owner = &before[whole.len()..];
        !whole.ends_with(['.', '|', '"', '\''])
            && FIELDS.iter().any(|(name, fields)| {
                *name == owner && fields.split(' ').all(|field| field != self.text)
            })
    }

    /// Whether this can be a variable: no field, filter, call or name of an argument.
    fn is_variable(&self) -> bool {
        let names_argument = self.after.starts_with('=') && !self.after.starts_with("==");
        !self.before.ends_with(['.', '|']) && !self.after.starts_with('(') && !names_argument
    }
}

fn words(inside: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut quote = None;
    let mut start = None;
    let ends = inside.char_indices().chain([(inside.len(), ' ')]);
    for (at, c) in ends {
        let is_word = quote.is_none() && (c.is_alphanumeric() || c == '_');
        match (start, is_word) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                if !inside[from..].starts_with(|c: char| c.is_ascii_digit()) {
                    words.push(Word {
                        text: &inside[from..at],
                        before: inside[..from].trim_end(),
                        after: inside[at..].trim_start(),
                    });
                }
                start = None;
            }
            _ => {}
        }
        match quote {
            Some(open) if open == c => quote = None,
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            _ => {}
        }
    }
    words
}
