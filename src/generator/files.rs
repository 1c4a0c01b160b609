//! A site's folder as a generator sees it.

use std::collections::BTreeMap;
use std::io;

/// How a generator sees a site's folder. Paths are relative to it, with `/` between their parts; `..` may occur where a
/// configuration says so.
pub trait Files {
    /// The text of a file, `None` where there is none of that name.
    fn read(&self, path: &str) -> io::Result<Option<String>>;

    /// What a folder holds, sorted by name; nothing where there is no such folder. `""` is the site's folder itself.
    fn list(&self, dir: &str) -> io::Result<Vec<Entry>>;

    /// The same folder, to look into later.
    fn keep(&self) -> Box<dyn Files + Send + Sync>;
}

/// A file or folder in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its name, without the folder.
    pub name: String,
    /// Whether it is a folder.
    pub is_dir: bool,
}

/// A folder in memory: text by path.
impl Files for BTreeMap<String, String> {
    fn read(&self, path: &str) -> io::Result<Option<String>> {
        Ok(self.get(path).cloned())
    }

    fn list(&self, dir: &str) -> io::Result<Vec<Entry>> {
        let mut entries: Vec<Entry> = Vec::new();
        for path in self.keys() {
            let rest = match dir {
                "" => Some(path.as_str()),
                _ => path
                    .strip_prefix(dir)
                    .and_then(|rest| rest.strip_prefix('/')),
            };
            if let Some(rest) = rest {
                let (name, is_dir) = rest
                    .split_once('/')
                    .map_or((rest, false), |(name, _)| (name, true));
                entries.push(Entry {
                    name: name.to_owned(),
                    is_dir,
                });
            }
        }
        entries.sort();
        entries.dedup();
        Ok(entries)
    }

    fn keep(&self) -> Box<dyn Files + Send + Sync> {
        Box::new(self.clone())
    }
}

/// A folder in memory, for tests.
#[cfg(test)]
pub(crate) fn memory(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect()
}
