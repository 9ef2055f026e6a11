//! Whatever is absorbed, changed, changes everything drawn after it.

use std::collections::BTreeMap;

use aver_protocol_tests::recorder::{Event, What, replay};
use aver_stark::field::F;
use aver_stark::hash::{Cell, Node};
use aver_stark::params::Profile;
use aver_stark::protocol::SHARED;
use aver_stark::transcript::Transcript;
use aver_verifier::Header;
use aver_verifier::verify::{absorb_run, run_transcript};
use p3_field::PrimeCharacteristicRing;

use crate::recorded::{Recorded, recorded};

/// Replayed with any absorbed item changed, everything drawn later is something else.
#[test]
fn every_later_challenge_depends_on_every_item() {
    let recorded = recorded(Profile::Bits128);
    for (i, log) in recorded.logs.iter().enumerate().take(3) {
        let honest = replay(run_transcript(), log);
        let drawn: Vec<Vec<Cell>> =
            log.iter().filter(|e| e.what == What::Drawn).map(|e| e.cells.clone()).collect();
        assert!(honest == drawn, "log {i}");
        let absorbs: Vec<usize> = (0..log.len()).filter(|&at| log[at].what == What::Absorbed).collect();
        for &at in &absorbs {
            let len = log[at].cells.as_flattened().len();
            for i in [0, len / 2, len.saturating_sub(1)].into_iter().filter(|_| len > 0) {
                let mut other = log.clone();
                other[at].cells.as_flattened_mut()[i] += F::ONE;
                differs_after(&honest, log, &other, at);
            }
            let mut other = log.clone();
            other[at].cells.push(Cell::default());
            differs_after(&honest, log, &other, at);
        }
    }
}

fn differs_after(honest: &[Vec<Cell>], log: &[Event], other: &[Event], at: usize) {
    let before = log[..at].iter().filter(|e| e.what == What::Drawn).count();
    let drawn = replay(run_transcript(), other);
    assert_eq!(drawn[..before], honest[..before]);
    // Indices of few bits may agree by chance; what they are drawn from does not.
    let same = drawn[before..].iter().zip(&honest[before..]).filter(|(a, b)| a == b).count();
    assert_eq!(same, 0, "drawn after {:?} was changed", log[at].step);
}

/// The verifier itself, given a proof with one message changed: what it draws next is something else.
#[test]
fn a_changed_message_changes_what_the_verifier_draws_next() {
    let recorded = recorded(Profile::Bits100);
    let Recorded { run, header, proofs, .. } = recorded;
    let mut start = header.encode().len();
    for (i, proof) in proofs.iter().enumerate().take(2) {
        start += 4;
        let own = recorded.own(i);
        let skip = recorded.logs[0].len();
        let (mut at, mut seen) = (start, BTreeMap::new());
        for (index, event) in own.iter().enumerate().filter(|(_, e)| e.is_in_proof()) {
            let len = event.bytes.len();
            let count = seen.entry(event.step.label).or_insert(0);
            *count += 1;
            // All of the first few, then some.
            if event.what == What::Absorbed && (*count <= 6 || *count % 16 == 0) && len > 0 {
                let mut file = run.file.clone();
                // Canonical as before.
                file[at + len - 4] ^= 1;
                let (verified, logs) = run.recorded(&file);
                assert!(verified.is_err());
                let draw =
                    |log: &[Event]| log.iter().find(|e| e.what == What::Drawn).map(|e| e.cells.clone());
                let found = logs.get(i + 1).and_then(|log| draw(log.get(skip + index + 1..)?));
                // Many are refused before anything more is drawn.
                if let Some(found) = found {
                    assert_ne!(Some(found), draw(&own[index + 1..]), "{:?} {count}", event.step);
                } else {
                    assert!(
                        FINAL_CHECKS.contains(&event.step.label),
                        "{:?} is refused before a draw",
                        event.step
                    );
                }
            }
            at += len;
        }
        start += proof.len();
    }
}

/// Messages that an equation refuses before anything is drawn.
const FINAL_CHECKS: &[&str] = &[
    "stacks",
    "rows",
    "gkr/children",
    "columns at r",
    "zerocheck/columns",
    "gather/value",
    "gather/weight",
    "whir/work",
];

/// Of the header, changed in any field.
#[test]
fn the_shared_challenge_depends_on_every_field_of_the_header() {
    let Recorded { header, run, .. } = recorded(Profile::Bits100);
    type Change = fn(&mut Header);
    let changes: &[(&str, Change)] = &[
        ("exit code", |h| h.exit_code ^= 1 << 31),
        ("output digest", |h| h.output_digest[31] ^= 1),
        ("an assumption", |h| h.assumptions.push(h.claim())),
        ("two assumptions", |h| h.assumptions = vec![h.claim(); 2]),
        ("a memory proof less", |h| _ = h.memory.pop()),
        ("a memory proof more", |h| h.memory.push(h.memory[0].clone())),
        ("a shard less", |h| _ = h.shards.pop()),
        ("a shard more", |h| h.shards.push(h.shards[0].clone())),
        ("shards swapped", |h| h.shards.swap(0, 1)),
        ("root, memory", |h| h.memory[0].boundary.root = Some(Node([F::ONE; 9]))),
        ("no root, memory", |h| h.memory[0].boundary.root = None),
        ("root, shard", |h| h.shards[2].boundary.root = Some(Node([F::ONE; 9]))),
        ("no root, shard", |h| h.shards[1].boundary.root = None),
        ("rows, memory", |h| h.memory[0].boundary.rows[0] += 1),
        ("rows, shard", |h| h.shards[1].boundary.rows[0] ^= 1 << 16),
        ("size of a chunk, memory", |h| h.memory[0].log_chunk ^= 1),
        ("size of a chunk, shard", |h| h.shards[1].log_chunk ^= 1),
        ("a table more", |h| h.shards[1].boundary.rows.push(0)),
        ("no tables", |h| h.shards[1].boundary.rows.clear()),
        ("salt", |h| h.salt.0[4] += F::ONE),
        ("last", |h| h.memory[0].last += 1),
        ("start", |h| h.shards[1].start += 1),
        ("end", |h| h.shards[1].end += 1),
        ("end time", |h| h.shards[2].end_ts += 1),
        ("start and end swapped", |h| {
            let part = &mut h.shards[1];
            (part.start, part.end) = (part.end, part.start);
        }),
    ];
    let draw = |header: &Header, vk: &[u8; 32]| {
        let mut sponge = run_transcript();
        absorb_run(&mut sponge, header, vk);
        (&mut sponge as &mut dyn Transcript).challenge(SHARED)
    };
    let mut seen = vec![draw(header, &run.vk)];
    assert_eq!(seen[0], draw(header, &run.vk));
    let mut other = run.vk;
    other[31] ^= 0x80;
    seen.push(draw(header, &other));
    for (what, change) in changes {
        let mut header = header.clone();
        change(&mut header);
        let drawn = draw(&header, &run.vk);
        assert!(!seen.contains(&drawn), "{what}");
        seen.push(drawn);
    }
}
