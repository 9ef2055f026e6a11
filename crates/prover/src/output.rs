//! Where proofs go.

use std::io::{self, Read, Write};

use aver_stark::hash::Node;

/// What takes a proof file piece by piece. Whatever can be written to is one; others may have kept what an
/// interrupted run of the same program wrote.
pub trait Output {
    /// The salt of a header that an earlier run wrote, if it is to be gone on from, and had one.
    fn salt(&self) -> Option<Node> {
        None
    }
    /// Takes the header. If an earlier run wrote the same bytes, what follows them can be read.
    fn header(&mut self, bytes: &[u8]) -> io::Result<Option<Box<dyn Read + '_>>>;
    /// Keeps so many of the bytes that follow the header, and drops what is behind them.
    fn keep(&mut self, bytes: u64) -> io::Result<()>;
    /// Takes the next proof, behind its length.
    fn proof(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// What else it does with proof `index`, which it has taken, while the next one is made: by threads that have nothing to do, in
    /// the `spare` bytes of the budget that proofs do not take.
    fn beside(&mut self, _index: usize, _proof: &[u8], _spare: u64) {}
}

impl<W: Write> Output for W {
    fn header(&mut self, bytes: &[u8]) -> io::Result<Option<Box<dyn Read + '_>>> {
        self.write_all(bytes).map(|()| None)
    }
    fn keep(&mut self, _bytes: u64) -> io::Result<()> {
        Ok(())
    }
    fn proof(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }
}
