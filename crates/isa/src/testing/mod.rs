//! Test programs for any crate: an assembler ([`Asm`]), an ELF writer ([`ElfBuilder`]) and a
//! generator of random programs ([`random_program`]).

mod asm;
mod elf;
mod random;

pub use asm::{Asm, encode, reg};
pub use elf::{ElfBuilder, SegmentBytes};
pub use random::{RandomProgram, Rng, random_program};
