//! Files that are there whole or not at all.

use crate::Error;
use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

/// A file under a temporary name in the same folder, which gets its own name by
/// [`commit`](Self::commit), and is removed when dropped before.
///
/// A name that stands for a device or a pipe is written to as it is.
#[derive(Debug)]
pub struct AtomicFile {
    file: io::BufWriter<File>,
    path: PathBuf,
    temporary: Option<PathBuf>,
}

impl AtomicFile {
    /// Fails where the file could not be written later.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, Error> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let path = path.as_ref().to_owned();
        let temporary = name(&path)?.map(|name| {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let name = format!(".{}.{}.{count}.aver-tmp", name.to_string_lossy(), std::process::id());
            path.with_file_name(name)
        });
        let to_open = temporary.as_ref().unwrap_or(&path);
        let file = File::create(to_open).map_err(Error::io(&path))?;
        Ok(Self { file: io::BufWriter::new(file), path, temporary })
    }

    /// The temporary name, if there is one.
    pub fn temporary(&self) -> Option<&Path> {
        self.temporary.as_deref()
    }

    /// Forgets what was written, where that is not a device or a pipe.
    pub(crate) fn restart(&mut self) -> Result<(), Error> {
        if self.temporary.is_some() {
            let again = self.file.rewind().and_then(|()| self.file.get_ref().set_len(0));
            again.map_err(Error::io(&self.path))?;
        }
        Ok(())
    }

    /// Writes all of these.
    pub(crate) fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes).map_err(Error::io(&self.path))
    }

    /// Gives the file its name, over an older file of that name.
    pub fn commit(mut self) -> Result<(), Error> {
        let failed = |path: &Path| Error::io(path.to_owned());
        self.file.flush().map_err(failed(&self.path))?;
        if let Some(temporary) = &self.temporary {
            self.file.get_ref().sync_all().map_err(failed(&self.path))?;
            fs::rename(temporary, &self.path).map_err(failed(&self.path))?;
            self.temporary = None;
        }
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            // Nobody is left to be told.
            let _ = fs::remove_file(temporary);
        }
    }
}

/// The last part of the path of a file to be written; none if it stands for a device or a pipe.
pub(crate) fn name(path: &Path) -> Result<Option<OsString>, Error> {
    let refuse = |why: &str| Error::io(path)(io::Error::other(why));
    match fs::metadata(path) {
        Ok(about) if about.is_dir() => Err(refuse("is a folder; name a file in it")),
        Ok(about) if !about.is_file() => Ok(None),
        Ok(about) if about.permissions().readonly() => Err(refuse("is read-only")),
        _ => path.file_name().map(|name| Some(name.to_owned())).ok_or_else(|| refuse("is no file name")),
    }
}

/// Opens an ordinary file; others may have no end.
pub(crate) fn open(path: &Path) -> Result<File, Error> {
    let file = File::open(path).map_err(Error::io(path))?;
    match file.metadata().map_err(Error::io(path))?.is_file() {
        true => Ok(file),
        false => Err(Error::io(path)(io::Error::other("is no ordinary file"))),
    }
}

/// The largest file of one proof that is read: what is not output is less than a megabyte.
pub(crate) const LIMIT: u64 = 1 << 30;

/// What an ordinary file holds, if that is at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Error> {
    let mut file = open(path)?;
    let len = file.metadata().map_err(Error::io(path))?.len();
    if len > limit {
        let why = format!("has {len} bytes, and at most {limit} are read");
        return Err(Error::io(path)(io::Error::other(why)));
    }
    let mut bytes = Vec::with_capacity(len as usize);
    file.read_to_end(&mut bytes).map_err(Error::io(path))?;
    Ok(bytes)
}

/// Whether an ordinary file starts so.
pub(crate) fn starts_with(path: &Path, magic: &[u8]) -> Result<bool, Error> {
    let mut start = Vec::new();
    open(path)?.take(magic.len() as u64).read_to_end(&mut start).map_err(Error::io(path))?;
    Ok(start == magic)
}

/// Writes a file: under a temporary name in the same folder first, then renamed.
pub(crate) fn save(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes).map_err(Error::io(path))?;
    file.commit()
}
