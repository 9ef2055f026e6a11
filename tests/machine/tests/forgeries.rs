//! Provers that lie. Each takes a run, changes it or its tables, makes everything else consistent with the
//! lie, and proves it. Which rules are broken is compared with what the lie should break, and nothing else;
//! then the verifier must refuse the proof.

use std::sync::Arc;

use aver_exec::{HALT, Space, WordHistory, WordKind};
use aver_isa::memory::{GUARD_START, INPUT_BASE, INPUT_END, STACK_TOP};
use aver_isa::testing::{Asm, encode, reg};
use aver_isa::{Opcode, Program};
use aver_machine::chips::memory::{INPUT_FIRST, INPUT_LAST};
use aver_machine::public::{MAX_SHARDS, MAX_TS, PC_HALT};
use aver_machine_tests::forge::{Forge, Workshop};
use aver_machine_tests::liar::{self, Event, Lies, State};
use aver_machine_tests::{options, setup};
use aver_stark::field::{F, P, f};
use aver_verifier::{Error, Header};
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use sha2::{Digest as _, Sha256};

/// The image's first word, a word that is zero, and a word that becomes the input.
const IMAGE: u32 = Asm::DATA / 8;
const COPY: u32 = IMAGE + 2;
const COUNT: u32 = IMAGE + 3;
/// The input's first word after the length.
const INPUT: u32 = INPUT_BASE / 8 + 1;
/// What the input has where nothing else has it: see `an_input_word_is_four_limbs`.
const LIMB: u64 = 0xABCD;

/// Copies a word of input and of the image, counts to 12 in memory, and exits with the input's word, or 0.
fn relay(exits_with_input: bool) -> Asm {
    let mut asm = Asm::new();
    asm.li(reg::S0, Asm::DATA.into()).li(reg::T0, INPUT_BASE.into());
    asm.ld(reg::T1, reg::T0, 8).sd(reg::T1, reg::S0, 16).ld(reg::T2, reg::S0, 0).sd(reg::T2, reg::S0, 24);
    asm.li(reg::S1, 12);
    asm.ld(reg::T2, reg::S0, 24).addi(reg::T2, reg::T2, 1).sd(reg::T2, reg::S0, 24);
    asm.addi(reg::S1, reg::S1, -1).bne(reg::S1, 0, -16);
    asm.ld(if exits_with_input { reg::A0 } else { reg::T1 }, reg::S0, 16).call(93);
    asm
}

/// Op index of the loop's first op, ops before it, and ops of an iteration.
const LOOP: u32 = 8;
const PASS: u64 = 5;

fn relay_shop(exits_with_input: bool) -> Workshop {
    let image = 0x0123_4567_89AB_CDEFu64.to_le_bytes();
    Workshop::new(setup(&relay(exits_with_input).elf(&image, 64), options(10, None)))
}

fn input(word: u64) -> [u8; 8] {
    word.to_le_bytes()
}

/// Five shards: up to the loop, three of three iterations, the rest.
fn cuts(cycle: u64, _: u32) -> bool {
    (0..4).any(|passes| cycle == u64::from(LOOP) + 3 * PASS * passes)
}

fn relay_run(shop: &Workshop, word: u64, lies: Lies<'_>) -> liar::Run {
    let run = liar::run(shop.setup.program(), &input(word), Lies { cut: Box::new(cuts), ..lies });
    assert_eq!(run.shards.len(), 5);
    run
}

fn relay_forge(shop: &Workshop, word: u64) -> Forge<'_> {
    let run = relay_run(shop, word, Lies::default());
    shop.forge(&run, shop.setup.program(), std::slice::from_ref(&run.memory))
}

/// The state is changed before a shard.
fn before<'a>(at: u32, mut change: impl FnMut(&mut State) + 'a) -> Lies<'a> {
    let before_shard = move |shard, state: &mut State| {
        if shard == at {
            change(state);
        }
    };
    Lies { before_shard: Box::new(before_shard), ..Lies::default() }
}

/// The op of a cycle is changed.
fn at<'a>(cycle: u64, mut change: impl FnMut(&mut Event) + 'a) -> Lies<'a> {
    let op = move |event: &mut Event| {
        if event.cycle == cycle {
            change(event);
        }
    };
    Lies { op: Box::new(op), ..Lies::default() }
}

/// A short program in one shard, told lies.
fn small(asm: &Asm, data: &[u8], lies: Lies<'_>, check: impl FnOnce(&Workshop, liar::Run)) {
    let shop = Workshop::new(setup(&asm.elf(data, 64), options(10, None)));
    let run = liar::run(shop.setup.program(), &[], lies);
    check(&shop, run);
}

/// Refused for these rules, whoever's tables they are.
#[track_caller]
fn refused(shop: &Workshop, run: &liar::Run, program: &Program, faults: &[&str]) {
    forged(shop, run, program).is_refused_for(faults);
}

fn forged<'a>(shop: &'a Workshop, run: &liar::Run, program: &Program) -> Forge<'a> {
    let mut forge = shop.forge(run, program, std::slice::from_ref(&run.memory));
    best_order(&mut forge);
    forge
}

/// Where keys do not increase, splits their difference mod p so that as little as can be is wrong.
fn best_order(forge: &mut Forge<'_>) {
    for part in 0..forge.header.memory.len() {
        for row in 0..forge.table(part, "memory").rows {
            let mut cell = |name: &str| forge.column(part, "memory", name)[row];
            let key = cell("addr") + cell("memory") * f(1 << 29);
            let difference = (key - cell("prev") - F::ONE).as_canonical_u32();
            forge.set(part, "memory", row, "high", f(difference >> 16));
        }
    }
    forge.settle();
}

fn history(run: &mut liar::Run, space: Space, addr: u32) -> &mut WordHistory {
    run.memory.iter_mut().find(|w| (w.space, w.addr) == (space, addr)).expect("the word is touched")
}

/// Numbers shards by position, and says for each word who touched it last.
fn renumber(run: &mut liar::Run) {
    let mut lasts = std::collections::BTreeMap::new();
    for (i, (plan, _)) in run.shards.iter_mut().enumerate() {
        plan.index = i as u32 + 1;
        for word in &mut plan.touched {
            word.last = lasts.insert((word.space, word.addr), plan.index).unwrap_or(0);
        }
    }
    run.memory.iter_mut().for_each(|w| w.last = lasts.get(&(w.space, w.addr)).copied().unwrap_or(0));
}

#[test]
fn the_forger_can_be_honest() {
    for exits_with_input in [false, true] {
        let shop = relay_shop(exits_with_input);
        let program = shop.setup.program();
        let run = relay_run(&shop, 0x1_0003, Lies::default());
        let words = &run.memory;
        let parts =
            [words[..3].to_vec(), words[3..words.len() - 1].to_vec(), words[words.len() - 1..].to_vec()];
        for memory in [&[words.clone()][..], &parts[..], &[words.clone(), Vec::new()][..1]] {
            let forge = shop.forge(&run, program, memory);
            assert_eq!(forge.faults(), [""; 0]);
            let verified = forge.verify(&forge.prove()).unwrap();
            assert_eq!(verified.shards, 5);
            assert_eq!(forge.header.exit_code, if exits_with_input { 0x1_0003 } else { 0 });
        }
    }
    assert_eq!(relay(false).words.len() as u32, LOOP + 5 + 3);
}

// What pass 1 commits to.

#[test]
fn other_boundary_columns_in_pass_2() {
    let shop = relay_shop(false);
    let (first, second) = (relay_forge(&shop, 5), relay_forge(&shop, 7));
    // All of another run; one proof of it; and one cell that two shards agree on.
    let mut all = second.clone();
    all.header = first.header.clone();
    let mut one = first.clone();
    one.parts[1] = second.parts[1].clone();
    let mut cell = first.clone();
    for (part, chip, column) in [(0, "memory", "first1"), (0, "memory", "final1")] {
        let row = cell.row(part, chip, &[("input", 1)]);
        cell.set(part, chip, row, column, f(9));
    }
    cell.recount();
    for forge in [all, one, cell] {
        let error = forge.verify(&forge.prove()).unwrap_err();
        assert!(matches!(error, Error::Proof { .. }), "{error}");
    }
}

#[test]
fn commitments_of_other_shards() {
    let shop = relay_shop(false);
    let honest = relay_forge(&shop, 5);
    let mut swapped = honest.clone();
    let other = swapped.header.shards[2].boundary.clone();
    swapped.header.shards[1].boundary = other;
    let mut none = honest.clone();
    none.header.shards[1].boundary.root = None;
    let mut short = honest.clone();
    short.header.shards[1].boundary.rows[0] -= 1;
    let mut more = honest.clone();
    more.header.shards[1].boundary.rows.push(1);
    let mut less = honest.clone();
    less.header.memory[0].boundary.rows.clear();
    for forge in [swapped, none, short, more, less] {
        let error = forge.verify(&forge.prove()).unwrap_err();
        assert!(matches!(error, Error::Proof { .. }), "{error}");
    }
}

#[test]
fn sums_moved_between_proofs() {
    let shop = relay_shop(false);
    let forge = relay_forge(&shop, 5);
    let proof = forge.prove_claiming(|i, sum| match i {
        0 => sum + aver_stark::field::EF::ONE,
        3 => sum - aver_stark::field::EF::ONE,
        _ => sum,
    });
    let error = Error::Proof { index: 1, error: aver_stark::error::Error::Equation { label: "sum" } };
    assert_eq!(forge.verify(&proof), Err(error));
    // A lie whose sums do not cancel, claimed to cancel by the last proof.
    let run = relay_run(&shop, 5, before(3, |s| _ = s.words.insert(COUNT, 1)));
    let forge = shop.forge(&run, shop.setup.program(), std::slice::from_ref(&run.memory));
    assert_eq!(forge.faults(), ["boundary"]);
    assert_eq!(forge.verify(&forge.prove()), Err(Error::Sums));
    let sums = std::cell::RefCell::new(aver_stark::field::EF::ZERO);
    let proof = forge.prove_claiming(|i, sum| {
        let claimed = if i == 5 { -*sums.borrow() } else { sum };
        *sums.borrow_mut() += claimed;
        claimed
    });
    let error = Error::Proof { index: 6, error: aver_stark::error::Error::Equation { label: "sum" } };
    assert_eq!(forge.verify(&proof), Err(error));
}

// The memory table.

/// In the last shard a word is what it was in the beginning, by a second birth.
fn second_birth(shop: &Workshop) -> (liar::Run, WordHistory) {
    let mut run = relay_run(shop, 5, before(5, |s| _ = s.words.insert(COPY, 0)));
    assert_eq!(run.exit_code, 0);
    let word = run.shards[4].0.touched.iter_mut().find(|w| w.addr == COPY).unwrap();
    assert_eq!((word.before, word.last), (0, 1));
    word.last = 0;
    let first = history(&mut run, Space::Memory, COPY);
    let second = WordHistory { last: 5, last_value: 0, ..*first };
    (first.last, first.last_value) = (1, 5);
    (run, second)
}

#[test]
fn a_word_with_two_births() {
    let shop = relay_shop(true);
    let program = shop.setup.program();
    let (run, second) = second_birth(&shop);
    let position = run.memory.iter().position(|w| w.addr == COPY).unwrap() + 1;
    // Beside the first; at the end; and in the second of two proofs.
    let mut beside = run.clone();
    beside.memory.insert(position, second);
    refused(&shop, &beside, program, &["memory: bits"]);
    let mut end = run.clone();
    end.memory.push(second);
    refused(&shop, &end, program, &["memory: bits"]);
    let words = &beside.memory;
    let mut cut = shop.forge(&run, program, &[words[..position].to_vec(), words[position..].to_vec()]);
    best_order(&mut cut);
    cut.is_refused_for(&["memory: bits"]);
    // The first proof says that it ended one word earlier.
    cut.header.memory[0].last -= 1;
    let row = cut.row(1, "memory", &[("addr", COPY)]);
    cut.set(1, "memory", row, "prev", f(cut.header.memory[0].last));
    cut.set(1, "memory", row, "high", F::ZERO);
    cut.settle();
    cut.is_refused_for(&["order"]);
    // Each of two proofs has the whole table.
    let other = |mut words: Vec<WordHistory>| {
        words.iter_mut().filter(|w| w.addr == COPY).for_each(|w| *w = second);
        words
    };
    let mut whole = shop.forge(&run, program, &[run.memory.clone(), other(run.memory.clone())]);
    best_order(&mut whole);
    whole.is_refused_for(&["boundary", "memory: bits"]);
}

#[test]
fn a_word_in_two_spaces() {
    let shop = relay_shop(true);
    let program = shop.setup.program();
    let (mut run, second) = second_birth(&shop);
    let position = run.memory.iter().position(|w| w.addr == COPY).unwrap() + 1;
    run.memory.insert(position, second);
    let mut forge = forged(&shop, &run, program);
    // The second birth is of text, which only loads reach.
    let memory = forge.row(0, "memory", &[("addr", COPY), ("last", 5)]);
    forge.set(0, "memory", memory, "text", F::ONE);
    let touched = forge.row(5, "boundary", &[("addr", COPY)]);
    forge.set(5, "boundary", touched, "space", f(2));
    let load = forge.row(5, "ld", &[("imm", 16)]);
    forge.set(5, "ld", load, "text", F::ONE);
    forge.settle();
    forge.is_refused_for(&["memory: bits", "memory: gap"]);
}

/// A word of the image that starts as zero.
#[test]
fn zero_instead_of_the_image() {
    let shop = relay_shop(true);
    let run = relay_run(&shop, 5, before(1, |s| _ = s.words.insert(IMAGE, 0)));
    let mut forge = forged(&shop, &run, shop.setup.program());
    let row = forge.row(0, "memory", &[("addr", IMAGE)]);
    let (lo, hi) = (forge.column(0, "memory", "lo")[row], forge.column(0, "memory", "hi")[row]);
    assert!(lo != F::ZERO && hi == f(IMAGE), "the gap before it");
    // In that gap, seen from both sides; in one of its own; in the image after all.
    set_bounds(&mut forge, row, lo, hi);
    forge.is_refused_for(&["memory: bits"]);
    set_bounds(&mut forge, row, f(IMAGE), f(IMAGE + 1));
    forge.is_refused_for(&["memory: gap"]);
    forge.set(0, "memory", row, "zero", F::ZERO);
    forge.set(0, "memory", row, "image", F::ONE);
    forge.settle();
    forge.is_refused_for(&["memory: image"]);
    // Both kinds at once, neither of which looks anything up.
    forge.set(0, "memory", row, "zero", F::NEG_ONE);
    forge.settle();
    assert!(forge.faults().contains(&"memory: cpu/flag".to_string()));
    forge.verify(&forge.prove()).unwrap_err();
}

fn set_bounds(forge: &mut Forge<'_>, row: usize, lo: F, hi: F) {
    let addr = forge.column(0, "memory", "addr")[row];
    for (column, value) in [("lo", lo), ("hi", hi)] {
        forge.set(0, "memory", row, column, value);
    }
    for (column, distance) in [("above", addr - lo), ("below", hi - F::ONE - addr)] {
        forge.set(0, "memory", row, column, f(distance.as_canonical_u32() >> 16));
    }
    forge.settle();
}

#[test]
fn another_image() {
    let shop = relay_shop(true);
    let program = shop.setup.program();
    // Another value; an image word where there is none; a register.
    let run = relay_run(&shop, 5, before(1, |s| *s.words.entry(IMAGE).or_insert(0) = 99));
    refused(&shop, &run, program, &["memory: image"]);
    let run = relay_run(&shop, 5, before(1, |s| _ = s.words.insert(COPY, 99)));
    refused(&shop, &run, program, &["memory: image"]);
    for (register, value) in [(2, 0), (2, 8), (9, 1)] {
        let mut run = relay_run(&shop, 5, before(1, |s| s.registers[register] = value));
        // The stack pointer is not used: it is touched all the same.
        if register == 2 {
            run.memory.push(WordHistory {
                space: Space::Register,
                addr: 2,
                kind: if value == 0 { WordKind::Zero } else { WordKind::Image },
                first: value,
                last_value: value,
                last: 0,
            });
            run.memory.sort_by_key(|w| (w.space, w.addr));
        }
        let faults = if value == 0 { ["memory: bits"] } else { ["memory: image"] };
        let mut forge = forged(&shop, &run, program);
        if value == 0 {
            let row = forge.row(0, "memory", &[("addr", 2), ("memory", 0)]);
            let (lo, hi) = (forge.column(0, "memory", "lo")[row], forge.column(0, "memory", "hi")[row]);
            set_bounds(&mut forge, row, lo, hi);
        }
        forge.is_refused_for(&faults);
    }
}

/// Input where none is: a word of memory, a register.
#[test]
fn input_elsewhere() {
    let shop = relay_shop(true);
    let program = shop.setup.program();
    for (space, addr) in [(Space::Memory, IMAGE), (Space::Memory, COPY), (Space::Register, 9)] {
        let mut run = relay_run(
            &shop,
            5,
            before(1, |s| match space {
                Space::Memory => _ = s.words.insert(addr, 77),
                Space::Register => s.registers[addr as usize] = 77,
            }),
        );
        history(&mut run, space, addr).kind = WordKind::Input;
        let mut forge = forged(&shop, &run, program);
        let row = forge.row(0, "memory", &[("addr", addr), ("input", 1)]);
        set_bounds(&mut forge, row, f(INPUT_FIRST), f(INPUT_LAST));
        let faults = ["memory: bits", "memory: memory/5"];
        forge.is_refused_for(if space == Space::Memory { &faults[..1] } else { &faults });
        // In a region of its own, and whatever the space.
        set_bounds(&mut forge, row, f(addr), f(addr + 1));
        forge.is_refused_for(&["memory: memory/5"]);
    }
}

#[test]
fn an_input_word_is_four_limbs() {
    let shop = relay_shop(false);
    let mut forge = relay_forge(&shop, LIMB << 16 | 3);
    assert_eq!(forge.faults(), [""; 0]);
    // Only copied: nothing but the memory table looks at it.
    forge.substitute(f(LIMB as u32), f(LIMB as u32 + (1 << 16)));
    forge.settle();
    forge.is_refused_for(&["memory: range"]);
}

#[test]
fn words_out_of_order() {
    let shop = relay_shop(true);
    let program = shop.setup.program();
    let run = relay_run(&shop, 5, Lies::default());
    let mut swapped = run.clone();
    swapped.memory.swap(1, 2);
    refused(&shop, &swapped, program, &["memory: bits"]);
    let words = &run.memory;
    let mut forge = shop.forge(&run, program, &[words[5..].to_vec(), words[..5].to_vec()]);
    best_order(&mut forge);
    forge.is_refused_for(&["memory: bits"]);
    // A chain beside the one from the first key to the last: a word that is its own predecessor.
    let mut forge = relay_forge(&shop, 5);
    let row = forge.row(0, "memory", &[("addr", COPY)]);
    let next = forge.row(0, "memory", &[("addr", COUNT)]);
    let prev = forge.column(0, "memory", "prev")[row];
    forge.set(0, "memory", next, "prev", prev);
    forge.set(0, "memory", row, "prev", f((1 << 29) + COPY));
    best_order(&mut forge);
    forge.is_refused_for(&["memory: bits"]);
}

#[test]
fn words_left_out() {
    let shop = relay_shop(true);
    let program = shop.setup.program();
    let mut run = relay_run(&shop, 5, Lies::default());
    let words = run.memory.clone();
    run.memory.retain(|w| w.addr != COPY);
    refused(&shop, &run, program, &["boundary"]);
    let parts: [Vec<_>; 2] = [words[..4].to_vec(), words[4..].to_vec()];
    for kept in [&parts[..1], &parts[1..], &parts[..0]] {
        shop.forge(&run, program, kept).is_refused_for(&["boundary"]);
    }
}

// Shards.

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
        let forge = forge(shards, false);
        assert!(forge.faults().contains(&"boundary".to_string()));
        forge.verify(&forge.prove()).unwrap_err();
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

// The claim.

#[test]
fn another_claim() {
    let shop = relay_shop(true);
    let honest = relay_forge(&shop, 5);
    let mut code = honest.clone();
    code.header.exit_code = 6;
    code.settle();
    code.is_refused_for(&["public"]);
    let mut output = honest.clone();
    output.header.output = b"no such output".to_vec();
    assert_eq!(output.verify(&output.prove()), Err(Error::Output));
    output.header.output_digest = Sha256::digest(&output.header.output).into();
    output.settle();
    output.is_refused_for(&["public"]);
    // A proof for another input, with what it does show.
    let file = honest.prove();
    let other = aver_prover::verify(&file, &honest.vk(), 7, &[]);
    assert_eq!(other, Err(Error::ExitCode { found: 5, expected: 7 }));
    // A digest in memory that is not the one claimed.
    let mut asm = Asm::new();
    asm.li(reg::A1, Asm::DATA.into()).call(aver_isa::calls::HALT);
    small(&asm, &[1; 32], Lies::default(), |shop, mut run| {
        run.digest = aver_isa::calls::EMPTY_DIGEST;
        refused(shop, &run, shop.setup.program(), &["public"]);
    });
}

#[test]
fn another_program() {
    let (mine, theirs) = (relay_shop(true), relay_shop(false));
    let run = relay_run(&mine, 5, Lies::default());
    let forge = forged(&mine, &run, mine.setup.program());
    let vk = theirs.setup.vk().unwrap().clone();
    let verify = |forge: &Forge<'_>| aver_prover::verify(&forge.prove(), &vk.digest(), 5, &[]);
    assert!(matches!(verify(&forge), Err(Error::Program { .. })));
    // With the other's key, and the tables of mine; then with the other's tables, too.
    let mut named = forge.clone();
    named.header.vk = vk.clone();
    assert!(matches!(verify(&named), Err(Error::Proof { .. })));
    refused(&theirs, &run, mine.setup.program(), &["ld: instr"]);
    // One op of the program changed, in the fixed columns themselves.
    let mut fixed = forged(&theirs, &run, mine.setup.program());
    for part in fixed.parts.iter_mut().filter(|p| !p.is_memory) {
        let table = &mut part.tables[0];
        let other = &mine.setup.fixed(false).unwrap().columns[0];
        table.fixed = Arc::new(other.to_vec());
    }
    fixed.parts[5].tables[0].witness[0][LOOP as usize + 5] = F::ONE;
    let error = fixed.verify(&fixed.prove()).unwrap_err();
    assert!(matches!(error, Error::Proof { .. }), "{error}");
    // Keys that differ in their last parts only.
    for change in [
        |h: &mut Header| h.vk.log_height = 11,
        |h: &mut Header| h.vk.profile = aver_stark::params::Profile::Bits128,
        |h: &mut Header| h.vk.entry += 1,
        |h: &mut Header| h.vk.machine[0] ^= 1,
        |h: &mut Header| h.vk.coprocessors.push((0x4156_1000, "sha256".into())),
        |h: &mut Header| h.vk.shard.rows[0] = None,
        |h: &mut Header| h.vk.memory.root = None,
    ] {
        let mut other = forge.clone();
        change(&mut other.header);
        assert!(matches!(other.verify(&forge.prove()), Ok(_)));
        let mut file = other.header.encode();
        file.extend(&forge.prove()[forge.header.encode().len()..]);
        assert!(matches!(other.verify(&file), Err(Error::Program { .. })));
        // Under that key's own name: nothing in it can make the verifier fall over.
        let digest = other.header.vk.digest();
        aver_prover::verify(&file, &digest, 5, &[]).unwrap_err();
    }
}

// What ops do.

#[test]
fn a_store_to_the_text() {
    let mut asm = Asm::new();
    asm.li(reg::T0, Asm::TEXT.into()).sd(0, reg::T0, 0).ld(reg::A0, reg::T0, 0).call(93);
    small(&asm, &[], Lies::default(), |shop, run| {
        let program = shop.setup.program();
        assert_eq!(run.exit_code, 0);
        // The word is text, which the store cannot name; or it is no text, but the image says so.
        refused(shop, &run, program, &["mem"]);
        let mut no_text = program.clone();
        no_text.text.clear();
        refused(shop, &run, &no_text, &["memory: image"]);
        // It starts as zero, in no gap.
        let lies = before(1, |s| _ = s.words.insert(Asm::TEXT / 8, 0));
        let run = liar::run(program, &[], lies);
        let mut forge = forged(shop, &run, &no_text);
        let row = forge.row(0, "memory", &[("addr", Asm::TEXT / 8)]);
        set_bounds(&mut forge, row, f(Asm::TEXT / 8), f(Asm::TEXT / 8 + 1));
        forge.is_refused_for(&["memory: gap"]);
    });
}

#[test]
fn an_access_outside_memory() {
    for address in [8, 0xFFF8, GUARD_START, STACK_TOP, INPUT_END, 0xFFFF_FFF8] {
        for store in [false, true] {
            let mut asm = Asm::new();
            asm.li(reg::T0, address.into());
            if store {
                asm.sd(0, reg::T0, 0)
            } else {
                asm.ld(reg::A0, reg::T0, 0)
            };
            asm.exit(0);
            small(&asm, &[], Lies::default(), |shop, mut run| {
                let program = shop.setup.program();
                for kind in [WordKind::Zero, WordKind::Input, WordKind::Image] {
                    history(&mut run, Space::Memory, address / 8).kind = kind;
                    let mut forge = forged(shop, &run, program);
                    let row = forge.row(0, "memory", &[("addr", address / 8)]);
                    let refused = |forge: &Forge<'_>, fault: &str| {
                        if address < INPUT_END {
                            return forge.is_refused_for(&[fault]);
                        }
                        // Already its key is too large.
                        assert_eq!(forge.faults(), [fault]);
                        assert!(matches!(forge.verify(&forge.prove()), Err(Error::OutOfLimits { .. })));
                    };
                    if kind == WordKind::Image {
                        refused(&forge, "memory: image");
                        continue;
                    }
                    set_bounds(&mut forge, row, f(address / 8), f(address / 8 + 1));
                    refused(&forge, if kind == WordKind::Zero { "memory: gap" } else { "memory: memory/5" });
                    if kind == WordKind::Input {
                        set_bounds(&mut forge, row, f(INPUT_FIRST), f(INPUT_LAST));
                        refused(&forge, "memory: bits");
                    }
                }
            });
        }
    }
    // Above 2^32, where the base has limbs that a load does not look at; and below zero.
    let mut asm = Asm::new();
    asm.li(reg::T0, (1 << 32) + u64::from(Asm::DATA)).ld(reg::A0, reg::T0, 0).exit(0);
    let low = |e: &mut Event| e.address &= 0xFFFF_FFFF;
    let cycle = asm.words.len() as u64 - 4;
    small(&asm, &[], at(cycle, low), |shop, run| {
        refused(shop, &run, shop.setup.program(), &["mem"]);
    });
    let mut asm = Asm::new();
    asm.ld(reg::A0, 0, -8).exit(0);
    small(&asm, &[], at(0, |e| e.address &= 0xFFFF_FFFF), |shop, mut run| {
        history(&mut run, Space::Memory, 0xFFFF_FFF8 / 8).kind = WordKind::Zero;
        let mut forge = forged(shop, &run, shop.setup.program());
        forge.substitute(f(0xFFFF_FFF8 / 8), F::NEG_ONE);
        forge.header.memory[0].last = (1 << 29) - 1;
        best_order(&mut forge);
        let row = forge.row(0, "memory", &[("addr", P - 1)]);
        set_bounds(&mut forge, row, F::NEG_ONE, F::ZERO);
        forge.is_refused_for(&["memory: gap"]);
    });
}

/// An address that is a word of memory only modulo p, or with an offset that is no integer.
#[test]
fn an_address_modulo_p() {
    let mut asm = Asm::new();
    asm.li(reg::T0, u64::from(Asm::DATA) + u64::from(P)).ld(reg::A0, reg::T0, 0).call(93);
    let cycle = asm.words.len() as u64 - 3;
    small(&asm, &[7], at(cycle, |e| (e.address, e.rd) = (Asm::DATA.into(), 7)), |shop, run| {
        assert_eq!(run.exit_code, 7);
        let forge = forged(shop, &run, shop.setup.program());
        // (base + p) / 8 is the word modulo p: all that objects is that base / 8 has to be small.
        forge.is_refused_for(&["ld: range"]);
    });
}

#[test]
fn a_jump_to_where_no_instruction_starts() {
    // Into the middle of an atomic, past its load, by a jump and by a branch.
    for word in [encode::j(0, 4), encode::b(0, 0, 0, 4)] {
        let mut asm = Asm::new();
        asm.li(reg::T0, Asm::DATA.into()).word(word);
        let atomic = asm.pc();
        asm.word(encode::r(0x2f, 3, 0, reg::A0, reg::T0, reg::T0)).exit(0);
        small(&asm, &[], at(1, |e| e.next += 1), |shop, run| {
            let program = shop.setup.program();
            assert!(!program.ops[program.index_of(atomic).unwrap() as usize + 1].first);
            let is_jump = program.ops[1].opcode == Opcode::Jal;
            // The target is the table's; or the row says another.
            refused(shop, &run, program, &[if is_jump { "exec" } else { "branch_eq: branch_eq/3" }]);
            let mut other = program.clone();
            other.ops[1].target += 1;
            refused(shop, &run, &other, &[if is_jump { "jal: instr" } else { "branch_eq: instr" }]);
        });
    }
    // The same by address, and to other addresses that are none: between, behind, modulo p, above 2^32.
    let text = u64::from(Asm::TEXT);
    for (target, index) in [
        (text + 12, 4),
        (text + 2, 0),
        (text + 1, 1),
        (text - 4, 0),
        (text + 0x1000, 0),
        (text + u64::from(P), 0),
        (text + 4 + u64::from(P), 1),
        (0x1_0000_0000 + text, 0),
        (4 * u64::from(P) + text, 0),
    ] {
        let mut asm = Asm::new();
        // ops 2 to 5 are the atomic
        asm.addi(0, 0, 0).addi(0, 0, 0).word(encode::r(0x2f, 3, 0, reg::A0, reg::T1, reg::T0)).exit(0);
        let entry = asm.pc();
        asm.li(reg::T1, Asm::DATA.into()).li(reg::T0, target).jalr(0, reg::T0, 0);
        let elf = aver_isa::testing::ElfBuilder {
            entry: entry.into(),
            segments: vec![
                aver_isa::testing::SegmentBytes::text(Asm::TEXT, asm.bytes()),
                aver_isa::testing::SegmentBytes::data(Asm::DATA, Vec::new(), 64),
            ],
            ..Default::default()
        };
        let shop = Workshop::new(setup(&elf.build(), options(10, None)));
        let program = shop.setup.program();
        let op = Box::new(|e: &mut Event| {
            if e.op.opcode == Opcode::Jalr {
                e.next = index;
            }
        });
        let run = liar::run(program, &[], Lies { op, max_ops: 100, ..Lies::default() });
        let forge = forged(&shop, &run, program);
        let faults = forge.faults();
        assert!(!faults.is_empty(), "{target:#x}");
        assert!(faults.iter().all(|f| f.starts_with("jalr: ") || f == "mem"), "{target:#x}: {faults:?}");
        let error = forge.verify(&forge.prove()).unwrap_err();
        assert!(matches!(error, Error::Proof { .. }), "{error}");
    }
}

#[test]
fn x0_written() {
    let mut asm = Asm::new();
    asm.lui(reg::A7, 0).addi(reg::A7, reg::A7, 93).addi(0, 0, 5).addi(reg::A0, 0, 0).ecall();
    // The op writes register 0 rather than the sink.
    small(&asm, &[], Lies::default(), |shop, _| {
        let mut program = shop.setup.program().clone();
        program.ops[2].rd = 0;
        let run = liar::run(&program, &[], Lies::default());
        assert_eq!(run.exit_code, 5);
        refused(shop, &run, &program, &["addi: instr"]);
    });
    // Register 0 starts as something else: as a word of the image, as zero that is not zero.
    small(&asm, &[], before(1, |s| s.registers[0] = 3), |shop, mut run| {
        assert_eq!(run.exit_code, 3);
        refused(shop, &run, shop.setup.program(), &["memory: image"]);
        history(&mut run, Space::Register, 0).kind = WordKind::Zero;
        refused(shop, &run, shop.setup.program(), &["memory: memory/4"]);
    });
}

/// An op reads what a later op writes.
#[test]
fn time_runs_backwards() {
    let mut asm = Asm::new();
    asm.addi(reg::T1, reg::T0, 0).addi(reg::T0, 0, 7).addi(reg::A0, reg::T1, 0).call(93);
    small(&asm, &[], at(0, |e| (e.rs1, e.rd) = (7, 7)), |shop, mut run| {
        assert_eq!(run.exit_code, 7);
        let trace = &mut run.shards[0].1;
        let steps = &mut trace.steps[Opcode::Addi as usize];
        // Written from its first value at 10, then read at 1, then handed on.
        let (read, written) = (steps[0].ts, steps[1].ts + 4);
        (steps[0].rs1_prev, steps[1].rd_prev, steps[1].rd_before) = (written, 0, 0);
        trace.finals.iter_mut().find(|w| w.addr == reg::T0).unwrap().last_ts = read;
        let mut forge = forged(shop, &run, shop.setup.program());
        let row = forge.row(1, "addi", &[("ts", read)]);
        let difference = (f(read) - f(written) - F::ONE).as_canonical_u32();
        forge.set(1, "addi", row, "rs1.high", f(difference >> 16));
        forge.settle();
        forge.is_refused_for(&["addi: bytes"]);
        // Or with a low part that is no 16 bits.
        forge.set(1, "addi", row, "rs1.high", F::ZERO);
        forge.settle();
        forge.is_refused_for(&["addi: range"]);
    });
}

/// Rows that count less than nothing, or twice; and rows in what should be padding.
#[test]
fn rows_with_other_weights() {
    let shop = relay_shop(true);
    for weight in [F::NEG_ONE, F::TWO] {
        let mut forge = relay_forge(&shop, 5);
        forge.set(2, "addi", 0, "is_real", weight);
        forge.settle();
        let faults = forge.faults();
        assert!(faults.contains(&"addi: cpu/flag".to_string()), "{faults:?}");
        forge.verify(&forge.prove()).unwrap_err();
    }
    // An op, and its opposite, which cancel; the first at least would be a row.
    let mut forge = relay_forge(&shop, 5);
    let table = forge.table(2, "addi");
    let (rows, width) = (table.rows, table.witness.len());
    assert!(rows + 2 <= table.witness[0].len());
    for row in [rows, rows + 1] {
        for column in 0..width {
            table.witness[column][row] = table.witness[column][0];
        }
    }
    table.rows += 2;
    forge.set(2, "addi", rows + 1, "is_real", F::NEG_ONE);
    forge.settle();
    forge.is_refused_for(&["addi: cpu/flag"]);
    // Padding that comes to life.
    let mut forge = relay_forge(&shop, 5);
    let table = forge.table(2, "addi");
    let rows = table.rows;
    table.witness.iter_mut().for_each(|column| column[rows] = column[0]);
    forge.settle();
    forge.is_refused_for(&["exec", "mem"]);
    // Lookups that were not made, made up for by others.
    let mut forge = relay_forge(&shop, 5);
    let counts = &mut forge.parts[1].tables[aver_machine::ShardChip::Range as usize].witness[0];
    counts[3] += F::ONE;
    counts[4] -= F::ONE;
    let error = forge.verify(&forge.prove()).unwrap_err();
    assert!(matches!(error, Error::Proof { .. }), "{error}");
}

// Numbers.

/// Headers with numbers at the machine's limits, and beyond: refused before they cost anything.
#[test]
fn numbers_at_their_limits() {
    let shop = relay_shop(true);
    let honest = relay_forge(&shop, 5);
    let file = honest.prove();
    let body = &file[with_work(&honest, &file).encode().len()..];
    let check = |change: &dyn Fn(&mut Header)| {
        let mut header = with_work(&honest, &file);
        change(&mut header);
        let start = std::time::Instant::now();
        let error = honest.verify(&[&header.encode(), body].concat()).unwrap_err();
        assert!(start.elapsed().as_millis() < 2_000, "{error}");
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
    for rows in [1 << 29, u32::MAX as usize] {
        limits(check(&|h| h.shards[1].boundary.rows[0] = rows));
        limits(check(&|h| h.memory[0].boundary.rows[0] = rows));
    }
    for rows in [0, 1, 15, 16, 17, 1 << 20, 1 << 24, (1 << 24) + 1] {
        assert!(matches!(check(&|h| h.shards[1].boundary.rows[0] = rows), Error::Proof { .. }));
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
