//! Lies about the memory table.

use aver_exec::{Space, WordHistory, WordKind};
use aver_machine::chips::memory::{INPUT_FIRST, INPUT_LAST};
use aver_machine_tests::forge::Workshop;
use aver_machine_tests::liar::{self, Lies};
use aver_stark::field::{F, f};
use p3_field::PrimeCharacteristicRing;

use crate::relay::*;

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
