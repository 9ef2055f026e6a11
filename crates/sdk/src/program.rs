//! Programs.

use crate::{Error, Prover, Vk, build};
use std::{io::Read, path::Path, sync::Arc};

/// A program for Aver's machine: an ELF file that passed every check.
#[derive(Clone, Debug)]
pub struct Program {
    elf: Arc<[u8]>,
    coprocessors: Arc<[String]>,
}

/// The largest ELF file that is read; what is loaded of it has limits of its own.
const LIMIT: u64 = 1 << 30;

impl Program {
    /// The program in an ELF file's bytes.
    pub fn from_elf(elf: impl Into<Arc<[u8]>>) -> Result<Self, Error> {
        let elf = elf.into();
        let program = aver_isa::Program::from_elf(&elf).map_err(Error::Program)?;
        let coprocessors = program.coprocessors.into_iter().map(|used| used.name).collect();
        Ok(Self { elf, coprocessors })
    }

    /// The program in an ELF file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::from_elf(crate::file::read(path.as_ref(), LIMIT)?)
    }

    /// Whether a file starts as an ELF file does.
    pub fn is_at(path: impl AsRef<Path>) -> Result<bool, Error> {
        let (path, mut start) = (path.as_ref(), Vec::new());
        let file = crate::file::open(path)?;
        file.take(4).read_to_end(&mut start).map_err(Error::io(path))?;
        Ok(start == b"\x7fELF")
    }

    /// Builds the guest crate in the folder `dir`; see [`build`].
    pub fn build(dir: impl AsRef<Path>) -> Result<Self, Error> {
        Self::build_with(dir, &build::Options::default())
    }

    /// [`build`](Self::build), with features, a choice among programs, and so on.
    pub fn build_with(dir: impl AsRef<Path>, options: &build::Options) -> Result<Self, Error> {
        Self::open(build::build(dir.as_ref(), options)?.elf)
    }

    /// The verifying key, on the standard machine at the default security profile; one of another
    /// profile is [`Prover::vk`].
    pub fn vk(&self) -> Result<Vk, Error> {
        Prover::new(self)?.vk()
    }

    /// The coprocessors it says it uses, by their addresses: a name, `@` and a digest.
    pub fn coprocessors(&self) -> &[String] {
        &self.coprocessors
    }

    /// The ELF file's bytes.
    pub fn elf(&self) -> &[u8] {
        &self.elf
    }
}
