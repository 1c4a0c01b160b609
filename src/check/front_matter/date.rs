//! Dates that are none, or still to come.

use jiff::civil::Date;

use super::{date_reading, key_span, repair};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Fix, Severity};
use crate::front_matter::{Change, Format, Value};
use crate::site::Site;

/// Go's zero of time.
const FIRST_DAY: Date = jiff::civil::date(1, 1, 1);

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct InvalidDate;

impl Rule for InvalidDate {
    fn name(&self) -> &'static str {
        "invalid-date"
    }

    fn summary(&self) -> &'static str {
        "A date that a generator refuses or reads as another day"
    }

    fn explanation(&self) -> &'static str {
        "\
`2026-01-31` and `2026-01-31T10:00:00+02:00` (or with `Z`) mean the same to every version of both generators, with or without
quotes. Words, slashes, a 30 February or a time zone's name stop the build; `10:00AM` alone is a time of the year 0 to Hugo. `\"\"` and an integer such as `20260131` are errors to
Zola; Hugo takes the first for no date and the second for a moment in 1970 (tested on Zola 0.17.2, 0.22.0 and Hugo 0.168.0). Other
spellings are read by some: `2026-1-31` and a time without seconds by Zola 0.22, `10:00:00 +0200` and `31 Jan 2026` by Hugo.

```toml
date = 2026-01-31
```

The fix writes it so where it can be read in one way: `2026/1/31`, `January 31, 2026`, `31.01.2026`, `20260131`. `01/02/2026` may be a day
in January or in February, so it stays. Empty keys other than `date` are taken away, and Jekyll's `published: false` becomes `draft: true`."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        let site = page.site;
        // The dates of a section, Zola does not read.
        if page.is_section() && site.generator.requires_front_matter() {
            return;
        }
        for key in site.generator.date_keys() {
            let Some(key) = page.key(key) else { continue };
            let value = front.get(&[key]);
            // Hugo takes these for no date at all, or for seconds since 1970.
            let is_lenient = !site.generator.requires_front_matter();
            let day = value.and_then(|value| site.generator.date(site.version, value));
            let severity = match value {
                // To Hugo, the first day of all is none, and a time alone one in the year 0.
                Some(_) if is_lenient && day.is_some_and(|day| day <= FIRST_DAY) => {
                    Severity::Warning
                }
                Some(_) if day.is_some() => continue,
                // JSON has no whole numbers to it.
                Some(Value::Integer(_)) if is_lenient && front.format() != Format::Json => {
                    Severity::Warning
                }
                Some(Value::Null) if is_lenient => Severity::Warning,
                // Zola reads a time of day, and passes over it.
                Some(value) if key == "updated" && value.as_date().is_some_and(is_time) => {
                    Severity::Warning
                }
                Some(Value::String(text)) if is_lenient && text.is_empty() => Severity::Warning,
                _ => Severity::Error,
            };
            let written = match value {
                Some(Value::Date(text) | Value::String(text)) => {
                    format!("`{}`", crate::text::escape(text))
                }
                Some(Value::Integer(number)) => format!("`{number}`"),
                Some(Value::Null) => "empty".to_owned(),
                Some(_) | None => "a value that is no date".to_owned(),
            };
            let impossible = match value {
                Some(Value::Date(text) | Value::String(text)) => date_reading::impossible(text),
                _ => None,
            };
            let (message, help) = match impossible {
                _ if day.is_some() => (
                    format!(
                        "`{key}` is {written}, which {} reads as a day in the year {} or as none",
                        site.generator.title(),
                        day.map_or(0, Date::year)
                    ),
                    "write it as `2026-01-31` or `2026-01-31T10:00:00Z`",
                ),
                Some(reason) => (
                    format!("`{key}` is {written}, which does not exist: {reason}"),
                    "write a day and a time that there are",
                ),
                None => (
                    format!(
                        "`{key}` is {written}, which {} does not read as a date",
                        site.generator.title()
                    ),
                    "write it as `2026-01-31` or `2026-01-31T10:00:00Z`",
                ),
            };
            let mut finding = page.finding(self, severity, message).help(help);
            finding.span = front.span(&[key]).or_else(|| key_span(page, &[key]));
            finding.fix = value.and_then(|value| self.fix(page, key, value));
            findings.push(finding);
        }
    }
}

impl InvalidDate {
    fn fix(&self, page: &Page<'_>, key: &str, value: &Value) -> Option<Fix> {
        let is_published = key.eq_ignore_ascii_case("published");
        let changes = match value {
            Value::Boolean(flag) if is_published => super::misread_key::as_draft(page, key, *flag)?,
            Value::Date(text) | Value::String(text) if !text.trim().is_empty() => {
                let meant = date_reading::read(text)?;
                vec![Change::set(&[key], Value::Date(meant))]
            }
            Value::Integer(number) => {
                let meant = date_reading::read(&number.to_string())?;
                vec![Change::set(&[key], Value::Date(meant))]
            }
            // Without its date the page may be left out, and nobody would be told.
            Value::String(_) | Value::Null if key != "date" => vec![Change::remove(&[key])],
            _ => return None,
        };
        repair::change(page, self, &changes, true)
    }
}

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct FutureDate;

impl Rule for FutureDate {
    fn name(&self) -> &'static str {
        "future-date"
    }

    fn summary(&self) -> &'static str {
        "A date still to come, for which Hugo leaves the page out"
    }

    fn explanation(&self) -> &'static str {
        "\
Hugo 0.168.0 does not build a page whose date is still to come, says nothing about it, and judges by UTC whatever the time
zone of the machine. Zola builds it.

```toml
date = 2099-01-31
```

Write a date that has come, or build with `hugo --buildFuture`."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        if !page.site.generator.leaves_out_future_pages() {
            return;
        }
        let value = |name: &str| front.get(&[page.key(name)?]);
        let Some((key, _)) = published(page.site, value).filter(|(_, day)| *day > page.today)
        else {
            return;
        };
        let key = page.key(key).unwrap_or(key);
        let mut finding = page
            .finding(
                self,
                Severity::Warning,
                format!("`{key}` is still to come, so Hugo leaves the page out"),
            )
            .help("write a day that has come in UTC, or build with `--buildFuture`");
        finding.span = front.span(&[key]);
        findings.push(finding);
    }
}

/// The day from which on Hugo shows a page, and the key that says it: the first of these that the page has.
pub(crate) fn published<'a>(
    site: &Site,
    value: impl Fn(&str) -> Option<&'a Value>,
) -> Option<(&'static str, Date)> {
    let keys = ["publishDate", "pubDate", "published", "date"];
    first_day(site, value, &keys)
}

/// The day from which on Hugo leaves a page out, and the key that says it.
pub(crate) fn expired<'a>(
    site: &Site,
    value: impl Fn(&str) -> Option<&'a Value>,
) -> Option<(&'static str, Date)> {
    first_day(site, value, &["expiryDate", "unpublishDate"])
}

fn first_day<'a>(
    site: &Site,
    value: impl Fn(&str) -> Option<&'a Value>,
    keys: &[&'static str],
) -> Option<(&'static str, Date)> {
    let day = |key: &str| site.generator.date(site.version, value(key)?);
    keys.iter().find_map(|key| Some((*key, day(key)?)))
}

/// Whether a text is a time of day, as TOML has it.
fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    text.parse::<jiff::civil::Time>().is_ok()
        && bytes.len() >= 8
        && bytes[2] == b':'
        && bytes[5] == b':'
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn what_no_generator_reads_is_an_error() {
        let page = |line: &str| format!("+++\ntitle = \"A\"\n{line}\n+++\n");
        let found = |line: &str| {
            [zola("0.22.0"), hugo()].map(|site| site.page("invalid-date", &page(line)).len())
        };
        assert_eq!(found("date = 2024-01-02"), [0, 0]);
        assert_eq!(found("date = \"2024-01-02T10:00Z\""), [0, 1]);
        assert_eq!(found("date = 2024-01-02T10:00:00Z"), [0, 0]);
        assert_eq!(found("date = \"2 Jan 2024\""), [1, 1]);
        assert_eq!(found("date = \"02 Jan 2024\""), [1, 0]);
    }

    #[test]
    fn the_day_of_publication_wins() {
        let page = |lines: &str| format!("+++\ntitle = \"A\"\n{lines}\n+++\n");
        let found = |lines: &str| hugo().page("future-date", &page(lines)).len();
        assert_eq!(found("date = 2999-01-01"), 1);
        assert_eq!(found("pubdate = 2999-01-01\ndate = 2020-01-01"), 1);
        assert_eq!(found("date = 2999-01-01\npublishdate = 2020-01-01"), 0);
    }
}
