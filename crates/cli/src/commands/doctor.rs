//! `aver doctor`.

use crate::{failure::Failure, failure::REJECTED, outcome::Outcome, outcome::Table};
use aver_sdk::build::diagnose;
use serde_json::{Value, json};

pub fn run() -> Result<Outcome, Failure> {
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
    let list: Vec<Value> = checks
        .iter()
        .map(|check| json!({ "what": check.what, "ok": check.ok, "detail": check.detail, "fix": check.fix }))
        .collect();
    let mut outcome = Outcome::new(json!({ "ok": ok, "checks": list }), table.finish());
    outcome.exit = if ok { 0 } else { REJECTED };
    Ok(outcome)
}
