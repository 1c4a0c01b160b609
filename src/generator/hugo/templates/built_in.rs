//! The shortcodes that Hugo brings along, and what they need.

use crate::site::Version;

/// The shortcodes that Hugo 0.168.0 brings along. Those that fetch from the network at build time are among them.
const BUILT_IN: [&str; 13] = [
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

/// Those that were there before and are gone in 0.168.0.
const GONE: [&str; 5] = ["comment", "gist", "tweet", "twitter", "twitter_simple"];

/// Those among them that use a body, and stop the build without a closing tag.
const WITH_BODY: [&str; 3] = ["details", "highlight", "qr"];

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
        _ => None,
    }
}

/// The shortcodes that this version brings along.
pub(in crate::generator::hugo) fn built_in(version: Version) -> Vec<&'static str> {
    let gone: &[_] = if version < Version::new(0, 168, 0) {
        &GONE
    } else {
        &[]
    };
    [&BUILT_IN, gone].concat()
}

/// Whether this version brings the shortcode along. The name is in lower case.
pub(in crate::generator::hugo) fn is_built_in(version: Version, name: &str) -> bool {
    built_in(version).contains(&name)
}
