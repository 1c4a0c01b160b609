//! Templates that make the HTML of links and images, and may find pages and files by other paths than addresses. Hugo's own,
//! in a site of several languages, is known (`_markup/render-link.html`, tested on 0.168.0).

use crate::check::Page;
use crate::check::links::Link;
use crate::generator::references::{Address, AddressFault};
use crate::text::{escape, join_path};

/// Whether a template of the site's own may make something else of the destination.
pub(super) fn may_resolve(page: &Page<'_>, link: &Link<'_>) -> bool {
    let settings = &page.site.settings;
    let is_hooked = if link.image {
        settings.image_hook
    } else {
        settings.link_hook
    };
    is_hooked && !settings.built_in_hooks && !link.raw
}

/// Whether Hugo's own template finds a page or a file for the path.
pub(super) fn resolve(page: &Page<'_>, link: &Link<'_>, path: &str) -> bool {
    let Some(pages) = page.pages.filter(|_| is_built_in(page, link)) else {
        return false;
    };
    let Ok(address) = Address::parse(path) else {
        return false;
    };
    let path = address.path.strip_prefix("./").unwrap_or(&address.path);
    let Some(own) = pages.pages.get(page.path) else {
        return true;
    };
    if !link.image {
        let known = pages.references(page.language);
        let from = known.built.from(&own.below);
        let is_page = known.built.page_at(&from, path).is_some()
            || (page.is_draft() && known.all.page_at(&from, path).is_some());
        if is_page || known.is_partial {
            return true;
        }
    }
    let (folder, _) = page.path.as_str().rsplit_once('/').unwrap_or_default();
    let path = path.trim_start_matches('/');
    let owns_files = own.is_section || own.is_bundle();
    let is_beside =
        owns_files && join_path(folder, path).is_some_and(|beside| pages.has_file(&beside));
    is_beside || pages.has_file(&format!("assets/{path}"))
}

/// What Hugo's own template stops at.
pub(super) fn refused(page: &Page<'_>, link: &Link<'_>) -> Option<String> {
    if !is_built_in(page, link) {
        return None;
    }
    let fault = Address::parse(link.dest).err()?;
    let reason = match fault {
        AddressFault::Percent => "a `%` without two hexadecimal digits is written `%25`",
        AddressFault::Colon => "there is a colon before its first slash, and no protocol",
        AddressFault::Host => "its host cannot be one",
        AddressFault::Control => "there is a control character in it",
    };
    let dest = escape(link.dest);
    Some(format!(
        "Hugo's template for links and images stops at `{dest}`: {reason}"
    ))
}

fn is_built_in(page: &Page<'_>, link: &Link<'_>) -> bool {
    page.site.settings.built_in_hooks && !link.raw
}
