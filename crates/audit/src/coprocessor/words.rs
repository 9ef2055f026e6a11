//! Memory for single calls.

use aver_exec::{CallMemory, FaultKind};

/// Words from address 0 on: for what a coprocessor's `execute` makes of given words, without a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words(pub Vec<u64>);

impl Words {
    fn word(&mut self, address: u64) -> Result<&mut u64, FaultKind> {
        let word = self.0.get_mut(usize::try_from(address / 8).unwrap_or(usize::MAX));
        word.ok_or(FaultKind::OutOfRange { address })
    }
}

impl CallMemory for Words {
    fn read(&mut self, address: u64) -> Result<u64, FaultKind> {
        self.word(address).copied()
    }
    fn peek(&mut self, address: u64) -> Result<u64, FaultKind> {
        self.word(address).copied()
    }
    fn update(&mut self, address: u64, value: u64) -> Result<u64, FaultKind> {
        self.word(address).map(|word| std::mem::replace(word, value))
    }
}
