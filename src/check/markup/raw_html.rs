//! Raw HTML that Hugo leaves out.

use std::ops::Range;

use pulldown_cmark::Event;

use super::mentions::is_mention;
use super::{Tag, tags};
use crate::body::edits::{line_prefix, line_start};
use crate::check::proof::{Kind, Trial};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::generator::{Template, TemplateKind};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct RawHtml;

impl Rule for RawHtml {
    fn name(&self) -> &'static str {
        "raw-html"
    }

    fn summary(&self) -> &'static str {
        "Raw HTML in a site whose generator leaves it out"
    }

    fn explanation(&self) -> &'static str {
        "\
Hugo 0.168.0 leaves raw HTML out of a page unless the configuration says otherwise: of a tag in a line of text the tag, of a block of
HTML everything, its text included. So it does with what a shortcode writes that is called as `{{% name %}}`. The build prints one warning a page. Zola writes all of it into the page.

```toml
[markup.goldmark.renderer]
unsafe = true               # HTML in pages is trusted
```

Write Markdown or a shortcode instead (`{{< details >}}`, `{{< figure >}}`), or switch it on. Comments are left out everywhere. The fix writes
line breaks, bold, emphasised and struck text and plain code in Markdown, the unsafe one takes a `<div>` away that holds only lines of text."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if page.site.raw_html {
            return;
        }
        let all = tags(page);
        for (index, tag) in all.iter().enumerate() {
            if tag.raw.starts_with("<!--")
                || !tag.is_element(page)
                || (tag.closing && tag.block.is_none())
                || is_mention(page, tag)
            {
                continue;
            }
            let message = match tag.block {
                Some(_) => "Hugo leaves this block of HTML out, with the text in it",
                None => "Hugo leaves this HTML tag out",
            };
            let mut finding = page
                .finding(self, Severity::Warning, message)
                .at(tag.range.clone())
                .help("write it in Markdown or with a shortcode, or set `markup.goldmark.renderer.unsafe = true`");
            finding.fix = in_markdown(page, tag, &all[index + 1..]);
            findings.push(finding);
        }
        for template in page.templates.iter().filter(|it| writes_html(page, it)) {
            findings.push(
                page.finding(
                    self,
                    Severity::Warning,
                    "Hugo leaves out the HTML that this shortcode writes, and a block of it with the text in it",
                )
                .at(template.range.clone())
                .help("call it with `{{<` and `>}}`, or set `markup.goldmark.renderer.unsafe = true`"),
            );
        }
    }

    fn reads_shortcodes(&self) -> bool {
        true
    }
}

/// Hugo's own shortcodes that write HTML (tested on 0.168.0).
const BUILT_IN: [&str; 8] = [
    "details",
    "figure",
    "highlight",
    "instagram",
    "qr",
    "vimeo",
    "x",
    "youtube",
];

/// Whether the result of a call is read as Markdown, `{{% name %}}`, and is HTML.
fn writes_html(page: &Page<'_>, template: &Template) -> bool {
    let TemplateKind::Call { name, .. } = &template.kind else {
        return false;
    };
    let inside = page.text[template.range.clone()].strip_prefix("{{%");
    let name = name.to_lowercase();
    let is_own = page.site.shortcodes.contains(&name);
    let is_html = page.site.settings.html_shortcodes.contains(&name)
        || (!is_own && BUILT_IN.contains(&name.as_str()));
    is_html && inside.is_some_and(|inside| !inside.trim_start().starts_with('/'))
}

/// The Markdown for a tag in a line of text, where there is one that says the same.
fn in_markdown(page: &Page<'_>, tag: &Tag<'_>, behind: &[Tag<'_>]) -> Option<Fix> {
    if let Some(block) = &tag.block {
        return unwrapped(page, block);
    }
    let name = tag.name.to_ascii_lowercase();
    if name == "br" {
        return line_break(page, tag);
    }
    let (mark, kind) = match name.as_str() {
        "b" | "strong" => ("**", Kind::Strong),
        "i" | "em" => ("*", Kind::Emphasis),
        "s" | "del" | "strike" => ("~~", Kind::Strike),
        "code" => ("`", Kind::Code),
        _ => return None,
    };
    let close = behind
        .iter()
        .find(|other| other.name.eq_ignore_ascii_case(&name))?;
    // Attributes would be lost.
    if !close.closing || close.block.is_some() || tag.raw.len() != name.len() + 2 {
        return None;
    }
    let edits = vec![
        Edit::replace(tag.range.clone(), mark),
        Edit::replace(close.range.clone(), mark),
    ];
    let trial = Trial::of(page, &edits)?;
    (trial.changes_only(&[Kind::Html, kind])
        && trial.added(kind) == 1
        && trial.added(Kind::Html) == -2)
        .then(|| Fix::safe(edits))
}

/// The lines in a plain `<div>` without it. They may hold anything, so that it is for a person to say whether.
fn unwrapped(page: &Page<'_>, block: &Range<usize>) -> Option<Fix> {
    let raw = page.text[block.clone()].trim_end();
    let inside = raw.strip_prefix("<div>\n")?.strip_suffix("</div>")?;
    if inside.contains(['<', '>']) || !inside.ends_with('\n') {
        return None;
    }
    let start = block.start + "<div>\n".len();
    Some(Fix::risky(vec![
        Edit::delete(block.start..start),
        Edit::delete(start + inside.len()..block.start + raw.len()),
    ]))
}

/// A backslash at the end of the line for `<br>` in a paragraph; at its end nothing is broken.
fn line_break(page: &Page<'_>, tag: &Tag<'_>) -> Option<Fix> {
    let before = page.text[..tag.range.start].trim_end_matches([' ', '\t']);
    let rest = &page.text[tag.range.end..];
    let text = rest.trim_start_matches([' ', '\t']);
    let ends_line = text.is_empty() || text.starts_with(['\n', '\r']);
    let end = tag.range.end
        + if ends_line {
            0
        } else {
            rest.len() - text.len()
        };
    let line = line_start(page.text, tag.range.start);
    // Where the text of the line begins, behind the marks of quotes and items.
    let first = page
        .events
        .iter()
        .find(|(event, range)| is_inline(event) && range.start >= line)
        .map_or(line, |(_, range)| range.start);
    let feed = format!("\\\n{}", line_prefix(page.text, first));
    for text in ["\\", feed.as_str(), ""] {
        let edits = vec![Edit::replace(before.len()..end, text)];
        let Some(trial) = Trial::of(page, &edits) else {
            continue;
        };
        let breaks = isize::from(!text.is_empty());
        if trial.changes_only(&[Kind::Html, Kind::Break, Kind::Text])
            && trial.added(Kind::Break) == breaks
            && trial.added(Kind::Html) == -1
            && trial.same_letters()
            && (breaks == 1 || ends_line)
        {
            return Some(Fix::safe(edits));
        }
    }
    None
}

fn is_inline(event: &Event<'_>) -> bool {
    use pulldown_cmark::Tag as T;
    matches!(
        event,
        Event::Text(_)
            | Event::Code(_)
            | Event::InlineHtml(_)
            | Event::Start(
                T::Strong | T::Emphasis | T::Strikethrough | T::Link { .. } | T::Image { .. }
            )
    )
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, hugo, world, zola};

    #[test]
    fn simple_tags_have_markdown() {
        for (body, expected) in [
            ("one<br>two\n", "one\\\ntwo\n"),
            ("> one <br />\n> two<br>\n", "> one\\\n> two\n"),
            ("- one<br>two\n", "- one\\\n  two\n"),
            (
                "<b>a</b> c <i>d e</i>, <s>f</s>, <code>g_h_i</code>\n",
                "**a** c *d e*, ~~f~~, `g_h_i`\n",
            ),
            ("| a |\n|---|\n| b<br>c |\n", "| a |\n|---|\n| b<br>c |\n"),
            (
                "<b class=\"x\">a</b> c<u>d</u> <b> e</b>\n",
                "<b class=\"x\">a</b> c<u>d</u> <b> e</b>\n",
            ),
        ] {
            assert_eq!(fixed(&hugo(), body), expected);
            assert_eq!(fixed(&zola("0.22.0"), body), body);
        }
    }

    #[test]
    fn shortcodes_that_write_html() {
        let files = [
            ("hugo.toml", "baseURL = \"x\"\n"),
            ("layouts/_shortcodes/box.html", "<div>{{ .Inner }}</div>"),
            (
                "layouts/_shortcodes/text.html",
                "{{ if lt 1 2 }}{{ .Inner }}{{ end }}",
            ),
        ];
        let site = world(&files, Some("0.168.0"));
        let lines = |body: &str| site.lines("raw-html", body);
        assert_eq!(lines("{{% box %}}\na\n{{% /box %}}\n"), ["warning 1"]);
        assert_eq!(
            lines("{{% details %}}\na\n{{% /details %}}\n"),
            ["warning 1"]
        );
        for body in [
            "{{< box >}}\na\n{{< /box >}}\n",
            "{{% text %}}\na\n{{% /text %}}\n",
            "{{%/* box */%}}\n",
        ] {
            assert_eq!(lines(body), [""; 0], "{body}");
        }
    }

    #[test]
    fn only_where_it_is_left_out() {
        let body = "a<br>b <kbd>c</kbd> <!-- d --> Vec<T>\n\n<div>\n\nx\n\n</div>\n\n<!-- y -->\n";
        assert_eq!(
            hugo().lines("raw-html", body),
            ["warning 1", "warning 1", "warning 3", "warning 7"]
        );
        assert_eq!(zola("0.22.0").lines("raw-html", body), [""; 0]);
        let config = "[markup.goldmark.renderer]\nunsafe = true\n";
        assert_eq!(
            world(&[("hugo.toml", config)], None).lines("raw-html", body),
            [""; 0]
        );
    }
}
