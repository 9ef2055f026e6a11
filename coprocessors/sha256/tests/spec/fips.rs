//! FIPS 180-4: the functions of SHA-256 (4.1.2) on words, and its constants (4.2.2).

use aver_audit::smt::Term;

/// ROTR^n (3.2).
fn rotr(n: u128, x: &Term) -> Term {
    &x.shift_right(&Term::constant(32, n)) | &x.shift_left(&Term::constant(32, 32 - n))
}

/// SHR^n (3.2).
fn shr(n: u128, x: &Term) -> Term {
    x.shift_right(&Term::constant(32, n))
}

/// x ⊕ y ⊕ z
pub fn parity(x: &Term, y: &Term, z: &Term) -> Term {
    &(x ^ y) ^ z
}

/// (x ∧ y) ⊕ (¬x ∧ z)
pub fn ch(x: &Term, y: &Term, z: &Term) -> Term {
    &(x & y) ^ &(&!x & z)
}

/// (x ∧ y) ⊕ (x ∧ z) ⊕ (y ∧ z)
pub fn maj(x: &Term, y: &Term, z: &Term) -> Term {
    parity(&(x & y), &(x & z), &(y & z))
}

/// Rotations of Σ0.
pub const BIG0: [usize; 3] = [2, 13, 22];
/// Rotations of Σ1.
pub const BIG1: [usize; 3] = [6, 11, 25];
/// Rotations of σ0, and its shift.
pub const SMALL0: [usize; 3] = [7, 18, 3];
/// Rotations of σ1, and its shift.
pub const SMALL1: [usize; 3] = [17, 19, 10];

/// Σ of these rotations.
pub fn big_sigma(by: [usize; 3], x: &Term) -> Term {
    let [a, b, c] = by.map(|n| rotr(n as u128, x));
    parity(&a, &b, &c)
}

/// σ of these rotations and this shift.
pub fn small_sigma(by: [usize; 3], x: &Term) -> Term {
    let [a, b, c] = by.map(|n| n as u128);
    parity(&rotr(a, x), &rotr(b, x), &shr(c, x))
}

/// "The first thirty-two bits of the fractional parts of the cube roots of the first sixty-four prime numbers."
pub fn constants() -> Vec<u32> {
    let is_prime = |n: &u128| (2..*n).take_while(|d| d * d <= *n).all(|d| !n.is_multiple_of(d));
    // ⌊2^32 ∛n⌋, whose cube is at most 2^96 n.
    let root = |n: u128| {
        (0..36).rev().fold(0, |root: u128, bit| {
            let more = root | 1 << bit;
            if more.pow(3) <= n << 96 { more } else { root }
        })
    };
    (2..).filter(is_prime).take(64).map(|n| root(n) as u32).collect()
}
