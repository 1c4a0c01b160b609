//! Pages whose time is over.

use super::date::expired;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct ExpiredPage;

impl Rule for ExpiredPage {
    describe!(
        "expired-page",
        "A page whose `expiryDate` has come, so Hugo leaves it out",
        "\
Hugo 0.168.0 does not build a page after the day in `expiryDate`, and says nothing about it. Zola does not know the key.

```toml
expiryDate = 2020-01-31
```

Take the line out if the page is to stay, or build with `hugo --buildExpired`."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if !page.site.generator.leaves_out_future_pages() {
            return;
        }
        let Some(front) = page.front() else { return };
        let value = |name: &str| front.get(&[page.key(name)?]);
        if let Some((key, _)) = expired(page.site, value).filter(|(_, day)| *day < page.today) {
            let key = page.key(key).unwrap_or(key);
            let mut finding = page
                .finding(
                    self,
                    Severity::Warning,
                    format!("`{key}` is over, so Hugo leaves the page out"),
                )
                .help("take the line out, or build with `--buildExpired`");
            finding.span = front.span(&[key]);
            findings.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn only_days_that_are_over() {
        let page = |day: &str| format!("+++\ntitle = \"A\"\nexpirydate = {day}\n+++\n");
        let found = |day: &str| hugo().page("expired-page", &page(day)).len();
        assert_eq!(
            (found("2020-01-01"), found("2099-01-01"), found("\"\"")),
            (1, 0, 0)
        );
        assert_eq!(
            zola("0.22.0")
                .page("expired-page", &page("2020-01-01"))
                .len(),
            0
        );
    }
}
