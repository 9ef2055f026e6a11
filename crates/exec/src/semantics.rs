//! What each opcode computes, as pure functions of its operands.

use aver_isa::Opcode;

/// Result of an arithmetic opcode on `a` (rs1, or the old value of rd) and `b` (rs2, or the immediate). 0 for opcodes that
/// are not arithmetic.
#[inline(always)]
pub fn alu(opcode: Opcode, a: u64, b: u64) -> u64 {
    use Opcode::*;
    let shift = (b & 63) as u32;
    let shift_w = (b & 31) as u32;
    match opcode {
        Add | Addi | AddTo | AddiTo => a.wrapping_add(b),
        Sub => a.wrapping_sub(b),
        Addw | Addiw => sext(a.wrapping_add(b)),
        Subw => sext(a.wrapping_sub(b)),
        And | Andi => a & b,
        Or | Ori => a | b,
        Xor | Xori => a ^ b,
        Slt | Slti => u64::from((a as i64) < (b as i64)),
        Sltu | Sltiu => u64::from(a < b),
        Sll | Slli => a << shift,
        Srl | Srli => a >> shift,
        Sra | Srai => ((a as i64) >> shift) as u64,
        Sllw | Slliw => sext(a << shift_w),
        Srlw | Srliw => sext(u64::from(a as u32 >> shift_w)),
        Sraw | Sraiw => sext((a as i32 >> shift_w) as u64),
        Mul => a.wrapping_mul(b),
        Mulh => ((i128::from(a as i64) * i128::from(b as i64)) >> 64) as u64,
        Mulhu => ((u128::from(a) * u128::from(b)) >> 64) as u64,
        Mulhsu => ((i128::from(a as i64) * i128::from(b)) >> 64) as u64,
        Mulw => sext(a.wrapping_mul(b)),
        // Division by zero gives all ones and the dividend; overflow wraps.
        Div if b == 0 => u64::MAX,
        Div => (a as i64).wrapping_div(b as i64) as u64,
        Divu => a.checked_div(b).unwrap_or(u64::MAX),
        Rem if b == 0 => a,
        Rem => (a as i64).wrapping_rem(b as i64) as u64,
        Remu => a.checked_rem(b).unwrap_or(a),
        Divw if b as u32 == 0 => u64::MAX,
        Divw => (a as i32).wrapping_div(b as i32) as u64,
        Divuw => sext((a as u32).checked_div(b as u32).unwrap_or(u32::MAX).into()),
        Remw if b as u32 == 0 => sext(a),
        Remw => (a as i32).wrapping_rem(b as i32) as u64,
        Remuw => sext((a as u32).checked_rem(b as u32).unwrap_or(a as u32).into()),
        _ => 0,
    }
}

/// Sign-extends the low 32 bits.
#[inline(always)]
fn sext(value: u64) -> u64 {
    value as i32 as u64
}

/// Whether a branch is taken; false for other opcodes.
#[inline(always)]
pub fn taken(opcode: Opcode, a: u64, b: u64) -> bool {
    match opcode {
        Opcode::Beq => a == b,
        Opcode::Bne => a != b,
        Opcode::Blt => (a as i64) < (b as i64),
        Opcode::Bge => (a as i64) >= (b as i64),
        Opcode::Bltu => a < b,
        Opcode::Bgeu => a >= b,
        _ => false,
    }
}

/// The value a load puts into its register; `raw` has the bytes read in its low end, and anything
/// above.
#[inline(always)]
pub fn loaded(opcode: Opcode, raw: u64) -> u64 {
    match opcode {
        Opcode::Lb => raw as i8 as u64,
        Opcode::Lh => raw as i16 as u64,
        Opcode::Lw => raw as i32 as u64,
        Opcode::Lbu => u64::from(raw as u8),
        Opcode::Lhu => u64::from(raw as u16),
        Opcode::Lwu => u64::from(raw as u32),
        _ => raw,
    }
}

/// The bytes of a load at byte `offset` of the word `low`, which may reach into the word `high`.
#[inline(always)]
pub fn extract(low: u64, high: u64, offset: u32) -> u64 {
    // a shift by 64 when offset is 0, which must give nothing
    low >> (8 * offset) | (high << 8 << (8 * (7 - offset)))
}

/// The words `low` and `high` after a store of the low `bytes` bytes of `value` at byte `offset`
/// of `low`.
#[inline(always)]
pub fn insert(low: u64, high: u64, offset: u32, bytes: u64, value: u64) -> (u64, u64) {
    let mask = u128::from(u64::MAX >> (64 - 8 * bytes)) << (8 * offset);
    let both = u128::from(high) << 64 | u128::from(low);
    let both = both & !mask | (u128::from(value) << (8 * offset)) & mask;
    (both as u64, (both >> 64) as u64)
}
