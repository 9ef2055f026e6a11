//! The side of the run that is not part of the claim.

use aver_isa::calls;

/// Receives what the program writes while it runs.
pub trait Host {
    /// Bytes written to file descriptor `fd`: 1 or 2, the console; 3, the public output, which
    /// [`Collect`] keeps.
    fn write(&mut self, fd: u64, bytes: &[u8]);
}

/// A host that drops everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Host for Silent {
    fn write(&mut self, _fd: u64, _bytes: &[u8]) {}
}

/// Keeps the public output and the assumptions, and hands everything on.
pub struct Collect<'h> {
    /// Bytes written to file descriptor 3 so far.
    pub output: Vec<u8>,
    /// Bytes written to file descriptor 4 so far.
    pub assumptions: Vec<u8>,
    host: &'h mut dyn Host,
}

impl<'h> Collect<'h> {
    pub fn new(host: &'h mut dyn Host) -> Self {
        Self { output: Vec::new(), assumptions: Vec::new(), host }
    }
}

impl Host for Collect<'_> {
    fn write(&mut self, fd: u64, bytes: &[u8]) {
        match fd {
            calls::FD_OUTPUT => self.output.extend(bytes),
            calls::FD_ASSUMPTIONS => self.assumptions.extend(bytes),
            _ => {}
        }
        self.host.write(fd, bytes);
    }
}
