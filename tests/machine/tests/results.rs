//! What an op computes: whatever result is put in its place, and whatever hints, a rule objects.

use std::collections::{BTreeMap, BTreeSet};

use aver_isa::testing::{Asm, Rng, encode, random_program, reg};
use aver_machine_tests::forge::Workshop;
use aver_machine_tests::judge::{Judge, lying_rows, parts};
use aver_machine_tests::liar::{Event, Lies};
use aver_machine_tests::lookups::is_fixed;
use aver_machine_tests::{options, setup, vectors};
use aver_stark::field::{F, P, f};
use p3_field::PrimeCharacteristicRing;

/// Every op, with another result than its own and all hints made for that: a rule objects, or the row says
/// what the honest one says.
#[test]
fn every_result_counts() {
    let (mut tried, mut accepted) = (BTreeMap::<String, usize>::new(), BTreeSet::new());
    let mut rng = Rng(5);
    let random = (0..3).map(|seed| random_program(500 + seed, 500).elf);
    for elf in random.chain([vectors::aliases().elf, vectors::memory().elf]) {
        let shop = Workshop::new(setup(&elf, options(12, Some(4_000))));
        let [honest, lies] = lying_rows(&shop, &mut rng, 60);
        let system = shop.setup.system(false);
        let judge = Judge { system, lookups: shop.lookups(false), publics: &[] };
        for chip in (0..system.chips.len()).filter(|&chip| !is_fixed(system, chip)) {
            let name = system.chips[chip].name();
            for row in 0..honest[chip].rows {
                let (was, is) = (honest[chip].row(row), lies[chip].row(row));
                assert!(judge.is_valid(chip, &was), "{name}");
                if judge.is_valid(chip, &is) {
                    if judge.messages(chip, &was) != judge.messages(chip, &is) {
                        accepted.insert(name.to_string());
                    }
                } else {
                    *tried.entry(name.to_string()).or_default() += 1;
                }
            }
        }
    }
    assert!(accepted.is_empty(), "other results go through: {accepted:?}");
    // Chips whose rows have no result of their own: copies, constants, AND by lookup; and comparisons, whose
    // fillers do not look at the result: see below.
    let none = [
        "boundary", "touch", "const", "jal", "ld", "sd", "and", "or", "xor", "exit", "halt", "write", "slt",
        "sltu", "slti", "sltiu",
    ];
    let systems = aver_machine::Systems::new(Vec::new()).unwrap();
    for described in systems.shard.described.iter().filter(|d| d.widths[0] == 0) {
        let count = tried.get(&described.name).copied().unwrap_or(0);
        assert_eq!(count == 0, none.contains(&described.name.as_str()), "{}: {count} lies", described.name);
    }
}

/// Every op, with another result, and hints looked for that satisfy the constraints: then a lookup objects.
#[test]
fn no_hints_make_a_lie_true() {
    let mut rng = Rng(9);
    let (mut satisfied, mut accepted) = (BTreeSet::new(), BTreeSet::new());
    for elf in [random_program(700, 700).elf, vectors::aliases().elf, vectors::memory().elf] {
        let shop = Workshop::new(setup(&elf, options(12, Some(4_000))));
        let [honest, lies] = lying_rows(&shop, &mut rng, 40);
        let system = shop.setup.system(false);
        let judge = Judge { system, lookups: shop.lookups(false), publics: &[] };
        for (chip, table) in lies.iter().enumerate().filter(|t| !is_fixed(system, t.0) && t.1.rows > 0) {
            let name = system.chips[chip].name();
            let hints = judge.hints(chip);
            for _ in 0..12 {
                let row = rng.below(table.rows as u32) as usize;
                let (was, is) = (honest[chip].row(row), table.row(row));
                if judge.messages(chip, &was) == judge.messages(chip, &is) {
                    continue; // the row has no place for the lie
                }
                for _ in 0..40 {
                    let Some(forged) = judge.repair(&mut rng, chip, &is, &hints) else { continue };
                    satisfied.insert(name.to_string());
                    if judge.is_valid(chip, &forged)
                        && judge.messages(chip, &forged) == judge.messages(chip, &is)
                    {
                        accepted.insert(name.to_string());
                    }
                }
            }
        }
    }
    assert!(accepted.is_empty(), "lies that go through: {accepted:?}");
    // Where constraints alone can be satisfied, lookups are what objects: so the search finds something.
    for name in ["mul", "mulw", "mul_high", "sll", "sr", "div"] {
        assert!(satisfied.contains(name), "{name} is not among {satisfied:?}");
    }
}

/// A comparison, with every choice of result, marker and signs, and the difference looked up that goes with it:
/// only the true result is valid.
#[test]
fn every_comparison_counts() {
    let random = (0..3).map(|seed| random_program(600 + seed, 1_500).elf);
    let mut tried = BTreeSet::new();
    for elf in random.chain([vectors::jumps().elf, vectors::immediates().elf, vectors::aliases().elf]) {
        let shop = Workshop::new(setup(&elf, options(12, Some(2_000))));
        let mut parts = parts(&shop, &[]);
        let part = parts.swap_remove(parts.len() - 2);
        let system = shop.setup.system(false);
        let judge = Judge { system, lookups: shop.lookups(false), publics: &part.publics };
        for (chip, table) in part.tables.iter().enumerate() {
            let columns = system.chips[chip].columns();
            let find = |name: &str| (0..columns.width()).find(|&i| columns.name(i) == name);
            let (Some(less), Some(d)) = (find("less"), find("d")) else { continue };
            let cell = |name: &str, i: usize| find(&format!("{name}{i}"));
            let (sign_a, sign_b) = (find("sign_a"), find("sign_b"));
            for row in 0..table.rows.min(300) {
                let honest = table.row(row);
                let limb = |name: &str, i: usize| match (cell(name, i), cell("imm", i.min(1))) {
                    (Some(at), _) | (None, Some(at)) => honest[at],
                    _ => panic!("{} has no operand {name}", system.described[chip].name),
                };
                let operand = |name: &str| core::array::from_fn::<F, 4, _>(|i| limb(name, i));
                let (a, b) = (operand("rs1.l"), operand("rs2.l"));
                let extended = |x: F| if x == f(0xFFFF) { F::ONE } else { F::ZERO };
                for choice in 0..32 {
                    let bit = |i: u32| f(choice >> i & 1);
                    let mut forged = honest.clone();
                    let marker = (choice >> 1 & 3) as usize;
                    forged[less] = bit(0);
                    (0..3).for_each(|i| forged[cell("m", i).unwrap()] = f((i == marker).into()));
                    let (mut difference, m0) = (a[marker] - b[marker], f((marker == 0).into()));
                    if let Some(sign_a) = sign_a {
                        forged[sign_a] = bit(3);
                        let of_b = sign_b.map_or(extended(b[3]), |_| bit(4));
                        sign_b.into_iter().for_each(|at| forged[at] = of_b);
                        if marker == 3 {
                            difference += (of_b - bit(3)) * f(1 << 16);
                        }
                    }
                    forged[d] =
                        (F::ONE - bit(0).double()) * difference - bit(0) - (F::ONE - bit(0)) * (F::ONE - m0);
                    // A branch goes where the result says.
                    if let (Some(next), Some(target), Some(index)) =
                        (find("next"), find("target"), find("index"))
                    {
                        let taken = bit(0) * honest[0] + (F::ONE - bit(0)) * honest[1];
                        let fall = honest[index] + F::ONE;
                        forged[next] = fall + taken * (honest[target] - fall);
                    }
                    if judge.is_valid(chip, &forged) {
                        assert_eq!(forged[less], honest[less], "{}", system.described[chip].name);
                        tried.insert((chip, forged[less]));
                    }
                }
            }
        }
    }
    // Both results, in six chips.
    assert_eq!(tried.len(), 12);
}

/// A shift by the register's width must give the operand, and could once be made to shift everything out:
/// as 16 more than all limbs but one. Only the lookup that bounds n by 4 bits objects.
#[test]
fn a_shift_by_the_width_is_no_shift() {
    for (chip, funct3, arithmetic, opcode, width) in [
        ("sll", 1, 0, 0x33, 64),
        ("sr", 5, 0, 0x33, 64),
        ("sr", 5, 0x20, 0x33, 64),
        ("sllw", 1, 0, 0x3b, 32),
        ("srw", 5, 0, 0x3b, 32),
        ("srw", 5, 0x20, 0x3b, 32),
    ] {
        let value = 0x9234_5678_9ABC_DEF0u64;
        let mut asm = Asm::new();
        asm.li(reg::T0, value).li(reg::T1, width);
        asm.word(encode::r(opcode, funct3, arithmetic, reg::T2, reg::T0, reg::T1));
        asm.srli(reg::A0, reg::T2, 1).call(93);
        let shop = Workshop::new(setup(&asm.elf(&[], 0), options(10, None)));
        let limbs = width as usize / 16;
        let forged = if arithmetic > 0 { u64::MAX } else { 0 };
        let honest = shop.lie(&[], Lies::default());
        assert!(honest.faults().is_empty());
        let op = Box::new(|e: &mut Event| {
            let is_shift = matches!(e.op.opcode.name(), "sll" | "srl" | "sra" | "sllw" | "srlw" | "sraw");
            if is_shift {
                e.rd = forged;
            }
        });
        let mut forge = shop.lie(&[], Lies { op, ..Lies::default() });
        assert_ne!(forge.header.exit_code, honest.header.exit_code);
        assert_ne!(forge.faults(), [""; 0]);
        let mut set = |column: &str, value: u64| forge.set(1, chip, 0, column, f(value as u32));
        set("n", 16);
        set("pow", 1 << 16);
        set("copow", 1);
        for i in 0..limbs - 1 {
            let name = if limbs == 2 { "q".to_string() } else { format!("q{i}") };
            set(&name, u64::from(i == limbs - 2));
        }
        for k in 0..limbs {
            let limb = value >> (16 * k) & 0xFFFF;
            let (high, low) = if funct3 == 1 { (limb, 0) } else { (0, limb) };
            set(&format!("high{k}"), high);
            set(&format!("low{k}"), low);
        }
        forge.settle();
        forge.is_refused_for(&[&format!("{chip}: bits")]);
    }
}

/// A remainder that is the true one plus p satisfies the equation modulo p: with carries that are no small
/// integers, to which only their lookup objects.
#[test]
fn a_remainder_modulo_p() {
    let (dividend, divisor) = (0x1234_5678_9ABCu64, 1u64 << 63);
    let mut asm = Asm::new();
    asm.li(reg::T0, dividend).li(reg::T1, divisor);
    asm.word(encode::r(0x33, 7, 1, reg::A0, reg::T0, reg::T1)).call(93);
    let shop = Workshop::new(setup(&asm.elf(&[], 0), options(10, None)));
    let forged = dividend + u64::from(P);
    let op = Box::new(|e: &mut Event| {
        if e.op.opcode.name() == "remu" {
            e.rd = forged;
        }
    });
    let mut forge = shop.lie(&[], Lies { op, ..Lies::default() });
    assert_eq!(forge.header.exit_code, forged as u32);
    let limb = |value: u64, k: usize| f((value >> (16 * k)) as u32 & 0xFFFF);
    let mut carry = F::ZERO;
    for k in 0..4 {
        carry = (limb(forged, k) - limb(dividend, k) + carry) / f(1 << 16);
        forge.set(1, "div", 0, &format!("r{k}"), limb(forged, k));
        forge.set(1, "div", 0, &format!("v{k}"), limb(forged, k));
        if k < 3 {
            forge.set(1, "div", 0, &format!("carry{k}"), carry);
        }
    }
    assert_eq!(carry, F::ZERO);
    forge.settle();
    forge.is_refused_for(&["div: bits"]);
}
