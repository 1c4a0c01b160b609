//! An article's body made safe and faithful for a generator: what the model wrote comes out on the page as written,
//! whatever template syntax or angle brackets it holds, and nothing of it is live.
//!
//! Markdown is never printed anew: every stage below finds byte ranges with the parser, changes those, and the next
//! stage parses again. The order matters: a stage relies on what the ones before it took away.

use std::collections::HashSet;
use std::ops::Range;

use crate::finding::Severity;
use crate::generator::Dialect;

pub(crate) mod characters;
pub(crate) mod edits;
pub(crate) mod fences;
pub(crate) mod front_matter;
mod formulas;
mod garbled;
pub(crate) mod headings;
pub(crate) mod html;
pub(crate) mod links;
mod switched_off;

/// A converted body and what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    /// Markdown for the generator, with LF line ends and a final line feed.
    pub body: String,
    /// What was changed or lost.
    pub notes: Vec<Note>,
    /// Whether an escape depended on the generator's version.
    pub needs_version: bool,
}

/// Something that a conversion has to say. It becomes a finding once the page's path is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The rule's name in kebab-case.
    pub rule: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// One sentence: what is the matter.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Bytes of the converted body; `None` where the place is gone or there are many.
    pub span: Option<Range<usize>>,
}

impl Note {
    fn new(rule: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity,
            message: message.into(),
            help: None,
            span: None,
        }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// What a conversion has to know of the site and of the page's place in it.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The id that the generator makes of a heading's text, before ids are made unique by `-1`, `-2`…
    pub heading_id: &'a dyn Fn(&str) -> String,
    /// Whether an image of this name stands beside the page, where the page's address reaches it.
    pub has_image: &'a dyn Fn(&str) -> bool,
    /// The page of the site that a destination names, if the text may link to it.
    pub page: &'a dyn Fn(&str) -> Option<PageLink>,
}

/// A page of the site that a text may link to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageLink {
    /// Its name in a reply: its path from the site's root, encoded where Markdown needs that.
    pub name: String,
    /// Its destination in the generator's own form: `@/posts/a.md`, `{{< relref "/posts/a.md" >}}`.
    pub dest: String,
}

/// Converts `body`, the Markdown of an article with this `title`, for a generator.
pub fn convert(
    body: &str,
    title: &str,
    dialect: &Dialect,
    surroundings: Surroundings<'_>,
) -> Converted {
    let mut notes = Vec::new();
    let text = characters::clean(body, &mut notes);
    let text = front_matter::remove(&text, &mut notes);
    // In a table that becomes code, a formula is shown as it is.
    let text = switched_off::tidy(&text, &dialect.switched_off, &mut notes);
    let text = formulas::as_text(&text, &dialect.formulas);
    let text = settle(text, &mut notes, |text, notes| {
        let text = switched_off::tidy(text, &dialect.switched_off, notes);
        let text = formulas::neutralise(&text, &dialect.formulas);
        let text = fences::tidy(&text, notes);
        let text = html::neutralise(&text, notes);
        let text = headings::tidy(&text, title, notes);
        let text = links::tidy(&text, dialect, surroundings, notes);
        garbled::tidy(&text, dialect)
    });
    let text = text.trim_matches('\n').to_owned() + "\n";
    // The generator's own form may be one that the stages take away or escape, so it comes in behind them.
    let (text, pages) = links::set_aside(&text, surroundings);
    let mut escaped = (dialect.escape)(&text);
    escaped.text = links::put_in(escaped.text, &pages);
    notes.extend(escaped.refused.iter().map(|refusal| {
        Note::new(
            "template-syntax",
            Severity::Warning,
            format!(
                "the text `{}` cannot be shown as it was written: {}",
                crate::text::escape(&refusal.text),
                refusal.reason
            ),
        )
    }));
    let mut seen = HashSet::new();
    notes.retain(|note| seen.insert((note.rule, note.message.clone())));
    Converted {
        body: escaped.text,
        notes,
        needs_version: escaped.needs_version,
    }
}

/// How often a body may go through the stages. One that was meant well needs two rounds, the second without a change.
const ROUNDS: usize = 16;

/// Sends a body through the stages until they leave it alone: what one takes away may join its surroundings to
/// something that another has already looked for, as `<[a](javascript:x)>` becomes `<a>`. A body that does not come to
/// rest was made for this purpose, and is shown as code.
fn settle(
    mut text: String,
    notes: &mut Vec<Note>,
    stages: impl Fn(&str, &mut Vec<Note>) -> String,
) -> String {
    for _ in 0..ROUNDS {
        let next = stages(&text, notes);
        if next == text {
            return text;
        }
        text = next;
    }
    notes.push(Note::new(
        "raw-html",
        Severity::Warning,
        "the body nests links and HTML in a way that cannot be taken apart; all of it is shown as code",
    ));
    edits::fenced("text", &text, "")
}

/// Surroundings with Zola's slugs and no pictures but `picture.svg`.
#[cfg(test)]
const IN_TESTS: Surroundings<'static> = Surroundings {
    heading_id: &|text| slug::slugify(text),
    has_image: &|name| name == "picture.svg",
    page: &|dest| {
        (dest.trim_start_matches('/') == "content/about.md").then(|| PageLink {
            name: "content/about.md".to_owned(),
            dest: "{{< relref \"/about.md\" >}}".to_owned(),
        })
    },
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;
    use crate::generator::{Definitions, GENERATORS};
    use crate::markdown;
    use crate::site::Version;

    fn all(body: &str) -> Vec<Converted> {
        let versions = [
            Version::new(0, 17, 2),
            Version::new(0, 22, 0),
            Version::new(0, 168, 0),
        ];
        GENERATORS
            .iter()
            .flat_map(|generator| versions.map(|version| generator.dialect(version)))
            .map(|dialect| convert(body, "Title", &dialect, IN_TESTS))
            .collect()
    }

    /// Raw HTML that a conversion did not write itself.
    fn raw_html(body: &str) -> Option<String> {
        raw_html_to(body, markdown::options())
    }

    /// The same as a parser with these options finds it.
    fn raw_html_to(body: &str, options: Options) -> Option<String> {
        let own = ["<pre>", "</pre>", "<code>", "</code>", "<!--more-->"];
        // What Zola's template engine leaves of these two is nothing.
        let body = body.replace("{% raw %}", "").replace("{% endraw %}", "");
        Parser::new_ext(&body, options)
            .filter_map(|event| match event {
                Event::Html(html) | Event::InlineHtml(html) => Some(
                    own.iter()
                        .fold(html.into_string(), |html, own| html.replace(own, "")),
                ),
                _ => None,
            })
            .find(|html| html.contains('<'))
    }

    const PIECES: &[&str] = &[
        "<b>",
        "</b>",
        "<br>",
        "<div>",
        "</div>",
        "<details>",
        "<!--",
        "-->",
        "<!--more-->",
        "<script>",
        "<T>",
        "[^1]",
        "[a](javascript:x)",
        "![",
        "](x)",
        "[a]: data:x\n",
        "\n[^1]: ",
        "javascript:x",
        "\n: ",
        "\n:",
        "<https://x.y>",
        "{{ f() }}",
        "{% end %}",
        "{% f() %}",
        "{{<",
        ">}}",
        "{{%/*",
        "*/%}}",
        "{",
        "}",
        "`",
        "```",
        "\n```\n",
        "\n",
        "\n\n",
        "\n    ",
        "> ",
        "- ",
        "1. ",
        "# ",
        "#\n",
        "##a\n",
        "=\n",
        "\n===\n",
        "| a |\n|---|\n",
        "~",
        "--x",
        "\\",
        "*",
        "_",
        "&lt;",
        "\u{202e}",
        "é",
        "a",
        " ",
    ];

    /// Lines as models write them, with what goes wrong in them.
    const LINES: &[&str] = &[
        "",
        "",
        "",
        "Text.",
        "Text with `Vec<T>`, Vec<T> and <your-key>.",
        "# A",
        "##B",
        "## B {x}",
        "### `c()` {}",
        "## C {#c}",
        "===",
        "---",
        "***",
        "- one",
        "  - two",
        "1. one",
        "> quote",
        "> [!NOTE]",
        "| a | b |",
        "|---|---|",
        "|---|",
        "| `a|b` | c |",
        "```",
        "```js {1,2}",
        "~~~",
        "    code {{ f() }}",
        "[a]() [b](#b) [c](#nope) [d][e]",
        "[e]: javascript:x",
        "![p](p.png){width=1}",
        "<details><summary>S</summary>",
        "</details>",
        "a<br>b <kbd>Ctrl</kbd>",
        "<!-- note -->",
        "<div align=\"center\">",
        "</div>",
        "Note[^1] and [^2].",
        "[^1]: Text.",
        ": definition",
        "{{ f() }} {% g() %} {{< h >}}",
        "{% end %}",
        "$$ a_1 \\\\ b $$ and \\(x\\)",
        "+++",
        "title: x",
        "~5 to 10~ **bold **not** bold**",
        "\ttab",
        "C:\\path --flag https://x.y/a_b",
    ];

    proptest! {
        #[test]
        fn what_was_meant_well_comes_to_rest(
            lines in prop::collection::vec(prop::sample::select(LINES), 0..24)
        ) {
            for converted in all(&lines.join("\n")) {
                let gives_up = |note: &Note| note.message.contains("cannot be taken apart");
                prop_assert!(!converted.notes.iter().any(gives_up), "{}", converted.body);
            }
        }

        #[test]
        fn nothing_of_any_body_is_live(
            body in prop::collection::vec(prop::sample::select(PIECES), 0..30).prop_map(|pieces| pieces.concat())
        ) {
            for converted in all(&body) {
                prop_assert_eq!(raw_html(&converted.body), None, "{}", converted.body);
            }
        }

        #[test]
        fn nothing_is_live_where_other_markdown_is_read(
            body in prop::collection::vec(prop::sample::select(PIECES), 0..30).prop_map(|pieces| pieces.concat())
        ) {
            let less = Dialect {
                switched_off: ["footnote", "strikethrough", "table", "tasklist"].into(),
                ..Dialect::default()
            };
            let more = Dialect { definitions: Definitions::Colon, ..Dialect::default() };
            for (dialect, options) in [
                (less, Options::ENABLE_HEADING_ATTRIBUTES),
                (more, markdown::options() | Options::ENABLE_DEFINITION_LIST),
            ] {
                let body = convert(&body, "Title", &dialect, IN_TESTS).body;
                prop_assert_eq!(raw_html_to(&body, options), None, "{}", body);
                for event in Parser::new_ext(&body, options) {
                    if let Event::Start(Tag::Link { dest_url, .. }) = event {
                        prop_assert!(links::is_safe_scheme(&dest_url), "{}", body);
                    }
                }
            }
        }

        #[test]
        fn any_text_converts(body in "\\PC{0,60}") {
            all(&body);
        }

        #[test]
        fn clean_bodies_stay_as_they_are(
            body in "(## A b\n\n|Text \\*with\\* `code <T>` and \\[link\\]\\(https://x\\.y\\)\\.\n\n|- one\n- two\n\n|```rust\nVec<T>\n\n\n\nx\n```\n\n|\\| a \\| b \\|\n\\|---\\|---\\|\n\\| c \\| d \\|\n\n){1,8}"
        ) {
            let body = format!("Intro.\n\n{}\n", body.trim());
            for converted in all(&body) {
                prop_assert_eq!(&converted.body, &body);
                prop_assert!(converted.notes.is_empty() && !converted.needs_version);
            }
        }
    }
}
