//! What a shard may cost: from a memory budget to a cost model for the metering pass.

use aver_stark::chip::Described;
use aver_stark::layout::MAX_STACKS;
use aver_stark::verify::MAX_MESSAGES;

/// Options of proving.
#[derive(Clone, Debug)]
pub struct Options {
    /// Security.
    pub profile: aver_stark::params::Profile,
    /// log2 of the height of a stack.
    pub log_height: usize,
    /// Bytes of memory proving may take, the guest's own and the program's tables apart.
    pub memory: u64,
    /// Cuts shards after so many cycles, however small; for tests.
    pub max_shard_cycles: Option<u64>,
    /// Stops programs that run longer.
    pub max_cycles: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            profile: aver_stark::params::Profile::Bits128,
            log_height: 17,
            memory: 3 << 29,
            max_shard_cycles: None,
            max_cycles: None,
        }
    }
}

/// What a shard takes whatever its length: tables of the machine and of the program, and what is kept
/// between shards.
pub const FIXED_BYTES: u64 = 400 << 20;
/// A shard may have rows of so many bytes whatever the budget, or little but fixed tables would be proved.
const LEAST_SHARD_BYTES: u64 = 64 << 20;

/// Bytes a row of a chip takes while its shard is proved: the trace (4 a column) and its encoding (8)
/// all the time; then the LogUp tree (24 a leaf, and 40 for all layers above), later the folded columns
/// (10 a column), which come after the tree is gone.
pub fn row_bytes(chip: &Described) -> u64 {
    let (columns, messages) = (chip.width() as u64, chip.description.interactions.len() as u64);
    12 * columns + (64 * messages).max(10 * columns)
}

/// Bytes of rows a shard may have under a budget, and under the limits of a proof: its messages, and the
/// stacks of its columns (a cell takes at least 22 of the bytes of [`row_bytes`], a message 64).
pub fn shard_bytes(memory: u64, log_height: usize) -> u64 {
    let stacks = (MAX_STACKS as u64 * 3 / 4) << log_height;
    let messages = MAX_MESSAGES * 3 / 4;
    memory.saturating_sub(FIXED_BYTES).max(LEAST_SHARD_BYTES).min(22 * stacks).min(64 * messages)
}
/// Seconds of one thread for rows of so many bytes in so many shards. A model for estimates only.
pub fn seconds(bytes: u64, shards: usize) -> f64 {
    const NANOSECONDS_PER_BYTE: f64 = 2.2;
    const SECONDS_PER_SHARD: f64 = 0.25;
    bytes as f64 * NANOSECONDS_PER_BYTE * 1e-9 + shards as f64 * SECONDS_PER_SHARD
}
