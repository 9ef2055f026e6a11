//! The table of chips, for people and for the snapshot that a change must update.

use alloc::format;
use alloc::string::String;

use aver_stark::layout::System;

use crate::machine::{Machine, row_cost};

/// Name, columns, messages, constraints, highest degree and cost of a row, chip by chip.
pub fn table(machine: &Machine) -> String {
    let mut out = String::from("chip                  columns  messages  constraints  degree  cost\n");
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
        out.push_str(&format!(
            "{:<20} {width:>8} {messages:>9} {constraints:>12} {degree:>7} {cost:>5}\n",
            chip.name
        ));
    }
}
