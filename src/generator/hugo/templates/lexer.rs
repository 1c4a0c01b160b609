//! Hugo's shortcode lexer: which delimiters in a raw body become calls, and which stop the build (tested against
//! Hugo 0.168.0). Where Hugo is stricter than what is written here, nothing is said.

use std::collections::HashSet;
use std::ops::Range;

use super::{closing_of, next_delimiter};
use crate::finding::Edit;
use crate::generator::{Template, TemplateKind};

/// A tag that is no comment: `{{< name a b >}}`, `{{% /name %}}`.
#[derive(Debug)]
struct Tag<'a> {
    name: &'a str,
    closes: bool,
    /// Whether it closes itself, `{{< name />}}`.
    whole: bool,
    range: Range<usize>,
}

/// Why a tag stops the build, and where it ends.
struct Fault {
    end: usize,
    message: String,
}

/// All calls of a body in order; at the first mistake Hugo reads no further.
pub(super) fn find(body: &str) -> Vec<Template> {
    let (tags, fault) = scan(body);
    let mut found = calls(body, &tags);
    found.extend(fault);
    found
}

/// What Hugo takes out of a body before Markdown is read, in order: `{{< x >}}` with all that it encloses, and the
/// tags alone of `{{% x %}}`.
pub(super) fn taken_out(body: &str) -> Vec<Range<usize>> {
    let (tags, _) = scan(body);
    let closing = pairs(&tags);
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(tag) = tags.get(at) {
        // What a comment holds is nowhere on the page, whichever marks it has.
        let is_whole = body[tag.range.clone()].starts_with("{{<") || tag.name == COMMENT;
        let last = closing[at].filter(|_| is_whole).unwrap_or(at);
        ranges.push(tag.range.start..tags[last].range.end);
        at = last + 1;
    }
    ranges
}

/// The shortcode that shows nothing of what it holds.
const COMMENT: &str = "comment";

/// For each opening tag, the tag that closes it: Hugo lets each closing tag close the innermost shortcode that takes a
/// body, of whichever name, where one of its own name was opened before (tested on 0.168.0). Which ones take a body is not
/// known here; those that are never closed by name are taken for others, where there is a choice.
fn pairs(tags: &[Tag<'_>]) -> Vec<Option<usize>> {
    let closed: HashSet<&str> = tags
        .iter()
        .filter(|tag| tag.closes)
        .map(|tag| tag.name)
        .collect();
    let mut pairs = vec![None; tags.len()];
    let mut open = Vec::new();
    for (at, tag) in tags.iter().enumerate() {
        if tag.closes {
            let takes = |is_one: &dyn Fn(&str) -> bool| {
                open.iter()
                    .rposition(|open: &usize| is_one(tags[*open].name))
            };
            let innermost = takes(&|name| closed.contains(name))
                .or_else(|| takes(&|name| super::needs_closing(name) != Some(false)));
            if let Some(innermost) = innermost {
                pairs[open[innermost]] = Some(at);
                open.truncate(innermost);
            }
        } else if !tag.whole {
            open.push(at);
        }
    }
    pairs
}

/// All tags of a body in order, and the mistake at which Hugo stops.
fn scan(body: &str) -> (Vec<Tag<'_>>, Option<Template>) {
    let mut lexer = Lexer {
        body,
        opened: HashSet::new(),
    };
    let mut tags: Vec<Tag<'_>> = Vec::new();
    let mut fault = None;
    let mut at = 0;
    while let Some(start) = next_delimiter(body, at) {
        match lexer.read(start) {
            Ok((tag, end)) => {
                at = end;
                tags.extend(tag);
            }
            Err(error) => {
                fault = Some(malformed(start..error.end, error.message));
                break;
            }
        }
    }
    (tags, fault)
}

/// The opening tags as calls, each with its closing tag where there is one, and the closing tags that close nothing, or
/// another shortcode than they name.
fn calls(body: &str, tags: &[Tag<'_>]) -> Vec<Template> {
    let closing = pairs(tags);
    let mut opening = vec![None; tags.len()];
    for (at, close) in closing.iter().enumerate() {
        if let Some(close) = close {
            opening[*close] = Some(at);
        }
    }
    let is_crossed = |open: usize, close: usize| tags[open].name != tags[close].name;
    let mut found: Vec<Template> = Vec::new();
    // Behind the first tag that closes another shortcode, the ones around it do as well.
    let mut crossed_until = 0;
    for (at, tag) in tags.iter().enumerate() {
        if !tag.closes {
            let mut literal = marks(body, &tag.range);
            if let Some(close) = closing[at] {
                let others = marks(body, &tags[close].range);
                // One fix for both halves; where they belong to two shortcodes there is none.
                if literal.is_empty() || others.is_empty() || is_crossed(at, close) {
                    literal.clear();
                } else {
                    literal.extend(others);
                }
            }
            found.push(Template {
                range: tag.range.clone(),
                kind: TemplateKind::Call {
                    name: tag.name.to_owned(),
                    closed: tag.whole || closing[at].is_some(),
                },
                literal,
            });
            continue;
        }
        match opening[at] {
            None => found.push(malformed(
                tag.range.clone(),
                "it closes a shortcode that is not open".to_owned(),
            )),
            Some(open) if is_crossed(open, at) && at >= crossed_until => {
                let outermost = (0..open).filter(|other| closing[*other] > Some(at)).min();
                crossed_until = outermost.and_then(|other| closing[other]).unwrap_or(at) + 1;
                found.push(Template {
                    range: tag.range.clone(),
                    kind: TemplateKind::Crossed {
                        name: tag.name.to_owned(),
                        closes: tags[open].name.to_owned(),
                    },
                    literal: Vec::new(),
                });
            }
            Some(_) => {}
        }
    }
    found
}

fn malformed(range: Range<usize>, message: String) -> Template {
    Template {
        range,
        kind: TemplateKind::Malformed(message),
        literal: Vec::new(),
    }
}

/// Hugo's marks around what is between the delimiters; none where they would end too early.
fn marks(body: &str, range: &Range<usize>) -> Vec<Edit> {
    if body[range.clone()].contains("*/") {
        return Vec::new();
    }
    vec![
        Edit::insert(range.start + 3, "/*"),
        Edit::insert(range.end - 3, "*/"),
    ]
}

struct Lexer<'a> {
    body: &'a str,
    /// The names that were opened so far; Hugo never takes one out again.
    opened: HashSet<&'a str>,
}

impl<'a> Lexer<'a> {
    /// Reads the tag that starts at byte `start`: the tag, if it is no comment, and the byte behind it.
    fn read(&mut self, start: usize) -> Result<(Option<Tag<'a>>, usize), Fault> {
        let close = closing_of(self.body, start);
        let inside = start + 3;
        let line_end = self.body[inside..]
            .find('\n')
            .map_or(self.body.len(), |length| inside + length);
        let fail = |end: usize, message: &str| Fault {
            end,
            message: message.to_owned(),
        };
        if self.body[inside..].starts_with("/*") {
            let closing = format!("*/{close}");
            return match self.body[inside..].find(&closing) {
                Some(length) if length > 1 => Ok((None, inside + length + closing.len())),
                _ => Err(fail(line_end, "an escaped shortcode is never closed")),
            };
        }
        let mut name = None;
        let mut closes = false;
        let mut whole = false;
        let mut named = None;
        let mut at = inside;
        loop {
            let rest = &self.body[at..];
            if rest.starts_with(close) {
                let end = at + close.len();
                return match name {
                    Some(name) => Ok((
                        Some(Tag {
                            name,
                            closes,
                            whole,
                            range: start..end,
                        }),
                        end,
                    )),
                    None => Err(fail(end, "a shortcode without a name")),
                };
            }
            let Some(c) = rest.chars().next() else {
                return Err(fail(line_end, "this shortcode is never closed"));
            };
            at = match c {
                c if c.is_whitespace() => at + c.len_utf8(),
                '/' if name.is_none() && self.opened.is_empty() => {
                    return Err(fail(at + 1, "it closes a shortcode, but none is open"));
                }
                '/' if name.is_none() => {
                    closes = true;
                    at + 1
                }
                '/' if rest[1..].trim_start().starts_with(close) => {
                    whole = true;
                    at + 1
                }
                '/' => return Err(fail(at + 1, "a slash in an argument without quotes")),
                '\\' => at + 1,
                '=' if name.is_some() => {
                    let open = || fail(line_end, "a quoted argument is never closed");
                    at + 1 + argument(&rest[1..], close).ok_or_else(open)?
                }
                '"' | '`' if name.is_some() => {
                    mixed(&mut named, false).map_err(|message| fail(at + 1, message))?;
                    quoted(rest)
                        .map(|length| at + length)
                        .ok_or_else(|| fail(line_end, "a quoted argument is never closed"))?
                }
                c if name.is_some() && is_word(c) => {
                    let end = at
                        + rest
                            .find(|c| !(is_word(c) || c == '.'))
                            .unwrap_or(rest.len());
                    let value = self.body[end..].strip_prefix('=');
                    mixed(&mut named, value.is_some()).map_err(|message| fail(end, message))?;
                    match value {
                        None => end,
                        Some(value) => {
                            end + 1
                                + argument(value, close).ok_or_else(|| {
                                    fail(line_end, "a quoted argument is never closed")
                                })?
                        }
                    }
                }
                c if name.is_none() && (c == '_' || c.is_alphanumeric()) => {
                    let end = at
                        + rest
                            .find(|c| !(is_word(c) || c == '/' || c == '.'))
                            .unwrap_or(rest.len());
                    let word = &self.body[at..end];
                    // `name /` closes itself, `name/` is a name.
                    if closes && !self.opened.contains(word) {
                        return Err(fail(end, "it closes a shortcode that is not open"));
                    }
                    if word.contains('.') && !word.ends_with(".inline") {
                        return Err(fail(end, "a period in the name of a shortcode"));
                    }
                    self.opened.insert(word);
                    name = Some(word);
                    end
                }
                _ => {
                    return Err(fail(
                        at + c.len_utf8(),
                        "a character that no shortcode can hold here",
                    ));
                }
            };
        }
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c == '-' || c.is_alphanumeric()
}

/// Arguments have names or not, but not both in one call.
fn mixed(named: &mut Option<bool>, this: bool) -> Result<(), &'static str> {
    match named {
        Some(other) if *other != this => Err("arguments with and without names in one shortcode"),
        _ => {
            *named = Some(this);
            Ok(())
        }
    }
}

/// The length of the value behind an `=`.
fn argument(value: &str, close: &str) -> Option<usize> {
    let blank = value.len() - value.trim_start_matches(' ').len();
    let rest = &value[blank..];
    // Behind a blank Hugo takes the end of the tag for the value, and goes on.
    if blank > 0 && rest.starts_with(close) {
        return None;
    }
    if rest.starts_with(['"', '`']) {
        return quoted(rest).map(|length| blank + length);
    }
    if let Some(escaped) = rest.strip_prefix("\\\"") {
        return escaped.find("\\\"").map(|length| blank + length + 4);
    }
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    Some(blank + rest.find(close).map_or(end, |close| close.min(end)))
}

/// The length of a quoted text, both quotes counted. Only one in backticks may have line ends in it.
fn quoted(text: &str) -> Option<usize> {
    if let Some(raw) = text.strip_prefix('`') {
        return raw.find('`').map(|length| length + 2);
    }
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return None,
            '"' if !escaped => return Some(at + 1),
            _ => escaped = c == '\\' && !escaped,
        }
    }
    None
}

#[cfg(test)]
mod tests;
