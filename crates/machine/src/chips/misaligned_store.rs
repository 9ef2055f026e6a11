//! Stores at any address: `sh`, `sw`, `sd`. (Aligned ones have cheaper chips.)
//!
//! As in [`super::misaligned_load`], the offset is 2 l + odd and w are the eight limbs of two words. The
//! window w_l … w_{l+4} is replaced by y_0 … y_4. With n the limbs stored (1, 2, 4): if even, y_k = v_k
//! for k < n, and y_k stays for k ≥ n; if odd, y_0 keeps its low byte, y_n keeps its high byte, and what
//! is between are the bytes of v moved by one.
//!
//! | columns | |
//! |---|---|
//! | sh, sw, sd | flags |
//! | index, ts, rs1 (4), imm, rs2 (6) | |
//! | at (3), odd, cross | as for loads |
//! | mem (12), new (8) | the words, before and after |
//! | first (2), last (2) | bytes of w_l and w_{l+n} before |
//! | bytes (4) | low bytes of v's limbs |
//! | y (5) | the window after |
//!
//! Buses: exec 2, instr 1, mem 8, range 4 + 1, bytes 7.
//!
//! 1. `at`, `odd` are booleans.
//! 2. `cross` as for loads.
//! 3. Bytes: Σ at_l w_l = first_0 + 2^8 first_1; Σ at_l w_{l+n} = last_0 + 2^8 last_1.
//! 4. y_0 = v_0, or first_0 + 2^8 (low byte of v_0).
//! 5. y_k, 0 < k < n: v_k, or the high byte of v_{k−1} + 2^8 (low byte of v_k). y_n: last, or the high
//!    byte of v_{n−1} + 2^8 last_1. y_k, k > n: Σ at_l w_{l+k}.
//! 6. new_j = Σ_l at_l · (y_{j−l} if 0 ≤ j − l ≤ 4, else w_j).

use aver_isa::Opcode;
use aver_stark::air::{Air, Builder, Columns, Expr};

use crate::chips::misaligned_load::offset;
use crate::cpu::{self, Base, Cpu, INV_BYTE, Instr, Read, Row, Word};
use crate::layout::{Cells, Layout, Names};

/// The chip.
pub struct MisalignedStore;

/// A row.
#[derive(Clone, Copy, Debug)]
pub struct Cols<T> {
    /// sh, sw, sd
    pub flags: [T; 3],
    /// Hart.
    pub cpu: Cpu<T>,
    /// Base address.
    pub base: Base<T>,
    /// Offset, signed.
    pub imm: T,
    /// What is stored.
    pub rs2: Read<T>,
    /// l is 1, 2, 3.
    pub at: [T; 3],
    /// Lowest bit of the offset.
    pub odd: T,
    /// The second word is accessed.
    pub cross: T,
    /// The words.
    pub mem: [Word<T>; 2],
    /// The words after.
    pub new: [T; 8],
    /// Bytes of the first limb.
    pub first: [T; 2],
    /// Bytes of the limb after the last whole one.
    pub last: [T; 2],
    /// Low bytes of the value.
    pub bytes: [T; 4],
    /// The window after.
    pub y: [T; 5],
}

impl MisalignedStore {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> Cols<L::Cell> {
        Cols {
            flags: [l.one("sh"), l.one("sw"), l.one("sd")],
            cpu: Cpu::new(l),
            base: Base::new(l, "rs1"),
            imm: l.one("imm"),
            rs2: Read::new(l, "rs2"),
            at: l.array("at"),
            odd: l.one("odd"),
            cross: l.one("cross"),
            mem: [Word::new(l, "mem0"), Word::new(l, "mem1")],
            new: l.array("new"),
            first: l.array("first"),
            last: l.array("last"),
            bytes: l.array("bytes"),
            y: l.array("y"),
        }
    }
}

impl Air for MisalignedStore {
    fn name(&self) -> &str {
        "misaligned_store"
    }
    fn columns(&self) -> Columns {
        let mut names = Names::default();
        self.cols(&mut names);
        Columns::witness(names.0)
    }
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = self.cols(&mut Cells::new(b.row()));
        let real = cpu::flags(b, &c.flags);
        let [sh, sw, sd] = c.flags;
        let (offset, at, cross) = offset(b, "misaligned_store/1", real, c.flags, c.at, c.odd);
        b.assert_zero("misaligned_store/2", cross - c.cross);

        let opcode = cpu::opcode(c.flags, [Opcode::Sh, Opcode::Sw, Opcode::Sd]);
        let mut instr = Instr { rs1: c.base.reg, rs2: c.rs2.reg, ..Instr::new(opcode) };
        instr.imm[0] = c.imm;
        let mut row = Row::op(b, real, &c.cpu, instr, c.cpu.index + 1);
        row.read_base(cpu::RS1, &c.base);
        row.read(cpu::RS2, &c.rs2);
        let addr = row.address(&c.base, c.imm, offset);
        let new = |i: usize| core::array::from_fn(|j| c.new[4 * i + j]);
        row.store(real, cpu::MEM0, addr, &c.mem[0], new(0));
        row.store(c.cross, cpu::MEM1, addr + 1, &c.mem[1], new(1));

        let w = |i: usize| c.mem[i / 4].value[i % 4];
        let x = |k: usize| (0..4).fold(B::E::zero(), |sum, l| sum + at[l] * w(l + k));
        let byte = |[low, high]: [B::E; 2]| low + high * (1 << 8);
        let (first, last) = (byte(c.first), byte(c.last));
        row.assert_zero("misaligned_store/3", first - x(0));
        row.assert_zero("misaligned_store/3", last - sh * x(1) - sw * x(2) - sd * x(4));
        let v = c.rs2.value;
        let low = c.bytes;
        let high: [B::E; 4] = core::array::from_fn(|i| (v[i] - low[i]) * INV_BYTE);
        for value in c.first.into_iter().chain(c.last).chain(low).chain(high) {
            row.byte(value);
        }
        let choose = |even: B::E, odd: B::E| even + c.odd * (odd - even);
        let inner = |k: usize| choose(v[k], byte([high[k - 1], low[k]]));
        let end = |n: usize| choose(last, byte([high[n - 1], c.last[1]]));
        let y = [
            real * choose(v[0], byte([c.first[0], low[0]])),
            sh * end(1) + (sw + sd) * inner(1),
            sh * x(2) + sw * end(2) + sd * inner(2),
            (sh + sw) * x(3) + sd * inner(3),
            (sh + sw) * x(4) + sd * end(4),
        ];
        for k in 0..5 {
            let label = if k == 0 { "misaligned_store/4" } else { "misaligned_store/5" };
            row.assert_zero(label, y[k] - c.y[k]);
        }
        for j in 0..8 {
            let value = (0..4).fold(B::E::zero(), |sum, l| {
                let inside = j >= l && j - l <= 4;
                sum + at[l] * if inside { c.y[j - l] } else { w(j) }
            });
            row.assert_zero("misaligned_store/6", value - c.new[j]);
        }
    }
}
