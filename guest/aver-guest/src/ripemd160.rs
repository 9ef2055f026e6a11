//! RIPEMD-160, in software or, with the feature `ripemd160-coprocessor`, by the coprocessor of that name.

pub use crate::sha256::Block;

/// The initial hash value.
pub const INITIAL: State = State([0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0, 0]);

/// A hash value on its way, aligned as the coprocessor wants it: five numbers, and one that stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(8))]
pub struct State(pub [u32; 6]);

#[cfg(not(feature = "ripemd160-coprocessor"))]
mod software {
    /// A round's order of the block's numbers, by that of the round before.
    const ROUND: [usize; 16] = [7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8];

    /// Which number each step of both lines adds.
    const ORDER: [[usize; 80]; 2] = {
        let (mut order, mut t) = ([[0; 80]; 2], 0);
        while t < 80 {
            let (mut left, mut right, mut round) = (t % 16, (9 * t + 5) % 16, 0);
            while round < t / 16 {
                (left, right, round) = (ROUND[left], ROUND[right], round + 1);
            }
            (order[0][t], order[1][t]) = (left, right);
            t += 1;
        }
        order
    };

    const SHIFTS: [[u32; 80]; 2] = [
        [
            11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8, 7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9,
            11, 7, 13, 12, 11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5, 11, 12, 14, 15, 14, 15, 9,
            8, 9, 14, 5, 6, 8, 6, 5, 12, 9, 15, 5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6,
        ],
        [
            8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6, 9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7,
            6, 15, 13, 11, 9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5, 15, 5, 8, 11, 14, 14, 6,
            14, 6, 9, 12, 9, 12, 5, 15, 8, 8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11,
        ],
    ];
    const CONSTANTS: [[u32; 5]; 2] = [
        [0, 0x5a82_7999, 0x6ed9_eba1, 0x8f1b_bcdc, 0xa953_fd4e],
        [0x50a2_8be6, 0x5c4d_d124, 0x6d70_3ef3, 0x7a6d_76e9, 0],
    ];

    pub fn compress(h: &mut [u32; 6], block: &[u8; 64]) {
        let mut words = [0; 16];
        for (word, bytes) in words.iter_mut().zip(block.as_chunks::<4>().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        let [left, right] = [0, 1].map(|line| {
            let [mut a, mut b, mut c, mut d, mut e, _] = *h;
            for (round, constant) in CONSTANTS[line].into_iter().enumerate() {
                for t in 16 * round..16 * round + 16 {
                    let of = match if line == 0 { round } else { 4 - round } {
                        0 => b ^ c ^ d,
                        1 => b & c | !b & d,
                        2 => (b | !c) ^ d,
                        3 => b & d | c & !d,
                        _ => b ^ (c | !d),
                    };
                    let sum = a.wrapping_add(of).wrapping_add(words[ORDER[line][t]]);
                    let sum = sum.wrapping_add(constant).rotate_left(SHIFTS[line][t]);
                    (a, e, d, c, b) = (e, d, c.rotate_left(10), b, sum.wrapping_add(e));
                }
            }
            [a, b, c, d, e]
        });
        let before = *h;
        for i in 0..5 {
            let both = left[(i + 2) % 5].wrapping_add(right[(i + 3) % 5]);
            h[i] = before[(i + 1) % 5].wrapping_add(both);
        }
    }
}

/// The compression function: `state` becomes the hash value after `block`.
#[cfg(not(feature = "ripemd160-coprocessor"))]
pub fn compress(state: &mut State, block: &Block) {
    software::compress(&mut state.0, &block.0);
}

#[cfg(feature = "ripemd160-coprocessor")]
crate::coprocessor_note!(RIPEMD160, "ripemd160@111b547c8b3acb5069bffabeef434560");

/// The compression function: `state` becomes the hash value after `block`.
#[cfg(feature = "ripemd160-coprocessor")]
#[inline]
pub fn compress(state: &mut State, block: &Block) {
    // SAFETY: the call reads 64 bytes at a1 and updates 24 at a0; the types align both.
    unsafe {
        crate::sys::coprocessor(RIPEMD160, state as *mut State as usize, block as *const Block as usize)
    };
}

/// The hash of a message.
pub fn ripemd160(message: &[u8]) -> [u8; 20] {
    let (mut state, mut block) = (INITIAL, Block([0; 64]));
    let (blocks, rest) = message.as_chunks::<64>();
    for bytes in blocks {
        block.0 = *bytes;
        compress(&mut state, &block);
    }
    block.0.fill(0);
    block.0[..rest.len()].copy_from_slice(rest);
    block.0[rest.len()] = 0x80;
    if rest.len() >= 56 {
        compress(&mut state, &block);
        block.0.fill(0);
    }
    block.0[56..].copy_from_slice(&(8 * message.len() as u64).to_le_bytes());
    compress(&mut state, &block);
    let mut hash = [0; 20];
    for (bytes, word) in hash.as_chunks_mut::<4>().0.iter_mut().zip(state.0) {
        *bytes = word.to_le_bytes();
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::ripemd160;

    /// Those of the authors' page, <https://homes.esat.kuleuven.be/~bosselae/ripemd160.html>.
    #[test]
    fn vectors() {
        let alphabets = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let digits = "1234567890".repeat(8);
        let a = "a".repeat(1_000_000);
        for (message, hash) in [
            ("", "9c1185a5c5e9fc54612808977ee8f548b2258d31"),
            ("a", "0bdc9d2d256b3ee9daae347be6f4dc835a467ffe"),
            ("abc", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"),
            ("message digest", "5d0689ef49d2fae572b881b123a85ffa21595f36"),
            ("abcdefghijklmnopqrstuvwxyz", "f71c27109c692c1b56bbdceb5b9d2865b3708dbc"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "12a053384a9c0c88e405a06c27dcf49ada62eb2b",
            ),
            (alphabets, "b0e20b6e3116640286ed3a87a5713079b21f5189"),
            (&digits, "9b752e45573d4b39f4dbd3323cab82bf63326bfb"),
            (&a, "52783243c1697bdbe16d37f97f68f08325dc1528"),
        ] {
            let got: alloc::string::String =
                ripemd160(message.as_bytes()).iter().map(|byte| alloc::format!("{byte:02x}")).collect();
            assert_eq!(got, hash, "{}", message.len());
        }
    }
}
