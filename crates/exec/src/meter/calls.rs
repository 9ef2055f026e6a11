//! The calls, in the metering pass.

use aver_isa::calls;

use super::{Halted, Meter, Outcome, Stop};
use crate::{
    CallMemory, Error, FaultKind, HALT, Host,
    coprocessor::{Accesses, dispatch, word},
    memory::Memory,
};

const A0: u8 = 10;
const A1: u8 = 11;
const A2: u8 = 12;
const A7: u8 = 17;

/// The host gets the bytes of a long write in pieces of at most this.
const PIECE_BYTES: u64 = 1 << 16;

impl Meter<'_> {
    /// Runs the ecall at `index`; returns the index of the next op.
    #[cold]
    #[inline(never)]
    pub(super) fn call(&mut self, index: u32, host: &mut dyn Host) -> Result<u32, Stop> {
        let (a0, a1, a2, a7) = (self.reg(A0), self.reg(A1), self.reg(A2), self.reg(A7));
        let accessed = |registers: &[u8]| registers.iter().fold(0, |bits, r| bits | 1u64 << r);
        const EXIT: u64 = calls::EXIT as u64;
        const WRITE: u64 = calls::WRITE as u64;
        const HALT_CALL: u64 = calls::HALT as u64;
        let next = match a7 {
            EXIT => {
                self.accessed |= accessed(&[A7, A0]);
                self.halt(Halted::Exit, a0 & u64::from(u32::MAX), calls::EMPTY_DIGEST);
                HALT
            }
            HALT_CALL => {
                self.accessed |= accessed(&[A7, A0, A1]);
                check_status(a0)?;
                word(a1)?;
                let mut digest = [0; 32];
                for (i, bytes) in digest.chunks_exact_mut(8).enumerate() {
                    let value = self.memory.read(a1.wrapping_add(8 * i as u64))?;
                    bytes.copy_from_slice(&value.to_le_bytes());
                }
                self.halt(Halted::Halt, a0, digest);
                HALT
            }
            WRITE => {
                self.accessed |= accessed(&[A7, A0, A2]);
                self.write(a0, a1, a2, host)?;
                self.set(A0, a2);
                index + 1
            }
            _ => {
                let coprocessor = dispatch(&self.coprocessors, a7)?;
                self.accessed |= accessed(&[A7, A0, A1]);
                self.spent = self.spent.saturating_add(coprocessor.cost());
                // Its cost covers the words it touches: they are charged once, so not here.
                let before = self.memory.touched();
                let mut memory = MeteredCall { memory: &mut self.memory, seen: Accesses::default() };
                coprocessor.execute(a0, a1, &mut memory)?;
                let touched = (self.memory.touched() - before) * self.cost.touched_word;
                self.spent = self.spent.saturating_sub(touched);
                index + 1
            }
        };
        *self.counts.calls.entry(a7 as u32).or_default() += 1;
        Ok(next)
    }

    fn halt(&mut self, halted: Halted, status: u64, digest: [u8; 32]) {
        self.outcome = Some(Outcome { halted, status, digest });
    }

    fn write(&mut self, fd: u64, pointer: u64, bytes: u64, host: &mut dyn Host) -> Result<(), Stop> {
        if !matches!(fd, calls::FD_STDOUT..=calls::FD_ASSUMPTIONS) {
            return Ok(());
        }
        let limit = self.limits.max_output_bytes;
        if matches!(fd, calls::FD_OUTPUT | calls::FD_ASSUMPTIONS) {
            if bytes > limit - self.output_bytes {
                return Err(Stop::Error(Error::OutputLimit { limit }));
            }
            self.output_bytes += bytes;
        }
        let mut piece = Vec::new();
        for i in 0..bytes {
            let address = pointer.wrapping_add(i);
            let value = self.memory.peek(address)?;
            piece.push((value >> (8 * (address % 8))) as u8);
            if piece.len() as u64 == PIECE_BYTES || i + 1 == bytes {
                host.write(fd, &piece);
                piece.clear();
            }
        }
        Ok(())
    }
}

/// What a program may halt with.
pub(crate) fn check_status(status: u64) -> Result<(), FaultKind> {
    let is_known = status < 2 * calls::CONDITIONAL;
    is_known.then_some(()).ok_or(FaultKind::HaltStatus { status })
}

struct MeteredCall<'m, 'a> {
    memory: &'m mut Memory<'a>,
    seen: Accesses,
}

impl CallMemory for MeteredCall<'_, '_> {
    fn read(&mut self, address: u64) -> Result<u64, FaultKind> {
        self.seen.read(word(address)?)?;
        self.memory.read(address)
    }

    fn peek(&mut self, address: u64) -> Result<u64, FaultKind> {
        word(address)?;
        self.memory.peek(address)
    }

    fn update(&mut self, address: u64, value: u64) -> Result<u64, FaultKind> {
        self.seen.update(word(address)?)?;
        self.memory.update(address, |_| value)
    }
}
