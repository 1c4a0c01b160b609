//! Takes the HTML of the generators apart.

/// What a page shows.
#[derive(Debug, Default)]
pub struct Page {
    /// All text outside of code blocks, without white space.
    pub text: String,
    /// The text of each `pre`.
    pub blocks: Vec<String>,
    /// The text of each `code` outside of those.
    pub spans: Vec<String>,
    /// What should not be on a page at all.
    pub live: Vec<String>,
}

const TAGS: &[&str] = &[
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
            if in_block || in_span {
                open.push_str(&text);
            } else if !in_note {
                page.text.push_str(&text);
            }
        }
        if generator == "hugo" {
            // Hugo drops blank lines at the end of a block.
            trim_blocks(&mut page.blocks);
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
        let lower = tag.to_lowercase();
        let href = lower.split_once("href=\"").map(|(_, rest)| unescape(rest));
        let is_safe = href.is_none_or(|href| {
            let scheme = href.split(['/', '?', '#']).next().unwrap_or_default();
            !scheme.contains(':')
                || matches!(scheme, "http:" | "https:")
                || scheme.starts_with("mailto:")
        });
        if !TAGS.contains(&name)
            || !is_safe
            || lower.contains(" on")
            || lower.contains("style=") && name == "div"
        {
            self.live.push(tag.to_owned());
        }
    }
}

fn unescape(text: &str) -> String {
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
