//! Every chip means what its specification says, by two solvers; and honest rows are possible.

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
    let failures: Vec<String> = cases
        .par_iter()
        .filter_map(|case| {
            let name = &case.chip.name;
            let start = Instant::now();
            match case.check(&mut tools::both(&folder, Duration::from_secs(60))) {
                Ok(queries) => {
                    println!("{name}: {queries} queries, {:.1} s", start.elapsed().as_secs_f32());
                    None
                }
                Err(failure) => Some(format!("{name}: {failure}")),
            }
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
