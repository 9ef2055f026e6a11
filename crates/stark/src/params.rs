//! Parameters of a proof. `spec/security.md`, "Parameters".
//!
//! Everything follows from the profile, the height and the rate; nothing comes from a proof. What can go wrong
//! with them, and how likely it is, is in [`crate::security`].

use alloc::vec::Vec;

use crate::error::{Error, Result};
use crate::field::P;
use crate::hash::Hash;
use crate::masks::{MIN_LOG_HEIGHT, MIN_STACKS};
use crate::security::{field_bits, query_bits};

/// The security all statistical errors of a proof, added up, are held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// 128 bits.
    Bits128,
    /// 100 bits.
    Bits100,
}

impl Profile {
    /// In bits.
    pub fn bits(self) -> usize {
        match self {
            Self::Bits128 => 128,
            Self::Bits100 => 100,
        }
    }
}

/// Bits of work before positions are drawn.
pub const QUERY_WORK: usize = 16;
/// The largest height, log2.
pub const MAX_LOG_HEIGHT: usize = 21;
/// The most positions of an oracle, log2.
pub const MAX_LOG_DOMAIN: usize = MAX_LOG_HEIGHT + 1;
/// The most stacks of all groups of a proof together, log2.
pub const LOG_MAX_STACKS: usize = 12;
/// The most chunks that fit into the stacks of a proof, log2.
pub const LOG_MAX_CHUNKS: usize = 18;
/// The most bundles of messages of a system, log2.
pub const LOG_MAX_BUNDLES: usize = 12;
/// The most columns of all chips of a proof, log2.
pub const LOG_MAX_COLUMNS: usize = 20;
/// The most messages of a proof, log2.
pub const LOG_MAX_MESSAGES: usize = 26;
/// The most constraints and message columns of all chips of a proof, log2.
pub const LOG_MAX_WEIGHTS: usize = 20;
/// The most messages of a run on shared buses: below p, so that their number cannot wrap.
pub const MAX_RUN_MESSAGES: u64 = P as u64 - 1;

/// log2 of the rows of a tree's leaf, at most: they are within one coset.
const LOG_LEAF: usize = 4;
/// An error a work can lower is held to 2^−(target + this).
const MARGIN: f64 = 4.0;
/// Variables that are bound between two oracles.
const FOLD: usize = 4;
/// So many variables, or fewer, are sent in clear.
const MAX_LOG_FINAL: usize = 10;

/// A committed matrix of codewords whose columns are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Oracle {
    /// log2 of the number of columns: variables its opening binds. Zero for the base oracle, whose
    /// columns are the stacks.
    pub fold: usize,
    /// log2 of the number of coefficients of a column.
    pub log_rows: usize,
    /// log2 of the number of positions.
    pub log_domain: usize,
    /// Positions drawn.
    pub queries: usize,
}

impl Oracle {
    /// log2 of the inverse of the code's rate.
    pub fn log_inv_rate(&self) -> usize {
        self.log_domain - self.log_rows
    }
}

/// Parameters of a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Params {
    /// Target.
    pub profile: Profile,
    /// What it is hashed with.
    pub hash: Hash,
    /// h: log2 of the length of a stack.
    pub log_height: usize,
    /// Whether proofs hide their witness: then half of a stack is random.
    pub masked: bool,
    /// The groups of stacks.
    pub base: Oracle,
    /// WHIR's oracles F_1, F_2, …, in order.
    pub rounds: Vec<Oracle>,
    /// log2 of the length of the polynomial sent in clear.
    pub log_final: usize,
    /// Bits of work before positions are drawn.
    pub query_work: usize,
    /// Bits of work before α and β.
    pub logup_work: usize,
    /// Bits of work before α' and β', which a run shares.
    pub boundary_work: usize,
}

impl Params {
    /// The same with another hash.
    pub fn with_hash(self, hash: Hash) -> Self {
        Self { hash, ..self }
    }

    /// The same for proofs that hide their witness.
    pub fn with_masks(self) -> Result<Self> {
        if self.log_height < MIN_LOG_HEIGHT {
            let (value, limit) = (self.log_height as u64, MIN_LOG_HEIGHT as u64);
            return Err(Error::Limit { what: "log2 of the height of a proof with masks", value, limit });
        }
        Ok(Self { masked: true, ..self })
    }

    /// Stacks of each group, where columns take so many: with masks there is one of no column, which masks the value of
    /// all, and enough for leaves that nobody can guess.
    pub fn stacks(&self, [fixed, boundary, witness]: [usize; 3]) -> [usize; 3] {
        [fixed, boundary, if self.masked { MIN_STACKS.max(witness + 1) } else { witness }]
    }

    /// log2 of the elements of a stack that columns can have.
    pub fn log_data(&self) -> usize {
        self.log_height - usize::from(self.masked)
    }

    /// Parameters for stacks of 2^`log_height` elements, 1 to [`MAX_LOG_HEIGHT`], encoded at rate 1/2.
    pub fn new(profile: Profile, log_height: usize) -> Result<Self> {
        Self::at_rate(profile, log_height, 1)
    }

    /// The same at rate 2^−`log_inv_rate`: at lower rates fewer positions are opened, and more is encoded. Where stacks are
    /// shorter than leaves may be, there is none lower.
    pub fn at_rate(profile: Profile, log_height: usize, log_inv_rate: usize) -> Result<Self> {
        if !(1..=MAX_LOG_HEIGHT).contains(&log_height) {
            let (value, limit) = (log_height as u64, MAX_LOG_HEIGHT as u64);
            return Err(Error::Limit { what: "log2 of the height", value, limit });
        }
        let most = if log_height < LOG_LEAF { 1 } else { MAX_LOG_DOMAIN - log_height };
        if !(1..=most).contains(&log_inv_rate) {
            let (value, limit) = (log_inv_rate as u64, most as u64);
            return Err(Error::Limit { what: "log2 of the inverse of the rate", value, limit });
        }
        let target = profile.bits() as f64;
        let log_domain = log_height + log_inv_rate;
        let base = Oracle { fold: 0, log_rows: log_height, log_domain, queries: 0 };
        let mut oracles = alloc::vec![base];
        let mut log_final = log_height;
        while log_final > MAX_LOG_FINAL {
            log_final -= FOLD;
            let log_domain = log_final + oracles.len() + log_inv_rate;
            oracles.push(Oracle { fold: FOLD, log_rows: log_final, log_domain, queries: 0 });
        }
        // The errors of all openings add up to 2^−(target + 1).
        let bits = target + 1.0 + libm::log2(oracles.len() as f64) - QUERY_WORK as f64;
        for oracle in &mut oracles {
            oracle.queries = libm::ceil(bits / query_bits(oracle)) as usize;
        }
        let work = |bits: f64| libm::ceil((target + MARGIN - bits).max(0.0)) as usize;
        let base = oracles.remove(0);
        Ok(Self {
            profile,
            hash: Hash::default(),
            log_height,
            masked: false,
            base,
            rounds: oracles,
            log_final,
            query_work: QUERY_WORK,
            logup_work: work(field_bits() - LOG_MAX_MESSAGES as f64),
            boundary_work: work(field_bits() - libm::log2(MAX_RUN_MESSAGES as f64)),
        })
    }
}
