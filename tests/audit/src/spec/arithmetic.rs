//! Multiplication and division, whose products are by algebra ([`aver_audit::smt::product`]).
//!
//! **Multiplication.** Operands are split into bytes; the lookups show that they are bytes, a solver that they
//! are those of the registers. [`Row::product`] gives their product in terms of the row's other columns; a solver
//! shows that the result is that product, high or low half ([`isa::multiplied`]).
//!
//! **Division.** With x and y the operands, or their absolute values if signed, the row has bytes of Q and y, and
//! limbs of R. Solvers show, with Q·y as [`Row::product`] has it (modulo 2^128, and it is below that),
//!
//! 1. if y is not zero: Q·y + R = x (which does not wrap either), and R < y;
//! 2. the result is that of [`isa::divided`] with Q and R for quotient and remainder.
//!
//! That quotient and remainder are unique (if q y + r = q' y + r' with r, r' < y then |q − q'| y < y) is what
//! glues the two: Q and R are those of x by y.

use aver_audit::smt::product::Digits;
use aver_audit::smt::{Result, Row, Term};
use aver_isa::Opcode;

use super::alu::two_registers;
use super::bus::known;
use super::isa;

/// Bytes of a register: columns `low`, and what is left of its limbs.
fn bytes(row: &mut Row<'_>, register: &str, low: &str, limbs: usize) -> Result<Digits> {
    let mut forms = Vec::new();
    for i in 0..limbs {
        let (limb, low) = (format!("{register}.l{i}"), format!("{low}{i}"));
        forms.push(row.quotient(&[(&low, 1)], 1)?);
        forms.push(row.quotient(&[(&limb, 1), (&low, -1)], 1 << 8)?);
    }
    row.digits(&forms, 8)
}

/// Digits of `bits` bits in columns.
fn columns(row: &mut Row<'_>, names: impl Iterator<Item = String>, bits: u32) -> Result<Digits> {
    let forms = names.map(|name| row.quotient(&[(&name, 1)], 1)).collect::<Result<Vec<_>>>()?;
    row.digits(&forms, bits)
}

/// rd = rs1 · rs2, a part of it.
pub fn multiply(row: &mut Row<'_>, opcode: Opcode) -> Result<()> {
    row.keep_equations();
    two_registers(row, opcode, |row, a, b| {
        let n = if opcode == Opcode::Mulw { 2 } else { 4 };
        let x = bytes(row, "rs1", "a", n)?;
        let y = bytes(row, "rs2", "b", n)?;
        let bits = 16 * n as u32;
        row.claim("bytes of rs1", x.value.equals(&a.bits(0, bits)));
        row.claim("bytes of rs2", y.value.equals(&b.bits(0, bits)));
        let width = match opcode {
            Opcode::Mul => 64,
            Opcode::Mulw => 32,
            _ => 128,
        };
        let product = row.product(&x, &y, width)?;
        known(isa::multiplied(opcode, a, b, &product.extend(128)))
    })
}

/// rd = rs1 / rs2, or what remains.
pub fn divide(row: &mut Row<'_>, opcode: Opcode) -> Result<()> {
    row.keep_equations();
    two_registers(row, opcode, |row, a, b| {
        let bits = isa::divided_bits(opcode);
        let n = bits as usize / 16;
        let halves = |name: &'static str| {
            (0..2 * n).map(move |i| format!("{name}.{}{}", ["low", "high"][i % 2], i / 2))
        };
        let divisor = columns(row, halves("y"), 8)?;
        let quotient = columns(row, halves("q"), 8)?;
        let remainder = columns(row, (0..n).map(|i| format!("r{i}")), 16)?.value;
        let product = row.product(&quotient, &divisor, 2 * bits)?;
        let result = isa::divided(opcode, a, b, |x, y| {
            let is_zero = y.equals(&Term::constant(bits, 0));
            let wide = |t: &Term| t.extend(2 * bits);
            row.claim("the divisor", divisor.value.equals(y));
            row.claim("Q y + R = x", &is_zero | &(&product + &wide(&remainder)).equals(&wide(x)));
            row.claim("R < y", &is_zero | &remainder.below(y));
            (quotient.value, remainder)
        });
        known(result)
    })
}
