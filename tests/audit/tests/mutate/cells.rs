//! Every cell of honest rows, changed to other values; and every chip, opcode and case is among the rows.

use std::collections::{BTreeMap, BTreeSet};

use aver_audit::mutate::{Free, Rng, Sample, every_cell};
use aver_isa::Opcode;
use aver_machine::buses::INSTR;
use aver_stark::field::F;
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use rayon::prelude::*;

use crate::traces::{self, places};

/// The row's columns say that the second word is not accessed.
fn one_word(cell: &dyn Fn(&str) -> F) -> bool {
    cell("cross") == F::ZERO
}

/// Limbs `k` and `k + 1` of the operands agree.
fn agree(cell: &dyn Fn(&str) -> F, k: usize) -> bool {
    (k..k + 2).all(|k| cell(&format!("rs1.l{k}")) == cell(&format!("rs2.l{k}")))
}

/// A word of the image.
fn image(cell: &dyn Fn(&str) -> F) -> bool {
    cell("image") == F::ONE
}

/// Cells that are the prover's choice, in which rows, and why that is harmless.
const FREE: &[Free] = &[
    Free {
        chip: "branch_eq",
        columns: "inverse0",
        when: |cell| agree(cell, 0),
        why: "the norm it is multiplied with is zero: what it shows, that limbs differ, is shown by the other",
    },
    Free { chip: "branch_eq", columns: "inverse1", when: |cell| agree(cell, 2), why: "as inverse0" },
    Free {
        chip: "misaligned_load",
        columns: "mem1",
        when: one_word,
        why: "the second word, which the bytes do not reach",
    },
    Free { chip: "misaligned_load", columns: "text1", when: one_word, why: "of that word" },
    Free { chip: "misaligned_store", columns: "mem1", when: one_word, why: "as for loads" },
    Free { chip: "memory", columns: "lo", when: image, why: "words of the image need no bounds" },
    Free { chip: "memory", columns: "hi", when: image, why: "as lo" },
    Free { chip: "memory", columns: "above", when: image, why: "as lo" },
    Free { chip: "memory", columns: "below", when: image, why: "as lo" },
];

/// A change of any one cell breaks a rule, or the row says something else.
#[test]
fn every_cell_counts() {
    let results: Vec<_> = places(8)
        .into_par_iter()
        .flat_map_iter(|(_, places)| places)
        .map(|place| {
            let subject = place.subject();
            let rows = if subject.columns.len() > 1000 { 1 } else { 10 };
            let sample = Sample::new(&subject, place.table(), rows);
            let mut rng = Rng::new(1);
            let rows = sample.rows.iter().map(|honest| {
                let another = sample.another(&mut rng).to_vec();
                every_cell(&subject, honest, &another, FREE, &mut rng)
            });
            let (accepted, met): (Vec<_>, Vec<_>) = rows.unzip();
            (accepted.concat(), met.into_iter().flatten().collect::<Vec<_>>())
        })
        .collect();
    let accepted: Vec<String> = results.iter().flat_map(|r| &r.0).map(|a| a.to_string()).take(20).collect();
    assert!(accepted.is_empty(), "nothing objects: {accepted:#?}");
    let met: BTreeSet<usize> = results.into_iter().flat_map(|r| r.1).collect();
    let idle =
        (0..FREE.len()).filter(|i| !met.contains(i)).map(|i| (FREE[i].chip, FREE[i].columns, FREE[i].why));
    let idle: Vec<_> = idle.collect();
    assert!(idle.is_empty(), "these do count, and should not be listed: {idle:?}");
}

/// Flags that have one value with some ops: opcodes, flags, why.
const ALWAYS: &[(&[&str], &[&str], &str)] = &[
    (&["divu", "remu", "divuw", "remuw"], &["sign_a", "sign_b", "negate"], "operands have no signs"),
    (&["mulhu"], &["sign_a", "sign_b"], "operands have no signs"),
    (&["mulhsu"], &["sign_b"], "the second operand has no sign"),
    (&["srl", "srli", "srlw", "srliw"], &["fill"], "zeros come in"),
    (&["lbu", "lhu", "lwu", "ld"], &["sign"], "nothing is extended with a sign"),
    (&["lh", "lhu", "sh"], &["odd"], "an odd half is misaligned, and an even one is not"),
    (&["ld", "sd"], &["cross"], "a misaligned double crosses"),
    (&["ecall"], &["text0", "text1", "text2", "text3"], "a digest in the text: see the tests of aver-trace"),
];

/// All chips have rows; with every opcode of a chip, each of its flags is 0 in some row and 1 in another, unless
/// the ISA does not allow it. (Not in rows of 0 and 1 by the hundred: those are data.)
#[test]
fn all_chips_opcodes_and_cases_occur() {
    let all = places(usize::MAX);
    for trace in traces::all() {
        for is_memory in [false, true] {
            for described in &trace.setup.system(is_memory).described {
                let key = (is_memory, described.name.clone());
                assert!(described.widths[0] > 0 || all.contains_key(&key), "no row of {key:?}");
            }
        }
    }
    let mut opcodes = BTreeSet::new();
    for ((_, name), places) in &all {
        let subject = places[0].subject();
        // Flags are what a constraint of one column makes them.
        let constraints = subject.rule_columns.iter().take(subject.description.constraints.len());
        let flags: BTreeSet<usize> = constraints.filter(|c| c.len() == 1).map(|c| c[0]).collect();
        let instr = subject.description.interactions.iter().position(|i| i.bus == INSTR);
        let mut seen: BTreeMap<(u32, usize), BTreeSet<F>> = BTreeMap::new();
        for place in places {
            let subject = place.subject();
            for row in 0..place.table().rows {
                let cells = place.table().row(row);
                let opcode = instr.map_or(0, |i| subject.says(i, &cells).1[1].as_canonical_u32());
                opcodes.insert(opcode);
                flags.iter().for_each(|&at| _ = seen.entry((opcode, at)).or_default().insert(cells[at]));
            }
        }
        if flags.len() > 100 {
            continue;
        }
        for ((number, at), values) in &seen {
            let opcode = Opcode::ALL.into_iter().find(|o| *o as u32 == *number).map_or("", |o| o.name());
            let column = subject.columns[*at].as_str();
            // A row is of its opcode, or real: that is no case.
            let is_kind = Opcode::ALL.iter().any(|o| o.name() == column)
                || ["is_real", "if", "unless", "logical", "arithmetic"].contains(&column);
            let always =
                ALWAYS.iter().any(|(ops, flags, _)| ops.contains(&opcode) && flags.contains(&column));
            let is_other_op = flags.len() > 1 && ["div", "divu", "rem", "remu"].contains(&column);
            let is_one = is_kind || is_other_op || always;
            assert!(is_one || values.len() == 2, "{name}, {opcode}: {column} is always {values:?}");
        }
    }
    for opcode in Opcode::ALL.into_iter().filter(|o| *o != Opcode::Illegal) {
        assert!(opcodes.contains(&(opcode as u32)), "no row of {opcode}");
    }
}
