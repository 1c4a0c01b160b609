//! Names of categories matched to the site's own.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

/// The site's categories, ready to be matched with the names that a model gave.
#[derive(Debug)]
pub struct Categories<'a> {
    list: &'a [String],
    /// `None` where two names of the list have the same key.
    keys: HashMap<String, Option<usize>>,
    /// The keys without what stands in parentheses.
    short: HashMap<String, Option<usize>>,
    /// The most separators that one name of the list holds.
    most_separators: usize,
}

impl<'a> Categories<'a> {
    /// Prepares the list; where two of its names differ in nothing that counts, only their exact spelling is matched.
    pub fn new(list: &'a [String]) -> Self {
        let (mut keys, mut short) = (HashMap::new(), HashMap::new());
        let put = |map: &mut HashMap<String, Option<usize>>, key: String, index: usize| {
            map.entry(key)
                .and_modify(|at| {
                    if at.is_some_and(|at| list[at] != list[index]) {
                        *at = None;
                    }
                })
                .or_insert(Some(index));
        };
        for (index, name) in list.iter().enumerate() {
            put(&mut keys, key(name), index);
            put(&mut short, key(&without_parentheses(name)), index);
        }
        let most_separators = list
            .iter()
            .map(|name| name.matches(is_separator).count())
            .max()
            .unwrap_or(0);
        Self {
            list,
            keys,
            short,
            most_separators,
        }
    }

    /// The site's spelling of this name.
    pub fn find(&self, name: &str) -> Option<&'a str> {
        let name = name.trim();
        if let Some(exact) = self.list.iter().find(|entry| *entry == name) {
            return Some(exact);
        }
        let key_of_name = key(name);
        if key_of_name.is_empty() {
            return None;
        }
        let found = match self.keys.get(&key_of_name) {
            Some(found) => *found,
            None => match self.short.get(&key_of_name) {
                Some(found) => *found,
                None => self
                    .keys
                    .get(key_of_name.trim_end_matches('.'))
                    .copied()
                    .flatten(),
            },
        };
        found.map(|index| self.list[index].as_str())
    }

    /// Splits a line of names and matches each: the site's spelling, or what matched nothing. Names of the site that hold a
    /// comma are tried first, the longest first.
    pub(super) fn split<'n>(&self, line: &'n str) -> Vec<Result<&'a str, &'n str>> {
        let mut cuts: Vec<(usize, usize)> = Vec::new();
        let mut start = 0;
        for (at, separator) in line.match_indices(is_separator) {
            cuts.push((start, at));
            start = at + separator.len();
        }
        cuts.push((start, line.len()));

        let mut names = Vec::new();
        let mut first = 0;
        while first < cuts.len() {
            let longest = (first + self.most_separators).min(cuts.len() - 1);
            let found = (first..=longest)
                .rev()
                .find_map(|last| Some((last, self.find(&line[cuts[first].0..cuts[last].1])?)));
            if let Some((last, name)) = found {
                names.push(Ok(name));
                first = last + 1;
                continue;
            }
            let name = line[cuts[first].0..cuts[first].1].trim();
            let after_and = name
                .strip_prefix("and ")
                .or_else(|| name.strip_prefix("& "));
            match after_and.and_then(|name| self.find(name)) {
                Some(found) => names.push(Ok(found)),
                None if key(name).is_empty() => {}
                None => names.push(Err(name)),
            }
            first += 1;
        }
        names
    }

    /// The name of the list that comes nearest, if any comes near.
    pub(super) fn nearest(&self, name: &str) -> Option<&'a str> {
        let wanted = key(name);
        // Names this long are prose, and the distance would take long to work out.
        if wanted.is_empty() || wanted.chars().count() > 80 {
            return None;
        }
        self.list
            .iter()
            .filter_map(|entry| {
                let have = key(entry);
                if have.is_empty() || have.chars().count() > 200 {
                    return None;
                }
                let distance =
                    if wanted.len() >= 4 && (have.contains(&wanted) || wanted.contains(&have)) {
                        1
                    } else {
                        distance(&wanted, &have)
                    };
                let near = wanted.chars().count().max(have.chars().count()) / 3;
                (distance <= near.max(1)).then_some((distance, entry.as_str()))
            })
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, entry)| entry)
    }
}

/// The name of the list that this name means, if it means one. Case, `&` for `and`, hyphens of any kind, quotes, backticks,
/// asterisks and blanks make no difference; what the list has in parentheses may be left out where no other name is like it.
pub fn match_category<'a>(name: &str, list: &'a [String]) -> Option<&'a str> {
    Categories::new(list).find(name)
}

fn is_separator(c: char) -> bool {
    matches!(c, ',' | '、' | '，' | '،' | ';' | '；' | '|')
}

/// Hyphens, quotes, emphasis and brackets, none of which makes another category.
const IGNORED: &str = "-\u{ad}\u{2212}\u{fe58}\"'`*_“”„‘’«»「」『』()[]\\";

/// The name reduced to what counts.
fn key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for c in name.nfkc().flat_map(char::to_lowercase) {
        match c {
            '&' => key.push_str("and"),
            c if IGNORED.contains(c) || matches!(c, '\u{2010}'..='\u{2015}') => {}
            c if c.is_whitespace() || crate::text::is_unprintable(c) => {}
            c => key.push(c),
        }
    }
    key
}

fn without_parentheses(name: &str) -> String {
    let mut depth = 0_u32;
    name.chars()
        .filter(|c| {
            match c {
                '(' | '（' => depth += 1,
                ')' | '）' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}

/// The edits from one text to the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let substitute = corner + usize::from(a != *b);
            corner = row[j + 1];
            row[j + 1] = substitute.min(row[j] + 1).min(corner + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_makes_no_difference_is_ignored() {
        let site = list(&[
            "Website Security and SSL Certificates",
            "How-to Guides",
            "E-commerce",
            "Content Delivery Networks (CDNs)",
            "C++",
            "C",
        ]);
        for (name, expected) in [
            (
                "website security & ssl certificates",
                Some("Website Security and SSL Certificates"),
            ),
            ("How‑to Guides", Some("How-to Guides")),
            ("How—To  guides", Some("How-to Guides")),
            ("How to Guides", Some("How-to Guides")),
            ("“How-to Guides”", Some("How-to Guides")),
            ("`E–Commerce`", Some("E-commerce")),
            ("**ecommerce**", Some("E-commerce")),
            ("Ｅ－ｃｏｍｍｅｒｃｅ", Some("E-commerce")),
            (
                "Content Delivery Networks",
                Some("Content Delivery Networks (CDNs)"),
            ),
            (
                "content delivery networks （CDNs）",
                Some("Content Delivery Networks (CDNs)"),
            ),
            ("How-to Guides.", Some("How-to Guides")),
            ("c++", Some("C++")),
            ("c", Some("C")),
            ("Guides", None),
            ("", None),
            ("**", None),
        ] {
            assert_eq!(match_category(name, &site), expected, "{name}");
        }
    }

    #[test]
    fn ambiguous_names_are_not_guessed() {
        let site = list(&["Servers (web)", "Servers (mail)", "A-B", "AB"]);
        assert_eq!(match_category("Servers", &site), None);
        assert_eq!(
            match_category("servers (mail)", &site),
            Some("Servers (mail)")
        );
        assert_eq!(match_category("a b", &site), None);
        assert_eq!(match_category("AB", &site), Some("AB"));
    }

    #[test]
    fn names_with_commas_are_found_first() {
        let site = list(&["Food", "Food, Drink and Travel", "Travel"]);
        let categories = Categories::new(&site);
        assert_eq!(
            categories.split("Travel, Food, Drink & Travel, food, and travel, Fod"),
            [
                Ok("Travel"),
                Ok("Food, Drink and Travel"),
                Ok("Food"),
                Ok("Travel"),
                Err("Fod")
            ]
        );
        assert_eq!(categories.nearest("Fod"), Some("Food"));
        assert_eq!(categories.nearest("Astronomy"), None);
    }
}
