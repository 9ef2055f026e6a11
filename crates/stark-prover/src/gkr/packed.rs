//! Vectors of packed extension elements.

use aver_stark::eq::eq_table;
use aver_stark::field::{EF, F, PEF, PF};
use p3_field::{PackedFieldExtension, PackedValue, PrimeCharacteristicRing};
use rayon::prelude::*;

/// SIMD lanes.
pub const LANES: usize = PF::WIDTH;
/// Packed values a task works on.
const CHUNK: usize = 1 << 9;

/// The elements of packed values.
pub fn unpack(values: &[PEF]) -> Vec<EF> {
    <PEF as PackedFieldExtension<F, EF>>::to_ext_iter(values.iter().copied()).collect()
}

fn pack(values: &[EF]) -> Vec<PEF> {
    values.chunks_exact(LANES).map(PEF::from_ext_slice).collect()
}

/// Binds the first variable of a vector.
pub fn fold(v: &mut Vec<PEF>, x: PEF) {
    let half = v.len() / 2;
    let (low, high) = v.split_at_mut(half);
    low.par_iter_mut().with_min_len(CHUNK).zip(&*high).for_each(|(l, &h)| *l += x * (h - *l));
    v.truncate(half);
}

/// Sum of the lanes.
pub fn lanes_sum(v: PEF) -> EF {
    <PEF as PackedFieldExtension<F, EF>>::to_ext_iter([v]).sum()
}

/// eq table, packed; of fewer entries than lanes, in the first lanes of one value.
pub fn packed_eq(z: &[EF]) -> Vec<PEF> {
    let mut table = eq_table(z);
    table.resize(table.len().next_multiple_of(LANES), EF::ZERO);
    pack(&table)
}

/// Binds the first variable of a vector of base elements.
pub fn fold_base(v: &[F], x: PEF) -> Vec<PEF> {
    let packed = PF::pack_slice(v);
    let (low, high) = packed.split_at(packed.len() / 2);
    low.par_iter().with_min_len(CHUNK).zip(high).map(|(&l, &h)| x * (h - l) + l).collect()
}
