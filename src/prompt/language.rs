//! What a prompt says of a language: its name in English, and the quotation marks that it has of its own.

/// Codes of ISO 639 with that standard's English name and, where English quotation marks would be wrong, those that are
/// usual in print.
const LANGUAGES: &[(&str, &str, Option<&str>)] = &[
    ("af", "Afrikaans", None),
    ("am", "Amharic", Some("«…»")),
    ("ar", "Arabic", Some("«…»")),
    ("az", "Azerbaijani", None),
    ("be", "Belarusian", Some("«…»")),
    ("bg", "Bulgarian", Some("„…“")),
    ("bn", "Bengali", None),
    ("bs", "Bosnian", Some("„…”")),
    ("ca", "Catalan", Some("«…»")),
    ("cs", "Czech", Some("„…“")),
    ("cy", "Welsh", None),
    ("da", "Danish", None),
    ("de", "German", Some("„…“")),
    ("el", "Greek", Some("«…»")),
    ("en", "English", None),
    ("eo", "Esperanto", None),
    ("es", "Spanish", None),
    ("et", "Estonian", Some("„…“")),
    ("eu", "Basque", Some("«…»")),
    ("fa", "Persian", Some("«…»")),
    ("fi", "Finnish", Some("”…”")),
    ("fil", "Filipino", None),
    ("fr", "French", Some("« … »")),
    ("ga", "Irish", None),
    ("gl", "Galician", Some("«…»")),
    ("gu", "Gujarati", None),
    ("he", "Hebrew", None),
    ("hi", "Hindi", None),
    ("hr", "Croatian", Some("„…”")),
    ("hu", "Hungarian", Some("„…”")),
    ("hy", "Armenian", Some("«…»")),
    ("id", "Indonesian", None),
    ("is", "Icelandic", Some("„…“")),
    ("it", "Italian", None),
    ("ja", "Japanese", Some("「…」")),
    ("ka", "Georgian", Some("„…“")),
    ("kk", "Kazakh", None),
    ("km", "Khmer", None),
    ("kn", "Kannada", None),
    ("ko", "Korean", None),
    ("lo", "Lao", None),
    ("lt", "Lithuanian", Some("„…“")),
    ("lv", "Latvian", None),
    ("mk", "Macedonian", Some("„…“")),
    ("ml", "Malayalam", None),
    ("mn", "Mongolian", None),
    ("mr", "Marathi", None),
    ("ms", "Malay", None),
    ("my", "Burmese", None),
    ("nb", "Norwegian Bokmål", Some("«…»")),
    ("ne", "Nepali", None),
    ("nl", "Dutch", None),
    ("nn", "Norwegian Nynorsk", Some("«…»")),
    ("no", "Norwegian", Some("«…»")),
    ("pa", "Punjabi", None),
    ("pl", "Polish", Some("„…”")),
    ("pt", "Portuguese", None),
    ("ro", "Romanian", Some("„…”")),
    ("ru", "Russian", Some("«…»")),
    ("si", "Sinhala", None),
    ("sk", "Slovak", Some("„…“")),
    ("sl", "Slovenian", Some("„…“")),
    ("sq", "Albanian", None),
    ("sr", "Serbian", Some("„…“")),
    ("sv", "Swedish", Some("”…”")),
    ("sw", "Swahili", None),
    ("ta", "Tamil", None),
    ("te", "Telugu", None),
    ("th", "Thai", None),
    ("tr", "Turkish", None),
    ("uk", "Ukrainian", Some("«…»")),
    ("ur", "Urdu", None),
    ("uz", "Uzbek", None),
    ("vi", "Vietnamese", None),
    ("zh", "Chinese", None),
];

/// Languages that are written without blanks between words.
const WITHOUT_BLANKS: [&str; 6] = ["ja", "km", "lo", "my", "th", "zh"];

fn primary(tag: &str) -> String {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    primary.to_ascii_lowercase()
}

fn entry(tag: &str) -> Option<&'static (&'static str, &'static str, Option<&'static str>)> {
    let primary = primary(tag);
    LANGUAGES.iter().find(|(code, ..)| *code == primary)
}

/// How a prompt calls the language of a tag: `German (de)`, `Portuguese (pt-BR)`; the tag where its name is not known.
pub(super) fn described(tag: &str) -> String {
    match entry(tag) {
        Some((_, name, _)) => format!("{name} ({tag})"),
        None => tag.to_owned(),
    }
}

/// The quotation marks of a language where those of English would be wrong. In Switzerland they are others than where the
/// language comes from, so nothing is said of them.
pub(super) fn quotes(tag: &str) -> Option<&'static str> {
    let is_swiss = tag.to_ascii_uppercase().ends_with("CH");
    entry(tag)?.2.filter(|_| !is_swiss)
}

/// Whether a text in this language is measured in characters.
pub(super) fn is_counted_in_characters(tag: &str) -> bool {
    WITHOUT_BLANKS.contains(&primary(tag).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_named() {
        for (tag, name) in [
            ("de", "German (de)"),
            ("pt-BR", "Portuguese (pt-BR)"),
            ("zh_Hans", "Chinese (zh_Hans)"),
            ("EN-us", "English (EN-us)"),
            ("tlh", "tlh"),
        ] {
            assert_eq!(described(tag), name);
        }
        assert!(LANGUAGES.is_sorted_by_key(|(code, ..)| code));
    }

    #[test]
    fn marks_are_named_where_they_are_not_the_english_ones() {
        assert_eq!(quotes("de-AT"), Some("„…“"));
        assert_eq!(quotes("de-CH"), None);
        assert_eq!(quotes("en"), None);
        assert!(is_counted_in_characters("zh-TW") && !is_counted_in_characters("ko"));
    }
}
