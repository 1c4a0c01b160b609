//! What a reader should see of a body, worked out from what the model wrote alone.
//!
//! The parser says what is text. Where a conversion is free to change what is seen (a tag that Markdown can say as
//! well, a comment, the id of a heading), the text is optional; all else has to be on the page, in its order, once.

use postwright::markdown;
use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

/// A piece of what is to be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// It is there.
    Text(String),
    /// It is there, or it is not.
    Perhaps(String),
}

/// What is to be seen.
#[derive(Debug, Default)]
pub struct Intended {
    pieces: Vec<Piece>,
    /// The texts of the code blocks; there may be more where HTML is shown as code.
    pub blocks: Vec<String>,
}

/// Works out what `body` should look like below `title`. Hugo gathers footnotes at the end, Zola leaves them in place.
pub fn intended(body: &str, title: &str, notes_at_end: bool) -> Intended {
    let body = with_tags_inline(&clean(body));
    let options = markdown::options() - Options::ENABLE_HEADING_ATTRIBUTES;
    let mut reader = Reader {
        title: letters(title),
        ..Reader::default()
    };
    let mut order: Vec<String> = Vec::new();
    for (event, range) in Parser::new_ext(&body, options).into_offset_iter() {
        if let Event::Start(Tag::Strikethrough) | Event::End(TagEnd::Strikethrough) = &event
            && !body[range.clone()].starts_with("~~")
        {
            // Only some parsers strike that out, so it is text.
            reader.text("~");
        }
        if let Event::FootnoteReference(label) = &event
            && notes_at_end
            && !order.contains(&label.to_string())
        {
            order.push(label.to_string());
        }
        reader.take(event, &body[range], notes_at_end);
    }
    let mut intended = reader.intended;
    reader.notes.sort_by_key(|(label, _)| {
        order
            .iter()
            .position(|known| known == label)
            .unwrap_or(usize::MAX)
    });
    for (_, note) in reader.notes {
        intended.pieces.extend(note.pieces);
        intended.blocks.extend(note.blocks);
    }
    intended
}

/// The body with a mark that nobody sees before each block of HTML whose first tag alone is HTML to the conversion:
/// behind it the tag is one within a line, and what follows it is Markdown. Other blocks are shown as code.
fn with_tags_inline(body: &str) -> String {
    let mut body = body.to_owned();
    loop {
        let block = markdown::parser(&body)
            .into_offset_iter()
            .filter(|(event, _)| matches!(event, Event::Start(Tag::HtmlBlock)))
            .map(|(_, range)| range)
            .find(|range| !is_code(&body[range.clone()]));
        let Some(block) = block else {
            return body;
        };
        let at = block.start + body[block].find('<').unwrap();
        if body[at..].starts_with("<!--") {
            match body[at..].find("-->") {
                Some(length) => {
                    let rest = body[at + length + 3..].trim_start_matches([' ', '\t']);
                    let end = body.len() - rest.len();
                    body.replace_range(at..end, "");
                    continue;
                }
                None => body.insert(at, '\\'),
            }
        }
        body.insert(at, '\u{2060}');
    }
}

/// Whether a block of HTML is shown as code.
fn is_code(block: &str) -> bool {
    const ELEMENTS: [&str; 8] = [
        "div", "script", "svg", "style", "table", "p", "iframe", "object",
    ];
    let block = block.trim();
    let name = block.trim_start_matches(['<', '/']);
    let end = name
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(name.len());
    let is_comment = block.starts_with("<!--");
    let is_known = name.starts_with(['?', '!']) || ELEMENTS.contains(&&name[..end]);
    !is_comment && is_known && block.contains('\n')
}

#[derive(Default)]
struct Reader {
    intended: Intended,
    /// Footnotes that are shown at the end, and the piece and block at which the open one began.
    notes: Vec<(String, Intended)>,
    open_note: Option<(String, usize, usize)>,
    block: Option<String>,
    html: Option<String>,
    /// The piece at which the open heading began, and its level.
    heading: Option<(usize, HeadingLevel)>,
    title: String,
}

impl Reader {
    fn text(&mut self, text: &str) {
        self.intended.pieces.push(Piece::Text(fold(text)));
    }

    fn perhaps(&mut self, text: &str) {
        self.intended.pieces.push(Piece::Perhaps(fold(text)));
    }

    /// `raw` is the text that the event comes from.
    fn take(&mut self, event: Event<'_>, raw: &str, notes_at_end: bool) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => self.block = Some(String::new()),
            Event::End(TagEnd::CodeBlock) => {
                let block = self.block.take().unwrap_or_default();
                self.text(&block);
                self.intended.blocks.push(block);
            }
            Event::Start(Tag::HtmlBlock) => self.html = Some(String::new()),
            Event::End(TagEnd::HtmlBlock) => {
                let html = self.html.take().unwrap_or_default();
                self.html(&html);
            }
            Event::Start(Tag::Heading { level, .. }) => {
                self.heading = Some((self.intended.pieces.len(), level));
            }
            Event::End(TagEnd::Heading(_)) => self.end_heading(raw.trim_end()),
            Event::Start(Tag::Link {
                link_type: LinkType::Autolink,
                ..
            }) => {
                self.perhaps("<");
            }
            Event::End(TagEnd::Link) => self.perhaps(">"),
            Event::Start(Tag::Image { .. }) => self.perhaps("image"),
            Event::Start(Tag::FootnoteDefinition(label)) if notes_at_end => {
                let at = (self.intended.pieces.len(), self.intended.blocks.len());
                self.open_note = Some((label.into_string(), at.0, at.1));
            }
            Event::End(TagEnd::FootnoteDefinition) => {
                if let Some((label, pieces, blocks)) = self.open_note.take() {
                    let note = Intended {
                        pieces: self.intended.pieces.split_off(pieces),
                        blocks: self.intended.blocks.split_off(blocks),
                    };
                    self.notes.push((label, note));
                }
            }
            Event::Text(text) if self.html.is_some() => {
                self.html.as_mut().unwrap().push_str(&text);
            }
            Event::Text(text) => match &mut self.block {
                Some(block) => block.push_str(&text),
                None => self.text(&text),
            },
            Event::Code(text) => self.text(&text),
            // Zola 0.17 shows a box without text as it is written.
            Event::TaskListMarker(_) => self.perhaps(raw),
            Event::Html(html) => match &mut self.html {
                Some(open) => open.push_str(&html),
                None => self.html(&html),
            },
            Event::InlineHtml(html) => self.html(&html),
            _ => {}
        }
    }

    /// Tags may be shown as they are or become Markdown, comments may be gone; what is between them is text.
    fn html(&mut self, html: &str) {
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            self.text(&rest[..at]);
            let tag = &rest[at..];
            let end = if tag.starts_with("<!--") {
                tag.find("-->").map(|at| at + 3)
            } else {
                tag.find('>').map(|at| at + 1)
            };
            let Some(end) = end else {
                self.text(tag);
                return;
            };
            let name = tag[1..end].trim_start_matches('/');
            if name.to_lowercase().starts_with("br") {
                self.perhaps("/");
            }
            if is_convertible(name) {
                self.perhaps(&tag[..end]);
            } else {
                self.text(&tag[..end]);
            }
            rest = &tag[end..];
        }
        self.text(rest);
    }

    fn end_heading(&mut self, raw: &str) {
        let Some((from, level)) = self.heading.take() else {
            return;
        };
        let all: String = self.intended.pieces[from..]
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.as_str(),
                Piece::Perhaps(_) => "",
            })
            .collect();
        if level == HeadingLevel::H1 && letters(&all) == self.title {
            for piece in &mut self.intended.pieces[from..] {
                if let Piece::Text(text) = piece {
                    *piece = Piece::Perhaps(text.clone());
                }
            }
            return;
        }
        // In `## Learn C #` the sign is meant.
        if raw.starts_with("##") && raw.ends_with(" #") {
            self.perhaps("#");
        }
        // The parser gives `{#id}` in one piece with what is before it, or in several.
        let Some(at) = all.rfind("{#").filter(|_| all.ends_with('}')) else {
            return;
        };
        let id = &all[at + 2..all.len() - 1];
        let is_id = id.starts_with(|c: char| c.is_ascii_alphabetic())
            && id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
        if is_id {
            let mut rest = all.len() - at;
            for piece in self.intended.pieces[from..].iter_mut().rev() {
                if let Piece::Text(text) = piece {
                    let length = rest.min(text.len());
                    text.truncate(text.len() - length);
                    rest -= length;
                }
            }
            self.perhaps(&all[at..]);
        }
    }
}

/// Tags that Markdown can say as well, and comments.
fn is_convertible(tag: &str) -> bool {
    const NAMES: [&str; 15] = [
        "b", "strong", "i", "em", "code", "kbd", "samp", "tt", "sub", "sup", "a", "br", "hr",
        "details", "summary",
    ];
    let end = tag
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(tag.len());
    tag.starts_with("!--") || NAMES.contains(&tag[..end].to_ascii_lowercase().as_str())
}

impl Intended {
    /// The same with quotation marks, dashes and dots as a typewriter has them.
    pub fn typed(mut self) -> Self {
        for piece in &mut self.pieces {
            let (Piece::Text(text) | Piece::Perhaps(text)) = piece;
            *text = typed(text);
        }
        self
    }

    /// What is wrong with `seen`, all text of a page.
    pub fn compare(&self, seen: &str) -> Result<(), String> {
        let seen = fold(seen);
        let mut places = vec![0];
        for (index, piece) in self.pieces.iter().enumerate() {
            let (text, optional) = match piece {
                Piece::Text(text) => (text, false),
                Piece::Perhaps(text) => (text, true),
            };
            let mut next: Vec<usize> = places
                .iter()
                .filter(|&&at| seen[at..].starts_with(text.as_str()))
                .map(|at| at + text.len())
                .collect();
            if optional {
                next.extend(&places);
            }
            next.sort_unstable();
            next.dedup();
            if next.is_empty() {
                let at = places.last().copied().unwrap_or(0);
                let found: String = seen[at..].chars().take(60).collect();
                let around: Vec<&Piece> = self.pieces[index.saturating_sub(2)..]
                    .iter()
                    .take(5)
                    .collect();
                return Err(format!(
                    "expected {text:?} and found {found:?}, within {around:?}"
                ));
            }
            places = next;
        }
        if places.contains(&seen.len()) {
            return Ok(());
        }
        let at = places.last().copied().unwrap_or(0);
        Err(format!("there is more on the page: {:?}", &seen[at..]))
    }

    /// What is wrong with the code blocks of a page: each has to be there to the letter, in order.
    pub fn compare_blocks(&self, seen: &[String]) -> Result<(), String> {
        // Nobody sees the blanks of a line that has nothing else, and not all generators keep them.
        let trim = |block: &str| {
            let lines: Vec<&str> = block
                .split('\n')
                .map(|line| {
                    if line.trim_matches([' ', '\t']).is_empty() {
                        ""
                    } else {
                        line
                    }
                })
                .collect();
            let block = lines
                .join("\n")
                .replace("HAHAHUGO-SHORTCODE", "HAHAHUGOSHORTCODE");
            block.trim_end_matches('\n').to_owned()
        };
        let mut seen = seen.iter().map(|block| trim(block));
        for block in &self.blocks {
            let block = trim(block);
            if !seen.any(|other| other == block) {
                return Err(format!("the code block {block:?} is not on the page"));
            }
        }
        Ok(())
    }
}

/// What is left of a text when white space, raised or lowered digits and the hyphen in Hugo's own word make no difference.
pub fn fold(text: &str) -> String {
    let text = text.replace("HAHAHUGO-SHORTCODE", "HAHAHUGOSHORTCODE");
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{2060}')
        .map(|c| match SHIFTED.chars().position(|shifted| shifted == c) {
            Some(at) => PLAIN.as_bytes()[at % PLAIN.len()] as char,
            None => c,
        })
        .collect()
}

const SHIFTED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙ";
const PLAIN: &str = "0123456789+-=()n";

/// Quotation marks, dashes and dots as a typewriter has them.
pub fn typed(text: &str) -> String {
    text.replace(['“', '”', '„'], "\"")
        .replace(['‘', '’', '‚'], "'")
        .replace('–', "--")
        .replace('—', "---")
        .replace('…', "...")
        .replace('«', "<<")
        .replace('»', ">>")
}

/// Letters and digits, for telling whether two lines say the same.
pub fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The text without the characters that a conversion takes away, and with LF line ends.
pub fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let right_to_left = text.chars().any(
        |c| matches!(c, '\u{0590}'..='\u{08ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'),
    );
    let characters: Vec<char> = text.chars().collect();
    let joins = |c: Option<&char>| {
        c.is_some_and(|c| {
            matches!(c, '\u{fe0f}' | '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}'
                | '\u{0590}'..='\u{109f}' | '\u{1780}'..='\u{18af}' | '\u{a800}'..='\u{abff}')
        })
    };
    let mut out = String::new();
    for (at, &c) in characters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| characters.get(at));
        match c {
            '\r' => out.push('\n'),
            '\u{85}' | '\u{2028}' | '\u{2029}' => out.push(' '),
            '\n' | '\t' => out.push(c),
            '\u{200c}' | '\u{200d}' if joins(before) && joins(characters.get(at + 1)) => {
                out.push(c);
            }
            '\u{200e}' | '\u{200f}' if right_to_left => out.push(c),
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{3164}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
