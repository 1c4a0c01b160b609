//! The dates that Zola reads: those of TOML 1.0, and from 0.22 on what TOML 1.1 and YAML allow besides (Zola's
//! `utils/src/de.rs`; tested on 0.17.2 and 0.22.0, where the border lies between them is not known).

use jiff::civil::Date;

use crate::generator::cursor::Cursor;
use crate::site::Version;

const LENIENT: Version = Version::new(0, 22, 0);

/// The day that a date means, or `None` where Zola refuses it or, for `updated`, passes over it.
pub(super) fn read(version: Version, text: &str) -> Option<Date> {
    let lenient = version >= LENIENT;
    of_toml(text, lenient).or_else(|| of_yaml(text).filter(|_| lenient))
}

fn of_toml(text: &str, lenient: bool) -> Option<Date> {
    let mut at = Cursor::new(text);
    let year = at.number(4, 4)?;
    let month = at.after('-')?.number(2, 2)?;
    let day = at.after('-')?.number(2, 2)?;
    if at.is_done() {
        return civil(year, month, day);
    }
    at.one_of("Tt ")?.number(2, 2).filter(|hour| *hour < 24)?;
    at.after(':')?.number(2, 2).filter(|minute| *minute < 60)?;
    match at.after(':') {
        Some(at) => {
            at.number(2, 2).filter(|second| *second < 60)?;
            if at.after('.').is_some() {
                at.number(1, usize::MAX)?;
            }
        }
        None if !lenient => return None,
        None => {}
    }
    if at.one_of("Zz").is_none() && at.one_of("+-").is_some() {
        at.number(2, 2).filter(|hours| *hours < 24)?;
        at.after(':')?
            .number(2, 2)
            .filter(|minutes| *minutes < 60)?;
    }
    at.is_done().then(|| civil(year, month, day))?
}

fn of_yaml(text: &str) -> Option<Date> {
    let mut at = Cursor::new(text);
    let year = at.number(4, 4)?;
    let month = at.after('-')?.number(1, 2)?;
    let day = at.after('-')?.number(1, 2)?;
    if at.is_done() {
        return civil(year, month, day);
    }
    if at.one_of("Tt").is_none() && !at.blanks() {
        return None;
    }
    at.number(1, 2).filter(|hour| *hour < 24)?;
    at.after(':')?.number(2, 2).filter(|minute| *minute < 60)?;
    at.after(':')?.number(2, 2).filter(|second| *second < 60)?;
    if at.after('.').is_some() {
        at.number(0, 9)?;
    }
    at.blanks();
    if at.after('Z').is_none() && at.one_of("+-").is_some() {
        at.number(1, 2).filter(|hours| *hours < 24)?;
        if at.after(':').is_some() {
            at.number(2, 2).filter(|minutes| *minutes < 60)?;
        }
    }
    at.is_done().then(|| civil(year, month, day))?
}

fn civil(year: u32, month: u32, day: u32) -> Option<Date> {
    Date::new(
        year.try_into().ok()?,
        month.try_into().ok()?,
        day.try_into().ok()?,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_by_version() {
        let reads = |text: &str| {
            [Version::new(0, 17, 2), Version::new(0, 22, 0)]
                .map(|version| read(version, text).is_some())
        };
        for text in [
            "2024-01-02",
            "2024-01-02T10:00:00",
            "2024-01-02 10:00:00Z",
            "2024-01-02t10:00:00.5z",
            "2024-01-02T10:00:00+02:00",
        ] {
            assert_eq!(reads(text), [true, true], "{text}");
        }
        for text in [
            "2024-1-2",
            "2024-01-02T10:00",
            "2024-01-02T10:00Z",
            "2024-01-02T1:00:00Z",
            "2024-01-02T10:00:00 Z",
            "2024-01-02T10:00:00.Z",
            "2024-01-02 10:00:00 +02:00",
            "2024-01-02T10:00:00+2",
        ] {
            assert_eq!(reads(text), [false, true], "{text}");
        }
        for text in [
            "",
            "2024",
            "20240102",
            "2024/01/02",
            "2024-02-30",
            "10:00:00",
            "2024-01-02T10",
            "2024-01-02T10:00:60Z",
            "2024-01-02T24:00:00Z",
            "2024-01-02T10:00:00+25:00",
            "2024-01-02T10:00:00+0200",
            "2024-01-02 10:00:00 UTC",
            "Tue, 02 Jan 2024 10:00:00 GMT",
            "2024-01-02é",
        ] {
            assert_eq!(reads(text), [false, false], "{text}");
        }
    }
}
