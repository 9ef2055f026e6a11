//! The error each step of the protocol can have. `spec/security.md`.
//!
//! Only proven bounds are used: words are decoded uniquely, up to half the distance of the code, δ = (1 − ρ)/2, or to
//! lists, up to somewhat less than the Johnson radius.

use alloc::vec::Vec;

use crate::chip::MAX_DEGREE;
use crate::eq::log2_ceil;
use crate::field::{D, P};
use crate::hash::HASH_BITS;
use crate::layout::{LOG_BUNDLE, LOG_MAX_ROWS};
use crate::params::{
    Decoding, LOG_MAX_BUNDLES, LOG_MAX_CHUNKS, LOG_MAX_COLUMNS, LOG_MAX_MESSAGES, LOG_MAX_STACKS,
    LOG_MAX_WEIGHTS, MAX_RUN_MESSAGES, Oracle, Params,
};
use crate::proximity::{exceptions, list_bits, query_bits};

/// What the bound of a term rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Regime {
    /// Roots of a polynomial over E that is not zero.
    Algebra,
    /// Proximity to Reed–Solomon codes, decoded uniquely.
    UniqueDecoding,
    /// Proximity to Reed–Solomon codes, decoded to lists.
    ListDecoding,
    /// An assumption on a hash: not statistical, and not added up with the others.
    Hash,
}

/// How often a term occurs in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In each proof.
    Proof,
    /// Once.
    Run,
}

/// One way a false proof can be accepted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// The step.
    pub name: &'static str,
    /// Which of WHIR's oracles, the base oracle being 0.
    pub oracle: Option<usize>,
    /// −log2 of its probability, for one hash evaluation of the prover.
    pub bits: f64,
    /// Bits of work that are part of it.
    pub work: usize,
    /// What it rests on.
    pub regime: Regime,
    /// How often it occurs.
    pub scope: Scope,
    /// How it is computed.
    pub formula: &'static str,
    /// Where it is proven.
    pub source: &'static str,
}

/// What errors depend on beside the parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Messages of a proof, the verifier's among them.
    pub messages: u64,
    /// Messages of a run on shared buses.
    pub run_messages: u64,
    /// Stacks of all groups.
    pub stacks: usize,
    /// Bundles of messages.
    pub bundles: usize,
    /// Constraints and message columns of all chips.
    pub weights: usize,
    /// Columns of all chips.
    pub columns: usize,
}

impl Default for Shape {
    /// The largest that a verifier accepts.
    fn default() -> Self {
        Self {
            messages: 1 << LOG_MAX_MESSAGES,
            run_messages: MAX_RUN_MESSAGES,
            stacks: 1 << LOG_MAX_STACKS,
            bundles: 1 << LOG_MAX_BUNDLES,
            weights: 1 << LOG_MAX_WEIGHTS,
            columns: 1 << LOG_MAX_COLUMNS,
        }
    }
}

impl Params {
    /// Every error of a proof of this shape.
    pub fn terms(&self, shape: &Shape) -> Vec<Term> {
        // What holds of one value of all columns must hold of each that they may have.
        let lists = list_bits(&self.base, self.decoding);
        let of_each = |term: Term| Term { bits: term.bits - lists, ..term };
        let mut terms: Vec<Term> = self.terms_of_columns(shape).into_iter().map(of_each).collect();
        // With masks, stacks are combined with the polynomial that hides them, and with pads.
        let combined = (log2_ceil(shape.stacks).max(1) + if self.masked { 2 } else { 0 }) as f64;
        terms.push(self.lines("gather, combining stacks", 0, &self.base, combined, 0.0));
        if self.masked {
            terms.extend(masks(layers(shape)).map(of_each));
        }
        if self.decoding != Decoding::Unique {
            // No buses are shared.
            terms.retain(|term| term.scope == Scope::Proof);
        }
        let mut previous = &self.base;
        for (i, oracle) in self.rounds.iter().enumerate() {
            terms.extend(self.positions(previous, i, Some(oracle)));
            let roots = 2.0 * self.lists(Some(oracle));
            terms.push(self.lines("whir, folding", i + 1, oracle, oracle.fold as f64, roots));
            previous = oracle;
        }
        terms.extend(self.positions(previous, self.rounds.len(), None));
        terms.push(Term {
            formula: "2 log2(coefficients in clear) / |E|",
            source: "Lund–Fortnow–Karloff–Nisan 1992, theorem 1",
            ..algebra("whir, last sumcheck", 2.0 * self.log_final as f64)
        });
        for (name, source) in [
            ("hash, collisions", "BLAKE3 of 256 bits, Poseidon2 of 278: birthday bound"),
            (
                "hash, transcript",
                "Fiat–Shamir in the random-oracle model: states of 256 bits or more do not collide",
            ),
            ("hash, output", "SHA-256 of the public output: birthday bound"),
        ] {
            let formula = "work for a collision of 256 bits";
            terms.push(Term { bits: HASH_BITS, regime: Regime::Hash, formula, source, ..algebra(name, 1.0) });
        }
        for term in &mut terms {
            term.bits += term.work as f64;
        }
        terms
    }

    /// Errors of the steps in which the columns stay as they are, for one value of them. Work is not counted in.
    fn terms_of_columns(&self, shape: &Shape) -> Vec<Term> {
        let rows = LOG_MAX_ROWS as f64;
        let layers = layers(shape);
        alloc::vec![
            Term {
                work: self.logup_work,
                formula: "messages / |E|",
                source: "Haböck 2022 (eprint 2022/1530), lemmas 4 and 5; Schwartz–Zippel over α and the β",
                ..algebra("logup", shape.messages as f64)
            },
            Term {
                work: self.boundary_work,
                scope: Scope::Run,
                formula: "messages of the run on shared buses / |E|",
                source: "as logup, over α' and the β'",
                ..algebra("logup, shared buses", shape.run_messages as f64)
            },
            Term {
                formula: "Σ_{k < layers} (3k + 2) / |E|",
                source: "Papini–Haböck 2023 (eprint 2023/1284), section 3: sumcheck of degree 3, μ, the line",
                ..algebra("gkr", 1.5 * layers * (layers - 1.0) + 2.0 * layers)
            },
            Term {
                formula: "log2(rows) / |E|",
                source: "Schwartz–Zippel over r, for a constraint that is not zero",
                ..algebra("zerocheck, point", rows)
            },
            Term {
                formula: "(constraints + message columns of all chips) / |E|",
                source: "Schwartz–Zippel over λ",
                ..algebra("zerocheck, batching", shape.weights as f64)
            },
            Term {
                formula: "degree · log2(rows) / |E|; with masks, the last round's degree is twice that",
                source: "Lund–Fortnow–Karloff–Nisan 1992, theorem 1",
                ..algebra("zerocheck, sumcheck", MAX_DEGREE as f64 * (rows + f64::from(self.masked)))
            },
            Term {
                formula: "columns / |E|",
                source: "Schwartz–Zippel over γ",
                ..algebra("gather, batching", shape.columns as f64)
            },
            Term {
                formula: "2 log2(chunks) / |E|",
                source: "Lund–Fortnow–Karloff–Nisan 1992, theorem 1",
                ..algebra("gather, sumcheck", 2.0 * LOG_MAX_CHUNKS as f64)
            },
            Term {
                formula: "4 (log2(chunks) + 1) / |E|",
                source: "Lund–Fortnow–Karloff–Nisan 1992, theorem 1",
                ..algebra("gather, windows", 4.0 * (LOG_MAX_CHUNKS + 1) as f64)
            },
        ]
    }

    /// Challenges that combine words of an oracle, so many; for each `roots` besides.
    fn lines(&self, name: &'static str, number: usize, oracle: &Oracle, count: f64, roots: f64) -> Term {
        let exceptions = exceptions(oracle, self.decoding) + roots;
        let bits = field_bits() - libm::log2(count * exceptions);
        let unique = self.decoding == Decoding::Unique;
        let source = if unique {
            "Ben-Sasson et al. 2020 (eprint 2020/654), theorem 4.1; Diamond–Gruen 2024 (eprint 2024/1351), theorem \
             3.1, corollary 3.7; WHIR (eprint 2024/1586), lemma 4.10"
        } else {
            "Ben-Sasson et al. 2025 (eprint 2025/2055), theorem 4.6"
        };
        let formula = match (unique, number) {
            (true, 0) => "log2(stacks) n / |E|",
            (true, _) => "fold (n + 2) / |E|",
            (false, 0) => "log2(stacks) exceptions / |E|",
            (false, _) => "fold (exceptions + 2 list) / |E|",
        };
        Term { bits, work: oracle.work, formula, source, ..self.proximity(name, number) }
    }

    /// Opening oracle `i`, and what its values are compared with: the next oracle, or the polynomial in clear.
    fn positions(&self, oracle: &Oracle, i: usize, next: Option<&Oracle>) -> [Term; 2] {
        let lists = self.lists(next);
        let unique = self.decoding == Decoding::Unique;
        let drawn = Term {
            bits: oracle.queries as f64 * query_bits(oracle, self.decoding) - libm::log2(lists),
            work: self.query_work,
            formula: if unique {
                "((1 + ρ)/2 + 1/p)^positions"
            } else {
                "next list · (1 − δ + 1/p)^positions"
            },
            source: if unique {
                "a word farther than (1 − ρ)/2 from the code; WHIR (eprint 2024/1586), theorem 5.2"
            } else {
                "a word of the next list that is not of this one"
            },
            ..self.proximity("whir, positions", i)
        };
        let batched = Term {
            oracle: Some(i + 1),
            formula: if unique { "positions / |E|" } else { "next list · positions / |E|" },
            source: "Schwartz–Zippel over ξ",
            ..algebra("whir, new constraints", lists * oracle.queries as f64)
        };
        [drawn, batched]
    }

    /// How many words an oracle may be, at most; the polynomial in clear is one.
    fn lists(&self, oracle: Option<&Oracle>) -> f64 {
        oracle.map_or(1.0, |oracle| libm::exp2(list_bits(oracle, self.decoding)))
    }

    /// A term of one of WHIR's oracles; its bits too are to be filled in.
    fn proximity(&self, name: &'static str, oracle: usize) -> Term {
        let regime = match self.decoding {
            Decoding::Unique => Regime::UniqueDecoding,
            Decoding::Lists { .. } => Regime::ListDecoding,
        };
        Term { oracle: Some(oracle), regime, ..algebra(name, 1.0) }
    }

    /// The weakest term, the hashes among them: what one hash evaluation of a prover can gain, in a proof
    /// and in a run of any number of proofs.
    pub fn bits(&self, shape: &Shape) -> f64 {
        self.terms(shape).iter().map(|t| t.bits).fold(f64::INFINITY, f64::min)
    }

    /// All statistical errors of a proof added up.
    pub fn union_bits(&self, shape: &Shape) -> f64 {
        self.run_union_bits(shape, 1)
    }

    /// All statistical errors of a run of so many proofs added up.
    pub fn run_union_bits(&self, shape: &Shape, proofs: u64) -> f64 {
        let terms = self.terms(shape);
        let errors = terms.iter().filter(|t| t.regime != Regime::Hash).map(|t| {
            let times = if t.scope == Scope::Run { 1 } else { proofs };
            times as f64 * libm::exp2(-t.bits)
        });
        -libm::log2(errors.sum())
    }
}

/// Layers of GKR.
fn layers(shape: &Shape) -> f64 {
    (LOG_MAX_ROWS + LOG_BUNDLE + log2_ceil(shape.bundles)) as f64
}

/// What masks add. GKR has an equation and two products a layer, and beside them an inverse; other equations are four.
fn masks(layers: f64) -> [Term; 4] {
    let lines = "Schwartz–Zippel; Dittmer–Ishai–Ostrovsky 2021 (eprint 2020/1446)";
    [
        Term {
            formula: "(layers + 5) / |E|",
            source: "Schwartz–Zippel over ζ",
            ..algebra("masks, equations", layers + 5.0)
        },
        Term { formula: "2 / |E|, over δ", source: lines, ..algebra("masks, products", 2.0) },
        Term {
            formula: "2 (2 layers + 1) / |E|, over η",
            source: lines,
            ..algebra("masks, factors", 2.0 * (2.0 * layers + 1.0))
        },
        Term {
            formula: "3 / |E|",
            source: "Schwartz–Zippel over ρ, and over x, in which the claims are of degree 2",
            ..algebra("masks, joining", 3.0)
        },
    ]
}

/// `roots` / |E|; formula and source are to be filled in.
fn algebra(name: &'static str, roots: f64) -> Term {
    Term {
        name,
        oracle: None,
        bits: field_bits() - libm::log2(roots),
        work: 0,
        regime: Regime::Algebra,
        scope: Scope::Proof,
        formula: "",
        source: "",
    }
}

/// log2 of the size of the extension.
pub(crate) fn field_bits() -> f64 {
    D as f64 * libm::log2(f64::from(P))
}
