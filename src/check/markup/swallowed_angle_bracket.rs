//! Angle brackets that Markdown takes for HTML.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag as MarkdownTag};

use super::mentions::is_mention;
use super::{Tag, tags};
use crate::body::html::inline::literal;
use crate::check::left_overs::think_block;
use crate::check::proof::{self, Kind};
use crate::check::prose::{is_text, runs};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct SwallowedAngleBracket;

impl Rule for SwallowedAngleBracket {
    fn name(&self) -> &'static str {
        "swallowed-angle-bracket"
    }

    fn summary(&self) -> &'static str {
        "A type parameter or a placeholder in angle brackets that readers will not see"
    }

    fn explanation(&self) -> &'static str {
        "\
In running text, `<T>`, `<your-key>` and `<dyn Error>` are HTML elements to Markdown. Zola 0.17.2 and 0.22.0 write them into the page,
where no browser shows them; Hugo 0.168.0 leaves them out. So is the name of an element that is only spoken of, as in `the <input> element`, and `<std::io>` or `<user@host>`
becomes a link. `a < b`, `HashMap<K, V>` and `<stdio.h>` are text.

```markdown
It returns a Vec<T>.       shows: It returns a Vec.
It returns a Vec\\<T>.      shows: It returns a Vec<T>.
It returns a `Vec<T>`.     better
```

An instruction to another program, such as `<?code-excerpt path=\"a\"?>`, is left alone, unless it is PHP or XML.

The fix puts a backslash before the bracket. Where the tag has attributes or a closing tag, as a component has, or where lines below it
would become links, code or HTML, that is one of the unsafe fixes."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        for tag in tags(page) {
            let is_element = tag.is_element(page);
            // Of a script that runs another rule speaks.
            let is_named = is_element
                && is_mention(page, &tag)
                && !(page.site.raw_html && tag.name.eq_ignore_ascii_case("script"));
            if tag.raw.starts_with("<!--") || (is_element && !is_named) || is_left_over(tag.name) {
                continue;
            }
            if is_quotation(page, &tag) || is_instruction(tag.raw) || is_address(page, &tag) {
                continue;
            }
            let edit = match &tag.block {
                Some(_) => Edit::insert(tag.range.start, "\\"),
                None => Edit::replace(tag.range.clone(), literal(tag.raw)),
            };
            let mut edits = vec![edit];
            // Hugo would make a quotation mark of two brackets.
            if tag.block.is_none()
                && page.site.settings.typographer
                && page.text[tag.range.end..].starts_with('>')
            {
                edits.push(Edit::insert(tag.range.end, "\\"));
            }
            // An element of HTML may be markup all the same where it is not left out.
            let is_markup = is_named && page.site.raw_html;
            let has_call = page.is_taken_out(tag.range.start + 1);
            let fix = if has_call || is_markup || (!tag.name.is_empty() && is_component(&tag, page))
            {
                Fix::risky(edits)
            } else if tag.block.is_some() {
                // The lines below it become Markdown, or begin a block of their own.
                proof::fix(page, edits, |trial| {
                    trial.added(Kind::Html) < 0
                        && trial.added(Kind::Block) <= 0
                        && trial.added(Kind::Link) <= 0
                        && trial.added(Kind::Template) <= 0
                })
            } else {
                Fix::safe(edits)
            };
            findings.push(
                page.finding(
                    self,
                    Severity::Warning,
                    "this is taken for an HTML tag, so readers will not see it",
                )
                .at(tag.range)
                .help("put it in backticks, or write `\\<`")
                .fix(fix),
            );
        }
        for (event, range) in &page.events {
            if is_no_address(page, event, range) {
                let raw = &page.text[range.clone()];
                let edits = vec![Edit::replace(range.clone(), literal(raw))];
                let is_path =
                    raw.contains("::") || page.text[..range.start].ends_with(char::is_alphanumeric);
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        "this is taken for an address: it becomes a link, and readers will not see the brackets",
                    )
                    .at(range.clone())
                    .help("put it in backticks, or write `\\<`")
                    .fix(proof::fix(page, edits, |trial| {
                        is_path
                            && trial.changes_only(&[Kind::Text, Kind::Link])
                            && trial.added(Kind::Link) == -1
                    })),
                );
            }
        }
        if !page.site.generator.requires_front_matter() {
            findings.extend(instructions(self, page));
        }
    }
}

/// Schemes of addresses that have no two slashes behind them.
const SCHEMES: [&str; 34] = [
    "about",
    "bitcoin",
    "blob",
    "callto",
    "chrome",
    "cid",
    "data",
    "did",
    "doi",
    "ethereum",
    "facetime",
    "file",
    "geo",
    "im",
    "info",
    "ipfs",
    "irc",
    "isbn",
    "javascript",
    "magnet",
    "mailto",
    "matrix",
    "mid",
    "news",
    "nostr",
    "sip",
    "sips",
    "skype",
    "sms",
    "spotify",
    "steam",
    "tel",
    "urn",
    "xmpp",
];

/// Whether brackets hold no address, though their content has the form of one: `<std::io>`, `<user:password>`, `<user@host>`.
fn is_no_address(page: &Page<'_>, event: &Event<'_>, range: &Range<usize>) -> bool {
    let Event::Start(MarkdownTag::Link { link_type, .. }) = event else {
        return false;
    };
    let inside = page.text[range.clone()].trim_matches(['<', '>']);
    match link_type {
        LinkType::Autolink => inside.split_once(':').is_some_and(|(scheme, rest)| {
            let scheme = scheme.to_ascii_lowercase();
            !rest.starts_with("//") && scheme != "vbscript" && !SCHEMES.contains(&scheme.as_str())
        }),
        LinkType::Email => inside
            .rsplit_once('@')
            .is_some_and(|(_, host)| !host.contains('.') && host != "localhost"),
        _ => false,
    }
}

/// `<?>` in running text, of which Hugo makes an instruction (tested on 0.168.0); to Zola it is text.
fn instructions(rule: &dyn Rule, page: &Page<'_>) -> Vec<Finding> {
    let runs = runs(page);
    let found = page.body().match_indices("<?>").filter_map(|(at, raw)| {
        let at = page.body.start + at;
        let is_escaped = page.text[..at].ends_with('\\');
        (is_text(&runs, at) && !is_escaped && !page.in_code(at)).then(|| {
            page.finding(
                rule,
                Severity::Warning,
                "this is taken for an HTML tag, so readers will not see it",
            )
            .at(at..at + raw.len())
            .help("put it in backticks, or write `\\<`")
            .fix(Fix::safe(vec![Edit::insert(at, "\\")]))
        })
    });
    found.collect()
}

/// Whether the bracket is the second of two that Hugo makes a quotation mark of: `<<bonjour>>` (tested on 0.168.0).
fn is_quotation(page: &Page<'_>, tag: &Tag<'_>) -> bool {
    let before = &page.text[page.body.start..tag.range.start];
    let brackets = before.len() - before.trim_end_matches('<').len();
    let is_escaped = before[..before.len() - brackets].ends_with('\\');
    !page.site.generator.requires_front_matter()
        && page.site.settings.typographer
        && tag.block.is_none()
        && brackets % 2 == 1
        && !is_escaped
}

/// Whether it is an instruction to another program, which nobody wants to see. One of PHP or XML is a sample of code.
fn is_instruction(raw: &str) -> bool {
    raw.strip_prefix("<?").is_some_and(|rest| {
        let name = rest
            .split(|c: char| !(c.is_alphanumeric() || c == '-'))
            .next();
        !matches!(name, None | Some("" | "php" | "xml"))
    })
}

/// Whether the brackets are around a call that is in place when Markdown is read, so that they make a link of an address.
fn is_address(page: &Page<'_>, tag: &Tag<'_>) -> bool {
    let inside = tag.range.start + 1..tag.range.end.saturating_sub(1);
    let is_call = |range: &Range<usize>| {
        range.start <= inside.start
            && inside.start < range.end
            && page.text[range.clone()].starts_with("{{%")
    };
    page.taken_out.iter().any(is_call)
}

fn is_component(tag: &Tag<'_>, page: &Page<'_>) -> bool {
    tag.is_used(page)
}

/// Whether another rule speaks of it.
fn is_left_over(name: &str) -> bool {
    name.eq_ignore_ascii_case("EndOFText")
        || think_block::NAMES.contains(&name.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, hugo, zola};

    #[test]
    fn two_brackets_are_a_quotation_mark_in_hugo() {
        let lines = |body: &str| hugo().lines("swallowed-angle-bracket", body);
        assert_eq!(lines("On a dit <<bonjour>> au monde.\n"), [""; 0]);
        assert_eq!(lines("On a dit \\<<bonjour>> au monde.\n"), ["warning 1"]);
        let found = zola("0.22.0").lines("swallowed-angle-bracket", "a <<bonjour>> b\n");
        assert_eq!(found, ["warning 1"]);
    }

    #[test]
    fn text_in_brackets_is_shown() {
        for (body, expected) in [
            (
                "A Vec<T> or Box<dyn Error>.\n",
                "A Vec\\<T> or Box\\<dyn Error>.\n",
            ),
            ("<your-key>\n", "\\<your-key>\n"),
            ("Use <a_b *c*> and <A>\n", "Use <a_b *c*> and \\<A>\n"),
            ("x <?php y ?>\n", "x \\<?php y ?>\n"),
        ] {
            assert_eq!(fixed(&zola("0.22.0"), body), expected);
        }
    }

    #[test]
    fn what_only_looks_like_an_address() {
        for world in [hugo(), zola("0.22.0"), zola("0.17.2")] {
            let lines = |body: &str| world.lines("swallowed-angle-bracket", body);
            for body in [
                "Foo<std::io> a\n",
                "as <user:password> a\n",
                "to <user@host> a\n",
            ] {
                assert_eq!(lines(body), ["warning 1"], "{body}");
            }
            for body in [
                "<https://a.b> <mailto:a@b.c> <a@b.c> <tel:+1> <urn:a:b> `<a:b>`\n",
                "a:b\n",
            ] {
                assert_eq!(lines(body), [""; 0], "{body}");
            }
            assert_eq!(fixed(&world, "Foo<std::io> a\n"), "Foo\\<std::io> a\n");
        }
        assert_eq!(fixed(&hugo(), "A List<?> b\n"), "A List\\<?> b\n");
        assert_eq!(
            zola("0.22.0").lines("swallowed-angle-bracket", "A List<?> b\n"),
            [""; 0]
        );
    }

    #[test]
    fn instructions_and_addresses_from_calls_are_no_placeholders() {
        for body in [
            "<?code-excerpt path=\"x\"?>\n",
            "a <?code-excerpt path=\"x\"?> b\n",
        ] {
            assert_eq!(fixed(&zola("0.22.0"), body), body);
            assert_eq!(hugo().lines("swallowed-angle-bracket", body), [""; 0]);
        }
        let lines = |body| hugo().lines("swallowed-angle-bracket", body);
        assert_eq!(lines("See <{{% param repo %}}>.\n"), [""; 0]);
        assert_eq!(lines("See <{{% param repo %}}/a>.\n"), [""; 0]);
        // This is in place when all is rendered, so it is a tag.
        let body = "See <{{< param repo >}}>.\n";
        assert_eq!(lines(body), ["warning 1"]);
        assert_eq!(fixed(&hugo(), body), body);
    }

    #[test]
    fn html_is_html() {
        for body in [
            "<br> <BR/> <kbd>x</kbd> <B>y</B> a < b, HashMap<K, V> `Vec<T>` <https://a.b>\n",
            "<my-element>x</my-element> <my-other a=\"b\"> <time>now</time>\n",
            "<svg viewBox=\"0\"><path d=\"x\"/><circle r=\"1\"></svg> <!-- c -->\n",
            "<ruby>漢<rt>かん</rt></ruby>\n",
        ] {
            assert_eq!(
                zola("0.22.0").lines("swallowed-angle-bracket", body),
                [""; 0],
                "{body}"
            );
        }
    }

    #[test]
    fn components_are_found_and_left_alone() {
        let body = "a <Tabs>b</Tabs>\n";
        assert_eq!(
            zola("0.22.0").lines("swallowed-angle-bracket", body).len(),
            2
        );
        assert_eq!(fixed(&zola("0.22.0"), body), body);
    }
}
