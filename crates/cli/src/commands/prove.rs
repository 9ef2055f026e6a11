//! `aver prove`.

use super::{
    assumptions,
    compress::{compress, compressor, describe_took, folder},
    input, warn_of_exit_code,
};
use crate::{
    args,
    failure::Failure,
    interrupt::{Keep, on_interrupt, remove_on_interrupt},
    memory::peak_rss,
    outcome::{self, CONDITIONAL, NOT_HIDING, Outcome, Table, fields},
    terminal::{Bar, say},
};
use aver_sdk::{
    AtomicFile, Compressor, Execution, HiddenProof, Input, PartialFile, Program, Proof, Report, Vk,
};
use serde_json::{Map, Value, json};

pub fn run(args: &args::Prove) -> Result<Outcome, Failure> {
    let program = Program::open(&args.job.elf)?;
    let input = input(&args.job)?;
    let (mut table, mut json) = match args.mock {
        true => mock(args, &program, &input)?,
        false => prove(args, &program, &input)?,
    };
    on_interrupt(None, Keep::No);
    json.insert("proof".into(), json!(args.out.display().to_string()));
    Ok(Outcome::new(json.into(), table.finish()))
}

fn prove(
    args: &args::Prove,
    program: &Program,
    input: &Input,
) -> Result<(Table, Map<String, Value>), Failure> {
    let compresses = !args.shards && !args.zk_shards;
    if !args.shards && args.job.resources.memory.is_some_and(|memory| memory < Compressor::MEMORY) {
        let needed = Compressor::MEMORY >> 20;
        return Err(Failure::memory(format!(
            "compressing may take more than --memory, if that is less than {needed}M; --shards keeps the proofs of the \
             shards instead"
        )));
    }
    let mut file = PartialFile::open(&args.out, args.fresh)?;
    let has_proofs = file.has_proofs() && !args.fresh;
    if args.fresh || !compresses {
        folder(&args.out).iter().for_each(Compressor::remove_nodes);
    }
    on_interrupt(file.partial(), if has_proofs { Keep::Yes } else { Keep::No });
    let bar = Bar::new();
    let prover = args.job.resources.prover(args.job.security);
    let prover = bar.watch(if args.zk_shards { prover.salted() } else { prover }).build(program)?;
    let compressor = compressor(args.job.resources.threads(), args.root)?;
    // What is no ordinary file cannot be read again.
    let (report, in_memory) = match file.partial().and(folder(&args.out)) {
        Some(nodes) if compresses => {
            (prover.prove_into(input, &mut compressor.ahead(&mut file, nodes))?, None)
        }
        None if !args.shards => {
            let mut bytes = Vec::new();
            (prover.prove_into(input, &mut bytes)?, Some(bytes))
        }
        _ => (prover.prove_into(input, &mut file)?, None),
    };
    drop(bar);
    let vk = prover.vk()?;
    // Memory that was for proving shards is free for compressing.
    drop(prover);
    warn_of_exit_code(&report.execution);
    let (mut table, mut json) = (Table::default(), report_json(&vk, &report));
    if args.shards {
        file.commit()?;
        describe(&mut table, &report);
        table.line("file", outcome::path(&args.out)).line("vk", vk).note(NOT_HIDING);
        return Ok((table, json));
    }
    let proof = match in_memory {
        Some(bytes) => Proof::from_bytes(bytes)?,
        None => file.proof()?,
    };
    if args.zk_shards {
        let bar = Bar::new();
        let mut hidden = AtomicFile::create(&args.out)?;
        remove_on_interrupt(hidden.temporary());
        let took = bar.watch_compressor(compressor).hide(&proof, &mut hidden)?;
        drop(bar);
        hidden.commit()?;
        remove_on_interrupt(None);
        file.discard();
        let size = HiddenProof::open(&args.out).map(|hidden| hidden.size());
        describe(&mut table, &report);
        describe_took(&mut table, "hidden in", &took);
        size.iter().for_each(|&size| _ = table.line("size", outcome::size(size)));
        table.line("file", outcome::path(&args.out)).line("vk", vk).note(outcome::HIDDEN);
        json.insert("shards_bytes".into(), json!(report.proof_bytes));
        json.extend(outcome::fields(json!({
            "hidden": true,
            "hides_input": true,
            "hide_seconds": took.seconds,
            "circuits_seconds": took.circuits_seconds,
            "proof_bytes": size.ok(),
            "peak_rss_bytes": peak_rss(),
        })));
        return Ok((table, json));
    }
    let made = compress(&proof, &args.out, compressor)?;
    file.discard();
    describe(&mut table, &report);
    made.describe(&mut table);
    table
        .line("size", outcome::size(made.bytes))
        .line("file", outcome::path(&args.out))
        .line("vk", vk)
        .line("tree", made.root.claimed_tree())
        .note(outcome::hiding(made.root.hides_input()));
    if !made.root.assumptions().is_empty() {
        table.note(CONDITIONAL);
    }
    json.insert("shards_bytes".into(), json!(report.proof_bytes));
    json.extend(made.json());
    json.insert("peak_rss_bytes".into(), json!(peak_rss()));
    Ok((table, json))
}

fn mock(
    args: &args::Prove,
    program: &Program,
    input: &Input,
) -> Result<(Table, Map<String, Value>), Failure> {
    let mut file = AtomicFile::create(&args.out)?;
    on_interrupt(file.temporary(), Keep::No);
    let bar = Bar::new();
    let prover = bar.watch(args.job.resources.prover(args.job.security)).build(program)?;
    let execution = prover.mock_into(input, &mut file)?;
    drop(bar);
    file.commit()?;
    warn_of_exit_code(&execution);
    say("warning: a mock proof shows nothing; verify refuses it without --allow-mock");
    let (mut table, vk) = (Table::default(), prover.vk()?);
    describe_execution(&mut table, &execution);
    table.line("file", outcome::path(&args.out)).line("vk", vk);
    Ok((table, execution_json(&vk, &execution)))
}

fn describe_execution(table: &mut Table, execution: &Execution) {
    let shards = outcome::plural(execution.shards, "shard");
    table
        .line("exit code", execution.exit_code)
        .line("output", outcome::output(&execution.output))
        .assumptions(&assumptions(execution))
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
        let own = outcome::size(report.execution.guest_memory);
        table.line("peak memory", format!("{}, of which the program's own {own}", outcome::size(bytes)));
    }
    table.line("shard proofs", outcome::size(report.proof_bytes));
    if report.reused > 0 {
        table.line("", format!("{} of {} proofs were finished earlier", report.reused, report.proofs));
    }
}

fn execution_json(vk: &Vk, execution: &Execution) -> Map<String, Value> {
    fields(json!({
        "vk": vk.to_string(),
        "exit_code": execution.exit_code,
        "output": outcome::hex(&execution.output),
        "output_digest": outcome::hex(&execution.output_digest),
        "assumptions": outcome::assumptions(&assumptions(execution)),
        "cycles": execution.cycles,
        "shards": execution.shards,
        "hides_input": false,
    }))
}

pub fn report_json(vk: &Vk, report: &Report) -> Map<String, Value> {
    let mut json = execution_json(vk, &report.execution);
    let stages: Map<String, Value> =
        report.stages.iter().map(|(name, time)| ((*name).to_owned(), json!(time))).collect();
    json.insert("prove_seconds".into(), json!(report.seconds));
    json.insert("stages".into(), stages.into());
    json.insert("peak_rss_bytes".into(), json!(peak_rss()));
    json.insert("guest_memory_bytes".into(), json!(report.execution.guest_memory));
    json.insert("proof_bytes".into(), json!(report.proof_bytes));
    json.insert("proofs_reused".into(), json!(report.reused));
    json
}
