//! Which rules run, and what they weigh where the site says otherwise.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use globset::{GlobBuilder, GlobMatcher};

use super::{ELSEWHERE, Page, RULES, Rule, elsewhere};
use crate::config::{Config, Ignored};
use crate::finding::{Finding, Severity};
use crate::text::{escape, nearest};

/// Which rules run, and what they weigh where the site says otherwise.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    select: BTreeSet<&'static str>,
    ignore: BTreeSet<&'static str>,
    severities: BTreeMap<&'static str, Option<Severity>>,
    ignored: Vec<IgnoredPaths>,
    /// Whether what pages silence is told all the same.
    tells_all: bool,
}

/// The rule that nothing silences in single places: of a page whose front matter is broken, the rest is not known.
pub(super) const ALWAYS_TOLD: &str = "broken-front-matter";

/// The paths in which a rule is silent, by one glob of the configuration.
#[derive(Debug, Clone)]
pub(super) struct IgnoredPaths {
    /// The rule.
    pub(super) rule: &'static dyn Rule,
    glob: GlobMatcher,
    /// Its bytes in the project's configuration, if it stands there.
    pub(super) span: Option<Range<usize>>,
    /// Whether it has silenced a finding; one for all copies.
    is_used: Arc<AtomicBool>,
}

impl IgnoredPaths {
    fn new(ignored: &Ignored) -> Result<Self, String> {
        let glob = GlobBuilder::new(&ignored.glob)
            .literal_separator(true)
            .build()
            .map_err(|error| {
                format!(
                    "`[check.{}] ignore` has `{}`, which is no pattern of paths: {}",
                    escape(&ignored.rule),
                    escape(&ignored.glob),
                    error.kind()
                )
            })?;
        Ok(Self {
            rule: find(&ignored.rule)?,
            glob: glob.compile_matcher(),
            span: ignored.span.clone(),
            is_used: Arc::default(),
        })
    }

    /// The glob, as it is written.
    pub(super) fn glob(&self) -> &str {
        self.glob.glob().glob()
    }

    /// Whether it has silenced nothing yet.
    pub(super) fn is_unused(&self) -> bool {
        !self.is_used.load(Ordering::Relaxed)
    }
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
            ignored: config
                .ignored
                .iter()
                .map(IgnoredPaths::new)
                .collect::<Result<_, _>>()?,
            tells_all: false,
        })
    }

    /// The rules that run by default with their own weights, and nothing that silences them.
    pub fn telling_all() -> Self {
        Self {
            tells_all: true,
            ..Self::default()
        }
    }

    /// Whether pages can silence nothing.
    pub(super) fn tells_all(&self) -> bool {
        self.tells_all
    }

    /// Whether the configuration silences a finding by its rule and path. Notes which globs do. That a page cannot be
    /// read at all is always told.
    pub(super) fn silences(&self, finding: &Finding) -> bool {
        if finding.rule == ALWAYS_TOLD {
            return false;
        }
        let mut is_silenced = false;
        for paths in &self.ignored {
            if paths.rule.name() == finding.rule && paths.glob.is_match(finding.path.as_str()) {
                paths.is_used.store(true, Ordering::Relaxed);
                is_silenced = true;
            }
        }
        is_silenced
    }

    /// The globs of the configuration by which rules are silent.
    pub(super) fn ignored(&self) -> &[IgnoredPaths] {
        &self.ignored
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

    /// Whether a rule runs on a page.
    pub(super) fn covers(&self, page: &Page<'_>, rule: &dyn Rule) -> bool {
        self.runs(rule)
            && (page.is_generated || rule.covers_hand_written(page.wanted) || self.names(rule))
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

/// The own name of the rule that is called by this name or alias.
///
/// # Errors
/// There is no such rule; the message names the nearest.
pub fn rule_name(name: &str) -> Result<&'static str, String> {
    find(name).map(Rule::name)
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
        format!("there is no rule `{}`; {hint}", escape(name))
    })
}
