//! A compressed proof, and files that must be refused.

use std::collections::BTreeSet;
use std::fs;
use std::sync::{Arc, OnceLock};

use aver_exec::{Input, Silent};
use aver_prover::{Coprocessor, Options, Setup};
use aver_sha256::Sha256;
use aver_stark::params::Profile;
use aver_tree::circuits::Codes;
use aver_tree::leaf::Kind;
use aver_tree::part::Shape;
use aver_tree::{Code, RootFile};
use aver_tree_prover::{Fold, Leaves, Plan, Stages, Tree};
use aver_verifier::Header;
use aver_verifier::bytes::Fields;

use crate::files::{
    CODE, File, Files, INVALID, MALFORMED, OUTPUT_DIGEST, TRUNCATED, VERIFIED, digits, folder, program,
};

/// All files.
pub const ROOTS: &[File] = &[
    File { name: "good.root", status: VERIFIED, words: "" },
    File { name: "changed.root", status: INVALID, words: "" },
    File { name: "truncated.root", status: TRUNCATED, words: "cut off" },
    File { name: "extended.root", status: MALFORMED, words: "bytes after the end" },
    File { name: "other-output.root", status: OUTPUT_DIGEST, words: "output does not match" },
];

/// Proves the program at a low height, makes one proof of its proofs, once, and writes all files. With the tree's key.
pub fn roots() -> &'static (Files, String) {
    static ROOTS: OnceLock<(Files, String)> = OnceLock::new();
    ROOTS.get_or_init(|| {
        let good = root();
        let folder = folder();
        let mut changed = good.encode();
        let last = changed.len() - 1;
        changed[last - good.proof.len() / 2] ^= 1;
        let mut other = good.clone();
        other.output[0] ^= 1;
        let bytes = good.encode();
        for (name, bytes) in [
            ("good.root", bytes.clone()),
            ("changed.root", changed),
            ("truncated.root", bytes[..last].to_vec()),
            ("extended.root", [&bytes[..], &[0]].concat()),
            ("other-output.root", other.encode()),
        ] {
            fs::write(folder.join(name), bytes).unwrap();
        }
        (Files { folder, vk: digits(&good.vk.digest()) }, digits(&good.tree.digest()))
    })
}

fn root() -> RootFile {
    let options = Options { profile: Profile::Bits100, log_height: 14, ..Options::default() };
    let mounted: [Arc<dyn Coprocessor>; 1] = [Arc::new(Sha256)];
    let setup = Setup::new(&program(), &mounted, options).unwrap();
    let mut file = Vec::new();
    setup.prove(&Input::default(), &mut Silent, &mut file, &mut |_| {}).unwrap();
    let mut fields = Fields::new(&file);
    let header = Header::decode(&mut fields).unwrap();
    let proofs: Vec<&[u8]> = (0..header.proofs()).map(|_| fields.bytes("proof").unwrap()).collect();

    let leaves = Leaves::new(&header, setup.systems()).unwrap();
    let shapes = proofs.iter().enumerate().map(|(i, proof)| leaves.shape(i, proof).unwrap());
    // A tree has large leaves too.
    let large = Shape { kind: Kind::Last, log_chunk: 12, stacks: [64, 64, 520] };
    let shapes: Vec<_> = shapes.chain([large]).collect::<BTreeSet<_>>().into_iter().collect();
    let root = Code::new(15, 1).with_blake3();
    let (small, large, veil) = (Code::new(15, 1), Code::new(16, 1), Code::new(16, 1).with_masks());
    let codes = Codes { small, large, top: large, join: small, veil, root };
    let machine = Arc::new(aver_prover::machine(&header.vk, &mounted).unwrap());
    let tree = Tree::over(Plan::new(machine, setup.params(), shapes.clone(), codes).unwrap()).unwrap();
    let (mut fold, mut stages, keys) = (Fold::new(&tree, leaves.count()), Stages::default(), tree.key().keys);
    for (i, proof) in proofs.iter().enumerate() {
        let leaf = leaves.leaf(i, proof, &keys).unwrap();
        fold.push(tree.part(&leaf, &mut stages).unwrap(), &mut stages).unwrap();
    }
    let node = fold.finish(&mut stages).unwrap();
    let (publics, hints) = leaves.root(&keys).unwrap();
    let proof = tree.root(&publics, hints, &node, &mut stages).unwrap();
    let Header { vk, exit_code, output, output_digest, assumptions, .. } = header;
    assert_eq!(exit_code, CODE);
    let tree = tree.key().clone();
    RootFile { vk, exit_code, output, output_digest, assumptions, tree, shapes, proof }
}
