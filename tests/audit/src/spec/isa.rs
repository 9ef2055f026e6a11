//! What instructions compute, written from the RISC-V manual (volume I, RV64I and M) in bit-vectors.
//!
//! With constants these functions can be executed: `tests/smt_isa.rs` compares them with the interpreter.

use aver_audit::smt::Term;
use aver_isa::Opcode;

/// A 64-bit constant.
pub fn x(value: u64) -> Term {
    Term::constant(64, value.into())
}

/// The low 32 bits of `value`, which has at least as many, sign-extended ("W" instructions ignore the upper
/// bits of their inputs and sign-extend their 32-bit results).
fn word(value: &Term) -> Term {
    value.bits(0, 32).extend_signed(64)
}

/// A truth as a 64-bit number.
fn number(truth: &Term) -> Term {
    truth.extend(64)
}

/// Only the low 6 bits of a shift amount count; of a W shift the low 5.
fn amount(b: &Term, bits: u32, width: u32) -> Term {
    b.bits(0, bits).extend(width)
}

/// The result of an instruction that is not a multiplication, on `a` (rs1) and `b` (rs2 or the sign-extended
/// immediate).
pub fn alu(opcode: Opcode, a: &Term, b: &Term) -> Option<Term> {
    use Opcode::*;
    let low = a.bits(0, 32);
    Some(match opcode {
        Add | Addi => a + b,
        Sub => a - b,
        Addw | Addiw => word(&(a + b)),
        Subw => word(&(a - b)),
        And | Andi => a & b,
        Or | Ori => a | b,
        Xor | Xori => a ^ b,
        Slt | Slti => number(&a.below_signed(b)),
        Sltu | Sltiu => number(&a.below(b)),
        Sll | Slli => a.shift_left(&amount(b, 6, 64)),
        Srl | Srli => a.shift_right(&amount(b, 6, 64)),
        Sra | Srai => a.shift_right_signed(&amount(b, 6, 64)),
        Sllw | Slliw => low.shift_left(&amount(b, 5, 32)).extend_signed(64),
        Srlw | Srliw => low.shift_right(&amount(b, 5, 32)).extend_signed(64),
        Sraw | Sraiw => low.shift_right_signed(&amount(b, 5, 32)).extend_signed(64),
        _ => return None,
    })
}

/// Whether a branch is taken.
pub fn taken(opcode: Opcode, a: &Term, b: &Term) -> Option<Term> {
    Some(match opcode {
        Opcode::Beq => a.equals(b),
        Opcode::Bne => !&a.equals(b),
        Opcode::Blt => a.below_signed(b),
        Opcode::Bge => !&a.below_signed(b),
        Opcode::Bltu => a.below(b),
        Opcode::Bgeu => !&a.below(b),
        _ => return None,
    })
}

/// Bytes an instruction loads or stores.
pub fn access_bytes(opcode: Opcode) -> Option<u32> {
    use Opcode::*;
    Some(match opcode {
        Lb | Lbu | Sb => 1,
        Lh | Lhu | Sh => 2,
        Lw | Lwu | Sw => 4,
        Ld | Sd => 8,
        _ => return None,
    })
}

/// The register's new value, of the bytes at the address (the first one lowest) and what follows them.
pub fn loaded(opcode: Opcode, bytes: &Term) -> Option<Term> {
    let value = bytes.bits(0, 8 * access_bytes(opcode)?);
    use Opcode::*;
    Some(match opcode {
        Lb | Lh | Lw => value.extend_signed(64),
        _ => value.extend(64),
    })
}

/// Memory from a word on (16 bytes, the first one lowest) after a store of `value` at byte `offset` (3 bits).
pub fn stored(opcode: Opcode, memory: &Term, offset: &Term, value: &Term) -> Option<Term> {
    let bits = 8 * access_bytes(opcode)?;
    let ones = Term::constant(128, (1 << bits) - 1);
    let by = bit_of_byte(offset);
    let value = value.bits(0, bits).extend(128).shift_left(&by);
    Some(&(memory & &!&ones.shift_left(&by)) | &value)
}

/// 8 · `offset`, in 128 bits.
pub fn bit_of_byte(offset: &Term) -> Term {
    Term::concat(&[Term::constant(3, 0), offset.clone()]).extend(128)
}
