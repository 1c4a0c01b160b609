//! Names in the configuration of what Hugo does not have (tested on 0.168.0).

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::super::settings::{Table, string};
use super::fault;
use crate::site::ConfigFault;
use crate::text::{escape, nearest};

/// The programs that read Markdown and the like.
const HANDLERS: [&str; 8] = [
    "asciidoc",
    "asciidocext",
    "goldmark",
    "html",
    "markdown",
    "org",
    "pandoc",
    "rst",
];

/// The kinds of page that addresses may be given for.
const KINDS: [&str; 5] = ["page", "home", "section", "taxonomy", "term"];

/// The parts of the world in the names of time zones (the IANA's data base).
const AREAS: [&str; 16] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Brazil",
    "Canada",
    "Chile",
    "Etc",
    "Europe",
    "Indian",
    "Mexico",
    "Pacific",
    "US",
];

/// The time zones of the same data base that stand in no part of the world, and Go's own word for that of the machine.
const ZONES: &str = "CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong \
    Iceland Iran Israel Jamaica Japan Kwajalein Libya Local MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal \
    ROC ROK Singapore Turkey UCT UTC Universal W-SU WET Zulu";

/// What Hugo stops at.
pub(super) fn faults(table: &Table, formats: Option<&BTreeSet<String>>) -> Vec<ConfigFault> {
    let mut found = Vec::new();
    found.extend(time_zone(table));
    found.extend(handler(table));
    found.extend(formats.and_then(|formats| output(table, formats)));
    found.extend(kind(table));
    found
}

/// A time zone in a part of the world that there is not; its cities are not known here.
fn time_zone(table: &Table) -> Option<ConfigFault> {
    let zone = string(table, &["timezone"])?;
    let area = zone.split_once('/').map(|(area, _)| area);
    let is_known = match area {
        Some(area) => AREAS.contains(&area),
        None => zone.is_empty() || ZONES.split(' ').any(|known| known == zone),
    };
    (!is_known).then(|| {
        fault(
            format!(
                "Hugo knows no time zone `{}`, and stops at it",
                escape(&zone)
            ),
            "write `timeZone = \"UTC\"`, or a part of the world and a city: `Europe/Berlin`"
                .to_owned(),
        )
    })
}

fn handler(table: &Table) -> Option<ConfigFault> {
    let name = string(table, &["markup", "defaultmarkdownhandler"])?;
    let is_known = HANDLERS.contains(&name.to_lowercase().as_str());
    (!is_known).then(|| {
        fault(
            format!(
                "`defaultMarkdownHandler` is `{}`, which Hugo does not have, and stops at",
                escape(&name)
            ),
            "take the line out, or write `goldmark`".to_owned(),
        )
    })
}

/// An output format that is nowhere defined.
fn output(table: &Table, formats: &BTreeSet<String>) -> Option<ConfigFault> {
    let kinds = table.get("outputs")?.as_object()?;
    let known = kinds
        .iter()
        .filter(|(kind, _)| KINDS.contains(&kind.as_str()));
    let names = known.filter_map(|(_, names)| names.as_array()).flatten();
    let mut names = names.filter_map(Value::as_str);
    let unknown = names.find(|name| !formats.contains(&name.to_lowercase()))?;
    let near = nearest(&unknown.to_lowercase(), formats.iter().map(String::as_str));
    let help = near.map_or_else(
        || "define it below `outputFormats`, or take it out".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Some(fault(
        format!(
            "`outputs` names the format `{}`, which the site does not have, and Hugo stops",
            escape(unknown)
        ),
        help,
    ))
}

fn kind(table: &Table) -> Option<ConfigFault> {
    let patterns = table.get("permalinks")?.as_object()?;
    let (name, _) = patterns
        .iter()
        .find(|(name, value)| value.is_object() && !KINDS.contains(&name.as_str()))?;
    Some(fault(
        format!(
            "`permalinks` has a table `{}`, which is no kind of page, and Hugo stops at it",
            escape(name)
        ),
        format!("write one of {}", KINDS.join(", ")),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::super::super::settings::{lower_keys, parse};
    use super::*;

    #[test]
    fn names_of_nothing_are_seen() {
        let formats = ["html", "json", "own"].map(str::to_owned).into();
        let found = |text: &str| {
            let table = lower_keys(parse("hugo.toml", text).expect("no mistake"));
            faults(&table, Some(&formats)).len()
        };
        for bad in [
            "timeZone = 'GMT+2'",
            "timeZone = 'europe/berlin'",
            "timeZone = 'Nope/Nope'",
            "[markup]\ndefaultMarkdownHandler = 'blackfriday'",
            "[outputs]\nhome = ['HTML', 'nope']",
            "[permalinks.foo]\nposts = '/x/'",
        ] {
            assert_eq!(found(bad), 1, "{bad}");
        }
        for good in [
            "timeZone = 'Europe/Berlin'",
            "timeZone = 'EST'",
            "timeZone = 'Local'",
            "timeZone = ''",
            "[markup]\ndefaultMarkdownHandler = 'goldmark'",
            "[[permalinks]]\npattern = '/x/:slug/'",
            "[outputs]\nhome = ['HTML', 'Own']",
            "[permalinks]\nposts = '/x/'\n[permalinks.term]\ntags = '/t/:slug/'",
        ] {
            assert_eq!(found(good), 0, "{good}");
        }
    }
}
