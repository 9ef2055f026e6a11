//! The proofs that a root proof or an aggregate stands for, by layers, and what the errors of all come to.

use crate::{AggregateProof, Error, RootProof};
use aver_stark::params::Params;
use aver_stark::security::{Regime, Scope, Shape, Term};
use aver_tree::Code;
use aver_tree::circuits::Codes;

/// Proofs of the same parameters.
#[derive(Clone, Debug)]
pub struct Layer {
    /// `run`, `leaf`, `veil`, `join`, `top`, `root` or `aggregate`.
    pub name: &'static str,
    /// How many runs there are: one, but in aggregates.
    pub runs: u64,
    /// Of each proof.
    pub params: Params,
    /// The largest that each can be.
    pub shape: Shape,
    /// Whether they share buses: proofs of a run do, and none of a circuit.
    pub shares: bool,
}

impl Layer {
    /// The proofs of a run.
    pub fn run(params: Params, shape: Shape) -> Self {
        Self { name: "run", runs: 1, params, shape, shares: true }
    }

    /// The layers of the tree over runs of this security, from the run's proofs to the root. All leaves are counted as large
    /// ones, whose errors are larger than those of small ones; and as if each had a veil, as a root does not say whether they had.
    pub fn tree(run: Params) -> Result<Vec<Self>, Error> {
        Self::of_codes(run, Codes::STANDARD)
    }

    /// The same with a root as of [`Compressor::small`](crate::Compressor::small).
    pub fn small_tree(run: Params) -> Result<Vec<Self>, Error> {
        Self::of_codes(run, Codes::SMALL)
    }

    fn of_codes(run: Params, codes: Codes) -> Result<Vec<Self>, Error> {
        let profile = run.profile;
        let circuits = |name, code: Code| -> Result<Self, Error> {
            let params = code.params(profile)?;
            Ok(Self { name, runs: 1, params, shape: Shape::default(), shares: false })
        };
        Ok(vec![
            Self::run(run, Shape::default()),
            circuits("leaf", codes.large)?,
            circuits("veil", codes.veil)?,
            circuits("join", codes.join)?,
            circuits("top", codes.top)?,
            circuits("root", codes.root)?,
        ])
    }

    /// How many there are, for runs of so many proofs each.
    pub fn count(&self, proofs: u64) -> u64 {
        match self.name {
            "top" | "root" => self.runs,
            // The last one is counted at the top.
            "join" => self.runs.saturating_mul(proofs.saturating_sub(2)),
            // A lift of each root, and joins of these.
            "aggregate" => (2 * self.runs).saturating_sub(1),
            _ => self.runs.saturating_mul(proofs),
        }
    }

    /// Every error that one of its proofs can have.
    pub fn terms(&self) -> Vec<Term> {
        let mut terms = self.params.terms(&self.shape);
        terms.retain(|term| self.shares || term.scope == Scope::Proof);
        terms
    }

    /// The weakest term.
    pub fn bits(&self) -> f64 {
        self.terms().iter().map(|term| term.bits).fold(f64::INFINITY, f64::min)
    }

    /// −log2 of all statistical errors of one of its proofs, added up.
    pub fn union_bits(&self) -> f64 {
        -Self { runs: 1, ..self.clone() }.errors(1).log2()
    }

    /// All statistical errors of so many of its proofs, added up.
    fn errors(&self, count: u64) -> f64 {
        let terms = self.terms().into_iter().filter(|term| term.regime != Regime::Hash);
        let times = |term: &Term| if term.scope == Scope::Run { self.runs } else { count };
        terms.map(|term| times(&term) as f64 * (-term.bits).exp2()).sum()
    }
}

/// −log2 of all statistical errors added up, of layers over a run of so many proofs.
pub fn union_bits(layers: &[Layer], proofs: u64) -> f64 {
    -layers.iter().map(|layer| layer.errors(layer.count(proofs))).sum::<f64>().log2()
}

impl RootProof {
    /// The layers of its tree, if it is one that a [`Compressor`](crate::Compressor) makes: a file says nothing of the layers
    /// between the run's proofs and the root, but whoever knows the tree's key knows them.
    pub fn layers(&self) -> Result<Vec<Layer>, Error> {
        let tree = &self.file().tree;
        let layers = Layer::of_codes(tree.runs.params.clone(), Codes::of_root(&tree.class.params))?;
        match layers.last().is_some_and(|root| root.params == tree.class.params) {
            true => Ok(layers),
            false => Err(aver_tree::Error::Layers.into()),
        }
    }
}

impl AggregateProof {
    /// The layers of all trees below it, and its own. The trees must be of one kind.
    pub fn layers(&self) -> Result<Vec<Layer>, Error> {
        let claims = self.claims();
        let Some((first, rest)) = claims.split_first() else { return Err(aver_tree::Error::Claims.into()) };
        let (mut layers, runs) = (first.layers()?, claims.len() as u64);
        for root in rest {
            let same = |(a, b): (&Layer, &Layer)| a.params == b.params;
            if !root.layers()?.iter().zip(&layers).all(same) {
                return Err(aver_tree::Error::Layers.into());
            }
        }
        let params = self.class_params().clone();
        layers.push(Layer { name: "aggregate", runs, params, shape: Shape::default(), shares: false });
        layers.iter_mut().for_each(|layer| layer.runs = runs);
        Ok(layers)
    }
}
