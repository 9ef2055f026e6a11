//! Whole runs with calls: executed, proved, verified.

use std::sync::Arc;

use aver_exec::{Input, Silent};
use aver_isa::testing::{Asm, ElfBuilder, SegmentBytes, reg};
use aver_modular::{ADDRESS, CALL, Modular, divide};
use aver_prover::{Options, Setup, verify};
use ruint::aliases::U256;

/// The coprocessor, mounted.
fn mounted() -> [Arc<dyn aver_prover::Coprocessor>; 1] {
    [Arc::new(Modular)]
}

const A: U256 = U256::from_limbs([1, 2, 3, u64::MAX]);
const B: U256 = U256::from_limbs([5, 6, 7, 8]);

/// a and b become a b mod m and the quotient, `count` times; halts with the low half of a as the code.
fn chain(count: u32, m: U256) -> Vec<u8> {
    let mut asm = Asm::new();
    asm.li(reg::S0, count.into());
    asm.li(reg::A0, Asm::DATA.into()).li(reg::A1, u64::from(Asm::DATA) + 64).li(reg::A7, CALL.into());
    asm.ecall().addi(reg::S0, reg::S0, -1).bne(reg::S0, reg::ZERO, -8);
    asm.ld(reg::A0, reg::A0, 0).call(aver_isa::calls::EXIT);
    let data: Vec<u8> = [A, B, m].iter().flat_map(|n| n.to_le_bytes::<32>()).collect();
    let segments = vec![SegmentBytes::text(asm.start, asm.bytes()), SegmentBytes::data(Asm::DATA, data, 96)];
    ElfBuilder { segments, note: Some(ElfBuilder::note(&[ADDRESS])), ..ElfBuilder::default() }.build()
}

#[test]
fn chains() {
    let odd = U256::from_limbs([77, 0, 9, 0]);
    for (count, m, max_shard_cycles) in [(1, U256::ZERO, None), (20, odd, Some(25))] {
        let options = Options { log_height: 12, max_shard_cycles, ..Options::default() };
        let setup = Setup::new(&chain(count, m), &mounted(), options).unwrap();
        let mut proof = Vec::new();
        let report = setup.prove(&Input::default(), &mut Silent, &mut proof, &mut |_| {}).unwrap();
        assert_eq!(report.execution.shards > 1, max_shard_cycles.is_some());
        let last = (0..count).fold((A, B), |(a, b), _| {
            let division = divide(a, b, m);
            (division.remainder, division.low())
        });
        let code = last.0.as_limbs()[0] as u32;
        let vk = setup.vk().unwrap().digest();
        verify(&proof, &vk, code, &mounted()).unwrap();
        assert!(verify(&proof, &vk, code ^ 1, &mounted()).is_err());
        let missing = verify(&proof, &vk, code, &[]).map(drop).unwrap_err();
        assert!(missing.to_string().contains(ADDRESS), "{missing}");
    }
}
