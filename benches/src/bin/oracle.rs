//! The oracle: constraints and buses of a run in many shards, checked without proving:
//! `oracle [thousands of loops [cycles of a shard]]`. Prints one JSON object.

use std::process::Command;
use std::time::Instant;

use aver_benches::loops::program;
use aver_exec::{Input, Silent};
use aver_prover::steps::Pass1;
use aver_prover::{Options, Setup};
use aver_stark_prover::check::{Ledger, check};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Processor time of this process, of all its threads, in seconds: others may be busy on the machine.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name: state, …, utime, stime, in hundredths.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |i: usize| fields.get(i).and_then(|f| f.parse::<f64>().ok()).unwrap_or(f64::NAN);
    (ticks(11) + ticks(12)) / 100.0
}

fn main() {
    let argument =
        |i: usize, default: u64| std::env::args().nth(i).and_then(|a| a.parse().ok()).unwrap_or(default);
    let (loops, cycles) = (1000 * argument(1, 100), argument(2, 1 << 18));
    let options = Options { log_height: 17, max_shard_cycles: Some(cycles), ..Options::default() };
    let setup = Setup::new(&program(loops), &[], options).expect("the program loads");
    let input = Input::default();
    let Pass1 { header, execution, end } = setup.pass_1(&input, &mut Silent).expect("the program runs");
    let (mut rows, mut seconds, mut busy, mut shared) = (0, 0.0, 0.0, Ledger::default());
    let proofs = header.proofs();
    for from in setup.checkpoints(end, &input) {
        let part = setup.part(&header, &from.expect("it runs again")).expect("the part is traced");
        let system = setup.system(part.is_memory);
        // Rows of the run; those of lookup tables are checked, too, but not counted.
        rows += part.tables.iter().filter(|t| t.fixed.is_empty()).map(|t| t.rows).sum::<usize>();
        let (start, busy_before) = (Instant::now(), processor_seconds());
        shared.absorb(check(system, &part.tables, &part.publics, &part.messages).expect("honest tables"));
        seconds += start.elapsed().as_secs_f64();
        busy += processor_seconds() - busy_before;
    }
    assert_eq!(shared.open(setup.system(false)), None, "shared buses cancel");
    let threads = rayon::current_num_threads();
    let per_core = rows as f64 / busy;
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = cpu.lines().find(|line| line.starts_with("model name"));
    let processor = processor.and_then(|line| line.split_once(": ")).map_or("?", |(_, name)| name);
    let commit = Command::new("git").args(["describe", "--always", "--dirty", "--exclude", "*"]).output();
    let commit = commit.map_or(String::new(), |o| String::from_utf8_lossy(&o.stdout).trim().to_owned());
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    println!(
        "{{\n  \"oracle\": \"constraints and buses of a run, without proving\",\n  \"cycles\": {},\n  \
         \"proofs\": {proofs},\n  \"rows\": {rows},\n  \"seconds\": {seconds:.3},\n  \"processor_seconds\": {busy:.2},\n  \
         \"rows_per_second_and_core\": {per_core:.0},\n  \"machine\": {{ \"processor\": \"{processor}\", \
         \"threads\": {threads}, \"load\": \"{load}\", \"commit\": \"{commit}\" }}\n}}",
        execution.cycles
    );
}
