//! Whole runs: executed, proved, verified.

use aver_exec::{Input, Silent};
use aver_isa::testing::{Asm, random_program, reg};
use aver_prover::{Options, ProofReader, Setup, verify, verify_from};
use aver_verifier::Header;
use aver_verifier::bytes::{Fields, put_bytes};

fn options(max_shard_cycles: Option<u64>) -> Options {
    Options { log_height: 12, max_shard_cycles, ..Options::default() }
}

/// Proves and verifies; returns the number of shards and the proof.
fn prove(elf: &[u8], input: &[u8], options: Options) -> (usize, Vec<u8>) {
    let setup = Setup::new(elf, &[], options).unwrap();
    let mut proof = Vec::new();
    let input = Input::new(input).unwrap();
    let report = setup.prove(&input, &mut Silent, &mut proof, &mut |_| {}).unwrap();
    let vk = setup.vk().unwrap().digest();
    let verified = verify(&proof, &vk, report.execution.exit_code, &[]).unwrap();
    assert_eq!(verified.output, report.execution.output);
    assert_eq!(verify_from(&proof[..], &vk, report.execution.exit_code, &[]).unwrap(), verified);
    // What execution counts by chip is what was proved.
    let (sizes, rows) = (&report.sizes, &report.execution.rows);
    for (chip, rows) in rows {
        assert_eq!(sizes.tables.iter().find(|t| t.chip == *chip).unwrap().rows, *rows, "{chip}");
    }
    let cells: u64 = sizes.tables.iter().map(|t| t.padded_rows * t.columns).sum();
    let leaves: u64 = sizes.tables.iter().map(|t| t.padded_rows * t.interactions).sum();
    assert!(
        cells <= sizes.fixed_cells + sizes.boundary_cells + sizes.witness_cells && leaves <= sizes.leaves
    );
    (report.execution.shards, proof)
}

#[test]
fn smallest_program() {
    let elf = Asm::new().exit(7).elf(&[], 0);
    let (shards, _) = prove(&elf, &[], options(None));
    assert_eq!(shards, 1);
}

#[test]
fn loop_in_many_shards() {
    let mut asm = Asm::new();
    asm.li(reg::T0, 200).li(reg::T1, 1).li(reg::S0, Asm::DATA.into());
    asm.add(reg::T1, reg::T1, reg::T1).sd(reg::T1, reg::S0, 8).ld(reg::T2, reg::S0, 8);
    asm.addi(reg::T0, reg::T0, -1).bne(reg::T0, reg::ZERO, -16).exit(0);
    let elf = asm.elf(&[], 64);
    let (shards, _) = prove(&elf, &[], options(Some(150)));
    assert!(shards > 5, "{shards}");
}

#[test]
fn random_programs() {
    for seed in 0..6 {
        let program = random_program(seed, 300);
        let cut = if seed % 2 == 0 { None } else { Some(400) };
        prove(&program.elf, &[], options(cut));
    }
}

/// Headers of any length are read piece by piece, then proofs, then the end.
#[test]
fn files_are_read_piece_by_piece() {
    let setup = Setup::new(&Asm::new().exit(0).elf(&[], 0), &[], options(None)).unwrap();
    let mut mock = Vec::new();
    setup.mock(&Input::default(), &mut Silent, &mut mock).unwrap();
    let mut header = Header::decode(&mut Fields::new(&mock)).unwrap();
    for output in [0, 1 << 14, 100_000] {
        header.output = vec![7; output];
        let mut file = header.encode();
        let end = file.len();
        put_bytes(&mut file, &[1; 50_000]);
        put_bytes(&mut file, &[2; 3]);
        let mut reader = ProofReader::new(&file[..]);
        assert_eq!(reader.header().unwrap(), header);
        assert_eq!(reader.proof().unwrap(), [1; 50_000]);
        assert_eq!(reader.proof().unwrap(), [2; 3]);
        reader.end().unwrap();
        let refused = |len: usize| {
            let mut reader = ProofReader::new(&file[..len]);
            reader.header().and_then(|_| reader.proof()).is_err()
        };
        assert!(refused(end - 1) && refused(end) && refused(end + 4) && refused(end + 50_003));
        let mut reader = ProofReader::new(&file[..]);
        let _ = (reader.header().unwrap(), reader.proof().unwrap());
        assert!(reader.end().is_err());
    }
}
