//! Numbers of the header at their limits.

use aver_machine::public::{MAX_SHARDS, MAX_TS, PC_HALT};
use aver_machine_tests::allocated::allocated;
use aver_machine_tests::forge::Forge;
use aver_stark::field::P;
use aver_stark::layout::{MAX_LOG_CHUNK, MAX_ROWS};
use aver_verifier::{Error, Header};

use crate::relay::*;

/// Headers with numbers at the machine's limits, and beyond: refused with no more work than it takes to accept what is
/// proved.
#[test]
fn numbers_at_their_limits() {
    let shop = relay_shop(true);
    let honest = relay_forge(&shop, 5);
    let file = honest.prove();
    let (verified, accepted) = allocated(|| honest.verify(&file));
    assert!(verified.is_ok());
    let body = &file[with_work(&honest, &file).encode().len()..];
    let check = |change: &dyn Fn(&mut Header)| {
        let mut header = with_work(&honest, &file);
        change(&mut header);
        let changed = [&header.encode(), body].concat();
        let (verified, taken) = allocated(|| honest.verify(&changed));
        let error = verified.unwrap_err();
        assert!(taken <= accepted, "{error}: took {taken} bytes, and an honest file {accepted}");
        error
    };
    let limits =
        |error: Error| assert!(matches!(error, Error::OutOfLimits { .. } | Error::Limit { .. }), "{error}");
    for end_ts in [0, MAX_TS, MAX_TS + 1, P, P + 1, u32::MAX] {
        limits(check(&|h| h.shards[2].end_ts = end_ts));
    }
    for index in [PC_HALT, PC_HALT + 1, P + LOOP, u32::MAX] {
        assert!(matches!(
            check(&|h| (h.shards[1].end, h.shards[2].start) = (index, index)),
            Error::Chain { .. } | Error::OutOfLimits { .. }
        ));
        assert!(matches!(check(&|h| h.shards[0].start = index), Error::Chain { shard: 1 }));
    }
    for key in [(1 << 30) - (1 << 25), P - 1, P, u32::MAX] {
        limits(check(&|h| h.memory[0].last = key));
    }
    for rows in [MAX_ROWS + 1, 1 << 29, u32::MAX as usize] {
        limits(check(&|h| h.shards[1].boundary.rows[0] = rows));
        limits(check(&|h| h.memory[0].boundary.rows[0] = rows));
    }
    for rows in [0, 1, 15, 16, 17, 1 << 20, MAX_ROWS] {
        assert!(matches!(check(&|h| h.shards[1].boundary.rows[0] = rows), Error::Proof { .. }));
    }
    let log_chunk = honest.header.shards[1].log_chunk;
    for other in [0, log_chunk - 1, log_chunk + 1, MAX_LOG_CHUNK] {
        assert!(matches!(check(&|h| h.shards[1].log_chunk = other), Error::Proof { .. }));
    }
    for beyond in [MAX_LOG_CHUNK + 1, 32, u32::MAX as usize] {
        limits(check(&|h| h.shards[1].log_chunk = beyond));
        limits(check(&|h| h.memory[0].log_chunk = beyond));
    }
    for count in [MAX_SHARDS as usize - 1, MAX_SHARDS as usize] {
        let error = check(&|h| {
            let shard = h.shards[1].clone();
            h.shards.splice(1..1, std::iter::repeat_n(shard, count - 5));
        });
        assert_eq!(matches!(error, Error::Limit { .. }), count == MAX_SHARDS as usize, "{error}");
    }
    // A shard of no ops, which goes on from itself, is no lie; but it is not what was proved.
    assert!(matches!(check(&|h| h.shards[1].end_ts = 1), Error::Proof { .. }));
}

fn with_work(forge: &Forge<'_>, file: &[u8]) -> Header {
    let header = Header::decode(&mut aver_verifier::bytes::Fields::new(file)).expect("an honest header");
    assert_eq!(header.shards, forge.header.shards);
    header
}
