//! The shortcodes of a site, its themes and its modules.

use std::collections::BTreeMap;

use super::super::Files;
use super::roots::Module;

/// The names of the shortcodes in `layouts/`, with their folders, in lower case.
pub(super) type Shortcodes = BTreeMap<String, Shortcode>;

/// What the template of a shortcode is like.
#[derive(Debug)]
pub(super) struct Shortcode {
    /// Whether it uses a body: `None` where two templates of one name differ in that.
    pub(super) body: Option<bool>,
    /// Whether it writes HTML.
    pub(super) html: bool,
}

pub(super) fn shortcodes(files: &dyn Files, modules: &[Module]) -> Shortcodes {
    let mut found = Shortcodes::new();
    let layouts = std::iter::once("layouts".to_owned()).chain(
        modules
            .iter()
            .map(|module| format!("{}/layouts", module.dir)),
    );
    for layouts in layouts {
        for folder in ["_shortcodes", "shortcodes"] {
            collect(files, &format!("{layouts}/{folder}"), "", 0, &mut found);
        }
    }
    found
}

fn collect(files: &dyn Files, dir: &str, prefix: &str, depth: usize, found: &mut Shortcodes) {
    // No site nests shortcodes this deep; a folder that holds itself might.
    if depth > 8 {
        return;
    }
    for entry in files.list(dir).unwrap_or_default() {
        let path = format!("{dir}/{}", entry.name);
        if entry.is_dir {
            let prefix = format!("{prefix}{}/", entry.name);
            collect(files, &path, &prefix, depth + 1, found);
        } else {
            // A template needs no extension (tested on 0.168.0).
            let name = entry.name.split('.').next().unwrap_or_default();
            let template = files.read(&path).ok().flatten();
            let body = template.as_ref().map(|text| text.contains(".Inner"));
            let html = template.is_some_and(|text| writes_html(&text));
            found
                .entry(format!("{prefix}{name}").to_lowercase())
                .and_modify(|known| known.body = known.body.filter(|known| Some(*known) == body))
                .or_insert(Shortcode { body, html });
        }
    }
}

/// Whether a tag of HTML stands in a template, outside of its actions.
fn writes_html(template: &str) -> bool {
    template.split("{{").any(|piece| {
        let text = piece.split_once("}}").map_or(piece, |(_, text)| text);
        text.match_indices('<')
            .any(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic()))
    })
}
