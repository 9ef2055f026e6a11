//! KZG point evaluation (EIP-4844), for the trusted setup of Ethereum's ceremony.

use crate::memory::{Status, answer, read, scope};
use aver_guest::bls12_381::kzg;

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_kzg_point_eval(
    commitment: *const [u8; 48],
    z: *const [u8; 32],
    y: *const [u8; 32],
    proof: *const [u8; 48],
    verified: *mut bool,
) -> Status {
    let (commitment, z, y, proof) = unsafe { (read(commitment), read(z), read(y), read(proof)) };
    unsafe { answer(scope(|| kzg::verify(&commitment, &z, &y, &proof)), verified) }
}
