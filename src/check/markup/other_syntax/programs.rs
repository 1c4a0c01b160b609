//! Markup of wikis, forums, typesetters and other programs, by the signs that nobody writes otherwise.

use std::ops::Range;

use pulldown_cmark::{Event, TagEnd};

use crate::check::Page;
use crate::check::prose::{is_text, leaves, lines};
use crate::finding::{Edit, Fix};

/// A place with its markup: what it is, and what it can be replaced with.
pub(super) type Place = (&'static str, Range<usize>, Option<Fix>);

/// All that is found on a page.
pub(super) fn places(page: &Page<'_>, runs: &[Range<usize>]) -> Vec<Place> {
    let mut found = attributes(page);
    for (block, is_item) in leaves(page) {
        // To a body that is a template these are its own.
        if page.site.generator.has_templates(page.site.version) {
            break;
        }
        found.extend(in_lines(page, &block, is_item, runs));
    }
    for run in runs {
        let text = &page.text[run.clone()];
        for (what, place) in in_text(text) {
            found.push((what, run.start + place.start..run.start + place.end, None));
        }
        for place in escaped_entities(text) {
            let at = run.start + place.start..run.start + place.end;
            let edits = vec![Edit::delete(at.start + 1..at.start + 5)];
            found.push((
                "an entity that was escaped twice",
                at,
                Some(Fix::risky(edits)),
            ));
        }
    }
    found.extend(roles(page, runs));
    found
}

/// Markup that takes a line.
fn in_lines(
    page: &Page<'_>,
    block: &Range<usize>,
    is_item: bool,
    runs: &[Range<usize>],
) -> Vec<Place> {
    let rows: Vec<_> = lines(page, block.clone())
        .map(|(line, at)| {
            let body = line.trim_start_matches(['>', ' ', '\t']).trim_end();
            let start = at.start + (line.len() - line.trim_start_matches(['>', ' ', '\t']).len());
            (body, start..start + body.len())
        })
        .collect();
    let is_fenced = |mark: &str| {
        rows.len() > 1
            && rows[0].0.starts_with(mark)
            && rows.last().is_some_and(|(line, _)| *line == mark)
    };
    let mut found = Vec::new();
    for (index, (line, at)) in rows.iter().enumerate() {
        let is_first = index == 0;
        let what = if is_first && is_fenced("'''") {
            "a fence of quotes in the place of backticks"
        } else if is_first && (rows.len() == 1) && is_wiki_heading(line) {
            "a heading of a wiki"
        } else if is_first && is_jira_heading(line) {
            "a heading of Textile or Jira"
        } else if line.starts_with("{code") && line.ends_with('}') || line.starts_with("{noformat")
        {
            "a block of code of Jira"
        } else if is_first && line.starts_with("=== \"") && line.ends_with('"') {
            "a tab of MkDocs"
        } else if is_first && is_directive(line) {
            "a directive of reStructuredText"
        } else if is_first && line.starts_with("*[") && line.contains("]: ") {
            "an abbreviation of PHP Markdown Extra"
        } else if ["@[toc]", "@[TOC]", "{{TOC}}", "{{toc}}", "{{>toc}}"].contains(line)
            && rows.len() == 1
        {
            "a mark for a table of contents"
        } else if (rows.len() == 1 || index + 1 == rows.len() || is_first) && is_liquid(line) {
            "a tag of Jekyll"
        } else if is_attribute_line(page, line, is_first)
            || is_item && line.starts_with("{: ") && line.ends_with('}')
        {
            "an attribute list of kramdown or Pandoc"
        } else if is_first && line.starts_with("!spoiler!<") {
            "a spoiler of Reddit"
        } else {
            continue;
        };
        if is_text(runs, at.start) || line.starts_with(['*', '{']) && !page.in_code(at.start) {
            let fix = line
                .starts_with("{:")
                .then(|| Fix::risky(vec![Edit::delete(at.clone())]));
            found.push((what, at.clone(), fix));
        }
    }
    found
}

/// `== Heading ==`.
fn is_wiki_heading(line: &str) -> bool {
    let text = line.trim_start_matches('=');
    let marks = line.len() - text.len();
    let inner = text.trim_end_matches('=');
    (2..7).contains(&marks)
        && text.len() - inner.len() == marks
        && inner.starts_with(' ')
        && inner.ends_with(' ')
        && inner.trim().starts_with(char::is_alphanumeric)
        && !inner.contains("==")
}

/// `h2. Heading`.
fn is_jira_heading(line: &str) -> bool {
    line.strip_prefix('h').is_some_and(|rest| {
        rest.starts_with(|c: char| ('1'..='6').contains(&c))
            && rest[1..].strip_prefix(". ").is_some_and(|text| {
                text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
            })
    })
}

/// `.. note::`.
fn is_directive(line: &str) -> bool {
    line.strip_prefix(".. ")
        .and_then(|rest| rest.split_once("::"))
        .is_some_and(|(name, _)| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'-' || b == b':')
        })
}

/// `{% include toc.html %}`, alone on its line, with a name that Jekyll or its plugins know.
fn is_liquid(line: &str) -> bool {
    let Some(inside) = line
        .strip_prefix("{%")
        .and_then(|rest| rest.strip_suffix("%}"))
    else {
        return false;
    };
    let words: Vec<&str> = inside.trim_matches(['-', ' ']).split_whitespace().collect();
    let names = [
        "include",
        "include_relative",
        "include_cached",
        "youtube",
        "vimeo",
        "gist",
        "twitter",
        "tweet",
        "link",
        "post_url",
        "asset_img",
        "asset_path",
        "figure",
        "embed",
        "toc",
        "picture",
        "highlight",
        "endhighlight",
        "raw",
        "endraw",
    ];
    !inside.contains('%')
        && words.first().is_some_and(|name| names.contains(name))
        && (words.len() > 1
            || ["toc", "endhighlight", "raw", "endraw"].contains(words.first().unwrap_or(&"")))
}

/// `{: .note}`, `{:toc}`, `{.lead}` or `{#id}`, alone on a line.
fn is_attribute_line(page: &Page<'_>, line: &str, is_first: bool) -> bool {
    let Some(inside) = line
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
    else {
        return false;
    };
    let words = inside.strip_prefix(':').unwrap_or(inside);
    let is_kramdown = inside.starts_with(':') && !inside.starts_with(": ");
    let is_plain =
        !is_first && inside.starts_with(['.', '#']) && !page.site.settings.block_attributes;
    let is_word = |word: &str| {
        word.trim_start_matches(['.', '#'])
            .starts_with(|c: char| c.is_ascii_alphabetic() || c == '-')
    };
    (is_kramdown || is_plain)
        && !words.contains(['{', '}', ',', ';', '('])
        && words.split_whitespace().all(is_word)
}

/// Attributes right behind a link, an image or brackets: `![a](b.png){width=50%}`.
fn attributes(page: &Page<'_>) -> Vec<Place> {
    let ends = page.events.iter().filter_map(|(event, range)| {
        matches!(
            event,
            Event::End(TagEnd::Link | TagEnd::Image) | Event::Code(_)
        )
        .then_some((range.end, matches!(event, Event::Code(_))))
    });
    let found = ends.filter_map(|(end, is_code)| {
        let inside = page.text[end..].strip_prefix('{')?;
        let inside = inside.split(['}', '\n']).next()?;
        let at = end..end + inside.len() + 2;
        let is_closed = page.text[..at.end.min(page.text.len())].ends_with('}');
        let words = inside.strip_prefix(':').unwrap_or(inside);
        let is_one = if is_code {
            // `` `code`{.python} `` of Pandoc; other braces behind code may be meant.
            inside.starts_with(['.', ':'])
        } else {
            words.trim_start().starts_with(['.', '#'])
                || words.split_once('=').is_some_and(|(key, _)| {
                    !key.trim().is_empty()
                        && key
                            .trim()
                            .bytes()
                            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
                })
        };
        (is_one && is_closed && !inside.contains('{')).then(|| {
            let fix = Fix::risky(vec![Edit::delete(at.clone())]);
            ("an attribute list of kramdown or Pandoc", at, Some(fix))
        })
    });
    found.collect()
}

/// Markup within a line.
fn in_text(text: &str) -> Vec<(&'static str, Range<usize>)> {
    let mut found = Vec::new();
    let mut pair = |open: &str, close: &str, what, is_inside: fn(&str) -> bool| {
        let mut from = 0;
        while let Some(at) = text[from..].find(open).map(|at| from + at) {
            let inner = at + open.len();
            from = inner;
            let Some(length) = text[inner..].find(close) else {
                break;
            };
            let is_escaped = text[..at].ends_with(['\\', '$'])
                || (open == "||" && text[..at].ends_with(char::is_alphanumeric))
                || (open.starts_with('\\') && super::in_dollars(&text[..at]));
            if is_inside(&text[inner..inner + length]) && !is_escaped {
                found.push((what, at..inner + length + close.len()));
                from = inner + length + close.len();
            }
        }
    };
    let is_tight = |inside: &str| {
        !inside.is_empty()
            && inside.len() < 200
            && inside.starts_with(char::is_alphanumeric)
            && inside.ends_with(|c: char| c.is_alphanumeric() || ".!?".contains(c))
    };
    let is_key = |inside: &str| {
        !inside.is_empty()
            && inside
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_:,; @.".contains(&b))
    };
    pair("||", "||", "a spoiler of Discord", |inside| {
        inside.starts_with(char::is_alphabetic) && inside.len() > 3 && !inside.ends_with(' ')
    });
    pair("%%", "%%", "a comment of Obsidian", is_tight);
    pair("[@", "]", "a citation of Pandoc", |inside| {
        inside.len() > 3
            && inside.starts_with(|c: char| c.is_ascii_alphabetic())
            && inside.contains(|c: char| c.is_ascii_digit() || c == ':')
            && !inside.contains('/')
    });
    for command in [
        "textbf",
        "textit",
        "emph",
        "texttt",
        "href",
        "includegraphics",
        "cite",
        "citep",
        "citet",
        "footnote",
        "section",
        "subsection",
        "autoref",
        "cref",
        "begin{itemize",
        "begin{enumerate",
        "begin{figure",
        "begin{table",
    ] {
        let open = if command.starts_with("begin") {
            format!("\\{command}")
        } else {
            format!("\\{command}{{")
        };
        pair(&open, "}", "a command of LaTeX", |_| true);
    }
    pair("[b]", "[/b]", "markup of a forum", |_| true);
    pair("[i]", "[/i]", "markup of a forum", |_| true);
    pair("[code]", "[/code]", "markup of a forum", |_| true);
    pair("[url=", "[/url]", "markup of a forum", |_| true);
    pair("{--", "--}", "a mark of CriticMarkup", |_| true);
    pair("{>>", "<<}", "a mark of CriticMarkup", |_| true);
    pair("'''", "'''", "bold text of a wiki", is_tight);
    pair("]{.", "}", "a span of Pandoc", is_key);
    pair("<|", "|>", "a mark of a model's own", |inside| {
        [
            "im_end",
            "im_start",
            "endoftext",
            "eot_id",
            "end",
            "assistant",
            "user",
            "system",
        ]
        .contains(&inside)
    });
    if let Some(at) = text.rfind(" ^") {
        let id = text[at + 2..].trim_end();
        let is_id = id.len() > 4 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if is_id
            && id.bytes().any(|b| b.is_ascii_digit())
            && id.bytes().any(|b| b.is_ascii_alphabetic())
        {
            found.push(("a block's name of Obsidian", at + 1..at + 2 + id.len()));
        }
    }
    // A line end of a program's text: `One.\nTwo`.
    for (at, sign) in text.match_indices("\\n") {
        let before = text[..at].chars().next_back();
        let after = &text[at + 2..];
        let ends = before.is_some_and(|c| c.is_alphanumeric() || ".!?:;,)\"".contains(c));
        let starts =
            after.starts_with("\\n") || after.starts_with("- ") || after.starts_with("## ");
        if ends && starts && !text[..at].ends_with(":\\") {
            found.push(("a line end of a program's text", at..at + sign.len()));
        }
    }
    found
}

/// `&amp;quot;`, of which readers see `&quot;`.
fn escaped_entities(text: &str) -> Vec<Range<usize>> {
    let names = [
        "quot;", "lt;", "gt;", "nbsp;", "apos;", "#39;", "#x27;", "#34;", "mdash;", "hellip;",
    ];
    text.match_indices("&amp;")
        .filter_map(|(at, sign)| {
            let rest = &text[at + sign.len()..];
            let name = names.iter().find(|name| rest.starts_with(**name))?;
            Some(at..at + sign.len() + name.len())
        })
        .collect()
}

/// `` :ref:`name` `` and `` `text <https://…>`_ `` of reStructuredText.
fn roles(page: &Page<'_>, runs: &[Range<usize>]) -> Vec<Place> {
    let mut found: Vec<Place> = Vec::new();
    for (event, range) in &page.events {
        if !matches!(event, Event::Code(_)) {
            continue;
        }
        let before = &page.text[page.body.start..range.start];
        let role = before.strip_suffix(':').and_then(|rest| {
            let name = rest.rsplit(':').next()?;
            let is_name =
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
            let at = rest.len().checked_sub(name.len() + 1)?;
            let starts_word = !rest[..at].ends_with(|c: char| c.is_alphanumeric());
            (is_name && rest[at..].starts_with(':') && starts_word)
                .then_some(range.start - name.len() - 2)
        });
        if let Some(start) = role.filter(|start| is_text(runs, *start)) {
            found.push(("a role of reStructuredText", start..range.end, None));
        }
        let raw = &page.text[range.clone()];
        if raw.ends_with(">`") && raw.contains(" <http") && page.text[range.end..].starts_with('_')
        {
            found.push((
                "a link of reStructuredText",
                range.start..range.end + 1,
                None,
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed_with_risk, hugo, world, zola};

    #[test]
    fn markup_of_other_programs() {
        for world in [hugo(), zola("0.22.0"), zola("0.17.2")] {
            let lines = |body: &str| world.lines("other-syntax", body);
            for body in [
                "![a](/b.png){width=50%}\n",
                "[a](/b){target=\"_blank\"} c\n",
                "[a](/b){:target=\"_blank\"} c\n",
                "A [text]{.smallcaps} here\n",
                "Text\n{.lead}\n",
                "- a\n{: .x}\n- b\n",
                "* TOC\n{:toc}\n",
                "== Heading ==\n",
                "h2. Heading\n",
                "{code:java}\n",
                "=== \"Tab\"\n    Text\n",
                ".. note::\n   Text\n",
                "*[HTML]: Hyper Text\n",
                "@[toc]\n",
                "{% include toc.html %}\n",
                "'''sh\nls\n'''\n",
                "||spoiler|| here\n",
                "a %%hidden%% b\n",
                "As shown [@smith2020] there\n",
                "This is \\textbf{bold}\n",
                "[b]bold[/b] here\n",
                "{--gone--} here\n",
                "'''bold''' here\n",
                "a\n\n<|im_end|>\n",
                "Text here ^abc123\n",
                "It&amp;#39;s here\n",
                "See :ref:`foo` now\n",
                "See `docs <https://x.y>`_ now\n",
                "One.\\n\\nTwo\n",
            ] {
                let found = lines(body).len();
                assert!(
                    found == 1 || (found == 2 && body.contains("\\n")),
                    "{found} {body}"
                );
            }
            for body in [
                "a || b || c, 100%% of 5%%, x^abc, `[@a1]`, [@types/node2](/x)\n",
                "[a](/b) {c=d} and `f`{x}, [a](/b){c}\n",
                "a {.b} c, {% if x %} {{ toc }}, h2. is a tag\n",
                "== and ==, a == b ==\n",
                "C:\\new\\name and `a\\nb`, \\nabla\n",
                "AT&amp;T and &amp;x;\n",
                "a :b: `c`, x::`y`\n",
                "{% for x in y %}\n",
            ] {
                assert_eq!(lines(body), [""; 0], "{body}");
            }
        }
        let config = "baseURL = \"x\"\n[markup.goldmark.parser.attribute]\nblock = true\n";
        let site = world(&[("hugo.toml", config)], Some("0.168.0"));
        assert_eq!(site.lines("other-syntax", "Text\n{.lead}\n"), [""; 0]);
        let body = "![a](/b.png){width=50%} &amp;quot;\n";
        assert_eq!(fixed_with_risk(&hugo(), body), "![a](/b.png) &quot;\n");
    }
}
