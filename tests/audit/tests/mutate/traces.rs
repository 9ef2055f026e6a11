//! Honest runs that together have every chip, opcode and case.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use aver_audit::mutate::{Answers, Subject};
use aver_exec::{Input, Silent};
use aver_isa::Program;
use aver_isa::testing::{Asm, ElfBuilder, Rng, SegmentBytes, encode, random_program, reg};
use aver_machine_tests::{options, vectors};
use aver_prover::Setup;
use aver_prover::steps::{Part, Pass1};
use aver_stark::layout::System;
use aver_stark_prover::table::Table;

/// A program's machine, and some proofs of a run of it.
pub struct Trace {
    pub setup: Setup,
    pub parts: Vec<Part>,
    answers: [Answers; 2],
}

impl Trace {
    fn new(elf: &[u8], input: &[u8], cycles: Option<u64>) -> Self {
        let mounted: [Arc<dyn aver_prover::Coprocessor>; 1] = [Arc::new(aver_sha256::Sha256)];
        let setup = Setup::new(elf, &mounted, options(12, cycles)).expect("the program loads");
        let input = Input::new(input).expect("input fits");
        let Pass1 { header, end, .. } = setup.pass_1(&input, &mut Silent).expect("the program runs");
        let traced = |from| setup.part(&header, &from).expect("traced");
        let parts = setup.checkpoints(end, &input).map(|from| traced(from.expect("it runs again"))).collect();
        let answers = [false, true].map(|is_memory| {
            let fixed = &setup.fixed(is_memory).expect("committed").columns;
            Answers::new(setup.system(is_memory), fixed.iter().map(|c| c.as_slice()))
        });
        Self { setup, parts, answers }
    }

    pub fn answers(&self, is_memory: bool) -> &Answers {
        &self.answers[usize::from(is_memory)]
    }

    pub fn system(&self, part: &Part) -> &System {
        self.setup.system(part.is_memory)
    }
}

/// All of them.
pub fn all() -> &'static [Trace] {
    static ALL: OnceLock<Vec<Trace>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut traces = vec![
            Trace::new(&close_operands(), &[], None),
            Trace::new(&sha256_calls(), &[], None),
            Trace::new(&random_program(77, 900).elf, &[], Some(500)),
            Trace::new(&vectors::regions(), b"some input of a few words", Some(20)),
        ];
        traces.extend(vectors::all().iter().map(|v| Trace::new(&v.elf, &[], None)));
        traces
    })
}

/// A chip's table in a proof of a trace.
pub struct Place {
    pub trace: &'static Trace,
    pub part: &'static Part,
    pub chip: usize,
}

impl Place {
    pub fn subject(&self) -> Subject<'static> {
        let answers = self.trace.answers(self.part.is_memory);
        Subject::new(self.trace.system(self.part), self.chip, answers, &self.part.publics)
    }
    pub fn table(&self) -> &'static Table {
        &self.part.tables[self.chip]
    }
    pub fn program(&self) -> &'static Program {
        self.trace.setup.program()
    }
}

/// Where the rows of a chip of a kind of proof are, for chips without fixed columns: at most `limit` places.
pub fn places(limit: usize) -> BTreeMap<(bool, String), Vec<Place>> {
    let mut all: BTreeMap<_, Vec<Place>> = BTreeMap::new();
    for trace in self::all() {
        // Of a run of many shards, those that have most of the chip.
        let mut of_trace: BTreeMap<_, Vec<Place>> = BTreeMap::new();
        for part in &trace.parts {
            for (chip, described) in trace.system(part).described.iter().enumerate() {
                if described.widths[0] == 0 && part.tables[chip].rows > 0 {
                    let key = (part.is_memory, described.name.clone());
                    of_trace.entry(key).or_default().push(Place { trace, part, chip });
                }
            }
        }
        for (key, mut places) in of_trace {
            places.sort_by_key(|place| std::cmp::Reverse(place.table().rows));
            places.truncate(2);
            all.entry(key).or_default().extend(places);
        }
    }
    all.values_mut().for_each(|places| places.truncate(limit));
    all
}

/// Two calls of the coprocessor, one with a block in the text.
fn sha256_calls() -> Vec<u8> {
    let mut asm = Asm::new();
    for block in [Asm::DATA + 32, Asm::TEXT] {
        asm.li(reg::A0, Asm::DATA.into()).li(reg::A1, block.into()).call(aver_sha256::CALL);
    }
    asm.exit(0);
    let mut text = asm.bytes();
    text.resize(256, 0);
    let mut rng = Rng(5);
    let data = (0..96).map(|_| rng.u64() as u8).collect();
    let segments = vec![SegmentBytes::text(asm.start, text), SegmentBytes::data(Asm::DATA, data, 256)];
    let note = Some(ElfBuilder::note(&[aver_sha256::NAME]));
    ElfBuilder { segments, note, ..ElfBuilder::default() }.build()
}

/// Operands that differ in few limbs and by little, as comparisons, branches and divisions see them; and loads
/// and stores of random words at every offset.
fn close_operands() -> Vec<u8> {
    let mut rng = Rng(42);
    // A high limb says one thing, a lower one the other.
    let mut words: Vec<u64> = Vec::new();
    for (low, high) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)] {
        let a = rng.u64() | 0x0100_0100_0100_0100;
        words.extend([a, a.wrapping_add(1 << (16 * high)).wrapping_sub(5 << (16 * low))]);
    }
    // Differences of two limbs in small ratios, which a norm must tell from none.
    for (k, shift) in [(1, 0), (2, 0), (3, 0), (4, 0), (2, 32), (4, 32)] {
        let a = 0x0100_0100_0100_0100u64;
        words.extend([a, a + (k << shift) + (1 << (16 + shift))]);
        words.extend([a, a + (1 << shift) + (k << (16 + shift))]);
    }
    let more = (0..40)
        .flat_map(|_| {
            let a = rng.u64();
            let limb = |k: u32, rng: &mut Rng| match rng.below(6) {
                0 => 1 << (16 * k),
                1 => (1u64 << (16 * k)).wrapping_neg(),
                2 => u64::from(rng.below(1 << 16)) << (16 * k),
                _ => 0,
            };
            [a, (0..4).fold(a, |b, k| b.wrapping_add(limb(k, &mut rng)))]
        })
        .collect::<Vec<u64>>();
    words.extend(more);
    let mut asm = Asm::new();
    for pair in 0..words.len() as u32 / 2 {
        asm.li(reg::S0, (Asm::DATA + 16 * pair).into()).ld(reg::T0, reg::S0, 0).ld(reg::T1, reg::S0, 8);
        for (a, b) in [(reg::T0, reg::T1), (reg::T1, reg::T0)] {
            let mut two =
                |funct3, funct7, opcode| _ = asm.word(encode::r(opcode, funct3, funct7, reg::T2, a, b));
            (2..4).for_each(|funct3| two(funct3, 0, 0x33));
            (4..8).for_each(|funct3| two(funct3, 1, 0x33));
            (4..8).for_each(|funct3| two(funct3, 1, 0x3b));
            two(0, 0x20, 0x33);
            two(0, 0x20, 0x3b);
            for funct3 in [0, 1, 4, 5, 6, 7] {
                asm.word(encode::b(funct3, a, b, 8)).addi(reg::T2, reg::T2, 1);
            }
        }
        let offset = (pair % 8) as i32;
        for funct3 in 0..7 {
            asm.word(encode::i(0x03, funct3, reg::T2, reg::S0, offset));
        }
        for funct3 in 0..4 {
            asm.word(encode::s(0x23, funct3, reg::S0, reg::T2, offset));
        }
    }
    // Constants in the text.
    asm.li(reg::S1, u64::from(Asm::TEXT) + 64);
    for offset in 0..8 {
        (0..7).for_each(|funct3| _ = asm.word(encode::i(0x03, funct3, reg::T2, reg::S1, offset)));
    }
    for high in [1, 2, 3] {
        for (a, imm) in [(5, 10), (10, 5), (10u64.wrapping_neg(), -5), (5u64.wrapping_neg(), -10)] {
            for step in [1 << (16 * high), (1u64 << (16 * high)).wrapping_neg()] {
                asm.li(reg::T0, a.wrapping_add(step));
                (2..4).for_each(|funct3| _ = asm.word(encode::i(0x13, funct3, reg::T2, reg::T0, imm)));
            }
        }
    }
    let data: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    asm.exit(0).elf(&data, 8 * words.len() as u64 + 64)
}
