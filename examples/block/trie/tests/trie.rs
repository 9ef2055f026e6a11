//! Against the roots that `alloy-trie` builds from all leaves at once.

use alloy_primitives::{B256, Bytes, keccak256, map::B256Map};
use alloy_trie::{EMPTY_ROOT_HASH, HashBuilder, Nibbles, proof::ProofRetainer};
use block_trie::{Error, Nodes, Trie};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IteratorRandom};
use std::collections::BTreeMap;

type Leaves = BTreeMap<B256, Vec<u8>>;

/// The root, and the nodes on the way to some keys.
fn build<'a>(leaves: &Leaves, keys: impl IntoIterator<Item = &'a B256>) -> (B256, B256Map<Bytes>) {
    let keys = keys.into_iter().map(Nibbles::unpack).collect();
    let mut builder = HashBuilder::default().with_proof_retainer(ProofRetainer::new(keys));
    for (key, value) in leaves {
        builder.add_leaf(Nibbles::unpack(key), value);
    }
    let root = builder.root();
    let nodes = builder.take_proof_nodes().into_nodes_sorted();
    (root, nodes.into_iter().map(|(_, node)| (keccak256(&node), node)).collect())
}

fn borrow(nodes: &B256Map<Bytes>) -> Nodes<'_> {
    nodes.iter().map(|(hash, node)| (*hash, node.as_ref())).collect()
}

/// Keys that share long beginnings, so that there are extensions, short nodes and deep branches.
fn key(random: &mut StdRng) -> B256 {
    let mut key = B256::ZERO;
    for position in [0, 1, 30, 31] {
        key[position] = *[0x00, 0x01, 0x10, 0x11, 0xf0].iter().choose(random).unwrap();
    }
    key
}

fn value(random: &mut StdRng) -> Vec<u8> {
    let length = *[1, 2, 32, 70].iter().choose(random).unwrap();
    (0..length).map(|_| random.random_range(1..=255)).collect()
}

#[test]
fn changes_as_built_anew() {
    let mut random = StdRng::seed_from_u64(7);
    for size in [0, 1, 2, 3, 5, 10, 40, 200] {
        for _ in 0..5 {
            let mut leaves: Leaves = (0..size).map(|_| (key(&mut random), value(&mut random))).collect();
            let (root, nodes) = build(&leaves, leaves.keys());
            let nodes = borrow(&nodes);
            let mut trie = Trie::new(root);
            for _ in 0..30 {
                let key = key(&mut random);
                assert_eq!(trie.get(key, &nodes).unwrap(), leaves.get(&key).map(Vec::as_slice));
                if random.random() {
                    let value = value(&mut random);
                    trie.insert(key, value.clone(), &nodes).unwrap();
                    leaves.insert(key, value);
                } else {
                    trie.remove(key, &nodes).unwrap();
                    leaves.remove(&key);
                }
                assert_eq!(trie.root(), build(&leaves, []).0);
            }
            for key in leaves.keys() {
                trie.remove(*key, &nodes).unwrap();
            }
            assert_eq!(trie.root(), EMPTY_ROOT_HASH);
        }
    }
}

#[test]
fn needs_the_nodes_on_the_way_and_no_others() {
    let leaves: Leaves = (0..100u8).map(|i| (keccak256([i]), vec![i + 1; 40])).collect();
    let (known, other) = (keccak256([3]), keccak256([4]));
    let (root, nodes) = build(&leaves, [&known]);
    let nodes = borrow(&nodes);
    let mut trie = Trie::new(root);
    assert_eq!(trie.get(known, &nodes), Ok(Some(&[4; 40][..])));
    assert!(matches!(trie.get(other, &nodes), Err(Error::Missing(_))));
    trie.insert(known, vec![9], &nodes).unwrap();
    let changed: Leaves =
        leaves.iter().map(|(k, v)| (*k, if *k == known { vec![9] } else { v.clone() })).collect();
    assert_eq!(trie.root(), build(&changed, []).0);
}

#[test]
fn a_removal_needs_what_it_joins() {
    let keys = [0x11, 0x12].map(B256::repeat_byte);
    let leaves: Leaves = keys.map(|key| (key, vec![1; 40])).into();
    let (root, nodes) = build(&leaves, [&keys[0]]);
    assert!(matches!(Trie::new(root).remove(keys[0], &borrow(&nodes)), Err(Error::Missing(_))));
}

#[test]
fn wrong_nodes_are_errors() {
    let key = B256::repeat_byte(1);
    // Nothing; a string; an extension to nowhere; a path that is too long for any key; garbage.
    let long = [&[0xe3, 0xa1, 0x20][..], &[0; 32], &[0x01]].concat();
    for node in [&[0x80][..], &[0x83, 1, 2, 3], &[0xc4, 0x82, 0x00, 0x01, 0x80], &long, &[], &[0xff; 40]] {
        let hash = keccak256(node);
        let nodes = Nodes::from_iter([(hash, node)]);
        assert!(Trie::new(hash).get(key, &nodes).is_err() || Trie::new(hash).get(key, &nodes) == Ok(None));
        let _ = Trie::new(hash).insert(key, vec![1], &nodes);
        let _ = Trie::new(hash).remove(key, &nodes);
    }
}
