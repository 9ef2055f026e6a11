//! Files of compressed proofs and of aggregates.

use aver_sdk::{AggregateProof, RootProof};
use aver_tree::aggregate::Roots;
use aver_tree::part::check_shapes;
use aver_tree::{AggregateFile, Error, RootFile};
use aver_verifier::Error as FileError;

use crate::encodings::empty_machine;

/// A file of a compressed proof.
pub fn root(data: &[u8]) {
    let proof = RootProof::decode(data);
    let file = match (RootFile::decode(data), &proof) {
        (Ok(file), Ok(proof)) if file == *proof.file() => file,
        (Err(_), Err(_)) => return,
        other => panic!("read in two ways: {other:?}"),
    };
    assert_eq!(file.encode(), data, "a file is encoded in one way");
    // What is said of what it hides, of its security and of the circuits it asks for, whatever these are.
    if let Ok(proof) = proof {
        _ = (proof.hides_input(), proof.output_matches(), proof.layers());
    }
    _ = check_shapes(&file.shapes, file.tree.runs.params.log_height);

    let (vk, tree) = (file.vk.digest(), file.tree.digest());
    let verify = |vk, exit_code, tree| {
        file.verify_conditional(vk, exit_code, tree, |_| Ok(empty_machine())).expect_err("accepted")
    };
    verify(&vk, file.exit_code, &tree);
    let other = [1; 32];
    assert!(matches!(verify(&other, file.exit_code, &tree), Error::File(FileError::Program { .. })));
    let of_code = verify(&vk, !file.exit_code, &tree);
    assert!(matches!(of_code, Error::File(FileError::ExitCode { .. })), "{of_code}");
    let of_tree = verify(&vk, file.exit_code, &other);
    assert!(matches!(of_tree, Error::Tree { .. } | Error::File(FileError::Output)), "{of_tree}");
}

/// A file of an aggregate.
pub fn aggregate(data: &[u8]) {
    let proof = AggregateProof::decode(data);
    let file = match (AggregateFile::decode(data), &proof) {
        (Ok(file), Ok(_)) => file,
        (Err(_), Err(_)) => return,
        other => panic!("read in two ways: {other:?}"),
    };
    assert_eq!(file.encode(), data, "a file is encoded in one way");
    if let Ok(proof) = proof {
        _ = (proof.hides_inputs(), proof.layers());
        assert_eq!(proof.claims().len(), file.claims.len());
    }
    let kinds = Roots::all(file.claims.iter().map(|claim| &claim.tree)).0;
    assert!(kinds.len() <= file.claims.len());

    let vks: Vec<_> = file.claims.iter().map(|claim| claim.vk.digest()).collect();
    let trees: Vec<_> = file.claims.iter().map(|claim| claim.tree.digest()).collect();
    let (key, exit_code) = (file.key.digest(), file.claims.first().map_or(0, |claim| claim.exit_code));
    file.verify(&vks, exit_code, &trees, &key, |_| Ok(empty_machine())).expect_err("accepted");
    let refused = file.verify(&vks, exit_code, &trees, &[1; 32], |_| unreachable!("the key comes first"));
    assert!(matches!(refused, Err(Error::Aggregate { .. })), "{refused:?}");
}
