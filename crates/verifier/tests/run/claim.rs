//! Program, exit code, output and machine; and that everything of a header is in the transcript before the
//! shared challenge.

use aver_machine::public::{MemoryPublics, PC_HALT, ShardPublics};
use aver_stark::field::{EF, P, encode_base, f};
use aver_stark::params::Profile;
use aver_stark::protocol::{SHARED, SHARED_WORK};
use aver_stark::transcript::Transcript;
use aver_verifier::claim::End;
use aver_verifier::proof::MemoryPart;
use aver_verifier::verify::{absorb_run, part_transcript, run_transcript};
use aver_verifier::{Claim, Error, Header, RunVerifier, VerifyingKey, verify};
use sha2::{Digest as _, Sha256};

use crate::header::{Change, NO_PROOF, changed, header, key, machine, root, shard, verdict};

#[test]
fn a_proof_is_of_the_program_and_exit_code_that_are_asked_for() {
    let header = header();
    let bytes = header.encode();
    let ask = |vk, code| verify(&bytes, &vk, code, |_| Ok(machine())).unwrap_err();
    let digest = header.vk.digest();
    assert_eq!(ask(digest, 3), NO_PROOF);
    for at in [0, 31] {
        let mut other = digest;
        other[at] ^= 1;
        assert_eq!(ask(other, 3), Error::Program { found: digest, expected: other });
    }
    for code in [0, 2, 3 + (1 << 31)] {
        assert_eq!(ask(digest, code), Error::ExitCode { found: 3, expected: code });
    }
}

#[test]
fn an_output_has_the_digest_that_was_handed_over() {
    assert_eq!(changed(|h| h.output[0] ^= 1), Error::Output);
    assert_eq!(changed(|h| h.output.clear()), Error::Output);
    assert_eq!(changed(|h| h.output.push(0)), Error::Output);
    assert_eq!(changed(|h| h.output_digest[31] ^= 0x80), Error::Output);
    let empty = |h: &mut Header| {
        h.output.clear();
        h.output_digest = Sha256::digest([]).into();
    };
    assert_eq!(changed(empty), NO_PROOF);
}

#[test]
fn what_is_assumed_is_not_shown() {
    let assume = |h: &mut Header| h.assumptions = vec![h.claim(); 2];
    let mut header = header();
    assume(&mut header);
    let vk = header.vk.digest();
    assert_eq!(changed(assume), Error::Conditional { count: 2, vk });
    let conditional =
        |header: &Header| RunVerifier::conditional(header.clone(), &vk, 3, |_| Ok(machine())).map(drop);
    assert_eq!(conditional(&header), Ok(()));
    let refused = RunVerifier::new(header.clone(), &vk, 3, |_| Ok(machine())).map(drop);
    assert_eq!(refused, Err(Error::Conditional { count: 2, vk }));
    // All else is checked.
    header.output.push(0);
    assert_eq!(conditional(&header), Err(Error::Output));
}

/// What a run ended with says what it assumed, in which order, and that it did.
#[test]
fn ends_of_runs_differ() {
    let [a, b] = [1, 2].map(|vk| Claim { vk: [vk; 32], exit_code: 3, output_digest: [4; 32] });
    let digest = [5; 32];
    let plain = End::new(7, &digest, &[]);
    assert_eq!(plain, End { status: 7, digest });
    // As the guest's runtimes have it.
    let list = [&[1; 32][..], &[3, 0, 0, 0], &[4; 32], &digest].concat();
    assert_eq!(End::new(7, &digest, &[a]), End { status: 1 << 32 | 7, digest: Sha256::digest(list).into() });
    let others = |c: Claim| {
        let mut output_digest = c.output_digest;
        output_digest[31] ^= 1;
        [Claim { vk: [9; 32], ..c }, Claim { exit_code: 1 << 24, ..c }, Claim { output_digest, ..c }]
    };
    let mut lists = vec![vec![], vec![a], vec![b], vec![a, b], vec![b, a], vec![a, a], vec![a, b, b]];
    lists.extend(others(a).map(|other| vec![other]));
    let mut seen: Vec<End> = Vec::new();
    for (code, digest, list) in
        lists.iter().flat_map(|list| [(7, digest, list), (8, digest, list), (7, a.vk, list)])
    {
        let end = End::new(code, &digest, list);
        assert_eq!(end.status >> 32, u64::from(!list.is_empty()));
        assert!(!seen.contains(&end), "{list:?}");
        seen.push(end);
    }
}

#[test]
fn a_mock_is_no_proof() {
    assert_eq!(changed(|h| h.is_mock = true), Error::Mock);
}

#[test]
fn a_key_is_for_this_machine() {
    assert_eq!(changed(|h| h.vk.machine[0] ^= 1), Error::Machine);
    let header = header();
    let missing = || Error::Coprocessor { name: "x".into(), call: 1 };
    let refused = verify(&header.encode(), &header.vk.digest(), 3, |_| Err(missing())).unwrap_err();
    assert_eq!(refused, missing());
}

#[test]
fn a_key_has_parameters() {
    assert_eq!(changed(|h| h.vk.log_height = 0), Error::Malformed { field: "log_height" });
    for height in [1, 21] {
        let verdict = changed(|h| h.vk.log_height = height);
        assert!(matches!(verdict, Error::Truncated { .. } | Error::Limit { .. }), "{verdict}");
    }
    assert_eq!(changed(|h| h.vk.log_height = 22), Error::Malformed { field: "log_height" });
}

#[test]
fn the_shared_challenge_takes_work() {
    let work = |work: &[u8]| {
        let mut header = header();
        header.vk.profile = Profile::Bits128;
        header.work = work.to_vec();
        verdict(&header)
    };
    let label = "shared/work";
    let error = |error| Error::Proof { index: 0, error };
    assert_eq!(work(&[]), error(aver_stark::error::Error::Truncated { label }));
    let mut header = header();
    header.vk.profile = Profile::Bits128;
    let params = header.vk.params().unwrap();
    let bits = params.boundary_work;
    assert!(bits > 0);
    let mut transcript = run_transcript();
    absorb_run(&mut transcript, &header, &header.vk.digest());
    let seed = (&mut transcript as &mut dyn Transcript).work_seed(SHARED_WORK);
    let is_work = |nonce: &u32| params.hash.is_work(&seed, f(*nonce), bits);
    let nonce = |wanted| encode_base(f((0..P).find(|nonce| is_work(nonce) == wanted).unwrap()));
    assert_eq!(work(&nonce(false)), error(aver_stark::error::Error::Work { label }));
    // Nothing may follow it, and there is one way to write it.
    let nonce = nonce(true);
    assert_eq!(work(&nonce), NO_PROOF);
    let again = u32::from_le_bytes(nonce) + P;
    assert_eq!(work(&again.to_le_bytes()), error(aver_stark::error::Error::NotCanonical { label }));
    let longer = [&nonce[..], &[0]].concat();
    assert_eq!(work(&longer), error(aver_stark::error::Error::TrailingBytes { count: 1 }));
    // And none where none is asked for.
    let trailing = error(aver_stark::error::Error::TrailingBytes { count: 8 });
    assert_eq!(changed(|h| h.work = vec![0; 8]), trailing);
}

/// One change to each part of a header.
const CHANGES: &[Change<Header>] = &[
    ("exit code", |h| h.exit_code ^= 1),
    ("output digest", |h| h.output_digest[31] ^= 1),
    ("an assumption", |h| h.assumptions.push(h.claim())),
    ("salt", |h| h.salt.0[8] = f(1)),
    ("number of memory proofs", |h| h.memory.clear()),
    ("number of shards", |h| h.shards.push(shard(1, 2, 3))),
    ("a memory proof less, a shard more", |h| {
        let part = h.memory.pop().unwrap();
        h.shards.insert(0, shard(part.last, 0, 0));
        h.shards[0].boundary = part.boundary;
    }),
    ("root of a memory proof", |h| h.memory[1].boundary.root = Some(root(9))),
    ("no root", |h| h.memory[0].boundary.root = None),
    ("rows of a memory proof", |h| h.memory[0].boundary.rows[0] += 1),
    ("last key", |h| h.memory[1].last += 1),
    ("root of a shard", |h| h.shards[2].boundary.root = None),
    ("rows of a shard", |h| h.shards[0].boundary.rows[0] += 1),
    ("a table more", |h| h.shards[0].boundary.rows.push(0)),
    ("start", |h| h.shards[2].start += 1),
    ("end", |h| h.shards[0].end += 1),
    ("end time", |h| h.shards[1].end_ts += 1),
    ("order of memory proofs", |h| h.memory.swap(0, 1)),
    ("order of shards", |h| h.shards.swap(0, 1)),
];

#[test]
fn the_shared_challenge_depends_on_everything_before_it() {
    let draw = |header: &Header, vk: &[u8; 32]| -> EF {
        let mut transcript = run_transcript();
        absorb_run(&mut transcript, header, vk);
        (&mut transcript as &mut dyn Transcript).challenge(SHARED)
    };
    let honest = draw(&header(), &[0; 32]);
    assert_eq!(draw(&header(), &[0; 32]), honest);
    assert_ne!(draw(&header(), &[1; 32]), honest, "key");
    for (what, change) in CHANGES {
        let mut header = header();
        change(&mut header);
        assert_ne!(draw(&header, &[0; 32]), honest, "{what}");
    }
}

#[test]
fn each_proof_has_a_transcript_of_its_own() {
    let draw = |index| {
        let mut part = part_transcript(&run_transcript(), index);
        (&mut part as &mut dyn Transcript).challenge(SHARED)
    };
    let drawn = [0, 1, 2, 256, 65536].map(draw);
    for (i, a) in drawn.iter().enumerate() {
        assert!(!drawn[..i].contains(a));
    }
}

#[test]
fn a_program_is_named_by_everything_in_its_key() {
    let changes: &[Change<VerifyingKey>] = &[
        ("profile", |k| k.profile = Profile::Bits128),
        ("log_height", |k| k.log_height += 1),
        ("entry", |k| k.entry += 1),
        ("coprocessors", |k| k.coprocessors.push((9, "nine".into()))),
        ("machine", |k| k.machine[31] ^= 1),
        ("root of the shards' columns", |k| k.shard.root = None),
        ("their rows", |k| k.shard.rows[0] = Some(6)),
        ("no rows", |k| k.shard.rows[2] = None),
        ("rows of another chip", |k| k.shard.rows.swap(0, 1)),
        ("root of the memory's columns", |k| k.memory.root = Some(root(0))),
        ("its rows", |k| k.memory.rows[1] = Some(4)),
        ("their highest byte", |k| k.memory.rows[1] = Some(3 + (1 << 24))),
        ("a table more", |k| k.memory.rows.push(None)),
    ];
    let mut digests = vec![key().digest()];
    for (what, change) in changes {
        let mut key = key();
        change(&mut key);
        let digest = key.digest();
        assert!(!digests.contains(&digest), "{what}");
        digests.push(digest);
    }
    let named = |call, name: &str| VerifyingKey { coprocessors: vec![(call, name.into())], ..key() }.digest();
    assert_ne!(named(9, "nine"), named(8, "nine"));
    assert_ne!(named(9, "nine"), named(9, "nime"));
}

/// Public values of proofs, as the header has them.
#[test]
fn public_values_are_those_of_the_header() {
    let mut header = header();
    header.memory.push(MemoryPart { last: 11, ..header.memory[0].clone() });
    assert_eq!(header.memory_publics(2), MemoryPublics { before: Some(9), last: 11 });
    assert_eq!(header.memory_publics(0), MemoryPublics { before: None, last: 8 });
    assert_eq!(header.memory_publics(1), MemoryPublics { before: Some(8), last: 9 });
    let publics = |shard, start, end, end_ts, exit| ShardPublics { shard, start, end, end_ts, exit };
    assert_eq!(header.shard_publics(0), publics(1, 7, 20, 5, None));
    assert_eq!(header.shard_publics(1), publics(2, 20, 30, 9, None));
    assert_eq!(header.shard_publics(2), publics(3, 30, PC_HALT, 100, Some((3, header.output_digest))));
}

/// And each of them is a value or in a message: two that differ lead to other values and messages.
#[test]
fn messages_say_all_that_public_values_say() {
    let digest: [u8; 32] = core::array::from_fn(|i| i as u8 + 1);
    let honest = ShardPublics { shard: 5, start: 6, end: PC_HALT, end_ts: 8, exit: Some((0x1_0002, digest)) };
    let mut said = vec![(honest.values(), honest.messages())];
    let mut changes = vec![
        ShardPublics { shard: 4, ..honest.clone() },
        ShardPublics { start: 5, ..honest.clone() },
        ShardPublics { end: 7, ..honest.clone() },
        ShardPublics { end_ts: 9, ..honest.clone() },
        ShardPublics { exit: None, ..honest.clone() },
    ];
    for bit in [0, 15, 16, 31, 32, 47, 48, 63] {
        changes.push(ShardPublics { exit: Some((0x1_0002 ^ 1 << bit, digest)), ..honest.clone() });
    }
    for byte in 0..32 {
        let mut other = digest;
        other[byte] ^= 0x80;
        changes.push(ShardPublics { exit: Some((0x1_0002, other)), ..honest.clone() });
    }
    let shard_5 = said[0].1.clone();
    for change in changes {
        let (values, messages) = (change.values(), change.messages());
        // The shard's number is in no message of the verifier's.
        assert_eq!(messages == shard_5, change.shard != 5, "{change:?}");
        assert!(said.iter().all(|s| s.0 != values), "{change:?}");
        said.push((values, messages));
    }
    let memory = |before, last| MemoryPublics { before, last };
    let all = [memory(None, 3), memory(None, 4), memory(Some(0), 3), memory(Some(3), 3)];
    for (i, a) in all.iter().enumerate() {
        for b in &all[..i] {
            assert!(a.values() != b.values() && a.messages() != b.messages(), "{a:?}, {b:?}");
        }
    }
}

/// Bus, weight and values of each message, in numbers.
#[test]
fn messages_of_the_verifier() {
    use aver_machine::buses::{EXEC, ORDER, PUBLIC};
    use aver_stark::field::{F, P, f};
    let plus = f(1);
    let minus = f(P - 1);
    let numbers = |values: &[u32]| values.iter().map(|&v| f(v)).collect::<Vec<F>>();
    let mut digest = [0; 32];
    (digest[0], digest[1], digest[6], digest[8], digest[31]) = (1, 2, 3, 4, 5);
    let publics = ShardPublics {
        shard: 5,
        start: 6,
        end: PC_HALT,
        end_ts: 8,
        exit: Some((0x6_0005_8001_0002, digest)),
    };
    let expected = [
        (EXEC, plus, numbers(&[6, 1])),
        (EXEC, minus, numbers(&[PC_HALT, 8])),
        (PUBLIC, minus, numbers(&[0, 2, 0x8001, 5, 6])),
        (PUBLIC, minus, numbers(&[1, 0x201, 0, 0, 3])),
        (PUBLIC, minus, numbers(&[2, 4, 0, 0, 0])),
        (PUBLIC, minus, numbers(&[3, 0, 0, 0, 0])),
        (PUBLIC, minus, numbers(&[4, 0, 0, 0, 0x500])),
    ];
    assert_eq!(publics.messages(), expected);
    let publics = ShardPublics { end: 7, exit: None, ..publics };
    assert_eq!(publics.messages(), [(EXEC, plus, numbers(&[6, 1])), (EXEC, minus, numbers(&[7, 8]))]);
    assert_eq!(publics.values(), numbers(&[5, 6, 7, 8]));
    let order = |before: F, last| [(ORDER, plus, vec![before]), (ORDER, minus, numbers(&[last]))];
    assert_eq!(MemoryPublics { before: None, last: 9 }.messages(), order(minus, 9));
    assert_eq!(MemoryPublics { before: Some(4), last: 9 }.messages(), order(f(4), 9));
}
