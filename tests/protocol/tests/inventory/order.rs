//! What each challenge must come after.

use aver_protocol_tests::recorder::{Event, What};
use aver_protocol_tests::run::LOG_HEIGHT;
use aver_stark::chip::Described;
use aver_stark::field::{D, F, f};
use aver_stark::hash::{Cell, Node, index_from};
use aver_stark::layout::{LOG_MAX_ROWS, Layout, System};
use aver_stark::params::{Params, Profile};
use aver_stark::poseidon2::{compress, hash_row};
use aver_stark::protocol::{
    COLUMNS_AT_R, Columns, GATHER_GAMMA, LOGUP, LOGUP_WORK, ORACLE_ROWS, SHARED, WHIR_POSITIONS, WHIR_WORK,
    ZEROCHECK_COLUMNS,
};
use aver_stark::transcript::Step;
use aver_stark::verify::Challenge;
use p3_field::{PrimeCharacteristicRing, PrimeField32};

use crate::recorded::{Recorded, absorbed, cells, position, recorded};

/// What the shared challenge depends on is what the header says, all of it.
#[test]
fn the_shared_challenge_comes_after_claim_and_commitments() {
    for profile in [Profile::Bits128, Profile::Bits100] {
        let Recorded { run, header, logs, .. } = recorded(profile);
        let drawn = position(&logs[0], What::Drawn, SHARED.step().label);
        assert_eq!(logs[0].len(), drawn + Challenge::COUNT, "it is all of α' and β', and the last");
        let before = &logs[0][..drawn];
        let expected: Vec<(&str, Vec<Cell>)> = vec![
            ("vk", cells(&run.vk)),
            ("status", cells(&u64::from(run.code))),
            ("digest", cells(&header.output_digest)),
            ("memory proofs", cells(&(header.memory.len() as u32))),
            ("shards", cells(&(header.shards.len() as u32))),
        ];
        for (label, value) in expected {
            assert_eq!(absorbed(before, label), [value], "{label}");
        }
        let memory = header.memory.iter().map(|p| (&p.boundary, [0, p.log_chunk as u32, p.last, 0, 0]));
        let shards =
            header.shards.iter().map(|p| (&p.boundary, [1, p.log_chunk as u32, p.start, p.end, p.end_ts]));
        let mut link = [F::ZERO; 9];
        for (boundary, numbers) in memory.chain(shards) {
            let (root, rows) = (boundary.root.expect("a root").0, boundary.rows[0]);
            let tables = [1, rows as u32].map(f);
            let row = [&root[..], &[F::ONE], &header.salt.0, &numbers.map(f), &tables].concat();
            link = compress(&link, &hash_row(&row));
            assert_eq!(boundary.rows.len(), 1);
        }
        assert_eq!(absorbed(before, "parts"), [cells(&Node(link))]);
        if profile == Profile::Bits128 {
            let nonce = u32::from_le_bytes(header.work.as_slice().try_into().expect("a nonce"));
            assert_eq!(absorbed(before, "shared/work"), [cells(&f(nonce))]);
        }
    }
}

/// α and β come after everything the sums are over: the shared challenge, which proof it is, tables, their
/// heights, the size of their chunks, public values, all roots, the claimed sum.
#[test]
fn a_proofs_first_challenge_comes_after_all_that_is_committed() {
    let recorded = recorded(Profile::Bits128);
    let Recorded { header, systems, .. } = recorded;
    for i in 0..4 {
        let own = recorded.own(i);
        let first = own.iter().position(|e| e.step == LOGUP.step()).expect("α");
        let seed = own.iter().position(|e| e.what == What::Drawn).expect("a seed");
        assert_eq!(own[seed].step, LOGUP_WORK.step(), "nothing is drawn before");
        assert_eq!(own[seed + 1].step, LOGUP_WORK.step());
        assert_eq!(seed + 2, first, "between the seed and α stands the nonce");
        let before = &own[..seed];
        let (system, key, boundary, log_chunk, publics) = match i.checked_sub(1) {
            None => (
                &systems.memory,
                &header.vk.memory,
                &header.memory[0].boundary,
                header.memory[0].log_chunk,
                header.memory_publics(0).values(),
            ),
            Some(s) => (
                &systems.shard,
                &header.vk.shard,
                &header.shards[s].boundary,
                header.shards[s].log_chunk,
                header.shard_publics(s).values(),
            ),
        };
        assert_eq!(absorbed(before, "index"), [cells(&(i as u32))]);
        assert_eq!(absorbed(before, "log2 of a chunk"), [cells(&(log_chunk as u32))]);
        assert_eq!(absorbed(before, "stacks").len(), 3);
        assert_eq!(absorbed(before, "rows").len(), system.chips.len());
        assert_eq!(absorbed(before, "publics"), [cells(publics.as_slice())]);
        assert_eq!(absorbed(before, "fixed"), [cells(&key.root)]);
        assert_eq!(absorbed(before, "boundary"), [cells(&boundary.root)]);
        assert_eq!(absorbed(before, "witness")[0].len(), 2);
        assert_eq!(absorbed(before, "sum")[0].len(), 1);
        let count = own.iter().filter(|e| e.step == LOGUP.step()).count();
        assert_eq!(count, Challenge::COUNT);
        // Heights are those the tables have.
        let row = |c: &&[Cell]| (c[0][0] + c[0][1] * f(1 << 16)).as_canonical_u32() as usize;
        let rows: Vec<usize> = absorbed(before, "rows").iter().map(row).collect();
        let known: Vec<Option<usize>> = key.rows.clone();
        assert!(rows.iter().zip(&known).all(|(r, k)| k.is_none_or(|k| k == *r)));
        let stacks: Vec<usize> = absorbed(before, "stacks").iter().map(row).collect();
        let stacks = [stacks[0], stacks[1], stacks[2]];
        let layout = Layout::with_stacks(&system.described, &rows, LOG_HEIGHT, log_chunk, |_| stacks);
        let layout = layout.expect("it fits");
        check_columns(own, &layout, system);
    }
}

/// Columns at r stand before λ; all columns at ρ between the last coordinate of ρ and γ. Those of chips without rows
/// are absorbed, and not in the proof.
fn check_columns(own: &[Event], layout: &Layout, system: &System) {
    let lambda = position(own, What::Drawn, "zerocheck/lambda");
    let gamma = position(own, What::Drawn, GATHER_GAMMA.step().label);
    let lens = |log: &[Event], label| -> Vec<usize> {
        absorbed(log, label).iter().map(|cells| cells.len()).collect()
    };
    let of = |count: fn(&Described) -> usize| -> Vec<usize> {
        let chips = system.described.iter().zip(&layout.chunks);
        chips.filter(|c| *c.1 > 0).map(|(d, _)| count(d)).collect()
    };
    assert_eq!(lens(&own[..lambda], "columns at r"), of(|d| d.message_columns.len()));
    let is_coordinate = |e: &Event| e.step.label == "zerocheck/x";
    let last = own.iter().rposition(is_coordinate).expect("coordinates");
    assert_eq!(own.iter().filter(|e| is_coordinate(e)).count(), LOG_MAX_ROWS);
    assert_eq!(lens(&own[last..gamma], "zerocheck/columns"), of(Described::width));
    for Columns { there, absent } in [COLUMNS_AT_R, ZEROCHECK_COLUMNS] {
        let is = |e: &&Event| [there.step(), absent.step()].contains(&e.step);
        let sent: Vec<bool> = own.iter().filter(is).map(Event::is_in_proof).collect();
        assert!(sent.into_iter().eq(layout.chunks.iter().map(|&chunks| chunks > 0)), "{:?}", there.step());
    }
}

/// As many positions are drawn, and opened, as the parameters say, and all work is asked for.
#[test]
fn positions_and_work_are_as_the_parameters_say() {
    for profile in [Profile::Bits128, Profile::Bits100] {
        let recorded = recorded(profile);
        let params = Params::new(profile, LOG_HEIGHT).expect("a height");
        let oracles = [&params.base, &params.rounds[0]];
        assert_eq!(params.rounds.len(), 1);
        for i in 0..4 {
            let own = recorded.own(i);
            let drawn = |step: Step| own.iter().filter(move |e| e.step == step && e.what == What::Drawn);
            let lens: Vec<usize> = drawn(WHIR_POSITIONS.step()).map(|e| e.cells.len()).collect();
            assert_eq!(lens, oracles.map(|o| o.queries.div_ceil(D)));
            let opened = own.iter().filter(|e| e.step == ORACLE_ROWS.step()).count();
            let mut indices: Vec<usize> = drawn(WHIR_POSITIONS.step())
                .skip(1)
                .flat_map(|e| e.cells.as_flattened()[..oracles[1].queries].iter())
                .map(|&e| index_from(e, oracles[1].log_domain))
                .collect();
            indices.sort_unstable();
            indices.dedup();
            assert_eq!(opened, indices.len());
            // Each seed with its nonce, which is work.
            let works = [(LOGUP_WORK, params.logup_work), (WHIR_WORK, params.query_work)];
            for (work, bits) in works {
                let nonces = absorbed(own, work.step().label);
                let expected = if bits == 0 {
                    0
                } else if work.step() == WHIR_WORK.step() {
                    2
                } else {
                    1
                };
                assert_eq!(nonces.len(), expected, "{:?}", work.step());
                for (seed, nonce) in drawn(work.step()).zip(nonces) {
                    let seed = Node(std::array::from_fn(|i| seed.cells.as_flattened()[i]));
                    assert_eq!(nonce[0][1..], [F::ZERO; D - 1]);
                    assert!(params.hash.is_work(&seed, nonce[0][0], bits));
                }
            }
        }
    }
}

/// What stands right before each challenge (the same challenge again aside).
#[test]
fn each_challenge_comes_right_after_what_it_is_drawn_for() {
    const BEFORE: &[(&str, &[&str])] = &[
        ("shared/work", &["parts"]),
        ("shared", &["shared/work"]),
        ("logup/work", &["sum"]),
        ("logup", &["logup/work"]),
        ("gkr/mu", &["gkr/root", "gkr/bit"]),
        ("gkr/x", &["gkr/round"]),
        ("gkr/bit", &["gkr/children"]),
        ("zerocheck/lambda", &["columns at r", "no columns at r"]),
        ("zerocheck/x", &["zerocheck/round"]),
        ("gather/gamma", &["zerocheck/columns", "zerocheck/no columns"]),
        ("gather/x", &["gather/round"]),
        ("windows/x", &["windows/round"]),
        ("whir/work", &["whir/root", "whir/final"]),
        ("whir/positions", &["whir/work"]),
        ("whir/xi", &["whir/positions"]),
        ("whir/r", &["whir/round"]),
    ];
    for log in &recorded(Profile::Bits128).logs {
        let steps: Vec<&Event> = log.iter().filter(|e| e.what != What::Hinted).collect();
        for pair in steps.windows(2).filter(|p| p[1].what == What::Drawn && p[0].step != p[1].step) {
            let (before, label) = (pair[0].step.label, pair[1].step.label);
            let allowed = BEFORE.iter().find(|b| b.0 == label).expect("a challenge on the list").1;
            assert!(allowed.contains(&before), "{label} comes after {before}");
        }
    }
}
