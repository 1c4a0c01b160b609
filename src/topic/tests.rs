use std::collections::HashMap;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

const LANGUAGES: [&str; 19] = [
    "en", "de", "fr", "es", "it", "pt", "nl", "ar", "ja", "zh", "ru", "tr", "fi", "hu", "ro", "sv",
    "da", "no", "xx",
];

static READERS: LazyLock<HashMap<&str, Reader>> = LazyLock::new(|| {
    let readers = LANGUAGES
        .iter()
        .map(|language| (*language, Reader::new(language)));
    readers.collect()
});

fn same(language: &str, one: &str, other: &str) -> bool {
    let reader = &READERS[language];
    reader.are_same(&reader.read(one), &reader.read(other))
}

proptest! {
    #[test]
    fn any_text_can_be_read_and_is_the_same_as_itself(text in "(?s).{1,60}", letters in "[a-zäßéñçàøåğıőțа-я ]{1,60}") {
        for language in LANGUAGES {
            for text in [&text, &letters] {
                let topic = READERS[language].read(text);
                prop_assert!(topic.words.is_empty() || READERS[language].are_same(&topic, &topic));
            }
        }
    }

    #[test]
    fn the_answer_does_not_depend_on_the_order(one in "([a-z]{1,4} ){1,6}", other in "([a-z]{1,4} ){1,6}") {
        prop_assert_eq!(same("en", &one, &other), same("en", &other, &one));
    }
}
