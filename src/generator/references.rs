//! What Hugo's `ref` and `relref` name: the arguments of a call, and the page that Hugo 0.168.0 finds for a path.

mod address;
mod content_path;
mod tree;

pub(in crate::generator) use content_path::language_in;

pub use address::{Address, AddressFault};
pub use tree::{From, Tree, Unresolved};

/// The arguments of a call: those without a name, in order, and those with one, names in lower case.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Arguments {
    /// Those without a name.
    pub positional: Vec<String>,
    /// Those with a name.
    pub named: Vec<(String, String)>,
}

impl Arguments {
    /// The value of a named argument.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut named = self.named.iter();
        named
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The path of the page that a call of `ref` names.
    pub fn path(&self) -> Option<&str> {
        self.positional
            .first()
            .map(String::as_str)
            .or_else(|| self.get("path"))
    }

    /// The output format that a call of `ref` asks for.
    pub fn output_format(&self) -> Option<&str> {
        let format = self.positional.get(1).map(String::as_str);
        format
            .or_else(|| self.get("outputformat"))
            .filter(|format| !format.is_empty())
    }
}

/// The arguments of a call of the shortcode `name`; `None` where they are not read here.
pub fn arguments(call: &str, name: &str) -> Option<Arguments> {
    let at = call.to_lowercase().find(&name.to_lowercase())? + name.len();
    let mut rest = call.get(at..call.len().checked_sub(3)?)?.trim();
    rest = rest.strip_suffix('/').unwrap_or(rest).trim_end();
    let mut found = Arguments::default();
    while !rest.is_empty() {
        let word = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')))
            .unwrap_or(rest.len());
        let name = rest[..word].to_lowercase();
        let named = rest[word..].strip_prefix('=').filter(|_| word > 0);
        let value = named.unwrap_or(rest);
        let (text, length) = value_at(value)?;
        if named.is_some() {
            found.named.push((name, text));
        } else {
            found.positional.push(text);
        }
        rest = value[length..].trim_start();
    }
    Some(found)
}

/// The value at the start of a text, and how many bytes it takes.
fn value_at(text: &str) -> Option<(String, usize)> {
    let Some(quote @ ('"' | '`')) = text.chars().next() else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let value = &text[..end];
        let is_plain = !value.is_empty() && !value.contains(['=', '\\', '{', '"', '`']);
        return is_plain.then(|| (value.to_owned(), end));
    };
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote => return Some((value, at + 1)),
            '\\' if quote == '"' => match chars.next()?.1 {
                c @ ('"' | '\\') => value.push(c),
                _ => return None,
            },
            c => value.push(c),
        }
    }
    None
}

/// The path that a call names, where it is given plainly.
pub fn argument(call: &str, name: &str) -> Option<String> {
    let arguments = arguments(call, name)?;
    let value = arguments.path()?;
    (!value.is_empty()).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read_as_hugo_reads_them() {
        for (call, positional, named) in [
            ("{{< ref \"a b.md\" >}}", &["a b.md"][..], &[][..]),
            ("{{<ref a.md>}}", &["a.md"], &[]),
            ("{{% ref `a\\b` \"rss\" %}}", &["a\\b", "rss"], &[]),
            (
                "{{< ref path=\"a\" LANG=fr outputFormat=`rss` />}}",
                &[],
                &[("path", "a"), ("lang", "fr"), ("outputformat", "rss")],
            ),
            ("{{< ref >}}", &[], &[]),
            ("{{< ref \"a\\\"b\" >}}", &["a\"b"], &[]),
        ] {
            let found = arguments(call, "ref").unwrap_or_else(|| panic!("{call}"));
            assert_eq!(found.positional, positional, "{call}");
            let names: Vec<_> = found
                .named
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            assert_eq!(names, named, "{call}");
        }
        assert_eq!(arguments("{{< ref a=b=c >}}", "ref"), None);
    }
}
