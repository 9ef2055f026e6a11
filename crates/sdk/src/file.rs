//! Files that are there whole or not at all.

use crate::Error;
use std::{
    fs::{self, File},
    io::{self, Write},
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
        let refuse = |why: &str| Error::io(&path)(io::Error::other(why));
        let temporary = match fs::metadata(&path) {
            Ok(about) if about.is_dir() => return Err(refuse("is a folder; name a file in it")),
            Ok(about) if !about.is_file() => None,
            Ok(about) if about.permissions().readonly() => return Err(refuse("is read-only")),
            _ => {
                let name = path.file_name().ok_or_else(|| refuse("is no file name"))?;
                let count = COUNT.fetch_add(1, Ordering::Relaxed);
                let name = format!(".{}.{}.{count}.aver-tmp", name.to_string_lossy(), std::process::id());
                Some(path.with_file_name(name))
            }
        };
        let to_open = temporary.as_ref().unwrap_or(&path);
        let file = File::create(to_open).map_err(Error::io(&path))?;
        Ok(Self { file: io::BufWriter::new(file), path, temporary })
    }

    /// The temporary name, if there is one.
    pub fn temporary(&self) -> Option<&Path> {
        self.temporary.as_deref()
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

/// What an ordinary file holds, if that is at most `limit` bytes. Others may have no end.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Error> {
    let refuse = |why: String| Err(Error::io(path)(io::Error::other(why)));
    let about = fs::metadata(path).map_err(Error::io(path))?;
    if !about.is_file() {
        return refuse("is no ordinary file".into());
    }
    if about.len() > limit {
        return refuse(format!("has {} bytes, and at most {limit} are read", about.len()));
    }
    fs::read(path).map_err(Error::io(path))
}
