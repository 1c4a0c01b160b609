//! Markup of wikis, forums, typesetters and other programs, by the signs that nobody writes otherwise.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::tokens::tokens;
use super::within::{attributes, escaped_entities, in_text, roles};
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
        if page.is_template() {
            break;
        }
        found.extend(in_lines(page, &block, is_item, runs));
    }
    for run in runs {
        let text = &page.text[run.clone()];
        let is_escaped = page.text[..run.start].ends_with('\\');
        let places = in_text(text).into_iter();
        for (what, place) in places.filter(|(_, place)| place.start > 0 || !is_escaped) {
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
    for (event, range) in &page.events {
        let raw = page.text[range.clone()].trim();
        // Groups of hyphens below a head are a line across the page to Markdown.
        if matches!(event, Event::Rule) && raw.split(' ').filter(|it| it.len() > 2).count() > 1 {
            found.push((
                "a simple table of Pandoc",
                range.start..range.start + raw.len(),
                None,
            ));
        }
    }
    // Zola takes these braces away, as another rule says.
    for (event, range) in &page.events {
        let raw = page.text[range.clone()].trim_end();
        let is_zola = page.site.generator.requires_front_matter();
        if matches!(event, Event::Start(Tag::Heading { .. })) && raw.ends_with(" {-}") && !is_zola {
            let end = range.start + raw.len();
            found.push(("an attribute of Pandoc", end - 3..end, None));
        }
    }
    found.extend(roles(page, runs));
    found.extend(tokens(page, runs));
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
        let is_alone = rows.len() == 1;
        let what = if is_first && FENCES.iter().any(|fence| is_fenced(fence)) {
            "a fence of quotes in the place of backticks"
        } else if is_first
            && is_fenced("``")
            && !line[2..].is_empty()
            && line[2..].chars().all(char::is_alphanumeric)
        {
            "a fence of two backticks, which makes no block"
        } else if is_alone && line.len() > 5 && line.starts_with("%% ") && line.ends_with(" %%") {
            "a comment of Obsidian"
        } else if is_alone && BREAKS.contains(line) {
            "a page break of other programs"
        } else if is_alone && line.len() > 2 && line.bytes().all(|byte| byte == b'=') {
            "a dividing line of other programs"
        } else if is_alone && is_caption(page, line, block) {
            "the caption of a table of Pandoc"
        } else if is_first
            && rows.len() > 1
            && rows
                .iter()
                .all(|(row, _)| row.starts_with("| ") && !row.ends_with('|'))
        {
            "a line block of Pandoc"
        } else if is_first && rows.len() > 1 && rows.iter().all(|(row, _)| is_drawn(row)) {
            "a table drawn with lines, which only a block of code keeps"
        } else if is_org(line) {
            "a keyword of Org"
        } else if line.trim_start_matches(';').starts_with("--8<-- \"") {
            "a snippet of MkDocs"
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
        if is_text(runs, at.start)
            || line.starts_with(['*', '{']) && !page.in_code(at.start)
            || line.starts_with("``")
        {
            let fix = line
                .starts_with("{:")
                .then(|| Fix::risky(vec![Edit::delete(at.clone())]));
            found.push((what, at.clone(), fix));
        }
    }
    found
}

/// What was typed in the place of three backticks.
const FENCES: [&str; 4] = ["'''", "´´´", "“`", "‘‘‘"];

/// Lines that end a page elsewhere.
const BREAKS: [&str; 6] = [
    "\\newpage",
    "\\pagebreak",
    "\\clearpage",
    "\\tableofcontents",
    "---pagebreak---",
    "[pagebreak]",
];

/// `: Caption` above or below a table.
fn is_caption(page: &Page<'_>, line: &str, block: &Range<usize>) -> bool {
    let above = page.text[page.body.start..block.start].trim_end();
    let below = page.text[block.end..].trim_start();
    line.starts_with(": ") && (below.starts_with('|') || above.ends_with('|'))
}

/// Whether a line begins with a piece of a drawn frame.
fn is_drawn(line: &str) -> bool {
    line.starts_with(|c| matches!(c, '\u{2500}'..='\u{257f}'))
}

/// `#+BEGIN_SRC python`.
fn is_org(line: &str) -> bool {
    line.strip_prefix("#+").is_some_and(|rest| {
        [
            "begin_", "end_", "title:", "author:", "date:", "options:", "startup:",
        ]
        .iter()
        .any(|key| {
            rest.get(..key.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(key))
        })
    })
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
        "hint",
        "tab",
        "content-ref",
        "endhighlight",
        "endhint",
        "endtab",
        "endtabs",
        "raw",
        "endraw",
    ];
    !inside.contains('%')
        && words.first().is_some_and(|name| names.contains(name))
        && (words.len() > 1
            || words
                .first()
                .is_some_and(|name| name.starts_with("end") || ["toc", "raw"].contains(name)))
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
                "%% hidden text %%\n",
                "{/* hidden */}\n",
                "a ``quoted'' word\n",
                "\\newpage\n",
                "a\n\n=====\n",
                "| a\n| b\n",
                "┌──┐\n│ a│\n└──┘\n",
                "A    B\n---  ---\na    b\n",
                "#+BEGIN_SRC sh\n",
                "``sh\nls\n``\n",
                "´´´sh\nls\n´´´\n",
                "{% hint style=\"info\" %}\n",
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
                "a {{/* b() */}} c\n",
                "- - -\n\n--- a\n",
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
