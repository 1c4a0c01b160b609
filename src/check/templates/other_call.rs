//! Calls of shortcodes that the other generator brings along, in the form of the site's own.

use std::ops::Range;

use crate::generator::GENERATORS;
use crate::site::{Site, Version};

/// The other generator, where it brings a shortcode of this name along and the site has none.
pub(super) fn owner(site: &Site, name: &str) -> Option<&'static str> {
    if site.generator.has_shortcode(site, name) {
        return None;
    }
    // What an old version brought along is what pages still call.
    let old = Version::new(0, 0, 0);
    let mut others = GENERATORS
        .iter()
        .filter(|other| other.title() != site.generator.title());
    others
        .find(|other| {
            let mut names = other.built_in_shortcodes(old).into_iter();
            names.any(|known| known == name)
        })
        .map(|other| other.title())
}

/// What to do about the call `inside` the delimiters of the other generator's shortcodes, where the site's generator can call
/// one of this name or could if the site had it.
pub(super) fn help(site: &Site, inside: &str) -> Option<String> {
    let title = site.generator.title();
    let is_zola = site.generator.requires_front_matter();
    let name = if is_zola {
        hugos_name(inside)?
    } else {
        inside.trim().split_once('(')?.0.trim_end()
    };
    if is_zola && ["ref", "relref"].contains(&name) {
        return Some(
            "Zola has no shortcode for links: a link to a page is `[text](@/posts/other.md)`"
                .to_owned(),
        );
    }
    let call = if is_zola {
        as_zolas(inside, name)
    } else {
        as_hugos(inside, name)
    };
    if site.generator.has_shortcode(site, name) {
        return Some(format!("in {title} this is `{call}`"));
    }
    (is_zola && owner(site, name).is_some()).then(|| {
        format!(
            "`{name}` comes with Hugo; Zola brings no shortcodes along. With a template `templates/shortcodes/{name}.html` of your own \
             it is `{call}`"
        )
    })
}

fn hugos_name(inside: &str) -> Option<&str> {
    inside
        .trim()
        .trim_start_matches('/')
        .split_whitespace()
        .next()
}

/// A call of Hugo's in the words of Zola, with the arguments that have names.
fn as_zolas(inside: &str, name: &str) -> String {
    let arguments: Vec<String> = words(inside, char::is_whitespace)
        .into_iter()
        .filter_map(|word| named(&inside[word]))
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let is_whole = words(inside.trim().trim_end_matches('/'), char::is_whitespace).len() - 1
        == arguments.len();
    if is_whole {
        format!("{{{{ {name}({}) }}}}", arguments.join(", "))
    } else {
        format!("{{{{ {name}(…) }}}}")
    }
}

/// A call of Zola's in the words of Hugo.
fn as_hugos(inside: &str, name: &str) -> String {
    let arguments = inside
        .split_once('(')
        .and_then(|(_, rest)| rest.trim_end().strip_suffix(')'))
        .unwrap_or_default();
    let all: Option<Vec<String>> = words(arguments, |c| c == ',')
        .into_iter()
        .map(|word| {
            let (key, value) = named(arguments[word].trim())?;
            Some(format!(" {key}={value}"))
        })
        .collect();
    match all {
        Some(all) => format!("{{{{< {name}{} >}}}}", all.concat()),
        None => format!("{{{{< {name} … >}}}}"),
    }
}

/// `key=value` with the value in double quotes, or a number or a word without quotes.
fn named(word: &str) -> Option<(&str, String)> {
    let (key, value) = word.split_once('=')?;
    let (key, value) = (key.trim(), value.trim());
    let is_name = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
    };
    if !is_name(key) {
        return None;
    }
    if is_name(value) {
        return Some((key, value.to_owned()));
    }
    let quote = value.chars().next().filter(|c| "\"'`".contains(*c))?;
    let inner = value.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.contains(['"', '\\', '\n'])).then(|| (key, format!("\"{inner}\"")))
}

/// The pieces between characters that separate them, those within quotes aside.
fn words(text: &str, separates: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut quote) = (0, None);
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if "\"'`".contains(c) => quote = Some(c),
            None if separates(c) => {
                found.push(start..at);
                start = at + c.len_utf8();
            }
            None => {}
        }
    }
    found.push(start..text.len());
    found.retain(|range| !text[range.clone()].trim().is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_put_into_the_other_words() {
        for (inside, expected) in [
            (
                " known src=\"a, b.png\" width=3 ",
                "{{ known(src=\"a, b.png\", width=3) }}",
            ),
            ("known", "{{ known() }}"),
            (" known abc /", "{{ known(…) }}"),
            ("known a=`x\"y`", "{{ known(…) }}"),
        ] {
            assert_eq!(as_zolas(inside, "known"), expected);
        }
        for (inside, expected) in [
            (
                " youtube(id=\"abc\", width = 3) ",
                "{{< youtube id=\"abc\" width=3 >}}",
            ),
            ("youtube()", "{{< youtube >}}"),
            ("youtube(ids=[1, 2])", "{{< youtube … >}}"),
            ("youtube(id='a b')", "{{< youtube id=\"a b\" >}}"),
        ] {
            assert_eq!(as_hugos(inside, "youtube"), expected);
        }
    }
}
