//! Which rules run, and what they weigh where the site says otherwise.

use std::collections::{BTreeMap, BTreeSet};

use super::{ELSEWHERE, RULES, Rule, elsewhere};
use crate::config::Config;
use crate::finding::{Finding, Severity};
use crate::text::nearest;

/// Which rules run, and what they weigh where the site says otherwise.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    select: BTreeSet<&'static str>,
    ignore: BTreeSet<&'static str>,
    severities: BTreeMap<&'static str, Option<Severity>>,
}

impl Selection {
    /// What the configuration and the flags say; a flag's list replaces the configuration's.
    ///
    /// # Errors
    /// A name that no rule has, with the nearest one that exists.
    pub fn new(config: &Config, select: &[String], ignore: &[String]) -> Result<Self, String> {
        let pick =
            |flags: &[String], config: &[String]| -> Result<BTreeSet<&'static str>, String> {
                let names = if flags.is_empty() { config } else { flags };
                names.iter().map(|name| Ok(find(name)?.name())).collect()
            };
        let mut severities = BTreeMap::new();
        for (rule, severity) in &config.severities {
            severities.insert(find(rule)?.name(), severity_named(severity));
        }
        Ok(Self {
            select: pick(select, &config.select)?,
            ignore: pick(ignore, &config.ignore)?,
            severities,
        })
    }

    /// Whether a rule runs: chosen by name or weight, or one that runs by default where none are chosen.
    pub(super) fn runs(&self, rule: &dyn Rule) -> bool {
        let name = rule.name();
        let severity = self.severities.get(name);
        let is_chosen = if self.select.is_empty() {
            rule.runs_by_default() || severity.is_some()
        } else {
            self.select.contains(name)
        };
        is_chosen && !self.ignore.contains(name) && severity != Some(&None)
    }

    /// Whether a rule was chosen by its name, in a list or with a weight of its own.
    pub(super) fn names(&self, rule: &dyn Rule) -> bool {
        let name = rule.name();
        self.select.contains(name) || self.severities.contains_key(name)
    }

    /// A finding as the site weighs it.
    pub(super) fn weigh(&self, mut finding: Finding) -> Finding {
        if let Some(Some(severity)) = self.severities.get(finding.rule) {
            finding.severity = *severity;
        }
        finding
    }
}

fn severity_named(name: &str) -> Option<Severity> {
    [Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .find(|severity| severity.as_str() == name)
}

/// The rule of this name or alias; capitals do not matter in an alias.
///
/// # Errors
/// There is none; the message names the nearest.
pub fn find(name: &str) -> Result<&'static dyn Rule, String> {
    let is_called = |rule: &dyn Rule| {
        let mut aliases = rule.aliases().iter();
        rule.name() == name || aliases.any(|alias| alias.eq_ignore_ascii_case(name))
    };
    let mut rules = RULES.iter().copied();
    if elsewhere(name).is_some() {
        return Err(format!(
            "`{name}` is no rule: it cannot be selected or ignored; `postwright explain {name}` says more"
        ));
    }
    rules.find(|rule| is_called(*rule)).ok_or_else(|| {
        let names = RULES
            .iter()
            .flat_map(|rule| std::iter::once(rule.name()).chain(rule.aliases().iter().copied()))
            .chain(ELSEWHERE.iter().map(|other| other.name));
        let hint = nearest(name, names).map_or_else(
            || "`postwright explain` lists all rules".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        format!("there is no rule `{}`; {hint}", crate::text::escape(name))
    })
}
