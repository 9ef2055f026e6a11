//! Prints what committing to stacks and opening them costs.
//! `RAYON_NUM_THREADS=1 cargo run --release -p aver-stark-prover --example whir [log_height] [widths…]`

use std::time::{Duration, Instant};

use aver_stark::eq::eq_table;
use aver_stark::field::{EF, F, PF, f};
use aver_stark::hash::Sponge;
use aver_stark::params::{Params, Profile};
use aver_stark::transcript::Reader;
use aver_stark::whir::verify;
use aver_stark_prover::encode::Encoder;
use aver_stark_prover::transcript::Writer;
use aver_stark_prover::whir::{Group, open};
use p3_field::{PackedValue, PrimeCharacteristicRing};

fn main() {
    let arguments: Vec<usize> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let (h, widths) = match arguments.as_slice() {
        [] => (17, &[64, 128, 256][..]),
        [h] => (*h, &[64, 128, 256][..]),
        [h, widths @ ..] => (*h, widths),
    };
    println!("threads {}, lanes {}", rayon::current_num_threads(), PF::WIDTH);
    let encoder = Encoder::default();
    for profile in [Profile::Bits128, Profile::Bits100] {
        let params = match Params::new(profile, h) {
            Ok(params) => params,
            Err(error) => return println!("{error}"),
        };
        for &width in widths {
            measure(&params, &encoder, width);
        }
    }
}

fn measure(params: &Params, encoder: &Encoder, width: usize) {
    let h = params.log_height;
    let stacks: Vec<Vec<F>> = (0..width)
        .map(|y| (0..1u32 << h).map(|x| f(x.wrapping_mul(0x9E37_79B9 ^ y as u32) >> 2)).collect())
        .collect();
    let stacks: Vec<&[F]> = stacks.iter().map(Vec::as_slice).collect();
    encoder.commit(h, &stacks);
    let (commit_time, committed) = time(|| encoder.commit(h, &stacks));
    let mut sponge = Sponge::new("rho");
    let rho: Vec<EF> = (0..h).map(|_| sponge.challenge("rho")).collect();
    let eq = eq_table(&rho);
    let values: Vec<EF> =
        stacks.iter().map(|s| s.iter().zip(&eq).fold(EF::ZERO, |acc, (&v, &w)| acc + w * v)).collect();
    let groups = [Group { committed: &committed, stacks: &stacks }];
    let prove = || {
        let mut writer = Writer::new(Sponge::new("whir"));
        open(params, encoder, &mut writer, &groups, &rho);
        writer.finish()
    };
    prove();
    let (open_time, proof) = time(prove);
    let (verify_time, result) = time(|| {
        let mut reader = Reader::new(Sponge::new("whir"), &proof);
        verify(params, &mut reader, &[committed.commitment()], &rho, &values).and_then(|()| reader.finish())
    });
    let elements = (width << h) as f64;
    let each = |t: Duration| t.as_secs_f64() * 1e9 / elements;
    println!(
        "{:?} h {h}, {width} stacks: commit {:.2} ns an element ({:.1} ms), open {:.2} ({:.1} ms), \
         verify {:.2} ms ({}), {} bytes",
        params.profile,
        each(commit_time),
        commit_time.as_secs_f64() * 1e3,
        each(open_time),
        open_time.as_secs_f64() * 1e3,
        verify_time.as_secs_f64() * 1e3,
        if result.is_ok() { "accepted" } else { "REFUSED" },
        proof.len(),
    );
}

/// The best of three.
fn time<T>(mut work: impl FnMut() -> T) -> (Duration, T) {
    let mut run = || {
        let start = Instant::now();
        let out = work();
        (start.elapsed(), out)
    };
    let mut best = run();
    for _ in 0..2 {
        let next = run();
        if next.0 < best.0 {
            best = next;
        }
    }
    best
}
