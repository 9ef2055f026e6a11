//! Every step of the transcript, declared once: what it is, its name, its type.
//!
//! Prover and verifier name steps by these constants only, so they cannot use different labels or types
//! for one step. What each kind may be used for follows from its type: a [`Challenge`] cannot be sent, a
//! [`Message`] cannot be drawn, and what is read without being absorbed says so by being a [`Hint`].
//! Steps stand in the order of the protocol (`spec/proof-system.md`, "order of a proof").

use crate::field::{EF, F};
use crate::hash::{Digest, Node};
use crate::transcript::{Challenge, Hint, Message, Positions, Public, Work};

/// Values of a chip's columns: a message; of a chip without rows zeros, which are absorbed and not in the proof.
#[derive(Clone, Copy)]
pub struct Columns {
    /// Of a chip that has rows.
    pub there: Message<[EF]>,
    /// Of one that has none.
    pub absent: Public<[EF]>,
}

// --- A run, up to the challenge all its proofs share ---

/// Domain of a run's transcript.
pub const RUN: &str = "aver run 5";
/// Digest of the verifying key.
pub const VK: Public<Digest> = Public::new("vk");
/// The claimed status: the exit code, and above it whether there are assumptions.
pub const STATUS: Public<u64> = Public::new("status");
/// The claimed digest: of the output, or of assumptions and output.
pub const DIGEST: Public<Digest> = Public::new("digest");
/// Number of memory proofs.
pub const MEMORY_PROOFS: Public<u32> = Public::new("memory proofs");
/// Number of shards.
pub const SHARDS: Public<u32> = Public::new("shards");
/// The last link of a chain of what the header says of each proof: root and rows of its boundary columns, log2 of its
/// chunks, its public numbers.
pub const PARTS: Public<Node> = Public::new("parts");
/// Work before the shared challenge.
pub const SHARED_WORK: Work = Work::new("shared/work");
/// α' and β', for buses that cancel over the run.
pub const SHARED: Challenge<EF> = Challenge::new("shared");
/// Which proof of the run this is.
pub const INDEX: Public<u32> = Public::new("index");

// --- A proof ---

/// log2 of the rows of a chunk.
pub const LOG_CHUNK: Public<u32> = Public::new("log2 of a chunk");
/// For each group: its stacks.
pub const STACKS: Message<u32> = Message::new("stacks");
/// For each chip: its rows.
pub const ROWS: Message<u32> = Message::new("rows");
/// Public values.
pub const PUBLICS: Public<[F]> = Public::new("publics");
/// Root of the fixed columns.
pub const FIXED: Public<Option<Node>> = Public::new("fixed");
/// Root of the boundary columns.
pub const BOUNDARY: Public<Option<Node>> = Public::new("boundary");
/// Root of the witness columns.
pub const WITNESS: Message<Node> = Message::new("witness");
/// The claimed sum over shared buses.
pub const SUM: Message<EF> = Message::new("sum");
/// Work before α and β.
pub const LOGUP_WORK: Work = Work::new("logup/work");
/// α and β, for buses that cancel in the proof.
pub const LOGUP: Challenge<EF> = Challenge::new("logup");

/// Numerator and denominator of the sum of all fractions.
pub const GKR_ROOT: Message<[EF; 2]> = Message::new("gkr/root");
/// With masks: what the denominator times is one.
pub const GKR_INVERSE: Message<EF> = Message::new("gkr/inverse");
/// Batches numerators and denominators of a layer.
pub const GKR_MU: Challenge<EF> = Challenge::new("gkr/mu");
/// A round polynomial: at 0, and its leading coefficient.
pub const GKR_ROUND: Message<[EF; 2]> = Message::new("gkr/round");
/// Binds a variable of a layer.
pub const GKR_X: Challenge<EF> = Challenge::new("gkr/x");
/// Numerators, then denominators, of a layer's two children.
pub const GKR_CHILDREN: Message<[EF; 4]> = Message::new("gkr/children");
/// Chooses between the children.
pub const GKR_BIT: Challenge<EF> = Challenge::new("gkr/bit");

/// For each chip: its message columns at r.
pub const COLUMNS_AT_R: Columns =
    Columns { there: Message::new("columns at r"), absent: Public::new("no columns at r") };
/// Batches constraints and columns.
pub const ZEROCHECK_LAMBDA: Challenge<EF> = Challenge::new("zerocheck/lambda");
/// A round polynomial at 0, −1 and 2.
pub const ZEROCHECK_ROUND: Message<[EF; 3]> = Message::new("zerocheck/round");
/// With masks, of the last round: at 0, −1, 2, −2, 3 and −3.
pub const ZEROCHECK_LAST: Message<[EF; 6]> = Message::new("zerocheck/last");
/// Binds a variable of the rows.
pub const ZEROCHECK_X: Challenge<EF> = Challenge::new("zerocheck/x");
/// For each chip: its columns at ρ.
pub const ZEROCHECK_COLUMNS: Columns =
    Columns { there: Message::new("zerocheck/columns"), absent: Public::new("zerocheck/no columns") };

/// Batches all columns' values.
pub const GATHER_GAMMA: Challenge<EF> = Challenge::new("gather/gamma");
/// A round polynomial: at 0, and its leading coefficient.
pub const GATHER_ROUND: Message<[EF; 2]> = Message::new("gather/round");
/// Work before a coordinate that combines stacks.
pub const GATHER_WORK: Work = Work::new("gather/work");
/// Binds a variable of the chunks' number.
pub const GATHER_X: Challenge<EF> = Challenge::new("gather/x");
/// The value of all stacks at the point that is bound.
pub const GATHER_VALUE: Message<EF> = Message::new("gather/value");
/// What weighs it.
pub const GATHER_WEIGHT: Message<EF> = Message::new("gather/weight");
/// A round polynomial: at 0, and its leading coefficient.
pub const WINDOW_ROUND: Message<[EF; 2]> = Message::new("windows/round");
/// Binds a bit of places, or of numbers of chunks.
pub const WINDOW_X: Challenge<EF> = Challenge::new("windows/x");

/// With masks: combines all equations of what was sent with pads.
pub const MASKS_ZETA: Challenge<EF> = Challenge::new("masks/zeta");
/// Coefficients of δ and δ² in their combination.
pub const MASKS_PRODUCTS: Message<[EF; 2]> = Message::new("masks/products");
/// Where factors of products are known.
pub const MASKS_DELTA: Challenge<EF> = Challenge::new("masks/delta");
/// Factors there.
pub const MASKS_FACTORS: Message<[EF]> = Message::new("masks/factors");
/// Combines what factors are said to be.
pub const MASKS_ETA: Challenge<EF> = Challenge::new("masks/eta");
/// Of the polynomial that hides stacks, the value at their point.
pub const MASKS_VALUE: Message<EF> = Message::new("masks/value");
/// Work before stacks are combined with that polynomial, and with pads.
pub const MASKS_WORK: Work = Work::new("masks/work");
/// Combines stacks and that polynomial.
pub const MASKS_RHO: Challenge<EF> = Challenge::new("masks/rho");
/// Pads with the weight of stacks, and stacks with that of pads.
pub const MASKS_CROSS: Message<EF> = Message::new("masks/cross");
/// Combines both with pads.
pub const MASKS_X: Challenge<EF> = Challenge::new("masks/x");

/// Root of the next oracle.
pub const WHIR_ROOT: Message<Node> = Message::new("whir/root");
/// Work before positions.
pub const WHIR_WORK: Work = Work::new("whir/work");
/// Positions at which the oracle before is opened.
pub const WHIR_POSITIONS: Challenge<Positions> = Challenge::new("whir/positions");
/// Batches the claims at them.
pub const WHIR_XI: Challenge<EF> = Challenge::new("whir/xi");
/// A round polynomial: at 0, and its leading coefficient.
pub const WHIR_ROUND: Message<[EF; 2]> = Message::new("whir/round");
/// Work before a challenge that combines an oracle's columns.
pub const WHIR_FOLD_WORK: Work = Work::new("whir/fold work");
/// Binds a variable.
pub const WHIR_R: Challenge<EF> = Challenge::new("whir/r");
/// The last polynomial, in clear.
pub const WHIR_FINAL: Message<[EF]> = Message::new("whir/final");

/// Opened rows of the columns' groups.
pub const BASE_ROWS: Hint<F> = Hint::new("whir/rows", &["fixed", "boundary", "witness"]);
/// Opened rows of an oracle.
pub const ORACLE_ROWS: Hint<F> = Hint::new("whir/oracle rows", &["whir/root"]);
/// Siblings that lead from opened rows to their root.
pub const SIBLINGS: Hint<Node> = Hint::new("whir/siblings", &["fixed", "boundary", "witness", "whir/root"]);
/// The same in trees of BLAKE3, as its 32 bytes.
pub const SIBLINGS_OF_BLAKE3: Hint<Digest> =
    Hint::new("whir/siblings of BLAKE3", &["fixed", "boundary", "witness", "whir/root"]);
