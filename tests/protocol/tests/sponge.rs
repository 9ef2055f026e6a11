//! Transcripts: framing without ambiguity, challenges without relation.

use std::collections::{BTreeMap, HashSet};

use aver_protocol_tests::recorder::Recorder;
use aver_stark::error::Error;
use aver_stark::field::{D, EF, F, P, coefficients, f};
use aver_stark::hash::{Cell, Digest, FiatShamir, Hash, Sponge, hash_row};
use aver_stark::merkle::distinct;
use aver_stark::poseidon2::{Domain, Sponge as FieldSponge};
use aver_stark::protocol::{
    GKR_MU, GKR_X, LOGUP_WORK, MEMORY_PROOFS, RUN, SHARDS, VK, WHIR_POSITIONS, WHIR_WORK,
};
use aver_stark::transcript::{Reader, Transcript};
use aver_stark::value::Value;
use aver_stark_prover::transcript::{Writer, smallest_nonce};
use p3_field::{PrimeCharacteristicRing, PrimeField32};

const HASHES: [Hash; 3] = [Hash::Mixed, Hash::Poseidon2, Hash::Blake3];

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
    sponge.digest("state")
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

/// Rows are the hash of their bytes, all of them.
#[test]
fn rows_are_plain_hashes() {
    for len in [1, 16, 255, 256, 257, 700] {
        let row: Vec<F> = (0..len).map(|i| f(i * 7 + 1)).collect();
        let bytes: Vec<u8> = (0..len).flat_map(|i| (i * 7 + 1).to_le_bytes()).collect();
        assert_eq!(hash_row(&row), *blake3::hash(&bytes).as_bytes(), "{len} elements");
    }
}

/// Cells are absorbed as their bytes, and drawn as 64 bits an element, reduced.
#[test]
fn cells_of_the_sponge_of_bytes() {
    let cell: Cell = [1, 2, 3, P - 1, 0].map(F::new);
    let (mut one, mut other) = (Sponge::new("d"), Sponge::new("d"));
    let mut bytes = Vec::new();
    cell.write(&mut bytes);
    one.absorb_cells("a", &[cell, cell]);
    other.absorb("a", &[&bytes[..], &bytes].concat());
    let (mut cells, mut bytes) = ([Cell::default(); 20], [0; 8 * D * 20]);
    one.squeeze_cells("b", &mut cells);
    other.squeeze("b", &mut bytes);
    for (value, word) in cells.as_flattened().iter().zip(bytes.chunks_exact(8)) {
        let word = u64::from_le_bytes(word.try_into().expect("8 bytes"));
        assert_eq!(u64::from(value.as_canonical_u32()), word % u64::from(P));
    }
    assert_eq!(one.digest("c"), other.digest("c"));
}

/// All that a sponge of cells sees are its blocks, of up to three cells, but these it tells apart: of all sequences of
/// up to seven cells and draws, those with other blocks come to another state. It sees neither labels nor a draw
/// where a block ends anyway, nor how much is drawn: all these follow from the protocol.
#[test]
fn no_two_sequences_of_cells_are_the_same_to_it() {
    let (zero, one) = ([F::ZERO; D], [F::ONE, F::ZERO, F::ZERO, F::ZERO, F::ZERO]);
    let steps = [Some(zero), Some(one), None];
    let mut all: Vec<Vec<Option<Cell>>> = vec![vec![]];
    let mut from = 0;
    for _ in 0..7 {
        let longer = all[from..].iter().flat_map(|before| steps.map(|step| [&before[..], &[step]].concat()));
        let longer: Vec<_> = longer.filter(|calls| !calls.ends_with(&[None, None])).collect();
        from = all.len();
        all.extend(longer);
    }
    let mut states: BTreeMap<Vec<u32>, Vec<Vec<Cell>>> = BTreeMap::new();
    let mut lists = HashSet::new();
    for calls in &all {
        let mut transcript = Hash::Mixed.transcript("domain");
        // The first block has the domain's two cells.
        let mut blocks = vec![vec![zero; 2]];
        for call in calls {
            if call.is_none() || blocks.last().is_some_and(|block| block.len() == 3) {
                blocks.push(Vec::new());
            }
            match call {
                Some(cell) => {
                    transcript.absorb("", &[*cell]);
                    blocks.last_mut().expect("a block").push(*cell);
                }
                None => transcript.squeeze("", &mut [Cell::default()]),
            }
        }
        // An empty block is one only if something is drawn from it.
        if calls.ends_with(&[None]) {
            blocks.pop();
        }
        let mut out = [Cell::default(); 4];
        transcript.squeeze("", &mut out);
        // What was drawn last is not drawn again.
        let out = if calls.ends_with(&[None]) { &out[2..3] } else { &out[3..] };
        let state = out.as_flattened().iter().map(|v| v.as_canonical_u32()).collect();
        assert_eq!(states.entry(state).or_insert_with(|| blocks.clone()), &blocks, "{calls:?}");
        lists.insert(blocks);
    }
    assert_eq!(states.len(), lists.len());
    assert!(lists.len() > 900, "{} of {}", lists.len(), all.len());
}

/// A transcript in Poseidon2 starts from its domain's digest; cells go to the sponge as they are.
#[test]
fn the_transcript_of_cells_is_the_sponge() {
    let cells: [Cell; 4] = std::array::from_fn(|i| std::array::from_fn(|j| f((10 * i + j) as u32)));
    for hash in [Hash::Mixed, Hash::Poseidon2] {
        let mut transcript = hash.transcript("domain");
        let mut sponge = FieldSponge::new(Domain::Transcript);
        let domain = aver_stark::hash::node_from(blake3::hash(b"domain").as_bytes());
        sponge.absorb_all(&domain.0);
        transcript.absorb("one", &cells[..3]);
        transcript.absorb("two", &cells[3..]);
        cells.iter().for_each(|cell| sponge.absorb(cell));
        let mut out = [Cell::default(); 5];
        transcript.squeeze("three", &mut out);
        assert_eq!(out, std::array::from_fn(|_| sponge.squeeze()));
    }
}

#[test]
fn domains_labels_and_order_matter() {
    let absorb = Absorb("a", b"x");
    assert_ne!(state("one", &[absorb]), state("two", &[absorb]));
    assert_ne!(state(RUN, &[]), state("aver verifying key", &[]));
    for hash in HASHES {
        let domains = [RUN, "aver verifying key", ""].map(|domain| next(hash.transcript(domain)));
        assert!(domains[0] != domains[1] && domains[0] != domains[2] && domains[1] != domains[2]);
    }
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

/// What a transcript gives next.
fn next(mut transcript: FiatShamir) -> EF {
    (&mut transcript as &mut dyn Transcript).challenge(GKR_X)
}

/// The same cells at another step are something else to BLAKE3, and so is the same draw. Poseidon2 takes no
/// labels: there the order of steps, which the protocol fixes, says what is what.
#[test]
fn steps_are_told_apart_by_their_labels() {
    type Act = fn(&mut dyn Transcript);
    let after = |hash: Hash, act: Act| {
        let mut transcript = hash.transcript("d");
        act(&mut transcript);
        next(transcript)
    };
    let acts: [Act; 8] = [
        |t| t.public(MEMORY_PROOFS, &7),
        |t| t.public(SHARDS, &7),
        |t| _ = t.challenge(GKR_X),
        |t| _ = t.challenge(GKR_MU),
        |t| _ = t.work_seed(WHIR_WORK),
        |t| _ = t.positions(WHIR_POSITIONS, 5, 20),
        |t| t.absorb_value(WHIR_WORK.step(), &f(7)),
        |t| t.absorb_value(LOGUP_WORK.step(), &f(7)),
    ];
    let seen = acts.map(|act| after(Hash::Blake3, act));
    for (i, state) in seen.iter().enumerate() {
        assert!(!seen[..i].contains(state), "{i}");
    }
    let seen = acts.map(|act| after(Hash::Mixed, act));
    assert!(seen[0] == seen[1] && seen[2] == seen[3] && seen[6] == seen[7]);
}

#[test]
fn challenges_are_all_different() {
    for hash in HASHES {
        let mut sponge = hash.transcript("d");
        let transcript: &mut dyn Transcript = &mut sponge;
        let mut seen: Vec<EF> = transcript.challenges(GKR_MU, 20);
        seen.extend((0..20).map(|_| transcript.challenge(GKR_MU)));
        seen.push(transcript.challenge(GKR_X));
        assert_eq!((&mut hash.transcript("d") as &mut dyn Transcript).challenge(GKR_MU), seen[0]);
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
    // Of other labels at the same place.
    let labels = ["gkr/mu", "gkr/x", "gkr/bit", "gkr"].map(|label| Sponge::new("d").challenge(label));
    assert!((0..4).all(|i| !labels[..i].contains(&labels[i])));
}

#[test]
fn positions_are_independent_and_in_range() {
    for (hash, bits) in HASHES.into_iter().flat_map(|hash| [1, 3, 5, 13].map(|bits| (hash, bits))) {
        let mut sponge = hash.transcript("d");
        let transcript: &mut dyn Transcript = &mut sponge;
        let positions = transcript.positions(WHIR_POSITIONS, bits, 64);
        assert!(positions.iter().all(|&i| i < 1 << bits));
        // 64 draws come to more than half as many positions as there can be.
        assert_eq!(positions.len(), 64);
        let distinct = distinct(positions.iter().copied());
        assert!(distinct.len() > 64.min(1 << bits) / 2, "{bits} bits: {}", distinct.len());
        assert!(distinct.is_sorted_by(|a, b| a < b) && positions.iter().all(|i| distinct.contains(i)));
        assert!(distinct.iter().all(|i| positions.contains(i)) && !positions.is_sorted());
        let next = transcript.positions(WHIR_POSITIONS, bits, 64);
        assert!(bits < 5 || positions != next, "drawn again they are others");
    }
}

#[test]
fn work_is_of_the_seed_the_nonce_and_the_bits() {
    for hash in HASHES {
        let start = |domain| hash.transcript(domain);
        let mut writer = Writer::new(start("d"));
        writer.work(hash, WHIR_WORK, 12);
        let after = writer.challenge(GKR_X);
        let nonce: [u8; 4] = writer.finish().try_into().expect("a nonce and no more");
        let check = |domain, nonce: &[u8], bits| {
            let mut reader = Reader::new(start(domain), nonce);
            reader.work(hash, WHIR_WORK, bits).map(|()| reader.challenge(GKR_X))
        };
        assert_eq!(check("d", &nonce, 12), Ok(after));
        // Another that is work, too, is another transcript.
        let seed = (&mut start("d") as &mut dyn Transcript).work_seed(WHIR_WORK);
        let first = u32::from_le_bytes(nonce);
        let is_work = |n: &u32, bits| hash.is_work(&seed, F::new(*n), bits);
        assert_eq!(F::new(first), smallest_nonce(hash, &seed, 12));
        assert!((0..first).all(|n| !is_work(&n, 12)));
        let second = (first + 1..).find(|n| is_work(n, 12)).expect("there are more");
        let other = check("d", &second.to_le_bytes(), 12).expect("it is work");
        assert_ne!(other, after);
        // One in 2^bits is, and of one bit more about half of these.
        let count = |bits| (0..1 << 14).filter(|n| is_work(n, bits)).count();
        assert!((6..36).contains(&count(10)), "{}", count(10));
        assert!((1 << 12..3 << 12).contains(&count(1)));
        assert_eq!((count(0), count(25)), (1 << 14, 0));
        // Of one bit less, it is not enough.
        let less = (0..).find(|n| is_work(n, 11) && !is_work(n, 12)).expect("there are");
        assert_eq!(check("d", &less.to_le_bytes(), 12), Err(Error::Work { label: "whir/work" }));
        // Of another seed it is none (but for one in 2^12).
        assert!(check("other", &nonce, 12).is_err());
        assert!(check("d", &first.wrapping_add(1).to_le_bytes(), 12).is_err());
        // A nonce has one encoding.
        let other = (first + P).to_le_bytes();
        assert_eq!(check("d", &other, 12), Err(Error::NotCanonical { label: "whir/work" }));
        // No bits: nothing is read.
        assert!(check("d", &[], 0).is_ok());
    }
}

#[test]
fn a_recorder_draws_what_a_transcript_draws() {
    for hash in HASHES {
        let draw = |transcript: &mut dyn Transcript| {
            transcript.public(VK, &[7; 32]);
            (transcript.challenge(GKR_X), transcript.positions(WHIR_POSITIONS, 9, 30))
        };
        let recorded = draw(&mut Recorder::new(hash.transcript("d"), None));
        assert_eq!(draw(&mut hash.transcript("d")), recorded);
    }
}
