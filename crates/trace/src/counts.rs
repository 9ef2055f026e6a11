//! Counts lookups: runs a chip's own `eval` on its rows, packed, and looks at the messages. So what is
//! counted is what is sent.

use aver_machine::buses;
use aver_stark::air::{Air, BaseLanes, Builder, Bus, Expr};
use aver_stark::field::{F, PF};
use p3_field::{PackedValue, PrimeCharacteristicRing, PrimeField32};

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
        let one = |value: BaseLanes, lane: usize| value.0.as_slice()[lane].as_canonical_u32();
        let each = |add: &mut dyn FnMut(usize)| {
            for lane in 0..PF::WIDTH {
                if multiplicity.0.as_slice()[lane] != F::ZERO {
                    add(lane);
                }
            }
        };
        let bump = |table: &mut [u32], at: usize| {
            if let Some(count) = table.get_mut(at) {
                *count += 1;
            }
        };
        match bus.id {
            id if id == buses::RANGE.id => {
                for lane in 0..PF::WIDTH {
                    if multiplicity.0.as_slice()[lane] != F::ZERO {
                        bump(&mut c.range, one(values[0], lane) as usize);
                    }
                }
            }
            id if id == buses::BYTES.id || id == buses::AND.id => {
                let table = if bus.id == buses::AND.id { &mut c.and } else { &mut c.bytes };
                for lane in 0..PF::WIDTH {
                    if multiplicity.0.as_slice()[lane] != F::ZERO {
                        let (a, b) = (one(values[0], lane) as usize, one(values[1], lane) as usize);
                        if b < 256 {
                            bump(table, a << 8 | b);
                        }
                    }
                }
            }
            id if id == buses::BITS.id => each(&mut |lane| {
                let (n, x) = (one(values[0], lane), one(values[2], lane) as usize);
                match n {
                    16 => bump(&mut c.bits16, x),
                    0..16 if x < 1 << n => bump(&mut c.bits, (1 << n) - 1 + x),
                    _ => {}
                }
            }),
            id if id == buses::INSTR.id => {
                each(&mut |lane| bump(&mut c.instr, one(values[0], lane) as usize))
            }
            id if id == buses::TARGET.id => {
                each(&mut |lane| bump(&mut c.target, one(values[1], lane) as usize))
            }
            id if id == buses::IMAGE.id => each(&mut |lane| {
                c.image.push((one(values[0], lane) != buses::REGISTERS, one(values[1], lane)))
            }),
            id if id == buses::GAP.id => each(&mut |lane| {
                c.gaps.push((one(values[0], lane) != buses::REGISTERS, one(values[1], lane)))
            }),
            _ => {}
        }
    }
}

/// Counts the lookups of a packed row.
#[inline(always)]
pub fn count<A: Air>(air: &A, row: &[BaseLanes], publics: &[F], counts: &mut Counts) {
    air.eval(&mut Counter { row, publics, counts });
}
