//! The execution side of a coprocessor.

use aver_isa::{CoprocessorUse, Program, calls};

use crate::{Error, FaultKind};

/// The memory of one coprocessor call. Addresses are byte addresses and multiples of 8.
///
/// All reads of a call happen at one timestamp and all updates at the next, so a word may be read
/// once and updated once, in this order; anything else is a fault, in both passes.
pub trait CallMemory {
    /// Reads a word.
    ///
    /// # Errors
    /// The fault of a bad address.
    fn read(&mut self, address: u64) -> Result<u64, FaultKind>;

    /// Looks at a word without an access, for the old value of one that the call will update. Other
    /// words are not there when a shard is traced.
    ///
    /// # Errors
    /// The fault of a bad address.
    fn peek(&mut self, address: u64) -> Result<u64, FaultKind>;

    /// Replaces a word, as one access that knows the value before, and returns that.
    ///
    /// # Errors
    /// The fault of a bad address.
    fn update(&mut self, address: u64, value: u64) -> Result<u64, FaultKind>;
}

/// Bytes of a value of a column while its shard is proved: in its table.
pub const CELL_BYTES: u64 = 4;
/// … and encoded, while it is committed to.
pub const ENCODED_BYTES: u64 = 8;
/// … and of a message of a row, while the LogUp tree is there.
pub const LEAF_BYTES: u64 = 42;

/// The prover's model of what a row takes while its shard is proved: the unit of [`crate::Cost`].
pub const fn row_bytes(columns: usize, messages: usize) -> u64 {
    let (columns, messages) = (columns as u64, messages as u64);
    let (leaves, encoded) = (LEAF_BYTES * messages, ENCODED_BYTES * columns);
    CELL_BYTES * columns + if leaves > encoded { leaves } else { encoded }
}

/// What a word takes that a shard touches: its row of the boundary.
pub const WORD_BYTES: u64 = row_bytes(13, 5);

/// Executes a coprocessor's calls. Must be a function of its arguments and memory alone.
pub trait Coprocessor: Send + Sync {
    /// Call number, in `aver_isa::calls::COPROCESSORS..COPROCESSORS_END`.
    fn call(&self) -> u32;

    /// The name in the program's note.
    fn name(&self) -> &str;

    /// Runs one call with the arguments of registers a0 and a1.
    ///
    /// # Errors
    /// Whatever makes the call a fault.
    fn execute(&self, a0: u64, a1: u64, memory: &mut dyn CallMemory) -> Result<(), FaultKind>;

    /// The most a call costs in the unit of [`crate::Cost`]: its rows ([`row_bytes`]), and the words it may touch for
    /// the first time in a shard ([`WORD_BYTES`] each).
    fn cost(&self) -> u64;

    /// The most rows a call takes of one chip, so that a shard has no more calls than its tables have room for.
    fn rows(&self) -> u64 {
        1
    }
}

/// `address` as a word address, if it is a multiple of 8.
pub(crate) fn word(address: u64) -> Result<u64, FaultKind> {
    if !address.is_multiple_of(8) {
        return Err(FaultKind::MisalignedPointer { address });
    }
    Ok(address / 8)
}

/// The words a call read and updated, to find those it may not.
#[derive(Debug, Default)]
pub(crate) struct Accesses {
    seen: std::collections::HashMap<u64, u8>,
}

const READ: u8 = 1;
const UPDATED: u8 = 2;

impl Accesses {
    pub fn read(&mut self, word: u64) -> Result<(), FaultKind> {
        self.mark(word, READ, READ | UPDATED)
    }

    pub fn update(&mut self, word: u64) -> Result<(), FaultKind> {
        self.mark(word, UPDATED, UPDATED)
    }

    fn mark(&mut self, word: u64, mark: u8, forbidden: u8) -> Result<(), FaultKind> {
        let marks = self.seen.entry(word).or_default();
        if *marks & forbidden != 0 {
            return Err(FaultKind::Overlap { address: 8 * word });
        }
        *marks |= mark;
        Ok(())
    }
}

/// The coprocessors a program uses, in the order of its note.
pub(crate) fn mount<'a>(
    program: &Program,
    coprocessors: &[&'a dyn Coprocessor],
) -> Result<Vec<&'a dyn Coprocessor>, Error> {
    let mut calls: Vec<_> = coprocessors.iter().map(|coprocessor| coprocessor.call()).collect();
    calls.sort_unstable();
    if let Some(pair) = calls.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Error::CoprocessorTwice { call: pair[0] });
    }
    let find = |used: &CoprocessorUse| {
        let fits = |c: &&&dyn Coprocessor| c.call() == used.call && c.name() == used.name;
        let missing = || Error::CoprocessorMissing { call: used.call, name: used.name.clone() };
        coprocessors.iter().find(fits).copied().ok_or_else(missing)
    };
    program.coprocessors.iter().map(find).collect()
}

/// The one that answers to `a7`, or the fault that none does.
pub(crate) fn dispatch<'a>(
    mounted: &[&'a dyn Coprocessor],
    call: u64,
) -> Result<&'a dyn Coprocessor, FaultKind> {
    let found = mounted.iter().find(|coprocessor| u64::from(coprocessor.call()) == call);
    found.copied().ok_or(match u32::try_from(call) {
        Ok(declared) if calls::is_coprocessor(call) => FaultKind::UndeclaredCoprocessor { call: declared },
        _ => FaultKind::UnknownCall { call },
    })
}
