//! The authors' test vectors, <https://homes.esat.kuleuven.be/~bosselae/ripemd160.html>, by calls.

use aver_audit::coprocessor::Words;
use aver_exec::Coprocessor;
use aver_ripemd160::Ripemd160;

/// The hash of a message, by a call for each block: the hash value in words 0 to 2, the block in words 3 to 10.
fn hash(message: &str) -> String {
    const STAYS: u64 = 0x0123_4567;
    let mut padded = message.as_bytes().to_vec();
    padded.push(0x80);
    padded.resize((padded.len() + 8).next_multiple_of(64), 0);
    let end = padded.len() - 8;
    padded[end..].copy_from_slice(&(8 * message.len() as u64).to_le_bytes());
    let mut words = Words(vec![0xEFCD_AB89_6745_2301, 0x1032_5476_98BA_DCFE, STAYS << 32 | 0xC3D2_E1F0]);
    for block in padded.chunks(64) {
        words.0.truncate(3);
        words.0.extend(block.chunks(8).map(|bytes| u64::from_le_bytes(bytes.try_into().unwrap())));
        Ripemd160.execute(0, 24, &mut words).unwrap();
    }
    assert_eq!(words.0[2] >> 32, STAYS);
    let bytes = words.0[..3].iter().flat_map(|word| word.to_le_bytes());
    bytes.take(20).map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn vectors() {
    let digits = "1234567890".repeat(8);
    for (message, expected) in [
        ("", "9c1185a5c5e9fc54612808977ee8f548b2258d31"),
        ("abc", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"),
        ("message digest", "5d0689ef49d2fae572b881b123a85ffa21595f36"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "12a053384a9c0c88e405a06c27dcf49ada62eb2b",
        ),
        (&digits, "9b752e45573d4b39f4dbd3323cab82bf63326bfb"),
    ] {
        assert_eq!(hash(message), expected);
    }
}
