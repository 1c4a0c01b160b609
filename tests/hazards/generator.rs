//! The generators that verdicts are recorded of, and what a build with one of them gives.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use fancy_regex::Regex;
use serde::Deserialize;
use xtask::generators::{self, Program};

use crate::case::{Case, Verdict};
use crate::support;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum Generator {
    #[serde(rename = "zola-0.17")]
    Zola17,
    #[serde(rename = "zola-0.22")]
    Zola22,
    /// No registry has a program of it: its verdicts are recorded, and derived anew only where
    /// `POSTWRIGHT_TEST_ZOLA23` names one.
    #[serde(rename = "zola-0.23")]
    Zola23,
    #[serde(rename = "hugo")]
    Hugo,
}

impl Generator {
    pub const ALL: [Self; 4] = [Self::Zola17, Self::Zola22, Self::Zola23, Self::Hugo];

    /// Those that can be run here.
    pub fn real() -> Vec<Self> {
        let is_there = |generator: &Self| generator.program().is_some();
        Self::ALL.into_iter().filter(is_there).collect()
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Zola17 => "zola-0.17",
            Self::Zola22 => "zola-0.22",
            Self::Zola23 => "zola-0.23",
            Self::Hugo => "hugo",
        }
    }

    pub fn version(self) -> &'static str {
        match self {
            Self::Zola17 => "0.17.2",
            Self::Zola22 => "0.22.0",
            Self::Zola23 => "0.23.0",
            Self::Hugo => "0.168.0",
        }
    }

    pub fn either<'a, T>(self, zola: &'a T, hugo: &'a T) -> &'a T {
        if self == Self::Hugo { hugo } else { zola }
    }

    fn program(self) -> Option<&'static Program> {
        static PROGRAMS: LazyLock<generators::Generators> =
            LazyLock::new(|| generators::all().unwrap_or_else(|error| panic!("{error}")));
        match self {
            Self::Zola17 => Some(&PROGRAMS.zola17),
            Self::Zola22 => Some(&PROGRAMS.zola),
            Self::Zola23 => PROGRAMS.zola23.as_ref(),
            Self::Hugo => Some(&PROGRAMS.hugo),
        }
    }
}

/// A site: paths below its root, and bytes.
pub type Tree = BTreeMap<String, Vec<u8>>;

pub fn write(tree: &Tree, root: &Path) {
    for (path, bytes) in tree {
        let file = root.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }
}

/// What a build gave.
#[derive(Debug)]
pub struct Built {
    succeeds: bool,
    /// What the generator said.
    said: String,
    /// The list of files and the text of the pages, see [`text_of`].
    text: String,
}

/// Builds a site, or gives the result of the last time: the tests build many sites that are alike.
pub fn build(generator: Generator, tree: &Tree, arguments: &[String]) -> Arc<OnceLock<Built>> {
    type Key = (Generator, Tree, Vec<String>);
    static BUILT: LazyLock<Mutex<HashMap<Key, Arc<OnceLock<Built>>>>> =
        LazyLock::new(Mutex::default);
    let key = (generator, tree.clone(), arguments.to_vec());
    let cell = Arc::clone(BUILT.lock().unwrap().entry(key).or_default());
    cell.get_or_init(|| build_anew(generator, tree, arguments));
    cell
}

fn build_anew(generator: Generator, tree: &Tree, arguments: &[String]) -> Built {
    let dir = tempfile::tempdir().unwrap();
    // So deep that a page that is written two folders above the site is seen.
    let site = dir.path().join("a/b/site");
    write(tree, &site);
    let mut command = generator.program().unwrap().command();
    command
        .arg(generator.either(&"build", &"--noBuildLock"))
        .args(arguments)
        .current_dir(&site)
        .env("HUGO_CACHEDIR", dir.path().join("cache"))
        .env("NO_COLOR", "1")
        .env("TZ", "UTC")
        // No page is allowed to ask the network.
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .env("HTTPS_PROXY", "http://127.0.0.1:9");
    let output = support::said(command.output().unwrap());
    let mut written = BTreeMap::new();
    for entry in walkdir::WalkDir::new(dir.path()) {
        let path = entry.unwrap().into_path();
        let Ok(below) = path.strip_prefix(dir.path()) else {
            continue;
        };
        if !path.is_file() || below.starts_with("cache") {
            continue;
        }
        if let Ok(below) = below.strip_prefix("a/b/site/public") {
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            written.insert(below.display().to_string(), text);
        } else if !below.starts_with("a/b/site") {
            written.insert(format!("OUTSIDE: {}", below.display()), String::new());
        }
    }
    Built {
        succeeds: output.status == 0,
        said: format!("{}{}", output.stdout, output.stderr),
        text: text_of(&written),
    }
}

/// What the patterns of a case are looked for in.
///
/// First a line `FILE: posts/case/index.html` for each file of the result (`OUTSIDE: …` for one that was written
/// outside of the site), then `=== path` and the text of each page, without the spans of highlighted code and with the
/// entities of typography as characters.
fn text_of(written: &BTreeMap<String, String>) -> String {
    static SPAN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new("<span(?: (?:style|class)[^>]*)?>|</span>").unwrap());
    let mut text = String::new();
    for path in written.keys() {
        let kind = if path.starts_with("OUTSIDE: ") {
            ""
        } else {
            "FILE: "
        };
        text += &format!("{kind}{path}\n");
    }
    for (path, page) in written {
        let is_page = Path::new(path)
            .extension()
            .is_some_and(|extension| extension == "html");
        if is_page && path != "404.html" {
            text += &format!("=== {path}\n{page}\n");
        }
    }
    let mut text = SPAN.replace_all(&text, "").into_owned();
    for (entity, character) in ENTITIES {
        text = text.replace(entity, character);
    }
    text
}

const ENTITIES: &[(&str, &str)] = &[
    ("&#x27;", "'"),
    ("&#39;", "'"),
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&#x2F;", "/"),
    ("&#43;", "+"),
    ("&ldquo;", "“"),
    ("&rdquo;", "”"),
    ("&lsquo;", "‘"),
    ("&rsquo;", "’"),
    ("&ndash;", "–"),
    ("&mdash;", "—"),
    ("&hellip;", "…"),
    ("&laquo;", "«"),
    ("&raquo;", "»"),
];

/// What the generator made of the page, and why that is so.
pub fn judge(case: &Case, generator: Generator, built: &Built) -> (Verdict, String) {
    if !built.succeeds {
        return (Verdict::Refused, built.said.clone());
    }
    let mut why = Vec::new();
    for (which, is_wanted) in [("want", true), ("unwanted", false)] {
        for pattern in case.patterns(generator, which) {
            // `^` and `$` stand for the bounds of lines, and `.` for a line end too.
            let is_there = Regex::new(&format!("(?ms){pattern}"))
                .unwrap_or_else(|error| panic!("{}: {error}", case.id))
                .is_match(&built.text)
                .unwrap();
            if is_there != is_wanted {
                why.push(format!(
                    "{} {pattern}",
                    if is_wanted { "lacks" } else { "has" }
                ));
            }
        }
    }
    if why.is_empty() {
        (Verdict::Fine, String::new())
    } else {
        (Verdict::Garbled, why.join("; "))
    }
}
