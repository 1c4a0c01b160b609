//! Pairs of single tildes as Hugo's parser, goldmark, takes them: also within words, where the parser used here does not.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

/// A run of one or two tildes in text.
struct Mark {
    range: Range<usize>,
    opens: bool,
    closes: bool,
}

/// What a later mark may belong to.
enum Opener {
    /// A run of tildes.
    Tildes(Range<usize>),
    /// Emphasis that begins at this byte.
    Emphasis(usize),
}

/// The bytes of what goldmark strikes out between two single tildes, marks included, in the order of their ends. `events`
/// are those of `markdown`, each with its bytes there.
///
/// A mark opens where no blank follows it, and closes where none precedes it, as stars do in `CommonMark`; the nearest two
/// of one paragraph that fit are a pair (tested on Hugo 0.168.0).
pub fn struck_in_goldmark(
    markdown: &str,
    events: &[(Event<'_>, Range<usize>)],
) -> Vec<Range<usize>> {
    let mut pairs = Vec::new();
    let mut literal_until = 0;
    let addresses = linked(markdown);
    let is_in_address = |at: usize| {
        let next = addresses.partition_point(|address| address.end <= at);
        addresses
            .get(next)
            .is_some_and(|address| address.contains(&at))
    };
    // Those of the paragraph, and of a link in it: what is open outside of a link cannot be closed in it.
    let mut levels: Vec<Vec<Opener>> = vec![Vec::new()];
    for (event, range) in events {
        let is_in_link = levels.len() > 1;
        // Text of a link holds no other link; a tilde behind another, escaped one is text.
        let is_mark =
            |at: usize| (is_in_link || !is_in_address(at)) && !markdown[..at].ends_with('~');
        let Some(openers) = levels.last_mut() else {
            break;
        };
        let raw = &markdown[range.clone()];
        let width = if raw.starts_with("~~") { 2 } else { 1 };
        match event {
            Event::Start(Tag::Strikethrough) if raw.starts_with('~') && is_mark(range.start) => {
                let at = range.start..range.start + width;
                pairs.extend(take(mark(markdown, at), openers));
            }
            Event::End(TagEnd::Strikethrough)
                if raw.len() >= width && is_mark(range.end - width) =>
            {
                let at = range.end - width..range.end;
                pairs.extend(take(mark(markdown, at), openers));
            }
            Event::Start(Tag::Emphasis | Tag::Strong) => {
                openers.push(Opener::Emphasis(range.start));
            }
            Event::End(TagEnd::Emphasis | TagEnd::Strong) => {
                let is_own =
                    |opener: &Opener| matches!(opener, Opener::Emphasis(at) if *at == range.start);
                if let Some(at) = openers.iter().rposition(is_own) {
                    openers.truncate(at);
                }
            }
            Event::Start(Tag::Link { link_type, .. } | Tag::Image { link_type, .. }) => {
                if matches!(link_type, LinkType::Autolink | LinkType::Email) {
                    literal_until = range.end;
                }
                levels.push(Vec::new());
            }
            Event::End(TagEnd::Link | TagEnd::Image) if is_in_link => {
                levels.pop();
            }
            Event::Start(tag) => {
                if matches!(tag, Tag::CodeBlock(_) | Tag::HtmlBlock) {
                    literal_until = range.end;
                }
                levels = vec![Vec::new()];
            }
            Event::End(_) => levels = vec![Vec::new()],
            Event::Text(_) if range.start >= literal_until => {
                let found = marks(markdown, range).into_iter();
                for found in found.filter(|found| is_mark(found.range.start)) {
                    pairs.extend(take(found, openers));
                }
            }
            _ => {}
        }
    }
    pairs
}

/// Closes the nearest opener of the same length with a mark, or keeps the mark as an opener. A pair of single ones is given.
fn take(mark: Mark, openers: &mut Vec<Opener>) -> Option<Range<usize>> {
    let length = mark.range.len();
    let own = openers.iter().enumerate().rev().find_map(|(at, opener)| {
        let fits = matches!(opener, Opener::Tildes(range) if range.len() == length);
        fits.then_some(at)
    });
    let Some(at) = own.filter(|_| mark.closes) else {
        if mark.opens {
            openers.push(Opener::Tildes(mark.range));
        }
        return None;
    };
    let opener = openers.drain(at..).next();
    match opener {
        Some(Opener::Tildes(range)) if length == 1 => Some(range.start..mark.range.end),
        _ => None,
    }
}

/// The addresses in running text that goldmark makes links of, and in which a tilde is a tilde (its `extension/linkify.go`,
/// tested on Hugo 0.168.0), in their order.
fn linked(markdown: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if !markdown.contains('~') {
        return found;
    }
    let mut end = 0;
    let starts = markdown.match_indices(['\n', ' ', '*', '_', '~', '(']);
    for at in std::iter::once(0).chain(starts.map(|(at, _)| at + 1)) {
        if at < end {
            continue;
        }
        if let Some(length) = address_length(&markdown[at..]) {
            end = at + length;
            found.push(at..end);
        }
    }
    found
}

/// The longest host and name that are looked at: goldmark's bound for the first.
const MAX_HOST: usize = 256;

/// The bytes of the address that a word begins with.
fn address_length(word: &str) -> Option<usize> {
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-@:%._+~#=".contains(c);
    let schemes = ["http://", "https://", "ftp://", "www."];
    let Some(scheme) = schemes.iter().find(|scheme| word.starts_with(**scheme)) else {
        return email_length(word);
    };
    let host = &word[scheme.len()..];
    let bytes = host.bytes().take(MAX_HOST);
    let host_end = bytes.take_while(|byte| is_host(char::from(*byte))).count();
    // The pattern takes as much as it can before the last dot with a small letter behind it.
    let dot = host[..host_end]
        .rmatch_indices('.')
        .find(|(at, _)| *at > 0 && host[at + 1..].starts_with(|c: char| c.is_ascii_lowercase()));
    let (dot, _) = dot?;
    let rest = &host[dot + 1..];
    let mut end = dot
        + 1
        + (rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_ascii_lowercase())
                .len());
    if let Some(port) = host[end..].strip_prefix(':').filter(|_| *scheme != "www.") {
        let digits = port.len() - port.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        end += if digits > 0 { digits + 1 } else { 0 };
    }
    if host[end..].starts_with(['/', '#', '?']) {
        let is_path =
            |c: char| c.is_ascii_alphanumeric() || "-@:%_+.~#$!?&/=(),;'\">^{}[]`".contains(c);
        let path = &host[end..];
        end += path.find(|c| !is_path(c)).unwrap_or(path.len());
    }
    Some(scheme.len() + end)
}

/// The bytes of the e-mail address that a word begins with.
fn email_length(word: &str) -> Option<usize> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    let bytes = word.bytes().take(MAX_HOST);
    let at = bytes.take_while(|byte| is_name(char::from(*byte))).count();
    let is_domain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let starts = word.starts_with(|c: char| c.is_ascii_alphanumeric());
    let domain = word[at..].strip_prefix('@').filter(|_| starts)?;
    let bytes = domain.bytes().take(MAX_HOST);
    let end = bytes
        .take_while(|byte| is_domain(char::from(*byte)))
        .count();
    let domain = domain[..end].trim_end_matches('.');
    domain.contains('.').then_some(at + 1 + domain.len())
}

/// The runs of tildes in a piece of text that are no escapes, and not longer than two.
fn marks(markdown: &str, range: &Range<usize>) -> Vec<Mark> {
    let mut found = Vec::new();
    let mut at = range.start;
    while let Some(offset) = markdown[at..range.end].find('~') {
        let start = at + offset;
        let whole = &markdown[start..];
        let end = start + (whole.len() - whole.trim_start_matches('~').len());
        at = end.min(range.end);
        let before = &markdown[..start];
        let is_escaped = before.bytes().rev().take_while(|&b| b == b'\\').count() % 2 == 1;
        if !is_escaped && !before.ends_with('~') && end - start <= 2 {
            found.push(mark(markdown, start..end));
        }
    }
    found
}

/// A run of tildes with what it may do where it stands.
fn mark(markdown: &str, range: Range<usize>) -> Mark {
    let before = markdown[..range.start].chars().next_back().unwrap_or('\n');
    let after = markdown[range.end..].chars().next().unwrap_or('\n');
    let is_sign = |c: char| !c.is_alphanumeric() && !c.is_whitespace();
    Mark {
        opens: !after.is_whitespace()
            && (!is_sign(after) || before.is_whitespace() || is_sign(before)),
        closes: !before.is_whitespace()
            && (!is_sign(before) || after.is_whitespace() || is_sign(after)),
        range,
    }
}

#[cfg(test)]
mod tests {
    use super::super::events;
    use super::*;

    /// What a real build of Hugo 0.168.0 strikes out.
    #[test]
    fn pairs_are_those_of_hugo() {
        for (text, expected) in [
            ("H~2~O. CO~2~ and ~2~x. a~b~ ~c~d", "~2~ ~2~ ~2~ ~b~ ~c~"),
            ("5~10 km, 7~8 km\n", "~10 km, 7~"),
            ("foo~/bar ~/x and 2~,3~\n", "~/x and 2~"),
            ("-~2~ (~2~) \"~2~\"\n", "~2~ ~2~ ~2~"),
            ("x~~y~~z ~a~~b~\n", "~a~~b~"),
            ("~5 minutes and ~6\n", ""),
            ("5~10\n\n7~8\n", ""),
            ("5~10 *7~8* 9\n", "~10 *7~"),
            ("*5~10* 7~8 9~~1 2~\n", "~8 9~~1 2~"),
            ("5~10 [7~8](x) 9~2\n", "~10 [7~8](x) 9~"),
            ("5~~10 a~3~~ b\n", ""),
            ("5～10 あ~い~う 約5~10個、7~8個\n", "~い~ ~10個、7~"),
            ("5~10 *b* `~` 7~8\n", "~10 *b* `~` 7~"),
            ("\\~a~ b~\n", ""),
            ("\\~~a~ b\n", ""),
            ("at https://p.example.org/~ana, and 5~10\n", ""),
            ("(www.example.org/~ana) and 5~10 or 6~7\n", "~10 or 6~"),
            ("x http://localhost/~ana and 5~10\n", "~ana and 5~"),
            ("mail a~b@example.org and 5~10\n", ""),
            ("[https://e.org/~a b~c](x)\n", "~a b~"),
            ("a ~~~b~ c\n", ""),
            ("| 5~1 | 2~3 |\n|---|---|\n", ""),
        ] {
            let found: Vec<&str> = struck_in_goldmark(text, &events(text))
                .into_iter()
                .map(|range| &text[range])
                .collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }
}
