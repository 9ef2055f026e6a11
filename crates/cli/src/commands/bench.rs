//! `aver bench`.

use crate::{args, failure::Failure, memory::peak_rss, outcome::Outcome};
use aver_bench::{
    Ceilings, Commit, Compressed, Machine, PROGRAMS, Program, ProgramResult, Results, Run, Size,
};
use indicatif::ProgressBar;
use serde_json::{Value, json};
use std::{env, fs, path::Path, process, time::Duration};

pub fn run(args: &args::Bench) -> Result<Outcome, Failure> {
    match &args.worker {
        Some(name) => worker(args, name),
        None => measure(args),
    }
}

/// All programs, each in a process of its own: the peak of its memory is nobody else's.
fn measure(args: &args::Bench) -> Result<Outcome, Failure> {
    let programs: Vec<&Program> = match args.only.is_empty() {
        true => PROGRAMS.iter().collect(),
        false => args.only.iter().map(|name| find(name)).collect::<Result<_, _>>()?,
    };
    let (size, machine) = (size(args), Machine::describe());
    let threads = args.threads.map_or(machine.cores, |threads| threads as usize);
    let bar = ProgressBar::new(1 + 2 * programs.len() as u64).with_message("the machine's ceilings");
    bar.enable_steady_tick(Duration::from_millis(100));
    let ceilings = Ceilings::measure().map_err(Failure::bench)?;
    bar.inc(1);
    let (mut results, mut security_bits) = (Vec::new(), 0);
    for program in programs {
        bar.set_message(program.name);
        let one = in_a_process(program, size, 1)?;
        bar.inc(1);
        let all = if threads == 1 { one.clone() } else { in_a_process(program, size, threads)? };
        bar.inc(1);
        security_bits = one.security_bits;
        results.push(ProgramResult::new(program.name, &one, &all, &ceilings));
    }
    bar.finish_and_clear();
    let commit = Commit::find();
    let results = Results::new(machine, commit, security_bits, size, threads, ceilings, results);
    let mut text = results.text();
    if let Some(folder) = &args.save {
        text.push_str(&format!("\nkept in {}\n", save(&results, folder)?));
    }
    Ok(Outcome::new(json!(results), text))
}

fn size(args: &args::Bench) -> Size {
    match (args.quick, args.large) {
        (true, _) => Size::Quick,
        (_, true) => Size::Large,
        _ => Size::Full,
    }
}

fn find(name: &str) -> Result<&'static Program, Failure> {
    let names = || PROGRAMS.iter().map(|program| program.name).collect::<Vec<_>>().join(", ");
    let program = PROGRAMS.iter().find(|program| program.name == name);
    program.ok_or_else(|| Failure::usage(format!("no program {name}; there are {}", names())))
}

/// Has this command measure one program.
fn in_a_process(program: &Program, size: Size, threads: usize) -> Result<Run, Failure> {
    let failed = |why: &dyn std::fmt::Display| Failure::bench(format!("{}: {why}", program.name));
    let mut command = process::Command::new(env::current_exe().map_err(|error| failed(&error))?);
    command.args(["bench", "--json", "--worker", program.name, "--threads", &threads.to_string()]);
    command.args(match size {
        Size::Quick => Some("--quick"),
        Size::Full => None,
        Size::Large => Some("--large"),
    });
    command.stderr(process::Stdio::inherit());
    let output = command.output().map_err(|error| failed(&error))?;
    let said: Value = serde_json::from_slice(&output.stdout).map_err(|error| failed(&error))?;
    match said["error"]["message"].as_str() {
        Some(message) => Err(Failure::bench(message)),
        None => serde_json::from_value(said).map_err(|error| failed(&error)),
    }
}

/// One program, in this process.
fn worker(args: &args::Bench, name: &str) -> Result<Outcome, Failure> {
    let threads = args.threads.unwrap_or(1) as usize;
    let (mut run, proof) = Run::measure(find(name)?, size(args), threads).map_err(Failure::bench)?;
    run.peak_bytes = peak_rss();
    if threads == 1 {
        let mut compressed = Compressed::measure(&proof, threads).map_err(Failure::bench)?;
        compressed.peak_bytes = peak_rss();
        run.compressed = Some(compressed);
    }
    let json = json!(run);
    Ok(Outcome::new(json.clone(), json.to_string()))
}

fn save(results: &Results, folder: &Path) -> Result<String, Failure> {
    let path = folder.join(results.file_name());
    let text = serde_json::to_string_pretty(results).map_err(Failure::bench)?;
    fs::write(&path, text + "\n").map_err(|error| Failure::io(&path, &error))?;
    Ok(path.display().to_string())
}
