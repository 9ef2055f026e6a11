//! The program most lies are about, the lies' verbs, and an honest test.

use aver_exec::{Space, WordHistory};
use aver_isa::Program;
use aver_isa::memory::INPUT_BASE;
use aver_isa::testing::{Asm, reg};
use aver_machine_tests::forge::{Forge, Workshop};
use aver_machine_tests::liar::{self, Event, Lies, State};
use aver_machine_tests::{options, setup};
use aver_stark::field::{F, f};
use p3_field::{PrimeCharacteristicRing, PrimeField32};

/// The image's first word, a word that is zero, and a word that becomes the input.
pub const IMAGE: u32 = Asm::DATA / 8;
pub const COPY: u32 = IMAGE + 2;
pub const COUNT: u32 = IMAGE + 3;
/// The input's first word after the length.
pub const INPUT: u32 = INPUT_BASE / 8 + 1;
/// What the input has where nothing else has it: see `an_input_word_is_four_limbs`.
pub const LIMB: u64 = 0xABCD;

/// Copies a word of input and of the image, counts to 12 in memory, and exits with the input's word, or 0.
pub fn relay(exits_with_input: bool) -> Asm {
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
pub const LOOP: u32 = 8;
pub const PASS: u64 = 5;

pub fn relay_shop(exits_with_input: bool) -> Workshop {
    let image = 0x0123_4567_89AB_CDEFu64.to_le_bytes();
    Workshop::new(setup(&relay(exits_with_input).elf(&image, 64), options(10, None)))
}

pub fn input(word: u64) -> [u8; 8] {
    word.to_le_bytes()
}

/// Five shards: up to the loop, three of three iterations, the rest.
pub fn cuts(cycle: u64, _: u32) -> bool {
    (0..4).any(|passes| cycle == u64::from(LOOP) + 3 * PASS * passes)
}

pub fn relay_run(shop: &Workshop, word: u64, lies: Lies<'_>) -> liar::Run {
    let run = liar::run(shop.setup.program(), &input(word), Lies { cut: Box::new(cuts), ..lies });
    assert_eq!(run.shards.len(), 5);
    run
}

pub fn relay_forge(shop: &Workshop, word: u64) -> Forge<'_> {
    let run = relay_run(shop, word, Lies::default());
    shop.forge(&run, shop.setup.program(), std::slice::from_ref(&run.memory))
}

/// The state is changed before a shard.
pub fn before<'a>(at: u32, mut change: impl FnMut(&mut State) + 'a) -> Lies<'a> {
    let before_shard = move |shard, state: &mut State| {
        if shard == at {
            change(state);
        }
    };
    Lies { before_shard: Box::new(before_shard), ..Lies::default() }
}

/// The op of a cycle is changed.
pub fn at<'a>(cycle: u64, mut change: impl FnMut(&mut Event) + 'a) -> Lies<'a> {
    let op = move |event: &mut Event| {
        if event.cycle == cycle {
            change(event);
        }
    };
    Lies { op: Box::new(op), ..Lies::default() }
}

/// A short program in one shard, told lies.
pub fn small(asm: &Asm, data: &[u8], lies: Lies<'_>, check: impl FnOnce(&Workshop, liar::Run)) {
    let shop = Workshop::new(setup(&asm.elf(data, 64), options(10, None)));
    let run = liar::run(shop.setup.program(), &[], lies);
    check(&shop, run);
}

/// Refused for these rules, whoever's tables they are.
#[track_caller]
pub fn refused(shop: &Workshop, run: &liar::Run, program: &Program, faults: &[&str]) {
    forged(shop, run, program).is_refused_for(faults);
}

pub fn forged<'a>(shop: &'a Workshop, run: &liar::Run, program: &Program) -> Forge<'a> {
    let mut forge = shop.forge(run, program, std::slice::from_ref(&run.memory));
    best_order(&mut forge);
    forge
}

/// Where keys do not increase, splits their difference mod p so that as little as can be is wrong.
pub fn best_order(forge: &mut Forge<'_>) {
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

pub fn history(run: &mut liar::Run, space: Space, addr: u32) -> &mut WordHistory {
    run.memory.iter_mut().find(|w| (w.space, w.addr) == (space, addr)).expect("the word is touched")
}

/// Numbers shards by position, and says for each word who touched it last.
pub fn renumber(run: &mut liar::Run) {
    let mut lasts = std::collections::BTreeMap::new();
    for (i, (plan, _)) in run.shards.iter_mut().enumerate() {
        plan.index = i as u32 + 1;
        for word in &mut plan.touched {
            word.last = lasts.insert((word.space, word.addr), plan.index).unwrap_or(0);
        }
    }
    run.memory.iter_mut().for_each(|w| w.last = lasts.get(&(w.space, w.addr)).copied().unwrap_or(0));
}

pub fn set_bounds(forge: &mut Forge<'_>, row: usize, lo: F, hi: F) {
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
