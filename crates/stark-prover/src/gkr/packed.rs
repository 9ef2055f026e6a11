//! Vectors of packed extension elements.

use aver_stark::eq::eq_table;
use aver_stark::field::{EF, F, PEF, PF};
use p3_field::{PackedFieldExtension, PackedValue, PrimeCharacteristicRing};

/// SIMD lanes.
pub const LANES: usize = PF::WIDTH;

/// The elements of packed values.
pub fn unpack(values: &[PEF]) -> Vec<EF> {
    <PEF as PackedFieldExtension<F, EF>>::to_ext_iter(values.iter().copied()).collect()
}

fn pack(values: &[EF]) -> Vec<PEF> {
    values.chunks_exact(LANES).map(PEF::from_ext_slice).collect()
}

/// eq table, packed; of fewer entries than lanes, in the first lanes of one value.
pub fn packed_eq(z: &[EF]) -> Vec<PEF> {
    let mut table = eq_table(z);
    table.resize(table.len().next_multiple_of(LANES), EF::ZERO);
    pack(&table)
}
