//! Raw HTML that Hugo leaves out.

use super::tags;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

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
HTML everything, its text included. The build prints one warning a page. Zola writes all of it into the page.

```toml
[markup.goldmark.renderer]
unsafe = true               # HTML in pages is trusted
```

Write Markdown or a shortcode instead (`{{< details >}}`, `{{< figure >}}`), or switch it on. Comments are left out everywhere."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if page.site.raw_html {
            return;
        }
        for tag in tags(page) {
            if tag.raw.starts_with("<!--")
                || !tag.is_element(page)
                || (tag.closing && tag.block.is_none())
            {
                continue;
            }
            let message = match tag.block {
                Some(_) => "Hugo leaves this block of HTML out, with the text in it",
                None => "Hugo leaves this HTML tag out",
            };
            findings.push(
                page.finding(self, Severity::Warning, message)
                    .at(tag.range)
                    .help("write it in Markdown or with a shortcode, or set `markup.goldmark.renderer.unsafe = true`"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, world, zola};

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
