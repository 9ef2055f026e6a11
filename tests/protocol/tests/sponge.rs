//! The sponge: framing without ambiguity, challenges without relation.

use std::collections::BTreeMap;

use aver_protocol_tests::recorder::Recorder;
use aver_stark::error::Error;
use aver_stark::field::{D, EF, F, P, coefficients, f};
use aver_stark::hash::{Digest, Sponge, compress, ext_from, hash_row, index_from, is_work};
use aver_stark::protocol::{
    EXIT_CODE, GKR_MU, GKR_X, LOGUP_WORK, RUN, SHARDS, VK, WHIR_POSITIONS, WHIR_WORK,
};
use aver_stark::transcript::{Reader, Transcript};
use aver_stark_prover::transcript::{Writer, smallest_nonce};
use p3_field::PrimeField32;

/// What may be asked of a sponge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Absorb(&'static str, &'static [u8]),
    Draw(&'static str, usize),
}
use Call::{Absorb, Draw};

fn state(domain: &str, calls: &[Call]) -> Digest {
    let mut sponge = Sponge::new(domain);
    for &call in calls {
        match call {
            Absorb(label, bytes) => sponge.absorb(label, bytes),
            Draw(label, len) => sponge.squeeze(label, &mut vec![0; len]),
        }
    }
    sponge.work_seed("state")
}

/// All sequences of up to three calls with labels and bytes that look alike when they are run together.
#[test]
fn no_two_sequences_of_calls_are_the_same_to_it() {
    let labels = ["", "a", "ab", "b", "challenge", "\0\0\0\0\0\0\0\0", "\u{1}"];
    let bytes: [&[u8]; 7] = [b"", b"a", b"b", b"ab", b"challenge", &[0; 8], &[9, 0, 0, 0, 0, 0, 0, 0]];
    let mut calls: Vec<Call> =
        labels.iter().flat_map(|&l| bytes.iter().map(move |&b| Absorb(l, b))).collect();
    calls.extend(labels.iter().map(|&l| Draw(l, 40)));
    let mut seen: BTreeMap<Digest, Vec<Call>> = BTreeMap::new();
    let mut see = |calls: Vec<Call>| {
        if let Some(other) = seen.insert(state("domain", &calls), calls.clone()) {
            panic!("{other:?} is the same as {calls:?}");
        }
    };
    see(vec![]);
    for &a in &calls {
        see(vec![a]);
        for &b in &calls {
            see(vec![a, b]);
            // Three of some: all would be two hundred thousand.
            for &c in calls.iter().step_by(5) {
                see(vec![a, b, c]);
            }
        }
    }
    assert!(seen.len() > 20_000);
}

/// As the page on the proof system has it: every frame behind lengths of 8 bytes; a draw is a frame, the
/// output of the hash, and a new hash that starts with the first 32 bytes of it.
#[test]
fn its_framing_is_as_specified() {
    fn frame(label: &str, bytes: &[u8]) -> Vec<u8> {
        let len = |n: usize| (n as u64).to_le_bytes();
        [&len(label.len()), label.as_bytes(), &len(bytes.len()), bytes].concat()
    }
    let mut sponge = Sponge::new("domain");
    sponge.absorb("one", b"two");
    let mut drawn = [0; 100];
    sponge.squeeze("three", &mut drawn);
    let mut expected = [0; 100];
    let mut hasher = blake3::Hasher::new();
    let input = [frame("domain", b""), frame("one", b"two"), frame("three", b"challenge")].concat();
    hasher.update(&input).finalize_xof().fill(&mut expected);
    assert_eq!(drawn, expected);
    let mut next = [0; 20];
    sponge.squeeze("four", &mut next);
    let input = [&expected[..32], &frame("four", b"challenge")].concat();
    assert_eq!(next, blake3::hash(&input).as_bytes()[..20]);
}

/// Leaves and nodes are the hash of their bytes, all of them.
#[test]
fn leaves_and_nodes_are_plain_hashes() {
    for len in [1, 16, 255, 256, 257, 700] {
        let row: Vec<F> = (0..len).map(|i| f(i * 7 + 1)).collect();
        let bytes: Vec<u8> = (0..len).flat_map(|i| (i * 7 + 1).to_le_bytes()).collect();
        assert_eq!(hash_row(&row), *blake3::hash(&bytes).as_bytes(), "{len} elements");
    }
    let nodes = [[1; 32], [2; 32]];
    assert_eq!(compress(&nodes[0], &nodes[1]), *blake3::hash(nodes.as_flattened()).as_bytes());
}

#[test]
fn domains_labels_and_order_matter() {
    let absorb = Absorb("a", b"x");
    assert_ne!(state("one", &[absorb]), state("two", &[absorb]));
    assert_ne!(state(RUN, &[]), state("aver verifying key", &[]));
    let pairs = [
        ([Absorb("a", b"x"), Absorb("b", b"y")], [Absorb("b", b"y"), Absorb("a", b"x")]),
        ([Absorb("a", b"x"), Absorb("a", b"y")], [Absorb("a", b"y"), Absorb("a", b"x")]),
        ([Absorb("a", b"x"), Absorb("b", b"y")], [Absorb("b", b"x"), Absorb("a", b"y")]),
        ([Draw("a", 8), Absorb("a", b"x")], [Absorb("a", b"x"), Draw("a", 8)]),
        ([Draw("a", 8), Draw("b", 8)], [Draw("b", 8), Draw("a", 8)]),
    ];
    for (one, other) in pairs {
        assert_ne!(state("d", &one), state("d", &other), "{one:?}");
    }
}

/// The same bytes at another step are something else, and so is the same draw.
#[test]
fn steps_are_told_apart_by_their_labels() {
    let after = |act: &dyn Fn(&mut dyn Transcript)| {
        let mut sponge = Sponge::new("d");
        act(&mut sponge);
        sponge.work_seed("state")
    };
    let seen = [
        after(&|t| t.public(EXIT_CODE, &7)),
        after(&|t| t.public(SHARDS, &7)),
        after(&|t| _ = t.challenge(GKR_X)),
        after(&|t| _ = t.challenge(GKR_MU)),
        after(&|t| _ = t.work_seed(WHIR_WORK)),
        after(&|t| _ = t.positions(WHIR_POSITIONS, 5, 10)),
        after(&|t| t.nonce(WHIR_WORK, 7)),
        after(&|t| t.nonce(LOGUP_WORK, 7)),
    ];
    for (i, state) in seen.iter().enumerate() {
        assert!(!seen[..i].contains(state), "{i}");
    }
}

#[test]
fn challenges_are_all_different() {
    let mut sponge = Sponge::new("d");
    let transcript: &mut dyn Transcript = &mut sponge;
    let mut seen: Vec<EF> = transcript.challenges(GKR_MU, 20);
    seen.extend((0..20).map(|_| transcript.challenge(GKR_MU)));
    seen.push(transcript.challenge(GKR_X));
    // Of other labels at the same place.
    for label in ["gkr/mu", "gkr/x", "gkr/bit", "gkr"] {
        seen.push(Sponge::new("d").clone().challenge(label));
    }
    let first = seen.remove(41);
    assert_eq!(first, seen[0], "label and place are the same");
    let mut elements: Vec<u32> = Vec::new();
    for (i, a) in seen.iter().enumerate() {
        assert!(seen[..i].iter().all(|b| a != b), "challenge {i} came before");
        elements.extend(coefficients(a).iter().map(|c| c.as_canonical_u32()));
    }
    // All five coefficients are drawn: no two are alike.
    let count = elements.len();
    elements.sort_unstable();
    elements.dedup();
    assert_eq!(elements.len(), count);
    // Over the whole field.
    assert!(elements[0] < P / 20 && elements[count - 1] > P - P / 20);
}

#[test]
fn elements_are_64_bits_reduced() {
    let mut bytes = [0; 8 * D];
    for (i, word) in [u64::MAX, 1 << 63, u64::from(P), 1 << 32 | 5, 7].into_iter().enumerate() {
        bytes[8 * i..8 * i + 8].copy_from_slice(&word.to_le_bytes());
    }
    let p = u64::from(P);
    let expected = [u64::MAX % p, (1 << 63) % p, 0, (1 << 32 | 5) % p, 7].map(|w| w as u32);
    let found: Vec<u32> = coefficients(&ext_from(&bytes)).iter().map(|c| c.as_canonical_u32()).collect();
    assert_eq!(found, expected);
}

#[test]
fn positions_are_sorted_each_once_and_in_range() {
    assert_eq!(index_from(&[0xFF; 4], 31), (1 << 31) - 1);
    assert_eq!(index_from(&[0x21, 0x43, 0x65, 0x87], 32), 0x8765_4321);
    assert_eq!(index_from(&[0x21, 0x43, 0x65, 0x87], 12), 0x321);
    for bits in [1, 3, 5, 13] {
        let mut sponge = Sponge::new("d");
        let transcript: &mut dyn Transcript = &mut sponge;
        let positions = transcript.positions(WHIR_POSITIONS, bits, 64);
        assert!(positions.is_sorted_by(|a, b| a < b), "{bits} bits");
        assert!(positions.iter().all(|&i| i < 1 << bits));
        // 64 draws come to more than half as many positions as there can be.
        assert!(positions.len() > 64.min(1 << bits) / 2, "{bits} bits: {}", positions.len());
        let next = transcript.positions(WHIR_POSITIONS, bits, 64);
        assert!(bits < 5 || positions != next, "drawn again they are others");
    }
}

#[test]
fn work_is_of_the_seed_the_nonce_and_the_bits() {
    let mut writer = Writer::new(Sponge::new("d"));
    writer.work(WHIR_WORK, 12);
    let after = writer.challenge(GKR_X);
    let nonce: [u8; 8] = writer.finish().try_into().expect("a nonce and no more");
    let check = |sponge: Sponge, nonce: &[u8], bits| {
        let mut reader = Reader::new(sponge, nonce);
        reader.work(WHIR_WORK, bits).map(|()| reader.challenge(GKR_X))
    };
    assert_eq!(check(Sponge::new("d"), &nonce, 12), Ok(after));
    // Another that is work, too, is another transcript.
    let seed = Sponge::new("d").work_seed("whir/work");
    let first = u64::from_le_bytes(nonce);
    assert_eq!(first, smallest_nonce(&seed, 12));
    assert!((0..first).all(|n| !is_work(&seed, n, 12)));
    let second = (first + 1..).find(|&n| is_work(&seed, n, 12)).expect("there are more");
    let other = check(Sponge::new("d"), &second.to_le_bytes(), 12).expect("it is work");
    assert_ne!(other, after);
    // One in 2^bits is, and of one bit more about half of these.
    let count = |bits| (0..1u64 << 14).filter(|&n| is_work(&seed, n, bits)).count();
    assert!((8..33).contains(&count(10)), "{}", count(10));
    assert!((1 << 12..3 << 12).contains(&count(1)));
    assert_eq!(count(0), 1 << 14);
    assert_eq!(count(64), 0);
    assert!(!is_work(&seed, first, 40));
    // Of one bit less, it is not enough.
    let less = (0..).find(|&n: &u64| is_work(&seed, n, 11) && !is_work(&seed, n, 12)).expect("there are");
    assert_eq!(check(Sponge::new("d"), &less.to_le_bytes(), 12), Err(Error::Work { label: "whir/work" }));
    // Of another seed it is none (but for one in 2^12).
    assert!(check(Sponge::new("other"), &nonce, 12).is_err());
    assert!(check(Sponge::new("d"), &first.wrapping_sub(1).to_le_bytes(), 12).is_err());
    // No bits: nothing is read.
    assert!(check(Sponge::new("d"), &[], 0).is_ok());
}

#[test]
fn a_recorder_draws_what_a_sponge_draws() {
    let (mut sponge, mut recorder) = (Sponge::new("d"), Recorder::new("d", None));
    let draw = |transcript: &mut dyn Transcript| {
        transcript.public(VK, &[7; 32]);
        (transcript.challenge(GKR_X), transcript.positions(WHIR_POSITIONS, 9, 30))
    };
    assert_eq!(draw(&mut sponge), draw(&mut recorder));
}
