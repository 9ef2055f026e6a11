//! A run of a program as one proof.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use aver_exec::{Input, Silent};
use aver_isa::calls::HALT;
use aver_isa::testing::{Asm, reg};
use aver_machine::Systems;
use aver_machine::public::PC_HALT;
use aver_prover::shapes::Shapes;
use aver_prover::{Options, Setup};
use aver_recursion_prover::run;
use aver_stark::field::F;
use aver_stark::hash::Node as Key;
use aver_stark::params::{Params, Profile};
use aver_stark_prover::stages::Stages;
use aver_tree::circuits::Codes;
use aver_tree::keys::Kind;
use aver_tree::leaf;
use aver_tree::part::Shape;
use aver_tree::{Code, RootFile, TreeKey, verify};
use aver_tree_prover::leaves::Leaf;
use aver_tree_prover::{Error, Fold, Groups, Kept, Known, Leaves, Plan, Tree};
use aver_verifier::bytes::Fields;
use aver_verifier::{Claim, Header, VerifyingKey};
use p3_field::PrimeCharacteristicRing;
use sha2::{Digest as _, Sha256};

use super::assert_refused;
use super::python::{answers, question};

/// What the program says.
const OUTPUT: &[u8; 8] = b"a proof!";

/// Loops a little, says something, and halts.
fn program() -> Vec<u8> {
    let mut asm = Asm::new();
    asm.li(reg::T1, 20).addi(reg::T1, reg::T1, -1).bne(reg::T1, 0, -4);
    asm.write(3, Asm::DATA, OUTPUT.len() as u64).li(reg::A1, u64::from(Asm::DATA) + 8);
    asm.li(reg::A0, 7).call(HALT);
    asm.elf(&[&OUTPUT[..], &Sha256::digest(OUTPUT)].concat(), 40)
}

/// A run in shards of so many cycles: the header, and the proofs.
fn prove(max_shard_cycles: Option<u64>) -> (Setup, Header, Vec<Vec<u8>>) {
    let options =
        Options { profile: Profile::Bits100, log_height: 14, max_shard_cycles, ..Options::default() };
    let setup = Setup::new(&program(), &[], options).unwrap();
    let mut file = Vec::new();
    let input = Input::new([]).unwrap();
    setup.prove(&input, &mut Silent, &mut file, &mut |_| {}).unwrap();
    let mut fields = Fields::new(&file);
    let header = Header::decode(&mut fields).unwrap();
    let count = header.memory.len() + header.shards.len();
    let proofs = (0..count).map(|_| fields.bytes("proof").unwrap().to_vec()).collect();
    (setup, header, proofs)
}

#[test]
fn a_run_is_one_proof() {
    let (setup, header, proofs) = prove(Some(40));
    let machine = setup.systems();
    let leaves = Leaves::new(&header, machine).unwrap();
    let shapes: BTreeSet<_> =
        proofs.iter().enumerate().map(|(i, proof)| leaves.shape(i, proof).unwrap()).collect();
    // Those of the run are small, and there is no tree without large ones.
    let kind = |shape: &Shape| shape.size(setup.params().log_height);
    assert!(shapes.iter().all(|shape| kind(shape) == Kind::Small), "{shapes:?}");
    let usual = Shapes::new(setup.params(), false);
    let large = usual.all().iter().map(|shape| Shape {
        kind: leaf::Kind::Last,
        log_chunk: shape.log_chunk,
        stacks: shape.stacks,
    });
    let mut shapes = shapes;
    shapes.extend(large.filter(|shape| kind(shape) == Kind::Large).take(1));
    let shapes: Vec<_> = shapes.into_iter().collect();
    let root = Code::new(16, 3).with_blake3().with_masks().with_lists(3);
    let (small, large, veil) = (Code::new(15, 1), Code::new(16, 1), Code::new(16, 1).with_masks());
    let codes = Codes { small, large, top: large, join: small, veil, root };
    let plan = || {
        let machine = Arc::new(Systems::new(Vec::new()).unwrap());
        Plan::new(machine, setup.params(), shapes.clone(), codes).unwrap()
    };
    let tree = Tree::over(plan()).unwrap();
    let keys = tree.key().keys;

    let (mut fold, mut stages) = (Fold::new(&tree, proofs.len()), Stages::default());
    for (i, proof) in proofs.iter().enumerate() {
        let leaf = leaves.leaf(i, proof, &keys).unwrap();
        let mut same = shapes.iter().filter(|shape| kind(shape) == Kind::Small);
        let place = same.position(|shape| *shape == leaf.shape).unwrap();
        refuses(&tree, place, &leaf);
        fold.push(tree.part(&leaf, &mut stages).unwrap(), &mut stages).unwrap();
        // The proof of another part, or of none.
        leaves.leaf((i + 1) % proofs.len(), proof, &keys).map(drop).unwrap_err();
        leaves.leaf(proofs.len(), proof, &keys).map(drop).unwrap_err();
        let other = Leaf { shape: aver_tree::part::Shape { stacks: [1; 3], ..leaf.shape }, ..leaf };
        assert!(matches!(tree.part(&other, &mut stages), Err(Error::Shape(_))));
    }
    let node = fold.finish(&mut stages).unwrap();
    let (publics, hints) = leaves.root(&keys).unwrap();
    let proof = tree.root(&publics, hints, &node, &mut stages).unwrap();

    let claim = header.claim();
    let check = |key, vk, claim: &Claim| verify(key, machine, vk, claim, &header.assumptions, &proof);
    let (key, vk) = (tree.key(), &header.vk);
    check(key, vk, &claim).unwrap();
    // As if it had assumed something.
    verify(key, machine, vk, &claim, &[claim], &proof).unwrap_err();
    let mut other_vk = vk.clone();
    other_vk.entry += 1;
    check(key, &other_vk, &claim).unwrap_err();
    // Trees for runs of another security, or of another machine, or of other circuits.
    let mut other_params = key.clone();
    other_params.runs.params = Params::new(Profile::Bits128, 14).unwrap();
    let mut other_machine = key.clone();
    other_machine.runs.machine[0] += 1;
    for key in [&other_params, &other_machine] {
        assert!(matches!(check(key, vk, &claim), Err(aver_tree::Error::Program { .. })));
    }
    let mut other_keys = key.clone();
    other_keys.keys = other_keys.root;

    let root = RootFile {
        vk: vk.clone(),
        exit_code: 7,
        output: OUTPUT.to_vec(),
        output_digest: header.output_digest,
        assumptions: header.assumptions.clone(),
        tree: key.clone(),
        shapes: shapes.clone(),
        proof: proof.clone(),
    };
    super::file::refuses(&root, &|| Systems::new(Vec::new()).unwrap());
    super::file::aggregates(&root, &|| Systems::new(Vec::new()).unwrap());

    let other_output = b"a roof!";
    let other_output = RootFile {
        output: other_output.to_vec(),
        output_digest: Sha256::digest(other_output).into(),
        ..root.clone()
    };
    let refused = [
        RootFile { exit_code: 8, ..root.clone() },
        other_output,
        RootFile { vk: other_vk.clone(), ..root.clone() },
        RootFile { tree: other_params.clone(), ..root.clone() },
        RootFile { tree: other_machine.clone(), ..root.clone() },
        RootFile { tree: other_keys, ..root.clone() },
    ];
    for file in &refused {
        check(&file.tree, &file.vk, &file.claim()).unwrap_err();
    }
    // The second verifier says the same, of these and of files that are not as they should be.
    let (digest, tree_digest) = (vk.digest(), key.digest());
    let mut questions = question(&root.encode(), &digest, 7, &tree_digest);
    for file in &refused {
        questions += &question(&file.encode(), &file.vk.digest(), file.exit_code, &file.tree.digest());
    }
    let changed = super::file::changed(&root);
    for file in &changed {
        questions += &question(file, &digest, 7, &tree_digest);
    }
    questions += &question(&root.encode(), &[1; 32], 7, &tree_digest);
    questions += &question(&root.encode(), &digest, 0, &tree_digest);
    questions += &question(&root.encode(), &digest, 7, &[1; 32]);
    if let Some(answers) = answers(&questions) {
        assert_eq!((answers[0], answers.len()), (true, 1 + refused.len() + changed.len() + 3));
        assert!(answers[1..].iter().all(|accepted| !accepted), "{answers:?}");
    }
    keys_of_others(&tree, machine, &header.vk, &claim, &proof);
    known(&tree, &plan, &shapes);
    known_of_another(&tree, &plan);
    both(&tree, proof.len());
}

/// Keys of another tree are taken for the same circuits of classes that are the same, and for no others.
fn known_of_another(tree: &Tree, plan: &dyn Fn() -> Plan) {
    let known = tree.known();
    let mut other = known.clone();
    other.classes.small.rows[0] += 1;
    let pairs = plan().pairs().len();
    other.keys[Kind::Small as usize].fill(known.root);
    other.keys[Kind::Top as usize].fill(known.root);
    let mut expected = known.clone();
    expected.keys[Kind::Top as usize][..pairs].fill(known.root);
    assert_eq!(plan().known_beside(Some((&plan(), &other))).unwrap(), expected);
}

/// A run in one shard: one circuit verifies both proofs, and the root is as large.
fn both(tree: &Tree, size: usize) {
    let (setup, header, proofs) = prove(None);
    let (leaves, keys) = (Leaves::new(&header, setup.systems()).unwrap(), tree.key().keys);
    assert_eq!(proofs.len(), 2);
    let [first, second] = [0, 1].map(|i| leaves.leaf(i, &proofs[i], &keys).unwrap());
    let place = tree.pair_of(&[first.shape, second.shape]).unwrap();
    assert_eq!(tree.pair_of(&[second.shape, first.shape]), None);
    let stages = &mut Stages::default();
    assert!(matches!(tree.pair(place, [&second, &first], stages), Err(Error::Apart)));
    let node = tree.pair(place, [&first, &second], stages).unwrap();
    let (publics, hints) = leaves.root(&keys).unwrap();
    let proof = tree.root(&publics, hints, &node, stages).unwrap();
    verify(tree.key(), setup.systems(), &header.vk, &header.claim(), &[], &proof).unwrap();
    assert!(proof.len().abs_diff(size) < size / 20, "{} and {size} bytes", proof.len());
}

/// Keeps groups.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<HashMap<Key, Groups>>>);

impl Kept for Memory {
    fn load(&self, key: &Key) -> Option<Groups> {
        self.0.lock().unwrap().get(key).cloned()
    }

    fn save(&self, key: &Key, groups: &Groups) {
        self.0.lock().unwrap().insert(*key, groups.clone());
    }
}

/// Keys that are kept: whole and of this tree, or they are made again; of its circuits, or there is no proof.
fn known(tree: &Tree, plan: &dyn Fn() -> Plan, shapes: &[Shape]) {
    let known = tree.known();
    let bytes = known.encode(&plan());
    assert_eq!(Known::decode(&plan(), &bytes).as_ref(), Some(&known));
    for at in (0..bytes.len()).step_by(97) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert_eq!(Known::decode(&plan(), &changed), None);
        assert_eq!(Known::decode(&plan(), &bytes[..at]), None);
    }
    let mut other = plan();
    other.shapes.pop();
    assert!(Known::decode(&other, &bytes).is_none() && other.shapes.len() < shapes.len());
    // What is kept of circuits spares work; if it is not theirs, it is computed again.
    let (memory, key) = (Memory::default(), known.keys[Kind::Small as usize][0]);
    let groups = || {
        let tree = Tree::of(plan(), known.clone()).unwrap().with_kept(memory.clone());
        let prover = tree.prover(Kind::Small, 0).unwrap();
        assert_eq!(prover.key().root, Some(key));
        prover.groups().unwrap()
    };
    let of_key = groups();
    let kept = || memory.0.lock().unwrap().clone();
    assert_eq!(kept(), HashMap::from([(key, of_key.clone())]));
    assert_eq!(groups(), of_key);
    let changes =
        [|groups: &mut Groups| groups.nodes.truncate(7), |groups: &mut Groups| groups.nodes.swap(0, 1)];
    for change in changes {
        change(memory.0.lock().unwrap().get_mut(&key).unwrap());
        assert_ne!(kept()[&key], of_key);
        assert_eq!(groups(), of_key);
        assert_eq!(kept()[&key], of_key);
    }
    // Those of another circuit, as if the code that records circuits had changed: this one has not the key that is known.
    let with_kept = |known| Tree::of(plan(), known).unwrap().with_kept(memory.clone());
    with_kept(known.clone()).prover(Kind::Small, 1).unwrap();
    let mut stale = known.clone();
    stale.keys[Kind::Small as usize][0] = known.keys[Kind::Small as usize][1];
    assert!(kept().contains_key(&stale.keys[Kind::Small as usize][0]));
    assert!(matches!(with_kept(stale).prover(Kind::Small, 0), Err(Error::Known)));
    // What is not so, but whole.
    let mut false_key = known.clone();
    false_key.keys[0][0] = known.root;
    let mut too_small = known.clone();
    too_small.classes.small.rows.iter_mut().for_each(|rows| *rows /= 2);
    for known in [false_key, too_small] {
        let tree = Tree::of(plan(), known).unwrap();
        assert!(matches!(tree.prover(Kind::Small, 0), Err(Error::Known)));
    }
}

/// Programs that the tree is not for, whatever their key's digest.
fn keys_of_others(tree: &Tree, machine: &Systems, vk: &VerifyingKey, claim: &Claim, proof: &[u8]) {
    let refused = |of: &str, change: &dyn Fn(&mut TreeKey, &mut VerifyingKey)| {
        let (mut key, mut vk) = (tree.key().clone(), vk.clone());
        change(&mut key, &mut vk);
        let claim = Claim { vk: vk.digest(), ..*claim };
        match verify(&key, machine, &vk, &claim, &[], proof) {
            Err(aver_tree::Error::Program { what }) => assert_eq!(what, of),
            other => panic!("{of}: {other:?}"),
        }
    };
    refused("the security or the height", &|_, vk| vk.profile = Profile::Bits128);
    refused("the security or the height", &|_, vk| vk.log_height -= 1);
    refused("the machine", &|_, vk| vk.machine[0] += 1);
    refused("the machine", &|key, vk| {
        vk.machine[0] += 1;
        key.runs.machine = vk.machine;
    });
    refused("the machine", &|key, _| key.runs.machine[0] += 1);
    refused("the entry", &|_, vk| vk.entry = PC_HALT);
    refused("the fixed columns", &|_, vk| vk.shard.root = None);
    refused("the fixed columns", &|_, vk| vk.memory.rows.reverse());
    refused("the fixed columns", &|_, vk| _ = vk.shard.rows.pop());
}

/// No other statement or context, and nothing else that the header says of a part.
fn refuses(tree: &Tree, place: usize, leaf: &Leaf) {
    let circuit = &tree.prover(Kind::Small, place).unwrap().circuit;
    let (cells, hints) = (leaf.statement.cells(), [&leaf.context[..], &leaf.hints].concat());
    run(circuit, &cells, &hints).unwrap();
    for (at, element) in (2..7).flat_map(|at| [(at, 0), (at, 3)]) {
        let mut others = cells;
        others[at][element] += F::ONE;
        assert_refused(circuit, &others, &hints, &format!("{:?}: cell {at}", leaf.shape));
    }
    // Where it starts, root and rows of boundary tables, salt, numbers, and rows that the proof says.
    let context = leaf.context.len();
    for at in (context..context + 16).chain([0, context - 1]) {
        let mut others = hints.clone();
        others[at][0] += F::ONE;
        assert_refused(circuit, &cells, &others, &format!("{:?}: hint {at}", leaf.shape));
    }
}
