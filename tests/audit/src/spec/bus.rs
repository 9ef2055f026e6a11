//! The machine's buses: lookup tables of fixed contents, and what an op relies on and guarantees.
//!
//! *Rely and guarantee.* A row may rely on the invariants below of messages it takes. For each of them, whoever
//! puts such messages is shown to keep it, by the same functions:
//!
//! | bus | invariant |
//! |---|---|
//! | `mem` | four limbs of 16 bits; a timestamp below 2^26; a register below 2^6 in space 0, a word of the memory map (below 2^29) in spaces 1 and 2 |
//! | `exec` | index below 2^30; 1 ≤ ts and ts + 5 < 2^26 (from the verifier's end_ts: `aver_machine::cpu`) |
//! | `instr` | an op as the decoder makes it ([`super::program`]) |
//! | `boundary` | as `mem`, with a shard below 2^16 |

use aver_audit::smt::{Message, Result, Row, Table, Term, closed};
use aver_isa::Opcode;
use aver_machine::buses::{AND, BITS, BYTES, EXEC, INSTR, MEM, RANGE, REGISTERS};

/// The tables whose rows do not depend on the program.
pub const TABLES: [Table; 4] = [
    Table { bus: RANGE, bounds: |_| vec![0xFFFF], holds: |_| Term::truth(true) },
    Table { bus: BYTES, bounds: |_| vec![0xFF; 2], holds: |_| Term::truth(true) },
    Table { bus: AND, bounds: |_| vec![0xFF; 3], holds: |v| (&v[0] & &v[1]).equals(&v[2]) },
    Table {
        bus: BITS,
        bounds: |known| match known[0] {
            Some(n) if n <= 16 => vec![n, 1 << n, (1 << n) - 1],
            _ => vec![16, 1 << 16, 0xFFFF],
        },
        holds: |v| {
            let pow = Term::constant(32, 1).shift_left(&v[0]);
            &pow.equals(&v[1]) & &v[2].below(&pow)
        },
    },
];

/// Bits of an op index.
pub const INDEX: u32 = 30;
/// Bits of a timestamp.
pub const TS: u32 = 26;
/// Bits of a register's number.
pub const REG: u32 = 6;
/// Bits of a word's address.
pub const WORD: u32 = 29;
/// Bits of a space.
pub const SPACE: u32 = 2;

/// A register or word as a message on `mem` has it.
pub struct Taken {
    /// Its value.
    pub value: Term,
    /// The message.
    pub message: Message,
    /// When it was accessed before.
    pub prev: Term,
}

/// Takes four limbs, fields `from` to `from` + 3, as a number of 64 bits.
pub fn limbs(row: &mut Row<'_>, message: &Message, from: usize) -> Result<Term> {
    let limbs = (from..from + 4).map(|i| row.input(message, i, 16)).collect::<Result<Vec<_>>>()?;
    Ok(Term::concat(&limbs))
}

/// Claims that the fields from `from` on are the limbs of `value`.
pub fn are_limbs(row: &mut Row<'_>, message: &Message, from: usize, value: &Term) {
    for i in 0..4 {
        row.is(message, from + i, &value.bits(16 * i as u32, 16));
    }
}

/// Takes a message off `mem`; space and address are for the caller to check.
pub fn take(row: &mut Row<'_>) -> Result<Taken> {
    let message = row.receive(MEM)?;
    let value = limbs(row, &message, 2)?;
    let prev = row.input(&message, 6, TS)?;
    Ok(Taken { value, message, prev })
}

/// Puts a message on `mem`: claims that it is this.
pub fn put(row: &mut Row<'_>, space: &Term, addr: &Term, value: &Term, ts: &Term) -> Result<()> {
    let message = row.send(MEM)?;
    row.is(&message, 0, space);
    row.is(&message, 1, addr);
    are_limbs(row, &message, 2, value);
    row.is(&message, 6, ts);
    Ok(())
}

/// The space of registers, as a term.
pub fn registers() -> Term {
    Term::constant(SPACE, REGISTERS.into())
}

/// An op's row.
pub struct Op<'r, 'd> {
    /// The row.
    pub row: &'r mut Row<'d>,
    /// Its index.
    pub index: Term,
    /// Its timestamp.
    pub ts: Term,
    /// What the program table says.
    pub instr: Message,
}

impl<'r, 'd> Op<'r, 'd> {
    /// A row of an op of this opcode: takes the hart's state, and looks the op up.
    pub fn new(row: &'r mut Row<'d>, opcode: Opcode) -> Result<Self> {
        let exec = row.receive(EXEC)?;
        let index = row.input(&exec, 0, INDEX)?;
        let ts = row.input(&exec, 1, TS)?;
        row.assume(Term::constant(TS, 0).below(&ts));
        row.assume(ts.below(&Term::constant(TS, (1 << TS) - 5)));
        let instr = row.send(INSTR)?;
        row.is(&instr, 0, &index);
        row.is(&instr, 1, &Term::constant(8, opcode as u128));
        Ok(Self { row, index, ts, instr })
    }
    /// A register's number in the program table: rd, rs1, rs2 are 0, 1, 2.
    pub fn register(&mut self, which: usize) -> Result<Term> {
        self.row.input(&self.instr, 2 + which, REG)
    }
    /// Fields of the program table the op does not have.
    pub fn without(&mut self, fields: impl IntoIterator<Item = usize>) {
        for i in fields {
            self.row.is(&self.instr, i, &Term::constant(1, 0));
        }
    }
    /// The op goes on to `next`.
    pub fn next(&mut self, next: &Term) -> Result<()> {
        let exec = self.row.send(EXEC)?;
        self.row.is(&exec, 0, next);
        let after = &self.ts + &Term::constant(TS, 5);
        self.row.is(&exec, 1, &after);
        Ok(())
    }
    /// The op goes on to the next one.
    pub fn falls_through(&mut self) -> Result<()> {
        let next = &self.index.extend(INDEX + 1) + &Term::constant(INDEX + 1, 1);
        self.next(&next)
    }
    /// The timestamp of a slot.
    pub fn slot(&self, slot: u32) -> Term {
        &self.ts + &Term::constant(TS, slot.into())
    }
    /// An access in `slot`: takes what is there, checks that it is older, and puts what `new` makes of it.
    pub fn access(
        &mut self,
        slot: u32,
        space: &Term,
        addr: &Term,
        new: impl FnOnce(&Term) -> Result<Term>,
    ) -> Result<Term> {
        let taken = take(self.row)?;
        self.row.is(&taken.message, 0, space);
        self.row.is(&taken.message, 1, addr);
        let ts = self.slot(slot);
        self.row.claim("the access before is older", taken.prev.below(&ts));
        put(self.row, space, addr, &new(&taken.value)?, &ts)?;
        Ok(taken.value)
    }
    /// Reads a register.
    pub fn read(&mut self, slot: u32, number: &Term) -> Result<Term> {
        self.access(slot, &registers(), number, |old| Ok(old.clone()))
    }
    /// Writes a register in the last slot.
    pub fn write(&mut self, number: &Term, value: &Term) -> Result<()> {
        self.update(number, |_| Ok(value.clone()))
    }
    /// Replaces a register in the last slot by what `new` makes of its value.
    pub fn update(&mut self, number: &Term, new: impl FnOnce(&Term) -> Result<Term>) -> Result<()> {
        self.access(4, &registers(), number, new).map(|_| ())
    }
}

/// What an opcode of this family computes, or a failure.
pub fn known<T>(meaning: Option<T>) -> Result<T> {
    meaning.map_or_else(|| closed("an opcode without a meaning"), Ok)
}
