//! What may answer for addresses that a site does not have.

use std::collections::BTreeSet;

use super::Files;
use crate::site::Later;

/// Files of servers and hosts, with what is in those that redirect or rewrite; nothing where any does.
const HOSTS: [(&str, &[&str]); 9] = [
    ("netlify.toml", &["[[redirects]]"]),
    ("../netlify.toml", &["[[redirects]]"]),
    (
        "vercel.json",
        &["\"redirects\"", "\"rewrites\"", "\"routes\""],
    ),
    ("firebase.json", &["\"redirects\"", "\"rewrites\""]),
    (
        "staticwebapp.config.json",
        &["\"routes\"", "navigationFallback"],
    ),
    ("now.json", &[]),
    ("nginx.conf", &[]),
    ("Caddyfile", &[]),
    ("wrangler.toml", &["main"]),
];

/// The same among the static files.
const AMONG_STATIC: [(&str, &[&str]); 4] = [
    ("_redirects", &["/"]),
    ("_worker.js", &[]),
    ("_routes.json", &[]),
    (".htaccess", &["redirect", "rewrite", "errordocument"]),
];

/// Whether the files of a host tell of redirects, or a template has `<base>`, which changes what relative addresses mean.
pub(super) fn answers_elsewhere(
    files: &dyn Files,
    templates: BTreeSet<String>,
    static_dirs: &[String],
) -> Later {
    let (files, static_dirs) = (files.keep(), static_dirs.to_vec());
    Later::new(move || {
        let says = |path: &str, words: &[&str]| {
            let text = files.read(path).ok().flatten();
            text.is_some_and(|text| {
                let text = text.to_lowercase();
                words.is_empty() || words.iter().any(|word| text.contains(&word.to_lowercase()))
            })
        };
        let is_told = HOSTS.iter().any(|(path, words)| says(path, words));
        let in_static = static_dirs.iter().any(|dir| {
            let mut known = AMONG_STATIC.iter();
            known.any(|(name, words)| says(&format!("{dir}/{name}"), words))
        });
        is_told || in_static || templates.iter().any(|name| says(name, &["<base "]))
    })
}

#[cfg(test)]
mod tests {
    use super::super::memory;
    use super::*;

    #[test]
    fn redirects_and_base_are_seen() {
        let is_told = |path: &str, text: &str| {
            let files = memory(&[(path, text)]);
            let templates = BTreeSet::from(["templates/base.html".to_owned()]);
            *answers_elsewhere(&files, templates, &["static".to_owned()]).get()
        };
        for (path, text) in [
            ("netlify.toml", "[[redirects]]\nfrom = \"/a\"\n"),
            ("static/_redirects", "/a /b\n"),
            ("static/.htaccess", "RewriteEngine on\n"),
            ("vercel.json", "{\"redirects\": []}"),
            ("nginx.conf", ""),
            ("templates/base.html", "<head><BASE href=\"/\">"),
        ] {
            assert!(is_told(path, text), "{path}");
        }
        for (path, text) in [
            ("netlify.toml", "[build]\npublish = \"public\"\n"),
            ("static/_redirects", ""),
            ("templates/base.html", "<head><link href=\"/base \">"),
            ("static/a.txt", "redirect"),
        ] {
            assert!(!is_told(path, text), "{path}");
        }
    }
}
