//! Pictures without words.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::Opaque;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MissingAltText;

impl Rule for MissingAltText {
    describe!(
        "missing-alt-text",
        "An image without a text for those who do not see it",
        "\
What stands in the brackets of an image is read aloud, shown where the image cannot be loaded, and found by search. Zola 0.22.0 and Hugo 0.168.0 write
an empty `alt` for empty brackets, which says that the image is only decoration.

```markdown
![](disks.png)
![Three disks, one of them on fire](disks.png)
```

Say what the image shows. `<img alt=\"\">` is for decoration, and not a finding."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD045", "no-alt-text"]
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut say = |at| {
            findings.push(
                page.finding(
                    self,
                    Severity::Info,
                    "this image has no text for those who do not see it",
                )
                .at(at)
                .help("say between the brackets, or in `alt`, what it shows"),
            );
        };
        let opaque = Opaque::in_templates(page);
        for (index, (event, range)) in page.events.iter().enumerate() {
            match event {
                Event::Start(Tag::Image { dest_url, .. }) if !opaque.touches(range) => {
                    let has_text = page.events[index + 1..]
                        .iter()
                        .take_while(|(event, _)| !matches!(event, Event::End(TagEnd::Image)))
                        .any(|(event, _)| match event {
                            Event::Text(text) | Event::Code(text) => !text.trim().is_empty(),
                            _ => false,
                        });
                    // An image without a source is another matter.
                    if !has_text && !dest_url.is_empty() {
                        say(range.clone());
                    }
                }
                Event::Html(_) | Event::InlineHtml(_) if !opaque.touches(range) => {
                    let html = page.text[range.clone()].to_ascii_lowercase();
                    for (at, _) in html.match_indices("<img") {
                        let Some(length) = html[at..].find('>') else {
                            continue;
                        };
                        let tag = &html[at..=at + length];
                        let is_silent = ["alt", "aria-", "role="].iter().any(|name| {
                            tag.match_indices(name)
                                .any(|(at, _)| tag[..at].ends_with([' ', '\n', '\t', '"', '\'']))
                        });
                        if tag[4..].starts_with([' ', '\n', '\t']) && !is_silent {
                            say(range.start + at..range.start + at + tag.len());
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::zola;

    #[test]
    fn images_of_both_kinds() {
        let lines = |body: &str| zola("0.22.0").lines("missing-alt-text", body);
        assert_eq!(
            lines("![](a.png)\n\n[![ ](b.png)](c)\n\n![][d]\n\n[d]: d.png\n"),
            ["info 1", "info 3", "info 5"]
        );
        assert_eq!(
            lines("a <img src=\"a.png\"> b\n\n<p>\n<IMG src=a>\n</p>\n"),
            ["info 1", "info 4"]
        );
        assert_eq!(lines("![a](a.png) ![`b`](b.png) ![*c*](d)\n"), [""; 0]);
        assert_eq!(
            lines("<img src=\"a\" alt=\"\"> <img alt> <img aria-hidden=\"true\">\n"),
            [""; 0]
        );
        assert_eq!(
            lines("`![](a.png)` <imgx>\n\n    ![](a.png)\n\n<!-- a\n\n![](b.png) -->\n"),
            [""; 0]
        );
    }
}
