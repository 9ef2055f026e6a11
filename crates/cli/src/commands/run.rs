//! `aver run`.

use super::{assumptions, input, warn_of_exit_code};
use crate::{
    args, failure::Failure, hints, outcome, outcome::Outcome, outcome::Table, terminal::Bar,
    terminal::printable,
};
use aver_sdk::{FunctionCycles, Program};
use serde_json::{Map, Value, json};

pub fn run(args: &args::Run) -> Result<Outcome, Failure> {
    let program = Program::open(&args.job.elf)?;
    let input = input(&args.job)?;
    let bar = Bar::new();
    let prover = bar.watch(args.job.resources.prover(args.job.security)).build(&program)?;
    let (execution, functions) = prover.profile(&input)?;
    drop(bar);
    warn_of_exit_code(&execution);

    let mut table = Table::default();
    table
        .line("exit code", execution.exit_code)
        .line("output", outcome::output(&execution.output))
        .assumptions(&assumptions(&execution))
        .line("cycles", outcome::count(execution.cycles))
        .line("instructions", outcome::count(execution.instructions))
        .line("misaligned", outcome::count(execution.misaligned))
        .line("shards", outcome::count(execution.shards as u64))
        .line(
            "to prove",
            format!(
                "about {}, with {} of memory",
                outcome::seconds(execution.estimated_seconds),
                outcome::size(execution.estimated_memory)
            ),
        )
        .note("rows by chip");
    let width = execution.rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, rows) in execution.rows.iter().filter(|(_, rows)| *rows > 0) {
        table.note(&format!("  {name:<width$} {:>16}", outcome::count(*rows)));
    }
    let shown = &functions[..functions.len().min(args.functions.unwrap_or(0))];
    if !shown.is_empty() {
        table.note("cycles by function");
    }
    for FunctionCycles { symbol, cycles } in shown {
        let percent = 100.0 * *cycles as f64 / execution.cycles.max(1) as f64;
        let name = printable(&hints::demangled(symbol));
        table.note(&format!("  {:>16} {percent:>5.1} %  {name}", outcome::count(*cycles)));
    }
    let hints = hints::of_run(&functions, program.coprocessors(), &hints::Versions::near(&args.job.elf));
    for hint in &hints {
        table.note(&printable(&hint.text()));
    }

    let rows: Map<String, Value> =
        execution.rows.iter().map(|(name, rows)| (name.clone(), json!(rows))).collect();
    let functions: Vec<Value> = shown
        .iter()
        .map(|function| json!({ "function": hints::demangled(&function.symbol), "cycles": function.cycles }))
        .collect();
    let json = json!({
        "exit_code": execution.exit_code,
        "output": outcome::hex(&execution.output),
        "output_digest": outcome::hex(&execution.output_digest),
        "assumptions": outcome::assumptions(&assumptions(&execution)),
        "cycles": execution.cycles,
        "instructions": execution.instructions,
        "misaligned": execution.misaligned,
        "shards": execution.shards,
        "rows": rows,
        "functions": functions,
        "hints": hints.iter().map(hints::Hint::json).collect::<Vec<_>>(),
        "estimated_seconds": execution.estimated_seconds,
        "estimated_memory_bytes": execution.estimated_memory,
    });
    Ok(Outcome::new(json, table.finish()))
}
