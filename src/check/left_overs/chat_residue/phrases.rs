//! What models say around a post, in several languages.

/// The phrases of a section of the list, in lower case.
pub(super) fn phrases(section: &str) -> impl Iterator<Item = &'static str> {
    include_str!("phrases.txt")
        .lines()
        .skip_while(move |line| {
            line.strip_prefix('[')
                .and_then(|line| line.strip_suffix(']'))
                != Some(section)
        })
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Whether a line begins a reply that talks to the person who asked: "Sure! Here is your blog post about Redis:".
pub(super) fn is_greeting(line: &str) -> bool {
    let text = plain(line);
    let rest = phrases("eager")
        .filter_map(|word| text.strip_prefix(word))
        .map(|rest| (rest.trim_start_matches(' '), rest))
        .filter(|(signs, _)| signs.starts_with(|c: char| "!,.。，！、—–-".contains(c)))
        .map(|(_, rest)| rest.trim_start_matches(|c: char| !c.is_alphanumeric()))
        .min_by_key(|rest| rest.len());
    let is_eager = rest.is_some();
    let rest = rest.unwrap_or(&text);
    let starts = |section| phrases(section).any(|phrase| rest.starts_with(phrase));
    let names_product = phrases("product").any(|product| rest.contains(product));
    // "Here is your blog post:" is enough; "Here's what the article says" is not.
    let is_sure = is_eager || text.trim_end().ends_with([':', '：']);
    let has_done = starts("done") && (is_eager || (is_sure && names_product));
    let is_there = starts("done")
        && (rest.contains(" in canvas") || (names_product && rest.trim_end().ends_with("below.")));
    // "Thank you for the brief! Here's the post:" has it in its last sentence.
    let last = text
        .rsplit(['!', '.'])
        .next()
        .unwrap_or_default()
        .trim_start();
    let is_last = text.trim_end().ends_with(':')
        && phrases("here").any(|here| last.starts_with(here))
        && phrases("product").any(|product| last.contains(product));
    (starts("here") && names_product && is_sure) || has_done || is_there || is_last
}

/// How a last line takes its leave, if it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leave {
    /// People say so as well.
    Common,
    /// Only who works for somebody does.
    Offer,
}

pub(super) fn leave(line: &str) -> Option<Leave> {
    let text = plain(line);
    let count = phrases("leave")
        .filter(|phrase| text.contains(phrase))
        .count();
    if phrases("offer").any(|phrase| text.starts_with(phrase)) {
        return Some(Leave::Offer);
    }
    let starts = phrases("leave").any(|phrase| text.starts_with(phrase));
    match count {
        _ if !starts => None,
        1 => Some(Leave::Common),
        _ => Some(Leave::Offer),
    }
}

/// Whether a line by itself is what a program or a model wrote around the post: `[Continued in next message]`, `Copy code`,
/// `(Word count: 1,523)`.
pub(super) fn is_remark(line: &str) -> bool {
    let line = line.trim().trim_matches(['*', '_']);
    let inner = line
        .strip_prefix(['(', '[', '（', '【'])
        .and_then(|inner| inner.strip_suffix([')', ']', '）', '】']));
    let is_ruled = ["--", "=="]
        .iter()
        .any(|rule| line.starts_with(rule) && line.ends_with(rule));
    let is_bracketed = inner.is_some() || is_ruled;
    let text = inner.unwrap_or(line).to_lowercase().replace("**", "");
    let text = text.trim_matches(|c: char| " *_.…:!-—=".contains(c));
    if phrases("line").any(|phrase| text == phrase)
        || (is_bracketed && phrases("bracketed").any(|phrase| text == phrase))
    {
        return true;
    }
    let has_number = text.contains(|c: char| c.is_ascii_digit());
    let is_counted = has_number
        && text.chars().count() < 40
        && phrases("counted").any(|phrase| {
            text.strip_prefix(phrase).is_some_and(|rest| {
                let rest = rest.trim_start_matches(|c: char| " :：*~≈约".contains(c));
                rest.starts_with(|c: char| c.is_ascii_digit())
            })
        });
    let is_time = text.starts_with("thought for") || text.starts_with("searched");
    let is_whole = !is_time || text.ends_with("seconds") || text.ends_with("sites");
    let rest_of = is_bracketed
        && (text.starts_with("the rest of the") || text.starts_with("rest of the"))
        && text.contains("remain");
    let is_length = is_bracketed
        && text.ends_with(" words")
        && text[..text.len() - " words".len()]
            .chars()
            .all(|c| c.is_ascii_digit() || "-–~ ".contains(c));
    let is_cut = is_bracketed && text.starts_with("response truncated");
    (is_counted && is_whole) || rest_of || is_length || is_cut
}

/// Whether a line begins with the name of who speaks in a chat.
pub(super) fn is_role(line: &str, names: &[&str]) -> bool {
    let text = line.trim_start_matches(['#', '*', '>', ' ']).to_lowercase();
    names.iter().any(|name| {
        text.strip_prefix(name)
            .is_some_and(|rest| rest.trim_start_matches('*').starts_with(':'))
    })
}

fn plain(line: &str) -> String {
    line.trim_start_matches(['*', '_', '>', ' ', '¡'])
        .to_lowercase()
}
