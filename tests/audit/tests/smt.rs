//! Every chip means what its specification says, by two solvers; and honest rows are possible.

use std::time::{Duration, Instant};

use aver_audit::smt::{Row, Spec, Subject};
use aver_audit_tests::spec::{self, rows, tools};
use aver_machine::{ShardChip, Systems};
use rayon::prelude::*;

#[test]
fn chips_mean_what_they_should() {
    let Some(folder) = tools::folder() else { return };
    let systems = Systems::new(Vec::new()).unwrap();
    let honest = rows::honest();
    let only = std::env::var("AVER_CHIP").ok();
    let failures: Vec<String> = ShardChip::ALL
        .par_iter()
        .filter_map(|&chip| {
            let meaning = spec::chip(chip)?;
            let described = &systems.shard.described[chip as usize];
            let name = &described.name;
            if only.as_ref().is_some_and(|only| only != name) {
                return None;
            }
            let mut solvers = tools::both(&folder, Duration::from_secs(60));
            let start = Instant::now();
            let flags: Vec<_> = meaning.flags.iter().map(|flag| flag.0).collect();
            let row = |row: &mut Row<'_>, flag: usize| (meaning.row)(row, meaning.flags[flag].1);
            let spec =
                Spec { flags: &flags, splits: meaning.splits, is_opaque: meaning.is_opaque, row: &row };
            let description = &described.description;
            let subject = Subject { description, tables: &spec::bus::TABLES, spec: &spec };
            let result = subject.check(&mut solvers).and_then(|queries| {
                let rows = &honest.shard[chip as usize];
                for flag in 0..flags.len() {
                    let has = |row: &&rows::Honest| subject.flag_of(&row.cells).ok() == Some(flag);
                    let of_flag: Vec<_> = rows.iter().filter(has).collect();
                    assert!(!of_flag.is_empty(), "{name}: no honest row of {}", flags[flag]);
                    for row in [of_flag[0], of_flag[of_flag.len() / 2]] {
                        subject.is_possible(&row.cells, &row.publics, &mut solvers)?;
                    }
                }
                Ok(queries)
            });
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
}
