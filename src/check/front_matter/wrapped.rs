//! Front matter that does not stand at the beginning: in a code fence, below a line, or in the format of another generator.

use std::ops::Range;

use super::repair::{self, lines, read_as};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Fix};
use crate::front_matter::{self, Format, FrontMatter, SplitRules, Table};

/// Puts the front matter that a page has somewhere at its beginning.
pub(super) fn repair(page: &Page<'_>, rule: &dyn Rule) -> Option<Fix> {
    if page.is_trial {
        return None;
    }
    in_fence(page, rule)
        .map(Fix::safe)
        .or_else(|| from_json(page, rule).map(Fix::safe))
        .or_else(|| below_text(page, rule))
}

/// The words behind a fence around front matter or a whole page.
const WRAPPERS: [&str; 7] = ["", "markdown", "md", "toml", "yaml", "yml", "text"];

/// Takes a code fence away that stands around the front matter or around the whole page.
fn in_fence(page: &Page<'_>, rule: &dyn Rule) -> Option<Vec<Edit>> {
    let text = page.text;
    let all: Vec<(Range<usize>, &str)> = lines(text, 0..text.len()).collect();
    let first = all.iter().position(|(_, line)| !line.trim().is_empty())?;
    let (open, line) = all.get(first)?;
    let sign = line.trim_start_matches('\u{feff}');
    let length = sign.len() - sign.trim_start_matches('`').len();
    let (fence, info) = sign.split_at(length);
    if length < 3 || !WRAPPERS.contains(&info.trim().to_lowercase().as_str()) {
        return None;
    }
    let is_end = |line: &str| line.trim_end() == fence;
    let inside = all.get(first + 1)?.0.start;
    let found = front_matter::split(&text[inside..], page.site.generator.split_rules());
    let start = inside + found.ok()??.body;
    // Either the fence ends at the front matter, or with the page.
    let behind = all.iter().find(|(range, _)| range.start >= start);
    let close = match behind {
        Some((range, line)) if is_end(line) => range,
        _ => {
            let (range, line) = all.iter().rev().find(|(_, line)| !line.trim().is_empty())?;
            // Front matter may go on to the end of the page.
            (is_end(line) && range.start >= start).then_some(())?;
            let inner = lines(text, start..range.start).filter(|(_, line)| {
                let line = line.trim_start();
                line.starts_with("```") || line.starts_with("~~~")
            });
            // Fences within must come in pairs, or the last line is the end of one of them.
            (inner.count() % 2 == 0).then_some(())?;
            range
        }
    };
    let edits = vec![
        Edit::delete(open.end - sign.len()..inside),
        Edit::delete(close.start..past_line(text, close.end)),
    ];
    let body = format!(
        "{}{}",
        &text[start..close.start],
        &text[past_line(text, close.end)..]
    );
    let is_meant = |table: &Table, found: &str| !table.is_empty() && found == body;
    repair::whole(page, rule, edits, is_meant)
}

/// JSON, which only Hugo reads, as TOML: the same values, and JSON has no comments that could be lost.
fn from_json(page: &Page<'_>, rule: &dyn Rule) -> Option<Vec<Edit>> {
    let found = front_matter::split(page.text, SplitRules::Hugo).ok()??;
    if found.format != Format::Json {
        return None;
    }
    let front = FrontMatter::parse(page.text, &found).ok()?;
    let block = front_matter::render(Format::Toml, front.table());
    let edits = vec![Edit::replace(0..found.body, block)];
    let body = page.text.get(found.body..)?;
    let is_meant =
        |table: &Table, found: &str| !table.is_empty() && table == front.table() && found == body;
    repair::whole(page, rule, edits, is_meant)
}

/// Front matter below other text: a comment moves below it, which changes nothing; text is taken away.
fn below_text(page: &Page<'_>, rule: &dyn Rule) -> Option<Fix> {
    /// Front matter further down is more likely an example.
    const LINES: usize = 6;
    let text = page.text;
    let (open, format) =
        lines(text, 0..text.len())
            .take(LINES)
            .find_map(|(range, line)| match line {
                "+++" => Some((range.start, Format::Toml)),
                "---" => Some((range.start, Format::Yaml)),
                _ => None,
            })?;
    let found = front_matter::split(&text[open..], page.site.generator.split_rules()).ok()??;
    let matter = open + found.matter.start..open + found.matter.end;
    let front = read_as(text, format, matter)?;
    front
        .table()
        .keys()
        .any(|key| ["title", "date", "topic"].contains(&key.as_str()))
        .then_some(())?;
    let start = open + found.body;
    let before = text[..open].trim_start_matches('\u{feff}').trim();
    let is_comment = before.starts_with("<!--") && before.find("-->") == Some(before.len() - 3);
    let mut edits = vec![Edit::delete(0..open)];
    let mut body = text[start..].to_owned();
    if is_comment {
        let end = repair::line_end(text);
        let moved = format!("{end}{before}{end}");
        body.insert_str(0, &moved);
        edits.push(Edit::insert(start, moved));
    }
    let is_meant = |table: &Table, found: &str| table == front.table() && found == body;
    let edits = repair::whole(page, rule, edits, is_meant)?;
    // What a model says to the person who asked is for no reader.
    let is_greeting = !before.contains('\n')
        && repair::judge(page, text).iter().any(|finding| {
            finding.rule == "chat-residue"
                && finding.span.as_ref().is_some_and(|span| span.end <= open)
        });
    Some(repair::fix(edits, is_comment || is_greeting))
}

/// The byte behind the line end after `at`.
fn past_line(text: &str, at: usize) -> usize {
    text[at..]
        .find('\n')
        .map_or(text.len(), |found| at + found + 1)
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, repaired, zola};

    #[test]
    fn front_matter_that_reaches_beyond_the_last_line_is_left_alone() {
        for page in ["\n```\n{>}}", "```\n{}\n", "```\n{\n> a\n}```"] {
            for site in [hugo(), zola("0.22.0")] {
                assert_eq!(repaired(&site, page), page);
            }
        }
    }

    #[test]
    fn fences_go_and_what_is_in_them_stays() {
        let good = "---\ntitle: A\ndate: 2026-01-02\n---\n\nBody.\n";
        let code = "---\ntitle: A\ndate: 2026-01-02\n---\n\n```sh\nls\n```\n";
        for (page, expected) in [
            (format!("```markdown\n{good}```\n"), good),
            (format!("\n```\n{good}```\n\n"), good),
            (format!("Here is your blog post:\n\n{good}"), good),
            (
                "```yaml\n---\ntitle: A\ndate: 2026-01-02\n---\n```\n\nBody.\n".to_owned(),
                good,
            ),
            (format!("````md\n{code}````\n"), code),
            (format!("```md\n{code}```\n"), code),
            (
                "<!-- c -->\n---\ntitle: A\ndate: 2026-01-02\n---\n\nBody.\n".to_owned(),
                "---\ntitle: A\ndate: 2026-01-02\n---\n\n<!-- c -->\n\nBody.\n",
            ),
        ] {
            let trimmed = repaired(&zola("0.22.0"), &page);
            assert_eq!(trimmed.trim(), expected.trim(), "{page}");
            assert_eq!(repaired(&hugo(), &page).trim(), expected.trim(), "{page}");
        }
        for page in [
            format!("```rust\n{good}```\n"),
            format!("A note.\n\n{good}"),
            "```md\n---\ntitle: A\n---\n\n```sh\nls\n```\n".to_owned(),
            "Body.\n".to_owned(),
            String::new(),
        ] {
            assert_eq!(repaired(&zola("0.22.0"), &page), page);
        }
    }

    #[test]
    fn json_becomes_toml() {
        let page =
            "{\n\"title\": \"A\", \"date\": \"2026-01-02\", \"extra\": {\"x\": [1]}\n}\n\nBody.\n";
        let expected =
            "+++\ntitle = \"A\"\ndate = \"2026-01-02\"\n\n[extra]\nx = [1]\n+++\n\nBody.\n";
        assert_eq!(repaired(&zola("0.22.0"), page), expected);
        assert_eq!(repaired(&hugo(), page), page);
    }
}
