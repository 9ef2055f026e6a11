//! Files of root proofs.

use aver_machine::Systems;
use aver_stark::hash::Hash;
use aver_stark::params::Profile;
use aver_tree::leaf::Kind;
use aver_tree::{AggregateFile, AggregateKey, Error, RootFile};
use aver_verifier::{Claim, Error as FileError};

/// What is refused of a file that is accepted as of a program that halted with code 7.
pub fn refuses(file: &RootFile, machine: &dyn Fn() -> Systems) {
    let (vk, tree) = (file.vk.digest(), file.tree.digest());
    let verify = |file: &RootFile, vk, code, tree| file.verify(vk, code, tree, |_| Ok(machine()));
    let check = |file: &RootFile| verify(file, &vk, 7, &tree);
    assert_eq!(check(file).unwrap(), file.claim());

    let other = [1; 32];
    let refused = verify(file, &other, 7, &tree);
    assert!(matches!(refused, Err(Error::File(FileError::Program { .. }))), "{refused:?}");
    let refused = verify(file, &vk, 0, &tree);
    assert!(
        matches!(refused, Err(Error::File(FileError::ExitCode { found: 7, expected: 0 }))),
        "{refused:?}"
    );
    assert_eq!(verify(file, &vk, 7, &other), Err(Error::Tree { found: tree, expected: other }));

    // Each thing that verification reads, changed.
    let changed = |change: &dyn Fn(&mut RootFile)| {
        let mut file = file.clone();
        change(&mut file);
        check(&file).unwrap_err()
    };
    assert_eq!(changed(&|f| f.output.push(0)), FileError::Output.into());
    assert_eq!(changed(&|f| f.output_digest[0] ^= 1), FileError::Output.into());
    assert!(matches!(changed(&|f| f.vk.entry += 1), Error::File(FileError::Program { .. })));
    let changes: [&dyn Fn(&mut RootFile); 8] = [
        &|f| f.tree.runs.machine[0] ^= 1,
        &|f| f.tree.runs.rows[1] += 1,
        &|f| f.tree.class.rows[0] += 1,
        &|f| f.tree.class.params.log_height += 1,
        &|f| f.tree.class.params.base.log_domain -= 1,
        &|f| f.tree.class.params.profile = Profile::Bits128,
        &|f| f.tree.class.params.hash = Hash::Poseidon2,
        &|f| (f.tree.root, f.tree.keys) = (f.tree.keys, f.tree.root),
    ];
    for (i, change) in changes.into_iter().enumerate() {
        assert!(matches!(changed(change), Error::Tree { .. }), "change {i}");
    }
    // Who chooses the tree's key cannot say how many cells are public.
    let mut cells = file.clone();
    cells.tree.runs.rows[0] += 1;
    let own = cells.tree.digest();
    let refused = cells.verify(&vk, 7, &own, |_| Ok(machine()));
    assert_eq!(refused, Err(Error::Program { what: "the number of fixed tables" }));
    let last = file.proof.len() - 1;
    for at in [0, last / 2, last] {
        assert!(matches!(changed(&|f| f.proof[at] ^= 1), Error::Proof(_)), "byte {at} of the proof");
    }
    bytes(file, &check);
}

/// Files that are not as they should be, or not of the same proof.
pub fn changed(file: &RootFile) -> Vec<Vec<u8>> {
    let good = file.encode();
    let at = |field: &[u8]| good.windows(field.len()).position(|bytes| bytes == field).unwrap();
    let output = at(&file.output);
    let (vk, tree) = (at(&file.vk.encode()), at(&file.tree.encode()));
    let (shapes, proof) = (tree + file.tree.encode().len() + 4, good.len() - file.proof.len());
    let middle = proof + file.proof.len() / 2;
    // Magic, version, key, exit code, output, its digest, tree, number of shapes, a kind, a chunk; the proof.
    let places = [
        0,
        8,
        vk,
        vk + 4,
        output - 8,
        output,
        output + file.output.len(),
        tree + 4,
        shapes - 2,
        shapes,
        shapes + 1,
        proof,
        middle,
    ];
    let mut files: Vec<Vec<u8>> = Vec::new();
    for at in places {
        let mut bytes = good.clone();
        bytes[at] ^= 0x80;
        files.push(bytes);
    }
    files.extend([[&good[..], &[0]].concat(), good[..good.len() - 1].to_vec()]);
    files.push(RootFile { shapes: file.shapes.iter().rev().copied().collect(), ..file.clone() }.encode());
    for bytes in &files {
        let read = RootFile::decode(bytes);
        assert!(read.is_err() || read.is_ok_and(|read| read != *file));
    }
    files
}

/// Cut, extended and changed files.
fn bytes(file: &RootFile, check: &dyn Fn(&RootFile) -> Result<aver_verifier::Claim, Error>) {
    let bytes = file.encode();
    assert_eq!(RootFile::decode(&bytes).as_ref(), Ok(file));
    let start = bytes.len() - file.proof.len();
    for cut in (0..start).chain([bytes.len() / 2, bytes.len() - 1]) {
        let expected = if cut < 8 { "Magic" } else { "Truncated" };
        let refused = RootFile::decode(&bytes[..cut]).unwrap_err();
        assert!(format!("{refused:?}").starts_with(expected), "{cut} bytes: {refused:?}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(RootFile::decode(&longer), Err(FileError::TrailingBytes { field: "proof file" }));
    let mut version = bytes.clone();
    version[8] ^= 1;
    assert!(matches!(RootFile::decode(&version), Err(FileError::Version { .. })));
    // What is read must be all there is, and be refused; but for the shapes, which say how to make the tree again.
    let mut of_shapes = 0;
    for at in (0..start).flat_map(|at| [(at, 1), (at, 0x80)]) {
        let mut changed = bytes.clone();
        changed[at.0] ^= at.1;
        let Ok(read) = RootFile::decode(&changed) else { continue };
        assert_eq!(read.encode(), changed, "byte {at:?}");
        match read.shapes == file.shapes {
            true => _ = check(&read).unwrap_err(),
            false => of_shapes += 1,
        }
    }
    assert!(of_shapes > 0);
    for shapes in [file.shapes.iter().rev().copied().collect(), vec![file.shapes[0]; 2]] {
        let unordered = RootFile { shapes, ..file.clone() }.encode();
        assert_eq!(RootFile::decode(&unordered), Err(FileError::Malformed { field: "shapes" }));
    }
    let mut cells = file.clone();
    cells.tree.runs.rows[1] = 257;
    assert!(matches!(
        RootFile::decode(&cells.encode()),
        Err(FileError::Limit { value: 257, limit: 256, .. })
    ));
    let mut large = file.clone();
    large.shapes.last_mut().unwrap().stacks = [1 << 15, 1 << 15, u32::MAX as usize];
    assert!(matches!(RootFile::decode(&large.encode()), Err(FileError::Limit { limit: 32768, .. })));
    let of_kind = |kind| aver_tree::part::Shape { kind, ..file.shapes[0] };
    let many = (0..129).map(|i| aver_tree::part::Shape { stacks: [i, 0, 0], ..of_kind(Kind::Last) });
    let many = RootFile { shapes: many.collect(), ..file.clone() }.encode();
    assert!(matches!(RootFile::decode(&many), Err(FileError::Limit { value: 129, limit: 128, .. })));
}

/// Files of aggregates, of claims of this file, and a proof of nothing.
pub fn aggregates(file: &RootFile, machine: &dyn Fn() -> Systems) {
    let claim = RootFile { proof: Vec::new(), ..file.clone() };
    let key = AggregateKey { class: file.tree.class.clone(), join: file.tree.root, keys: file.tree.keys };
    let good = AggregateFile { key, claims: vec![claim; 2], proof: vec![1, 2, 3] };
    let (vk, tree, digest) = (file.vk.digest(), file.tree.digest(), good.key.digest());
    let other = [1; 32];
    let verify = |file: &AggregateFile, vks: &[_], code, trees: &[_], key| {
        file.verify(vks, code, trees, key, |_| Ok(machine())).unwrap_err()
    };
    let check = |file: &AggregateFile| verify(file, &[vk], 7, &[other, tree], &digest);
    assert!(matches!(check(&good), Error::Proof(_)));
    let program = verify(&good, &[other], 7, &[tree], &digest);
    assert!(matches!(program, Error::File(FileError::Program { .. })), "{program:?}");
    assert_eq!(verify(&good, &[vk, other], 7, &[tree], &digest), Error::Missing { vk: other });
    assert!(matches!(verify(&good, &[vk], 0, &[tree], &digest), Error::File(FileError::ExitCode { .. })));
    assert_eq!(verify(&good, &[vk], 7, &[other], &digest), Error::Tree { found: tree, expected: other });
    assert_eq!(verify(&good, &[vk], 7, &[tree], &other), Error::Aggregate { found: digest, expected: other });
    let with = |change: &dyn Fn(&mut AggregateFile)| {
        let mut file = good.clone();
        change(&mut file);
        file
    };
    assert_eq!(check(&with(&|f| f.claims[1].output.push(0))), FileError::Output.into());
    assert!(matches!(check(&with(&|f| f.key.class.rows[0] += 1)), Error::Aggregate { .. }));
    assert_eq!(check(&with(&|f| f.claims.truncate(1))), Error::Claims);
    let mut cells = with(&|f| f.claims.iter_mut().for_each(|claim| claim.tree.runs.rows[1] += 1));
    cells.claims.truncate(2);
    let refused = verify(&cells, &[vk], 7, &[cells.claims[0].tree.digest()], &digest);
    assert_eq!(refused, Error::Program { what: "the number of fixed tables" });
    assumed(&good, &|file: &AggregateFile, vks: &[[u8; 32]], code| verify(file, vks, code, &[tree], &digest));
    // One machine for all claims, and none of a file that is refused anyway.
    let made = std::cell::Cell::new(0);
    let count = |key| {
        made.set(0);
        let refused = good.verify(&[vk], 7, &[tree], key, |_| Ok((made.set(made.get() + 1), machine()).1));
        (refused.is_err(), made.get())
    };
    assert_eq!((count(&digest), count(&other)), ((true, 1), (true, 0)));

    let bytes = good.encode();
    assert_eq!(AggregateFile::decode(&bytes).as_ref(), Ok(&good));
    for cut in 0..bytes.len() {
        let expected = if cut < 8 { "Magic" } else { "Truncated" };
        let refused = AggregateFile::decode(&bytes[..cut]).unwrap_err();
        assert!(format!("{refused:?}").starts_with(expected), "{cut} bytes: {refused:?}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(AggregateFile::decode(&longer), Err(FileError::TrailingBytes { field: "proof file" }));
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let Ok(read) = AggregateFile::decode(&changed) else { continue };
        assert!(read != good && read.encode() == changed, "byte {at}");
    }
    let many = with(&|f| f.claims[0].assumptions = vec![file.claim(); (1 << 16) + 1]).encode();
    assert!(matches!(AggregateFile::decode(&many), Err(FileError::Limit { value: 65537, limit: 65536, .. })));
    let proved = with(&|f| f.claims[0].proof.push(0)).encode();
    assert_eq!(AggregateFile::decode(&proved), Err(FileError::Malformed { field: "claim" }));
}

/// Verifies a file for these programs and this exit code: why it is refused.
type Refusal<'a> = &'a dyn Fn(&AggregateFile, &[[u8; 32]], u32) -> Error;

/// Claims that assume others, of any program and exit code: these must stand behind.
fn assumed(good: &AggregateFile, verify: Refusal<'_>) {
    let mut file = good.clone();
    let [outer, inner] = &mut file.claims[..] else { panic!("two claims") };
    (inner.vk.entry, inner.exit_code) = (inner.vk.entry ^ 1, 9);
    let [of, shown] = [outer, inner].map(|root| root.claim());
    let with = |change: &dyn Fn(&mut [RootFile])| {
        let mut file = file.clone();
        change(&mut file.claims);
        file
    };
    let assume = |f: &mut [RootFile], claim| f[0].assumptions = vec![claim];
    // Up to the proof, which is none; with the inner program named, too, it must have the exit code.
    let complete = with(&|f| assume(f, shown));
    assert!(matches!(verify(&complete, &[of.vk], 7), Error::Proof(_)));
    assert_eq!(verify(&complete, &[of.vk, shown.vk], 7), Error::Missing { vk: shown.vk });
    assert_eq!(
        verify(&complete, &[shown.vk], 9),
        FileError::Program { found: of.vk, expected: shown.vk }.into()
    );
    // Not assumed: it is of no named program.
    let of_nobody = FileError::Program { found: shown.vk, expected: of.vk };
    assert_eq!(verify(&file, &[of.vk], 7), of_nobody.into());
    // Another program, exit code or output is assumed, or one more.
    let (mut vk, mut output_digest) = (shown.vk, shown.output_digest);
    (vk[31], output_digest[31]) = (vk[31] ^ 1, output_digest[31] ^ 1);
    let others = [Claim { vk, ..shown }, Claim { exit_code: 8, ..shown }, Claim { output_digest, ..shown }];
    for missing in others {
        let refused = Error::Assumption { of: of.vk, missing };
        let one_more = with(&|f| f[0].assumptions = vec![shown, missing]);
        assert_eq!(verify(&one_more, &[of.vk], 7), refused);
        let instead = with(&|f| {
            assume(f, missing);
            f[1].exit_code = 7;
        });
        let refused = verify(&instead, &[of.vk, shown.vk], 7);
        assert!(matches!(refused, Error::Assumption { .. }), "{refused:?}");
    }
    // In another order; itself; each other.
    let mut turned = complete.clone();
    turned.claims.swap(0, 1);
    let asked = [of.vk, shown.vk];
    assert!(matches!(verify(&turned, &asked, 7), Error::File(FileError::ExitCode { .. })));
    turned.claims[0].exit_code = 7;
    turned.claims[1].assumptions = vec![turned.claims[0].claim()];
    let refused = verify(&turned, &asked, 7);
    assert_eq!(refused, Error::Assumption { of: of.vk, missing: turned.claims[0].claim() });
    let itself = with(&|f| {
        assume(f, of);
        f[1].exit_code = 7;
    });
    assert_eq!(verify(&itself, &asked, 7), Error::Assumption { of: of.vk, missing: of });
    let cycle = with(&|f| {
        f[1].assumptions = vec![of];
        assume(f, shown);
    });
    assert_eq!(verify(&cycle, &[of.vk], 7), Error::Assumption { of: shown.vk, missing: of });
}
