//! A case: a page, what it should show, and what each generator makes of it. `README.md` explains the format.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde::Deserialize;

use crate::generator::Generator;
use crate::support;

/// What a generator makes of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The page shows what its author meant.
    Fine,
    /// The build succeeds, and the page is missing or shows something else.
    Garbled,
    /// The build fails.
    Refused,
}

impl Verdict {
    pub fn name(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Garbled => "garbled",
            Self::Refused => "refused",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Case {
    /// The name of the file.
    #[serde(skip)]
    pub id: String,
    #[serde(skip)]
    pub file: PathBuf,
    #[serde(default)]
    pub verdict: BTreeMap<Generator, Verdict>,
    /// Generators that make now this, now that of the page: "fine" and "garbled" are the same there.
    #[serde(default)]
    pub verdict_varies: Vec<Generator>,
    /// What is lost, in words.
    #[serde(default)]
    #[expect(dead_code, reason = "for people who read the case")]
    lost: BTreeMap<String, String>,
    #[serde(default)]
    page: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub site: Site,
    #[serde(default)]
    pub fixed_site: Option<Site>,
    #[serde(default)]
    files: BTreeMap<String, String>,
    files_zola: Option<BTreeMap<String, String>>,
    files_hugo: Option<BTreeMap<String, String>>,
    #[serde(default)]
    files_latin1: BTreeMap<String, String>,
    fixed_files: Option<BTreeMap<String, String>>,
    fixed_files_zola: Option<BTreeMap<String, String>>,
    fixed_files_hugo: Option<BTreeMap<String, String>>,
    #[serde(default)]
    fixed_not_for: Vec<Generator>,
}

/// What a case changes in the minimal site.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Site {
    pub zola_config: Option<String>,
    pub hugo_config: Option<String>,
    pub zola_config_add: String,
    pub hugo_config_add: String,
    pub zola_files: BTreeMap<String, String>,
    pub hugo_files: BTreeMap<String, String>,
    pub zola_removed: Vec<String>,
    pub hugo_removed: Vec<String>,
    pub hugo_args: Vec<String>,
}

impl Site {
    /// This site with what the other one changes on top of it.
    pub fn with(&self, other: &Self) -> Self {
        let mut site = self.clone();
        site.zola_config = other.zola_config.clone().or(site.zola_config);
        site.hugo_config = other.hugo_config.clone().or(site.hugo_config);
        for (mine, theirs) in [
            (&mut site.zola_config_add, &other.zola_config_add),
            (&mut site.hugo_config_add, &other.hugo_config_add),
        ] {
            if !theirs.is_empty() {
                mine.clone_from(theirs);
            }
        }
        site.zola_files.extend(other.zola_files.clone());
        site.hugo_files.extend(other.hugo_files.clone());
        site.zola_removed.extend(other.zola_removed.clone());
        site.hugo_removed.extend(other.hugo_removed.clone());
        site
    }
}

impl Case {
    /// The case's own files for a generator.
    pub fn files(&self, generator: Generator) -> BTreeMap<String, Vec<u8>> {
        let own = generator.either(&self.files_zola, &self.files_hugo);
        let text = bytes(own.as_ref().unwrap_or(&self.files));
        let latin1 = self.files_latin1.iter().map(|(path, text)| {
            let bytes = text.chars().map(|c| u8::try_from(c).unwrap());
            (path.clone(), bytes.collect())
        });
        text.into_iter().chain(latin1).collect()
    }

    /// The same page put right; none where the case knows no way for this generator.
    pub fn fixed_files(&self, generator: Generator) -> Option<BTreeMap<String, Vec<u8>>> {
        let own = generator.either(&self.fixed_files_zola, &self.fixed_files_hugo);
        let files = own.as_ref().or(self.fixed_files.as_ref())?;
        (!self.fixed_not_for.contains(&generator)).then(|| bytes(files))
    }

    /// The patterns that the built site must hold, and those that it must not hold.
    pub fn patterns(&self, generator: Generator, which: &str) -> Vec<&str> {
        let program = generator.either(&"zola", &"hugo");
        let keys = BTreeSet::from([
            which.to_owned(),
            format!("{which}-{program}"),
            format!("{which}-{}", generator.name()),
        ]);
        let found = keys.iter().filter_map(|key| self.page.get(key));
        found.flatten().map(String::as_str).collect()
    }
}

fn bytes(files: &BTreeMap<String, String>) -> BTreeMap<String, Vec<u8>> {
    let tomorrow = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24);
    let tomorrow = tomorrow.strftime("%Y-%m-%d").to_string();
    let file = |(path, text): (&String, &String)| {
        (
            path.clone(),
            text.replace("@TOMORROW@", &tomorrow).into_bytes(),
        )
    };
    files.iter().map(file).collect()
}

/// All cases below `tests/hazards/`, by name; those whose name contains the text in `HAZARDS` where that is set.
pub fn all() -> Vec<Case> {
    let folder = support::repository().join("tests/hazards");
    let only = std::env::var("HAZARDS").unwrap_or_default();
    let mut cases: Vec<Case> = Vec::new();
    for entry in walkdir::WalkDir::new(folder)
        .min_depth(2)
        .sort_by_file_name()
    {
        let path = entry.unwrap().into_path();
        let is_site = path.components().any(|part| part.as_os_str() == "sites");
        if is_site || path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let id = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let mut case: Case =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for key in case.page.keys() {
            let (which, whose) = key.split_once('-').unwrap_or((key, "zola"));
            let known = ["zola", "hugo", "zola-0.17", "zola-0.22", "zola-0.23"].contains(&whose);
            assert!(
                known && ["want", "unwanted"].contains(&which),
                "{id}: {key}"
            );
        }
        assert!(!case.page.is_empty(), "{id} does not say what is meant");
        assert!(cases.iter().all(|case| case.id != id), "two cases are {id}");
        (case.id, case.file) = (id, path);
        cases.push(case);
    }
    assert!(!only.is_empty() || cases.len() > 200, "cases are missing");
    cases.retain(|case| case.id.contains(&only));
    cases
}
