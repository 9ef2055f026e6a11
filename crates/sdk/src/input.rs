//! What a program reads.

use crate::Error;
use serde::Serialize;
use std::{fs::File, io::Read, path::Path, sync::Arc};

/// The private input of a run: bytes, which the program finds in memory when it starts.
///
/// What [`write`](Self::write) appends is what the guest's `read` reads, value by value (the encoding
/// is [postcard](https://postcard.jamesmunns.com/wire-format)'s); what [`bytes`](Self::bytes) appends,
/// it finds as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    bytes: Arc<Vec<u8>>,
}

/// The most bytes an input can have.
const LIMIT: u64 = aver_isa::memory::MAX_INPUT_BYTES as u64;

impl Input {
    /// No bytes.
    pub fn new() -> Self {
        Self::default()
    }

    /// The bytes of a file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let file = File::open(path).map_err(Error::io(path))?;
        let about = file.metadata().map_err(Error::io(path))?;
        if about.len() > LIMIT {
            return Err(Error::InputTooLarge { bytes: about.len(), limit: LIMIT });
        }
        Self::read(file).map_err(|error| match error {
            Error::Io { source, .. } => Error::io(path)(source),
            other => other,
        })
    }

    /// All that a reader gives.
    pub fn read(from: impl Read) -> Result<Self, Error> {
        let mut bytes = Vec::new();
        from.take(LIMIT + 1).read_to_end(&mut bytes).map_err(Error::io("the input"))?;
        match bytes.len() as u64 {
            bytes if bytes > LIMIT => Err(Error::InputTooLarge { bytes, limit: LIMIT }),
            _ => Ok(bytes.into()),
        }
    }

    /// Appends a value.
    pub fn write<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<&mut Self, Error> {
        let encoded = postcard::to_allocvec(value)
            .map_err(|reason| Error::Encode { of: std::any::type_name::<T>(), reason })?;
        Arc::make_mut(&mut self.bytes).extend_from_slice(&encoded);
        Ok(self)
    }

    /// Appends bytes.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        Arc::make_mut(&mut self.bytes).extend_from_slice(bytes);
        self
    }

    /// All of it.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn to_machine(&self) -> Result<aver_exec::Input, Error> {
        Ok(aver_exec::Input::shared(self.bytes.clone())?)
    }
}

impl From<Vec<u8>> for Input {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes: Arc::new(bytes) }
    }
}

impl From<&[u8]> for Input {
    fn from(bytes: &[u8]) -> Self {
        bytes.to_vec().into()
    }
}
