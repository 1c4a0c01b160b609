//! Markup in the text that stands for an image.

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::site::Version;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct AltMarkup;

impl Rule for AltMarkup {
    describe!(
        "alt-markup",
        "Markup in the text of an image, which Zola writes into the attribute as HTML",
        "\
With `lazy_async_image = true` Zola 0.22.0 writes the text of an image into its `alt` together with the tags that its markup makes, so the attribute holds HTML.

```markdown
![a plan of the house](plan.png)
```

Write plain text there."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if !page.site.settings.lazy_images || page.site.version < Version::new(0, 18, 0) {
            return;
        }
        let mut image = None;
        for (event, range) in &page.events {
            match event {
                Event::Start(Tag::Image { .. }) => image = Some(range.clone()),
                Event::End(TagEnd::Image) => image = None,
                Event::Start(_) | Event::Code(_) => {
                    if let Some(image) = image.take() {
                        findings.push(
                            page.finding(
                                self,
                                Severity::Warning,
                                "the markup in this image's text becomes HTML in its `alt`",
                            )
                            .at(image)
                            .help("write plain text between the brackets"),
                        );
                    }
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{world, zola};

    #[test]
    fn only_with_lazy_images() {
        let config = "base_url = \"x\"\n[markdown]\nlazy_async_image = true\n";
        let site = world(&[("config.toml", config)], Some("0.22.0"));
        let body = "![a *b*](/x.png) ![a b](/x.png) *c*\n";
        assert_eq!(site.lines("alt-markup", body), ["warning 1"]);
        assert_eq!(zola("0.22.0").lines("alt-markup", body), [""; 0]);
    }
}
