//! Random programs: executed, compared with another emulator, proved and verified; cut into shards anywhere;
//! with threads that must not matter.

use aver_exec::{Host, Input};
use aver_isa::testing::{Rng, random_program};
use aver_machine_tests::{liar, options, prove, qemu, setup};

/// Keeps what is written to file descriptor 1.
#[derive(Default)]
struct Printed(Vec<u8>);

impl Host for Printed {
    fn write(&mut self, fd: u64, bytes: &[u8]) {
        if fd == 1 {
            self.0.extend(bytes);
        }
    }
}

#[test]
fn executed_as_by_another_emulator() {
    for seed in 1000..1080 {
        let program = random_program(seed, 300 + 17 * (seed as usize % 50));
        let setup = setup(&program.elf, options(10, None));
        let mut printed = Printed::default();
        let run = setup.execute(&Input::default(), &mut printed).unwrap();
        assert_eq!(printed.0.len() as u64, program.output_bytes, "seed {seed}");
        let Some((theirs, code)) = qemu::run(&program.elf, "random") else { return };
        let wrong = printed.0.iter().zip(&theirs).position(|(a, b)| a != b);
        assert_eq!(wrong.map(|byte| byte / 8), None, "seed {seed}: first wrong word");
        assert_eq!((theirs.len(), code), (printed.0.len(), run.exit_code), "seed {seed}");
    }
}

/// The interpreter of the forgeries, when it is told no lies, does what the machine's own does.
#[test]
fn the_liar_can_be_honest() {
    for seed in 0..10 {
        let program = random_program(2000 + seed, 500);
        let cycles = 40 + 13 * seed;
        let setup = setup(&program.elf, options(10, Some(cycles)));
        let input = Input::default();
        let mut meter = setup.meter(&input).unwrap();
        let mut shards = Vec::new();
        while let Some(plan) = meter.next_shard(&mut aver_exec::Silent).unwrap() {
            shards.push(plan);
        }
        let cuts: Vec<u64> = shards
            .iter()
            .scan(0, |at, s| {
                *at += s.ops;
                Some(*at)
            })
            .collect();
        let cut = Box::new(|cycle, _| cuts.contains(&cycle));
        let told = liar::run(setup.program(), &[], liar::Lies { cut, ..liar::Lies::default() });
        let outcome = meter.outcome().unwrap();
        assert_eq!((told.exit_code, told.digest), (outcome.exit_code(), outcome.digest));
        assert_eq!(told.memory, meter.words().collect::<Vec<_>>(), "seed {seed}");
        assert_eq!(told.shards.len(), shards.len());
        for ((mut plan, trace), honest) in told.shards.into_iter().zip(&shards) {
            assert_eq!(trace, aver_exec::trace(setup.program(), honest, &[]).unwrap(), "seed {seed}");
            (plan.counts, plan.cost) = (honest.counts.clone(), honest.cost);
            assert_eq!(&plan, honest, "seed {seed}");
        }
    }
}

#[test]
fn proved_in_shards_of_any_size() {
    let mut rng = Rng(7);
    for seed in 3000..3006 {
        let program = random_program(seed, 250);
        let cycles = u64::from(60 + rng.below(300));
        let log_height = 10 + rng.below(3) as usize;
        let (shards, _) = prove(&setup(&program.elf, options(log_height, Some(cycles))), &[]);
        assert!(shards > 1, "seed {seed}: {cycles} cycles a shard");
    }
}

/// A proof is the same bytes whatever the number of threads.
#[test]
fn threads_do_not_matter() {
    for (seed, profile) in [(4000, options(11, None).profile), (4001, aver_stark::params::Profile::Bits128)] {
        let program = random_program(seed, 300);
        let proofs = [1, 2, 3].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let options = aver_prover::Options { profile, ..options(11, Some(200)) };
            pool.install(|| prove(&setup(&program.elf, options), &[]))
        });
        assert!(proofs[0].0 > 1);
        assert!(proofs.iter().all(|p| *p == proofs[0]), "seed {seed}");
    }
}
