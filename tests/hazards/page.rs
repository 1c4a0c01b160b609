//! A case as a whole site, and what the program says of it.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use crate::case::{Case, Site, Verdict};
use crate::generator::{self, Generator, Tree, judge};
use crate::support::{self, Sandbox};

/// The minimal site with the files of a case.
pub struct Page {
    pub tree: Tree,
    generator: Generator,
    arguments: Vec<String>,
}

/// What `check` says.
pub struct Checked {
    pub errors: u64,
    pub warnings: u64,
    /// The rules, for people.
    pub shown: String,
    /// The site afterwards.
    pub page: Page,
}

impl Checked {
    pub fn is_clean(&self) -> bool {
        self.errors + self.warnings == 0
    }
}

impl Page {
    pub fn of(case: &Case, generator: Generator) -> Self {
        Self::new(&case.site, case.files(generator), generator)
    }

    /// The case put right by hand, where there is a way.
    pub fn fixed(case: &Case, generator: Generator) -> Option<Self> {
        let files = case.fixed_files(generator)?;
        let site = match &case.fixed_site {
            Some(fixed) => case.site.with(fixed),
            None => case.site.clone(),
        };
        Some(Self::new(&site, files, generator))
    }

    fn new(site: &Site, files: Tree, generator: Generator) -> Self {
        let mut tree = minimal(generator);
        let file = generator.either(&"config.toml", &"hugo.toml");
        let config = tree.entry((*file).to_owned()).or_default();
        if let Some(text) = generator.either(&site.zola_config, &site.hugo_config) {
            *config = text.clone().into_bytes();
        }
        let added = generator.either(&site.zola_config_add, &site.hugo_config_add);
        config.extend_from_slice(added.as_bytes());
        for (path, text) in generator.either(&site.zola_files, &site.hugo_files) {
            tree.insert(path.clone(), text.clone().into_bytes());
        }
        for path in generator.either(&site.zola_removed, &site.hugo_removed) {
            tree.remove(path);
        }
        tree.extend(files);
        let arguments = generator.either(&Vec::new(), &site.hugo_args).clone();
        Self {
            tree,
            generator,
            arguments,
        }
    }

    pub fn build(&self, case: &Case, generator: Generator) -> (Verdict, String) {
        let built: Arc<OnceLock<_>> = generator::build(generator, &self.tree, &self.arguments);
        judge(case, generator, built.get().unwrap())
    }

    /// Runs `check` with these arguments.
    pub fn check(&self, arguments: &[&str]) -> Checked {
        let sandbox = Sandbox::new();
        let root = sandbox.path("site");
        generator::write(&self.tree, &root);
        let name = self.generator.either(&"zola", &"hugo");
        let version = self.generator.version();
        let config = format!("generator = \"{name}\"\ngenerator_version = \"{version}\"\n");
        sandbox.write("site/postwright.toml", &config);
        let arguments = [&["check", "--format", "json"], arguments].concat();
        let said = sandbox.run(&arguments);
        assert!([0, 1].contains(&said.status), "{}", said.stderr);
        let json = said.json();
        let count = |what: &str| json["summary"][what].as_u64().unwrap();
        let findings = json["findings"].as_array().unwrap().iter();
        let shown: Vec<String> = findings
            .filter(|finding| finding["severity"] != "info")
            .map(|finding| {
                let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
                format!("{} {} {}", text("severity"), text("rule"), text("path"))
            })
            .collect();
        Checked {
            errors: count("errors"),
            warnings: count("warnings"),
            shown: format!("[{}]", shown.join(", ")),
            page: Self {
                tree: read(&root),
                generator: self.generator,
                arguments: self.arguments.clone(),
            },
        }
    }

    /// The files of the case as they are now, for people.
    pub fn show(&self, case: &Case, generator: Generator) -> String {
        let before = Self::of(case, generator).tree;
        let changed = self
            .tree
            .iter()
            .filter(|(path, bytes)| before.get(*path) != Some(bytes));
        changed
            .map(|(path, bytes)| format!("--- {path}\n{}", String::from_utf8_lossy(bytes)))
            .collect()
    }
}

/// The site of `sites/zola` or `sites/hugo`.
fn minimal(generator: Generator) -> Tree {
    static SITES: [OnceLock<Tree>; 2] = [OnceLock::new(), OnceLock::new()];
    let site = generator.either(&SITES[0], &SITES[1]);
    let folder = generator.either(&"zola", &"hugo");
    let tree = site.get_or_init(|| {
        read(
            &support::repository()
                .join("tests/hazards/sites")
                .join(folder),
        )
    });
    tree.clone()
}

fn read(root: &Path) -> Tree {
    let mut tree = Tree::new();
    for entry in walkdir::WalkDir::new(root) {
        let path = entry.unwrap().into_path();
        let name = path.strip_prefix(root).unwrap().display().to_string();
        // The program's own files are no part of the site.
        if path.is_file() && name != "postwright.toml" && !name.starts_with(".postwright/") {
            tree.insert(name, fs::read(&path).unwrap());
        }
    }
    tree
}

/// Looks at each case with each of the generators, on all cores; gives what there is to complain of.
pub fn in_parallel(
    cases: &[Case],
    generators: &[Generator],
    look: impl Fn(&Case, Generator) -> Option<String> + Sync,
) -> Vec<String> {
    let all: Vec<(&Case, Generator)> = cases
        .iter()
        .flat_map(|case| generators.iter().map(move |generator| (case, *generator)))
        .collect();
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some((case, generator)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(what) = look(case, *generator) {
                        let what = format!("{} with {}: {what}", case.id, generator.name());
                        found.lock().unwrap().push(what);
                    }
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap();
    found.sort();
    found
}
