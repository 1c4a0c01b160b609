//! Numbered lists whose numbers do not count.

use super::{lists, report};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct OddListNumber;

impl Rule for OddListNumber {
    describe!(
        "odd-list-number",
        "A numbered list whose numbers neither count up nor are all the same",
        "\
Only the first number of a list is read; from there on Zola 0.22.0 and Hugo 0.168.0 count by themselves. So `1.`, `1.`, `1.` is fine, and `1.`, `3.` shows a 2 where the source says 3.

```markdown
1. one
3. two
```

The fix counts up, where the page stays the same."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD029", "ol-prefix"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut found = Vec::new();
        for list in lists(page).iter().filter(|list| list.is_numbered) {
            let numbers: Vec<(usize, u64)> = list
                .items
                .iter()
                .filter_map(|item| {
                    let raw = &page.text[item.clone()];
                    let digits =
                        raw.len() - raw.trim_start_matches(|c: char| c.is_ascii_digit()).len();
                    Some((digits, raw[..digits].parse().ok()?))
                })
                .collect();
            let Some((_, first)) = numbers.first().copied() else {
                continue;
            };
            let are_same = numbers.iter().all(|(_, number)| *number == first);
            if numbers.len() != list.items.len() || are_same {
                continue;
            }
            for ((item, (digits, number)), wanted) in list.items.iter().zip(numbers).zip(first..) {
                let at = item.start..item.start + digits;
                if number != wanted {
                    found.push((
                        page.finding(
                            self,
                            Severity::Info,
                            format!("this number is shown as {wanted}"),
                        )
                        .at(at.clone())
                        .help(format!("write `{wanted}`")),
                        vec![Edit::replace(at, wanted.to_string())],
                    ));
                }
            }
        }
        report(page, found, findings);
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed_by, zola};

    #[test]
    fn numbers_count_or_stay() {
        let zola = zola("0.22.0");
        let body = "1. a\n3. b\n3. c\n\nd\n\n1. e\n1. f\n\ng\n\n7) h\n8) i\n\nj\n\n0. k\n";
        assert_eq!(zola.lines("odd-list-number", body), ["info 2"]);
        assert!(fixed_by(&zola, "odd-list-number", body).starts_with("1. a\n2. b\n3. c\n"));
        let body = "9. a\n9. b\n1. c\n\n    code\n";
        assert_eq!(zola.lines("odd-list-number", body), ["info 2", "info 3"]);
    }
}
