//! Room on the disk for what is still to come, set aside before money is spent on it.

use std::io::{self, Seek as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use super::temporary::Temporary;
use super::write::{self, Expect};
use super::{Result, Root, dir, io_error};

/// Room for a file that is not written yet. It is given back when this is dropped.
#[derive(Debug)]
pub struct Room(Temporary);

impl Root {
    /// Sets room aside for a file of `bytes` bytes, which [`Root::write_into`] puts in its place later. `dir` is a folder
    /// on the same disk. Where the file system can set nothing aside, so much is written as a trial.
    ///
    /// # Errors
    /// The disk has not so much room, or cannot be written to.
    pub fn reserve(&self, dir: &Path, bytes: u64) -> Result<Room> {
        let place = self.place(&dir.join("room"))?;
        let reserved = Temporary::create(&place.dir).and_then(|mut temporary| {
            if !dir::reserve(&temporary.file, bytes)? {
                io::copy(
                    &mut io::Read::take(io::repeat(0), bytes),
                    &mut temporary.file,
                )?;
                temporary.file.sync_all()?;
            }
            Ok(Room(temporary))
        });
        reserved.map_err(io_error("set room aside in", dir))
    }

    /// Sets room aside for a file that is going to be appended to, without making it longer. Where that cannot be done,
    /// nothing happens.
    ///
    /// # Errors
    /// The disk has not so much room, or cannot be written to.
    pub fn reserve_end(&self, path: &Path, bytes: u64) -> Result<()> {
        let file = self.open_to_append(path)?;
        dir::reserve(&file, bytes)
            .map(drop)
            .map_err(io_error("set room aside in", path))
    }

    /// Gives back the room that was set aside for a file and that it does not need.
    pub fn give_back_end(&self, path: &Path) -> Result<()> {
        let file = self.open_to_append(path)?;
        file.metadata()
            .and_then(|found| file.set_len(found.len()))
            .map_err(io_error("write", path))
    }

    /// [`Root::write_atomic`] of a file that nothing has the name of, into room that was set aside for it.
    pub fn write_into(&self, room: Room, path: &Path, bytes: &[u8]) -> Result<()> {
        let place = self.place(path)?;
        write::verify(&place, Expect::Absent)?;
        let Room(mut temporary) = room;
        let file = &mut temporary.file;
        let written = file
            .rewind()
            .and_then(|()| file.write_all(bytes))
            .and_then(|()| file.set_len(bytes.len() as u64))
            .and_then(|()| file.sync_all());
        if written.is_err() {
            // The room may be spoilt, and there may be other room.
            drop(temporary);
            return write::replace(place, bytes, Expect::Absent);
        }
        let is_elsewhere = |error: &super::Error| matches!(error, super::Error::Io { cause, .. } if cause.kind() == io::ErrorKind::CrossesDevices);
        match write::put(&place, temporary) {
            Err(error) if is_elsewhere(&error) => write::replace(place, bytes, Expect::Absent),
            put => put.and_then(|()| write::sync(&place)),
        }
    }

    /// Whether files can be made in `dir` (or, where it is missing, in the nearest folder above that exists) and
    /// the disk has room for some. Meant to be asked before money is spent. Leaves nothing behind.
    pub fn check_writable(&self, dir: &Path) -> Result<()> {
        let full = self.dir().join(dir);
        let nearest = full.ancestors().find(|folder| folder.is_dir());
        let place = self.place(&nearest.unwrap_or(self.dir()).join("probe"))?;
        let folder = place.path.parent().unwrap_or(self.dir());
        write::probe(&Arc::clone(&place.dir), PROBE).map_err(io_error("write in", folder))
    }
}

/// So much room has to be there before money is spent, in bytes: that of some replies.
const PROBE: u64 = 256 * 1024;
