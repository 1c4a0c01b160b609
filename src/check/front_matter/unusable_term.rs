//! Terms that make no address.

use super::key_span;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::front_matter::Value;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct UnusableTerm;

/// The longest name of a folder on the file systems in use, in bytes.
const LONGEST: usize = 255;

impl Rule for UnusableTerm {
    describe!(
        "unusable-term",
        "A term that is too long for the name of a folder, or that is blank",
        "\
Each term gets a folder of its own, and no folder's name is longer than 255 bytes, so Zola 0.17.2 and 0.22.0 and Hugo 0.168.0 stop at a longer one. Of a term of blanks
Hugo makes the address `/tags/--/`.

```toml
tags = [\"rust\", \"  \"]
```

Write terms of a few words."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        let generator = page.site.generator;
        for taxonomy in page.site.taxonomy_names(page.language) {
            let path = generator.taxonomy_path(&taxonomy);
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            let Some(Value::Array(terms)) = front.get(&path) else {
                continue;
            };
            for term in terms.iter().filter_map(Value::as_str) {
                let is_blank = !term.is_empty() && term.trim().is_empty();
                let (severity, message) = if page.site.term_slug(term).len() > LONGEST {
                    let start: String = term.chars().take(20).collect();
                    let start = crate::text::escape(&start).into_owned();
                    let message = format!(
                        "the term `{start}…` is too long for the name of a folder, so {} stops",
                        generator.title()
                    );
                    (Severity::Error, message)
                } else if takes_a_file(page, term) {
                    let message = format!(
                        "the term `{}` needs a folder where {} writes a file, and stops at it",
                        crate::text::escape(term),
                        generator.title()
                    );
                    (Severity::Error, message)
                } else if is_blank && !generator.requires_front_matter() {
                    (
                        Severity::Warning,
                        "a term of blanks gets a page of its own".to_owned(),
                    )
                } else {
                    continue;
                };
                let mut finding = page
                    .finding(self, severity, message)
                    .help("write terms of a few words");
                finding.span = front.span(&path).or_else(|| key_span(page, &path));
                findings.push(finding);
            }
        }
    }
}

/// Whether a term has the name of the page or the feed of its taxonomy (tested on Zola 0.22.0 and Hugo 0.168.0).
fn takes_a_file(page: &Page<'_>, term: &str) -> bool {
    let feeds = page.site.settings.outputs.get("taxonomy");
    let has_feed = feeds.is_some_and(|it| it.iter().any(|it| it.eq_ignore_ascii_case("rss")));
    match page.site.term_slug(term).as_str() {
        "index.html" => true,
        "index.xml" => has_feed && !page.site.generator.requires_front_matter(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn terms_too_long_or_blank() {
        let long = "x".repeat(256);
        let found = |terms: &str| {
            let zola_page = format!("+++\ntitle = \"A\"\n[taxonomies]\ntags = [{terms}]\n+++\n");
            let hugo_page = format!("+++\ntitle = \"A\"\ntags = [{terms}]\n+++\n");
            (
                zola("0.22.0").page("unusable-term", &zola_page).len(),
                hugo().page("unusable-term", &hugo_page).len(),
            )
        };
        assert_eq!(found(&format!("\"{long}\"")), (1, 1));
        assert_eq!(found("\"  \", \"b\""), (0, 1));
        assert_eq!(found("\"rust\", \"\""), (0, 0));
    }
}
