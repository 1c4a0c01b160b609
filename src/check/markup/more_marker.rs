//! The mark that ends a summary.

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use super::line_at;
use crate::check::proof::{self, Kind};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::site::Version;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MoreMarker;

impl Rule for MoreMarker {
    describe!(
        "more-marker",
        "A mark for the end of the summary that the generator does not see, or sees in code",
        "\
Hugo 0.168.0 knows `<!--more-->` in this spelling only, and looks for it in the raw text: one in code cuts the code in two. Zola 0.17.2 knows `<!-- more -->` only;
Zola 0.22.0 knows both, in capitals too, and not in code.

```markdown
<!-- more -->      Zola, every version
<!--more-->        Hugo
```

The fix writes the mark as the generator knows it; where the page has such a mark already, that is one of the unsafe fixes."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let site = page.site;
        let is_hugo = !site.generator.requires_front_matter();
        let is_old = !is_hugo && site.version < Version::new(0, 19, 0);
        let body = page.body();
        let mut seen = false;
        let mut is_only = !["<!--more-->", "<!-- more -->"].iter().any(|mark| {
            body.match_indices(mark).any(|(at, _)| {
                let counts = !is_hugo || *mark == "<!--more-->";
                let counts = counts && (!is_old || *mark == "<!-- more -->");
                counts && !page.in_code(page.body.start + at)
            })
        });
        for (at, _) in body.match_indices("<!--") {
            let Some(length) = body[at + 4..].find("-->") else {
                break;
            };
            let inside = &body[at + 4..at + 4 + length];
            if !inside.trim().eq_ignore_ascii_case("more") {
                continue;
            }
            let start = page.body.start + at;
            let range = start..start + length + 7;
            let in_code = page.in_code(start) || is_in_text_block(page, start);
            let good = if is_hugo {
                inside == "more"
            } else {
                !is_old || inside == " more "
            };
            let right = if is_hugo {
                "<!--more-->"
            } else {
                "<!-- more -->"
            };
            if in_code && is_hugo && good && !seen {
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        "Hugo ends the summary here, in the middle of code",
                    )
                    .at(range)
                    .help("put `<!--more-->` somewhere above: only the first counts"),
                );
            } else if !in_code && !good {
                // With another that counts, this one would end the summary elsewhere.
                let edits = vec![Edit::replace(range.clone(), right)];
                let is_first = std::mem::replace(&mut is_only, false);
                // Zola leaves out what stands behind a mark that it sees, where both are one block of HTML.
                let line = line_at(page, range.end);
                let is_block = page.events.iter().any(|(event, block)| {
                    matches!(event, Event::Start(Tag::HtmlBlock)) && block.contains(&start)
                });
                let takes_text = !is_hugo && is_block && !page.text[line].trim().is_empty();
                let fix = if is_first && !takes_text {
                    proof::fix(page, edits, |trial| {
                        trial.changes_only(&[Kind::Html, Kind::Mark])
                    })
                } else {
                    Fix::risky(edits)
                };
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        format!("{} does not see this mark", site.generator.title()),
                    )
                    .at(range)
                    .help(format!("write `{right}`"))
                    .fix(fix),
                );
            }
            seen |= good;
        }
    }
}

fn is_in_text_block(page: &Page<'_>, at: usize) -> bool {
    page.events.iter().any(|(event, range)| {
        matches!(event, Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)))
            && range.contains(&at)
    })
}
