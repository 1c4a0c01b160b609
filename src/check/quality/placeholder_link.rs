//! Links to addresses that only stand for one.

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};
use url::{Host, Url};

use super::is_post;
use crate::check::{Page, Rule};
use crate::config::Post;
use crate::finding::{Finding, Severity};
use crate::text::{escape, shorten};

/// Names in the place of a site's, without punctuation.
const NAMES: [&str; 8] = [
    "yoursite",
    "yourwebsite",
    "yourdomain",
    "yourblog",
    "yourcompany",
    "mywebsite",
    "somewebsite",
    "websitename",
];

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct PlaceholderLink;

impl Rule for PlaceholderLink {
    describe!(
        "placeholder-link",
        "A link to an address that only stands for one",
        "\
Models that know no address make one up: `https://example.com/guide`, `https://yourwebsite.com/`, `#`. `example.com`, `example.net`,
`example.org` and all names that end in `.example`, `.invalid` or `.test` are set aside for examples (RFC 2606 and 6761), so behind
such a link there is nothing to read, and `#` leads to the top of the page itself. Zola 0.22.0 and Hugo 0.168.0 write such links as
they are.

```markdown
See [the manual](https://example.com/manual).     nothing is there
Open <https://example.com> in a browser.          fine: the address itself is shown
```

Write the real address, or keep only the text. Addresses in code, and links whose text is their address, are examples and are left
alone. This is advice for posts that Postwright wrote."
    );

    fn covers_hand_written(&self, _wanted: Option<&Post>) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if !is_post(page) {
            return;
        }
        for (index, (event, range)) in page.events.iter().enumerate() {
            let Event::Start(Tag::Link {
                link_type,
                dest_url,
                ..
            }) = event
            else {
                continue;
            };
            if matches!(link_type, LinkType::Autolink | LinkType::Email)
                || !is_placeholder(dest_url)
                || shows(dest_url, &shown(page, index))
            {
                continue;
            }
            let message = format!(
                "`{}` only stands for an address",
                escape(&shorten(dest_url, 60))
            );
            findings.push(
                page.finding(self, Severity::Info, message)
                    .at(range.clone())
                    .help("write the real address, or keep only the text"),
            );
        }
    }
}

fn is_placeholder(dest: &str) -> bool {
    if dest == "#" {
        return true;
    }
    let Ok(url) = Url::parse(dest) else {
        return false;
    };
    let Some(Host::Domain(host)) = url.host() else {
        return false;
    };
    let host = host.trim_end_matches('.');
    let mut labels = host.rsplit('.');
    let end = labels.next().unwrap_or_default();
    let name = labels.next().unwrap_or_default();
    let is_reserved = matches!(end, "example" | "invalid" | "test")
        || (name == "example" && matches!(end, "com" | "net" | "org"));
    is_reserved || NAMES.contains(&name.replace('-', "").as_str())
}

/// The text of the link that starts with this event.
fn shown(page: &Page<'_>, start: usize) -> String {
    page.events[start..]
        .iter()
        .map(|(event, _)| event)
        .take_while(|event| !matches!(event, Event::End(TagEnd::Link)))
        .map(|event| match event {
            Event::Text(text) | Event::Code(text) => text.as_ref(),
            _ => "",
        })
        .collect()
}

/// Whether a link's text names its host, as an example of an address does.
fn shows(dest: &str, shown: &str) -> bool {
    let Ok(url) = Url::parse(dest) else {
        return false;
    };
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    !host.is_empty() && shown.to_lowercase().contains(host)
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{generated, hugo};

    fn found(body: &str) -> usize {
        let page = generated("", "", body);
        hugo().quality("placeholder-link", &page, None).len()
    }

    #[test]
    fn made_up_addresses_are_found() {
        for dest in [
            "https://example.com/guide",
            "http://www.example.org",
            "https://docs.example.net/a?b#c",
            "https://EXAMPLE.com.",
            "https://my.shop.example/",
            "https://your-website.com/contact",
            "https://www.yourdomain.io",
            "#",
        ] {
            assert_eq!(found(&format!("See [the *guide*]({dest}).\n")), 1, "{dest}");
        }
        assert_eq!(
            found("[a][b] [c]\n\n[b]: https://example.com/x\n[c]: #\n"),
            2
        );
    }

    #[test]
    fn examples_of_addresses_are_none() {
        for body in [
            "<https://example.com/>\n",
            "`[a](https://example.com)` and https://example.com\n",
            "```\n[a](https://example.com)\n```\n",
            "[https://example.com/a](https://example.com/a) [`www.example.com`](http://www.example.com)\n",
            "[a](https://examples.com) [b](https://example.com.evil.org) [c](https://myexample.com) [d](#top)\n",
            "[a](https://127.0.0.1/) [b](mailto:you@example.com) [c](/example.com) [d](https://)\n",
        ] {
            assert_eq!(found(body), 0, "{body}");
        }
    }
}
