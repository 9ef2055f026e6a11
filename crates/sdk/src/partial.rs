//! Proof files in the making, which a later run can go on with.

use crate::{Error, Proof, file};
use aver_prover::{Output, ProofReader};
use aver_stark::hash::Node;
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

/// A proof file that grows under the name `….partial` in the same folder, and gets its own name by
/// [`commit`](Self::commit). Finished proofs stay there when proving ends before that, by whatever cause:
/// who opens it again and proves the same run goes on from them. Without any it is removed when dropped.
///
/// One process at a time has it: it is locked. A name that stands for a device or a pipe is written to as it
/// is.
#[derive(Debug)]
pub struct PartialFile {
    file: File,
    path: PathBuf,
    partial: Option<PathBuf>,
    fresh: bool,
    header_bytes: u64,
    has_proofs: bool,
    /// Of the header that an earlier run left.
    salt: Node,
}

/// The file holds proofs of another run.
#[derive(Debug, thiserror::Error)]
#[error(
    "{} holds finished proofs of another run: of another program, input, or with other options; repeat that \
     one to go on with it, or start over (--fresh), which drops them", .0.display()
)]
pub(crate) struct OtherRun(PathBuf);

impl PartialFile {
    /// Opens what an earlier run left for `path`, or makes it. Fails where the file could not be written
    /// later. With `fresh`, what is left of any earlier run will be dropped.
    pub fn open(path: impl AsRef<Path>, fresh: bool) -> Result<Self, Error> {
        let path = path.as_ref().to_owned();
        let partial = match file::name(&path)? {
            None => None,
            Some(mut name) => {
                name.push(".partial");
                Some(path.with_file_name(name))
            }
        };
        let file = match &partial {
            None => OpenOptions::new().write(true).open(&path).map_err(Error::io(&path))?,
            Some(partial) => open_locked(partial)?,
        };
        let salt = Node::default();
        let mut opened = Self { file, path, partial, fresh, header_bytes: 0, has_proofs: false, salt };
        if opened.partial.is_some() {
            let mut earlier = ProofReader::new(&opened.file);
            if let (Ok(header), Ok(_)) = (earlier.header(), earlier.proof()) {
                (opened.has_proofs, opened.salt) = (true, header.salt);
            }
        }
        Ok(opened)
    }

    /// The name it has meanwhile, if it is not written to as it is.
    pub fn partial(&self) -> Option<&Path> {
        self.partial.as_deref()
    }

    /// Whether it holds finished proofs, of whatever run.
    pub fn has_proofs(&self) -> bool {
        self.has_proofs
    }

    /// The proof in it, which must be complete: not of a device or a pipe, which cannot be read again.
    pub fn proof(&self) -> Result<Proof, Error> {
        Proof::open(self.partial.as_ref().unwrap_or(&self.path))
    }

    /// Removes it: what was made of the proof in it is safe.
    pub fn discard(mut self) {
        self.has_proofs = false;
    }

    /// Gives the file its name, over an older file of that name.
    pub fn commit(mut self) -> Result<(), Error> {
        if let Some(partial) = &self.partial {
            self.file.sync_all().map_err(Error::io(&self.path))?;
            fs::rename(partial, &self.path).map_err(Error::io(&self.path))?;
            self.partial = None;
        }
        Ok(())
    }
}

impl Output for PartialFile {
    fn salt(&self) -> Option<Node> {
        Some(self.salt).filter(|salt| !self.fresh && *salt != Node::default())
    }

    fn header(&mut self, bytes: &[u8]) -> io::Result<Option<Box<dyn Read + '_>>> {
        self.header_bytes = bytes.len() as u64;
        let Some(partial) = &self.partial else {
            return self.file.write_all(bytes).map(|()| None);
        };
        self.file.rewind()?;
        if self.has_proofs && !self.fresh {
            let mut earlier = Vec::new();
            (&self.file).take(self.header_bytes).read_to_end(&mut earlier)?;
            return match earlier == bytes {
                true => Ok(Some(Box::new(&self.file))),
                false => Err(io::Error::other(OtherRun(partial.clone()))),
            };
        }
        self.has_proofs = false;
        self.file.set_len(0)?;
        self.file.write_all(bytes).map(|()| None)
    }

    fn keep(&mut self, bytes: u64) -> io::Result<()> {
        if self.partial.is_some() {
            self.has_proofs = bytes > 0;
            self.file.set_len(self.header_bytes + bytes)?;
            self.file.seek(SeekFrom::End(0))?;
        }
        Ok(())
    }

    fn proof(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.has_proofs = true;
        Ok(())
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        if let Some(partial) = self.partial.as_ref().filter(|_| !self.has_proofs) {
            // Nobody is left to be told.
            let _ = fs::remove_file(partial);
        }
    }
}

/// Opens or makes a file that no other process has open this way.
fn open_locked(path: &Path) -> Result<File, Error> {
    loop {
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let file = open.map_err(Error::io(path))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                return Err(Error::io(path)(io::Error::other("another process is proving to this file")));
            }
            // A system without locks.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(Error::io(path)(error)),
            Ok(()) => {}
        }
        // Whoever had it may have renamed or removed it just before.
        if is_at(&file, path) {
            return Ok(file);
        }
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |about: fs::Metadata| (about.dev(), about.ino());
    file.metadata().map(id).ok() == fs::metadata(path).map(id).ok()
}

/// Elsewhere an open file is not renamed.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}
