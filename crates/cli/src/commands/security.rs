//! `aver security`.

use crate::{args, failure::Failure, outcome::Outcome};
use aver_sdk::{
    Prover,
    params::{Shape, Term},
};
use serde_json::{Value, json};
use std::fmt::Write;

pub fn run(args: &args::Security) -> Result<Outcome, Failure> {
    let profile = args.profile();
    let params = Prover::builder().profile(profile).params()?;
    let shape = Shape::default();
    let terms = params.terms(&shape);
    let (lowest, total) = (params.bits(&shape), params.union_bits(&shape));

    let mut text = format!("profile {}: provable bits, at the largest sizes there are\n\n", profile.bits());
    let width = terms.iter().map(|term| term.name.len()).max().unwrap_or(0);
    for term in &terms {
        let mark = if term.bits == lowest { "  <- lowest" } else { "" };
        // A string takes everything.
        let _ = writeln!(text, "{:>8.2}  {:<width$}  {}{mark}", term.bits, term.name, term.formula);
        let _ = writeln!(text, "{:>8}  {:<width$}  {}", "", "", term.source);
    }
    let _ = writeln!(text, "\n{total:>8.2}  all statistical errors of a proof added up");
    let _ = writeln!(text, "{lowest:>8.2}  the lowest term: {}", name_of(&terms, lowest));

    let terms_json: Vec<Value> = terms.iter().map(|term| json(term, lowest)).collect();
    let json = json!({
        "profile_bits": profile.bits(),
        "bits": lowest,
        "lowest": name_of(&terms, lowest),
        "sum_of_errors_bits": total,
        "terms": terms_json,
    });
    Ok(Outcome::new(json, text))
}

fn name_of(terms: &[Term], bits: f64) -> &str {
    terms.iter().find(|term| term.bits == bits).map_or("", |term| term.name)
}

fn json(term: &Term, lowest: f64) -> Value {
    json!({
        "name": term.name,
        "bits": term.bits,
        "formula": term.formula,
        "source": term.source,
        "lowest": term.bits == lowest,
    })
}
