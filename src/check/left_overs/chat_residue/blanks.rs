//! Blanks in brackets that a model left for a person to fill in.

use std::ops::Range;

/// How the blank for a picture, or for something else that is shown or linked, begins: `[Image: …]`.
const PICTURES: [&str; 40] = [
    "image",
    "images",
    "photo",
    "picture",
    "figure",
    "screenshot",
    "diagram",
    "illustration",
    "infographic",
    "video",
    "gif",
    "chart",
    "graph",
    "cta",
    "call to action",
    "internal link",
    "external link",
    "link",
    "bild",
    "abbildung",
    "grafik",
    "schéma",
    "figura",
    "imagen",
    "captura de pantalla",
    "imagem",
    "immagine",
    "afbeelding",
    "obraz",
    "zdjęcie",
    "изображение",
    "рисунок",
    "画像",
    "図",
    "图片",
    "配图",
    "插图",
    "이미지",
    "görsel",
    "صورة",
];

/// Those that people number and describe in brackets: `[Figure 1: a map]`.
const FIGURES: [&str; 6] = ["figure", "chart", "diagram", "abbildung", "figura", "図"];

/// What asks for something to be put there, at the beginning of a blank.
const ASKING: [&str; 9] = [
    "insert",
    "add",
    "include",
    "place",
    "your",
    "einfügen",
    "insérer",
    "insertar",
    "inserir",
];

/// Names that people are to fill in.
const NAMES: [&str; 23] = [
    "author name",
    "company name",
    "product name",
    "business name",
    "website name",
    "brand name",
    "current date",
    "current year",
    "date",
    "phone number",
    "website url",
    "email address",
    "ihr name",
    "dein name",
    "firmenname",
    "votre nom",
    "tu nombre",
    "su nombre",
    "seu nome",
    "il tuo nome",
    "uw naam",
    "您的姓名",
    "あなたの名前",
];

/// The words of a bracket that is nothing but a note in capitals: `[AFFILIATE LINK]`.
const CAPITALS: [&str; 8] = [
    "LINK",
    "IMAGE",
    "PLACEHOLDER",
    "HERE",
    "VIDEO",
    "SCREENSHOT",
    "CTA",
    "DIAGRAM",
];

/// No blank has more characters.
const LONGEST: usize = 200;

/// The blanks in a text.
pub(super) fn blanks(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, open) in text.match_indices(['[', '【', '（']) {
        let close = match open {
            "[" => ']',
            "【" => '】',
            _ => '）',
        };
        let from = at + open.len();
        let near = text[from..].char_indices().take(LONGEST);
        let Some(length) = near
            .take_while(|(_, c)| *c != '\n')
            .find_map(|(length, c)| (c == close).then_some(length))
        else {
            continue;
        };
        let inside = &text[from..from + length];
        let end = from + inside.len();
        // `[Your Name][ref]` and `[Your Name](…)` were meant as links.
        let is_text = !text[end + close.len_utf8()..].starts_with(['(', '[']);
        let is_blank = if open == "（" {
            ["此处插入", "插入", "ここに"]
                .iter()
                .any(|ask| inside.starts_with(ask))
                && ["图", "截图", "画像", "图片"]
                    .iter()
                    .any(|what| inside.contains(what))
        } else {
            is_blank(inside, open == "【")
        };
        if is_text && is_blank {
            found.push(at..end + close.len_utf8());
        }
    }
    found
}

fn is_blank(inside: &str, is_wide: bool) -> bool {
    let lower = inside.to_lowercase();
    let words: Vec<&str> = inside.split(' ').collect();
    let is_plain = inside
        .chars()
        .all(|c| c.is_alphanumeric() || " '’/-".contains(c));
    // `[Image: a map]`, `[Image : une carte]`.
    if let Some((name, what)) = lower.split_once([':', '：']) {
        let numbered = name.trim_end_matches(|c: char| c.is_ascii_digit() || " .".contains(c));
        if numbered != name.trim_end() && FIGURES.contains(&numbered) {
            return false;
        }
        let name = numbered;
        let name = name.strip_suffix(" placeholder").unwrap_or(name);
        let is_title = !inside.starts_with(char::is_lowercase) || name.contains(' ');
        return PICTURES.contains(&name) && is_title && what.chars().any(char::is_alphabetic);
    }
    if is_wide || !is_plain {
        return false;
    }
    let is_capital = |word: &&str| word.starts_with(char::is_uppercase);
    let rest = words.len() - 1;
    let asks = ASKING.contains(&words[0].to_lowercase().as_str());
    let is_asked = match words[0] {
        "Your" | "YOUR" => (1..4).contains(&rest) && words[1..].iter().all(is_capital),
        "Insert" | "INSERT" => (1..7).contains(&rest),
        _ => asks && (2..7).contains(&rest) && lower.ends_with(" here"),
    };
    let is_note = words.len() > 1
        && inside == inside.to_uppercase()
        && words.iter().any(|word| CAPITALS.contains(word));
    is_asked || is_note || NAMES.contains(&lower.as_str()) && (words.len() > 1 || is_name(words[0]))
}

/// Whether a word is written as a name is, or in a script without capitals.
fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| !c.is_lowercase())
}
