//! Fences of both kinds on one page.

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use super::{Opaque, report};
use crate::body::fences::is_closed;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MixedFenceStyle;

impl Rule for MixedFenceStyle {
    describe!(
        "mixed-fence-style",
        "A fence of other marks than the first of the page",
        "\
Fences are made of backticks or of tildes; Zola 0.22.0 and Hugo 0.168.0 read both alike. Around code that has fences of one kind in it, the other kind is right.

````markdown
~~~sh
ls
~~~
````

The fix writes the marks of the first fence, where the page stays the same."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD048", "code-fence-style"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let opaque = Opaque::in_templates(page);
        let mut first = None;
        let mut found = Vec::new();
        for (event, range) in &page.events {
            if !matches!(
                event,
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_)))
            ) || opaque.touches(range)
            {
                continue;
            }
            let raw = page.text[range.clone()].trim();
            let start = range.start + page.text[range.clone()].find(raw).unwrap_or(0);
            let Some(mark) = raw.chars().next().filter(|mark| matches!(mark, '`' | '~')) else {
                continue;
            };
            let length = raw.len() - raw.trim_start_matches(mark).len();
            let wanted: char = *first.get_or_insert(mark);
            let marks = |length: usize| String::from(wanted).repeat(length);
            if mark == wanted || raw.contains(&marks(3)) {
                continue;
            }
            let mut edits = vec![Edit::replace(start..start + length, marks(length))];
            if is_closed(raw, mark, length) {
                let closing = raw.len() - raw.trim_end_matches(mark).len();
                let end = start + raw.len();
                edits.push(Edit::replace(end - closing..end, marks(closing)));
            }
            let help = if wanted == '~' {
                "write tildes"
            } else {
                "write backticks"
            };
            found.push((
                page.finding(
                    self,
                    Severity::Info,
                    "this fence has other marks than the first",
                )
                .at(start..start + length)
                .help(help),
                edits,
            ));
        }
        report(page, found, findings);
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed_by, zola};

    #[test]
    fn the_first_one_decides() {
        let zola = zola("0.22.0");
        let body =
            "```sh\na\n```\n\n~~~~ sh\nb\n~~~~\n\n> ~~~\n> c\n> ~~~\n\n~~~md\n```\nd\n```\n~~~\n";
        assert_eq!(zola.lines("mixed-fence-style", body), ["info 5", "info 9"]);
        assert_eq!(
            fixed_by(&zola, "mixed-fence-style", body),
            "```sh\na\n```\n\n```` sh\nb\n````\n\n> ```\n> c\n> ```\n\n~~~md\n```\nd\n```\n~~~\n"
        );
    }
}
