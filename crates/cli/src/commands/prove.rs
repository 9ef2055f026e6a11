//! `aver prove`.

use super::{input, warn_of_exit_code};
use crate::{
    args,
    failure::Failure,
    interrupt::remove_on_interrupt,
    memory::peak_rss,
    outcome::{self, NOT_HIDING, Outcome, Table},
    terminal::{Bar, say},
};
use aver_sdk::{AtomicFile, Execution, Program, Report, Vk};
use serde_json::{Map, Value, json};

pub fn run(args: &args::Prove) -> Result<Outcome, Failure> {
    let program = Program::open(&args.job.elf)?;
    let input = input(&args.job)?;
    let mut file = AtomicFile::create(&args.out)?;
    remove_on_interrupt(file.temporary());
    let bar = Bar::new();
    let prover = bar.watch(args.job.resources.prover(args.job.security)).build(&program)?;
    let mut table = Table::default();
    let json = if args.mock {
        let execution = prover.mock_into(&input, &mut file)?;
        drop(bar);
        warn_of_exit_code(&execution);
        say("warning: a mock proof shows nothing; verify refuses it without --allow-mock");
        describe_execution(&mut table, &execution);
        execution_json(&prover.vk()?, &execution)
    } else {
        let report = prover.prove_into(&input, &mut file)?;
        drop(bar);
        warn_of_exit_code(&report.execution);
        describe(&mut table, &report);
        report_json(&prover.vk()?, &report)
    };
    file.commit()?;
    remove_on_interrupt(None);
    let mut json = json;
    json.insert("proof".into(), json!(args.out.display().to_string()));
    table.line("file", outcome::path(&args.out)).line("vk", prover.vk()?);
    if !args.mock {
        table.note(NOT_HIDING);
    }
    Ok(Outcome::new(json.into(), table.finish()))
}

fn describe_execution(table: &mut Table, execution: &Execution) {
    let shards = outcome::plural(execution.shards, "shard");
    table
        .line("exit code", execution.exit_code)
        .line("output", outcome::output(&execution.output))
        .line("cycles", format!("{} in {shards}", outcome::count(execution.cycles)));
}

/// What proving took.
pub fn describe(table: &mut Table, report: &Report) {
    describe_execution(table, &report.execution);
    let speed = report.execution.cycles as f64 / report.seconds.max(1e-9) / 1e3;
    let stages: Vec<String> =
        report.stages.iter().map(|(name, time)| format!("{name} {}", outcome::seconds(*time))).collect();
    table.line("time", format!("{} ({speed:.0} thousand cycles/s)", outcome::seconds(report.seconds)));
    if !stages.is_empty() {
        table.line("", stages.join(", "));
    }
    if let Some(bytes) = peak_rss() {
        table.line("peak memory", outcome::size(bytes));
    }
    table.line("proof", outcome::size(report.proof_bytes));
}

fn execution_json(vk: &Vk, execution: &Execution) -> Map<String, Value> {
    let json = json!({
        "vk": vk.to_string(),
        "exit_code": execution.exit_code,
        "output": outcome::hex(&execution.output),
        "output_digest": outcome::hex(&execution.output_digest),
        "cycles": execution.cycles,
        "shards": execution.shards,
        "hides_input": false,
    });
    match json {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

pub fn report_json(vk: &Vk, report: &Report) -> Map<String, Value> {
    let mut json = execution_json(vk, &report.execution);
    let stages: Map<String, Value> =
        report.stages.iter().map(|(name, time)| ((*name).to_owned(), json!(time))).collect();
    json.insert("prove_seconds".into(), json!(report.seconds));
    json.insert("stages".into(), stages.into());
    json.insert("peak_rss_bytes".into(), json!(peak_rss()));
    json.insert("proof_bytes".into(), json!(report.proof_bytes));
    json
}
