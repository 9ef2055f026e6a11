//! Replays the fuzzer's seeds and a few mutations of each, without the fuzzer.

use std::fs;
use std::path::{Path, PathBuf};

use aver_fuzz_targets::{TARGETS, Target};
use aver_isa::testing::Rng;

/// How many mutations of all seeds of a target together.
const MUTATIONS: u32 = 400;

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "no seeds in {}", folder.display());
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

/// A few bytes changed, taken out or put in.
fn mutate(rng: &mut Rng, data: &mut Vec<u8>, other: &[u8]) {
    for _ in 0..=rng.below(4) {
        let at = rng.below(data.len() as u32 + 1) as usize;
        match rng.below(6) {
            0 | 1 => data.iter_mut().skip(at).take(1).for_each(|b| *b ^= 1 << (rng.u64() & 7)),
            2 => data.iter_mut().skip(at).take(4).for_each(|b| *b = rng.value() as u8),
            3 => drop(data.drain(at..(at + rng.below(9) as usize).min(data.len()))),
            4 => drop(data.splice(at..at, rng.value().to_le_bytes())),
            _ => data.iter_mut().zip(other).skip(at).take(16).for_each(|(to, &from)| *to = from),
        }
    }
}

fn replay(name: &str, target: Target) {
    let seeds = corpus(name);
    seeds.iter().for_each(|seed| target(seed));
    let mut rng = Rng(1);
    for _ in 0..MUTATIONS {
        let [one, other] = [0, 1].map(|_| &seeds[rng.below(seeds.len() as u32) as usize]);
        let mut data = one.clone();
        mutate(&mut rng, &mut data, other);
        target(&data);
    }
}

macro_rules! replays {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            replay(stringify!($name), aver_fuzz_targets::$name);
        })*

        #[test]
        fn every_target_is_replayed_and_has_a_harness() {
            let names = [$(stringify!($name)),*];
            assert_eq!(TARGETS.iter().map(|t| t.0).collect::<Vec<_>>(), names);
            for name in names {
                let path = format!("../../fuzz/fuzz_targets/{name}.rs");
                let harness = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
                assert!(fs::read_to_string(harness).unwrap().contains(&format!("aver_fuzz_targets::{name}")));
            }
        }
    };
}
replays!(aggregate decode elf execute input key note proof root verify);
