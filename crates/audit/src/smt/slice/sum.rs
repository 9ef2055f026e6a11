//! Sums of 32-bit words, made half by half as chips make them.

use crate::smt::term::Term;

/// Bits of a sum of halves.
pub const SUM: u32 = 20;
/// A sum has fewer words than this, so that nothing overflows.
pub const MOST: usize = 15;

/// Σ of the low halves of words, and Σ of the high halves.
#[derive(Clone, Debug)]
pub struct Sum {
    /// Of low halves.
    pub low: Term,
    /// Of high halves.
    pub high: Term,
}

impl Sum {
    /// Of no words.
    pub fn zero() -> Self {
        Self { low: Term::constant(SUM, 0), high: Term::constant(SUM, 0) }
    }

    /// With one word more.
    pub fn plus(&self, word: &Term) -> Self {
        let half = |from| word.bits(from, 16).extend(SUM);
        Self { low: &self.low + &half(0), high: &self.high + &half(16) }
    }

    /// What the low halves carry into the high ones.
    pub fn carry(&self) -> Term {
        self.low.bits(16, SUM - 16)
    }

    fn carried(&self) -> Term {
        &self.high + &self.carry().extend(SUM)
    }

    /// What the high halves carry.
    pub fn carry_out(&self) -> Term {
        self.carried().bits(16, SUM - 16)
    }

    /// The sum of the words modulo 2^32.
    pub fn word(&self) -> Term {
        Term::concat(&[self.low.bits(0, 16), self.carried().bits(0, 16)])
    }

    /// Why [`Self::word`] is the sum of the words modulo 2^32: facts and claims. The value low + 2^16 high is
    /// zero for no words; a word more adds itself to the value, whatever the sum before; the value is
    /// [`Self::word`].
    pub fn induction() -> (Vec<Term>, Vec<(String, Term)>) {
        let [low, high] = ["low", "high"].map(|name| Term::variable(SUM, name));
        let word = Term::variable(32, "word");
        let most = Term::constant(SUM, (MOST as u128 - 1) * 0xFFFF);
        let facts = vec![!&most.below(&low), !&most.below(&high)];
        let sum = Self { low, high };
        let value = |sum: &Self| {
            let high = Term::concat(&[Term::constant(16, 0), sum.high.bits(0, 16)]);
            &sum.low.extend(32) + &high
        };
        let claims = vec![
            ("none".into(), value(&Self::zero()).equals(&Term::constant(32, 0))),
            ("one more".into(), value(&sum.plus(&word)).equals(&(&value(&sum) + &word))),
            ("the word".into(), value(&sum).equals(&sum.word())),
        ];
        (facts, claims)
    }
}
