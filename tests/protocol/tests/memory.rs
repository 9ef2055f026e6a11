//! Lengths, counts and heights that promise more than the file has: refused without memory for it.

use aver_isa::testing::Rng;
use aver_protocol_tests::run::Run;
use aver_stark::params::Profile;

/// The most address space this process has had, in bytes; none where the system does not say.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmPeak:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<usize>().ok()? << 10)
}

/// Layouts and tables of a verifier; what a count or length could make it take is far more.
const ALLOWED: usize = 96 << 20;

#[test]
fn lengths_that_lie_take_no_memory() {
    let run = Run::new(Profile::Bits128, 5);
    let header = run.parts().0.encode().len();
    // Once, that what any verification takes is there.
    assert!(run.verify(&run.file).is_ok());
    let Some(before) = peak() else {
        println!("NOTE: this system does not tell how much memory a process takes; skipped");
        return;
    };
    let mut rng = Rng(7);
    // All numbers there could be in the header; rows of chips in the first two proofs.
    let proof =
        header + 4 + u32::from_le_bytes(run.file[header..header + 4].try_into().expect("four")) as usize;
    let rows = (header..header + 80).step_by(4).chain((proof..proof + 240).step_by(4));
    for at in (0..header).chain(rows) {
        for value in
            [u32::MAX, i32::MAX as u32, 1 << 28, 1 << 22, (1 << 22) - 1, 1 << 20, 13, 0, rng.u64() as u32]
        {
            let mut file = run.file.clone();
            file[at..at + 4].copy_from_slice(&value.to_le_bytes());
            let refused = file == run.file || run.verify(&file).is_err();
            assert!(refused, "number {value:#x} at {at}");
        }
    }
    let taken = peak().map_or(0, |after| after - before);
    assert!(taken < ALLOWED, "{taken} bytes for files of {}", run.file.len());
}
