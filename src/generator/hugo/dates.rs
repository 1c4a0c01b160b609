//! The dates that Hugo reads. Those in quotes, and all of YAML and JSON, go through a list of Go's layouts; TOML's own
//! dates through a parser of TOML (`spf13/cast`, `internal/time.go`, as of Hugo 0.168.0, where this was tested).

use jiff::civil::Date;

use crate::generator::cursor::Cursor;

/// The layouts, in the words of Go's package `time`.
const LAYOUTS: [&str; 21] = [
    "2006-01-02",
    "2006-01-02T15:04:05Z07:00",
    "2006-01-02T15:04:05",
    "Mon, 02 Jan 2006 15:04:05 -0700",
    "Mon, 02 Jan 2006 15:04:05 MST",
    "02 Jan 06 15:04 -0700",
    "02 Jan 06 15:04 MST",
    "Monday, 02-Jan-06 15:04:05 MST",
    "2006-01-02 15:04:05 -0700 MST",
    "2006-01-02T15:04:05-0700",
    "2006-01-02 15:04:05Z0700",
    "2006-01-02 15:04:05",
    "Mon Jan _2 15:04:05 2006",
    "Mon Jan _2 15:04:05 MST 2006",
    "Mon Jan 02 15:04:05 -0700 2006",
    "2006-01-02 15:04:05Z07:00",
    "02 Jan 2006",
    "2006-01-02 15:04:05 -07:00",
    "2006-01-02 15:04:05 -0700",
    // These two name no year, so it is the year 0.
    "Jan _2 15:04:05",
    "3:04PM",
];

/// The pieces of layouts, a longer one before one that it begins with.
const PIECES: [&str; 18] = [
    "2006", "Monday", "Mon", "MST", "Jan", "Z07:00", "Z0700", "-07:00", "-0700", "_2", "15", "01",
    "02", "04", "05", "06", "3", "PM",
];

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

const DAYS: [&str; 7] = [
    "sunday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
];

/// The day that a date in a string means.
pub(super) fn read(text: &str) -> Option<Date> {
    LAYOUTS.iter().find_map(|layout| by(layout, text))
}

/// The day that one of TOML's own dates means, whose form TOML has seen to.
pub(super) fn of_toml(text: &str) -> Option<Date> {
    let date = text.get(..10)?.parse().ok()?;
    let seconds = text.get(16..).and_then(|rest| rest.strip_prefix(':'));
    let is_leap = seconds.is_some_and(|seconds| seconds.starts_with("60"));
    (!is_leap).then_some(date)
}

/// The day in a text of this layout.
fn by(layout: &str, text: &str) -> Option<Date> {
    let (mut year, mut month, mut day) = (None, None, None);
    let mut at = Cursor::new(text);
    let mut layout = layout;
    while let Some(next) = layout.chars().next() {
        let Some(piece) = PIECES.iter().find(|piece| layout.starts_with(**piece)) else {
            layout = &layout[next.len_utf8()..];
            // A blank stands for one or more.
            if next == ' ' {
                at.after(' ')?;
                while at.after(' ').is_some() {}
            } else {
                at.after(next)?;
            }
            continue;
        };
        layout = &layout[piece.len()..];
        match *piece {
            "2006" => year = Some(at.number(4, 4)?),
            "06" => {
                let short = at.number(2, 2)?;
                year = Some(short + if short < 69 { 2000 } else { 1900 });
            }
            "01" => month = Some(at.number(2, 2)?),
            "Jan" => month = Some(name(&mut at, MONTHS.into_iter())? + 1),
            "Mon" => drop(name(&mut at, DAYS.into_iter().map(|day| &day[..3]))?),
            "Monday" => drop(name(&mut at, DAYS.into_iter())?),
            "02" => day = Some(at.number(2, 2)?),
            "_2" => day = Some(at.number(1, 2)?),
            "3" => drop(at.number(1, 2).filter(|hour| *hour <= 12)?),
            "PM" => {
                if at.after('A').is_none() {
                    at.after('P')?;
                }
                at.after('M')?;
            }
            "15" => drop(at.number(1, 2).filter(|hour| *hour < 24)?),
            "04" => drop(at.number(2, 2).filter(|minute| *minute < 60)?),
            "05" => {
                at.number(2, 2).filter(|second| *second < 60)?;
                fraction(&mut at);
            }
            "MST" => zone(&mut at)?,
            offset => {
                if !(offset.starts_with('Z') && at.after('Z').is_some()) {
                    self::offset(&mut at, offset.contains(':'))?;
                }
            }
        }
    }
    let date = Date::new(
        year.unwrap_or(0).try_into().ok()?,
        month.unwrap_or(1).try_into().ok()?,
        day.unwrap_or(1).try_into().ok()?,
    );
    date.ok().filter(|_| at.is_done())
}

/// The place among these names of the one that is next, in whatever capitals.
fn name(at: &mut Cursor<'_>, mut names: impl Iterator<Item = &'static str>) -> Option<u32> {
    let rest = at.rest();
    let is_next = |name: &&str| {
        rest.get(..name.len())
            .is_some_and(|next| next.eq_ignore_ascii_case(name))
    };
    let mut length = 0;
    let found = names.position(|name| {
        length = name.len();
        is_next(&name)
    })?;
    at.skip(length);
    found.try_into().ok()
}

/// A fraction of a second, which Go takes where the layout has none.
fn fraction(at: &mut Cursor<'_>) {
    let mut ahead = *at;
    if ahead.one_of(".,").is_some() && ahead.number(1, usize::MAX).is_some() {
        *at = ahead;
    }
}

fn offset(at: &mut Cursor<'_>, colon: bool) -> Option<()> {
    at.one_of("+-")?.number(2, 2).filter(|hours| *hours <= 24)?;
    if colon {
        at.after(':')?;
    }
    at.number(2, 2).filter(|minutes| *minutes <= 60)?;
    Some(())
}

/// The name of a time zone: three to five capitals, or an offset.
fn zone(at: &mut Cursor<'_>) -> Option<()> {
    let rest = at.rest();
    let capitals = rest.bytes().take_while(u8::is_ascii_uppercase).count();
    let length = match capitals {
        3 => 3,
        4 if rest[3..].starts_with('T') || rest.starts_with("WITA") => 4,
        5 if rest[4..].starts_with('T') => 5,
        _ if rest.starts_with("ChST") || rest.starts_with("MeST") => 4,
        _ if rest.starts_with(['+', '-']) => 0,
        _ => return None,
    };
    at.skip(length);
    if (length == 0 || rest.starts_with("GMT")) && at.one_of("+-").is_some() {
        at.number(1, 2).filter(|hours| *hours < 24)?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts() {
        for text in [
            "2024-01-02",
            "2024-01-02T10:00:00Z",
            "2024-01-02T1:00:00Z",
            "2024-01-02T10:00:00.25+02:00",
            "2024-01-02T10:00:00,5Z",
            "2024-01-02T10:00:00+0200",
            "2024-01-02 10:00:00",
            "2024-01-02 10:00:00 +0200",
            "2024-01-02 10:00:00 +02:00",
            "2024-01-02 10:00:00 +0000 UTC",
            "02 Jan 2024",
            "02 Jan 24 10:00 MST",
            "Tue, 02 Jan 2024 10:00:00 GMT",
            "tuesday, 02-Jan-24 10:00:00 CEST",
            "Tue Jan  2 10:00:00 2024",
            "Tue Jan 2 10:00:00 UTC 2024",
        ] {
            assert_eq!(read(text), Some(jiff::civil::date(2024, 1, 2)), "{text}");
        }
        for text in [
            "",
            "2024-1-2",
            "2024-01-02T10:00Z",
            "2024-01-02 10:00",
            "2024-01-02t10:00:00z",
            "2024-01-02T10:00:60Z",
            "2024-01-02T10:00:00.Z",
            "2024-02-30",
            "2024/01/02",
            "January 2, 2024",
            "2 Jan 2024",
            "10:00pm",
            "13:00AM",
            "10:00",
            "Tue, 2 Jan 2024 10:00:00 GMT",
            "2024-01-02 10:00:00 UTC",
            "2024-01-02é",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        for text in ["10:00PM", "0:00AM"] {
            assert_eq!(read(text), Some(jiff::civil::date(0, 1, 1)), "{text}");
        }
        let stamp = read("Jan 2 10:00:00.25");
        assert_eq!(stamp, Some(jiff::civil::date(0, 1, 2)));
    }
}
