//! Every absorb and every challenge of a run, in order; and what each challenge must come after.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use aver_machine::Systems;
use aver_protocol_tests::committed::is_committed;
use aver_protocol_tests::listing::listing;
use aver_protocol_tests::recorder::{Event, Log, What, replay};
use aver_protocol_tests::run::{LOG_HEIGHT, Run};
use aver_stark::hash::{Sponge, index_from, is_work};
use aver_stark::layout::Layout;
use aver_stark::params::{Params, Profile};
use aver_stark::protocol::*;
use aver_stark::transcript::{Kind, Step, Transcript};
use aver_stark::value::{Element, Value};
use aver_stark::verify::Challenge;
use aver_verifier::Header;
use aver_verifier::verify::absorb_run;

/// A run with the verifier's logs.
struct Recorded {
    run: Run,
    header: Header,
    proofs: Vec<Vec<u8>>,
    logs: Vec<Log>,
    systems: Systems,
}

/// The runs of this file: proved once.
fn recorded(profile: Profile) -> &'static Recorded {
    static RUNS: [OnceLock<Recorded>; 2] = [OnceLock::new(), OnceLock::new()];
    RUNS[usize::from(profile == Profile::Bits100)].get_or_init(|| Recorded::new(profile))
}

impl Recorded {
    fn new(profile: Profile) -> Self {
        let run = Run::new(profile, 5);
        let (verified, logs) = run.recorded(&run.file);
        assert_eq!(verified.expect("an honest proof").shards, 3);
        let (header, proofs) = run.parts();
        assert_eq!((header.memory.len(), logs.len()), (1, 5));
        Self { run, header, proofs, logs, systems: Systems::new(Vec::new()).expect("the machine") }
    }

    /// What proof `i` adds to the run's log.
    fn own(&self, i: usize) -> &[Event] {
        let (run, part) = (&self.logs[0], &self.logs[i + 1]);
        assert_eq!(part[..run.len()], run[..], "proof {i} goes on from the run");
        &part[run.len()..]
    }
}

fn line(event: &Event) -> String {
    let Step { kind, label, unit } = event.step;
    let kind = match (kind, event.what) {
        (Kind::Work, What::Drawn) => "seed".into(),
        (Kind::Work, _) => "nonce".into(),
        (Kind::Hint(by), _) => return format!("{:11}{label:20}{unit:16}bound by {}", "hint", by.join(", ")),
        (kind, _) => format!("{kind:?}").to_lowercase(),
    };
    format!("{kind:11}{label:20}{unit}")
}

#[test]
fn the_inventory_is_as_committed() {
    let recorded = recorded(Profile::Bits128);
    let list = |events: &[Event]| listing(events.iter().map(line));
    let shard = list(recorded.own(1));
    for i in 2..4 {
        assert_eq!(list(recorded.own(i)).lines().next(), shard.lines().next());
    }
    let text = format!(
        "Every step of the transcript of a run, as recorded: 128 bits, stacks of 2^{LOG_HEIGHT}.\n\
         A challenge depends on everything absorbed above it: messages, publics and nonces.\n\n\
         # The run\n\n{}\n# A memory proof, behind the run\n\n{}\n# A shard's proof, behind the run\n\n{shard}",
        list(&recorded.logs[0]),
        list(recorded.own(0)),
    );
    is_committed("transcript.txt", text.as_bytes());
}

#[test]
fn prover_and_verifier_say_the_same() {
    for profile in [Profile::Bits128, Profile::Bits100] {
        let recorded = recorded(profile);
        let (file, logs) = recorded.run.prove_recorded(5);
        assert!(file == recorded.run.file, "proved step by step it is the same file");
        assert_eq!(logs.len(), recorded.logs.len());
        for (i, (prover, verifier)) in logs.iter().zip(&recorded.logs).enumerate() {
            assert!(prover == verifier, "log {i}");
        }
    }
}

/// A label means one thing.
#[test]
fn no_label_has_two_meanings() {
    let mut steps: BTreeMap<&str, Step> = BTreeMap::new();
    for event in recorded(Profile::Bits128).logs.concat() {
        let step = *steps.entry(event.step.label).or_insert(event.step);
        assert_eq!(step, event.step);
        let fits = match step.kind {
            Kind::Message | Kind::Public => event.what == What::Absorbed,
            Kind::Challenge => event.what == What::Drawn,
            Kind::Work => event.what != What::Hinted,
            Kind::Hint(_) => event.what == What::Hinted,
        };
        assert!(fits, "{event:?}");
    }
    // All that are declared do occur; but for the work before stacks are combined, of which high stacks
    // alone have any.
    assert_eq!(steps.len(), 40);
}

#[test]
fn all_that_stands_in_a_proof_is_absorbed_or_bound_by_a_root() {
    for profile in [Profile::Bits128, Profile::Bits100] {
        let recorded = recorded(profile);
        let in_order = |log: &[Event]| {
            log.iter().filter(|e| e.is_in_proof()).flat_map(|e| e.bytes.clone()).collect::<Vec<_>>()
        };
        assert_eq!(in_order(&recorded.logs[0]), recorded.header.work);
        for (i, proof) in recorded.proofs.iter().enumerate() {
            let own = recorded.own(i);
            assert!(in_order(own) == *proof, "proof {i} has bytes no step has read");
            for (at, event) in own.iter().enumerate() {
                if let Kind::Hint(by) = event.step.kind {
                    let is_bound = |e: &Event| by.contains(&e.step.label) && e.bytes.len() == 32;
                    assert!(own[..at].iter().any(is_bound), "{event:?} is bound by nothing");
                }
            }
        }
    }
}

/// The bytes absorbed at a step, each time.
fn absorbed<'a>(log: &'a [Event], label: &str) -> Vec<&'a [u8]> {
    let is = |e: &&Event| e.what == What::Absorbed && e.step.label == label;
    log.iter().filter(is).map(|e| e.bytes.as_slice()).collect()
}

fn bytes<T: Value + ?Sized>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    value.write(&mut out);
    out
}

fn position(log: &[Event], what: What, label: &str) -> usize {
    log.iter().position(|e| e.what == what && e.step.label == label).unwrap_or_else(|| panic!("no {label}"))
}

/// What the shared challenge depends on is what the header says, all of it.
#[test]
fn the_shared_challenge_comes_after_claim_and_commitments() {
    for profile in [Profile::Bits128, Profile::Bits100] {
        let Recorded { run, header, logs, .. } = recorded(profile);
        let drawn = position(&logs[0], What::Drawn, SHARED.step().label);
        assert_eq!(logs[0].len(), drawn + Challenge::COUNT, "it is all of α' and β', and the last");
        let before = &logs[0][..drawn];
        let expected: Vec<(&str, Vec<u8>)> = vec![
            ("vk", run.vk.to_vec()),
            ("exit code", bytes(&run.code)),
            ("output digest", header.output_digest.to_vec()),
            ("memory proofs", bytes(&(header.memory.len() as u32))),
            ("shards", bytes(&(header.shards.len() as u32))),
        ];
        for (label, value) in expected {
            assert_eq!(absorbed(before, label), [value], "{label}");
        }
        let numbers = |rows: &[usize], publics: [u32; 3]| {
            bytes([rows.iter().map(|&r| r as u32).collect(), publics.to_vec()].concat().as_slice())
        };
        let memory = header.memory.iter().map(|p| (&p.boundary, [p.last, 0, 0]));
        let shards = header.shards.iter().map(|p| (&p.boundary, [p.start, p.end, p.end_ts]));
        let (roots, tables): (Vec<_>, Vec<_>) =
            memory.chain(shards).map(|(b, n)| (bytes(&b.root), numbers(&b.rows, n))).unzip();
        assert!(roots.iter().all(|r| r.len() == 32) && tables.iter().all(|t| t.len() == 16));
        assert_eq!(absorbed(before, "boundary root"), roots);
        assert_eq!(absorbed(before, "boundary numbers"), tables);
        if profile == Profile::Bits128 {
            assert_eq!(absorbed(before, "shared/work"), [header.work.as_slice()]);
        }
    }
}

/// α and β come after everything the sums are over: the shared challenge, which proof it is, tables, their
/// heights, public values, all roots, the claimed sum.
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
        let (system, key, boundary, publics) = match i.checked_sub(1) {
            None => (
                &systems.memory,
                &header.vk.memory,
                &header.memory[0].boundary,
                header.memory_publics(0).values(),
            ),
            Some(s) => (
                &systems.shard,
                &header.vk.shard,
                &header.shards[s].boundary,
                header.shard_publics(s).values(),
            ),
        };
        assert_eq!(absorbed(before, "index"), [bytes(&(i as u32))]);
        assert_eq!(absorbed(before, "rows").len(), system.chips.len());
        assert_eq!(absorbed(before, "publics"), [bytes(publics.as_slice())]);
        assert_eq!(absorbed(before, "fixed"), [bytes(&key.root)]);
        assert_eq!(absorbed(before, "boundary"), [bytes(&boundary.root)]);
        assert_eq!(absorbed(before, "witness")[0].len(), 32);
        assert_eq!(absorbed(before, "sum")[0].len(), 20);
        let count = own.iter().filter(|e| e.step == LOGUP.step()).count();
        assert_eq!(count, Challenge::COUNT);
        // Heights are those the tables have.
        let row = |b: &&[u8]| u32::read(b).expect("a number") as usize;
        let rows: Vec<usize> = absorbed(before, "rows").iter().map(row).collect();
        let known: Vec<Option<usize>> = key.rows.clone();
        assert!(rows.iter().zip(&known).all(|(r, k)| k.is_none_or(|k| k == *r)));
        check_columns(own, &Layout::new(&system.described, &rows, LOG_HEIGHT).expect("it fits"), system);
    }
}

/// One point serves blocks of all sizes: a block's columns are absorbed before the first coordinate that is
/// not theirs is drawn.
fn check_columns(own: &[Event], layout: &Layout, system: &aver_stark::layout::System) {
    let lambda = position(own, What::Drawn, "zerocheck/lambda");
    let at_r: Vec<usize> = absorbed(&own[..lambda], "columns at r").iter().map(|b| b.len() / 20).collect();
    let messages = |i: usize| system.described[layout.blocks[i].chip].message_columns.len();
    assert_eq!(at_r, (0..layout.blocks.len()).map(messages).collect::<Vec<_>>(), "columns at r before λ");
    let mut coordinates = 0;
    let mut found = Vec::new();
    for event in &own[lambda..] {
        match event.step.label {
            "zerocheck/x" => coordinates += 1,
            "zerocheck/columns" => found.push((coordinates, event.bytes.len() / 20)),
            _ => {}
        }
    }
    let mut expected: Vec<(usize, usize)> =
        layout.blocks.iter().map(|b| (b.log_rows, system.described[b.chip].width())).collect();
    expected.sort_by_key(|e| e.0);
    assert_eq!(found, expected, "columns after as many coordinates as their rows have bits");
    assert_eq!(coordinates, layout.log_height);
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
            let lens: Vec<usize> = drawn(WHIR_POSITIONS.step()).map(|e| e.bytes.len()).collect();
            assert_eq!(lens, oracles.map(|o| 4 * o.queries));
            let opened = own.iter().filter(|e| e.step == ORACLE_ROWS.step()).count();
            let mut indices: Vec<usize> = drawn(WHIR_POSITIONS.step())
                .skip(1)
                .flat_map(|e| e.bytes.chunks_exact(4).map(|c| index_from(c, oracles[1].log_domain)))
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
                    let seed = seed.bytes.as_slice().try_into().expect("a seed");
                    assert!(is_work(&seed, u64::from_le_bytes(nonce.try_into().expect("8 bytes")), bits));
                }
            }
        }
    }
}

/// What stands right before each challenge (the same challenge again aside).
#[test]
fn each_challenge_comes_right_after_what_it_is_drawn_for() {
    const BEFORE: &[(&str, &[&str])] = &[
        ("shared/work", &["boundary numbers"]),
        ("shared", &["shared/work"]),
        ("logup/work", &["sum"]),
        ("logup", &["logup/work"]),
        ("gkr/mu", &["gkr/root", "gkr/bit"]),
        ("gkr/x", &["gkr/round"]),
        ("gkr/bit", &["gkr/children"]),
        ("zerocheck/lambda", &["columns at r"]),
        ("zerocheck/x", &["zerocheck/round"]),
        ("whir/batch work", &["zerocheck/columns", "zerocheck/x"]),
        ("whir/c", &["zerocheck/columns", "zerocheck/x", "whir/batch work"]),
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

/// Replayed with any absorbed item changed in any bit, everything drawn later is something else.
#[test]
fn every_later_challenge_depends_on_every_item() {
    let recorded = recorded(Profile::Bits128);
    for (i, log) in recorded.logs.iter().enumerate().take(3) {
        let honest = replay(RUN, log);
        let drawn: Vec<Vec<u8>> =
            log.iter().filter(|e| e.what == What::Drawn).map(|e| e.bytes.clone()).collect();
        assert!(honest == drawn, "log {i}");
        let absorbs: Vec<usize> = (0..log.len()).filter(|&at| log[at].what == What::Absorbed).collect();
        for &at in &absorbs {
            let len = log[at].bytes.len();
            for bit in [0, 4 * len, 8 * len - 1].into_iter().filter(|_| len > 0) {
                let mut other = log.clone();
                other[at].bytes[bit / 8] ^= 1 << (bit % 8);
                differs_after(&honest, log, &other, at);
            }
            let mut other = log.clone();
            other[at].bytes.push(0);
            differs_after(&honest, log, &other, at);
        }
    }
}

fn differs_after(honest: &[Vec<u8>], log: &[Event], other: &[Event], at: usize) {
    let before = log[..at].iter().filter(|e| e.what == What::Drawn).count();
    let drawn = replay(RUN, other);
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
                    |log: &[Event]| log.iter().find(|e| e.what == What::Drawn).map(|e| e.bytes.clone());
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
const FINAL_CHECKS: &[&str] = &["rows", "gkr/children", "columns at r", "zerocheck/columns", "whir/work"];

/// Of the header, changed in any field.
#[test]
fn the_shared_challenge_depends_on_every_field_of_the_header() {
    let Recorded { header, run, .. } = recorded(Profile::Bits100);
    type Change = fn(&mut Header);
    let changes: &[(&str, Change)] = &[
        ("exit code", |h| h.exit_code ^= 1 << 31),
        ("output digest", |h| h.output_digest[31] ^= 1),
        ("a memory proof less", |h| _ = h.memory.pop()),
        ("a memory proof more", |h| h.memory.push(h.memory[0].clone())),
        ("a shard less", |h| _ = h.shards.pop()),
        ("a shard more", |h| h.shards.push(h.shards[0].clone())),
        ("shards swapped", |h| h.shards.swap(0, 1)),
        ("root, memory", |h| h.memory[0].boundary.root = Some([1; 32])),
        ("no root, memory", |h| h.memory[0].boundary.root = None),
        ("root, shard", |h| h.shards[2].boundary.root = Some([1; 32])),
        ("no root, shard", |h| h.shards[1].boundary.root = None),
        ("rows, memory", |h| h.memory[0].boundary.rows[0] += 1),
        ("rows, shard", |h| h.shards[1].boundary.rows[0] ^= 1 << 16),
        ("a table more", |h| h.shards[1].boundary.rows.push(0)),
        ("no tables", |h| h.shards[1].boundary.rows.clear()),
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
        let mut sponge = Sponge::new(RUN);
        absorb_run(&mut sponge, header, vk);
        (&mut sponge as &mut dyn Transcript).challenge(SHARED)
    };
    let mut seen = vec![draw(&header, &run.vk)];
    assert_eq!(seen[0], draw(&header, &run.vk));
    let mut other = run.vk;
    other[31] ^= 0x80;
    seen.push(draw(&header, &other));
    for (what, change) in changes {
        let mut header = header.clone();
        change(&mut header);
        let drawn = draw(&header, &run.vk);
        assert!(!seen.contains(&drawn), "{what}");
        seen.push(drawn);
    }
}
