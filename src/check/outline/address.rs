//! At which addresses a page stands, as far as it decides that itself.

use super::{Alias, Outline};
use crate::content;
use crate::front_matter::Value;
use crate::generator::AddressParts;
use crate::site::Site;
use crate::text::join_path;

impl Outline {
    /// The address that the page alone decides, and the place that decides it.
    pub(super) fn find_address(&mut self, site: &Site, page: &content::Page) -> Option<String> {
        let is_unwritten = (self.get(site, "render") == Some(&Value::Boolean(false))
            && (self.is_section || site.generator.knows_render(site.version)))
            || self.flag(site, "headless")
            || self.get(site, "build").is_some();
        if is_unwritten {
            return None;
        }
        let key = site.generator.address_key();
        let own = self.get(site, key).and_then(Value::as_str);
        // Hugo passes over an empty one; Zola refuses it.
        if let Some(own) = own.filter(|own| !self.is_section && !own.is_empty()) {
            // How Hugo places such a page among several languages depends on more than this.
            let is_plain = site.languages.len() == 1 && !own.contains(':');
            let is_strict = site.generator.requires_front_matter();
            let own = match is_plain {
                true if is_strict => normal(own),
                true => Some(of_url(own)),
                false => None,
            };
            self.span = self.span_of(key);
            return own;
        }
        let slug = match self.get(site, "slug") {
            Some(Value::String(slug)) if !self.is_section && !slug.is_empty() => Some(slug.clone()),
            _ => None,
        };
        if slug.is_some() {
            self.span = self.span_of("slug");
        }
        let usual = page.url_path(site, slug.as_deref());
        // A slug may be a dot.
        let usual = if usual.ends_with('/') {
            folder(&usual)?
        } else {
            usual
        };
        if !site.settings.permalinks || self.is_section {
            return Some(usual);
        }
        let text = |name: &str| match self.get(site, name)? {
            Value::String(text) | Value::Date(text) => Some(text.as_str()),
            _ => None,
        };
        let parts = AddressParts {
            below: &self.below,
            language: &self.language,
            title: text("title"),
            slug: slug.as_deref(),
            day: text("date").and_then(|date| date.get(..10)?.parse().ok()),
            usual: &usual,
        };
        let address = site.generator.patterned_address(site, &parts)?;
        let is_own = address != usual && slug.is_none();
        if is_own
            && self
                .front
                .as_ref()
                .is_some_and(|front| front.span(&["title"]).is_some())
        {
            self.span = self.span_of("title");
        }
        Some(address)
    }

    /// The addresses that lead to it.
    pub(super) fn find_aliases(&self, site: &Site) -> Vec<Alias> {
        let Some(Value::Array(items)) = self.get(site, "aliases") else {
            return Vec::new();
        };
        let is_strict = site.generator.requires_front_matter();
        items
            .iter()
            .filter_map(Value::as_str)
            // Hugo adds languages.
            .filter(|_| is_strict || site.languages.len() == 1)
            .filter_map(|alias| {
                let own = self.own_address.as_deref();
                let address = site.generator.resolve_alias(alias, own)?;
                // Hugo makes a folder of `/feed.xml`.
                let is_folder = !is_strict && address.rsplit('.').next() == Some("xml");
                Some(Alias {
                    address: if is_folder {
                        format!("{address}/")
                    } else {
                        normal(&address)?
                    },
                    written: alias.to_owned(),
                    span: self.span_of("aliases"),
                })
            })
            .collect()
    }
}

/// The path of Hugo's `url`: with a dot anywhere and no slash at its end, it is the name of a file (tested on 0.168.0).
fn of_url(url: &str) -> String {
    let is_file = url.contains('.') && !url.ends_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in url.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    if is_file && parts.last() == Some(&"index.html") {
        parts.pop();
    } else if is_file {
        return format!("/{}", parts.join("/"));
    }
    if parts.is_empty() {
        return "/".to_owned();
    }
    format!("/{}/", parts.join("/"))
}

/// A path with one slash at both ends, as a file system takes its dots; that of a file keeps its end. `None` where it leads
/// out of the site.
fn normal(path: &str) -> Option<String> {
    let folder = folder(path.trim())?;
    let name = folder.trim_end_matches('/');
    let is_file = matches!(name.rsplit_once('.'), Some((_, "html" | "htm" | "xml")));
    Some(if is_file { name.to_owned() } else { folder })
}

/// A path with one slash at both ends, as a file system takes its dots; `None` where it leads out of the site.
fn folder(path: &str) -> Option<String> {
    let inner = join_path("", path)?;
    Some(if inner.is_empty() {
        "/".to_owned()
    } else {
        format!("/{inner}/")
    })
}
