//! How a site spells its tags: `redis`, `Redis` and `#redis` are one to a reader, and three pages to a generator that
//! tells capitals apart.

use std::collections::{BTreeMap, HashMap};

use unicode_normalization::UnicodeNormalization;

/// Languages in which a word and its plural differ by an `s` often enough.
const PLURAL_S: [&str; 4] = ["en", "es", "fr", "pt"];

/// The terms of a taxonomy in one language, and how many pages have each.
#[derive(Debug, Clone, Default)]
pub struct Spellings {
    by_letters: HashMap<String, BTreeMap<String, usize>>,
    by_stem: HashMap<String, BTreeMap<String, usize>>,
}

impl Spellings {
    /// Counts a page's terms.
    pub fn add<'t>(&mut self, terms: impl IntoIterator<Item = &'t str>) {
        for term in terms {
            let letters = letters(term);
            for (map, key) in [
                (&mut self.by_stem, stem(&letters)),
                (&mut self.by_letters, letters.clone()),
            ] {
                let spellings = map.entry(key).or_default();
                *spellings.entry(term.to_owned()).or_default() += 1;
            }
        }
    }

    /// Counts a page's terms no longer.
    pub fn remove<'t>(&mut self, terms: impl IntoIterator<Item = &'t str>) {
        for term in terms {
            let letters = letters(term);
            for (map, key) in [
                (&mut self.by_stem, stem(&letters)),
                (&mut self.by_letters, letters.clone()),
            ] {
                let Some(spellings) = map.get_mut(&key) else {
                    continue;
                };
                match spellings.get_mut(term) {
                    Some(count) if *count > 1 => *count -= 1,
                    _ => _ = spellings.remove(term),
                }
            }
        }
    }

    /// The spelling of a term that most pages have, the first in the order of letters where several have as many; the term
    /// as it is where the site has none like it. Spelled alike means the same letters and digits, whatever their size and
    /// what stands between them; in some languages, a plural's `s` counts for nothing either.
    pub fn of(&self, term: &str, language: &str) -> String {
        let letters = letters(term);
        if letters.is_empty() {
            return term.to_owned();
        }
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        let known = most_used(self.by_letters.get(&letters)).or_else(|| {
            let has_plural = PLURAL_S.contains(&primary.to_ascii_lowercase().as_str());
            most_used(self.by_stem.get(&stem(&letters)).filter(|_| has_plural))
        });
        known.unwrap_or(term).to_owned()
    }
}

fn most_used(spellings: Option<&BTreeMap<String, usize>>) -> Option<&str> {
    let spellings = spellings?.iter();
    // The last of equals is taken, so they are looked at from behind.
    spellings
        .rev()
        .max_by_key(|(_, count)| **count)
        .map(|(spelling, _)| spelling.as_str())
}

/// What a term is made of, without blanks, hyphens and dots within. `C++`, `C#`, `.NET` and `TCP/IP` keep the signs that tell
/// them from other terms. Empty where there are others: such a term is no one's variant.
fn letters(term: &str) -> String {
    let term: String = term.nfkc().collect::<String>().to_lowercase();
    let term = term.trim().trim_start_matches('#');
    let (dot, within) = match term.strip_prefix('.') {
        Some(within) => (".", within),
        None => ("", term),
    };
    let is_gap = |c: char| matches!(c, ' ' | '-' | '_' | '.');
    let is_letter = |c: char| c.is_alphanumeric() || matches!(c, '+' | '#' | '/' | '\'');
    if !within.chars().all(|c| is_gap(c) || is_letter(c)) {
        return String::new();
    }
    let letters: String = within.chars().filter(|c| !is_gap(*c)).collect();
    format!("{dot}{letters}")
}

/// The letters without the `s` of a plural. What stays has four letters at least, so that `news` and `DNS` are none.
fn stem(letters: &str) -> String {
    let long = |stem: &str| stem.chars().count() >= 4;
    if let Some(stem) = letters.strip_suffix("ies").filter(|stem| long(stem)) {
        return format!("{stem}y");
    }
    for ending in ["sses", "shes", "ches", "xes"] {
        if letters.ends_with(ending) && long(&letters[..letters.len() - 2]) {
            return letters[..letters.len() - 2].to_owned();
        }
    }
    let is_singular = ["ss", "us", "is"].iter().any(|end| letters.ends_with(end));
    letters
        .strip_suffix('s')
        .filter(|stem| long(stem) && !is_singular)
        .unwrap_or(letters)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_drawn_to_those_of_the_site() {
        let mut site = Spellings::default();
        site.add([
            "Redis", "ssh-keys", "Node.js", "C", "news", "Backup", "入門",
        ]);
        site.add(["redis", "Redis", "containers", "DNS", "tcp-ip", "{redis}"]);
        for (term, expected) in [
            ("redis", "Redis"),
            ("REDIS", "Redis"),
            ("#redis", "Redis"),
            ("SSH Keys", "ssh-keys"),
            ("SSH key", "ssh-keys"),
            ("nodejs", "Node.js"),
            ("C++", "C++"),
            ("C#", "C#"),
            ("new", "new"),
            ("backups", "Backup"),
            ("Container", "containers"),
            ("dns", "DNS"),
            ("入門", "入門"),
            ("Ｒｅｄｉｓ", "Redis"),
            ("!", "!"),
            ("<redis>", "<redis>"),
            ("TCP/IP", "TCP/IP"),
        ] {
            assert_eq!(site.of(term, "en"), expected, "{term}");
        }
        assert_eq!(site.of("Backups", "de"), "Backups");
        site.remove(["Redis", "Redis"]);
        assert_eq!(site.of("REDIS", "en"), "redis");
        site.remove(["redis", "Redis"]);
        assert_eq!(site.of("REDIS", "en"), "REDIS");
    }

    #[test]
    fn equals_are_told_apart_by_letters() {
        let mut site = Spellings::default();
        site.add(["redis", "Redis"]);
        assert_eq!(site.of("REDIS", "en"), "Redis");
    }
}
