//! Which chip an op's row is in, for the cost model and for reports.

use std::collections::BTreeMap;

use aver_exec::{Cost, Counts, MAX_REST, MAX_SHARD_OPS, SLOTS, ShardPlan};
use aver_isa::{Format, Opcode, REGISTERS, calls};
use aver_machine::Systems;
use aver_machine::chips::touch::BLOCK;
use aver_machine::machine::{ShardChip, chip_of};
use aver_machine::public::MAX_TS;
use aver_stark::layout::MAX_ROWS;

use crate::coprocessor::Mounted;
use crate::plan::{Options, row_bytes, shard_bytes};

// An op has a row of one chip.
const _: () = assert!(MAX_SHARD_OPS <= MAX_ROWS as u64 && 1 + SLOTS as u64 * MAX_SHARD_OPS < MAX_TS as u64);

/// Most words of memory a shard touches before its last op: so many that with those, and registers, its boundary has no more rows
/// than there may be.
const MAX_WORDS: u64 = MAX_ROWS as u64 - (1 << 16);

/// The chip of the rows of misaligned accesses.
fn misaligned_chip(opcode: Opcode) -> Option<ShardChip> {
    match opcode.format() {
        Format::Load => Some(ShardChip::MisalignedLoad),
        Format::Store => Some(ShardChip::MisalignedStore),
        _ => None,
    }
}

/// The chip of one of the machine's own calls.
fn chip_of_call(call: u32) -> Option<ShardChip> {
    match call {
        calls::EXIT => Some(ShardChip::Exit),
        calls::WRITE => Some(ShardChip::Write),
        calls::HALT => Some(ShardChip::Halt),
        _ => None,
    }
}

/// Prices ops by the memory their rows take, where `fixed` bytes are taken by other things.
pub fn cost(systems: &Systems, options: &Options, fixed: u64) -> Cost {
    let bytes = |chip: ShardChip| row_bytes(&systems.shard.described[chip as usize]);
    let mut cost = Cost::flat();
    // Registers at rest: a row for each in so many ops at least (a row's time is rounded down).
    let rest = u64::from((MAX_REST - BLOCK) / SLOTS);
    let touches = (bytes(ShardChip::Touch) * REGISTERS as u64).div_ceil(rest);
    for opcode in Opcode::ALL {
        let own_calls = || bytes(ShardChip::Halt);
        let price = chip_of(opcode).map_or(0, bytes);
        let price = if opcode == Opcode::Ecall { own_calls() } else { price };
        cost.ops[opcode as usize] = price + touches;
        cost.misaligned[opcode as usize] = misaligned_chip(opcode).map_or(0, bytes) + touches;
    }
    cost.touched_word = bytes(ShardChip::Boundary);
    cost.max_cost = shard_bytes(options, fixed);
    cost.max_words = MAX_WORDS;
    cost.max_ops = options.max_shard_cycles.unwrap_or(u64::MAX).min(MAX_SHARD_OPS);
    cost
}

/// The cost of as many calls as a table has room for, where each takes `rows` rows and costs `call`, beside the price
/// of its op: a shard of this cost has no more.
pub fn room(cost: &Cost, rows: u64, call: u64) -> u64 {
    // A call that is said to cost nothing still costs its op.
    let least = call.max(cost.ops[Opcode::Ecall as usize]);
    (MAX_ROWS as u64 / rows.max(1)).saturating_mul(least)
}

/// Adds the rows of a shard's chips, or a bound on them, to those of fixed tables.
pub fn add_rows(rows: &mut [usize], plan: &ShardPlan, coprocessors: &Mounted) {
    let counts = &plan.counts;
    let mut add = |chip: ShardChip, count: u64| rows[chip as usize] += count as usize;
    for opcode in Opcode::ALL {
        chip_of(opcode).into_iter().for_each(|chip| add(chip, counts.of(opcode)));
        misaligned_chip(opcode).into_iter().for_each(|chip| add(chip, counts.misaligned[opcode as usize]));
    }
    add(ShardChip::Boundary, plan.touched.len() as u64);
    add(ShardChip::Touch, REGISTERS as u64 * u64::from(SLOTS) * plan.ops / u64::from(MAX_REST - BLOCK + 1));
    for (&call, &count) in &counts.calls {
        chip_of_call(call).into_iter().for_each(|chip| add(chip, count));
    }
    let mut next = ShardChip::COUNT;
    for coprocessor in coprocessors {
        let (of_call, chips) = (coprocessor.execution(), coprocessor.chips().len());
        let calls = counts.calls.get(&of_call.call()).copied().unwrap_or(0);
        rows[next..next + chips].fill((calls * of_call.rows()) as usize);
        next += chips;
    }
}

/// Rows by chip, of chips that have any; calls of coprocessors under their name.
pub fn rows(systems: &Systems, counts: &Counts, coprocessors: &[(u32, String)]) -> Vec<(String, u64)> {
    let mut rows: BTreeMap<String, u64> = BTreeMap::new();
    let name = |chip: ShardChip| systems.shard.described[chip as usize].name.clone();
    for opcode in Opcode::ALL {
        if let Some(chip) = chip_of(opcode) {
            *rows.entry(name(chip)).or_default() += counts.of(opcode);
        }
        if let Some(chip) = misaligned_chip(opcode) {
            *rows.entry(name(chip)).or_default() += counts.misaligned[opcode as usize];
        }
    }
    for (&call, &count) in &counts.calls {
        let coprocessor = || coprocessors.iter().find(|c| c.0 == call).map(|c| c.1.clone());
        if let Some(name) = chip_of_call(call).map(name).or_else(coprocessor) {
            *rows.entry(name).or_default() += count;
        }
    }
    rows.into_iter().filter(|r| r.1 > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_have_room() {
        let mut cost = Cost::flat();
        cost.ops[Opcode::Ecall as usize] = 10;
        let calls = room(&cost, 24, 1000) / 1000;
        assert!(calls * 24 <= MAX_ROWS as u64 && (calls + 1) * 24 > MAX_ROWS as u64);
        assert_eq!(room(&cost, 1, u64::MAX), u64::MAX);
        assert_eq!(room(&cost, 24, 0), calls * 10);
    }
}
