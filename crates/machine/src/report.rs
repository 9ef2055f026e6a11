//! The table of chips, for people and for the snapshot that a change must update.

use alloc::format;
use alloc::string::String;

use aver_stark::layout::System;

use crate::machine::{Machine, row_cost};

/// What the design aims at for chips of a kind: columns and messages of a row.
fn budget(chip: &str) -> Option<(usize, usize)> {
    Some(match chip {
        "add" | "sub" | "add_to" => (31, 18),
        "addi" | "addi_to" => (26, 15),
        "and" | "or" | "xor" | "bitwise_imm" => (42, 18),
        "slt" | "sltu" | "slti" | "sltiu" => (33, 15),
        "branch_eq" | "branch_less" | "branch_less_unsigned" => (28, 13),
        "const" | "jal" | "jalr" => (31, 14),
        "sll" | "slli" | "sr" | "sri" | "sllw" | "slliw" | "srw" | "sriw" => (58, 20),
        "ld" | "load_word" | "load_small" | "sd" | "sw" | "store_small" => (39, 18),
        "misaligned_load" | "misaligned_store" => (80, 26),
        "mul" | "mulw" | "mul_high" => (40, 20),
        "div" | "divw" => (100, 30),
        _ => return None,
    })
}

/// Name, columns and messages (beside the design's budget), constraints, highest degree and cost of a
/// row, chip by chip.
pub fn table(machine: &Machine) -> String {
    let mut out =
        String::from("chip                  columns  messages    budget  constraints  degree  cost\n");
    for (title, system) in [("shard", &machine.shard), ("memory", &machine.memory)] {
        out.push_str(&format!("# {title}\n"));
        rows(&mut out, system);
    }
    out
}

fn rows(out: &mut String, system: &System) {
    for chip in &system.described {
        let d = &chip.description;
        let degree = d.constraints.iter().map(|c| c.degree).max().unwrap_or(0);
        let (width, messages, constraints) = (chip.width(), d.interactions.len(), d.constraints.len());
        let cost = row_cost(chip);
        let budget = budget(&chip.name).map_or_else(String::new, |(c, m)| format!("{c}/{m}"));
        out.push_str(&format!(
            "{:<20} {width:>8} {messages:>9} {budget:>9} {constraints:>12} {degree:>7} {cost:>5}\n",
            chip.name
        ));
    }
}
