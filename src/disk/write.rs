//! Whole files, written at once.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::{Error, Result, io_error, is_absent, must_be_file};

/// Temporary files are dot-files, which Zola and Hugo ignore, and end so that a left-over is told from an author's file.
const PREFIX: &str = ".pw-";
const SUFFIX: &str = ".tmp";
const RANDOM: usize = 8;

/// What must stand at the target for it to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect<'a> {
    /// Nothing, not even a dangling link. Nothing is ever overwritten.
    Absent,
    /// A regular file with exactly these bytes.
    Bytes(&'a [u8]),
}

/// Writes `bytes` to `target`, whose folder has been resolved.
pub(super) fn replace(target: &Path, bytes: &[u8], expect: Expect<'_>) -> Result<()> {
    prepare(target, bytes, expect)?.commit()
}

/// New bytes, synced, beside the file that they are for. Dropped without [`Prepared::commit`], they go.
pub(super) struct Prepared<'a> {
    target: &'a Path,
    expect: Expect<'a>,
    file: NamedTempFile,
}

pub(super) fn prepare<'a>(
    target: &'a Path,
    bytes: &[u8],
    expect: Expect<'a>,
) -> Result<Prepared<'a>> {
    verify(target, expect)?;
    let dir = target.parent().unwrap_or(Path::new("."));
    let mut file = temporary(dir).map_err(io_error("write", target))?;
    let written = file.write_all(bytes).and_then(|()| {
        if matches!(expect, Expect::Bytes(_)) {
            keep_mode(target, file.as_file())?;
        }
        file.as_file().sync_all()
    });
    written.map_err(io_error("write", target))?;
    Ok(Prepared {
        target,
        expect,
        file,
    })
}

impl Prepared<'_> {
    pub(super) fn commit(self) -> Result<()> {
        let Self {
            target,
            expect,
            file,
        } = self;
        // Asked again as late as possible: what was written in between is a person's.
        verify(target, expect)?;
        let renamed = match expect {
            Expect::Bytes(_) => file.persist(target),
            Expect::Absent => file.persist_noclobber(target),
        };
        renamed.map_err(|failure| match failure.error.kind() {
            io::ErrorKind::AlreadyExists => Error::Exists {
                path: target.to_owned(),
            },
            _ => io_error("write", target)(failure.error),
        })?;
        sync_dir_of(target)
    }
}

fn verify(target: &Path, expect: Expect<'_>) -> Result<()> {
    let changed = || Error::Changed {
        path: target.to_owned(),
    };
    match (fs::symlink_metadata(target), expect) {
        (Err(error), Expect::Absent) if is_absent(&error) => Ok(()),
        (Ok(_), Expect::Absent) => Err(Error::Exists {
            path: target.to_owned(),
        }),
        (Err(error), Expect::Bytes(_)) if is_absent(&error) => Err(changed()),
        (Err(error), _) => Err(io_error("read", target)(error)),
        (Ok(metadata), Expect::Bytes(bytes)) => {
            must_be_file(target, &metadata)?;
            if metadata.len() != bytes.len() as u64 {
                return Err(changed());
            }
            match super::read(target, metadata.len()) {
                Ok(found) if found == bytes => Ok(()),
                Ok(_) | Err(Error::TooLarge { .. }) => Err(changed()),
                Err(error) if error.is_not_found() => Err(changed()),
                Err(error) => Err(error),
            }
        }
    }
}

/// Refuses a link, folder, device, pipe or socket; nothing at all is fine.
pub(super) fn refuse_other_than_file(path: &Path) -> Result<()> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => must_be_file(path, &metadata),
        Err(error) if is_absent(&error) => Ok(()),
        Err(error) => Err(io_error("read", path)(error)),
    }
}

fn temporary(dir: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX).rand_bytes(RANDOM);
    // Temporary files are private by default. This mode is masked by the umask, as for any program's new file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(dir)
}

/// Gives `new` the mode of the file it replaces and, where that is allowed, its owner: a run as root (in a container, say)
/// must not take an author's pages away.
fn keep_mode(old: &Path, new: &File) -> io::Result<()> {
    let old = fs::symlink_metadata(old)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let ours = new.metadata()?;
        if (ours.uid(), ours.gid()) != (old.uid(), old.gid()) {
            // Not allowed to most users, and then the file is ours as with any other editor.
            let _ = fchown(new, Some(old.uid()), Some(old.gid()));
        }
    }
    new.set_permissions(old.permissions())
}

/// Makes the rename or creation of `path` itself last through a power loss.
pub(super) fn sync_dir_of(path: &Path) -> Result<()> {
    #[cfg(unix)]
    if let Some(dir) = path.parent() {
        match File::open(dir).and_then(|dir| dir.sync_all()) {
            // Some file systems cannot sync a folder; they have nothing better to offer.
            Err(error)
                if !matches!(
                    error.kind(),
                    io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
                ) =>
            {
                return Err(io_error("write in", dir)(error));
            }
            _ => {}
        }
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Writes and syncs `bytes` zero bytes in `dir` and takes them away again.
pub(super) fn probe(dir: &Path, bytes: usize) -> Result<()> {
    let written = temporary(dir).and_then(|mut file| {
        file.write_all(&vec![0; bytes])?;
        file.as_file().sync_all()
    });
    written.map_err(io_error("write in", dir))
}

/// Whether a file's name is one that [`temporary`] gives.
pub(super) fn is_temporary(name: &str) -> bool {
    name.strip_prefix(PREFIX)
        .and_then(|rest| rest.strip_suffix(SUFFIX))
        .is_some_and(|middle| {
            middle.len() == RANDOM && middle.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}
