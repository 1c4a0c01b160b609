//! Destinations that run code.

use super::{Link, links};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// The schemes of which browsers run what follows.
const SCHEMES: [&str; 3] = ["javascript:", "vbscript:", "data:"];

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct UnsafeDestination;

impl Rule for UnsafeDestination {
    fn name(&self) -> &'static str {
        "unsafe-destination"
    }

    fn summary(&self) -> &'static str {
        "A link whose destination is `javascript:`, `vbscript:` or `data:`"
    }

    fn explanation(&self) -> &'static str {
        "\
A browser runs what follows `javascript:` as part of the page. Zola writes such a destination into the page as it stands (tested on
0.17.2 and 0.22.0); Hugo 0.168.0 empties it, and the link goes nowhere. Capitals, entities, tabs and control characters inside the
scheme do not hide it from a browser, nor from this rule. Pictures may be given as `data:image/…`.

```markdown
[click](javascript:alert(1))
```

Link to a page, or keep only the text, as the unsafe fix does."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        for link in links(page).filter(is_unsafe) {
            let mut finding = page
                .finding(
                    self,
                    Severity::Warning,
                    "a browser runs this destination as code, or the generator empties it",
                )
                .at(link.range.clone())
                .help("link to a page, or keep only the text between the brackets");
            finding.fix = link.unlinked(page);
            findings.push(finding);
        }
    }
}

fn is_unsafe(link: &Link<'_>) -> bool {
    let dest: String = link
        .dest
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .take(64)
        .collect::<String>()
        .to_ascii_lowercase();
    let picture = dest
        .strip_prefix("data:image/")
        .is_some_and(|kind| link.image || !kind.starts_with("svg"));
    !picture && SCHEMES.iter().any(|scheme| dest.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::zola;

    #[test]
    fn disguises_do_not_help() {
        let body = "[a](javascript:x)\n[b](JavaScript&colon;x)\n[c](<java\tscript:x>)\n[d](&#1;javascript:x)\n<data:text/html,x>\n[e][f]\n\n[f]: vbscript:x\n";
        assert_eq!(zola("0.22.0").lines("unsafe-destination", body).len(), 6);
        let body = "[a](https://x.y/javascript:x) ![b](data:image/png;base64,AA) [c](/data:x) [d](mailto:a@b.c)\n";
        assert_eq!(zola("0.22.0").lines("unsafe-destination", body), [""; 0]);
    }
}
