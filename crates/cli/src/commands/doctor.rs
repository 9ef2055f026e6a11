//! `aver doctor`.

use crate::{
    args, failure::Failure, failure::REJECTED, hints, outcome::Outcome, outcome::Table, terminal::printable,
};
use aver_sdk::build::{Options, dependencies, diagnose};
use serde_json::{Value, json};

pub fn run(args: &args::Doctor) -> Result<Outcome, Failure> {
    let checks = diagnose();
    let ok = checks.iter().all(|check| check.ok);
    let mut table = Table::default();
    for check in &checks {
        table.note(&format!(
            "{} {:<16} {}",
            if check.ok { "ok     " } else { "missing" },
            check.what,
            check.detail
        ));
        if let Some(fix) = &check.fix {
            table.note(&format!("        run:             {fix}"));
        }
    }
    table.note(if ok {
        "All that building guests needs is here."
    } else {
        "Without it `aver build` does not work; run, prove, verify and demo do."
    });
    let hints = match &args.dir {
        Some(dir) if ok => {
            let options = Options { features: args.features.clone(), ..Options::default() };
            let found = dependencies(dir, &options).map_err(aver_sdk::Error::from)?;
            hints::of_crates(&found.crates.into_iter().collect(), &found.runtime_features)
        }
        _ => Vec::new(),
    };
    for hint in &hints {
        table.note(&printable(&hint.text()));
    }
    if !hints.is_empty() {
        table.note("How many cycles that takes, `aver run` says.");
    }
    let list: Vec<Value> = checks
        .iter()
        .map(|check| json!({ "what": check.what, "ok": check.ok, "detail": check.detail, "fix": check.fix }))
        .collect();
    let mut outcome = Outcome::new(
        json!({ "ok": ok, "checks": list, "hints": hints.iter().map(hints::Hint::json).collect::<Vec<_>>() }),
        table.finish(),
    );
    outcome.exit = if ok { 0 } else { REJECTED };
    Ok(outcome)
}
