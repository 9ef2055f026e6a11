//! The ecall: what the row takes from registers and memory, and what it leaves there.

use aver_audit::smt::slice::{Cell, Named};
use aver_audit::smt::{Result, Row, Spec, Term, closed};
use aver_audit_tests::spec::bus::{Op, SPACE, WORD, put, take};
use aver_isa::Opcode;
use aver_machine::buses::{MEMORY, TEXT};
use aver_sha256::CALL;

use super::compression::{given, new};

/// Two numbers, one after the other in a word of memory, as the words of the chain have them.
fn pair(row: &mut Row<'_>, words: &[Named], i: usize) -> Result<Term> {
    let mut limbs = Vec::new();
    for cell in words[2 * i..2 * i + 2].iter().flat_map(|word| &word.1) {
        let Cell::Column(name, 0xFFFF) = cell else { return closed("a limb without a column") };
        limbs.push(row.hint(name, 16)?);
    }
    Ok(Term::concat(&limbs))
}

/// Register 17 is the call's number. Registers 10 and 11 are multiples of 8. The block's eight words at the
/// second are read at slot 2, from memory or text; the hash value's four at the first are replaced at slot 3, in
/// memory. What chains take for given is what is read, and what they make is what is left.
fn call(row: &mut Row<'_>, _: usize) -> Result<()> {
    let mut op = Op::new(row, Opcode::Ecall)?;
    op.without(2..8);
    op.falls_through()?;
    let a7 = op.read(0, &Term::constant(5, 17))?;
    op.row.claim("a7 is the call's number", a7.equals(&Term::constant(64, CALL.into())));
    let mut pointer = |slot, number| {
        let pointer = op.read(slot, &Term::constant(5, number))?;
        op.row.claim("a multiple of 8", pointer.bits(0, 3).equals(&Term::constant(3, 0)));
        Ok(pointer.bits(3, 61))
    };
    let (state, block) = (pointer(1, 10)?, pointer(2, 11)?);
    let at = |first: &Term, i: usize| first + &Term::constant(61, i as u128);
    let (given, new) = (given(), new());
    for i in 0..8 {
        access(&mut op, 2, &[MEMORY, TEXT], &at(&block, i), [(&given[..], i); 2])?;
    }
    for i in 0..4 {
        access(&mut op, 3, &[MEMORY], &at(&state, i), [(&given, 8 + i), (&new, i)])?;
    }
    Ok(())
}

/// An access of the word at `word`, in one of these spaces: what it is, and what it becomes.
fn access(
    op: &mut Op<'_, '_>,
    slot: u32,
    spaces: &[u32],
    word: &Term,
    [is, becomes]: [(&[Named], usize); 2],
) -> Result<()> {
    let taken = take(op.row)?;
    let space = op.row.input(&taken.message, 0, SPACE)?;
    let is_space = |&number: &u32| space.equals(&Term::constant(SPACE, number.into()));
    let is_allowed: Vec<Term> = spaces.iter().map(is_space).collect();
    op.row.claim("the space", Term::any(&is_allowed));
    let addr = op.row.input(&taken.message, 1, WORD)?;
    op.row.claim("the address", addr.extend(61).equals(word));
    let ts = op.slot(slot);
    op.row.claim("the access before is older", taken.prev.below(&ts));
    let is = pair(op.row, is.0, is.1)?;
    op.row.claim("the word", taken.value.equals(&is));
    let becomes = pair(op.row, becomes.0, becomes.1)?;
    put(op.row, &space, &addr, &becomes, &ts)
}

/// What a row is to the rest of the machine.
pub fn spec() -> Spec {
    Spec::new(vec!["is_real"], Box::new(call))
}
