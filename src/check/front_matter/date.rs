//! Dates that are none, or still to come.

use jiff::civil::Date;

use super::{date_reading, key_span, repair};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Fix, Severity};
use crate::front_matter::{Change, FrontMatter, Value};
use crate::generator::DateSpelling;

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
quotes. Words, slashes, a 30 February or a time zone's name stop the build. `\"\"` and an integer such as `20260131` are errors to
Zola; Hugo takes the first for no date and the second for a moment in 1970 (tested on Zola 0.17.2, 0.22.0 and Hugo 0.168.0). Other
spellings are read by some: `2026-1-31` and a time without seconds by Zola 0.22, `10:00:00 +0200` by Hugo.

```toml
date = 2026-01-31
```

The fix writes it so where it can be read in one way: `2026/1/31`, `January 31, 2026`, `31.01.2026`, `20260131`. `01/02/2026` may be a day
in January or in February, so it stays. Empty keys other than `date` are taken away, and Jekyll's `published: false` becomes `draft: true`."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        let site = page.site;
        for key in site.generator.date_keys() {
            let Some(key) = page.key(key) else { continue };
            let value = front.get(&[key]);
            // Hugo takes these for no date at all, or for seconds since 1970.
            let is_lenient = !site.generator.requires_front_matter();
            let severity = match value {
                Some(Value::Date(text) | Value::String(text)) if is_read(page, front, text) => {
                    continue;
                }
                Some(Value::Integer(_) | Value::Null) if is_lenient => Severity::Warning,
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

/// Whether the site's generator reads the date as it is meant.
fn is_read(page: &Page<'_>, front: &FrontMatter, text: &str) -> bool {
    let (generator, version) = (page.site.generator, page.site.version);
    parse(text).is_some()
        || spelling(text)
            .is_some_and(|spelling| generator.reads_date(version, spelling, front.format()))
}

/// The spelling of a date that not every generator reads.
fn spelling(text: &str) -> Option<DateSpelling> {
    if jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_zoned(text)
        .is_ok()
    {
        return Some(DateSpelling::Rfc2822);
    }
    let (day, rest) = text.split_at(text.find(['T', 't', ' ']).unwrap_or(text.len()));
    let numbers: Vec<&str> = day.split('-').collect();
    let &[year, month, date] = numbers.as_slice() else {
        return None;
    };
    let year = year.parse().ok().filter(|_| year.len() == 4)?;
    Date::new(year, month.parse().ok()?, date.parse().ok()?).ok()?;
    if month.len() == 1 || date.len() == 1 {
        return rest.is_empty().then_some(DateSpelling::ShortNumbers);
    }
    let time = rest.get(1..)?;
    let zone = time
        .find(|c: char| !(c.is_ascii_digit() || c == ':'))
        .unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone);
    clock.parse::<jiff::civil::Time>().ok()?;
    let digits = zone.trim_start().trim_start_matches(['+', '-']).len();
    match (clock.len(), zone, digits) {
        (5, "", _) => Some(DateSpelling::NoSeconds),
        (8, _, 5) if zone.starts_with(' ') => Some(DateSpelling::BlankBeforeOffset),
        (8, _, 4) => Some(DateSpelling::OffsetWithoutColon),
        _ => None,
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
        for key in ["date", "publishDate"] {
            let Some(key) = page.key(key) else { continue };
            let Some(Value::Date(text) | Value::String(text)) = front.get(&[key]) else {
                continue;
            };
            if parse(text).is_some_and(|date| date > page.today) {
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
    }
}

/// The day of a date in a spelling that Zola from 0.17 on and Hugo read alike: `2026-01-31`, or a moment of RFC 3339.
fn parse(text: &str) -> Option<Date> {
    let day = text.get(..10)?;
    let date: Date = day
        .parse()
        .ok()
        .filter(|_| day.as_bytes()[4] == b'-' && day.as_bytes()[7] == b'-')?;
    let rest = &text[10..];
    if rest.is_empty() {
        return Some(date);
    }
    let time = rest.strip_prefix(['T', 't', ' '])?;
    let clock = time.get(..8)?;
    clock.parse::<jiff::civil::Time>().ok()?;
    let zone = time[8..]
        .trim_start_matches('.')
        .trim_start_matches(|c: char| c.is_ascii_digit());
    let offset = zone.strip_prefix(['+', '-']).is_some_and(|offset| {
        offset.len() == 5
            && offset.as_bytes()[2] == b':'
            && offset.bytes().filter(u8::is_ascii_digit).count() == 4
    });
    (zone.is_empty() || zone == "Z" || zone == "z" || offset).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::{parse, spelling};
    use crate::generator::DateSpelling;

    #[test]
    fn spellings_that_only_some_read() {
        for (text, expected) in [
            ("2024-1-2", Some(DateSpelling::ShortNumbers)),
            ("2024-01-02T10:00", Some(DateSpelling::NoSeconds)),
            (
                "2024-01-02 10:00:00 +02:00",
                Some(DateSpelling::BlankBeforeOffset),
            ),
            (
                "2024-01-02 10:00:00 +0200",
                Some(DateSpelling::OffsetWithoutColon),
            ),
            (
                "Tue, 02 Jan 2024 10:00:00 +0000",
                Some(DateSpelling::Rfc2822),
            ),
            ("2024-2-30", None),
            ("2024/01/02", None),
            ("10:00:00", None),
            ("2024-01-02é10:00", None),
            ("2024-01-02 10:00:00 UTC", None),
            ("", None),
        ] {
            assert_eq!(spelling(text), expected, "{text}");
        }
    }

    #[test]
    fn dates_that_both_generators_read() {
        for text in [
            "2024-01-02",
            "2024-01-02T10:00:00+02:00",
            "2024-01-02T10:00:00Z",
            "2024-01-02T10:00:00.5Z",
            "2024-01-02 10:00:00",
        ] {
            assert!(parse(text).is_some(), "{text}");
        }
        for text in [
            "",
            "2024",
            "20240102",
            "2024/01/02",
            "2024-1-2",
            "2024-02-30",
            "10:00:00",
            "2024-01-02T10:00",
            "2024-01-02 10:00:00 UTC",
            "2024-01-02T10:00:00+0200",
            "Tue, 02 Jan 2024 10:00:00 GMT",
            "é024-01-02",
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
