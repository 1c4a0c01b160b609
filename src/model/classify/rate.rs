//! What the headers of a response say of the limits that are left, in the spellings that are in use: `OpenAI`'s
//! (`x-ratelimit-remaining-requests`, resets such as `6m0s`), Anthropic's (`anthropic-ratelimit-requests-remaining`,
//! resets as times), and the plain `x-ratelimit-remaining` or `ratelimit-remaining` of proxies and gateways.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::HeaderMap;

/// Longer than a year is nonsense.
const MOST_SECONDS: f64 = 31_536_000.0;

/// How much of a limit is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// Requests or tokens that may still be used.
    pub remaining: u64,
    /// The whole of the limit.
    pub limit: Option<u64>,
    /// After so long the whole of the limit may be used again.
    pub reset: Option<Duration>,
}

/// What is left of a server's limits, as it says itself. Empty where it says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateHints {
    /// Requests.
    pub requests: Option<Left>,
    /// Tokens; of several limits (all, input, output) the scarcest.
    pub tokens: Option<Left>,
}

/// The hints in the headers of a response that came at `now`. What makes no sense is left out.
pub fn rate_hints(headers: &HeaderMap, now: Timestamp) -> RateHints {
    let read = |names: [&str; 3]| {
        let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
        let [remaining, limit, reset] = names;
        let remaining = text(remaining)?.parse::<f64>().ok()?;
        Some(Left {
            remaining: whole(remaining)?,
            limit: text(limit)
                .and_then(|it| it.parse::<f64>().ok())
                .and_then(whole)
                .filter(|it| *it > 0),
            reset: text(reset).and_then(|it| reset_in(it, now)),
        })
    };
    let openai = |what: &str| {
        let name = |part: &str| format!("x-ratelimit-{part}-{what}");
        read([&name("remaining"), &name("limit"), &name("reset")])
    };
    let anthropic = |what: &str| {
        let name = |part: &str| format!("anthropic-ratelimit-{what}-{part}");
        read([&name("remaining"), &name("limit"), &name("reset")])
    };
    let plain = |before: &str| {
        let name = |part: &str| format!("{before}ratelimit-{part}");
        read([&name("remaining"), &name("limit"), &name("reset")])
    };
    RateHints {
        requests: openai("requests")
            .or_else(|| anthropic("requests"))
            .or_else(|| plain("x-"))
            .or_else(|| plain("")),
        tokens: [
            openai("tokens"),
            anthropic("tokens"),
            anthropic("input-tokens"),
            anthropic("output-tokens"),
        ]
        .into_iter()
        .flatten()
        .min_by_key(|left| left.remaining),
    }
}

/// Some servers say -1 where they do not know, and fractions where they count in parts.
fn whole(number: f64) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be in range"
    )]
    (0.0..1e15).contains(&number).then_some(number as u64)
}

/// A reset: a time, a second or millisecond since 1970, a number of seconds, or parts such as `1h2m3.5s` and `20ms`.
fn reset_in(text: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(number) = text.parse::<f64>() {
        let since_1970 = now.as_duration().as_secs_f64();
        return seconds(match number {
            millis if millis >= 1e11 => (millis / 1000.0 - since_1970).max(0.0),
            time if time >= 1e9 => (time - since_1970).max(0.0),
            span => span,
        });
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return seconds(at.duration_since(now).as_secs_f64().max(0.0));
    }
    let mut rest = text;
    let mut sum = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|it: char| !(it.is_ascii_digit() || it == '.'))?;
        let (number, unit) = rest.split_at(end);
        let end = unit
            .find(|it: char| !it.is_ascii_alphabetic())
            .unwrap_or(unit.len());
        let (unit, after) = unit.split_at(end);
        let factor = match unit {
            "d" => 86_400.0,
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 0.001,
            _ => return None,
        };
        sum += number.parse::<f64>().ok()? * factor;
        rest = after;
    }
    seconds(sum)
}

fn seconds(value: f64) -> Option<Duration> {
    (0.0..=MOST_SECONDS)
        .contains(&value)
        .then(|| Duration::from_secs_f64(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use reqwest::header::{HeaderName, HeaderValue};

    const NOW: &str = "2026-11-22T10:00:00Z";

    fn hints(pairs: &[(&str, &str)]) -> RateHints {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        rate_hints(&headers, NOW.parse().unwrap())
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "it stands where an option is wanted"
    )]
    fn left(remaining: u64, limit: Option<u64>, millis: Option<u64>) -> Option<Left> {
        Some(Left {
            remaining,
            limit,
            reset: millis.map(Duration::from_millis),
        })
    }

    #[test]
    fn the_spellings_of_providers() {
        let openai = hints(&[
            ("x-ratelimit-limit-requests", "60"),
            ("x-ratelimit-remaining-requests", "0"),
            ("x-ratelimit-reset-requests", "1m0s"),
            ("x-ratelimit-remaining-tokens", "149984"),
            ("x-ratelimit-reset-tokens", "20ms"),
        ]);
        assert_eq!(openai.requests, left(0, Some(60), Some(60_000)));
        assert_eq!(openai.tokens, left(149_984, None, Some(20)));
        let anthropic = hints(&[
            ("anthropic-ratelimit-requests-limit", "50"),
            ("anthropic-ratelimit-requests-remaining", "3"),
            ("anthropic-ratelimit-requests-reset", "2026-11-22T10:00:09Z"),
            ("anthropic-ratelimit-input-tokens-remaining", "9000"),
            ("anthropic-ratelimit-output-tokens-remaining", "400"),
        ]);
        assert_eq!(anthropic.requests, left(3, Some(50), Some(9_000)));
        assert_eq!(anthropic.tokens, left(400, None, None));
        // A time in milliseconds since 1970, as a gateway gives it.
        let gateway = hints(&[
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1795341605000"),
        ]);
        assert_eq!(gateway.requests, left(0, None, Some(5_000)));
        let plain = hints(&[("ratelimit-remaining", "7"), ("ratelimit-reset", "30")]);
        assert_eq!(plain.requests, left(7, None, Some(30_000)));
        assert_eq!(hints(&[]), RateHints::default());
    }

    #[test]
    fn resets() {
        let now = NOW.parse().unwrap();
        for (text, expected) in [
            ("6m0s", Some(360.0)),
            ("2m59.56s", Some(179.56)),
            ("1h", Some(3600.0)),
            ("1d2h", Some(93_600.0)),
            ("12ms", Some(0.012)),
            ("0", Some(0.0)),
            ("2.5", Some(2.5)),
            ("1795341601", Some(1.0)),
            ("2026-11-22T09:00:00Z", Some(0.0)),
            ("-1", None),
            ("nan", None),
            ("soon", None),
            ("5 s", None),
            ("5x", None),
            ("s", None),
            ("1e300", None),
            ("9999d", None),
        ] {
            let got = reset_in(text, now).map(|it| it.as_secs_f64());
            assert_eq!(got, expected, "{text}");
        }
        assert_eq!(
            hints(&[("x-ratelimit-remaining-requests", "-1")]),
            RateHints::default()
        );
    }

    proptest! {
        #[test]
        fn any_header_is_survived(value in "[ -~]{0,40}", reset in "[0-9.:dhmsTZ-]{0,24}") {
            hints(&[("x-ratelimit-remaining-requests", &value), ("x-ratelimit-reset-requests", &reset)]);
            hints(&[("ratelimit-remaining", "1"), ("ratelimit-reset", &value)]);
        }
    }
}
