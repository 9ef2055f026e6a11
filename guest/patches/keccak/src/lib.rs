//! What `sha3` 0.11 and its kin ask of `keccak` 0.2, by the coprocessor: Keccak-f[1600]. There are no other widths, no
//! other numbers of rounds and no parallel states; who asks for one does not compile.
#![no_std]

/// A state: lane (x, y) at x + 5y.
pub type State1600 = [u64; 25];
/// A permutation of states.
pub type Fn1600 = fn(&mut State1600);

unsafe extern "C" {
    /// `aver-guest` has it, with its feature `native-keccak`.
    safe fn native_keccak_f1600(state: &mut State1600);
}

/// Gives permutations.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keccak;

impl Keccak {
    /// The only one there is.
    pub fn new() -> Self {
        Self
    }

    /// Hands `f` the permutation.
    #[inline]
    pub fn with_f1600(&self, f: impl FnOnce(Fn1600)) {
        f(|state| native_keccak_f1600(state));
    }
}
