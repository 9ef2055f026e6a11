//! Honest proofs of a small machine, with anything changed.

use std::sync::LazyLock;

use aver_protocol_tests::toy::{Claim, Toy};
use aver_stark::field::f;
use aver_stark::params::Profile;

/// Proofs of one machine.
struct Honest {
    toy: Toy,
    proofs: [(Claim, Vec<u8>); 2],
}

/// Without oracles beside the base, and with one. With fewer positions to draw from, two sets of them would
/// be the same by chance, and another nonce another proof.
static HONEST: LazyLock<[Honest; 2]> = LazyLock::new(|| [7, 11].map(honest));

fn honest(log_height: usize) -> Honest {
    let toy = Toy::new(Profile::Bits100, log_height);
    let proofs = [toy.prove(1, f(1)), toy.prove(1, f(7))];
    Honest { toy, proofs }
}

/// Which proof, then edits of eight bytes each; or, after 255, a proof byte for byte.
pub fn verify(data: &[u8]) {
    let Some((&which, rest)) = data.split_first() else { return };
    let Honest { toy, proofs } = &HONEST[usize::from(which & 1)];
    let (mine, other) = (&proofs[usize::from(which >> 1 & 1)], &proofs[usize::from(!which >> 1 & 1)]);
    let mut proof = mine.1.clone();
    if which == 255 {
        proof = rest.to_vec();
    } else {
        rest.chunks_exact(8).take(16).for_each(|e| edit(&mut proof, e, &other.1));
    }
    // As far as the proof system goes a proof is one string of bytes.
    assert_eq!(toy.accepts(&mine.0, &proof), proof == mine.1, "changed, and accepted (or the other way)");
    if which & 4 != 0 {
        assert_eq!(toy.accepts(&other.0, &proof), proof == other.1, "accepted for another claim");
    }
}

/// What, where, and with what.
fn edit(proof: &mut Vec<u8>, edit: &[u8], other: &[u8]) {
    let at = u32::from_le_bytes([edit[0], edit[1], edit[2], 0]) as usize % (proof.len() + 1);
    let value = [edit[4], edit[5], edit[6], edit[7]];
    let from = u32::from_le_bytes(value) as usize % (proof.len() + 1);
    let word = |proof: &mut Vec<u8>, at: usize, change: &dyn Fn(u32) -> u32| {
        let at = at & !3;
        if let Some(bytes) = proof.get_mut(at..at + 4) {
            let old = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            bytes.copy_from_slice(&change(old).to_le_bytes());
        }
    };
    let number = u32::from_le_bytes(value);
    match edit[3] % 9 {
        0 => proof.iter_mut().skip(at).take(1).for_each(|b| *b ^= value[0]),
        1 => word(proof, at, &|_| number),
        2 => word(proof, at, &|old| old.wrapping_add(number)),
        // The same element of F, in another encoding.
        3 => word(proof, at, &|old| old.wrapping_add(aver_stark::field::P)),
        4 => drop(proof.drain(at..(at + usize::from(value[0])).min(proof.len()))),
        5 => drop(proof.splice(at..at, value)),
        6 => proof.truncate(at),
        7 => {
            // A part of this proof elsewhere.
            let part: Vec<u8> = proof.iter().skip(from).take(20).copied().collect();
            proof.iter_mut().skip(at).zip(part).for_each(|(to, from)| *to = from);
        }
        // A part of another proof.
        _ => {
            let length = number as usize % 4096;
            proof.iter_mut().zip(other).skip(at).take(length).for_each(|(to, &from)| *to = from);
        }
    }
}
