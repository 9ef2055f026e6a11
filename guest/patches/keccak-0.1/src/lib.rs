//! What `sha3` 0.10 and its kin ask of `keccak` 0.1, by the coprocessor: Keccak-f[1600]. There are no other widths; who
//! asks for one does not compile.
#![no_std]

/// Lanes of a state.
pub const PLEN: usize = 25;

unsafe extern "C" {
    /// `aver-guest` has it, with its feature `native-keccak`.
    safe fn native_keccak_f1600(state: &mut [u64; PLEN]);
}

/// Keccak-f[1600]: lane (x, y) at x + 5y.
#[inline]
pub fn f1600(state: &mut [u64; PLEN]) {
    native_keccak_f1600(state);
}

/// The permutation with so many rounds.
///
/// # Panics
/// If they are not 24: TurboSHAKE has fewer, and the coprocessor has not.
#[inline]
pub fn p1600(state: &mut [u64; PLEN], rounds: usize) {
    assert!(
        rounds == 24,
        "Aver's coprocessor does Keccak of 24 rounds: use the keccak of crates.io for others"
    );
    f1600(state);
}
