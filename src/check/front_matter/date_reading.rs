//! Dates in the spellings of people, where they can be read in one way only.

use jiff::civil::{Date, Time, Weekday};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The day or moment that a text means, as both generators read it. `None` where it means none, or could mean two:
/// `01/02/2024` is a day in January or in February.
pub(super) fn read(text: &str) -> Option<String> {
    let text = text.trim();
    if let Ok(moment) = jiff::fmt::rfc2822::DateTimeParser::new().parse_zoned(text) {
        return Some(moment.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string());
    }
    let (date, time) = if text.starts_with(|first: char| first.is_ascii_digit()) {
        numeric(text).or_else(|| words(text))?
    } else {
        words(text)?
    };
    Some(format!("{date}{}", clock(time)?))
}

/// Why there is no such day or time, where a text is one in numbers but for that.
pub(super) fn impossible(text: &str) -> Option<String> {
    let text = text.trim();
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '/' | '.')))
        .unwrap_or(text.len());
    let (day, rest) = text.split_at(end);
    if !(rest.is_empty() || rest.starts_with(['T', 't', ' '])) {
        return None;
    }
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let &[a, b, c] = parts.as_slice() else {
        return None;
    };
    let readings = match (a.len(), b.len(), c.len()) {
        (4, 1..=2, 1..=2) => [(a, b, c), (a, b, c)],
        (1..=2, 1..=2, 4) => [(c, b, a), (c, a, b)],
        _ => return None,
    };
    let mut reason = None;
    for (year, month, day) in readings {
        let (year, month, day) = (number(year)?, number(month)?, number(day)?);
        if civil(year, month, day).is_some() {
            return impossible_time(rest);
        }
        reason = reason.or_else(|| limit(year, month));
    }
    reason
}

/// What a day of this month is limited by.
fn limit(year: i16, month: i16) -> Option<String> {
    let Some(first) = civil(year, month, 1) else {
        return Some("months go from 1 to 12".to_owned());
    };
    let name = MONTHS.get(usize::try_from(month - 1).ok()?)?;
    let (initial, rest) = name.split_at(1);
    let initial = initial.to_uppercase();
    Some(format!(
        "{initial}{rest} {year} has {} days",
        first.days_in_month()
    ))
}

fn impossible_time(text: &str) -> Option<String> {
    let clock = text.strip_prefix(['T', 't', ' '])?;
    let end = clock
        .find(|c: char| !(c.is_ascii_digit() || c == ':'))
        .unwrap_or(clock.len());
    let parts: Vec<&str> = clock[..end].split(':').collect();
    if !(2..=3).contains(&parts.len()) || parts.iter().any(|part| part.len() != 2) {
        return None;
    }
    let limits = [23, 59, 59];
    let is_over = parts
        .iter()
        .zip(limits)
        .any(|(part, limit)| number(part).is_some_and(|number| number > limit));
    // A leap second is one to those who know of it.
    (is_over && parts.last() != Some(&"60")).then(|| "times go up to 23:59:59".to_owned())
}

/// A day in numbers, and what follows it.
fn numeric(text: &str) -> Option<(Date, &str)> {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | '年' | '月')))
        .unwrap_or(text.len());
    let (day, rest) = text.split_at(end);
    let rest = if day.contains('月') {
        rest.strip_prefix('日')?
    } else {
        rest
    };
    if day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit()) {
        let (year, month, day) = (number(&day[..4])?, number(&day[4..6])?, number(&day[6..])?);
        // Other numbers of eight digits are more likely something else.
        return (1980..2100)
            .contains(&year)
            .then(|| civil(year, month, day))?
            .map(|date| (date, rest));
    }
    let separator = day.chars().find(|c| !c.is_ascii_digit())?;
    let parts: Vec<&str> = day.split(['-', '/', '.', '年', '月']).collect();
    let &[a, b, c] = parts.as_slice() else {
        return None;
    };
    if separator != '年' && day.chars().any(|c| !c.is_ascii_digit() && c != separator) {
        return None;
    }
    let date = match (a.len(), b.len(), c.len()) {
        (4, 1..=2, 1..=2) => civil(number(a)?, number(b)?, number(c)?)?,
        (1..=2, 1..=2, 4) => {
            let (first, second, year) = (number(a)?, number(b)?, number(c)?);
            let readings = [civil(year, first, second), civil(year, second, first)];
            match readings {
                [Some(one), Some(other)] if one == other => one,
                [Some(date), None] | [None, Some(date)] => date,
                _ => return None,
            }
        }
        _ => return None,
    };
    Some((date, rest))
}

/// A day whose month is a word of English.
fn words(text: &str) -> Option<(Date, &str)> {
    let (mut weekday, mut day, mut month, mut year) = (None, None, None, None);
    let mut rest = text;
    while day.is_none() || month.is_none() || year.is_none() {
        rest = rest.trim_start_matches([' ', ',']);
        let end = rest.find([' ', ',']).unwrap_or(rest.len());
        let word = rest[..end].trim_end_matches('.').to_lowercase();
        rest = &rest[end..];
        if word.starts_with(|first: char| first.is_ascii_digit()) {
            let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            let is_plain = ["", "st", "nd", "rd", "th"].contains(&&word[digits.len()..]);
            match digits.len() {
                1 | 2 if is_plain && day.is_none() => day = Some(number(digits)?),
                4 if digits == word && year.is_none() => year = Some(number(digits)?),
                _ => return None,
            }
        } else if let Some(named) = month_of(&word).filter(|_| month.is_none()) {
            month = Some(named);
        } else if let Some(named) = weekday_of(&word).filter(|_| weekday.is_none()) {
            weekday = Some(named);
        } else if word != "of" && word != "the" {
            return None;
        }
    }
    let date = civil(year?, month?, day?)?;
    weekday
        .is_none_or(|weekday| weekday == date.weekday())
        .then_some((date, rest))
}

fn month_of(word: &str) -> Option<i16> {
    let at = MONTHS.iter().position(|month| {
        word == *month || word == &month[..3] || (word == "sept" && *month == "september")
    })?;
    i16::try_from(at + 1).ok()
}

fn weekday_of(word: &str) -> Option<Weekday> {
    [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ]
    .into_iter()
    .find_map(|(name, weekday)| (word == name || word == &name[..3]).then_some(weekday))
}

/// The time of day behind a date, as RFC 3339 has it; empty where there is none.
fn clock(text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return Some(String::new());
    }
    let text = text.strip_prefix(['T', 't', ' '])?.trim();
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.'))
        .unwrap_or(text.len());
    let (time, zone) = text.split_at(end);
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    let parts: Vec<&str> = time.split(':').collect();
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] if fraction.is_empty() => (*hour, *minute, "0"),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return None,
    };
    if minute.len() != 2 {
        return None;
    }
    let (hour, minute, second) = (number(hour)?, number(minute)?, number(second)?);
    let small = |number: i16| i8::try_from(number).ok();
    Time::new(small(hour)?, small(minute)?, small(second)?, 0).ok()?;
    let fraction = if fraction.is_empty() {
        String::new()
    } else {
        format!(".{fraction}")
    };
    Some(format!(
        "T{hour:02}:{minute:02}:{second:02}{fraction}{}",
        zone_of(zone.trim())?
    ))
}

fn zone_of(zone: &str) -> Option<String> {
    if zone.is_empty() {
        return Some(String::new());
    }
    if ["z", "utc", "gmt"].contains(&zone.to_ascii_lowercase().as_str()) {
        return Some("Z".to_owned());
    }
    let digits = zone.strip_prefix(['+', '-'])?;
    let (hours, minutes) = match (digits.len(), digits.split_once(':')) {
        (5, Some(parts)) => parts,
        (4, None) => (digits.get(..2)?, digits.get(2..)?),
        (2, None) => (digits, "00"),
        _ => return None,
    };
    let is_offset = hours.len() == 2 && number(hours)? < 24 && number(minutes)? < 60;
    is_offset.then(|| format!("{}{hours}:{minutes}", &zone[..1]))
}

fn civil(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A number of a few digits and nothing else.
fn number(text: &str) -> Option<i16> {
    let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::{impossible, read};

    #[test]
    fn days_and_times_that_there_are_not() {
        for (text, expected) in [
            ("2024-02-30", Some("February 2024 has 29 days")),
            ("2023-2-29T10:00:00Z", Some("February 2023 has 28 days")),
            ("31.04.2024", Some("April 2024 has 30 days")),
            ("2024-13-01", Some("months go from 1 to 12")),
            ("2024-00-10", Some("months go from 1 to 12")),
            ("2024/01/00", Some("January 2024 has 31 days")),
            ("2024-01-02T24:00:00Z", Some("times go up to 23:59:59")),
            ("2024-01-02 10:61", Some("times go up to 23:59:59")),
            ("02/13/2024", None),
            ("2024-01-02T10:00:60Z", None),
            ("2024-01-02 10:00:00 EST", None),
            ("1.2.3", None),
            ("99999-01-01", None),
            ("tomorrow", None),
            ("", None),
            ("2024-01-0é", None),
        ] {
            assert_eq!(impossible(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn dates_with_one_reading() {
        for (text, expected) in [
            ("2024/01/02", "2024-01-02"),
            ("2024.1.2", "2024-01-02"),
            ("2024-1-2", "2024-01-02"),
            ("20240102", "2024-01-02"),
            ("2024年1月2日", "2024-01-02"),
            ("13/02/2024", "2024-02-13"),
            ("02/13/2024", "2024-02-13"),
            ("3.3.2024", "2024-03-03"),
            ("January 2, 2024", "2024-01-02"),
            ("Jan. 2nd, 2024", "2024-01-02"),
            ("2 Sept 2024", "2024-09-02"),
            ("2nd of January 2024", "2024-01-02"),
            ("Tuesday, 2 January 2024", "2024-01-02"),
            ("January 2, 2024 10:00", "2024-01-02T10:00:00"),
            ("2024-01-02 9:05", "2024-01-02T09:05:00"),
            ("2024-01-02T10:00", "2024-01-02T10:00:00"),
            ("2024-01-02 10:00:00 +02:00", "2024-01-02T10:00:00+02:00"),
            ("2024-01-02 10:00:00 +0200", "2024-01-02T10:00:00+02:00"),
            ("2024-01-02 10:00:00.25 UTC", "2024-01-02T10:00:00.25Z"),
            (
                "Tue, 02 Jan 2024 10:00:00 +0100",
                "2024-01-02T10:00:00+01:00",
            ),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
            assert_eq!(read(expected).as_deref(), Some(expected));
        }
    }

    #[test]
    fn dates_with_no_reading_or_two() {
        for text in [
            "",
            "01/02/2024",
            "1.2.2024",
            "2024-02-30",
            "2024-13-01",
            "2024-1/2",
            "1/2/24",
            "12345678",
            "Monday, 2 January 2024",
            "January 2024",
            "tomorrow",
            "10:00:00",
            "2024-01-02 10:00 EST",
            "2024-01-02 10:00 PM",
            "2024-01-02 25:00",
            "2024-01-02é",
            "é",
            "2024-01-02 10",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
