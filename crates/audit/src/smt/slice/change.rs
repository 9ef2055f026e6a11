//! Constraints left out or weakened, to see that lemmas notice.

use aver_stark::field::F;
use p3_field::PrimeCharacteristicRing;

use crate::smt::check::Failure;
use crate::smt::mutant::Change;
use crate::smt::slice::chain::{Asked, Chain, Places};
use crate::smt::slice::sheet::{Factor, Said, Sheet};

/// A constraint as changed: its last factor may be 1 too, or is 1 in place of 0.
fn changed(said: &Said, change: Change) -> Said {
    let (last, others) = said.as_ref()?.split_last()?;
    let moved = Factor { plus: last.plus - F::ONE, ..*last };
    match change {
        Change::LeftOut => None,
        Change::Weakened => Some([others, &[*last, moved]].concat().into()),
        Change::Other => Some([others, &[moved]].concat().into()),
    }
}

impl Chain {
    /// What the check says of a row whose constraint `i` is changed. Only the lemma that uses the constraint is
    /// asked again: what the others say of its columns is as it was.
    pub fn check_changed(
        &self,
        i: usize,
        change: Change,
        sheet: &mut Sheet<'_>,
        places: &Places,
        asked: &mut Asked,
    ) -> std::result::Result<(), Box<Failure>> {
        let Some(lemma) = places.owners[i] else { return Ok(()) };
        let said = sheet.replace(i, changed(&sheet.said(i), change));
        let result = self.check_lemma(lemma, sheet, places, asked);
        sheet.replace(i, said);
        result
    }
}
