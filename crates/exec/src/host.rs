//! The side of the run that is not part of the claim.

/// Receives what the program writes while it runs.
pub trait Host {
    /// Bytes written to file descriptor `fd`: 1 or 2, the console; 3, the public output, which is
    /// also collected in `Run::output`.
    fn write(&mut self, fd: u64, bytes: &[u8]);
}

/// A host that drops everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Host for Silent {
    fn write(&mut self, _fd: u64, _bytes: &[u8]) {}
}
