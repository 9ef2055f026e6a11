//! What specifications rely on: tables hold what they say, and instructions are what an interpreter makes of them.

use aver_audit_tests::spec::{bus::TABLES, isa};
use aver_exec::semantics;
use aver_isa::testing::{Asm, Rng, encode as instruction, random_program};
use aver_isa::{Format, Op, Opcode, Program};
use aver_machine::chips::program::{Instructions, NOWHERE, Targets};
use aver_machine::chips::tables::Lookup;
use aver_machine::machine::{MemoryChip, fixed_columns};
use aver_machine::{ShardChip, Systems};
use aver_stark::chip::Described;
use aver_stark::field::{F, P};
use p3_field::{PrimeCharacteristicRing, PrimeField32};

fn program(elf: &[u8]) -> Program {
    Program::from_elf(elf).unwrap()
}

/// The messages that a table of fixed columns answers, by bus, padding included.
fn answers(chip: &Described, fixed: &[Vec<F>]) -> Vec<(u32, Vec<u32>)> {
    let rows = fixed[0].len();
    let mut all = Vec::new();
    for interaction in &chip.description.interactions {
        let [(count, weight)] = interaction.multiplicity.columns[..] else { panic!("one count a message") };
        assert!(count >= fixed.len() && weight == F::NEG_ONE && interaction.multiplicity.constant == F::ZERO);
        for row in 0..=rows {
            let cell = |column: usize| fixed[column].get(row).copied().unwrap_or(F::ZERO);
            let value = |form: &aver_stark::symbolic::Affine| {
                assert!(form.publics.is_empty());
                let sum: F = form.columns.iter().map(|&(i, c)| cell(i) * c).sum();
                (form.constant + sum).as_canonical_u32()
            };
            all.push((interaction.bus.id, interaction.values.iter().map(value).collect()));
        }
    }
    all
}

/// Every row of a table is what specifications take it for, and nothing is missing. A chip that has fixed columns
/// says nothing but what the table answers.
#[test]
fn tables_hold_what_they_say() {
    let systems = Systems::new(Vec::new()).unwrap();
    let program = program(&random_program(3, 50).elf);
    let fixed = fixed_columns(&systems, &program);
    let pairs = systems.shard.described.iter().zip(&fixed.shard);
    let pairs = pairs.chain(systems.memory.described.iter().zip(&fixed.memory));
    let mut sizes = std::collections::BTreeMap::new();
    for (chip, fixed) in pairs.filter(|pair| !pair.1.is_empty()) {
        assert!(chip.description.constraints.is_empty(), "{}", chip.name);
        let mut distinct = std::collections::BTreeSet::new();
        for (bus, values) in answers(chip, fixed) {
            if let Some(table) = TABLES.iter().find(|table| table.bus.id == bus) {
                assert!(table.answers(&values), "{}: {values:?}", table.bus.name);
                distinct.insert((bus, values));
            }
        }
        for table in TABLES {
            let count = distinct.iter().filter(|message| message.0 == table.bus.id).count();
            *sizes.entry((chip.name.clone(), table.bus.name)).or_insert(count) = count;
        }
    }
    let size = |chip: &str, bus| sizes[&(chip.to_string(), bus)];
    assert_eq!((size("range", "range"), size("range", "bits")), (1 << 16, 1 << 16));
    assert_eq!((size("bytes", "bytes"), size("bytes", "and")), (1 << 16, 1 << 16));
    assert_eq!(size("bits", "bits"), (1 << 16) - 1);
    let with_fixed: Vec<_> =
        systems.shard.described.iter().filter(|chip| chip.widths[0] > 0).map(|chip| &chip.name).collect();
    assert_eq!(with_fixed, ["program", "target", "range", "bytes", "bits"]);
    assert_eq!((ShardChip::Bits as usize, MemoryChip::Gap as usize), (4, 3));
}

/// Programs with every immediate of 12 bits, and every opcode.
fn programs() -> Vec<Program> {
    let mut asm = Asm::new();
    for imm in -2048..2048 {
        asm.addi(5, 6, imm);
        for funct3 in [2, 3, 4, 6, 7] {
            asm.word(instruction::i(0x13, funct3, 5, 6, imm));
        }
        asm.ld(5, 6, imm).sd(5, 6, imm).jalr(5, 6, imm);
    }
    asm.exit(0);
    vec![program(&asm.elf(&[], 0)), program(&random_program(4, 2000).elf)]
}

/// The program table has what specifications rely on: registers, immediates by format, indices; jump targets
/// are multiples of 4 below 2^30.
#[test]
fn the_program_table_holds_decoded_ops() {
    let mut seen = std::collections::BTreeSet::new();
    for program in programs() {
        let columns = Instructions::fixed(&program);
        assert!(program.ops.len() < 1 << 30);
        for (index, op) in program.ops.iter().enumerate() {
            let row: Vec<u32> = columns.iter().map(|column| column[index].as_canonical_u32()).collect();
            seen.insert(op.opcode);
            assert_eq!(row[..2], [index as u32, op.opcode as u32]);
            assert_eq!(row[2..5], [op.rd, op.rs1, op.rs2].map(u32::from));
            let writes = op.opcode.writes_rd();
            assert!(if writes { (1..36).contains(&op.rd) } else { op.rd == 0 }, "{op}");
            assert!(op.rs1 < 36 && op.rs1 != 32 && op.rs2 < 36 && op.rs2 != 32, "{op}");
            assert!(op.opcode.reads_rs2() || op.rs2 == 0, "{op}");
            assert_eq!(row[5..], immediates(&program, op), "{op}");
        }
        let targets = Targets::fixed(&program);
        for (address, index) in targets[0].iter().zip(&targets[1]) {
            assert!(address.as_canonical_u32() < 1 << 28);
            let index = (*index + F::from_u32(NOWHERE)).as_canonical_u32();
            assert_eq!(program.ops[index as usize].pc, 4 * address.as_canonical_u32());
        }
    }
    let all: std::collections::BTreeSet<_> = Opcode::ALL.into_iter().collect();
    let missing: Vec<_> = all.difference(&seen).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

fn immediates(program: &Program, op: &Op) -> [u32; 3] {
    let is_12_bits = (-2048..2048).contains(&op.imm);
    let signed = |value: i64| value.rem_euclid(P.into()) as u32;
    let limb = |value: i64, i: u32| (value >> (16 * i)) as u32 & 0xFFFF;
    let target = || {
        assert!((op.target as usize) < program.ops.len());
        op.target
    };
    match (op.opcode, op.opcode.format()) {
        (Opcode::Andi | Opcode::Ori | Opcode::Xori, _) => {
            assert!(is_12_bits);
            [op.imm as u32 & 0xFF, op.imm as u32 >> 8 & 0xFF, (op.imm < 0).into()]
        }
        (Opcode::Slli | Opcode::Srli | Opcode::Srai, _) => {
            assert!((0..64).contains(&op.imm));
            [op.imm as u32, 0, 0]
        }
        (Opcode::Slliw | Opcode::Srliw | Opcode::Sraiw, _) => {
            assert!((0..32).contains(&op.imm));
            [op.imm as u32, 0, 0]
        }
        (_, Format::Immediate | Format::UpdateImmediate) => {
            assert!(is_12_bits);
            [0, 1, 2].map(|i| limb(op.imm, i))
        }
        (_, Format::Const) => {
            assert_eq!(limb(op.imm, 2), limb(op.imm, 3));
            [0, 1, 2].map(|i| limb(op.imm, i))
        }
        (_, Format::Branch) => [target(), 0, 0],
        (_, Format::Jal) => {
            assert_eq!(op.imm >> 32, 0);
            [limb(op.imm, 0), limb(op.imm, 1), target()]
        }
        (_, Format::Jalr) => {
            assert!(is_12_bits);
            let link = i64::from(op.pc) + 4;
            [signed(op.imm), limb(link, 0), limb(link, 1)]
        }
        (_, Format::Load | Format::Store) => {
            assert!(is_12_bits);
            [signed(op.imm), 0, 0]
        }
        (_, Format::Register | Format::Update | Format::Ecall | Format::Illegal) => [0; 3],
    }
}

/// The image and the gaps are of spaces 0 to 2, in the memory map.
#[test]
fn images_are_in_the_memory_map() {
    for program in programs() {
        let top = aver_isa::memory::STACK_TOP / 8;
        let number = |v: &F| v.as_canonical_u32();
        let image = Lookup::Image.fixed(&program);
        assert!(image[0].iter().all(|v| number(v) <= 2) && image[1].iter().all(|v| number(v) < top));
        assert!(image[2..].iter().flatten().all(|v| number(v) < 1 << 16));
        let gaps = Lookup::Gap.fixed(&program);
        assert!(gaps[0].iter().all(|v| number(v) <= 2));
        assert!(gaps[1].iter().zip(&gaps[2]).all(|(lo, hi)| number(lo) < number(hi) && number(hi) <= top));
    }
}

/// The specification, executed, is the interpreter, which the machine's tests compare with another emulator.
#[test]
fn instructions_are_those_of_the_interpreter() {
    let mut rng = Rng(1);
    let edges =
        [0, 1, 31, 32, 63, 64, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 63, u64::MAX, u64::MAX - 1];
    let mut pairs: Vec<(u64, u64)> = edges.iter().flat_map(|&a| edges.map(|b| (a, b))).collect();
    pairs.extend((0..300).map(|_| (rng.value(), rng.value())));
    let mut compared = std::collections::BTreeSet::new();
    for opcode in Opcode::ALL {
        for &(a, b) in &pairs {
            let (x, y) = (isa::x(a), isa::x(b));
            let same = |term: &aver_audit::smt::Term, value: u64| {
                assert_eq!(term.value(), Some(value.into()), "{opcode} {a:#x} {b:#x}");
            };
            let product = &x.extend(128) * &y.extend(128);
            let divide =
                |x: &aver_audit::smt::Term, y: &aver_audit::smt::Term| (x.quotient(y), x.remainder(y));
            let results = [
                isa::alu(opcode, &x, &y),
                isa::multiplied(opcode, &x, &y, &product),
                isa::divided(opcode, &x, &y, divide),
            ];
            for result in results.into_iter().flatten() {
                same(&result, semantics::alu(opcode, a, b));
                compared.insert(opcode);
            }
            if let Some(taken) = isa::taken(opcode, &x, &y) {
                same(&taken, semantics::taken(opcode, a, b).into());
                compared.insert(opcode);
            }
            let Some(bytes) = isa::access_bytes(opcode) else { continue };
            compared.insert(opcode);
            assert_eq!(u64::from(bytes), opcode.access_bytes());
            for offset in 0..8u32 {
                let at = aver_audit::smt::Term::constant(3, offset.into());
                let memory = aver_audit::smt::Term::concat(&[x.clone(), y.clone()]);
                if opcode.format() == Format::Load {
                    let raw = memory.shift_right(&isa::bit_of_byte(&at));
                    let loaded = isa::loaded(opcode, &raw).unwrap();
                    same(&loaded, semantics::loaded(opcode, semantics::extract(a, b, offset)));
                } else {
                    let value = rng.u64();
                    let after = isa::stored(opcode, &memory, &at, &isa::x(value)).unwrap();
                    let (low, high) = semantics::insert(a, b, offset, bytes.into(), value);
                    same(&after.bits(0, 64), low);
                    same(&after.bits(64, 64), high);
                }
            }
        }
    }
    let others: Vec<_> = Opcode::ALL.into_iter().filter(|opcode| !compared.contains(opcode)).collect();
    use Opcode::{Const, Ecall, Illegal, Jal, Jalr};
    assert_eq!(others, [Illegal, Const, Jal, Jalr, Ecall]);
}
