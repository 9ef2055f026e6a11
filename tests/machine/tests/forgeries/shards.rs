//! Lies about shards and their order.

use aver_exec::HALT;
use aver_isa::testing::{Asm, reg};
use aver_machine::public::PC_HALT;
use aver_machine_tests::liar::{self, Event, Lies};
use aver_stark::field::f;
use aver_verifier::Error;

use crate::relay::*;

/// Shards 2 to 4 start and end at one place: only memory tells them apart.
#[test]
fn shards_swapped_dropped_doubled() {
    let shop = relay_shop(true);
    let program = shop.setup.program();
    let honest = relay_run(&shop, 5, Lies::default());
    let forge = |shards: &[usize], renumbered: bool| {
        let shards = shards.iter().map(|&i| honest.shards[i].clone()).collect();
        let mut run = liar::Run { shards, ..honest.clone() };
        if renumbered {
            renumber(&mut run);
        }
        forged(&shop, &run, program)
    };
    forge(&[0, 1, 2, 3, 4], true).verify(&forge(&[0, 1, 2, 3, 4], true).prove()).unwrap();
    for shards in [
        &[0, 2, 1, 3, 4][..],
        &[0, 1, 3, 2, 4],
        &[0, 1, 3, 4],
        &[0, 4],
        &[0, 1, 2, 2, 3, 4],
        &[0, 1, 1, 1, 4],
    ] {
        forge(shards, true).is_refused_for(&["boundary"]);
        assert!(forge(shards, false).faults().contains(&"boundary".to_string()));
    }
    // Proofs in another order than they were made for; the header with them, and without.
    let honest = relay_forge(&shop, 5);
    let mut file = honest.clone();
    file.parts.swap(2, 3);
    file.verify(&file.prove()).unwrap_err();
    file.header.shards.swap(1, 2);
    file.verify(&file.prove()).unwrap_err();
    // Shards that do not follow each other.
    for shards in [&[1, 2, 3, 4][..], &[0, 1, 2, 3], &[4], &[]] {
        let mut forge = honest.clone();
        forge.header.shards = shards.iter().map(|&i| honest.header.shards[i].clone()).collect();
        forge.parts =
            [0].into_iter().chain(shards.iter().map(|i| i + 1)).map(|i| honest.parts[i].clone()).collect();
        forge.settle();
        assert!(matches!(forge.verify(&forge.prove()), Err(Error::Chain { .. })));
    }
}

/// What a word or register is changes between shards.
#[test]
fn a_shard_that_goes_on_from_elsewhere() {
    let shop = relay_shop(true);
    let program = shop.setup.program();
    for lie in [
        before(3, |s| _ = s.words.insert(COUNT, 1 << 40)),
        before(3, |s| s.registers[9] = 100),
        before(5, |s| _ = s.words.insert(COPY, 6)),
        before(1, |s| _ = s.words.insert(INPUT + 1, 6)), // touched by nobody: no lie
    ] {
        // Register 9 counts the loop, so there are other shards.
        let cut = Box::new(|cycle: u64, _| cycle >= 8 && (cycle - 8).is_multiple_of(15) && cycle < 60);
        let run = liar::run(program, &input(5), Lies { cut, max_ops: 600, ..lie });
        let forge = forged(&shop, &run, program);
        if forge.faults().is_empty() {
            forge.verify(&forge.prove()).unwrap();
        } else {
            forge.is_refused_for(&["boundary"]);
        }
    }
    // The op index, too.
    let run = relay_run(&shop, 5, before(5, |s| s.index = LOOP + 5));
    let forge = forged(&shop, &run, program);
    assert!(matches!(forge.verify(&forge.prove()), Err(Error::Chain { shard: 5 })));
    // Twice in a shard's boundary table: as taken over twice, and as handed on by itself.
    for last in [1, 2] {
        let mut forge = relay_forge(&shop, 5);
        let row = forge.row(2, "boundary", &[("addr", COUNT)]);
        let table = forge.table(2, "boundary");
        let rows = table.rows;
        for column in table.boundary.iter_mut().chain(&mut table.witness) {
            column[rows] = column[row];
        }
        table.rows += 1;
        forge.set(2, "boundary", rows, "last", f(last));
        forge.settle();
        let faults: &[&str] =
            if last == 1 { &["boundary", "mem"] } else { &["boundary", "boundary: range", "mem"] };
        forge.is_refused_for(faults);
    }
}

#[test]
fn a_run_that_does_not_end() {
    let shop = relay_shop(true);
    let program = shop.setup.program();
    let run = relay_run(&shop, 5, Lies { max_ops: 60, ..Lies::default() });
    assert_ne!(run.shards[4].0.end, HALT);
    let mut forge = forged(&shop, &run, program);
    assert_eq!(forge.verify(&forge.prove()), Err(Error::Chain { shard: 5 }));
    forge.header.shards[4].end = PC_HALT;
    forge.settle();
    forge.is_refused_for(&["exec", "public"]);
    // Says that it ended, where it went on.
    let mut forge = relay_forge(&shop, 5);
    forge.header.shards[1].end = PC_HALT;
    forge.settle();
    assert_eq!(forge.verify(&forge.prove()), Err(Error::Chain { shard: 2 }));
    forge.header.shards.truncate(2);
    forge.parts.truncate(3);
    forge.settle();
    forge.is_refused_for(&["boundary", "exec", "public"]);
}

#[test]
fn a_halt_in_mid_run() {
    let mut asm = Asm::new();
    asm.exit(1).exit(2);
    // Goes on after the first exit; takes it for a write.
    small(&asm, &[], at(2, |e| e.next = e.index + 1), |shop, run| {
        assert_eq!(run.exit_code, 2);
        refused(shop, &run, shop.setup.program(), &["exec", "public"]);
    });
    let write = |e: &mut Event| (e.call, e.next) = (64, e.index + 1);
    small(&asm, &[], at(2, write), |shop, run| {
        refused(shop, &run, shop.setup.program(), &["mem"]);
    });
    // And exits by a call that is none.
    let mut asm = Asm::new();
    asm.li(reg::A0, 1).call(94).exit(2);
    small(&asm, &[], at(2, |e| (e.call, e.next) = (93, HALT)), |shop, run| {
        assert_eq!(run.exit_code, 1);
        refused(shop, &run, shop.setup.program(), &["mem"]);
    });
}
