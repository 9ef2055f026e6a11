//! Ecalls: what the machine's own calls ([`crate::chips::ecall`]) and coprocessors have in common.
//!
//! An ecall's row takes part in `exec` and `instr` like any op; that a7 holds the call's number is shown
//! by reading register 17 with that constant as its value, so each call's chip takes its own calls only.
//! A coprocessor's chip for its ecall row lays out [`Call`], evaluates it, and adds its memory accesses
//! with the [`Row`] it gets back (reads at slot 2 by [`Row::load`], updates at slot 3 by [`Row::store`]);
//! the words' addresses come from [`word_of_pointer`]. What it computes can be in the same row or in
//! other chips, over buses of its own ([`crate::buses::own`]).

use aver_isa::Opcode;
use aver_stark::air::{Builder, Expr};
use aver_stark::field::f;

use crate::cpu::{self, Base, Cpu, INV_8, Instr, Row};
use crate::layout::Layout;

/// Register numbers of the calling convention.
pub const A0: u32 = 10;
/// First pointer.
pub const A1: u32 = 11;
/// Length.
pub const A2: u32 = 12;
/// Call number.
pub const A7: u32 = 17;

/// A register read by a call: its number is known, so it has no column.
#[derive(Clone, Copy, Debug)]
pub struct Argument<T> {
    /// Its value.
    pub value: [T; 4],
    /// Timestamp of the access before.
    pub prev: T,
}

impl<T: Copy> Argument<T> {
    /// Takes its cells.
    #[inline(always)]
    pub fn new(l: &mut impl Layout<Cell = T>, name: &str) -> Self {
        Self { value: core::array::from_fn(|i| l.cell(name, "l", i, 4)), prev: l.cell(name, "prev", 0, 1) }
    }
}

/// A register read by a call as a pointer: its upper limbs are zero.
#[derive(Clone, Copy, Debug)]
pub struct Pointer<T> {
    /// Lower two limbs.
    pub low: [T; 2],
    /// Timestamp of the access before.
    pub prev: T,
}

impl<T: Copy> Pointer<T> {
    /// Takes its cells.
    #[inline(always)]
    pub fn new(l: &mut impl Layout<Cell = T>, name: &str) -> Self {
        Self { low: core::array::from_fn(|i| l.cell(name, "l", i, 2)), prev: l.cell(name, "prev", 0, 1) }
    }
}

/// The columns all calls have: padding flag, hart, access to a7.
#[derive(Clone, Copy, Debug)]
pub struct Call<T> {
    /// Not padding.
    pub is_real: T,
    /// Hart.
    pub cpu: Cpu<T>,
    /// Timestamp of the access to a7 before.
    pub a7: T,
}

impl<T: Copy> Call<T> {
    /// Takes its cells.
    #[inline(always)]
    pub fn new(l: &mut impl Layout<Cell = T>) -> Self {
        Self { is_real: l.one("is_real"), cpu: Cpu::new(l), a7: l.cell("a7", "prev", 0, 1) }
    }
}

/// A register's value that is a 32-bit constant.
#[inline(always)]
pub fn constant<E: Expr>(value: u32) -> [E; 4] {
    [E::constant(f(value & 0xFFFF)), E::constant(f(value >> 16)), E::zero(), E::zero()]
}

impl<E: Expr> Call<E> {
    /// The row of a call of number `number` that goes on to `next`.
    #[inline(always)]
    pub fn eval<'b, B: Builder<E = E>>(&self, b: &'b mut B, number: u32, next: E) -> Row<'b, B> {
        let real = cpu::flags(b, &[self.is_real]);
        let mut row = Row::op(b, real, &self.cpu, Instr::new(E::constant(f(Opcode::Ecall as u32))), next);
        let number = constant(number);
        row.register(cpu::RS1, E::constant(f(A7)), number, number, self.a7);
        row
    }
}

/// Reads register `number` in `slot`.
#[inline(always)]
pub fn read<B: Builder>(row: &mut Row<'_, B>, slot: u32, number: u32, argument: &Argument<B::E>) {
    row.register(slot, B::E::constant(f(number)), argument.value, argument.value, argument.prev);
}

/// Reads register `number` in `slot` as a pointer that is a multiple of 8; gives its word address, an
/// integer below 2^29 + 2^16.
#[inline(always)]
pub fn word_of_pointer<B: Builder>(
    row: &mut Row<'_, B>,
    slot: u32,
    number: u32,
    pointer: &Pointer<B::E>,
) -> B::E {
    let base = Base { reg: B::E::constant(f(number)), low: pointer.low, prev: pointer.prev };
    row.read_base(slot, &base);
    // The limb is a multiple of 8: a quotient that is no integer is far above 2^16.
    let low = pointer.low[0] * INV_8;
    row.range(low);
    low + pointer.low[1] * (1 << 13)
}
