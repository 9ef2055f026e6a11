//! Every chip means what its specification says, by a solver, and of one query in eight by another; and honest rows are
//! possible. With `AVER_TEST_ALL`, both solvers are asked about everything.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aver_audit::smt::{Failure, Solver, Spec, Subject};
use aver_audit_tests::spec::{self, bus::TABLES, rows, tools};
use aver_machine::machine::MemoryChip;
use aver_machine::{ShardChip, Systems};
use aver_stark::chip::Described;
use rayon::prelude::*;

struct Case<'a> {
    chip: &'a Described,
    spec: Spec,
    honest: &'a [rows::Honest],
}

impl Case<'_> {
    /// Number of queries, if all is well.
    fn check(&self, solvers: &mut [Solver]) -> Result<usize, Box<Failure>> {
        let subject = Subject { description: &self.chip.description, tables: &TABLES, spec: &self.spec };
        let queries = subject.check(solvers)?;
        for (flag, name) in self.spec.flags.iter().enumerate() {
            let has = |row: &&rows::Honest| subject.flag_of(&row.cells).ok() == Some(flag);
            let rows: Vec<_> = self.honest.iter().filter(has).collect();
            assert!(!rows.is_empty(), "{}: no honest row of {name}", self.chip.name);
            for row in [rows[0], rows[rows.len() / 2]] {
                subject.is_possible(&row.cells, &row.publics, solvers)?;
            }
        }
        Ok(queries)
    }
}

#[test]
fn chips_mean_what_they_should() {
    let Some(folder) = tools::folder() else { return };
    let systems = Systems::new(Vec::new()).unwrap();
    let honest = rows::honest();
    let shard = ShardChip::ALL.iter().filter_map(|&chip| {
        let (described, honest) = (&systems.shard.described[chip as usize], &honest.shard[chip as usize]);
        Some(Case { chip: described, spec: spec::shard(chip)?, honest })
    });
    let memory = MemoryChip::ALL.iter().filter_map(|&chip| {
        let (described, honest) = (&systems.memory.described[chip as usize], &honest.memory[chip as usize]);
        Some(Case { chip: described, spec: spec::memory_proof(chip)?, honest })
    });
    let only = std::env::var("AVER_CHIP").unwrap_or_default();
    let is_asked = |case: &Case<'_>| only.is_empty() || only.split(',').any(|only| only == case.chip.name);
    let cases: Vec<_> = shard.chain(memory).filter(is_asked).collect();
    let asked = [const { AtomicUsize::new(0) }; 2];
    let failures: Vec<String> = cases
        .par_iter()
        .filter_map(|case| {
            let name = &case.chip.name;
            let start = Instant::now();
            let mut solvers = tools::one_and_some(&folder, Duration::from_secs(60));
            let result = case.check(&mut solvers);
            for (asked, solver) in asked.iter().zip(&solvers) {
                asked.fetch_add(solver.asked(), Ordering::Relaxed);
            }
            match result {
                Ok(queries) => {
                    println!("{name}: {queries} queries, {:.1} s", start.elapsed().as_secs_f32());
                    None
                }
                Err(failure) => Some(format!("{name}: {failure}")),
            }
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let [all, some] = asked.map(AtomicUsize::into_inner);
    println!("{all} questions, {some} of them by both solvers");
    assert!(!only.is_empty() || all > 500 && some > if tools::is_all() { all - 1 } else { all / 16 });
}
