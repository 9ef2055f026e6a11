//! Parameters, and the error each step of the protocol can have.
//!
//! Everything follows from the profile and the height; nothing comes from a proof. Only proven bounds
//! are used: words are decoded uniquely, up to half the distance of the code, δ = (1 − ρ)/2.

use alloc::vec::Vec;

use crate::error::{Error, Result};
use crate::field::{D, P};
use crate::hash::HASH_BITS;

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
/// The most stacks of all groups of a proof together, log2.
pub const LOG_MAX_STACKS: usize = 12;
/// The most messages of a proof, log2.
pub const LOG_MAX_MESSAGES: usize = 26;
/// The most messages of a run on shared buses, log2.
pub const LOG_MAX_RUN_MESSAGES: usize = 36;
/// The largest height, log2.
pub const MAX_LOG_HEIGHT: usize = 21;
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
    /// h: log2 of the length of a stack.
    pub log_height: usize,
    /// The groups of stacks, encoded at rate 1/2.
    pub base: Oracle,
    /// WHIR's oracles F_1, F_2, …, in order.
    pub rounds: Vec<Oracle>,
    /// log2 of the length of the polynomial sent in clear.
    pub log_final: usize,
    /// Bits of work before positions are drawn.
    pub query_work: usize,
    /// Bits of work before stacks are combined.
    pub batch_work: usize,
    /// Bits of work before α and β.
    pub logup_work: usize,
    /// Bits of work before α' and β', which a run shares.
    pub boundary_work: usize,
}

impl Params {
    /// Parameters for stacks of 2^`log_height` elements, 1 to [`MAX_LOG_HEIGHT`].
    pub fn new(profile: Profile, log_height: usize) -> Result<Self> {
        if !(1..=MAX_LOG_HEIGHT).contains(&log_height) {
            let (value, limit) = (log_height as u64, MAX_LOG_HEIGHT as u64);
            return Err(Error::Limit { what: "log2 of the height", value, limit });
        }
        let target = profile.bits() as f64;
        let base = Oracle { fold: 0, log_rows: log_height, log_domain: log_height + 1, queries: 0 };
        let mut oracles = alloc::vec![base];
        let mut log_final = log_height;
        while log_final > MAX_LOG_FINAL {
            log_final -= FOLD;
            let log_domain = log_final + oracles.len() + 1;
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
            log_height,
            base,
            rounds: oracles,
            log_final,
            query_work: QUERY_WORK,
            batch_work: work(batch_bits(&base, LOG_MAX_STACKS)),
            logup_work: work(field_bits() - LOG_MAX_MESSAGES as f64),
            boundary_work: work(field_bits() - LOG_MAX_RUN_MESSAGES as f64),
        })
    }

    /// Every error of a proof of this shape.
    pub fn terms(&self, shape: &Shape) -> Vec<Term> {
        let h = self.log_height as f64;
        let over_field = |errors: f64| field_bits() - libm::log2(errors);
        let layers = h + shape.log_leaf_stacks as f64;
        let mut terms = alloc::vec![
            Term {
                name: "logup",
                bits: field_bits() - shape.log_messages as f64 + self.logup_work as f64,
                formula: "messages / |E| · 2^−work",
                source: "Haböck 2022, lemma 5; Schwartz–Zippel over α and the β",
            },
            Term {
                name: "logup, shared buses",
                bits: field_bits() - shape.log_run_messages as f64 + self.boundary_work as f64,
                formula: "messages of the run / |E| · 2^−work",
                source: "as logup",
            },
            Term {
                name: "gkr",
                bits: over_field(1.5 * layers * (layers + 1.0) + 2.0 * layers),
                formula: "Σ_layers (3 rounds + 2) / |E|",
                source: "Papini–Haböck 2023; sumcheck of degree 3, μ and the line of a layer",
            },
            Term {
                name: "zerocheck, batching",
                bits: over_field((shape.constraints + shape.columns) as f64 + h),
                formula: "(constraints + columns + h) / |E|",
                source: "powers of λ; Schwartz–Zippel over r",
            },
            Term {
                name: "zerocheck, sumcheck",
                bits: over_field((shape.degree as f64 + 1.0) * h),
                formula: "(degree + 1) h / |E|; one h of it for values sent before the slots' coordinates",
                source: "LFKN 1992; spec, one point",
            },
            Term {
                name: "whir, combining stacks",
                bits: batch_bits(&self.base, shape.log_stacks) + self.batch_work as f64,
                formula: "log stacks (n + 1) / |E| · 2^−work",
                source: "WHIR 2024, mutual correlated agreement up to (1 − ρ)/2: (ℓ − 1) n / |E|",
            },
        ];
        let mut previous = &self.base;
        for oracle in &self.rounds {
            terms.push(self.queries(previous));
            terms.push(Term {
                name: "whir, new constraints",
                bits: over_field(previous.queries as f64 + 1.0),
                formula: "(t + 1) / |E|",
                source: "powers of ξ",
            });
            let domain = libm::exp2(oracle.log_domain as f64);
            terms.push(Term {
                name: "whir, folding",
                bits: over_field(oracle.fold as f64 * (domain + 2.0)),
                formula: "k (n + 2) / |E|",
                source: "WHIR 2024, mutual correlated agreement, and a sumcheck of degree 2",
            });
            previous = oracle;
        }
        terms.push(self.queries(previous));
        terms.push(Term {
            name: "hash",
            bits: HASH_BITS,
            formula: "2^−(digest bits / 2)",
            source: "collisions of BLAKE3",
        });
        terms
    }

    fn queries(&self, oracle: &Oracle) -> Term {
        Term {
            name: "whir, positions",
            bits: oracle.queries as f64 * query_bits(oracle) + self.query_work as f64,
            formula: "((1 + ρ)/2)^t · 2^−work",
            source: "WHIR 2024, unique decoding",
        }
    }

    /// The weakest term, the hash among them.
    pub fn bits(&self, shape: &Shape) -> f64 {
        self.terms(shape).iter().map(|t| t.bits).fold(f64::INFINITY, f64::min)
    }

    /// All statistical errors (the hash's is not one) added up.
    pub fn union_bits(&self, shape: &Shape) -> f64 {
        let terms = self.terms(shape);
        let errors = terms.iter().filter(|t| t.name != "hash").map(|t| libm::exp2(-t.bits));
        -libm::log2(errors.sum())
    }
}

/// What errors depend on beside the parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// log2 of the messages of a proof.
    pub log_messages: usize,
    /// log2 of the messages of a run on shared buses.
    pub log_run_messages: usize,
    /// log2 of the number of stacks.
    pub log_stacks: usize,
    /// log2 of the number of stacks of LogUp leaves.
    pub log_leaf_stacks: usize,
    /// Constraints of all blocks.
    pub constraints: usize,
    /// Columns of all blocks.
    pub columns: usize,
    /// Largest degree of a constraint.
    pub degree: usize,
}

impl Default for Shape {
    /// The largest there is.
    fn default() -> Self {
        Self {
            log_messages: LOG_MAX_MESSAGES,
            log_run_messages: LOG_MAX_RUN_MESSAGES,
            log_stacks: LOG_MAX_STACKS,
            log_leaf_stacks: LOG_MAX_STACKS,
            constraints: 1 << 16,
            columns: 1 << 16,
            degree: 3,
        }
    }
}

/// One way a false proof can be accepted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// The step.
    pub name: &'static str,
    /// −log2 of its probability.
    pub bits: f64,
    /// How that is computed.
    pub formula: &'static str,
    /// Where it is proven.
    pub source: &'static str,
}

/// log2 of the size of the extension.
fn field_bits() -> f64 {
    D as f64 * libm::log2(f64::from(P))
}

/// −log2 of the chance that a position does not show a word farther than δ: (1 + ρ)/2.
fn query_bits(oracle: &Oracle) -> f64 {
    let rate = libm::exp2(-(oracle.log_inv_rate() as f64));
    -libm::log2((1.0 + rate) / 2.0)
}

fn batch_bits(base: &Oracle, log_stacks: usize) -> f64 {
    let errors = log_stacks.max(1) as f64 * (libm::exp2(base.log_domain as f64) + 1.0);
    field_bits() - libm::log2(errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_heights_reach_their_target() {
        for profile in [Profile::Bits128, Profile::Bits100] {
            for h in 1..=MAX_LOG_HEIGHT {
                let params = Params::new(profile, h).unwrap();
                let shape = Shape::default();
                assert!(params.union_bits(&shape) >= profile.bits() as f64, "{profile:?} {h}");
                assert!(params.bits(&shape) >= profile.bits() as f64);
                assert_eq!(params.log_final + params.rounds.iter().map(|o| o.fold).sum::<usize>(), h);
            }
            assert!(Params::new(profile, 0).is_err());
            assert!(Params::new(profile, MAX_LOG_HEIGHT + 1).is_err());
        }
    }
}
