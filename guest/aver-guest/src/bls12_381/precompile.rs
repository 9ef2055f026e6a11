//! The functions as Ethereum's precompiles: operands and results in numbers of 64 bytes, the first 16 of which are zero. None
//! if operands are not such, or fail.

use alloc::vec::Vec;

/// Removes the zeros in front of numbers, of `numbers` in a piece, behind which are `rest` bytes that are none.
fn remove_zeros(input: &[u8], numbers: usize, rest: usize) -> Option<Vec<u8>> {
    let length = 64 * numbers + rest;
    if !input.len().is_multiple_of(length) {
        return None;
    }
    let mut bytes = Vec::with_capacity(input.len());
    for piece in input.chunks_exact(length) {
        let (padded, rest) = piece.split_at(64 * numbers);
        for number in padded.as_chunks::<64>().0 {
            let (zeros, number) = number.split_at(16);
            if zeros.iter().any(|&byte| byte != 0) {
                return None;
            }
            bytes.extend_from_slice(number);
        }
        bytes.extend_from_slice(rest);
    }
    Some(bytes)
}

/// The other way.
fn add_zeros(numbers: &[u8]) -> Vec<u8> {
    numbers.as_chunks::<48>().0.iter().flat_map(|number| [0; 16].into_iter().chain(*number)).collect()
}

/// `BLS12_G1ADD`
pub fn g1_add(input: &[u8]) -> Option<Vec<u8>> {
    let points = remove_zeros(input, 2, 0)?;
    let ([p, q], []) = points.as_chunks::<96>() else { return None };
    super::g1_add(p, q).map(|sum| add_zeros(&sum))
}

/// `BLS12_G1MSM`
pub fn g1_msm(input: &[u8]) -> Option<Vec<u8>> {
    super::g1_msm(&remove_zeros(input, 2, 32)?).map(|sum| add_zeros(&sum))
}

/// `BLS12_G2ADD`
pub fn g2_add(input: &[u8]) -> Option<Vec<u8>> {
    let points = remove_zeros(input, 4, 0)?;
    let ([p, q], []) = points.as_chunks::<192>() else { return None };
    super::g2_add(p, q).map(|sum| add_zeros(&sum))
}

/// `BLS12_G2MSM`
pub fn g2_msm(input: &[u8]) -> Option<Vec<u8>> {
    super::g2_msm(&remove_zeros(input, 4, 32)?).map(|sum| add_zeros(&sum))
}

/// `BLS12_PAIRING_CHECK`: a number of 32 bytes, 0 or 1.
pub fn pairing_check(input: &[u8]) -> Option<[u8; 32]> {
    let is_one = super::pairing_check(&remove_zeros(input, 6, 0)?)?;
    let mut output = [0; 32];
    output[31] = is_one.into();
    Some(output)
}

/// `BLS12_MAP_FP_TO_G1`
pub fn map_fp_to_g1(input: &[u8]) -> Option<Vec<u8>> {
    let element = remove_zeros(input, 1, 0)?;
    super::map_fp_to_g1(element[..].try_into().ok()?).map(|point| add_zeros(&point))
}

/// `BLS12_MAP_FP2_TO_G2`
pub fn map_fp2_to_g2(input: &[u8]) -> Option<Vec<u8>> {
    let element = remove_zeros(input, 2, 0)?;
    super::map_fp2_to_g2(element[..].try_into().ok()?).map(|point| add_zeros(&point))
}
