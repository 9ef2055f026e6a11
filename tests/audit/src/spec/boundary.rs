//! Words between shards, registers at rest, and the memory table. Their public values are what the verifier has checked
//! (`ShardPublics::in_limits`, `MemoryPublics::in_limits`).

use aver_audit::smt::{Message, Result, Row, Term};
use aver_isa::Opcode;
use aver_isa::memory::{INPUT_BASE, INPUT_END, STACK_TOP};
use aver_machine::buses::{BOUNDARY, GAP, IMAGE, MEM, ORDER};

use super::bus::{REG, SPACE, TS, WORD, are_limbs, limbs, registers, take};
use super::isa;

const SHARD: u32 = 16;
/// Field elements as numbers.
const FIELD: u32 = 31;
/// −1 as a key: before the first word.
const NONE: u128 = 0x7F00_0000;

/// A row of the boundary table: the word is taken over from a lower shard and handed on as this one's.
pub fn boundary(row: &mut Row<'_>, _: Opcode) -> Result<()> {
    let shard = row.public(0, SHARD)?;
    row.assume(Term::constant(SHARD, 0).below(&shard));
    let from = row.receive(BOUNDARY)?;
    let space = row.input(&from, 0, SPACE)?;
    let addr = row.input(&from, 1, WORD)?;
    let before = limbs(row, &from, 2)?;
    let last = row.input(&from, 6, SHARD)?;
    row.claim("from a lower shard", last.below(&shard));
    let left = take(row)?;
    row.is(&left.message, 0, &space);
    row.is(&left.message, 1, &addr);
    let entered = row.send(MEM)?;
    word(row, &entered, &space, &addr, &before, &Term::constant(TS, 0));
    let to = row.send(BOUNDARY)?;
    word(row, &to, &space, &addr, &left.value, &shard);
    Ok(())
}

/// A row that touches a register: it goes on as it is, at a later time.
pub fn touch(row: &mut Row<'_>, _: Opcode) -> Result<()> {
    let taken = take(row)?;
    row.is(&taken.message, 0, &registers());
    let number = row.input(&taken.message, 1, REG)?;
    let put = row.send(MEM)?;
    let ts = row.value(&put, 6)?;
    row.claim("a timestamp", ts.below(&Term::constant(FIELD, 1 << TS)));
    row.claim("later than before", taken.prev.extend(FIELD).below(&ts));
    word(row, &put, &registers(), &number, &taken.value, &ts);
    Ok(())
}

fn word(row: &mut Row<'_>, message: &Message, space: &Term, addr: &Term, value: &Term, at: &Term) {
    row.is(message, 0, space);
    row.is(message, 1, addr);
    are_limbs(row, message, 2, value);
    row.is(message, 6, at);
}

/// How a word starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// In the image.
    Image,
    /// At zero.
    Zero,
    /// As the prover likes, in 16-bit limbs.
    Input,
}

/// A row of the memory table.
pub fn memory(row: &mut Row<'_>, kind: Kind) -> Result<()> {
    let birth = row.send(BOUNDARY)?;
    let end = row.receive(BOUNDARY)?;
    let addr = row.value(&birth, 1)?;
    let number = |value: u32| Term::constant(FIELD, value.into());
    let (space, first) = match kind {
        Kind::Image => {
            let image = row.send(IMAGE)?;
            let space = row.input(&image, 0, SPACE)?;
            let word = row.input(&image, 1, WORD)?;
            row.assume(word.below(&Term::constant(WORD, (STACK_TOP / 8).into())));
            row.claim("the address is that of the image", addr.equals(&word.extend(FIELD)));
            let first = limbs(row, &image, 2)?;
            (space, first)
        }
        Kind::Zero => {
            let gap = row.send(GAP)?;
            let space = row.input(&gap, 0, SPACE)?;
            let [lo, hi] = [row.input(&gap, 1, WORD)?, row.input(&gap, 2, WORD)?];
            row.assume(!&Term::constant(WORD, (STACK_TOP / 8).into()).below(&hi));
            let inside = &!&addr.below(&lo.extend(FIELD)) & &addr.below(&hi.extend(FIELD));
            row.claim("the address is in the gap", inside);
            (space, isa::x(0))
        }
        Kind::Input => {
            let inside = &!&addr.below(&number(INPUT_BASE / 8)) & &addr.below(&number(INPUT_END / 8));
            row.claim("the address is in the input", inside);
            (Term::constant(SPACE, 1), Term::concat(&limbs_shown(row, &birth)?))
        }
    };
    row.assume(space.below(&Term::constant(SPACE, 3)));
    word(row, &birth, &space, &addr, &first, &Term::constant(SHARD, 0));
    row.is(&end, 0, &space);
    row.is(&end, 1, &addr);
    limbs(row, &end, 2)?;
    row.input(&end, 6, SHARD)?;

    // Keys grow: those of registers, then those of memory.
    let before = row.receive(ORDER)?;
    let after = row.send(ORDER)?;
    let prev = row.value(&before, 0)?;
    let limit = number((1 << 30) - (1 << 25));
    let is_none = prev.equals(&Term::constant(FIELD, NONE));
    row.assume(&is_none | &prev.below(&limit));
    let is_memory = !&space.equals(&Term::constant(SPACE, 0));
    let key = &addr + &is_memory.choose(&number(1 << 29), &number(0));
    row.is(&after, 0, &key);
    row.claim("keys are below the limit", key.below(&limit));
    row.claim("keys grow", &is_none | &prev.below(&key));
    Ok(())
}

/// Four fields from 2 on, with the claim that they have 16 bits.
fn limbs_shown(row: &mut Row<'_>, message: &Message) -> Result<Vec<Term>> {
    (2..6)
        .map(|i| {
            let value = row.value(message, i)?;
            row.claim("a limb has 16 bits", value.below(&Term::constant(FIELD, 1 << 16)));
            Ok(value.bits(0, 16))
        })
        .collect()
}
