//! The shortcodes that Hugo brings along, and what they need.

use crate::generator::references::arguments;
use crate::site::Version;

/// The shortcodes that Hugo 0.168.0 brings along. Those that fetch from the network at build time are among them.
const BUILT_IN: [&str; 14] = [
    "comment",
    "details",
    "figure",
    "highlight",
    "instagram",
    "param",
    "qr",
    "ref",
    "relref",
    "vimeo",
    "vimeo_simple",
    "x",
    "x_simple",
    "youtube",
];

/// Those that were there before, the first version without each, and what to do instead: Hugo 0.168.0 says so itself, and
/// stops.
const GONE: [(&str, Version, &str, &str); 5] = [
    (
        "gist",
        Version::new(0, 156, 0),
        "0.156",
        "write a link to it, or make a template for it",
    ),
    (
        "instagram_simple",
        Version::new(0, 123, 0),
        "0.123",
        "use `instagram`",
    ),
    ("tweet", Version::new(0, 156, 0), "0.156", USE_X),
    ("twitter", Version::new(0, 156, 0), "0.156", USE_X),
    ("twitter_simple", Version::new(0, 156, 0), "0.156", USE_X),
];

const USE_X: &str = "use `x` with the same arguments, `user` and `id`";

/// See [`crate::generator::Generator::gone_shortcode`]. The name is in lower case.
pub(in crate::generator::hugo) fn gone(
    version: Version,
    name: &str,
) -> Option<(&'static str, &'static str)> {
    GONE.iter()
        .find(|(gone, since, ..)| *gone == name && version >= *since)
        .map(|(.., since, instead)| (*since, *instead))
}

/// Those among them that use a body, and stop the build without a closing tag.
const WITH_BODY: [&str; 4] = ["comment", "details", "highlight", "qr"];

/// See [`crate::generator::Generator::needs_closing`].
pub(in crate::generator::hugo) fn needs_closing(name: &str) -> Option<bool> {
    BUILT_IN.contains(&name).then(|| WITH_BODY.contains(&name))
}

/// What a call lacks without which Hugo 0.168.0 stops: tried on the program, one by one.
pub(in crate::generator::hugo) fn lacks(name: &str, call: &str) -> Option<&'static str> {
    let inside = call
        .get(3..call.len().checked_sub(3)?)?
        .trim()
        .trim_end_matches('/');
    let arguments = inside
        .split_once(char::is_whitespace)
        .map_or("", |(_, rest)| rest.trim());
    let has = |key: &str| {
        let spelled = format!("{key}=");
        arguments
            .split(char::is_whitespace)
            .any(|word| word.starts_with(&spelled))
    };
    match name {
        "x" | "x_simple" if !has("user") || !has("id") => {
            Some("it needs the arguments `user` and `id`")
        }
        "youtube" | "vimeo" if arguments.is_empty() => Some("it needs the id of a video"),
        "vimeo_simple" if arguments.is_empty() => Some("it needs the id of a video"),
        "instagram" if arguments.is_empty() => Some("it needs the id of a post"),
        "param" if arguments.is_empty() => Some("it needs the name of a parameter"),
        "ref" | "relref" if arguments.is_empty() => Some("it needs the path of a page"),
        "highlight" if has_odd_options(call) => {
            Some("its options are written `name=value`, with commas between them")
        }
        "qr" if inside_is_whole(call) && !has_text(call) => Some("it needs a `text`"),
        _ => None,
    }
}

/// Whether the options of `highlight` have one that is no pair.
fn has_odd_options(call: &str) -> bool {
    let arguments = arguments(call, "highlight").unwrap_or_default();
    let options = arguments.positional.get(1).map_or("", String::as_str);
    let mut options = options.trim_matches(['{', '}']).split(',');
    options.any(|option| !option.trim().is_empty() && !option.contains('='))
}

/// Whether a call closes itself.
fn inside_is_whole(call: &str) -> bool {
    call.get(..call.len().saturating_sub(3))
        .is_some_and(|inside| inside.trim_end().ends_with('/'))
}

fn has_text(call: &str) -> bool {
    arguments(call, "qr").is_none_or(|it| it.get("text").is_some_and(|text| !text.is_empty()))
}

/// The shortcodes that this version brings along.
pub(in crate::generator::hugo) fn built_in(version: Version) -> Vec<&'static str> {
    let not_yet = GONE.iter().filter(|(_, since, ..)| version < *since);
    let names = not_yet.map(|(name, ..)| *name);
    BUILT_IN.into_iter().chain(names).collect()
}

/// Whether this version brings the shortcode along. The name is in lower case.
pub(in crate::generator::hugo) fn is_built_in(version: Version, name: &str) -> bool {
    built_in(version).contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_lack_what_hugo_stops_without() {
        for (name, call) in [
            ("highlight", "{{< highlight go \"x\" >}}"),
            ("highlight", "{{< highlight go \"a=1,b\" >}}"),
            ("qr", "{{< qr />}}"),
            ("qr", "{{< qr text=\"\" />}}"),
            ("ref", "{{< ref >}}"),
        ] {
            assert!(lacks(name, call).is_some(), "{call}");
        }
        for (name, call) in [
            (
                "highlight",
                "{{< highlight go \"linenos=table,hl_lines=1 3\" >}}",
            ),
            ("highlight", "{{< highlight go \"{linenos=true}\" >}}"),
            ("highlight", "{{< highlight go >}}"),
            ("qr", "{{< qr text=\"x\" />}}"),
            ("qr", "{{< qr >}}"),
            ("comment", "{{< comment >}}"),
        ] {
            assert_eq!(lacks(name, call), None, "{call}");
        }
        assert!(is_built_in(Version::new(0, 168, 0), "comment"));
    }
}
