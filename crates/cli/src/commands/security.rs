//! `aver security`.

use crate::{args, failure::Failure, outcome::Outcome};
use aver_sdk::{
    AggregateProof, MAX_PROOFS, Proof, RootProof,
    layers::{Layer, union_bits},
    params::{Decoding, Oracle},
    security::{Regime, Scope, Shape, Term},
};
use serde_json::{Value, json};
use std::fmt::Write;

pub fn run(args: &args::Terms) -> Result<Outcome, Failure> {
    let (layers, proofs) = layers(args)?;
    Ok(match &layers[..] {
        [run] => Outcome::new(of_run(run, proofs), text_of_run(run, proofs)),
        layers => Outcome::new(of_tree(layers, proofs), text_of_tree(layers, proofs)),
    })
}

/// What is asked about: a run's proofs, or all layers of a tree over them; and how many proofs the run has.
fn layers(args: &args::Terms) -> Result<(Vec<Layer>, u64), Failure> {
    Ok(match &args.proof {
        Some(path) if AggregateProof::is_at(path)? => {
            (AggregateProof::open(path)?.layers()?, args.proofs.unwrap_or(MAX_PROOFS))
        }
        Some(path) if RootProof::is_at(path)? => {
            (RootProof::open(path)?.layers()?, args.proofs.unwrap_or(MAX_PROOFS))
        }
        Some(path) => {
            let proof = Proof::open(path)?;
            let proofs = (proof.header().memory.len() + proof.header().shards.len()) as u64;
            if args.proofs.is_some_and(|asked| asked != proofs) {
                return Err(Failure::usage(format!("{} has {proofs} proofs", crate::outcome::path(path))));
            }
            (vec![Layer::run(proof.params()?, proof.shape()?)], proofs)
        }
        None => {
            let params = args.security.prover().params()?;
            let layers = match (args.tree, args.small) {
                (false, _) => vec![Layer::run(params, Shape::default())],
                (true, false) => Layer::tree(params)?,
                (true, true) => Layer::small_tree(params)?,
            };
            (layers, args.proofs.unwrap_or(1))
        }
    })
}

/// Of a run and of the largest one, if it is of several proofs.
fn sums(text: &mut String, layers: &[Layer], proofs: u64, whole: &str) {
    for (proofs, what) in [(proofs, format!("this {whole}")), (MAX_PROOFS, format!("the largest {whole}"))] {
        if proofs > 1 {
            // A string takes everything.
            let _ = writeln!(text, "{:>8.2}  … of {what}, of {proofs} proofs", union_bits(layers, proofs));
        }
    }
}

fn text_of_run(run: &Layer, proofs: u64) -> String {
    let (profile, h) = (run.params.profile.bits(), run.params.log_height);
    let mut text = format!(
        "profile {profile}, stacks of 2^{h}: provable bits, at the largest sizes a verifier accepts\n\n"
    );
    let (terms, lowest) = (run.terms(), run.bits());
    let names: Vec<String> = terms.iter().map(name).collect();
    let width = names.iter().map(String::len).max().unwrap_or(0);
    for (term, name) in terms.iter().zip(&names) {
        let mark = if term.bits == lowest { "  <- lowest" } else { "" };
        let work = if term.work > 0 { " · 2^−work" } else { "" };
        let _ = writeln!(text, "{:>8.2}  {name:<width$}  {}{work}{mark}", term.bits, term.formula);
        let _ = writeln!(text, "{:>8}  {:<width$}  {}; {}", "", "", regime(term.regime), term.source);
    }
    let _ = writeln!(
        text,
        "\nWords are decoded uniquely, so there are no out-of-domain samples, and no error of them."
    );
    let _ = writeln!(text, "\n{lowest:>8.2}  the lowest term: what a hash evaluation of a forger can gain,");
    let _ = writeln!(text, "{:>8}  whatever the number of proofs in a run", "");
    let layers = std::slice::from_ref(run);
    let _ = writeln!(text, "{:>8.2}  all statistical errors of a proof added up", run.union_bits());
    sums(&mut text, layers, proofs, "run");
    text
}

fn text_of_tree(layers: &[Layer], proofs: u64) -> String {
    let (profile, runs) = (layers[0].params.profile.bits(), layers[0].runs);
    let what = match runs {
        1 => format!("a compressed proof, of a run of {proofs} proofs"),
        _ => format!("an aggregate of {runs} runs, of {proofs} proofs each"),
    };
    let mut text = format!(
        "profile {profile}: provable bits of {what}\n\n  \
         proofs  layer      stacks of  lowest term                        a proof's errors added up\n"
    );
    for layer in layers {
        let (h, count) = (layer.params.log_height, layer.count(proofs));
        let lowest = format!("{:.2}  {}", layer.bits(), lowest(&layer.terms(), layer.bits()));
        let sum = layer.union_bits();
        let _ = writeln!(text, "{count:>8}  {:<9}  2^{h:<7}  {lowest:<33}  {sum:.2}", layer.name);
    }
    let lowest = layers.iter().map(Layer::bits).fold(f64::INFINITY, f64::min);
    let _ = writeln!(text, "\n{lowest:>8.2}  the lowest term: what a hash evaluation of a forger can gain,");
    let _ = writeln!(text, "{:>8}  whatever the number of proofs in the tree", "");
    let _ = writeln!(text, "{:>8}  all statistical errors of all these proofs added up:", "");
    let whole = if runs == 1 { "run" } else { "aggregate" };
    sums(&mut text, layers, proofs, whole);
    let _ = writeln!(text, "\nTerm by term: --json, or of a run alone.");
    text
}

fn of_run(run: &Layer, proofs: u64) -> Value {
    let mut json = of_layer(run);
    let layers = std::slice::from_ref(run);
    for (key, proofs) in [("run", proofs), ("largest_run", MAX_PROOFS)] {
        json[key] = union(layers, proofs);
    }
    json
}

fn of_tree(layers: &[Layer], proofs: u64) -> Value {
    let each = layers.iter().map(|layer| {
        let mut json = of_layer(layer);
        json["layer"] = json!(layer.name);
        json["runs"] = json!(layer.runs);
        json["proofs"] = json!(layer.count(proofs));
        json
    });
    json!({
        "profile_bits": layers[0].params.profile.bits(),
        "layers": each.collect::<Vec<Value>>(),
        "bits": layers.iter().map(Layer::bits).fold(f64::INFINITY, f64::min),
        "run": union(layers, proofs),
        "largest_run": union(layers, MAX_PROOFS),
    })
}

fn union(layers: &[Layer], proofs: u64) -> Value {
    json!({ "proofs": proofs, "sum_of_errors_bits": union_bits(layers, proofs) })
}

fn of_layer(layer: &Layer) -> Value {
    let Layer { params, shape, .. } = layer;
    let (terms, bits) = (layer.terms(), layer.bits());
    json!({
        "profile_bits": params.profile.bits(),
        "log_height": params.log_height,
        "log_inverse_rate": params.base.log_inv_rate(),
        "hash": format!("{:?}", params.hash),
        "masked": params.masked,
        "multiplicity": match params.decoding {
            Decoding::Unique => 0,
            Decoding::Lists { multiplicity } => multiplicity,
        },
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
        "terms": terms.iter().map(|each| term(each, bits)).collect::<Vec<Value>>(),
        "bits": bits,
        "lowest": lowest(&terms, bits),
        "sum_of_errors_bits": layer.union_bits(),
    })
}

fn lowest(terms: &[Term], bits: f64) -> String {
    terms.iter().find(|term| term.bits == bits).map(name).unwrap_or_default()
}

fn term(term: &Term, lowest: f64) -> Value {
    json!({
        "name": term.name,
        "oracle": term.oracle,
        "bits": term.bits,
        "work_bits": term.work,
        "regime": regime(term.regime),
        "once_a_run": term.scope == Scope::Run,
        "formula": term.formula,
        "source": term.source,
        "lowest": term.bits == lowest,
    })
}

fn name(term: &Term) -> String {
    term.oracle.map_or(term.name.into(), |oracle| format!("{} {oracle}", term.name))
}

fn regime(regime: Regime) -> &'static str {
    match regime {
        Regime::Algebra => "roots of a polynomial",
        Regime::UniqueDecoding => "unique decoding",
        Regime::ListDecoding => "list decoding",
        Regime::Hash => "hash",
    }
}

fn oracle(oracle: &Oracle) -> Value {
    json!({
        "fold": oracle.fold,
        "log_rows": oracle.log_rows,
        "log_domain": oracle.log_domain,
        "positions": oracle.queries,
        "work": oracle.work,
    })
}
