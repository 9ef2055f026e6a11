//! Programs of instructions that decode, run in every way there is.

use aver_exec::{Cost, Error, Input, Limits, Silent, meter};
use aver_isa::Program;
use aver_isa::testing::reg::{RA, S0, T0};
use aver_isa::testing::{Asm, encode};

use crate::isa::{Form, ISA};

/// Checks that hold for every program: one shard and many, traces, the boundary argument.
#[path = "../../../crates/exec/tests/common/mod.rs"]
mod common;

/// Initial registers and memory, then the input's length, then instructions.
const DATA_BYTES: usize = 8 * 32;
const INPUT_BYTES: usize = 16;
/// More would only repeat.
const MAX_WORDS: usize = 96;
const MAX_CYCLES: u64 = 400;

/// Registers x5 … x31 from the data, s0 pointing into it; input; then four bytes of fields and a row of the
/// ISA's table each, which make an instruction, or, without such a row, four bytes that are any word.
fn program(data: &[u8]) -> (Program, &[u8]) {
    let (memory, rest) = data.split_at(data.len().min(DATA_BYTES));
    let (input, code) = rest.split_at(rest.len().min(INPUT_BYTES));
    let mut asm = Asm::new();
    asm.li(S0, u64::from(Asm::DATA));
    for register in (T0..32).filter(|&r| r != S0) {
        asm.ld(register, S0, 8 * register as i32);
    }
    asm.addi(S0, S0, 1024).auipc(RA, 0);
    for chunk in code.chunks_exact(5).take(MAX_WORDS) {
        asm.word(word(chunk));
    }
    asm.exit(7);
    (asm.program(memory, 4096).expect("a program that loads"), input)
}

/// Runs it in one shard and in many; a fault, or too many cycles, must be the same in all.
pub fn execute(data: &[u8]) {
    let (program, input) = program(data);
    match run(&program, input, &Cost::flat()) {
        Ok(()) => drop(common::check(&program, input, &[])),
        Err(fault) => {
            for cost in [common::priced(3_000), Cost { max_ops: 7, ..Cost::flat() }] {
                assert_eq!(run(&program, input, &cost), Err(fault.clone()), "cuts change a fault");
            }
        }
    }
}

fn run(program: &Program, input: &[u8], cost: &Cost) -> Result<(), Error> {
    let input = Input::new(input)?;
    let limits = Limits { max_cycles: MAX_CYCLES, max_output_bytes: 64, ..Limits::default() };
    meter(program, &input, &[], cost, &limits, &mut Silent).map(drop)
}

/// A row of the table, or any word. Jumps go up to 16 instructions either way, addresses are near s0, which
/// stays: so programs go on.
fn word(chunk: &[u8]) -> u32 {
    let fields = u32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]);
    let Some(instruction) = ISA.get(usize::from(chunk[4])) else { return fields };
    let [rd, rs1, rs2] = [7, 15, 20].map(|at| fields >> at & 31);
    let rd = if rd == S0 { S0 + 1 } else { rd };
    let near = 4 * ((fields >> 27) as i32 - 16);
    let is_load = instruction.bits & 0x7f == 0x03;
    let fields = match instruction.form {
        Form::B => encode::b(0, rs1, rs2, near),
        Form::J => encode::j(rd, near),
        Form::I if instruction.name == "Jalr" => encode::i(0, 0, rd, RA, 2 * near),
        Form::S => fields & !(31 << 15) | S0 << 15,
        Form::I if is_load => fields & !(31 << 15 | 31 << 7) | S0 << 15 | rd << 7,
        Form::Atomic => fields & !(31 << 15 | 31 << 7) | S0 << 15 | rd << 7,
        _ => fields & !(31 << 7) | rd << 7,
    };
    fields & !instruction.mask | instruction.bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_seeds_run_to_their_end() {
        let seeds = crate::seeds::all().into_iter().filter(|seed| seed.0 == "execute");
        let ends: Vec<bool> = seeds
            .map(|(_, data)| {
                let (program, input) = program(&data);
                run(&program, input, &Cost::flat()).is_ok()
            })
            .collect();
        assert!(2 * ends.iter().filter(|&&ok| ok).count() > ends.len(), "{ends:?}");
    }
}
