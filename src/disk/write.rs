//! Whole files, written at once.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use super::dir::{self, Access, Dir};
use super::temporary::Temporary;
use super::{EntryKind, Error, Result, io_error, is_absent, not_a_file};

/// What must stand at the target for it to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect<'a> {
    /// Nothing, not even a dangling link. Nothing is ever overwritten.
    Absent,
    /// A regular file with exactly these bytes.
    Bytes(&'a [u8]),
}

/// A name in a folder that is held open.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) dir: Arc<Dir>,
    pub(super) name: OsString,
    /// Where it was when the folder was opened, for messages.
    pub(super) path: PathBuf,
}

impl Place {
    /// Opens a regular file; one that is not there may be created, as `access` says.
    pub(super) fn open(&self, access: Access) -> io::Result<Result<File>> {
        match self.dir.kind(&self.name) {
            Ok(EntryKind::File) => {}
            Ok(other) => return Ok(Err(not_a_file(&self.path, other))),
            Err(error) if is_absent(&error) => {}
            Err(error) => return Err(error),
        }
        let file = self.dir.file(&self.name, access)?;
        // What it was a moment ago is no proof.
        if file.metadata()?.is_file() {
            return Ok(Ok(file));
        }
        Ok(Err(not_a_file(&self.path, EntryKind::Other)))
    }
}

/// Writes `bytes` to `place`.
pub(super) fn replace(place: Place, bytes: &[u8], expect: Expect<'_>) -> Result<()> {
    prepare(place, bytes, expect)?.commit()
}

/// New bytes, synced, beside the file that they are for. Dropped without [`Prepared::commit`], they go.
pub(super) struct Prepared<'a> {
    place: Place,
    bytes: &'a [u8],
    expect: Expect<'a>,
    file: Temporary,
}

pub(super) fn prepare<'a>(
    place: Place,
    bytes: &'a [u8],
    expect: Expect<'a>,
) -> Result<Prepared<'a>> {
    let old = verify(&place, expect)?;
    let written = written(&place.dir, bytes, old.as_ref());
    let file = written.map_err(io_error("write", &place.path))?;
    Ok(Prepared {
        place,
        bytes,
        expect,
        file,
    })
}

/// A temporary file in `dir` with these bytes, synced.
fn written(dir: &Arc<Dir>, bytes: &[u8], old: Option<&File>) -> io::Result<Temporary> {
    let once = || {
        let mut temporary = Temporary::create(dir)?;
        temporary.file.write_all(bytes)?;
        if let Some(old) = old {
            dir::keep_mode(old, &temporary.file)?;
        }
        temporary.file.sync_all()?;
        Ok(temporary)
    };
    once().or_else(|error| {
        if dir::may_be_lost(&error) {
            return once();
        }
        Err(error)
    })
}

impl Prepared<'_> {
    pub(super) fn commit(self) -> Result<()> {
        let Self {
            place,
            bytes: new,
            expect,
            file,
        } = self;
        // Asked again as late as possible: what was written in between is a person's.
        verify(&place, expect)?;
        match expect {
            Expect::Absent => put(&place, file)?,
            Expect::Bytes(old) => exchange(&place, file, old, new)?,
        }
        sync(&place)
    }
}

/// Gives a file its place, if nothing has it.
pub(super) fn put(place: &Place, file: Temporary) -> Result<()> {
    let put = place.dir.take_new(file.dir(), file.name(), &place.name);
    put.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Error::Exists {
            path: place.path.clone(),
        },
        _ => io_error("write", &place.path)(error),
    })?;
    file.stay();
    Ok(())
}

/// Puts a file, which holds `new`, in the place of one that holds `old`. What a person saves between the last look and this
/// would be lost by a mere rename: so what stood there last comes out under the temporary name, and goes back if it is
/// anything else. The temporary name tells what both are, so that what a person saved is known also where this process ends
/// before it is back.
pub(super) fn exchange(place: &Place, mut file: Temporary, old: &[u8], new: &[u8]) -> Result<()> {
    file.before_swap(&place.name, old, new)
        .map_err(io_error("write", &place.path))?;
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => changed(place),
        _ => io_error("write", &place.path)(error),
    };
    let exchange = || place.dir.exchange(file.name(), &place.name);
    if exchange().map_err(failed)?.is_none() {
        let taken = place.dir.take(file.dir(), file.name(), &place.name);
        taken.map_err(failed)?;
        file.stay();
        return Ok(());
    }
    let out = Place {
        name: file.name().to_owned(),
        ..place.clone()
    };
    if verify(&out, Expect::Bytes(old)).is_ok() {
        return Ok(());
    }
    // Whoever saved once may have saved again by now, and then that is what counts.
    for _ in 0..2 {
        if let Err(error) = exchange() {
            // Under the temporary name is what a person wrote.
            return Err(set_aside(place, file, error));
        }
        if place.dir.names(file.name(), &file.file) {
            break;
        }
    }
    Err(changed(place))
}

/// Gives what a person wrote, and what cannot be put back, a name that no run sweeps; the error says which.
pub(super) fn set_aside(place: &Place, file: Temporary, cause: io::Error) -> Error {
    let name = file.name_to_keep(&place.name);
    let moved = place.dir.take_new(file.dir(), file.name(), &name);
    let aside = if moved.is_ok() {
        name
    } else {
        file.name().to_owned()
    };
    file.stay();
    Error::SetAside {
        path: place.path.clone(),
        aside: place.path.with_file_name(aside),
        cause,
    }
}

/// Makes the name itself last through a power loss.
pub(super) fn sync(place: &Place) -> Result<()> {
    let dir = place.path.parent().unwrap_or(&place.path);
    place.dir.sync().map_err(io_error("write in", dir))
}

fn changed(place: &Place) -> Error {
    Error::Changed {
        path: place.path.clone(),
    }
}

/// That at the place is what is expected; the file, where one is.
pub(super) fn verify(place: &Place, expect: Expect<'_>) -> Result<Option<File>> {
    let changed = || changed(place);
    let failed = io_error("read", &place.path);
    match (place.dir.kind(&place.name), expect) {
        (Err(error), Expect::Absent) if is_absent(&error) => Ok(None),
        (Ok(_), Expect::Absent) => Err(Error::Exists {
            path: place.path.clone(),
        }),
        (Err(error), Expect::Bytes(_)) if is_absent(&error) => Err(changed()),
        (Err(error), _) => Err(failed(error)),
        (Ok(_), Expect::Bytes(bytes)) => match place.open(Access::Read) {
            Ok(Ok(file)) => match holds(&file, bytes) {
                Ok(true) => Ok(Some(file)),
                Ok(false) => Err(changed()),
                Err(error) => Err(failed(error)),
            },
            Ok(Err(error)) => Err(error),
            Err(error) if is_absent(&error) => Err(changed()),
            Err(error) => Err(failed(error)),
        },
    }
}

fn holds(file: &File, bytes: &[u8]) -> io::Result<bool> {
    let length = bytes.len() as u64;
    if file.metadata()?.len() != length {
        return Ok(false);
    }
    let mut found = Vec::with_capacity(bytes.len());
    file.take(length + 1).read_to_end(&mut found)?;
    Ok(found == bytes)
}

/// Whether a file can be made in a folder and has room for so many bytes. Nothing is left of it.
pub(super) fn probe(dir: &Arc<Dir>, bytes: u64) -> io::Result<()> {
    let mut file = Temporary::create(dir)?;
    if dir::reserve(&file.file, bytes)? {
        return Ok(());
    }
    io::copy(&mut io::repeat(0).take(bytes), &mut file.file)?;
    file.file.sync_all()
}
