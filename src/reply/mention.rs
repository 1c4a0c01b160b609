//! Whether a marker ends the reply, or is only spoken of.
//!
//! A reply may explain its own end marker, and may be cut right behind that. The text alone cannot always tell such a
//! reply from one that is whole, so a marker counts only where the lines around it look like the end of a post; what is
//! in doubt is incomplete.

use super::label;
use super::lines::{Fence, is_blank, list_item};

/// More characters than this behind a marker are no parting words: the body goes on.
const LONGEST_CHATTER: usize = 600;

/// Whether the marker at `at..after`, outside of code blocks, ends the body that begins at `from`.
pub(super) fn ends_body(text: &str, from: usize, at: usize, after: usize) -> bool {
    let newline = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line_start = newline.max(from);
    let (above, on_line) = text[from..at].split_at(line_start - from);
    let line_end = text[after..]
        .find('\n')
        .map_or(text.len(), |end| after + end);
    let behind = text[after..line_end].trim();
    let glued = !on_line.trim().is_empty();
    let before = if glued {
        is_finished(on_line)
    } else {
        let above = above.trim_end();
        let is_remark = announces_a_remark(above) && is_end(&text[after..]);
        (is_remark || !leads_in(above)) && !is_indented_code(&text[from..line_start], on_line)
    };
    // In the middle of a paragraph it would be a word of it.
    let alone =
        above.ends_with("\n\n") || is_blank(above) || is_finished(above.trim_end_matches('\n'));
    before
        && (behind.is_empty() || starts_afresh(behind) && (glued || alone))
        && is_chatter(&text[after..])
}

/// Whether nothing but other marks of an end stands behind a marker.
pub(super) fn is_end(rest: &str) -> bool {
    rest.lines().all(|line| {
        is_blank(line)
            || Fence::read(line).is_some_and(|fence| fence.is_plain())
            || super::marker::find(line).is_some_and(|cut| cut.start == 0)
    })
}

/// Whether a line of text may be the last one of a post, with a marker right behind it.
fn is_finished(line: &str) -> bool {
    let text = line.trim_end();
    let apart = text.len() < line.len();
    let marks = text.trim_end_matches([
        '*', '_', '`', '"', '\'', '”', '’', '»', '」', '』', ')', '）', ']', '|', '>', '~', '\\',
    ]);
    let Some(last) = marks.chars().next_back() else {
        return false;
    };
    let closing = &text[marks.len()..];
    // A quotation mark behind a blank opens, and one without its partner is still open.
    let more = |open: char, close: char| text.matches(open).count() > text.matches(close).count();
    let opens = text.matches('"').count() % 2 == 1
        || [
            ('“', '”'),
            ('(', ')'),
            ('[', ']'),
            ('「', '」'),
            ('«', '»'),
            ('（', '）'),
        ]
        .iter()
        .any(|(open, close)| more(*open, *close))
        || last.is_whitespace() && closing != "|";
    if opens
        || matches!(
            last,
            ',' | ';'
                | ':'
                | '：'
                | '，'
                | '、'
                | '('
                | '（'
                | '['
                | '“'
                | '‘'
                | '«'
                | '„'
                | '「'
                | '<'
                | '='
                | '→'
        )
    {
        return false;
    }
    let sentence = matches!(
        last,
        '.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '।' | '．'
    );
    // In a script with capitals nobody writes `with</EndOFText>`; where words are not set apart, somebody might.
    let spaced = last.is_lowercase() || last.is_uppercase() || last.is_numeric();
    let symbol = !last.is_alphanumeric() && !last.is_ascii_punctuation();
    sentence
        || symbol
        || !closing.is_empty()
        || (spaced && !apart)
        || last == '/'
        || last == '%' && !apart
}

/// Whether the text above a marker that has its line for itself tells that the marker is an example.
fn leads_in(above: &str) -> bool {
    let line = last_line(above);
    let text = line.trim_end_matches(['*', '_', '`', ' ']);
    let lower = line.to_lowercase();
    // Items break off where a sentence would not: `- Vitamin A`, `- What to turn on`.
    let is_open = |word: &str| match list_item(line.trim_start()) {
        Some(_) => GOVERNING.contains(&word),
        None => GOVERNING.contains(&word) || LINKING.contains(&word),
    };
    let speaks = [
        "endoftext",
        "end marker",
        "end-marker",
        "marker line",
        "end of text",
    ];
    text.ends_with([':', '：', ',', '，', '、', '(', '（', '“', '„', '「'])
        && !is_emoji(last_word(text))
        || speaks.iter().any(|word| lower.contains(word))
        // A capital makes it a name.
        || is_open(last_word(line))
}

/// Words right before an example, wherever they stand.
const GOVERNING: [&str; 15] = [
    "with", "without", "write", "writes", "the", "line", "marker", "tag", "says", "say", "by",
    "like", "put", "print", "called",
];
/// Words that no sentence ends with, as far as they are found before an example.
const LINKING: [&str; 29] = [
    "a", "an", "is", "are", "was", "as", "of", "to", "into", "in", "at", "on", "from", "for",
    "and", "or", "but", "until", "before", "after", "than", "that", "this", "has", "have", "if",
    "when", "no", "not",
];

/// What a line alone with a colon behind announces that is no example: a remark or a list which the model then left out. It is
/// no loss, and the post is whole.
const REMARKS: &[&str] = &[
    // English, German, French, Spanish, Italian, Dutch, Portuguese
    "note",
    "notes",
    "tip",
    "tips",
    "warning",
    "caution",
    "important",
    "remember",
    "reminder",
    "disclaimer",
    "see also",
    "further reading",
    "sources",
    "references",
    "related posts",
    "hinweis",
    "hinweise",
    "anmerkung",
    "tipp",
    "tipps",
    "achtung",
    "wichtig",
    "warnung",
    "siehe auch",
    "quellen",
    "remarque",
    "remarques",
    "astuce",
    "attention",
    "avertissement",
    "à noter",
    "voir aussi",
    "références",
    "nota",
    "notas",
    "consejo",
    "consejos",
    "advertencia",
    "atención",
    "importante",
    "véase también",
    "fuentes",
    "consiglio",
    "suggerimento",
    "attenzione",
    "avvertenza",
    "vedi anche",
    "fonti",
    "opmerking",
    "let op",
    "waarschuwing",
    "belangrijk",
    "zie ook",
    "bronnen",
    "dica",
    "dicas",
    "observação",
    "aviso",
    "atenção",
    "veja também",
    "fontes",
    // Japanese, Chinese, Arabic
    "注",
    "注意",
    "補足",
    "備考",
    "ヒント",
    "参考",
    "出典",
    "提示",
    "备注",
    "備註",
    "参考资料",
    "來源",
    "来源",
    "ملاحظة",
    "تنبيه",
    "تحذير",
    "نصيحة",
    "المصادر",
];

/// Whether the line above a marker is such a word alone.
fn announces_a_remark(above: &str) -> bool {
    let line = last_line(above).trim_start_matches(['>', '#', '-', ' ']);
    let marks = ['*', '_', ' '];
    let word = line.trim_matches(marks).strip_suffix([':', '：']);
    let word = word.map(|word| word.trim_matches(marks).to_lowercase());
    word.is_some_and(|word| REMARKS.contains(&word.as_str()))
}

fn last_line(text: &str) -> &str {
    text.rsplit('\n').next().unwrap_or_default().trim_end()
}

/// Whether a word is an emoji by name, such as `:tada:`, behind whatever mark.
fn is_emoji(word: &str) -> bool {
    let name = word
        .strip_suffix(':')
        .and_then(|rest| Some(&rest[rest.rfind(':')? + 1..]));
    name.is_some_and(|name| {
        !name.is_empty()
            && name
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b'+'))
    })
}

fn last_word(line: &str) -> &str {
    line.rsplit(char::is_whitespace).next().unwrap_or_default()
}

/// Whether a line may belong to a block of code that is only indented, or to the text of a list item.
fn is_deep(line: &str) -> bool {
    (line.starts_with("    ") || line.starts_with('\t'))
        && !is_blank(line)
        && list_item(line.trim_start()).is_none()
}

/// Whether a marker, indented like this, is a line of code that is only indented: other such lines stand right above
/// it, or it is an example that the text above leads in.
fn is_indented_code(above: &str, indent: &str) -> bool {
    if !is_deep(&format!("{indent}x")) {
        return false;
    }
    let right_above = above.strip_suffix('\n').unwrap_or(above);
    let is_block = right_above.rsplit('\n').next().is_some_and(is_deep);
    let lead = above
        .rsplit('\n')
        .find(|line| !is_deep(line) && !is_blank(line));
    is_block || lead.is_some_and(leads_in)
}

/// Whether what follows a marker on its line is a new sentence, and not more of the one that speaks of it.
fn starts_afresh(behind: &str) -> bool {
    let first = behind
        .trim_start_matches([
            '*', '_', '(', '[', '"', '“', '-', '–', '—', '#', ' ', '<', '!', '/',
        ])
        .chars()
        .next();
    label::read(behind).is_some()
        || first.is_none_or(|c| {
            c.is_uppercase()
                || c.is_numeric()
                || (!c.is_alphanumeric() && !c.is_ascii_punctuation() && !"、。，".contains(c))
        })
}

/// Whether what follows a marker is something that a model says after its post, and not more of the post.
fn is_chatter(rest: &str) -> bool {
    let rest = rest.trim();
    let is_structure = |line: &str| {
        let level = line.len() - line.trim_start_matches('#').len();
        (1..=6).contains(&level) && line[level..].starts_with(' ')
            || Fence::read(line).is_some_and(|fence| !fence.is_plain())
            || line.starts_with('|')
    };
    let continues = rest.chars().next().is_some_and(|c| {
        c.is_lowercase() || matches!(c, ',' | ';' | '.' | '，' | '、' | '。' | ')' | '）')
    });
    rest.chars().take(LONGEST_CHATTER + 1).count() <= LONGEST_CHATTER
        && !continues
        && !rest.lines().any(is_structure)
}
