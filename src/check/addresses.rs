//! What a site surely serves, and at what addresses it surely serves nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::{Outline, SitePages};
use crate::front_matter::Value;
use crate::site::SitePath;

/// Ends of files that only a person puts into a site. Others, such as `.xml`, `.json` or `.css`, may be made by a build.
const OWN_FILES: [&str; 90] = [
    "7z", "apk", "avi", "avif", "azw3", "bib", "bmp", "bz2", "c", "cc", "cpp", "csv", "deb",
    "diff", "djvu", "dmg", "doc", "docx", "epub", "exe", "flac", "gif", "go", "gpx", "gz", "h",
    "hpp", "ipynb", "iso", "jar", "java", "jpeg", "jpg", "key", "kml", "kt", "lua", "m4a", "m4v",
    "mkv", "mobi", "mov", "mp3", "mp4", "msi", "numbers", "odp", "ods", "odt", "ogg", "ogv", "otf",
    "pages", "patch", "pdf", "png", "ppt", "pptx", "ps", "psd", "py", "r", "rar", "rb", "rpm",
    "rs", "rtf", "sh", "sql", "stl", "svg", "swift", "tar", "tex", "tgz", "tif", "tiff", "ts",
    "tsv", "ttf", "wav", "webm", "webp", "woff", "woff2", "xls", "xlsx", "xz", "zip", "zst",
];

/// The addresses of all pages of a site and the folders whose files are copied beside them.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    /// The paths of all pages and aliases, `/` at both ends.
    known: BTreeSet<String>,
    /// The pages that are no sections, by their addresses; none where several have the same.
    pages: BTreeMap<String, Option<SitePath>>,
    /// Whether some page has an address that is not known.
    is_partial: bool,
    /// The last parts of aliases, which Hugo reads in more ways than one.
    aliases: BTreeSet<String>,
    /// The addresses of all terms.
    terms: BTreeSet<String>,
    /// The parts of addresses with which sections number their pages.
    numbering: BTreeSet<String>,
    /// The folders of sections and bundles, by their addresses.
    folders: BTreeMap<String, String>,
    /// The folders of those of which the address is not known.
    strays: Vec<String>,
}

impl Addresses {
    /// What the pages of a site tell.
    pub(super) fn of(pages: &SitePages<'_>) -> Self {
        let mut all = Self::default();
        for (path, page) in &pages.pages {
            all.add(pages, path, page);
        }
        all
    }

    fn add(&mut self, pages: &SitePages<'_>, path: &SitePath, page: &Outline) {
        let site = pages.site;
        self.is_partial |= page.address.is_none() && !page.has_no_address(site);
        let aliases = page.aliases.iter().map(|alias| &alias.address);
        self.known
            .extend(page.address.iter().chain(aliases).cloned());
        if let Some(address) = page.address.as_ref().filter(|_| !page.is_section) {
            self.pages
                .entry(address.clone())
                .and_modify(|one| *one = None)
                .or_insert_with(|| Some(path.clone()));
        }
        if let Some(Value::Array(aliases)) = page.get(site, "aliases") {
            let ends = aliases.iter().filter_map(|alias| last(alias.as_str()?));
            self.aliases.extend(ends.map(str::to_owned));
        }
        for taxonomy in &site.taxonomies {
            let list = site.taxonomy_address(taxonomy);
            let terms = page.terms(site, &taxonomy.name);
            self.terms
                .extend(terms.map(|term| format!("{list}{}/", site.term_slug(term))));
        }
        if let Some(Value::String(name)) = page.get(site, "paginate_path") {
            self.numbering.insert(name.trim_matches('/').to_owned());
        }
        if page.is_section || page.is_bundle() {
            let folder = path.as_str().rsplit_once('/');
            let folder = folder.map_or("", |(folder, _)| folder).to_owned();
            match &page.address {
                Some(address) => {
                    self.folders.insert(address.clone(), folder);
                }
                None => self.strays.push(folder),
            }
        }
    }
}

/// The last part of a path.
fn last(path: &str) -> Option<&str> {
    path.trim_matches('/').rsplit('/').next()
}

/// What a path leads to, without slashes at its ends.
fn inner(path: &str) -> &str {
    path.trim_matches('/')
}

impl SitePages<'_> {
    /// Whether surely no page, alias, folder, term or file has this address, which begins with a slash or is one without.
    pub(super) fn lacks_page(&self, path: &str) -> bool {
        let (site, path) = (self.site, inner(path));
        let wanted = format!("/{path}/");
        let end = last(path).unwrap_or_default();
        if self.may_be_elsewhere(path)
            || site.settings.permalinks
            || end.contains('.')
            || path.is_empty()
        {
            return false;
        }
        let addresses = self.addresses();
        // Of one language, all that is right below the list of a taxonomy is known.
        let is_listed = site.taxonomies.iter().any(|taxonomy| {
            let list = site.taxonomy_address(taxonomy);
            match wanted.strip_prefix(&list) {
                Some(term) if site.languages.len() == 1 && term.matches('/').count() == 1 => {
                    !taxonomy.rendered || addresses.terms.contains(&wanted)
                }
                Some(_) => true,
                None => wanted.contains(&format!("/{}/", site.term_slug(&taxonomy.name))),
            }
        });
        let is_numbered = end.bytes().all(|byte| byte.is_ascii_digit())
            || wanted.contains("/page/")
            || addresses
                .numbering
                .iter()
                .any(|name| wanted.contains(&format!("/{name}/")));
        let mut from_here = addresses.known.range(wanted.clone()..);
        // Of a language, each site has a start page.
        let is_start = site.languages.len() > 1 && site.languages.iter().any(|it| it == path);
        let is_known = addresses.is_partial
            || is_start
            || addresses.aliases.contains(end)
            || from_here
                .next()
                .is_some_and(|next| next.starts_with(&wanted));
        let is_file = [
            path.to_owned(),
            format!("{path}.html"),
            format!("{path}/index.html"),
        ]
        .iter()
        .any(|file| self.serves_file(&addresses, file));
        !(is_listed || is_numbered || is_known || is_file || *site.settings.answers_elsewhere.get())
    }

    /// Whether a page or an alias has this address.
    pub(super) fn has_page(&self, path: &str) -> bool {
        let wanted = format!("/{}/", inner(path));
        self.addresses().known.contains(&wanted)
    }

    /// The page that alone has this address, where it is no section.
    pub(super) fn page_at(&self, path: &str) -> Option<SitePath> {
        let wanted = format!("/{}/", inner(path));
        self.addresses().pages.get(&wanted).cloned().flatten()
    }

    /// Whether a file that is known is served at this address.
    pub(super) fn has_file_at(&self, path: &str) -> bool {
        self.serves_file(&self.addresses(), inner(path))
    }

    /// Whether surely no file is served at this address: one that a person would have put there.
    pub(super) fn lacks_file(&self, path: &str) -> bool {
        let path = inner(path);
        let end = path
            .rsplit('/')
            .next()
            .and_then(|name| name.rsplit_once('.'));
        let is_own = end.is_some_and(|(name, end)| match end.to_ascii_lowercase().as_str() {
            // Zola writes pages into no others.
            "html" => {
                self.site.generator.requires_front_matter() && !["index", "404"].contains(&name)
            }
            end => !name.is_empty() && OWN_FILES.contains(&end),
        });
        if !is_own || self.may_be_elsewhere(path) {
            return false;
        }
        let addresses = self.addresses();
        let settings = &self.site.settings;
        // Below a folder that is none of the site's, something else may be served.
        let is_ours = path.split_once('/').is_none_or(|(first, rest)| {
            let folder = format!("/{first}/");
            if settings.static_dirs.iter().any(|dir| dir == first)
                && self.has_file(&format!("{first}/{rest}"))
            {
                return true;
            }
            let mut pages = addresses.known.range(folder.clone()..);
            settings.static_folders.contains(first)
                || pages.next().is_some_and(|page| page.starts_with(&folder))
        });
        is_ours && !self.serves_file(&addresses, path) && !settings.answers_elsewhere.get()
    }

    /// Whether more than the folders that are known may have an answer to an address.
    fn may_be_elsewhere(&self, path: &str) -> bool {
        let site = self.site;
        let first = path.split('/').next().unwrap_or_default();
        site.settings.static_dirs.is_empty()
            || !site.settings.base_path.is_empty()
            || (site.languages.iter().any(|language| language == first)
                && (site.generator.requires_front_matter() || site.settings.many_hosts))
            || self.has_maker_of_pages(path)
    }

    /// Whether a template among the content makes pages and files (Hugo's `_content.gotmpl`) at or above an address.
    pub(super) fn has_maker_of_pages(&self, path: &str) -> bool {
        if self.site.generator.requires_front_matter() {
            return false;
        }
        let ends = path.match_indices('/').map(|(at, _)| at);
        ends.chain([path.len()]).any(|end| {
            self.content_files(&format!("{}/_content.gotmpl", &path[..end]))
                .any(|file| self.has_file(&file))
        }) || self
            .content_files("_content.gotmpl")
            .any(|file| self.has_file(&file))
    }

    /// Where a file of the content tree may lie.
    fn content_files<'s>(&'s self, below: &'s str) -> impl Iterator<Item = String> + 's {
        self.site.roots.iter().filter_map(move |root| {
            let dir = SitePath::from_path(&self.site.root, &root.dir);
            let mount = root.mount.trim_matches('/');
            let rest = below.strip_prefix(mount)?;
            Some(format!("{dir}/{}", rest.trim_start_matches('/')))
        })
    }

    /// Whether a file that may be served at this path is there: among the static ones, those of templates and the content.
    fn serves_file(&self, addresses: &Addresses, path: &str) -> bool {
        let settings = &self.site.settings;
        let in_static = settings.static_dirs.iter().any(|dir| {
            let beside = dir.strip_suffix("static").unwrap_or_default();
            // What a template takes from there it may publish.
            self.has_file(&format!("{dir}/{path}"))
                || self.has_file(&format!("{beside}assets/{path}"))
        });
        let at = format!("/{path}");
        let name = path.rsplit('/').next().unwrap_or_default();
        in_static
            || addresses.known.contains(&at)
            || self.content_files(path).any(|file| self.has_file(&file))
            || at.match_indices('/').any(|(end, _)| {
                let folder = addresses.folders.get(&at[..=end]);
                folder.is_some_and(|folder| self.has_file(&format!("{folder}{}", &at[end..])))
            })
            || addresses
                .strays
                .iter()
                .any(|folder| self.has_file(&format!("{folder}/{name}")))
    }
}

#[cfg(test)]
mod tests {
    use super::OWN_FILES;

    #[test]
    fn ends_are_in_order() {
        assert!(OWN_FILES.is_sorted());
    }
}
