//! Links and images that lead nowhere.

use super::html::html_links;
use super::internal_link::{is_linkable, relref, with_fragment};
use super::{Link, links};
use crate::check::proof::{Kind, Trial};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::site::Version;
use crate::text::{join_path, percent_decoded};

mod absent;
mod hooks;
mod mailboxes;
mod misspelt;

use absent::{is_missing_image, missing};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct DeadTarget;

/// What stands for an address that somebody wanted to look up.
const PLACEHOLDERS: [&str; 16] = [
    "todo",
    "url",
    "link",
    "tbd",
    "xxx",
    "...",
    "…",
    "your-link",
    "your-link-here",
    "link-here",
    "insert-link",
    "insert-link-here",
    "insert-url-here",
    "your-url",
    "url-here",
    "placeholder",
];

/// Ends of domain names that are no file extensions.
const DOMAINS: [&str; 16] = [
    "com", "org", "net", "io", "dev", "co", "de", "uk", "eu", "fr", "edu", "gov", "ai", "app",
    "blog", "info",
];

impl Rule for DeadTarget {
    describe!(
        "dead-target",
        "A link or an image that leads nowhere",
        "\
Neither generator looks at ordinary links: `(example.com)` without `https://` is a file beside the page, `(other.md)` is not the other page (write `@/posts/other.md` in Zola 0.22.0, `relref` in
Hugo 0.168.0), `(TODO)` is a page of that name, and an image has to be in the page's own folder or among the static files. In `external` links of Zola from 0.22 on, a title with a quote in
it breaks the HTML.

A page is a folder to a browser: in `content/posts/bees.md`, `[wasps](wasps)` leads to `/posts/bees/wasps`, and `[list](list.pdf)` to a file that lies beside `bees.md` does not find it.

```markdown
![a bee](bee.jpg)        beside content/posts/bees/index.md
[wasps](../wasps/)       in content/posts/bees.md
```

Links to pages and files of the site are told of only where surely nothing is served: not below a folder of which the site knows nothing, not where the server is told to redirect, a
template has `<base>`, or files are mounted from elsewhere, nor files of a kind that a build may make. Whole addresses that begin with the site's own are looked for like those that begin with `/`, and
so are `<a href>` and `<img src>` where raw HTML reaches the page. In a site of several languages, Hugo's own template for links stops at
addresses such as `100%` and `:a`.

The fix writes `@/` before the path of a page that is there, `https://` before a host that begins with `www.` or ends in `.com`, `.org` or `.net`, and curly quotes into such a
title. The unsafe ones write `https://` before other hosts, and `relref` for Hugo."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        findings.extend(mailboxes::accidental(self, page));
        for link in links(page).chain(html_links(page)) {
            let at = link.dest_range(page).unwrap_or_else(|| link.range.clone());
            if let Some(message) = hooks::refused(page, &link) {
                let finding = page.finding(self, Severity::Error, message).at(at);
                findings.push(finding.help("write the address as it is in a browser"));
                continue;
            }
            let Some((message, help)) = trouble(page, &link) else {
                continue;
            };
            let mut finding = page
                .finding(self, Severity::Warning, message)
                .at(at)
                .help(help);
            finding.fix = fix(page, &link).filter(|_| !link.raw);
            findings.push(finding);
        }
    }
}

/// What follows the site's own address in a whole one.
fn own_path<'d>(page: &Page<'_>, dest: &'d str) -> Option<&'d str> {
    let settings = &page.site.settings;
    let bare = |address: &str| address.find("//").map(|at| at + 2);
    let base = &settings.base_url[bare(&settings.base_url)?..];
    let is_web = ["http://", "https://", "//"].iter().any(|start| {
        dest.get(..start.len())
            .is_some_and(|it| it.eq_ignore_ascii_case(start))
    });
    let rest = &dest[bare(dest).filter(|_| is_web)?..];
    let host = rest.get(..base.len())?;
    let path = &rest[base.len()..];
    (host.eq_ignore_ascii_case(base) && path.starts_with('/')).then_some(path)
}

fn trouble(page: &Page<'_>, link: &Link<'_>) -> Option<(String, String)> {
    let dest = link.dest;
    let is_zola = page.site.generator.refuses_dead_links();
    let has_scheme = dest
        .split(['/', '?', '#'])
        .next()
        .is_some_and(|start| start.contains(':'))
        || dest.starts_with("//");
    let own = own_path(page, dest).filter(|_| has_scheme);
    if let Some(told) = misspelt::trouble(page, link) {
        return Some(told);
    }
    if has_scheme {
        let is_rewritten = is_zola
            && page.site.version >= Version::new(0, 22, 0)
            && !link.image
            && dest.starts_with("http");
        if is_rewritten && link.title.contains('"') {
            return Some((
                "the quote in the link's title breaks its HTML".to_owned(),
                "write the title without `\"`".to_owned(),
            ));
        }
        own?;
    }
    let dest = own.unwrap_or(dest);
    if link.raw && dest.starts_with("@/") {
        return Some((
            "links that start with `@/` are not resolved in HTML".to_owned(),
            "write the address of the page".to_owned(),
        ));
    }
    let path = dest.split(['#', '?']).next().unwrap_or_default();
    // Addresses of mail in angle brackets have no scheme.
    if path.is_empty() || path.contains('@') || dest.contains(['{', '}']) || path.len() > 1000 {
        return None;
    }
    let shown = crate::text::escape(dest);
    if PLACEHOLDERS.contains(&path.to_lowercase().as_str()) {
        return Some((
            format!("`{shown}` stands for an address that is missing"),
            "write the address, or take the link away".to_owned(),
        ));
    }
    let host = path.split('/').next().unwrap_or_default().to_lowercase();
    let is_domain = host
        .rsplit_once('.')
        .is_some_and(|(name, end)| !name.is_empty() && DOMAINS.contains(&end))
        || host.starts_with("www.");
    if is_domain {
        return Some((
            format!("without `https://`, `{shown}` is a file beside the page"),
            "write `https://` before it".to_owned(),
        ));
    }
    if own.is_none() && hooks::resolve(page, link, path) {
        return None;
    }
    let is_page = path.to_lowercase().ends_with(".md");
    if is_page && !link.image && !hooks::may_resolve(page, link) {
        let help = if is_zola {
            "write the path from the content folder on: `@/posts/other.md`"
        } else {
            "write `{{< relref \"other.md\" >}}`"
        };
        return Some((
            format!("`{shown}` is a file of the content, and no address of a page"),
            help.to_owned(),
        ));
    }
    let pages = page.pages?;
    let is_hooked = own.is_none() && hooks::may_resolve(page, link);
    if !link.image {
        return missing(page, pages, dest, is_hooked)
            .or_else(|| absent::dead_anchor(page, pages, dest));
    }
    (!is_hooked && is_missing_image(page, pages, &percent_decoded(path))).then(|| {
        (
            format!("there is no image `{shown}` where the page looks for it"),
            "put the image beside the page's `index.md`, or into `static/` and begin its address with `/`"
                .to_owned(),
        )
    })
}

fn fix(page: &Page<'_>, link: &Link<'_>) -> Option<Fix> {
    if let Some(fix) = misspelt::fix(page, link) {
        return Some(fix);
    }
    let dest = link.dest;
    if dest.starts_with("http") {
        return without_quotes(page, link);
    }
    let range = link.dest_range(page)?;
    let path = dest.split('#').next().unwrap_or_default();
    let (folder, _) = page.path.as_str().rsplit_once('/').unwrap_or_default();
    let is_markdown = path.to_lowercase().ends_with(".md");
    if is_markdown && !link.image && !dest.contains('?') {
        let pages = page.pages?;
        let root = folder.strip_prefix("content").unwrap_or(folder);
        let below = join_path(root, path)?;
        if !is_linkable(page, pages, &below) {
            return None;
        }
        if page.site.generator.refuses_dead_links() {
            let text = with_fragment(&below, dest);
            return Some(Fix::safe(vec![Edit::replace(range, text)]));
        }
        let fragment = dest.find('#').map_or("", |at| &dest[at..]);
        return relref(page, link, &format!("{below}{fragment}"));
    }
    let host = path.split('/').next().unwrap_or_default().to_lowercase();
    let end = host.rsplit_once('.').map_or("", |(_, end)| end);
    if !DOMAINS.contains(&end) && !host.starts_with("www.") {
        return None;
    }
    let edits = vec![Edit::insert(range.start, "https://")];
    let is_host = host.starts_with("www.") || ["com", "org", "net"].contains(&end);
    let is_file = page
        .pages
        .is_none_or(|pages| pages.has_file(&format!("{folder}/{path}")));
    Some(if is_host && !is_file && !link.image {
        Fix::safe(edits)
    } else {
        Fix::risky(edits)
    })
}

/// Curly quotes for the straight ones in a link's title.
fn without_quotes(page: &Page<'_>, link: &Link<'_>) -> Option<Fix> {
    let dest = link.dest_range(page)?;
    let raw = &page.text[dest.end..link.range.end];
    let open = raw.find(['"', '\'', '('])?;
    let title = raw.get(open + 1..raw.len().checked_sub(2)?)?;
    let start = dest.end + open + 1;
    let mut edits = Vec::new();
    for (at, quote) in title.match_indices('"') {
        let opens = title[..at]
            .chars()
            .next_back()
            .is_none_or(|c| matches!(c, ' ' | '(' | '\\'))
            && edits.len() % 2 == 0;
        let from = at - usize::from(title[..at].ends_with('\\'));
        let curly = if opens { "“" } else { "”" };
        edits.push(Edit::replace(start + from..start + at + quote.len(), curly));
    }
    let trial = Trial::of(page, &edits)?;
    (trial.changes_only(&[Kind::Link]) && trial.added(Kind::Link) == 0).then(|| Fix::safe(edits))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, hugo, zola};

    #[test]
    fn targets_that_are_known_are_written() {
        for (body, expected) in [
            (
                "[a](../about.md#x) [b](/about.md)\n",
                "[a](@/about.md#x) [b](@/about.md)\n",
            ),
            (
                "[a](nope.md) [b](draft.md)\n",
                "[a](nope.md) [b](draft.md)\n",
            ),
            (
                "[a](www.example.dev) [b](example.com/x) [c](main.io)\n",
                "[a](https://www.example.dev) [b](https://example.com/x) [c](main.io)\n",
            ),
            (
                "[a](https://x.y 'say \"hi\" now')\n",
                "[a](https://x.y 'say “hi” now')\n",
            ),
            (
                "[a](https://x.y \"say \\\"hi\\\" now\")\n",
                "[a](https://x.y \"say “hi” now\")\n",
            ),
        ] {
            assert_eq!(fixed(&zola("0.22.0"), body), expected);
        }
        assert_eq!(fixed(&hugo(), "[a](../about.md)\n"), "[a](../about.md)\n");
    }
}
