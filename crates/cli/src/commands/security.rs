//! `aver security`.

use crate::{args, failure::Failure, outcome::Outcome};
use aver_sdk::{
    MAX_PROOFS, Proof, Prover, RootProof,
    params::{Oracle, Params},
    security::{Regime, Scope, Shape, Term},
};
use serde_json::{Value, json};
use std::fmt::Write;

pub fn run(args: &args::Terms) -> Result<Outcome, Failure> {
    let run = Run::new(args)?;
    Ok(Outcome::new(run.json(), run.text()))
}

/// What is asked about.
struct Run {
    params: Params,
    shape: Shape,
    proofs: u64,
    terms: Vec<Term>,
    lowest: f64,
}

impl Run {
    fn new(args: &args::Terms) -> Result<Self, Failure> {
        let (params, shape, proofs) = match &args.proof {
            Some(path) if RootProof::is_at(path)? => {
                let path = crate::outcome::path(path);
                let why =
                    "is a compressed proof, whose terms are not counted yet; name the proof it was made of";
                return Err(Failure::usage(format!("{path} {why}")));
            }
            Some(path) => {
                let proof = Proof::open(path)?;
                let proofs = proof.header().memory.len() + proof.header().shards.len();
                (proof.params()?, proof.shape()?, proofs as u64)
            }
            None => {
                let profile = args.security.profile();
                let params = match args.log_height {
                    None => Prover::builder().profile(profile).params()?,
                    Some(h) => Params::new(profile, h).map_err(|e| Failure::usage(e.to_string()))?,
                };
                (params, Shape::default(), args.proofs)
            }
        };
        let (terms, lowest) = (params.terms(&shape), params.bits(&shape));
        Ok(Self { params, shape, proofs, terms, lowest })
    }

    fn union(&self, proofs: u64) -> f64 {
        self.params.run_union_bits(&self.shape, proofs)
    }

    fn text(&self) -> String {
        let (profile, h) = (self.params.profile.bits(), self.params.log_height);
        let mut text = format!(
            "profile {profile}, stacks of 2^{h}: provable bits, at the largest sizes a verifier accepts\n\n"
        );
        let names: Vec<String> = self.terms.iter().map(name).collect();
        let width = names.iter().map(String::len).max().unwrap_or(0);
        for (term, name) in self.terms.iter().zip(&names) {
            let mark = if term.bits == self.lowest { "  <- lowest" } else { "" };
            let work = if term.work > 0 { " · 2^−work" } else { "" };
            // A string takes everything.
            let _ = writeln!(text, "{:>8.2}  {name:<width$}  {}{work}{mark}", term.bits, term.formula);
            let _ = writeln!(text, "{:>8}  {:<width$}  {}; {}", "", "", regime(term.regime), term.source);
        }
        let _ = writeln!(
            text,
            "\nWords are decoded uniquely, so there are no out-of-domain samples, and no error of them."
        );
        let _ = writeln!(
            text,
            "\n{:>8.2}  the lowest term: what a hash evaluation of a forger can gain,",
            self.lowest
        );
        let _ = writeln!(text, "{:>8}  whatever the number of proofs in a run", "");
        let _ = writeln!(text, "{:>8.2}  all statistical errors of a proof added up", self.union(1));
        for (proofs, what) in [(self.proofs, "this run"), (MAX_PROOFS, "the largest run")] {
            if proofs > 1 {
                let _ = writeln!(text, "{:>8.2}  … of {what}, of {proofs} proofs", self.union(proofs));
            }
        }
        text
    }

    fn json(&self) -> Value {
        let (params, shape) = (&self.params, &self.shape);
        let lowest = self.terms.iter().find(|term| term.bits == self.lowest).map(name);
        let terms: Vec<Value> = self.terms.iter().map(|term| self.term(term)).collect();
        let union = |proofs| json!({ "proofs": proofs, "sum_of_errors_bits": self.union(proofs) });
        json!({
            "profile_bits": params.profile.bits(),
            "log_height": params.log_height,
            "parameters": {
                "base": oracle(&params.base),
                "rounds": params.rounds.iter().map(oracle).collect::<Vec<Value>>(),
                "log_final": params.log_final,
                "work_bits": {
                    "positions": params.query_work,
                    "logup": params.logup_work,
                    "logup, shared buses": params.boundary_work,
                },
            },
            "shape": {
                "messages": shape.messages,
                "run_messages": shape.run_messages,
                "stacks": shape.stacks,
                "bundles": shape.bundles,
                "weights": shape.weights,
                "columns": shape.columns,
            },
            "terms": terms,
            "bits": self.lowest,
            "lowest": lowest,
            "sum_of_errors_bits": self.union(1),
            "run": union(self.proofs),
            "largest_run": union(MAX_PROOFS),
        })
    }

    fn term(&self, term: &Term) -> Value {
        json!({
            "name": term.name,
            "oracle": term.oracle,
            "bits": term.bits,
            "work_bits": term.work,
            "regime": regime(term.regime),
            "once_a_run": term.scope == Scope::Run,
            "formula": term.formula,
            "source": term.source,
            "lowest": term.bits == self.lowest,
        })
    }
}

fn name(term: &Term) -> String {
    term.oracle.map_or(term.name.into(), |oracle| format!("{} {oracle}", term.name))
}

fn regime(regime: Regime) -> &'static str {
    match regime {
        Regime::Algebra => "roots of a polynomial",
        Regime::UniqueDecoding => "unique decoding",
        Regime::Hash => "hash",
    }
}

fn oracle(oracle: &Oracle) -> Value {
    json!({
        "fold": oracle.fold,
        "log_rows": oracle.log_rows,
        "log_domain": oracle.log_domain,
        "positions": oracle.queries,
    })
}
