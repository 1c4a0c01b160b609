//! Which links and images of a page lead to no page and no file of its site.

use crate::check::{Page, SitePages};
use crate::text::{join_path, percent_decoded};

/// What to say of a link where surely neither a page nor a file of the site is. `is_hooked` says whether a template may
/// make another address of it.
pub(super) fn missing(
    page: &Page<'_>,
    pages: &SitePages<'_>,
    dest: &str,
    is_hooked: bool,
) -> Option<(String, String)> {
    let path = dest.split(['#', '?']).next().unwrap_or_default();
    let (decoded, shown) = (percent_decoded(path), crate::text::escape(dest));
    let outline = pages.pages.get(page.path)?;
    let own = outline.address.as_deref();
    let absolute = if path.starts_with('/') {
        decoded.clone()
    } else if is_hooked || dest.contains('?') {
        return None;
    } else {
        join_path(own?, &decoded)?
    };
    let may_be_file = !path.ends_with('/') && !is_hooked;
    if may_be_file && pages.lacks_file(&absolute) {
        let help = misplaced(page, pages, &decoded).unwrap_or_else(|| {
            "put the file into `static/` and begin its address with `/`, or put it beside the page's `index.md`"
                .to_owned()
        });
        return Some((format!("there is no file at `{shown}`"), help));
    }
    if !pages.lacks_page(&absolute) {
        return None;
    }
    let message = format!("no page of the site has the address `{shown}`");
    // Each page is a folder to a browser, so its neighbours are one folder up.
    let beside = own
        .filter(|_| !path.starts_with('/'))
        .and_then(|own| join_path(own, &format!("../{decoded}")))
        .filter(|beside| pages.has_page(beside));
    let help = beside.map_or_else(
        || "write the address of a page that is there".to_owned(),
        |beside| format!("the page beside this one has the address `/{beside}/`"),
    );
    Some((message, help))
}

/// A heading that the page at an address of the site does not have.
pub(super) fn dead_anchor(
    page: &Page<'_>,
    pages: &SitePages<'_>,
    dest: &str,
) -> Option<(String, String)> {
    let (path, id) = dest.split_once('#').filter(|(_, id)| !id.is_empty())?;
    let path = percent_decoded(path.split('?').next().unwrap_or_default());
    let absolute = if path.starts_with('/') {
        path
    } else {
        join_path(pages.pages.get(page.path)?.address.as_deref()?, &path)?
    };
    // Programs for comments write ids of their own.
    let lower = id.to_ascii_lowercase();
    let is_made = ["comment", "disqus", "respond", "isso"]
        .iter()
        .any(|name| lower.starts_with(name));
    if is_made || lower == "top" || !page.site.settings.base_path.is_empty() {
        return None;
    }
    // What lists pages has ids of its template's.
    let target = pages.page_at(&absolute)?;
    let ids = pages.ids_of(&target, page.today)?;
    let is_there = ids.contains(id) || ids.contains(&percent_decoded(id));
    (!is_there).then(|| {
        let (target, id) = (
            crate::text::escape(target.as_str()),
            crate::text::escape(id),
        );
        (
            format!("`{target}` has no heading or id `{id}`"),
            "link to a heading that is there, or give one this id: `## Heading {#id}`".to_owned(),
        )
    })
}

/// Where a file lies that does not go where its page goes.
fn misplaced(page: &Page<'_>, pages: &SitePages<'_>, path: &str) -> Option<String> {
    // What lies there is served without the name of the folder.
    let inner = path.trim_start_matches('/');
    let dirs = &page.site.settings.static_dirs;
    if let Some((dir, rest)) = inner.split_once('/')
        && dirs.iter().any(|known| known == dir)
        && pages.has_file(inner)
    {
        let rest = crate::text::escape(rest);
        return Some(format!(
            "`{dir}/` is no part of the address: write `/{rest}`"
        ));
    }
    let name = page.path.file_name();
    let (folder, _) = page.path.as_str().rsplit_once('/')?;
    let stem = name.strip_suffix(".md")?;
    let is_beside = !path.starts_with('/') && pages.has_file(&join_path(folder, path)?);
    (is_beside && stem != "index" && !page.is_section()).then(|| {
        format!(
            "the file lies beside `{name}`, and does not go with the page: move both into a folder `{stem}/`, the page as `index.md`"
        )
    })
}

pub(super) fn is_missing_image(page: &Page<'_>, pages: &SitePages<'_>, path: &str) -> bool {
    let settings = &page.site.settings;
    if settings.static_dirs.is_empty() || !settings.base_path.is_empty() {
        return false;
    }
    let Some(outline) = pages.pages.get(page.path) else {
        return false;
    };
    let folder = page
        .path
        .as_str()
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder);
    let root = page
        .path
        .as_str()
        .strip_suffix(&outline.below)
        .unwrap_or("content/");
    let (Some(address), Some(beside)) = (
        join_path(outline.address.as_deref().unwrap_or("/"), path),
        join_path(folder, path),
    ) else {
        return false;
    };
    let is_folders_own =
        outline.is_section || page.path.file_name().split('.').next() == Some("index");
    let in_static = settings
        .static_dirs
        .iter()
        .any(|dir| pages.has_file(&format!("{dir}/{address}")));
    let is_beside = is_folders_own && !path.starts_with('/') && pages.has_file(&beside);
    // Zola copies what lies in the folders of sections; Hugo, what lies in bundles.
    !in_static
        && !is_beside
        && !pages.has_file(&format!("{root}{address}"))
        && !pages.has_file_at(&address)
        && outline.address.is_some()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{World, world};

    const FILES: &[(&str, &str)] = &[
        ("content/_index.md", "+++\n+++\n"),
        (
            "content/posts/_index.md",
            "+++\npaginate_path = \"p\"\n+++\n",
        ),
        (
            "content/posts/b.md",
            "+++\ntitle = \"B\"\naliases = [\"/posts/old/\", \"older\"]\ntags = [\"a\"]\n[taxonomies]\ntags = [\"a\"]\n+++\n",
        ),
        (
            "content/posts/c/index.md",
            "+++\ntitle = \"C\"\nslug = \"d\"\n+++\n",
        ),
        ("content/posts/c/x.pdf", ""),
        ("content/posts/y.pdf", ""),
        ("content/posts/c/LICENSE", ""),
        ("static/files/z.zip", ""),
        ("static/about.html", ""),
        ("assets/made.png", ""),
    ];

    fn worlds(files: &[(&str, &str)]) -> [World; 2] {
        let with = |config: &[(&str, &str)], version: &str| {
            let all: Vec<_> = config.iter().chain(files).copied().collect();
            world(&all, Some(version))
        };
        [
            with(
                &[(
                    "config.toml",
                    "base_url = \"https://x.org\"\ntaxonomies = [{ name = \"tags\" }]\n",
                )],
                "0.22.0",
            ),
            with(&[("hugo.toml", "baseURL = \"https://x.org\"\n")], "0.168.0"),
        ]
    }

    #[test]
    fn links_to_what_is_there_are_left_alone() {
        for world in worlds(FILES) {
            for dest in [
                "../b",
                "../b/",
                "/posts/b",
                "..",
                "../d/x.pdf",
                "/posts/d/x.pdf",
                "../y.pdf",
                "/posts/y.pdf",
                "/files/z.zip",
                "../../files/z.zip",
                "../../about",
                "/about",
                "../d/LICENSE",
                "../old",
                "../older",
                "../p/2",
                "../2",
                "../page/2",
                "/tags/a",
                "../../tags/a/",
                "/made.png",
                "/other-project/x.pdf",
                "../../en/x.pdf",
                "/index.xml",
                "data.json",
                "feed",
                "#a",
                "?a=b",
                "x?raw=1",
                "v1.2",
                "a@b.c",
                "../../../../up",
            ] {
                // No page is named `feed`, and nothing else is.
                let found = world.among("dead-target", &format!("[a]({dest})\n"), FILES);
                assert_eq!(found.is_empty(), dest != "feed", "{dest}: {found:?}");
            }
        }
    }

    #[test]
    fn links_to_nothing_are_told_with_what_is_near() {
        for world in worlds(FILES) {
            for (dest, message, help) in [
                (
                    "/nope.pdf",
                    "there is no file at",
                    "put the file into `static/`",
                ),
                (
                    "files/nope.zip",
                    "there is no file at",
                    "put the file into `static/`",
                ),
                ("/files/nope.zip", "there is no file at", ""),
                (
                    "y.pdf",
                    "there is no file at",
                    "the file lies beside `a.md`",
                ),
                ("../c/x.pdf", "there is no file at", ""),
                ("../nope", "no page of the site has", "write the address of"),
                (
                    "/tags/b/",
                    "no page of the site has",
                    "write the address of",
                ),
                (
                    "/static/files/z.zip",
                    "there is no file at",
                    "`static/` is no part of the address: write `/files/z.zip`",
                ),
                (
                    "b",
                    "no page of the site has",
                    "the page beside this one has the address `/posts/b/`",
                ),
                ("/nope", "no page of the site has", ""),
                ("../nope%20a/", "no page of the site has", ""),
            ] {
                let found = world.among("dead-target", &format!("[a]({dest})\n"), FILES);
                let is_told = found.len() == 1
                    && found[0].0.starts_with(message)
                    && found[0].1.starts_with(help);
                // A file of a bundle is found by the name of its folder too, so as to be sure.
                assert_eq!(is_told, dest != "../c/x.pdf", "{dest}: {found:?}");
            }
        }
    }

    #[test]
    fn nothing_is_sure_where_others_may_answer() {
        for (path, text) in [
            ("static/_redirects", "/* /a"),
            ("netlify.toml", "[[redirects]]"),
            ("templates/base.html", "<base href='/'>"),
            ("layouts/baseof.html", "<base href='/'>"),
            ("content/posts/_content.gotmpl", ""),
        ] {
            let mut files = FILES.to_vec();
            files.push((path, text));
            let sure = worlds(&files)
                .iter()
                .map(|world| {
                    world
                        .among("dead-target", "[a](/posts/nope) [b](/nope.pdf)\n", &files)
                        .len()
                })
                .collect::<Vec<_>>();
            let expected = match path {
                "templates/base.html" => [0, 2],
                "layouts/baseof.html" => [2, 0],
                "content/posts/_content.gotmpl" => [2, 1],
                _ => [0, 0],
            };
            assert_eq!(sure, expected, "{path}");
        }
        for config in [
            "uglyURLs = true\n",
            "[module]\n[[module.mounts]]\nsource = \"s\"\ntarget = \"static\"\n",
        ] {
            let config = format!("baseURL = \"https://x.org\"\n{config}");
            let world = world(&[("hugo.toml", &config)], Some("0.168.0"));
            assert_eq!(
                world.among("dead-target", "[a](/posts/nope) [b](/nope.pdf)\n", FILES),
                []
            );
        }
    }
}
