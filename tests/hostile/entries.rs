//! What may stand in a content folder, and what is to become of it, as the cases say.

use super::*;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entries {
    entry: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) link: Option<String>,
    #[serde(default)]
    pub(super) pipe: bool,
    #[serde(default)]
    pub(super) socket: bool,
    #[serde(default)]
    pub(super) device: bool,
    #[serde(default)]
    pub(super) folder: bool,
    pub(super) topic: Option<String>,
    pub(super) text: Option<String>,
    pub(super) bytes: Option<String>,
    pub(super) size: Option<u64>,
    pub(super) mode: Option<String>,
    #[serde(default)]
    pub(super) listed: bool,
    pub(super) told: Option<String>,
    pub(super) check: Option<String>,
}

impl Entry {
    /// Its path below the content folder, as it stands on the disk.
    pub(super) fn path(&self) -> PathBuf {
        OsString::from_vec(bytes(&self.name)).into()
    }

    /// How programs are told of it.
    pub(super) fn shown(&self) -> String {
        format!("content/{}", self.name)
    }

    pub(super) fn make(&self, content: &Path) {
        let path = content.join(self.path());
        if self.device && !is_root() {
            return;
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if let Some(to) = &self.link {
            symlink(to, &path).unwrap();
        } else if self.pipe {
            make_with(Command::new("mkfifo").arg(&path));
        } else if self.socket {
            drop(UnixListener::bind(&path).unwrap());
        } else if self.device {
            make_with(Command::new("mknod").arg(&path).args(["c", "1", "5"]));
        } else if self.folder {
            fs::create_dir_all(&path).unwrap();
        } else {
            let text = match (&self.topic, &self.text, &self.bytes) {
                (Some(topic), ..) => stub(topic).into_bytes(),
                (None, Some(text), _) => text.clone().into_bytes(),
                (None, None, Some(text)) => bytes(text),
                (None, None, None) => Vec::new(),
            };
            fs::write(&path, text).unwrap();
            if let Some(size) = self.size {
                let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
                file.set_len(size).unwrap();
            }
        }
    }

    pub(super) fn lock(&self, content: &Path) {
        if let Some(mode) = &self.mode {
            let mode = u32::from_str_radix(mode, 8).unwrap();
            let path = content.join(self.path());
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
    }
}

/// The text with `\xNN` as the byte.
pub(super) fn bytes(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(part[2..].bytes());
    }
    bytes
}

pub(super) fn make_with(command: &mut Command) {
    assert!(command.status().unwrap().success(), "{command:?}");
}

pub(super) fn entries() -> Vec<Entry> {
    let file = support::repository().join("tests/hostile/entries.toml");
    let entries: Entries = toml::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    entries.entry
}

#[test]
fn names_of_entries_are_bytes() {
    assert_eq!(bytes(r"a\xff\x0a.md"), b"a\xff\n.md");
    assert_eq!(OsString::from_vec(bytes("é")).as_bytes(), "é".as_bytes());
}
