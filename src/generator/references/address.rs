//! The argument of `ref` as an address: Hugo 0.168.0 has Go's `url.Parse` take it apart before it looks for a page.

use crate::text::percent_decoded;

/// An address, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The path, decoded; empty where there is none, as in `#id` or `mailto:a@b.c`.
    pub path: String,
    /// What follows the `#`; empty where there is none.
    pub fragment: String,
    /// Whether it begins with a scheme, such as `https:`.
    pub has_scheme: bool,
}

/// Why Hugo stops at an address, whatever it may lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressFault {
    /// A `%` without two hexadecimal digits.
    Percent,
    /// A colon before the first slash, behind what cannot be a scheme.
    Colon,
    /// A control character.
    Control,
    /// A host that cannot be one: a blank in it, a port that is no number.
    Host,
}

impl Address {
    /// Takes an argument apart.
    pub fn parse(text: &str) -> Result<Self, AddressFault> {
        if text.bytes().any(|byte| byte < 0x20 || byte == 0x7f) {
            return Err(AddressFault::Control);
        }
        let (rest, fragment) = text.split_once('#').unwrap_or((text, ""));
        let (has_scheme, rest) = match without_scheme(rest)? {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let rest = rest.split('?').next().unwrap_or_default();
        let has_host = rest.starts_with("//") && (has_scheme || !rest.starts_with("///"));
        if has_host && !is_host(rest[2..].split('/').next().unwrap_or_default()) {
            return Err(AddressFault::Host);
        }
        let path = if has_host {
            rest[2..].find('/').map_or("", |at| &rest[2 + at..])
        } else if has_scheme && !rest.starts_with('/') {
            ""
        } else {
            rest
        };
        let first = rest.split('/').next().unwrap_or_default();
        if !has_scheme && first.contains(':') {
            return Err(AddressFault::Colon);
        }
        if has_lone_percent(path) || has_lone_percent(fragment) {
            return Err(AddressFault::Percent);
        }
        Ok(Self {
            path: percent_decoded(path),
            fragment: percent_decoded(fragment),
            has_scheme,
        })
    }
}

/// What follows the scheme; `None` where there is none.
fn without_scheme(text: &str) -> Result<Option<&str>, AddressFault> {
    for (at, c) in text.char_indices() {
        match c {
            c if c.is_ascii_alphabetic() => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at == 0 => return Err(AddressFault::Colon),
            ':' => return Ok(Some(&text[at + 1..])),
            _ => break,
        }
    }
    Ok(None)
}

/// Whether a host, with a port perhaps, is one that Go takes.
fn is_host(text: &str) -> bool {
    let host = text.rsplit_once('@').map_or(text, |(_, host)| host);
    let (name, port) = host.rsplit_once(':').unwrap_or((host, ""));
    let is_plain =
        |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || "-_.~!$&'()*+,;=:\"<>".contains(c);
    let is_literal = name.starts_with('[') && name.ends_with(']');
    port.bytes().all(|byte| byte.is_ascii_digit()) && (is_literal || name.chars().all(is_plain))
}

fn has_lone_percent(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    let mut percents = text.match_indices('%');
    percents.any(|(at, _)| !(is_hex(at + 1) && is_hex(at + 2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        for (text, path, fragment, has_scheme) in [
            ("a.md", "a.md", "", false),
            ("a%20b.md?c#d", "a b.md", "d", false),
            ("#d", "", "d", false),
            ("https://x.org/a/b", "/a/b", "", true),
            ("//x/a", "/a", "", false),
            ("///a", "///a", "", false),
            ("mailto:a@b.c", "", "", true),
            ("https://x.org", "", "", true),
            ("posts/a:b", "posts/a:b", "", false),
        ] {
            let address = Address::parse(text).unwrap_or_else(|fault| panic!("{text} {fault:?}"));
            assert_eq!(
                (address.path.as_str(), address.fragment.as_str()),
                (path, fragment)
            );
            assert_eq!(address.has_scheme, has_scheme, "{text}");
        }
        for (text, fault) in [
            ("100%", AddressFault::Percent),
            ("a#%zz", AddressFault::Percent),
            (":a", AddressFault::Colon),
            ("1:a", AddressFault::Colon),
            ("a\tb", AddressFault::Control),
            ("https://x y.org/a", AddressFault::Host),
            ("https://x:y/a", AddressFault::Host),
            ("http://[x/a", AddressFault::Host),
        ] {
            assert_eq!(Address::parse(text), Err(fault), "{text}");
        }
    }
}
