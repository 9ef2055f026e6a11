//! Whole runs with calls: executed, proved, verified.

use std::sync::Arc;

use aver_arithmetic::group::{Group, law};
use aver_arithmetic::witness::Number;
use aver_exec::{Input, Silent};
use aver_isa::testing::{Asm, ElfBuilder, SegmentBytes, reg};
use aver_prover::{Error, Options, Setup, verify};
use aver_secp256k1::{ADDRESS, Curve256k1, SECP256K1};

/// The coprocessor, mounted.
fn mounted() -> [Arc<dyn aver_prover::Coprocessor>; 1] {
    [Arc::new(SECP256K1)]
}

const P: [Number; 2] = [Number::from_limbs([1, 2, 3, 4, 0, 0]), Number::from_limbs([5, 6, 7, 8, 0, 0])];
const Q: [Number; 2] = [Number::from_limbs([9, 8, 7, 6, 0, 0]), Number::from_limbs([5, 4, 3, 2, 0, 0])];

/// P becomes P + Q and is doubled, `count` times; halts with the low half of x as the code.
fn chain(count: u32) -> Vec<u8> {
    let mut asm = Asm::new();
    asm.li(reg::S0, count.into());
    asm.li(reg::A0, Asm::DATA.into()).li(reg::A7, Group::<Curve256k1>::CALL.into());
    asm.addi(reg::A1, reg::A0, 64).ecall().addi(reg::A1, reg::A0, 0).ecall();
    asm.addi(reg::S0, reg::S0, -1).bne(reg::S0, reg::ZERO, -20);
    asm.ld(reg::A0, reg::A0, 0).call(aver_isa::calls::EXIT);
    let data: Vec<u8> = [P, Q].concat().iter().flat_map(|n| n.to_le_bytes::<48>()[..32].to_vec()).collect();
    let segments = vec![SegmentBytes::text(asm.start, asm.bytes()), SegmentBytes::data(Asm::DATA, data, 128)];
    ElfBuilder { segments, note: Some(ElfBuilder::note(&[ADDRESS])), ..ElfBuilder::default() }.build()
}

#[test]
fn chains() {
    for (count, max_shard_cycles, shards) in [(1, None, 1), (20, Some(50), 3)] {
        let options = Options { log_height: 12, max_shard_cycles, ..Options::default() };
        let setup = Setup::new(&chain(count), &mounted(), options).unwrap();
        let mut proof = Vec::new();
        let report = setup.prove(&Input::default(), &mut Silent, &mut proof, &mut |_| {}).unwrap();
        assert_eq!(report.execution.shards, shards);
        let sum = (0..count).fold(P, |sum, _| {
            let sum = law::<Curve256k1>(sum, Q).point;
            law::<Curve256k1>(sum, sum).point
        });
        let code = sum[0].as_limbs()[0] as u32;
        let vk = setup.vk().unwrap().digest();
        verify(&proof, &vk, code, &mounted()).unwrap();
        // Another result; a machine without the coprocessor.
        assert!(verify(&proof, &vk, code ^ 1, &mounted()).is_err());
        let missing = verify(&proof, &vk, code, &[]).map(drop).unwrap_err();
        assert!(missing.to_string().contains(ADDRESS), "{missing}");
    }
    let missing = Setup::new(&chain(1), &[], Options::default()).map(drop).unwrap_err();
    assert!(matches!(&missing, Error::Coprocessor(..)), "{missing}");
}
