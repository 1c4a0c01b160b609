//! How long a server asks to wait, in all the spellings that are in use.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::HeaderMap;

/// Longer waits than a year are nonsense.
const MOST_SECONDS: f64 = 31_536_000.0;

/// The wait that the headers ask for: `retry-after-ms`, then `retry-after` in seconds (with a fraction if they like) or
/// as a date, which is read against the server's own `date`, since clocks differ, or else against `now`. `None` for what
/// makes no sense.
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    if let Some(wait) = text("retry-after-ms").and_then(|it| seconds(it, 0.001)) {
        return Some(wait);
    }
    let asked = text("retry-after")?;
    if let Some(wait) = seconds(asked, 1.0) {
        return Some(wait);
    }
    let until = date(asked)?;
    let wait = until.duration_since(text("date").and_then(date).unwrap_or(now));
    Duration::try_from(wait)
        .ok()
        .filter(|wait| !wait.is_zero() && wait.as_secs_f64() <= MOST_SECONDS)
}

/// So many units of seconds, where that is a sensible wait.
pub(super) fn seconds(text: &str, unit: f64) -> Option<Duration> {
    let value = text.parse::<f64>().ok()? * unit;
    (value > 0.0 && value <= MOST_SECONDS).then(|| Duration::from_secs_f64(value))
}

fn date(text: &str) -> Option<Timestamp> {
    // A weekday that does not fit the date is no reason to ask earlier.
    DateTimeParser::new()
        .relaxed_weekday(true)
        .parse_timestamp(text)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use reqwest::header::{HeaderName, HeaderValue};

    fn wait(pairs: &[(&str, &str)]) -> Option<f64> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        retry_after(&headers, "2026-11-22T09:59:50Z".parse().unwrap()).map(|it| it.as_secs_f64())
    }

    #[test]
    fn all_spellings() {
        let date = ("date", "Sun, 22 Nov 2026 10:00:00 GMT");
        for (value, expected) in [
            ("20", Some(20.0)),
            (" 1.5 ", Some(1.5)),
            ("3600", Some(3600.0)),
            ("0", None),
            ("-5", None),
            ("nan", None),
            ("inf", None),
            ("soon", None),
            ("1e35", None),
            ("", None),
            ("Sun, 22 Nov 2026 10:00:30 GMT", Some(30.0)),
            ("Mon, 22 Nov 2026 10:00:30 GMT", Some(30.0)),
            ("Sun, 22 Nov 2026 09:00:00 GMT", None),
            ("Sun, 22 Nov 9999 09:00:00 GMT", None),
        ] {
            assert_eq!(wait(&[("retry-after", value), date]), expected, "{value}");
        }
        assert_eq!(
            wait(&[("retry-after", "Sun, 22 Nov 2026 10:00:30 GMT")]),
            Some(40.0)
        );
        assert_eq!(
            wait(&[("retry-after-ms", "300"), ("retry-after", "9")]),
            Some(0.3)
        );
        assert_eq!(
            wait(&[("retry-after-ms", "x"), ("retry-after", "9")]),
            Some(9.0)
        );
        assert_eq!(wait(&[]), None);
    }

    proptest! {
        #[test]
        fn any_header_is_survived(value in "[ -~]{0,40}", date in "[ -~]{0,40}") {
            let waited = wait(&[("retry-after", &value), ("date", &date)]);
            prop_assert!(waited.is_none_or(|it| it > 0.0 && it <= MOST_SECONDS));
        }
    }
}
