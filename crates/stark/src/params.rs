//! Parameters of a proof. `spec/security.md`, "Parameters".
//!
//! Everything follows from the profile, the height and the rate; nothing comes from a proof. What can go wrong
//! with them, and how likely it is, is in [`crate::security`].

use alloc::vec::Vec;

use crate::error::{Error, Result};
use crate::field::P;
use crate::hash::{Hash, MAX_WORK};
use crate::masks::{MIN_LOG_HEIGHT, MIN_STACKS};
use crate::merkle::full_width;
use crate::proximity::{line_bits, list_bits, query_bits};
use crate::security::field_bits;

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

/// How far from a code its words are decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decoding {
    /// Up to half the distance: to one codeword at most.
    #[default]
    Unique,
    /// Up to √ρ / multiplicity below the Johnson radius 1 − √ρ, to any of a short list. Fewer positions are opened, and what
    /// combines words has work of its own.
    Lists {
        /// How close to the radius: 3 to [`MAX_MULTIPLICITY`].
        multiplicity: usize,
    },
}

/// The least multiplicity that lists can have.
pub const MIN_MULTIPLICITY: usize = 3;
/// The largest.
pub const MAX_MULTIPLICITY: usize = 8;
/// log2 of the inverse of the lowest rate with lists: at lower rates they are long.
pub const MAX_LIST_RATE: usize = 5;
/// Bits of work before positions are drawn.
pub const QUERY_WORK: usize = 16;
/// The same where words are decoded to lists.
pub const LIST_QUERY_WORK: usize = 20;
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
pub const LOG_MAX_MESSAGES: usize = 28;
/// The most constraints and message columns of all chips of a proof, log2.
pub const LOG_MAX_WEIGHTS: usize = 20;
/// The most messages of a run on shared buses: below p, so that their number cannot wrap.
pub const MAX_RUN_MESSAGES: u64 = P as u64 - 1;

/// log2 of the rows of a tree's leaf, at most: they are within one coset.
const LOG_LEAF: usize = 4;
/// An error a work can lower is held to 2^−(target + this).
const MARGIN: f64 = 4.0;
/// The error of one challenge that combines words to lists is held to 2^−(target + this): there are some 20 of them.
const LINE_MARGIN: f64 = 7.0;
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
    /// Bits of work before each challenge that combines columns.
    pub work: usize,
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
    /// How far words are decoded.
    pub decoding: Decoding,
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

    /// Stacks of each group, where columns take so many: no fewer than [fit](Self::full) for groups with roots of their own; with
    /// masks there is one of no column, which masks the value of all, and enough for leaves that nobody can guess.
    pub fn stacks(&self, [fixed, boundary, witness]: [usize; 3]) -> [usize; 3] {
        let witness = if self.masked { MIN_STACKS.max(witness + 1) } else { witness };
        [self.full(fixed), self.full(boundary), witness]
    }

    /// The least number of stacks from this on that a root may stand for that is known before their number: where rows share
    /// leaves, it must follow from how many do.
    pub fn full(&self, stacks: usize) -> usize {
        full_width(self.hash, self.base.log_domain, stacks)
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
        check("log2 of the height", log_height, 1, MAX_LOG_HEIGHT)?;
        let most = if log_height < LOG_LEAF { 1 } else { MAX_LOG_DOMAIN - log_height };
        check("log2 of the inverse of the rate", log_inv_rate, 1, most)?;
        Ok(Self::with_decoding(profile, log_height, log_inv_rate, Decoding::Unique))
    }

    /// The same with words that are decoded to lists, for proofs without boundary columns.
    pub fn with_lists(self, multiplicity: usize) -> Result<Self> {
        check("multiplicity", multiplicity, MIN_MULTIPLICITY, MAX_MULTIPLICITY)?;
        let Self { profile, hash, log_height, masked, base, .. } = self;
        check("log2 of the inverse of the rate of lists", base.log_inv_rate(), 1, MAX_LIST_RATE)?;
        let decoding = Decoding::Lists { multiplicity };
        let params = Self::with_decoding(profile, log_height, base.log_inv_rate(), decoding);
        for oracle in core::iter::once(&params.base).chain(&params.rounds) {
            check("bits of work", oracle.work, 0, MAX_WORK)?;
        }
        Ok(Self { hash, masked, ..params })
    }

    fn with_decoding(profile: Profile, log_height: usize, log_inv_rate: usize, decoding: Decoding) -> Self {
        // Rates fall faster where that makes positions fewer.
        let (query_work, step) = match decoding {
            Decoding::Unique => (QUERY_WORK, 1),
            Decoding::Lists { .. } => (LIST_QUERY_WORK, 2),
        };
        let target = profile.bits() as f64;
        let log_domain = log_height + log_inv_rate;
        let base = Oracle { fold: 0, log_rows: log_height, log_domain, queries: 0, work: 0 };
        let mut oracles = alloc::vec![base];
        let mut log_final = log_height;
        while log_final > MAX_LOG_FINAL {
            log_final -= FOLD;
            let log_domain = log_final + step * oracles.len() + log_inv_rate;
            oracles.push(Oracle { fold: FOLD, log_rows: log_final, log_domain, queries: 0, work: 0 });
        }
        let work = |bits: f64, margin: f64| libm::ceil((target + margin - bits).max(0.0)) as usize;
        // The errors of all openings add up to 2^−(target + 1). What is opened is compared with each word that the next
        // oracle may be; the polynomial in clear is one.
        let bits = target + 1.0 + libm::log2(oracles.len() as f64) - query_work as f64;
        let mut next = 0.0;
        for oracle in oracles.iter_mut().rev() {
            oracle.queries = libm::ceil((bits + next) / query_bits(oracle, decoding)) as usize;
            if decoding != Decoding::Unique {
                oracle.work = work(line_bits(oracle, decoding), LINE_MARGIN);
            }
            next = list_bits(oracle, decoding);
        }
        let base = oracles.remove(0);
        Self {
            profile,
            hash: Hash::default(),
            log_height,
            masked: false,
            decoding,
            base,
            rounds: oracles,
            log_final,
            query_work,
            logup_work: work(field_bits() - LOG_MAX_MESSAGES as f64 - next, MARGIN),
            boundary_work: work(field_bits() - libm::log2(MAX_RUN_MESSAGES as f64), MARGIN),
        }
    }
}

fn check(what: &'static str, value: usize, least: usize, most: usize) -> Result<()> {
    let (value, limit) = (value as u64, most as u64);
    if (least as u64..=limit).contains(&value) { Ok(()) } else { Err(Error::Limit { what, value, limit }) }
}
