//! Products of matrices of 64-bit and of 32-bit integers.

use alloc::vec::Vec;

use crate::random::Random;

/// Input: number of rows (8 little-endian bytes). Output: the traces of both products.
pub fn run(input: &[u8]) -> Vec<u8> {
    let n = crate::count(input) as usize;
    let mut random = Random::new(5);
    let mut matrix = || (0..n * n).map(|_| random.next() as i64 >> 20).collect::<Vec<i64>>();
    let (a, b) = (matrix(), matrix());
    let mut product = alloc::vec![0i64; n * n];
    for (row, a) in product.chunks_exact_mut(n).zip(a.chunks_exact(n)) {
        for (&a, b) in a.iter().zip(b.chunks_exact(n)) {
            row.iter_mut().zip(b).for_each(|(sum, &b)| *sum = sum.wrapping_add(a.wrapping_mul(b)));
        }
    }
    let narrow = |m: &[i64]| m.iter().map(|&v| v as u32).collect::<Vec<u32>>();
    let (a, b) = (narrow(&a), narrow(&b));
    let mut narrow_product = alloc::vec![0u32; n * n];
    for (i, sum) in narrow_product.iter_mut().enumerate() {
        let (row, column) = (&a[i / n * n..][..n], b[i % n..].iter().step_by(n));
        *sum = row.iter().zip(column).fold(0, |sum, (&a, &b)| a.wrapping_mul(b).wrapping_add(sum));
    }
    let trace = (0..n).fold(0i64, |sum, i| sum.wrapping_add(product[i * (n + 1)]));
    let narrow_trace = (0..n).fold(0u32, |sum, i| sum.wrapping_add(narrow_product[i * (n + 1)]));
    [trace.to_le_bytes().as_slice(), &narrow_trace.to_le_bytes()].concat()
}
