//! Encodings: input, keys, proof files.

use aver_machine::{Systems, digest::digest};
use aver_sdk::{Input, Proof, Vk};
use aver_stark::layout::System;
use aver_verifier::bytes::Fields;
use aver_verifier::{Error, Header, VerifyingKey, verify};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Values as a guest would read them, and as the words of its memory.
pub fn input(data: &[u8]) {
    fn again<T: Serialize + DeserializeOwned>(data: &[u8]) {
        let Ok((value, _)) = postcard::take_from_bytes::<T>(data) else { return };
        let mut input = Input::new();
        input.write(&value).unwrap();
        let (read, rest) = postcard::take_from_bytes::<T>(input.as_bytes()).unwrap();
        assert!(rest.is_empty());
        let mut twice = Input::new();
        twice.write(&read).unwrap();
        assert_eq!(twice, input);
    }
    let (kind, data) = data.split_first().unwrap_or((&0, &[]));
    match kind % 6 {
        0 => again::<(u64, i32, u8, bool)>(data),
        1 => again::<Vec<u8>>(data),
        2 => again::<String>(data),
        3 => again::<Option<Vec<(u16, i64)>>>(data),
        4 => again::<[u32; 5]>(data),
        _ => again::<Result<char, u128>>(data),
    }

    // The input in memory: its length, then its bytes, zeros after them.
    let machine = aver_exec::Input::new(data).unwrap();
    let mut expected = (data.len() as u64).to_le_bytes().to_vec();
    expected.extend(data);
    expected.resize(expected.len().next_multiple_of(8) + 16, 0);
    for (i, word) in expected.chunks_exact(8).enumerate() {
        let at = aver_isa::memory::INPUT_BASE / 8 + i as u32;
        assert_eq!(machine.initial_word(at).to_le_bytes(), word);
    }
}

/// A verifying key, and the digits of one.
pub fn key(data: &[u8]) {
    let mut fields = Fields::new(data);
    if let Ok(key) = VerifyingKey::decode(&mut fields) {
        let encoded = key.encode();
        assert!(data.starts_with(&encoded), "a key is encoded in one way");
        assert!(fields.clone().take("rest", data.len() - encoded.len()).is_ok());
        assert_eq!(VerifyingKey::decode(&mut Fields::new(&encoded)).as_ref(), Ok(&key));
        if let Ok(params) = key.params() {
            assert_eq!((params.profile, params.log_height), (key.profile, key.log_height));
        }
        assert_eq!(Vk(key.digest()).to_string().parse::<Vk>().unwrap().0, key.digest());
    }
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(vk) = text.parse::<Vk>()
    {
        assert_eq!(vk.to_string(), text.to_lowercase().trim_start_matches("0x"));
    }
}

/// A machine without chips: what a run's verifier checks beside its proofs is reached quickly.
pub fn empty_machine() -> Systems {
    let system = || System::new(Vec::new()).expect("nothing to refuse");
    Systems { shard: system(), memory: system() }
}

/// A proof file.
pub fn proof(data: &[u8]) {
    let mut fields = Fields::new(data);
    let header = Header::decode(&mut fields);
    assert_eq!(Proof::from_bytes(data.to_vec()).is_ok(), header.is_ok());
    let Ok(header) = header else { return };
    let encoded = header.encode();
    assert!(data.starts_with(&encoded), "a header is encoded in one way");
    assert!(fields.take("proofs", data.len() - encoded.len()).is_ok());
    assert_eq!(Header::decode(&mut Fields::new(&encoded)).as_ref(), Ok(&header));
    if let Ok(messages) = aver_verifier::verify::boundary_messages(&header) {
        assert!(messages < 1 << 31);
    }
    let machine = |_: &VerifyingKey| Ok(empty_machine());
    let refused = verify(data, &header.vk.digest(), header.exit_code, machine);
    match refused {
        // A hart that nothing moves cannot come from the entry to a halt.
        Ok(_) => panic!("a run without chips is accepted"),
        Err(Error::Machine) => assert_ne!(header.vk.machine, digest(&empty_machine())),
        Err(_) => {}
    }
    let other = verify(data, &[1; 32], header.exit_code, |_| unreachable!("the key is looked at first"));
    assert!(matches!(other, Err(Error::Program { .. } | Error::Mock)));
}
