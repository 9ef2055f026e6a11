//! Constraints left out or weakened, to see that lemmas notice.

use p3_field::PrimeCharacteristicRing;

use aver_stark::field::F;

use crate::smt::slice::chain::{Asked, Chain, Places};
use crate::smt::slice::sheet::{Factor, Said, Sheet};

/// What becomes of a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is left out.
    LeftOut,
    /// Its last factor may be 1, too.
    Weakened,
    /// Its last factor is 1 in place of 0.
    Moved,
}

impl Change {
    /// All.
    pub const ALL: [Self; 3] = [Self::LeftOut, Self::Weakened, Self::Moved];

    fn of(self, said: &Said) -> Said {
        let said = said.as_ref()?;
        let (last, others) = said.split_last()?;
        let moved = Factor { plus: last.plus - F::ONE, ..*last };
        match self {
            Self::LeftOut => None,
            Self::Weakened => Some([others, &[*last, moved]].concat().into()),
            Self::Moved => Some([others, &[moved]].concat().into()),
        }
    }
}

impl Chain {
    /// Whether the check goes through although constraint `i` is changed. Only the lemma that uses the constraint
    /// is asked again: the others say of its columns what they said.
    pub fn misses(
        &self,
        i: usize,
        change: Change,
        sheet: &mut Sheet<'_>,
        places: &Places,
        asked: &mut Asked,
    ) -> bool {
        let Some(lemma) = places.owners[i] else { return true };
        let said = sheet.replace(i, change.of(&sheet.said(i)));
        let is_missed = self.check_lemma(lemma, sheet, places, asked).is_ok();
        sheet.replace(i, said);
        is_missed
    }
}
