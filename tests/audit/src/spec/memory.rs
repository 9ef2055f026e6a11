//! Loads and stores: `aligned` ones reach one word, others may reach into a second one.

use aver_audit::smt::{Result, Row, Term};
use aver_isa::Opcode;
use aver_machine::buses::{MEMORY, TEXT};

use super::bus::{Op, SPACE, WORD, known, put, take};
use super::isa;

/// Where an op's bytes are.
struct Place {
    /// Of the first word.
    word: Term,
    /// Of the first byte in it.
    offset: Term,
    /// Whether the bytes reach into the next word.
    crosses: Term,
}

impl Place {
    fn new(opcode: Opcode, address: &Term) -> Result<Self> {
        let offset = address.bits(0, 3);
        let bytes = Term::constant(5, known(isa::access_bytes(opcode))?.into());
        let end = &offset.extend(5) + &bytes;
        Ok(Self { word: address.bits(3, 61), crosses: Term::constant(5, 8).below(&end), offset })
    }
}

/// A word that was taken.
pub struct Word {
    space: Term,
    addr: Term,
    value: Term,
    ts: Term,
}

impl Op<'_, '_> {
    /// rs1 + the immediate.
    fn address(&mut self) -> Result<Term> {
        let rs1 = self.register(1)?;
        let imm = self.row.input_signed(&self.instr, 5, 12)?;
        Ok(&self.read(0, &rs1)? + &imm.extend_signed(64))
    }

    /// Takes the word at `word` (61 bits), to be put back in `slot`. Text can be read, not written.
    pub fn take_word(&mut self, slot: u32, word: &Term, writes: bool) -> Result<Word> {
        let taken = take(self.row)?;
        let space = self.row.input(&taken.message, 0, SPACE)?;
        let is = |number: u32| space.equals(&Term::constant(SPACE, number.into()));
        let is_allowed = if writes { is(MEMORY) } else { &is(MEMORY) | &is(TEXT) };
        self.row.claim("memory, or text that is read", is_allowed);
        let addr = self.row.input(&taken.message, 1, WORD)?;
        self.row.claim("the word at this address", addr.extend(61).equals(word));
        let ts = self.slot(slot);
        self.row.claim("the access before is older", taken.prev.below(&ts));
        Ok(Word { space, addr, value: taken.value, ts })
    }

    /// Puts the word back.
    pub fn put_word(&mut self, word: &Word, new: &Term) -> Result<()> {
        put(self.row, &word.space, &word.addr, new, &word.ts)
    }

    /// Reads the word at `word` (61 bits) in `slot`.
    pub fn read_word(&mut self, slot: u32, word: &Term) -> Result<Term> {
        let word = self.take_word(slot, word, false)?;
        self.put_word(&word, &word.value)?;
        Ok(word.value)
    }
}

fn next(word: &Term) -> Term {
    word + &Term::constant(61, 1)
}

/// A load that reaches one word.
pub fn load(row: &mut Row<'_>, opcode: Opcode) -> Result<()> {
    load_words(row, opcode, false)
}

/// A load that reaches one word or two, as the column `cross` says.
pub fn misaligned_load(row: &mut Row<'_>, opcode: Opcode) -> Result<()> {
    let crosses = row.hint("cross", 1)?.is_true();
    load_words(row, opcode, crosses)
}

fn load_words(row: &mut Row<'_>, opcode: Opcode, crosses: bool) -> Result<()> {
    let mut op = Op::new(row, opcode)?;
    op.falls_through()?;
    op.without([4, 6, 7]);
    let rd = op.register(0)?;
    let address = op.address()?;
    let place = Place::new(opcode, &address)?;
    let low = op.read_word(2, &place.word)?;
    let high = if crosses { op.read_word(3, &next(&place.word))? } else { isa::x(0) };
    op.row.claim("as many words as the bytes reach", place.crosses.equals(&Term::truth(crosses)));
    let bytes = Term::concat(&[low, high]).shift_right(&isa::bit_of_byte(&place.offset));
    op.write(&rd, &known(isa::loaded(opcode, &bytes))?)
}

/// A store that reaches one word.
pub fn store(row: &mut Row<'_>, opcode: Opcode) -> Result<()> {
    store_words(row, opcode, false)
}

/// A store that reaches one word or two, as the column `cross` says.
pub fn misaligned_store(row: &mut Row<'_>, opcode: Opcode) -> Result<()> {
    let crosses = row.hint("cross", 1)?.is_true();
    store_words(row, opcode, crosses)
}

fn store_words(row: &mut Row<'_>, opcode: Opcode, crosses: bool) -> Result<()> {
    let mut op = Op::new(row, opcode)?;
    op.falls_through()?;
    op.without([2, 6, 7]);
    let rs2 = op.register(2)?;
    let address = op.address()?;
    let value = op.read(1, &rs2)?;
    let place = Place::new(opcode, &address)?;
    op.row.claim("as many words as the bytes reach", place.crosses.equals(&Term::truth(crosses)));
    let low = op.take_word(2, &place.word, true)?;
    let high = if crosses { Some(op.take_word(3, &next(&place.word), true)?) } else { None };
    let above = high.as_ref().map_or(isa::x(0), |word| word.value.clone());
    let memory = Term::concat(&[low.value.clone(), above]);
    let after = known(isa::stored(opcode, &memory, &place.offset, &value))?;
    op.put_word(&low, &after.bits(0, 64))?;
    high.map_or(Ok(()), |word| op.put_word(&word, &after.bits(64, 64)))
}
