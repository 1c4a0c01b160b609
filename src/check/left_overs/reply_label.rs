//! Labels of the reply contract.

use super::{prose_lines, removal};
use crate::check::prose::{is_text, runs};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::front_matter::Value;

/// The labels that nobody writes for another reason.
const LABELS: [&str; 3] = ["TITLE", "META_DESCRIPTION", "MARKDOWN_POST_CONTENT"];

/// Labels for search engines, which models write around a post without being asked.
const SEO: [&str; 18] = [
    "meta description",
    "meta title",
    "meta keywords",
    "seo title",
    "seo description",
    "focus keyword",
    "focus keyphrase",
    "primary keyword",
    "suggested tags",
    "suggested title",
    "meta-beschreibung",
    "meta-titel",
    "méta-description",
    "méta description",
    "metadescripción",
    "meta descripción",
    "メタディスクリプション",
    "元描述",
];

/// Labels that a post has at its beginning or its end only where it is a reply.
const AT_ENDS: [&str; 19] = [
    "blog post",
    "hashtags",
    "url slug",
    "title",
    "titel",
    "titre",
    "título",
    "titolo",
    "tytuł",
    "заголовок",
    "タイトル",
    "标题",
    "標題",
    "제목",
    "slug",
    "tags",
    "keywords",
    "categories",
    "schlagwörter",
];

/// Labels on a line of their own above a post.
const ABOVE: [&str; 6] = ["content", "body", "article", "blog post", "post", "artikel"];

/// The words that a label may have in front of its colon.
const LONGEST: usize = 40;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct ReplyLabel;

impl Rule for ReplyLabel {
    fn name(&self) -> &'static str {
        "reply-label"
    }

    fn summary(&self) -> &'static str {
        "A line that begins with a label of a model's reply"
    }

    fn explanation(&self) -> &'static str {
        "\
A model answers with labelled text: `TITLE:`, `META_DESCRIPTION:` and so on, and `MARKDOWN_POST_CONTENT:` before the post. A label in
the body of a page means that a reply was pasted without being taken apart. Zola 0.22.0 and Hugo 0.168.0 print it like any other
text.

```text
META_DESCRIPTION: How to keep Redis data safe.
```

Move the value into the front matter and take the line away. The fix takes away a line without a value, or with one that is the page's title or description already,
in a post that Postwright wrote; elsewhere that is one of the unsafe fixes. Labels in code are left alone. So it is with what models write unasked: `**Meta Description:** …` anywhere, and at
the beginning or the end of a page `Title: …`, `Slug: …` and `Tags: …`."
    }

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let runs = runs(page);
        let all: Vec<_> = prose_lines(page)
            .filter(|(line, _)| !line.trim().is_empty())
            .collect();
        for (index, (line, range)) in all.iter().enumerate() {
            let is_text = is_text(
                &runs,
                range.start + (line.len() - line.trim_start_matches(MARKS).len()),
            );
            let is_end = index == 0 || index + 1 == all.len();
            if let Some(label) = unasked(line, index == 0, is_end).filter(|_| is_text) {
                let label = crate::text::escape(label);
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        format!("`{label}:` is what a model writes around a post, and readers will see it"),
                    )
                    .at(range.clone())
                    .help("move its value into the front matter and take the line away"),
                );
            }
        }
        for (line, range) in all {
            let text = line.trim_start_matches([' ', '\t', '>', '#', '*', '_', '-']);
            let text = text
                .strip_prefix("POST_")
                .unwrap_or(text)
                .replace("\\_", "_");
            let label = LABELS.iter().find(|label| {
                text.strip_prefix(**label)
                    .is_some_and(|rest| rest.trim_start_matches(['*', ' ']).starts_with(':'))
            });
            if let Some(label) = label {
                let value = text
                    .split_once(':')
                    .map_or("", |(_, value)| value)
                    .trim_matches(['*', '_', ' ', '"']);
                let mut finding = page
                    .finding(
                        self,
                        Severity::Warning,
                        format!("`{label}:` is a label of a model's reply"),
                    )
                    .at(range.clone())
                    .help("move its value into the front matter and take the line away");
                finding.fix = is_known(page, value).then(|| removal(page, range));
                findings.push(finding);
            }
        }
    }
}

/// What may stand before a label.
const MARKS: [char; 5] = [' ', '*', '_', '#', '>'];

/// The label of a line that models write without being asked. At the beginning and the end of a page a short value follows,
/// and no sentence: "Tags: what they are, and how to use them."
fn unasked(line: &str, is_first: bool, is_end: bool) -> Option<&str> {
    let text = line.trim_start_matches(MARKS);
    let heading = text.trim_end_matches(['*', '_', ' ']);
    if line.starts_with('#') && SEO.contains(&heading.to_lowercase().as_str()) {
        return Some(heading);
    }
    let (label, value) = text.split_once([':', '：'])?;
    let label = label.trim_end_matches(['*', '_', ' ']);
    if label.len() > LONGEST {
        return None;
    }
    if LABELS.contains(&label) {
        return None;
    }
    let known = label.to_lowercase();
    let is_one_of = |list: &[&str]| list.contains(&known.as_str());
    let value = value.trim_matches(['*', '_', ' ']);
    let is_title = value.chars().count() < 120 && !value.ends_with(['.', '。', ':', '?', '!']);
    let is_list = value.contains([',', '#', '、']);
    let is_known = is_one_of(&SEO)
        || (is_end
            && is_one_of(&AT_ENDS)
            && !value.is_empty()
            && is_title
            && (is_first || is_list || known.ends_with("slug")))
        || (is_first && is_one_of(&ABOVE) && value.is_empty());
    is_known.then_some(label)
}

/// Whether nothing is lost with the value of a label.
fn is_known(page: &Page<'_>, value: &str) -> bool {
    let in_front = |key: &str| {
        matches!(
            page.front().and_then(|front| front.get(&[key])),
            Some(Value::String(known)) if known.trim() == value
        )
    };
    value.is_empty() || in_front("title") || in_front("description")
}

#[cfg(test)]
mod tests {
    use crate::check::testing::zola;
    use crate::finding::Applicability;

    #[test]
    fn nothing_is_lost_with_a_label() {
        let page = |extra: &str, body: &str| {
            format!("+++\ntitle = \"A\"\ndate = 2026-01-02\n{extra}+++\n{body}")
        };
        let generated = "[extra.postwright]\nwritten = \"0\"\n";
        let fix = |text: &str| {
            let found = zola("0.22.0").page("reply-label", text);
            found[0].fix.as_ref().map(|fix| fix.applicability)
        };
        assert_eq!(
            fix(&page(generated, "TITLE: A\n\nb\n")),
            Some(Applicability::Safe)
        );
        assert_eq!(
            fix(&page("", "TITLE: A\n\nb\n")),
            Some(Applicability::Unsafe)
        );
        assert_eq!(fix(&page(generated, "TITLE: B\n\nb\n")), None);
    }

    #[test]
    fn labels_that_nobody_asked_for() {
        let lines = |body: &str| zola("0.22.0").lines("reply-label", body);
        for body in [
            "**Meta Description:** How Redis keeps data.\n\na\n",
            "Titel: Redis\n\na\n",
            "タイトル：Redis\n\na\n",
            "**Keywords:** redis, rdb\n\na\n",
            "**Article:**\n\na\n",
            "**Blog Post: Goats**\n\na\n",
            "## Meta Description\n\na\n",
            "URL Slug: /goats\n\na\n",
        ] {
            assert_eq!(lines(body), ["warning 1"], "{body}");
        }
        assert_eq!(lines("a\n\n**Tags:** #redis #rdb\n"), ["warning 3"]);
        assert_eq!(lines("a\n\nSEO Title: Redis\n\nb\n"), ["warning 3"]);
        for body in [
            "Title: the element that names a page.\n\na\n",
            "a\n\nTags: redis, rdb\n\nb\n",
            "a\n\nTitle: one\n",
            "`Slug: a`\n\nContent: of a kind\n",
        ] {
            assert_eq!(lines(body), [""; 0], "{body}");
        }
    }

    #[test]
    fn labels_outside_code() {
        let body = "TITLE: x\n\n**META_DESCRIPTION:** y\n\n```\nTITLE: x\n```\n\nTitle: z, `TITLE: x`\n\nMARKDOWN\\_POST\\_CONTENT:\n";
        assert_eq!(
            zola("0.22.0").lines("reply-label", body),
            ["warning 1", "warning 3", "warning 11"]
        );
    }
}
