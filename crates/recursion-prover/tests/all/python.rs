//! The verifier in Rust and `tools/verify.py`, which was written from `spec/`, give the same answer: for proofs, and for
//! what is changed in each of their steps, in what both sides know, and at the end.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::rc::Rc;

use aver_recursion::builder::Sponge;
use aver_recursion::cell::Cell;
use aver_recursion::{Builder, Circuit, blake3};
use aver_recursion_prover::{Prover, prove, verify};
use aver_stark::field::{D, F, P};
use aver_stark::hash::{FiatShamir, Hash, NODE};
use aver_stark::params::{Decoding, Params, Profile};
use aver_stark::poseidon2::Domain;
use aver_stark::transcript::{Kind, Step, Transcript};
use aver_stark_prover::stages::Stages;
use p3_field::{PrimeCharacteristicRing, PrimeField32};

const DOMAIN: &str = "a proof for two verifiers";

/// A transcript that notes where steps stand in the proof.
struct Places {
    inner: FiatShamir,
    steps: Rc<RefCell<Vec<(&'static str, usize)>>>,
}

impl Transcript for Places {
    fn absorb(&mut self, step: Step, cells: &[[F; D]]) {
        let bytes = match step.unit {
            "E" => 4 * D * cells.len(),
            "digest" => 4 * NODE,
            _ => 4,
        };
        if matches!(step.kind, Kind::Message | Kind::Work) {
            self.steps.borrow_mut().push((step.label, bytes));
        }
        Transcript::absorb(&mut self.inner, step, cells);
    }
    fn squeeze(&mut self, step: Step, out: &mut [[F; D]]) {
        Transcript::squeeze(&mut self.inner, step, out);
    }
    fn hint(&mut self, step: Step, bytes: &[u8]) {
        self.steps.borrow_mut().push((step.label, bytes.len()));
    }
}

/// A proof with what it is verified against.
struct Case {
    prover: Prover,
    publics: Vec<Cell>,
    proof: Vec<u8>,
}

/// What is asked of both verifiers, and what Rust says.
#[derive(Default)]
struct Questions {
    asked: String,
    answers: Vec<(String, bool)>,
}

fn numbers(values: &[F]) -> String {
    let values: Vec<_> = values.iter().map(|v| v.as_canonical_u32().to_string()).collect();
    format!("[{}]", values.join(","))
}

impl Case {
    fn new(circuit: Circuit, hints: &[Cell], publics: Vec<Cell>, params: Params) -> Self {
        let prover = Prover::hashed(circuit, params).unwrap();
        let tables = prover.tables(&publics, hints).unwrap();
        let transcript = prover.transcript(DOMAIN);
        let proof = prove(&prover, &tables, &publics, transcript, &mut Stages::default()).unwrap();
        Self { prover, publics, proof }
    }

    fn ask(&self, questions: &mut Questions, what: &str) {
        let Self { prover: Prover { circuit, params, .. }, publics, proof } = self;
        let rust = verify(&self.prover, publics, self.prover.transcript(DOMAIN), proof).is_ok();
        let key = self.prover.key();
        let rows: Vec<_> = key.rows.iter().map(|rows| rows.unwrap_or(0)).collect();
        let cells: Vec<_> = (circuit.publics.iter().zip(publics))
            .map(|(&at, cell)| format!("[{at},{},{}]", circuit.reads(at), numbers(cell)))
            .collect();
        let proof = proof.iter().fold(String::new(), |mut out, byte| {
            write!(out, "{byte:02x}").unwrap();
            out
        });
        writeln!(
            questions.asked,
            r#"{{"profile":{},"log_height":{},"log_inverse_rate":{},"multiplicity":{},"hash":"{:?}","domain":"{DOMAIN}","root":{},"rows":{rows:?},"publics":[{}],"proof":"{proof}"}}"#,
            params.profile.bits(),
            params.log_height,
            params.base.log_inv_rate(),
            match params.decoding {
                Decoding::Unique => 0,
                Decoding::Lists { multiplicity } => multiplicity,
            },
            params.hash,
            numbers(&key.root.unwrap().0),
            cells.join(","),
        )
        .unwrap();
        questions.answers.push((what.to_string(), rust));
    }

    /// Where steps stand: label, first byte, number of bytes.
    fn places(&self) -> Vec<(&'static str, usize, usize)> {
        let steps = Rc::default();
        let transcript = Places { inner: self.prover.transcript(DOMAIN), steps: Rc::clone(&steps) };
        verify(&self.prover, &self.publics, transcript, &self.proof).unwrap();
        let mut at = 0;
        let steps = steps.borrow();
        let places = steps.iter().map(|&(label, len)| {
            at += len;
            (label, at - len, len)
        });
        let places: Vec<_> = places.collect();
        assert_eq!(at, self.proof.len());
        places
    }

    fn with_proof(&mut self, questions: &mut Questions, what: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let proof = self.proof.clone();
        change(&mut self.proof);
        self.ask(questions, what);
        self.proof = proof;
    }

    /// One element of the first and the last step of each label; the last is not canonical.
    fn ask_changes(&mut self, questions: &mut Questions) {
        let places = self.places();
        for (i, &(label, at, len)) in places.iter().enumerate() {
            let is = |other: &&(&str, usize, usize)| other.0 == label;
            if !places[..i].iter().any(|p| is(&p)) {
                self.with_proof(questions, label, |proof| proof[at] ^= 1);
            }
            if !places[i + 1..].iter().any(|p| is(&p)) {
                let element = at + len - 4..at + len;
                let what = format!("{label} with an element not below p");
                self.with_proof(questions, &what, |proof| {
                    let value = u32::from_le_bytes(proof[element.clone()].try_into().unwrap());
                    proof[element].copy_from_slice(&value.wrapping_add(P).to_le_bytes());
                });
            }
        }
        // What no challenge and no opening comes after: only the claim that is left depends on it.
        let last = places.iter().rfind(|p| p.0 == "whir/round").unwrap().1;
        self.with_proof(questions, "the last round", |proof| proof[last] ^= 1);
        self.with_proof(questions, "nothing", Vec::clear);
        self.with_proof(questions, "an element less", |proof| proof.truncate(proof.len() - 4));
        self.with_proof(questions, "a byte more", |proof| proof.push(0));
        let cell = self.publics.len() - 1;
        self.publics[cell][D - 1] += F::ONE;
        self.ask(questions, "another public cell");
        self.publics[cell][D - 1] -= F::ONE;
    }
}

/// What Python says: a line for each question. `None` without Python.
fn python(asked: &str) -> Option<Vec<String>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/verify.py");
    let child = Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        println!("NOTE: no python3: proofs are not verified by tools/verify.py");
        return None;
    };
    child.stdin.take().unwrap().write_all(asked.as_bytes()).unwrap();
    let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    Some(said.lines().map(str::to_string).collect())
}

impl Questions {
    fn compare(self) {
        let Some(said) = python(&self.asked) else { return };
        assert_eq!(said.len(), self.answers.len());
        for ((what, rust), said) in self.answers.iter().zip(said) {
            println!("{what}: {said}");
            assert_eq!(*rust, said == "accepted", "{what}: {said}");
        }
    }
}

fn cell(seed: u32) -> Cell {
    std::array::from_fn(|i| F::new((seed * 5 + i as u32).wrapping_mul(0x9E37_79B1) % P))
}

/// All chips but those of BLAKE3, of two public cells, one of which may be read once more; what comes out is not zero.
fn mixture(factor: u32, again: bool) -> Circuit {
    let b = Builder::new();
    let (x, y) = (b.public(), b.public());
    if again {
        b.inverse(x + 1);
    }
    let mut sponge = Sponge::new(&b, Domain::Transcript);
    [x, y, x * y + x, x * x, b.hint()].into_iter().for_each(|cell| sponge.absorb(cell));
    let elements = b.unpack(sponge.squeeze());
    let bits = b.bits(elements[0]);
    let row = b.pack([4, 3, 2, 1, 0].map(|i| elements[i]));
    let dot = b.dot(x, row, [x, y, x, y, x + y]);
    let chosen = b.select(bits[0], dot, y * factor);
    for digest in b.node(b.hash_row(&[row, chosen]), bits[1]) {
        b.inverse(digest);
    }
    b.finish()
}

/// A leaf of BLAKE3, whose digest is not zero.
fn leaf_of_blake3(width: usize) -> Circuit {
    let b = Builder::new();
    let [x, y] = [b.public(), b.hint()];
    blake3::circuit::leaf(&b, width).hash.into_iter().for_each(|cell| _ = b.inverse(cell * x + y));
    b.finish()
}

fn case_of_mixture(profile: Profile, log_height: usize, hash: Hash) -> Case {
    case_with(Params::new(profile, log_height).unwrap().with_hash(hash))
}

fn case_with(params: Params) -> Case {
    let mut hints = [cell(1), cell(2), cell(3)];
    // The second cell of the sibling.
    hints[2][D - 1] = F::ZERO;
    Case::new(mixture(7, false), &hints, vec![cell(4), cell(5)], params)
}

/// Everything that can be changed, in a proof that has an oracle of WHIR's.
#[test]
fn verifiers_agree_on_changes() {
    let mut questions = Questions::default();
    let mut case = case_of_mixture(Profile::Bits100, 11, Hash::Poseidon2);
    case.ask(&mut questions, "the proof");
    case.ask_changes(&mut questions);
    // The same key, but for what the verifier puts on the bus.
    case.prover.circuit = mixture(7, true);
    case.ask(&mut questions, "another number of reads");
    case.prover = Prover::new(mixture(8, false), case.prover.params.clone()).unwrap();
    case.ask(&mut questions, "another circuit");
    questions.compare();
}

/// Where words are decoded to lists, so that each challenge that combines them has work.
#[test]
fn verifiers_agree_on_changes_of_lists() {
    let mut questions = Questions::default();
    let params = Params::at_rate(Profile::Bits128, 11, 3).unwrap().with_hash(Hash::Blake3);
    let mut case = case_with(params.with_lists(3).unwrap());
    case.ask(&mut questions, "the proof");
    let mut seen = Vec::new();
    for (label, at, _) in case.places() {
        if (label.contains("work") || label.contains("siblings")) && !seen.contains(&label) {
            case.with_proof(&mut questions, label, |proof| proof[at] ^= 1);
            seen.push(label);
        }
    }
    assert_eq!(seen.len(), 5);
    questions.compare();
}

/// Other parameters, other hashes, and the chips of BLAKE3.
#[test]
fn verifiers_agree_on_proofs() {
    let mut questions = Questions::default();
    case_of_mixture(Profile::Bits128, 12, Hash::Poseidon2).ask(&mut questions, "128 bits");
    for hash in [Hash::Mixed, Hash::Blake3] {
        case_of_mixture(Profile::Bits100, 4, hash).ask(&mut questions, &format!("{hash:?}"));
    }
    let params = Params::new(Profile::Bits100, 16).unwrap().with_hash(Hash::Poseidon2);
    let counts = std::iter::once(D).chain(blake3::circuit::cells(20));
    let hints: Vec<_> = (counts.zip(1..))
        .map(|(count, seed)| std::array::from_fn(|i| if i < count { cell(seed)[i] } else { F::ZERO }))
        .collect();
    Case::new(leaf_of_blake3(20), &hints, vec![cell(9)], params).ask(&mut questions, "chips of BLAKE3");
    questions.compare();
}
