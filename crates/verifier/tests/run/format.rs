//! Bytes of header and key: read as they were written, and every other reading refused.

use aver_stark::field::P;
use aver_stark::hash::NODE;
use aver_stark::params::Profile;
use aver_verifier::bytes::{Fields, put_bytes, put_number, put_root};
use aver_verifier::proof::MAGIC;
use aver_verifier::{Error, Header, VERSION, VerifyingKey};

use crate::header::{NO_PROOF, header, key, root, verify_bytes};

fn decode(bytes: &[u8]) -> Result<Header, Error> {
    let mut fields = Fields::new(bytes);
    let header = Header::decode(&mut fields)?;
    fields.finish("header").map(|()| header)
}

#[test]
fn headers_are_read_as_they_were_written() {
    let mut with = header();
    with.vk.coprocessors = vec![(0, "a".into()), (1, "sha-256!".into()), (u32::MAX, "~".into())];
    with.vk.profile = Profile::Bits128;
    with.work = vec![1, 2, 3];
    with.is_mock = true;
    with.assumptions = vec![with.claim(); 2];
    with.memory.clear();
    for header in [header(), with] {
        let bytes = header.encode();
        assert_eq!(decode(&bytes), Ok(header));
        let longer = [&bytes[..], &[0]].concat();
        assert_eq!(decode(&longer), Err(Error::TrailingBytes { field: "header" }));
        for len in 0..bytes.len() {
            assert!(matches!(decode(&bytes[..len]), Err(Error::Truncated { .. } | Error::Magic)), "{len}");
        }
        assert_eq!(decode(&bytes[..MAGIC.len() - 1]), Err(Error::Magic));
        assert_eq!(decode(&bytes[..MAGIC.len()]), Err(Error::Truncated { field: "version" }));
    }
}

#[test]
fn other_magic_bytes_versions_and_kinds_are_refused() {
    let header = header();
    let bytes = header.encode();
    let with = |at: usize, value: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = value;
        verify_bytes(&header, &bytes)
    };
    assert_eq!(verify_bytes(&header, &bytes), NO_PROOF);
    for at in 0..MAGIC.len() {
        assert_eq!(with(at, b'x'), Error::Magic);
    }
    for (at, step) in [(8, 1), (9, 1 << 8), (11, 1 << 24)] {
        let found = VERSION + step;
        let value = if at == 8 { VERSION as u8 + 1 } else { 1 };
        assert_eq!(with(at, value), Error::Version { found, expected: VERSION });
    }
    assert_eq!(with(8, 0), Error::Version { found: 0, expected: VERSION });
    assert_eq!(with(12, 1), Error::Mock);
    for kind in [2, 255] {
        assert_eq!(with(12, kind), Error::Malformed { field: "kind" });
    }
}

fn decode_key(bytes: &[u8]) -> Result<VerifyingKey, Error> {
    let mut fields = Fields::new(bytes);
    let key = VerifyingKey::decode(&mut fields)?;
    fields.finish("key").map(|()| key)
}

#[test]
fn keys_are_read_as_they_were_written() {
    let bytes = key().encode();
    assert_eq!(decode_key(&bytes), Ok(key()));
    let with = |at: usize, value: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = value;
        decode_key(&bytes)
    };
    assert_eq!(with(0, VERSION as u8 + 1), Err(Error::Version { found: VERSION + 1, expected: VERSION }));
    let profile = |bits: u8| with(4, bits).map(|k| k.profile);
    assert_eq!((profile(128), profile(100)), (Ok(Profile::Bits128), Ok(Profile::Bits100)));
    for bits in [0, 99, 101, 127, 129] {
        assert_eq!(profile(bits), Err(Error::Malformed { field: "profile" }));
    }
    let height = |height: u8| with(5, height).map(|k| k.log_height);
    assert_eq!((height(0), height(21)), (Ok(0), Ok(21)));
    for log_height in [22, 255] {
        assert_eq!(height(log_height), Err(Error::Malformed { field: "log_height" }));
    }
    // A key inside a header is as long as it says.
    let mut long = header().encode();
    let end = 13 + 4 + bytes.len();
    long.insert(end, 0);
    long[13..17].copy_from_slice(&(bytes.len() as u32 + 1).to_le_bytes());
    assert_eq!(decode(&long), Err(Error::TrailingBytes { field: "verifying key" }));
    let mut rows = key();
    rows.shard.rows[1] = Some(u32::MAX as usize - 1);
    assert_eq!(decode_key(&rows.encode()), Ok(rows));
}

#[test]
fn coprocessors_of_a_key_are_in_order() {
    let with = |calls: &[u32]| {
        let coprocessors = calls.iter().map(|&call| (call, "name".to_string())).collect();
        decode_key(&VerifyingKey { coprocessors, ..key() }.encode()).map(|k| k.coprocessors.len())
    };
    assert_eq!(with(&[1, 2, 4]), Ok(3));
    for calls in [&[1, 1][..], &[2, 1], &[1, 3, 2], &[1, 2, 2]] {
        assert_eq!(with(calls), Err(Error::Malformed { field: "coprocessors" }));
    }
    for name in ["a b", "\n", "é", "\x7f"] {
        let key = VerifyingKey { coprocessors: vec![(1, name.into())], ..key() };
        assert_eq!(decode_key(&key.encode()), Err(Error::Malformed { field: "coprocessor" }), "{name:?}");
    }
}

/// Counts that the bytes behind them cannot pay for are refused before anything is allocated.
#[test]
fn counts_are_paid_for() {
    let count = |value: u32, least: usize, rest: usize| {
        let mut bytes = Vec::new();
        put_number(&mut bytes, value);
        bytes.resize(4 + rest, 0);
        Fields::new(&bytes).count("things", least)
    };
    let short = Err(Error::Truncated { field: "things" });
    assert_eq!((count(3, 4, 12), count(4, 4, 12), count(3, 4, 11)), (Ok(3), short.clone(), short.clone()));
    assert_eq!((count(0, 9, 0), count(1, 9, 0), count(u32::MAX, 1, 100)), (Ok(0), short.clone(), short));
}

#[test]
fn fields_take_what_they_say() {
    let mut bytes = Vec::new();
    put_number(&mut bytes, 0x0403_0201);
    put_root(&mut bytes, None);
    put_root(&mut bytes, Some(&root(7)));
    put_bytes(&mut bytes, b"text");
    put_bytes(&mut bytes, b"");
    bytes.push(2);
    let mut fields = Fields::new(&bytes);
    assert_eq!(fields.take("bytes", 4).unwrap(), [1, 2, 3, 4]);
    assert_eq!((fields.root("a"), fields.root("b")), (Ok(None), Ok(Some(root(7)))));
    assert_eq!((fields.text("c").unwrap(), fields.bytes("d").unwrap()), ("text".to_string(), &[][..]));
    assert_eq!(fields.clone().finish("all"), Err(Error::TrailingBytes { field: "all" }));
    assert_eq!(fields.root("e"), Err(Error::Malformed { field: "e" }));
    assert_eq!(fields.clone().finish("all"), Ok(()));
    assert_eq!(fields.byte("f"), Err(Error::Truncated { field: "f" }));
    assert_eq!(fields.take("g", usize::MAX), Err(Error::Truncated { field: "g" }));
    assert_eq!(Fields::new(&[3, 0, 0, 0, 1, 2]).bytes("h"), Err(Error::Truncated { field: "h" }));
    assert_eq!(Fields::new(&[1; 31]).digest("i"), Err(Error::Truncated { field: "i" }));
}

#[test]
fn roots_are_elements() {
    let mut bytes = Vec::new();
    put_root(&mut bytes, Some(&root(3)));
    assert_eq!(bytes.len(), 1 + 4 * NODE);
    let read = |bytes: &[u8]| Fields::new(bytes).root("root");
    assert_eq!(read(&bytes), Ok(Some(root(3))));
    for i in 0..NODE {
        let mut again = bytes.clone();
        again[1 + 4 * i..][..4].copy_from_slice(&(P + 3).to_le_bytes());
        assert_eq!(read(&again), Err(Error::Malformed { field: "root" }));
    }
    assert_eq!(read(&bytes[..4 * NODE]), Err(Error::Truncated { field: "root" }));
}
