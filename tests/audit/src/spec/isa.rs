//! What instructions compute, written from the RISC-V manual (volume I, RV64I and M) in bit-vectors.
//!
//! With constants these functions can be executed: `tests/smt_tables.rs` compares them with the interpreter.

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

/// The result of an instruction that is not a multiplication, on `a` (rs1, or rd as it was) and `b` (rs2 or the
/// sign-extended immediate).
pub fn alu(opcode: Opcode, a: &Term, b: &Term) -> Option<Term> {
    use Opcode::*;
    let low = a.bits(0, 32);
    Some(match opcode {
        Add | Addi | AddTo | AddiTo => a + b,
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

/// The result of a multiplication, of the unsigned product of `a` and `b` in 128 bits. A signed operand with its
/// sign set is the unsigned one less 2^64, so the signed product is the unsigned one less the other
/// operand times 2^64, modulo 2^128.
pub fn multiplied(opcode: Opcode, a: &Term, b: &Term, product: &Term) -> Option<Term> {
    let high = product.bits(64, 64);
    let less = |sign: &Term, other: &Term| sign.choose(other, &x(0));
    Some(match opcode {
        Opcode::Mul => product.bits(0, 64),
        Opcode::Mulw => word(product),
        Opcode::Mulhu => high,
        Opcode::Mulhsu => &high - &less(&a.sign(), b),
        Opcode::Mulh => &(&high - &less(&a.sign(), b)) - &less(&b.sign(), a),
        _ => return None,
    })
}

/// Bits of a division's operands.
pub fn divided_bits(opcode: Opcode) -> u32 {
    use Opcode::*;
    if matches!(opcode, Divw | Divuw | Remw | Remuw) { 32 } else { 64 }
}

/// The result of a division: `divide` gives quotient and remainder of unsigned numbers, the divisor not zero.
/// Signed division rounds towards zero: it is that of the absolute values, with the sign of the
/// remainder that of the dividend. By zero, the quotient is all ones and the remainder the dividend.
pub fn divided(
    opcode: Opcode,
    a: &Term,
    b: &Term,
    divide: impl FnOnce(&Term, &Term) -> (Term, Term),
) -> Option<Term> {
    use Opcode::*;
    let bits = divided_bits(opcode);
    let (a, b) = (a.bits(0, bits), b.bits(0, bits));
    let is_signed = match opcode {
        Div | Rem | Divw | Remw => true,
        Divu | Remu | Divuw | Remuw => false,
        _ => return None,
    };
    let sign = |t: &Term| if is_signed { t.sign() } else { Term::truth(false) };
    let negate_if = |sign: &Term, t: &Term| sign.choose(&t.negated(), t);
    let (sign_a, sign_b) = (sign(&a), sign(&b));
    let (quotient, remainder) = divide(&negate_if(&sign_a, &a), &negate_if(&sign_b, &b));
    let by_zero = b.equals(&Term::constant(bits, 0));
    let result = match opcode {
        Div | Divu | Divw | Divuw => {
            by_zero.choose(&Term::constant(bits, u128::MAX), &negate_if(&(&sign_a ^ &sign_b), &quotient))
        }
        _ => by_zero.choose(&a, &negate_if(&sign_a, &remainder)),
    };
    Some(result.extend_signed(64))
}
