//! BLAKE2b's compression function, in software or, with the feature `blake2b-coprocessor`, by the coprocessor of that name:
//! alone (RFC 7693, 3.2), as Ethereum's precompiled contract 9 (EIP-152), and as a hash.

/// The initialization vector.
pub const IV: [u64; 8] = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];

/// The working vector and the message block, as the coprocessor wants them.
#[repr(C, align(8))]
struct Work {
    v: [u64; 16],
    m: [u64; 16],
}

#[cfg(not(feature = "blake2b-coprocessor"))]
mod software {
    const ORDER: [[usize; 16]; 10] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
    ];

    pub fn round(v: &mut [u64; 16], m: &[u64; 16], order: usize) {
        let order = &ORDER[order];
        for i in 0..8 {
            let (j, turn) = (i % 4, i / 4);
            let [a, b, c, d] = [j, 4 + (j + turn) % 4, 8 + (j + 2 * turn) % 4, 12 + (j + 3 * turn) % 4];
            for (x, [to_d, to_b]) in [(order[2 * i], [32, 24]), (order[2 * i + 1], [16, 63])] {
                v[a] = v[a].wrapping_add(v[b]).wrapping_add(m[x]);
                v[d] = (v[d] ^ v[a]).rotate_right(to_d);
                v[c] = v[c].wrapping_add(v[d]);
                v[b] = (v[b] ^ v[c]).rotate_right(to_b);
            }
        }
    }
}

/// So many rounds.
#[cfg(not(feature = "blake2b-coprocessor"))]
fn mix(rounds: u32, work: &mut Work) {
    let mut order = 0;
    for _ in 0..rounds {
        software::round(&mut work.v, &work.m, order);
        order = if order == 9 { 0 } else { order + 1 };
    }
}

#[cfg(feature = "blake2b-coprocessor")]
crate::coprocessor_note!(BLAKE2B, "blake2b@8919956f15a93417dce9f8df4738a5e0");

/// So many rounds: ten at a time go once through the block's orders, and a call has fifteen at most.
#[cfg(feature = "blake2b-coprocessor")]
fn mix(mut rounds: u32, work: &mut Work) {
    let mut call = |rounds: u32| {
        // SAFETY: the call updates 256 bytes at a0, which the type aligns.
        unsafe { crate::sys::coprocessor(BLAKE2B, work as *mut Work as usize, rounds as usize) };
    };
    while rounds > 15 {
        call(10);
        rounds -= 10;
    }
    call(rounds);
}

/// The compression function F, of so many rounds: `h` becomes the hash value after the block `m`, of which, with those
/// before it, `t` counts bytes. `last` says that it is the last.
pub fn compress(rounds: u32, h: &mut [u64; 8], m: &[u64; 16], t: [u64; 2], last: bool) {
    let mut work = Work { v: [0; 16], m: *m };
    work.v[..8].copy_from_slice(h);
    work.v[8..].copy_from_slice(&IV);
    work.v[12] ^= t[0];
    work.v[13] ^= t[1];
    if last {
        work.v[14] = !work.v[14];
    }
    mix(rounds, &mut work);
    for (i, h) in h.iter_mut().enumerate() {
        *h ^= work.v[i] ^ work.v[i + 8];
    }
}

/// EIP-152: rounds (big-endian), h, m, t (little-endian), and whether the block is the last, which is 0 or 1, or there is no
/// result.
pub fn blake2f(input: &[u8; 213]) -> Option<[u8; 64]> {
    let last = match input[212] {
        0 => false,
        1 => true,
        _ => return None,
    };
    let rounds = u32::from_be_bytes([input[0], input[1], input[2], input[3]]);
    let word = |i: usize| u64::from_le_bytes(core::array::from_fn(|k| input[4 + 8 * i + k]));
    let mut h: [u64; 8] = core::array::from_fn(word);
    compress(rounds, &mut h, &core::array::from_fn(|i| word(8 + i)), [word(24), word(25)], last);
    Some(bytes(&h))
}

/// The hash of a message, without a key: N bytes, where 0 < N ≤ 64. N is part of what is hashed.
pub fn blake2b<const N: usize>(message: &[u8]) -> [u8; N] {
    const { assert!(N > 0 && N <= 64) };
    let mut h = IV;
    h[0] ^= 0x0101_0000 ^ N as u64;
    let (mut rest, mut count) = (message, 0u128);
    loop {
        let (block, after) = rest.split_at(rest.len().min(128));
        let mut padded = [0; 128];
        padded[..block.len()].copy_from_slice(block);
        let words = padded.as_chunks::<8>().0;
        let m = core::array::from_fn(|i| u64::from_le_bytes(words[i]));
        count += block.len() as u128;
        compress(12, &mut h, &m, [count as u64, (count >> 64) as u64], after.is_empty());
        if after.is_empty() {
            let all = bytes(&h);
            return core::array::from_fn(|i| all[i]);
        }
        rest = after;
    }
}

fn bytes(h: &[u64; 8]) -> [u8; 64] {
    let mut out = [0; 64];
    out.as_chunks_mut::<8>().0.iter_mut().zip(h).for_each(|(bytes, word)| *bytes = word.to_le_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, string::String, vec::Vec};

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    const ABC: &str = concat!(
        "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1",
        "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"
    );

    /// RFC 7693, appendix A, and the first of BLAKE2's published test vectors.
    #[test]
    fn hashes() {
        let nothing = concat!(
            "786a02f742015903c6c6fd852552d272912f4740e15847618a86e217f71f5419",
            "d25e1031afee585313896444934eb04b903a685b1448b755d56f701afe9be2ce"
        );
        assert_eq!(hex(&blake2b::<64>(b"abc")), ABC);
        assert_eq!(hex(&blake2b::<64>(b"")), nothing);
    }

    /// EIP-152's test vectors 4 to 7: rounds, last, result.
    #[test]
    fn precompile() {
        let fixed = concat!(
            "48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5",
            "d182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b",
            "6162630000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "03000000000000000000000000000000"
        );
        let zero = concat!(
            "08c9bcf367e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5",
            "d282e6ad7f520e511f6c3e2b8c68059b9442be0454267ce079217e1319cde05b"
        );
        let more = concat!(
            "75ab69d3190a562c51aef8d88f1c2775876944407270c42c9844252c26d28752",
            "98743e7f6d5ea2f2d3e8d226039cd31b4e426ac4f2d3d666a610c2116fde4735"
        );
        let one = concat!(
            "b63a380cb2897d521994a85234ee2c181b5f844d2c624c002677e9703449d2fb",
            "a551b3a8333bcdf5f2f7e08993d53923de3d64fcc68c034e717b9293fed7a421"
        );
        for (rounds, last, result) in [(0, 1, zero), (12, 1, ABC), (12, 0, more), (1, 1, one)] {
            let text = format!("{rounds:08x}{fixed}{last:02x}");
            let digits = (0..text.len()).step_by(2);
            let input: Vec<u8> = digits.map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect();
            let output = blake2f(input[..].try_into().unwrap());
            assert_eq!(output.map(|out| hex(&out)).as_deref(), Some(result));
        }
        let mut input = [0; 213];
        input[212] = 2;
        assert_eq!(blake2f(&input), None);
    }
}
