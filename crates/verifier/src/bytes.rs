//! Reading and writing of the proof file and the verifying key: little-endian, no padding.

use alloc::string::String;
use alloc::vec::Vec;

use aver_stark::hash::{DIGEST_BYTES, Digest, Node};
use aver_stark::value::{Element, Value};

use crate::Error;

/// Reads fields in order; a length is checked against the bytes that are left before it is used.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    bytes: &'a [u8],
}

impl<'a> Fields<'a> {
    /// Of these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }
    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.bytes.len()
    }
    /// `len` bytes.
    pub fn take(&mut self, field: &'static str, len: usize) -> Result<&'a [u8], Error> {
        let (head, tail) = self.bytes.split_at_checked(len).ok_or(Error::Truncated { field })?;
        self.bytes = tail;
        Ok(head)
    }
    /// One byte.
    pub fn byte(&mut self, field: &'static str) -> Result<u8, Error> {
        Ok(self.take(field, 1)?[0])
    }
    /// A 32-bit number.
    pub fn number(&mut self, field: &'static str) -> Result<u32, Error> {
        let b = self.take(field, 4)?;
        Ok(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }
    /// A digest.
    pub fn digest(&mut self, field: &'static str) -> Result<Digest, Error> {
        let mut digest = [0; DIGEST_BYTES];
        digest.copy_from_slice(self.take(field, DIGEST_BYTES)?);
        Ok(digest)
    }
    /// A node of a Merkle tree.
    pub fn node(&mut self, field: &'static str) -> Result<Node, Error> {
        Node::read(self.take(field, Node::BYTES)?).ok_or(Error::Malformed { field })
    }
    /// Nothing (0) or a root (1).
    pub fn root(&mut self, field: &'static str) -> Result<Option<Node>, Error> {
        match self.byte(field)? {
            0 => Ok(None),
            1 => self.node(field).map(Some),
            _ => Err(Error::Malformed { field }),
        }
    }
    /// Bytes behind their length.
    pub fn bytes(&mut self, field: &'static str) -> Result<&'a [u8], Error> {
        let len = self.number(field)? as usize;
        self.take(field, len)
    }
    /// ASCII text behind its length.
    pub fn text(&mut self, field: &'static str) -> Result<String, Error> {
        let bytes = self.bytes(field)?;
        if !bytes.iter().all(|b| b.is_ascii_graphic()) {
            return Err(Error::Malformed { field });
        }
        Ok(bytes.iter().map(|&b| char::from(b)).collect())
    }
    /// A count of things that take `least` bytes each at least.
    pub fn count(&mut self, field: &'static str, least: usize) -> Result<usize, Error> {
        let count = self.number(field)? as usize;
        if count > self.bytes.len() / least.max(1) { Err(Error::Truncated { field }) } else { Ok(count) }
    }
    /// Demands that nothing is left.
    pub fn finish(self, field: &'static str) -> Result<(), Error> {
        if self.bytes.is_empty() { Ok(()) } else { Err(Error::TrailingBytes { field }) }
    }
}

/// Appends a number.
pub fn put_number(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

/// Appends nothing or a root.
pub fn put_root(out: &mut Vec<u8>, root: Option<&Node>) {
    out.push(u8::from(root.is_some()));
    root.iter().for_each(|root| root.write(out));
}

/// Appends bytes behind their length.
pub fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len() as u32);
    out.extend_from_slice(bytes);
}
