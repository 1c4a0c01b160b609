//! Pages whose time is over.

use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::front_matter::Value;

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
        let Some((front, key)) = page.front().zip(page.key("expiryDate")) else {
            return;
        };
        let Some(Value::Date(text) | Value::String(text)) = front.get(&[key]) else {
            return;
        };
        let day: Option<jiff::civil::Date> = text.get(..10).and_then(|day| day.parse().ok());
        if day.is_some_and(|day| day < page.today) {
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
