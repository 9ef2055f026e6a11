//! Reads proof files piece by piece, however long they are.

use std::io::{self, Read};

use aver_verifier::bytes::Fields;
use aver_verifier::{Error, Header};

/// Why a proof file was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It could not be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It was read, and is refused.
    #[error(transparent)]
    Refused(#[from] Error),
}

/// A proof file as its header and then one proof after the other.
pub struct ProofReader<R> {
    file: R,
    /// Read, but behind what was asked for.
    ahead: Vec<u8>,
}

impl<R: Read> ProofReader<R> {
    /// From its first byte.
    pub fn new(file: R) -> Self {
        Self { file, ahead: Vec::new() }
    }

    /// The header: to be read first, once.
    pub fn header(&mut self) -> Result<Header, ReadError> {
        self.head(Header::decode)
    }

    /// What stands before the first proof, by who decodes it: to be read first, once. Takes no more memory than twice its
    /// length, or the file's.
    pub fn head<T>(&mut self, decode: impl Fn(&mut Fields<'_>) -> Result<T, Error>) -> Result<T, ReadError> {
        const START: u64 = 1 << 14;
        loop {
            let more = START.max(self.ahead.len() as u64);
            let read = self.file.by_ref().take(more).read_to_end(&mut self.ahead)?;
            let mut fields = Fields::new(&self.ahead);
            match decode(&mut fields) {
                // There may be more than was read so far.
                Err(Error::Truncated { .. }) if read as u64 == more => {}
                Err(error) => return Err(error.into()),
                Ok(head) => {
                    let rest = fields.left();
                    self.ahead.drain(..self.ahead.len() - rest);
                    return Ok(head);
                }
            }
        }
    }

    /// The next proof. Memory for it is taken as its bytes come, whatever the length before them says.
    pub fn proof(&mut self) -> Result<Vec<u8>, ReadError> {
        let length = self.take(4)?.try_into().map(u32::from_le_bytes).unwrap_or(u32::MAX);
        let proof = self.take(length.into())?;
        match proof.len() == length as usize {
            true => Ok(proof),
            false => Err(Error::Truncated { field: "proof" }.into()),
        }
    }

    /// Demands that the file ends here.
    pub fn end(mut self) -> Result<(), ReadError> {
        match self.take(1)?.is_empty() {
            true => Ok(()),
            false => Err(Error::TrailingBytes { field: "proof file" }.into()),
        }
    }

    /// So many bytes; fewer at the end of the file.
    fn take(&mut self, bytes: u64) -> io::Result<Vec<u8>> {
        let mut taken: Vec<u8> = self.ahead.drain(..self.ahead.len().min(bytes as usize)).collect();
        self.file.by_ref().take(bytes - taken.len() as u64).read_to_end(&mut taken)?;
        Ok(taken)
    }
}
