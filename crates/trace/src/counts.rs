//! Counts lookups: runs a chip's own `eval` on its rows, packed, and looks at the messages. So what is
//! counted is what is sent.

use aver_machine::buses;
use aver_stark::air::{Air, BaseLanes, Builder, Bus, Expr};
use aver_stark::field::F;
use p3_field::{PackedValue, PrimeCharacteristicRing};

use crate::monty::integers;

/// How often each row of each lookup table is looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// By value.
    pub range: Vec<u32>,
    /// `bits` with n = 16, by value.
    pub bits16: Vec<u32>,
    /// By 2^n − 1 + x.
    pub bits: Vec<u32>,
    /// By 2^8 a + b.
    pub bytes: Vec<u32>,
    /// By 2^8 a + b.
    pub and: Vec<u32>,
    /// By op index.
    pub instr: Vec<u32>,
    /// By op index.
    pub target: Vec<u32>,
    /// Words of the image that are looked up: memory or not, address.
    pub image: Vec<(bool, u32)>,
    /// First words of gaps that are looked up.
    pub gaps: Vec<(bool, u32)>,
}

impl Counts {
    /// Nothing counted; for a program of `ops` ops.
    pub fn new(ops: usize) -> Self {
        let table = || vec![0; 1 << 16];
        Self {
            range: table(),
            bits16: table(),
            bits: table(),
            bytes: table(),
            and: table(),
            instr: vec![0; ops],
            target: vec![0; ops],
            image: Vec::new(),
            gaps: Vec::new(),
        }
    }

    /// Adds what another counted.
    pub fn add(&mut self, other: &Self) {
        let add = |to: &mut Vec<u32>, from: &Vec<u32>| to.iter_mut().zip(from).for_each(|(t, f)| *t += f);
        add(&mut self.range, &other.range);
        add(&mut self.bits16, &other.bits16);
        add(&mut self.bits, &other.bits);
        add(&mut self.bytes, &other.bytes);
        add(&mut self.and, &other.and);
        add(&mut self.instr, &other.instr);
        add(&mut self.target, &other.target);
        self.image.extend(&other.image);
        self.gaps.extend(&other.gaps);
    }
}

/// The builder that counts. A lookup that no table answers is not counted; the bus will not balance.
pub struct Counter<'a> {
    row: &'a [BaseLanes],
    publics: &'a [F],
    counts: &'a mut Counts,
}

impl Builder for Counter<'_> {
    type E = BaseLanes;
    #[inline(always)]
    fn row(&self) -> &[BaseLanes] {
        self.row
    }
    #[inline(always)]
    fn public(&self, i: usize) -> BaseLanes {
        BaseLanes::constant(self.publics.get(i).copied().unwrap_or(F::ZERO))
    }
    #[inline(always)]
    fn assert_zero(&mut self, _: &'static str, _: BaseLanes) {}
    #[inline(always)]
    fn message(&mut self, bus: Bus, multiplicity: BaseLanes, values: &[BaseLanes]) {
        let c = &mut *self.counts;
        // Of a value, in each lane.
        let all = |i: usize| integers(values[i].0);
        #[inline(always)]
        fn each(multiplicity: BaseLanes, mut add: impl FnMut(usize)) {
            for (lane, &multiplicity) in multiplicity.0.as_slice().iter().enumerate() {
                if multiplicity != F::ZERO {
                    add(lane);
                }
            }
        }
        let bump = |table: &mut [u32], at: usize| {
            if let Some(count) = table.get_mut(at) {
                *count += 1;
            }
        };
        match bus.id {
            id if id == buses::RANGE.id => {
                let values = all(0);
                each(multiplicity, |lane| bump(&mut c.range, values[lane] as usize));
            }
            id if id == buses::BYTES.id || id == buses::AND.id => {
                let table = if bus.id == buses::AND.id { &mut c.and } else { &mut c.bytes };
                let (a, b) = (all(0), all(1));
                each(multiplicity, |lane| {
                    if b[lane] < 256 {
                        bump(table, (a[lane] as usize) << 8 | b[lane] as usize);
                    }
                });
            }
            id if id == buses::BITS.id => {
                let (n, x) = (all(0), all(2));
                each(multiplicity, |lane| match (n[lane], x[lane] as usize) {
                    (16, x) => bump(&mut c.bits16, x),
                    (n @ 0..16, x) if x < 1 << n => bump(&mut c.bits, (1 << n) - 1 + x),
                    _ => {}
                });
            }
            id if id == buses::INSTR.id => {
                let index = all(0);
                each(multiplicity, |lane| bump(&mut c.instr, index[lane] as usize));
            }
            id if id == buses::TARGET.id => {
                let index = all(1);
                each(multiplicity, |lane| bump(&mut c.target, index[lane] as usize));
            }
            id if id == buses::IMAGE.id || id == buses::GAP.id => {
                let list = if bus.id == buses::IMAGE.id { &mut c.image } else { &mut c.gaps };
                let (space, addr) = (all(0), all(1));
                each(multiplicity, |lane| list.push((space[lane] != buses::REGISTERS, addr[lane])));
            }
            _ => {}
        }
    }
}

/// Counts the lookups of a packed row.
#[inline(always)]
pub fn count<A: Air>(air: &A, row: &[BaseLanes], publics: &[F], counts: &mut Counts) {
    air.eval(&mut Counter { row, publics, counts });
}
