//! Raw HTML that runs, or that keeps Markdown from being read.

use pulldown_cmark::{Event, Tag};

use super::tags;
use crate::check::proof::{Kind, Trial};
use crate::check::prose::lines;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct LiveScript;

impl Rule for LiveScript {
    describe!(
        "live-script",
        "A script in the text of a page, which runs in the reader's browser",
        "\
Zola writes raw HTML into the page as it is, scripts too (tested on 0.17.2 and 0.22.0), and so does Hugo 0.168.0 with `unsafe = true`. A script in a post that a model
wrote, or in an example that lacks its backticks, runs for every reader, and so does the code in an attribute such as `onclick` or an address such as `javascript:…`.

```html
<script>alert(1)</script>
```

Put examples in code, and scripts that are meant into a template or a shortcode."
    );

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if !page.site.raw_html {
            return;
        }
        // Hugo's arguments are no HTML; what stands between the tags of Zola's shortcodes is written as it is.
        let is_zola = page.site.generator.requires_front_matter();
        let is_seen = |at: usize| is_zola || !page.is_taken_out(at);
        for (event, range) in &page.events {
            if !matches!(event, Event::Html(_) | Event::InlineHtml(_)) || !is_seen(range.start) {
                continue;
            }
            if let Some(at) = running_attribute(&page.text[range.clone()]) {
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        "this attribute runs code in the readers' browsers",
                    )
                    .at(range.start + at.start..range.start + at.end)
                    .help("take it away, or put the tag in code if it is an example"),
                );
            }
        }
        for tag in tags(page) {
            let is_script = tag.name.eq_ignore_ascii_case("script") && !tag.closing;
            if is_script && is_seen(tag.range.start) {
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        "this script runs in the readers' browsers",
                    )
                    .at(tag.range)
                    .help("put it in code if it is an example, or into a template if it is meant"),
                );
            }
        }
    }
}

/// The first attribute of a tag whose value a browser runs: `onclick="…"`, `href="javascript:…"`.
fn running_attribute(html: &str) -> Option<std::ops::Range<usize>> {
    let lower = html.to_ascii_lowercase();
    let in_tag = |at: usize| lower[..at].rfind('<') > lower[..at].rfind('>');
    let handlers = lower.match_indices("on").filter_map(|(at, _)| {
        let name = lower[at + 2..].find(|c: char| !c.is_ascii_lowercase())?;
        let end = at + 2 + name;
        let starts_word = lower[..at].ends_with([' ', '\t', '\n', '"', '\'', '/']);
        (name > 2 && starts_word && lower[end..].trim_start().starts_with('=') && in_tag(at))
            .then_some(at..end)
    });
    let addresses = ["javascript:", "vbscript:"].iter().flat_map(|scheme| {
        let all = lower.match_indices(scheme);
        all.filter(|(at, _)| {
            let before = lower[..*at].trim_end_matches(['"', '\'', ' ']);
            before.ends_with('=') && in_tag(*at)
        })
        .map(|(at, found)| at..at + found.len())
    });
    handlers.chain(addresses).min_by_key(|at| at.start)
}

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MarkdownInHtml;

impl Rule for MarkdownInHtml {
    describe!(
        "markdown-in-html",
        "Markdown in a block of HTML, where it is not read",
        "\
A block of HTML goes on until a blank line, and Markdown in it is not read: readers see `**stars**`. With blank lines around it, it is (Zola 0.22.0, and Hugo 0.168.0 where
raw HTML is switched on).

```markdown
<div>

**bold**

</div>
```

The fix puts blank lines around lines that hold no tag of HTML and no link."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if !page.site.raw_html {
            return;
        }
        for (event, range) in &page.events {
            if !matches!(event, Event::Start(Tag::HtmlBlock)) {
                continue;
            }
            let raw = &page.text[range.clone()];
            let lower = raw.trim_start().to_lowercase();
            let is_literal = [
                "<!--",
                "<pre",
                "<script",
                "<style",
                "<textarea",
                "<svg",
                "<?",
                "<!",
            ]
            .iter()
            .any(|start| lower.starts_with(start));
            if is_literal
                || lower.contains("<pre")
                || lower.contains("<script")
                || lower.contains("<code")
                || lower.contains("<style")
            {
                continue;
            }
            let Some(at) = marked(raw) else { continue };
            let mut finding = page
                .finding(
                    self,
                    Severity::Warning,
                    "Markdown is not read in a block of HTML, so readers see its signs",
                )
                .at(range.start + at.start..range.start + at.end)
                .help("put a blank line between the HTML and the Markdown");
            finding.fix = parted(page, range, range.start + at.start);
            findings.push(finding);
        }
    }
}

/// The first bold text or link.
fn marked(html: &str) -> Option<std::ops::Range<usize>> {
    if let Some(open) = html.find("**")
        && let Some(length) = html[open + 2..].find("**")
        && !html[open + 2..open + 2 + length].contains(['\n', '<', '/'])
        && length > 0
    {
        return Some(open..open + length + 4);
    }
    if let Some(code) = code_in_text(html) {
        return Some(code);
    }
    let middle = html.find("](")?;
    let open = html[..middle].rfind('[')?;
    let close = middle + html[middle..].find(')')?;
    let is_link = !html[open..close].contains(['\n', '<', '"']);
    is_link.then_some(open..close + 1)
}

/// Code in backticks between two tags.
fn code_in_text(html: &str) -> Option<std::ops::Range<usize>> {
    let open = html.find('`')?;
    let length = html[open + 1..].find('`')?;
    let inside = &html[open + 1..open + 1 + length];
    let is_text = html[..open].rfind('<') < html[..open].rfind('>');
    (is_text && length > 0 && !inside.contains(['\n', '<'])).then_some(open..open + length + 2)
}

/// Blank lines around the lines without tags in a block of HTML that hold byte `at`.
fn parted(page: &Page<'_>, block: &std::ops::Range<usize>, at: usize) -> Option<Fix> {
    let all: Vec<_> = lines(page, block.clone()).collect();
    let place = all.iter().position(|(_, line)| line.contains(&at))?;
    let is_text = |(line, _): &(&str, std::ops::Range<usize>)| {
        !line.contains(['<', '>']) && !line.trim().is_empty()
    };
    let before = all[..place]
        .iter()
        .rev()
        .take_while(|line| is_text(line))
        .count();
    let after = all[place..].iter().take_while(|line| is_text(line)).count();
    let (first, last) = (place - before, (place + after).checked_sub(1)?);
    if after == 0 {
        return None;
    }
    let mut edits = vec![Edit::insert(all[first].1.start, "\n")];
    if let Some((_, next)) = all.get(last + 1) {
        edits.push(Edit::insert(next.start, "\n"));
    }
    let trial = Trial::of(page, &edits)?;
    let shown = isize::try_from(before + after).unwrap_or(isize::MAX);
    (trial.changes_only(&[Kind::Text, Kind::Html, Kind::Strong])
        && trial.added(Kind::Strong) > 0
        && trial.added(Kind::Html) == -shown)
        .then(|| Fix::safe(edits))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, hugo, world, zola};

    #[test]
    fn attributes_that_run() {
        for body in [
            "<img src=\"a.png\" onerror=\"x()\">\n",
            "a <a href='javascript:x'>b</a>\n",
            "<p>\n<b onclick = x>y</b>\n</p>\n",
        ] {
            assert_eq!(zola("0.22.0").lines("live-script", body).len(), 1, "{body}");
            assert_eq!(hugo().lines("live-script", body), [""; 0], "{body}");
        }
        for body in [
            "<a href=\"/only=1\" title=\"click on = here\">javascript:x</a> `<a onclick=\"x\">`\n",
            "<p>one=two <i>x</i></p>\n",
        ] {
            assert_eq!(zola("0.22.0").lines("live-script", body), [""; 0], "{body}");
        }
    }

    #[test]
    fn what_a_shortcode_writes_as_it_is_runs_too() {
        let files = [
            ("config.toml", "base_url = 'https://e.org'"),
            (
                "templates/shortcodes/box.html",
                "<div>{{ body | safe }}</div>",
            ),
        ];
        let site = world(&files, Some("0.22.0"));
        let body = "{% box() %}\n<script>x()</script>\n{% end %}\n";
        assert_eq!(site.lines("live-script", body), ["warning 2"]);
    }

    #[test]
    fn blank_lines_let_markdown_be_read() {
        for (body, expected) in [
            (
                "<div>\n**a**\nb\n</div>\n\nc\n",
                "<div>\n\n**a**\nb\n\n</div>\n\nc\n",
            ),
            ("<div>\n    **a**\n</div>\n", "<div>\n    **a**\n</div>\n"),
            ("<p>**a**</p>\n", "<p>**a**</p>\n"),
            (
                "<div>\n**a** [b](javascript:c)\n</div>\n",
                "<div>\n**a** [b](javascript:c)\n</div>\n",
            ),
        ] {
            assert_eq!(fixed(&zola("0.22.0"), body), expected);
        }
    }
}
