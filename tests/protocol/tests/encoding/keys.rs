//! Verifying keys: one encoding each, and a name that says everything.

use aver_protocol_tests::fields::{of_key, replaced};
use aver_stark::field::f;
use aver_stark::hash::Node;
use aver_stark::params::Profile;
use aver_stark::verify::FixedKey;
use aver_verifier::bytes::Fields;
use aver_verifier::{Error, VerifyingKey};

use crate::changes::changes;

/// A key that has everything a key can have.
pub fn with_coprocessors() -> VerifyingKey {
    let fixed = |seed: u32| FixedKey {
        root: Some(Node([f(seed); 9])),
        rows: vec![None, Some(1 << 16), Some(100 + seed as usize), None],
    };
    VerifyingKey {
        profile: Profile::Bits128,
        log_height: 17,
        entry: 7,
        coprocessors: vec![(0x5000_1000, "sha256".into()), (0x5000_1001, "other".into())],
        machine: [9; 32],
        shard: fixed(1),
        memory: fixed(2),
    }
}

fn decoded(bytes: &[u8]) -> Result<VerifyingKey, Error> {
    let mut fields = Fields::new(bytes);
    let key = VerifyingKey::decode(&mut fields)?;
    fields.finish("key")?;
    Ok(key)
}

/// A key in other bytes is another key, with another name, or none.
#[test]
fn every_field_of_a_key_is_in_its_name() {
    let none = FixedKey { root: None, rows: vec![None] };
    for key in
        [with_coprocessors(), VerifyingKey { shard: none.clone(), memory: none, ..with_coprocessors() }]
    {
        let bytes = key.encode();
        assert_eq!(decoded(&bytes).as_ref(), Ok(&key));
        let mut names = vec![key.digest()];
        for field in of_key(&bytes) {
            for (what, new) in changes(&field, &bytes[field.bytes.clone()], None) {
                let new = replaced(&bytes, &field, &new);
                if let Ok(other) = decoded(&new) {
                    assert_eq!(
                        other.encode(),
                        new,
                        "{} {what}: an encoding that is not canonical",
                        field.name
                    );
                    assert_ne!(other, key, "{} {what}", field.name);
                    assert_ne!(other.digest(), names[0], "{} {what}", field.name);
                    names.push(other.digest());
                }
            }
            assert!(decoded(&bytes[..field.bytes.start]).is_err(), "cut before {}", field.name);
        }
        // At least one change of each of the fields a name depends on can be decoded.
        assert!(names.len() > 45, "{}", names.len());
        assert!(decoded(&[&bytes[..], &[0]].concat()).is_err());
    }
    for log_height in [22, 255] {
        let bytes = VerifyingKey { log_height, ..with_coprocessors() }.encode();
        assert_eq!(decoded(&bytes), Err(Error::Malformed { field: "log_height" }));
    }
    let mut unsorted = with_coprocessors();
    unsorted.coprocessors.swap(0, 1);
    assert_eq!(decoded(&unsorted.encode()), Err(Error::Malformed { field: "coprocessors" }));
}

/// Each field of the key in turn, as the verifier's caller names it: by digest.
#[test]
fn no_other_key_has_this_name() {
    type Change = fn(&mut VerifyingKey);
    let changes: &[(&str, Change)] = &[
        ("profile", |k| k.profile = Profile::Bits100),
        ("log_height", |k| k.log_height -= 1),
        ("entry", |k| k.entry += 1),
        ("a coprocessor less", |k| _ = k.coprocessors.pop()),
        ("call", |k| k.coprocessors[1].0 += 1),
        ("name", |k| k.coprocessors[0].1 = "sha257".into()),
        ("letters of two names", |k| {
            k.coprocessors[0].1 = "sha256o".into();
            k.coprocessors[1].1 = "ther".into();
        }),
        ("machine", |k| k.machine[31] ^= 1),
        ("shard root", |k| k.shard.root = Some(Node([f(3); 9]))),
        ("no shard root", |k| k.shard.root = None),
        ("memory root", |k| k.memory.root = Some(Node([f(3); 9]))),
        ("no memory root", |k| k.memory.root = None),
        ("shard rows", |k| k.shard.rows[2] = Some(100)),
        ("memory rows", |k| k.memory.rows[1] = None),
        ("a row count more", |k| k.shard.rows.push(None)),
        ("systems swapped", |k| std::mem::swap(&mut k.shard, &mut k.memory)),
    ];
    let key = with_coprocessors();
    let mut names = vec![key.digest()];
    for (what, change) in changes {
        let mut other = key.clone();
        change(&mut other);
        let name = other.digest();
        assert!(!names.contains(&name), "{what}");
        names.push(name);
    }
}
