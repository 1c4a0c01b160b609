//! Takes the HTML of the generators apart.

/// What a page shows.
#[derive(Debug, Default)]
pub struct Page {
    /// All text outside of code blocks, without white space.
    pub text: String,
    /// All text, code blocks included, in the order of the page.
    pub all: String,
    /// The text of each `pre`.
    pub blocks: Vec<String>,
    /// The text of each `code` outside of those.
    pub spans: Vec<String>,
    /// What should not be on a page at all.
    pub live: Vec<String>,
}

const TAGS: &[&str] = &[
    "dl",
    "dt",
    "dd",
    "ins",
    "mark",
    "sub",
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "code",
    "em",
    "strong",
    "del",
    "a",
    "hr",
    "br",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "span",
    "div",
    "input",
    "sup",
    "section",
];

impl Page {
    /// Takes a generator's HTML apart. Both write `<` and `>` in text and attributes as entities.
    pub fn read(html: &str, generator: &str) -> Self {
        let mut page = Self::default();
        let mut open = String::new();
        let (mut in_block, mut in_span, mut in_note) = (false, false, false);
        for piece in html.split('<').skip(usize::from(html.starts_with('<'))) {
            let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
            let name = tag
                .trim_start_matches('/')
                .split([' ', '/', '\n'])
                .next()
                .unwrap_or_default();
            if !tag.is_empty() {
                page.check(tag, name);
            }
            match (name, tag.starts_with('/')) {
                ("pre", false) => (in_block, open) = (true, String::new()),
                ("pre", true) => {
                    in_block = false;
                    page.blocks.push(std::mem::take(&mut open));
                }
                ("code", false) if !in_block => (in_span, open) = (true, String::new()),
                ("code", true) if in_span => {
                    in_span = false;
                    page.text.push_str(&open);
                    page.spans.push(std::mem::take(&mut open));
                }
                ("sup", closing) => in_note = !closing,
                _ => {}
            }
            let text = unescape(text);
            if !in_note {
                page.all.push_str(&text);
            }
            if in_block || in_span {
                open.push_str(&text);
            } else if !in_note {
                page.text.push_str(&text);
            }
        }
        if generator == "hugo" {
            // Hugo drops blank lines at the end of a block.
            trim_blocks(&mut page.blocks);
            page.all = page.all.replace("↩︎", "");
            page.text = page
                .text
                .replace(['‘', '’'], "'")
                .replace(['“', '”'], "\"")
                .replace("↩︎", "");
        }
        page.text.retain(|c| !c.is_whitespace());
        page
    }

    fn check(&mut self, tag: &str, name: &str) {
        let closing = tag.starts_with('/');
        let is_fine = TAGS.contains(&name)
            && (!closing || tag.len() == name.len() + 1)
            && attributes(tag)
                .iter()
                .all(|(attribute, value)| match attribute.as_str() {
                    "href" => name == "a" && is_safe(value),
                    "style" => name == "span" || name == "pre" || is_alignment(value),
                    "checked" | "disabled" | "type" => name == "input",
                    attribute => ATTRIBUTES.contains(&attribute),
                });
        if !is_fine {
            self.live.push(tag.to_owned());
        }
    }
}

/// What Markdown and the generators put on its elements.
const ATTRIBUTES: [&str; 14] = [
    "id",
    "class",
    "title",
    "align",
    "start",
    "role",
    "tabindex",
    "data-lang",
    "data-linenos",
    "data-name",
    "aria-label",
    "rel",
    "target",
    "/",
];

fn is_alignment(style: &str) -> bool {
    let style = style.replace(' ', "");
    ["text-align:left", "text-align:center", "text-align:right"]
        .contains(&style.trim_end_matches(';'))
}

/// Whether a browser would only go to another page. Blanks and control characters count as nothing in a scheme.
fn is_safe(href: &str) -> bool {
    let href: String = href
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .flat_map(char::to_lowercase)
        .collect();
    let start = href.split(['/', '?', '#']).next().unwrap_or_default();
    start
        .split_once(':')
        .is_none_or(|(scheme, _)| ["http", "https", "mailto", "tel"].contains(&scheme))
}

/// The attributes of a tag, names in lower case.
fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = tag
        .split_once(char::is_whitespace)
        .map_or("", |(_, rest)| rest);
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return found;
        }
        let end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let name = rest[..end].to_lowercase();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let (quote, inside) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => (quote, &after[1..]),
                _ => (' ', after),
            };
            let end = inside.find(quote).unwrap_or(inside.len());
            value = unescape(&inside[..end]);
            rest = inside.get(end + 1..).unwrap_or_default();
        }
        found.push((name, value));
    }
}

/// Text without entities.
pub fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, entity)) = rest.split_once('&') {
        out.push_str(before);
        let (name, after) = entity.split_once(';').unwrap();
        let number =
            |text: &str, radix| char::from_u32(u32::from_str_radix(text, radix).unwrap()).unwrap();
        out.push(match name {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            "lsquo" => '‘',
            "rsquo" => '’',
            "ldquo" => '“',
            "rdquo" => '”',
            "hellip" => '…',
            "ndash" => '–',
            "mdash" => '—',
            "laquo" => '«',
            "raquo" => '»',
            _ if name.starts_with("#x") => number(&name[2..], 16),
            _ => number(&name[1..], 10),
        });
        rest = after;
    }
    out + rest
}

pub fn trim_blocks(blocks: &mut [String]) {
    for block in blocks {
        block.truncate(block.trim_end_matches('\n').len());
    }
}
