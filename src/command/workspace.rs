//! What most commands start with: the site, its configuration and the user's, and the pages they are about.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use jiff::civil::Date;

use super::process::{self, Call};
use super::{Context, Environment};
use crate::check::{self, ReadPage};
use crate::config::{self, Author, Config, Flags, RawConfig};
use crate::content::{self, Page, Walk};
use crate::disk::{self, Folder, Root};
use crate::generator::{self, Files};
use crate::index::Index;
use crate::record::Store;
use crate::site::{Site, SitePath, Version, VersionSource};
use crate::text::escape;

/// A configuration file is smaller than this, in bytes.
const CONFIG_LIMIT: u64 = 1024 * 1024;

/// A page larger than this is never read whole, in bytes.
pub(super) const PAGE_LIMIT: u64 = 8 * 1024 * 1024;

/// A program that does not tell its version in this time does not tell it.
const VERSION_LIMIT: Duration = Duration::from_secs(20);

/// A site with its configuration, ready to work on.
pub(super) struct Workspace {
    pub(super) site: Site,
    pub(super) config: Config,
    pub(super) root: Root,
    pub(super) store: Store,
    /// The variables that programs are run with.
    pub(super) variables: HashMap<OsString, OsString>,
    /// Whether the generator's program has been asked for its version.
    version_asked: bool,
}

/// Reads the first bytes of a file of the site; `None` where there is no file of this path.
pub(super) type StartReader = Box<dyn Fn(&str) -> Option<Vec<u8>>>;

impl Workspace {
    /// Finds and reads the site that the arguments mean.
    pub(super) fn open(
        context: &Context,
        environment: &Environment,
        flags: Flags,
    ) -> anyhow::Result<Self> {
        let dir = find_root(context, environment)?;
        let root = Root::open(&dir)?;
        let project = read_config(
            &root.dir().join(config::FILE_NAME),
            config::FILE_NAME,
            Author::Project,
        )?;
        let user = read_user_config(environment, &root)?;
        let config = config::resolve(project, user, flags)?;
        // The program is asked for its version only where something needs it: see `settle_version`.
        let site = read_site(&root, &config, None)?;
        let store = Store::new(root.clone());
        let variables = process::variables(environment, &config, None);
        Ok(Self {
            site,
            config,
            root,
            store,
            variables,
            version_asked: false,
        })
    }

    /// What rules look up files of the site with.
    pub(super) fn start_reader(&self) -> StartReader {
        let root = self.site.root.clone();
        Box::new(move |path| {
            let file = root.join(path);
            let start = disk::is_file(&file).then(|| disk::read_start(&file, 8))?;
            Some(start.unwrap_or_default())
        })
    }

    /// What rules read other pages of the site with, whole.
    pub(super) fn page_reader(&self) -> Box<ReadPage<'static>> {
        let root = self.site.root.clone();
        Box::new(move |path| disk::read_text(&root.join(path.as_str()), PAGE_LIMIT).ok())
    }

    /// The site's pages.
    pub(super) fn walk(&self) -> Walk {
        content::walk(&self.site)
    }

    /// The index of the site's pages. It reads all of them whole, so it is made only where something asks for it.
    pub(super) fn index(&self, walk: &Walk, today: Date) -> Index {
        let read = |page: &Page| read_page(page).ok();
        Index::read(&self.site, &walk.pages, &read, today)
    }

    /// What the paths on the command line mean; the whole site where there are none.
    pub(super) fn select(
        &self,
        walk: &Walk,
        paths: &[PathBuf],
        environment: &Environment,
    ) -> anyhow::Result<Selected> {
        let mut selected = Selected::default();
        if paths.is_empty() {
            // Pages of a module, or of a folder outside, are somebody else's.
            let is_own = |page: &&Page| self.site.roots[page.root].writable;
            selected.pages = walk.pages.iter().filter(is_own).cloned().collect();
            selected.pages.sort_by(|a, b| a.path.cmp(&b.path));
            return Ok(selected);
        }
        for path in paths {
            let given = environment.cwd.join(path);
            // A path that this program has printed is one from the site's root.
            let given = if disk::exists(&given) {
                given
            } else {
                self.site.root.join(path)
            };
            let given = disk::resolve(&given);
            for page in content::resolve(&self.site, walk, &environment.cwd, &given)? {
                if !selected.pages.iter().any(|other| other.path == page.path) {
                    selected.pages.push(page.clone());
                }
            }
            selected
                .places
                .push(SitePath::from_path(&self.site.root, &given));
        }
        selected.pages.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(selected)
    }

    /// Asks the generator's program for its version, once, where the site's configuration does not say it.
    pub(super) fn settle_version(&mut self, cwd: &Path) {
        if self.version_asked || self.site.version_source == VersionSource::Configured {
            return;
        }
        self.version_asked = true;
        let Some(version) = self.program_version(cwd) else {
            return;
        };
        // What could be read a moment ago and no longer can is told by whatever reads it next.
        if let Ok(site) = read_site(&self.root, &self.config, Some(version)) {
            self.site = site;
        }
        self.site.version = version;
        self.site.version_source = VersionSource::Program;
    }

    /// What the generator's program on `PATH` says its version is.
    pub(super) fn program_version(&self, cwd: &Path) -> Option<Version> {
        let generator = self.site.generator;
        let arguments: Vec<OsString> = generator
            .version_arguments()
            .iter()
            .map(OsString::from)
            .collect();
        let ran = process::run(&Call {
            program: generator.program(),
            arguments: &arguments,
            dir: cwd,
            variables: self.variables.clone(),
            limit: VERSION_LIMIT,
        });
        Version::find(&ran.ok()?.stdout)
    }
}

/// The site as its generator's program reads it, where its version is known and the configuration does not say another.
fn read_site(root: &Root, config: &Config, program: Option<Version>) -> anyhow::Result<Site> {
    let files = Folder::new(root.dir());
    let choice = config.generator.as_deref();
    let version = config.generator_version;
    let mut site = generator::open(root.dir(), &files, choice, version, |_| program)?;
    for content in &mut site.roots {
        // A folder that is a link, or below one, may lie elsewhere in truth.
        content.writable &= disk::resolve(&content.dir).starts_with(root.dir());
    }
    site.written_in.clone_from(&config.language);
    Ok(site)
}

/// What the command line means.
#[derive(Debug, Default)]
pub(super) struct Selected {
    /// The pages, by path.
    pub(super) pages: Vec<Page>,
    /// The files and folders that were named, seen from the site's root; none for the whole site.
    pub(super) places: Vec<SitePath>,
}

impl Selected {
    /// Whether a page is among them.
    pub(super) fn has(&self, path: &SitePath) -> bool {
        self.pages
            .binary_search_by(|page| page.path.cmp(path))
            .is_ok()
    }
}

/// The folder of the site: `--root`, or the nearest folder upward that holds one.
pub(super) fn find_root(context: &Context, environment: &Environment) -> anyhow::Result<PathBuf> {
    match &context.global.root {
        Some(dir) => Ok(environment.cwd.join(dir)),
        None => Ok(generator::find_root(&environment.cwd, &|dir| {
            Box::new(Folder::new(dir)) as Box<dyn Files>
        })?),
    }
}

fn read_config(path: &Path, shown: &str, author: Author) -> anyhow::Result<RawConfig> {
    if !disk::exists(path) {
        return Ok(RawConfig::default());
    }
    let text = disk::read_text(path, CONFIG_LIMIT)?;
    Ok(config::parse(&text, shown, author, check::rule_name)?)
}

fn read_user_config(environment: &Environment, root: &Root) -> anyhow::Result<RawConfig> {
    let Some(path) = user_config_path(environment) else {
        return Ok(RawConfig::default());
    };
    let shown = escape(&path.to_string_lossy()).into_owned();
    // Where the site is the home folder, as in some containers, the site's author would be taken for its user.
    if disk::exists(&path) && disk::resolve(&path).starts_with(root.dir()) {
        bail!(
            "the user's configuration {shown} lies in the site, where it is not the user's alone to change; move it out of \
             the site, or set XDG_CONFIG_HOME to a folder outside it"
        );
    }
    read_config(&path, &shown, Author::User).context("the user's configuration")
}

/// `$XDG_CONFIG_HOME/postwright/config.toml`, or the platform's place. A relative path would lead into whatever folder
/// this is run in, and does not count.
pub(super) fn user_config_path(environment: &Environment) -> Option<PathBuf> {
    let folder = |name: &str| {
        let path = environment.variable(name).map(PathBuf::from);
        path.filter(|path| path.is_absolute())
    };
    let base = folder("XDG_CONFIG_HOME").or_else(|| {
        if cfg!(windows) {
            folder("APPDATA")
        } else if cfg!(target_os = "macos") {
            Some(folder("HOME")?.join("Library/Application Support"))
        } else {
            Some(folder("HOME")?.join(".config"))
        }
    })?;
    Some(base.join("postwright/config.toml"))
}

/// Reads a page whole.
pub(super) fn read_page(page: &Page) -> disk::Result<String> {
    disk::read_text(&page.file, PAGE_LIMIT)
}
