//! Prints what committing to stacks and opening them costs, and what other schedules of WHIR would cost.
//! `RAYON_NUM_THREADS=1 cargo run --release -p aver-stark-prover --example whir [log_height] [widths…]`

use std::time::{Duration, Instant};

use aver_stark::eq::{eq_table, log2_ceil};
use aver_stark::field::{EF, F, PF, f};
use aver_stark::gather::StackClaim;
use aver_stark::hash::Sponge;
use aver_stark::params::{Oracle, Params, Profile, QUERY_WORK};
use aver_stark::transcript::Reader;
use aver_stark::whir::verify;
use aver_stark_prover::encode::{Committed, Encoder};
use aver_stark_prover::transcript::Writer;
use aver_stark_prover::whir::{Group, open};
use p3_field::{PackedValue, PrimeCharacteristicRing};

/// Variables bound by each oracle after the base one, and by how much the inverse rate's logarithm grows.
const SCHEDULES: [(usize, usize); 6] = [(4, 1), (3, 1), (5, 1), (6, 1), (4, 2), (4, 3)];

fn main() {
    let arguments: Vec<usize> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let (h, widths) = match arguments.as_slice() {
        [] => (17, &[64, 128, 256][..]),
        [h] => (*h, &[64, 128, 256][..]),
        [h, widths @ ..] => (*h, widths),
    };
    println!("{} threads, {} lanes, 128 bits", rayon::current_num_threads(), PF::WIDTH);
    let encoder = Encoder::default();
    let standard = match Params::new(Profile::Bits128, h) {
        Ok(params) => params,
        Err(error) => return println!("{error}"),
    };
    for &width in widths {
        let case = Case::new(h, width, &encoder);
        case.measure("the protocol's", &standard, &encoder);
        for (fold, growth) in SCHEDULES {
            let params = schedule(&standard, fold, growth);
            case.measure(&format!("fold {fold}, rates {growth}"), &params, &encoder);
        }
    }
}

/// Another schedule, with as many queries as 128 bits take.
fn schedule(standard: &Params, fold: usize, growth: usize) -> Params {
    let mut params = standard.clone();
    params.rounds.clear();
    params.log_final = params.log_height;
    while params.log_final > 10 {
        params.log_final -= fold;
        let log_domain = params.log_final + 1 + growth * (params.rounds.len() + 1);
        params.rounds.push(Oracle { fold, log_rows: params.log_final, log_domain, queries: 0, work: 0 });
    }
    let oracles = params.rounds.len() + 1;
    let bits = (Profile::Bits128.bits() + 1 - QUERY_WORK) as f64 + (oracles as f64).log2();
    for oracle in params.rounds.iter_mut().chain([&mut params.base]) {
        let rate = (-(oracle.log_inv_rate() as f64)).exp2();
        oracle.queries = (bits / -((1.0 + rate) / 2.0).log2()).ceil() as usize;
    }
    params
}

struct Case {
    stacks: Vec<Vec<F>>,
    claim: StackClaim,
    committed: Committed,
}

impl Case {
    fn new(h: usize, width: usize, encoder: &Encoder) -> Self {
        let stacks: Vec<Vec<F>> = (0..width)
            .map(|y| (0..1u32 << h).map(|x| f(x.wrapping_mul(0x9E37_79B9 ^ y as u32) >> 2)).collect())
            .collect();
        let mut sponge = Sponge::new("point");
        let mut draw = |n: usize| (0..n).map(|_| sponge.challenge("x")).collect::<Vec<EF>>();
        let (stack, element) = (draw(log2_ceil(width)), draw(h));
        let eq = eq_table(&element);
        let value = |s: &Vec<F>| s.iter().zip(&eq).fold(EF::ZERO, |acc, (&v, &w)| acc + w * v);
        let value = stacks.iter().zip(eq_table(&stack)).map(|(s, w)| w * value(s)).sum();
        let claim = StackClaim { stack, element, value };
        let slices: Vec<&[F]> = stacks.iter().map(Vec::as_slice).collect();
        let (time, committed) = least(|| encoder.commit(h + 1, &slices));
        let each = time.as_secs_f64() * 1e9 / (width << h) as f64;
        println!("h {h}, {width} stacks: commit {:.1} ms, {each:.2} ns an element", milliseconds(time));
        Self { stacks, claim, committed }
    }

    fn measure(&self, name: &str, params: &Params, encoder: &Encoder) {
        let stacks: Vec<&[F]> = self.stacks.iter().map(Vec::as_slice).collect();
        let groups = [Group { committed: &self.committed, stacks: &stacks }];
        let (open_time, proof) = least(|| {
            let mut writer = Writer::new(params.hash.transcript("whir"));
            open(params, encoder, &mut writer, &groups, &self.claim, None);
            writer.finish()
        });
        let (verify_time, result) = least(|| {
            let mut reader = Reader::new(params.hash.transcript("whir"), &proof);
            verify(params, &mut reader, &[self.committed.commitment()], &self.claim, None)
                .and_then(|()| reader.finish())
        });
        println!(
            "  {name}: open {:.1} ms, verify {:.2} ms ({}), {} KB",
            milliseconds(open_time),
            milliseconds(verify_time),
            if result.is_ok() { "accepted" } else { "REFUSED" },
            proof.len() / 1000,
        );
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The best of five; the first also touches memory.
fn least<T>(mut work: impl FnMut() -> T) -> (Duration, T) {
    let mut run = || {
        let start = Instant::now();
        let out = work();
        (start.elapsed(), out)
    };
    let mut best = run();
    for _ in 0..4 {
        let next = run();
        if next.0 < best.0 {
            best = next;
        }
    }
    best
}
