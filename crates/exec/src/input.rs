//! The private input.

use std::sync::Arc;

use aver_isa::memory::{INPUT_BASE, MAX_INPUT_BYTES, WORD_BYTES};

use crate::Error;

/// What lies at [`INPUT_BASE`] when the program starts: 8 bytes of length, then the bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    bytes: Arc<Vec<u8>>,
}

impl Input {
    /// # Errors
    /// When the bytes do not fit the region.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, Error> {
        Self::shared(Arc::new(bytes.into()))
    }

    /// [`new`](Self::new), of bytes that somebody else has, too.
    ///
    /// # Errors
    /// When the bytes do not fit the region.
    pub fn shared(bytes: Arc<Vec<u8>>) -> Result<Self, Error> {
        if bytes.len() as u64 > MAX_INPUT_BYTES.into() {
            let limit = MAX_INPUT_BYTES.into();
            return Err(Error::InputTooLarge { bytes: bytes.len() as u64, limit });
        }
        Ok(Self { bytes })
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Initial value of the word at byte address `8 * word`, which is in the region.
    pub fn initial_word(&self, word: u32) -> u64 {
        let index = (word - INPUT_BASE / WORD_BYTES) as usize;
        let Some(index) = index.checked_sub(1) else { return self.bytes.len() as u64 };
        let rest = self.bytes.get(8 * index..).unwrap_or_default();
        let mut bytes = [0; 8];
        bytes.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        u64::from_le_bytes(bytes)
    }
}
