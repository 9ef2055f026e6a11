//! What a shard may cost: from a memory budget to a cost model for the metering pass.

use aver_exec::{CELL_BYTES, ENCODED_BYTES, LEAF_BYTES};
use aver_isa::Program;
use aver_machine::Systems;
use aver_machine::machine::ShardChip;
use aver_stark::chip::Described;
use aver_stark::layout::{MAX_CHUNKS, MAX_LOG_CHUNK, MAX_STACKS};
use aver_stark::verify::MAX_MESSAGES;

/// Options of proving.
#[derive(Clone, Debug)]
pub struct Options {
    /// Security.
    pub profile: aver_stark::params::Profile,
    /// log2 of the height of a stack.
    pub log_height: usize,
    /// Bytes of memory proving may take, the program's own apart.
    pub memory: u64,
    /// Cuts shards after so many cycles, however small; for tests.
    pub max_shard_cycles: Option<u64>,
    /// Stops programs that run longer.
    pub max_cycles: Option<u64>,
    /// Gives each header a random salt: for proofs of which nodes are made that hide them.
    pub salted: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            profile: aver_stark::params::Profile::Bits128,
            log_height: 18,
            memory: 3 << 29,
            max_shard_cycles: None,
            max_cycles: None,
            salted: false,
        }
    }
}

// The model: what proving takes is BASE_BYTES, what the program's own tables take in every proof, and the
// padded rows of a shard. `tests/cli/memory.rs` prints it beside what was measured.

/// Whatever the program: the process, the machine's tables (kept, and in every proof), openings.
const BASE_BYTES: u64 = 64 << 20;
/// An op of the program, beside its rows in tables: decoded, priced, counted.
const OP_BYTES: u64 = 160;
/// A word of the program's image, beside its row in the image's table.
const IMAGE_WORD_BYTES: u64 = 32;
/// What 100 bytes of rows take: with padding, and what is recorded of a shard that is executed.
const PADDED_PERCENT: u64 = 115;
/// A shard may have rows of so many bytes at least, or little but the machine's own tables would be proved.
const LEAST_SHARD_BYTES: u64 = 24 << 20;

/// Bytes a row of a chip takes while its shard is proved.
pub fn row_bytes(chip: &Described) -> u64 {
    aver_exec::row_bytes(chip.width(), chip.description.interactions.len())
}

/// Bytes that are taken whatever the length of a shard: the machine's and the program's own.
pub fn fixed_bytes(systems: &Systems, program: &Program) -> u64 {
    let chip = |chip: ShardChip| row_bytes(&systems.shard.described[chip as usize]);
    let ops = program.ops.len() as u64 * (OP_BYTES + chip(ShardChip::Program));
    let targets = program.targets().count() as u64 * chip(ShardChip::Target);
    BASE_BYTES + ops + targets + program.image.len() as u64 * IMAGE_WORD_BYTES
}

/// Bytes of rows a shard may have under a budget, and under the limits of a proof: its messages, and the
/// stacks of its columns. The least is given whatever the budget; see [`least_memory`].
pub fn shard_bytes(options: &Options, fixed: u64) -> u64 {
    let cells = (MAX_STACKS << options.log_height).min(MAX_CHUNKS << MAX_LOG_CHUNK) as u64 * 3 / 4;
    let messages = MAX_MESSAGES * 3 / 4;
    let rows = options.memory.saturating_sub(fixed) / PADDED_PERCENT * 100;
    rows.max(LEAST_SHARD_BYTES).min((CELL_BYTES + ENCODED_BYTES) * cells).min(LEAF_BYTES * messages)
}

/// The bytes proving takes when the largest shard has rows of so many.
pub fn total_bytes(shard: u64, fixed: u64) -> u64 {
    fixed + shard * PADDED_PERCENT / 100
}

/// The least budget.
pub fn least_memory(fixed: u64) -> u64 {
    total_bytes(LEAST_SHARD_BYTES, fixed) + (1 << 20)
}

/// Seconds of one thread for rows of so many bytes in so many shards. A model for estimates only.
pub fn seconds(bytes: u64, shards: usize) -> f64 {
    const NANOSECONDS_PER_BYTE: f64 = 2.8;
    const SECONDS_PER_SHARD: f64 = 0.25;
    bytes as f64 * NANOSECONDS_PER_BYTE * 1e-9 + shards as f64 * SECONDS_PER_SHARD
}
