//! What verifying a shard's proof takes in a circuit: rows of each chip, by what they are for:
//! `cargo run --release -p aver-recursion-prover --example leaf [height [log2 of a chunk [boundary [witness stacks]]]]`.

use aver_machine::Systems;
use aver_recursion::builder::Digest;
use aver_recursion::channel::Proof;
use aver_recursion::chips::Kind;
use aver_recursion::count::Count;
use aver_recursion::part::{Part, Shape, verify_part};
use aver_recursion::{Builder, Wire};
use aver_stark::gather::{StackClaim, log_slots};
use aver_stark::hash::Hash;
use aver_stark::layout::{LOG_MAX_ROWS, Layout, Point};
use aver_stark::params::{Params, Profile};
use aver_stark::verify::Challenge;
use aver_stark::whir::{self, GroupCommitment};
use aver_stark::zerocheck::{contribution, weights};
use aver_stark::{gkr, windows};

/// Rows of each chip.
fn rows(record: impl for<'a> FnOnce(&'a Builder)) -> Vec<usize> {
    let b = Builder::new();
    record(&b);
    let circuit = b.finish();
    Kind::ALL.iter().map(|&kind| circuit.of(kind).count()).collect()
}

fn hints(b: &Builder, count: usize) -> Vec<Wire<'_>> {
    (0..count).map(|_| b.hint()).collect()
}

/// Something reads it.
fn read<'a>(b: &'a Builder, wire: Wire<'a>) {
    b.assert_zero(wire);
}

fn main() {
    let argument =
        |i: usize, default: usize| std::env::args().nth(i).map_or(default, |a| a.parse().expect("a number"));
    let (log_height, log_chunk) = (argument(1, 17), argument(2, 10));
    let systems = Systems::new(Vec::new()).expect("the machine's chips");
    let (system, params) = (&systems.shard, Params::new(Profile::Bits128, log_height).expect("a height"));
    let stacks = [(1 << 19 >> log_height).max(1), argument(3, 1), argument(4, 77)];
    let shape = Shape { system, params: &params, log_chunk, stacks };
    let described = &system.described;
    let none = vec![0; described.len()];
    let layout = Layout::with_stacks(described, &none, log_height, log_chunk, |_| stacks).expect("it fits");
    let columns: usize = described.iter().map(|d| d.width()).sum();
    let slots = log_slots(&layout);
    println!("h = {log_height}, chunks of 2^{log_chunk}, {stacks:?} stacks, {columns} columns\n");

    let whole = rows(|b| {
        let count = |group: usize| described.iter().filter(|d| d.widths[group] > 0).count();
        let digest = || -> Digest<'_> { [b.hint(), b.hint()] };
        let publics = hints(b, 4);
        let bus = aver_machine::buses::EXEC;
        let messages = [(0, 1), (2, 3)].map(|(a, z)| (bus, Default::default(), vec![publics[a], publics[z]]));
        let known = Part {
            index: b.hint(),
            fixed: Some(digest()),
            fixed_rows: &hints(b, count(0)),
            boundary: Some(digest()),
            boundary_rows: &hints(b, count(1)),
            publics: &publics,
            messages: &messages,
            shared: &Challenge::new(hints(b, Challenge::COUNT)),
        };
        read(b, verify_part(b, &shape, digest(), &known).expect("a shape"));
    });
    let openings = |hash: Hash| {
        rows(|b| {
            let groups = stacks.map(|width| GroupCommitment { root: Some([b.hint(), b.hint()]), width });
            let stack = slots + log_chunk - log_height;
            let claim = StackClaim { stack: hints(b, stack), element: hints(b, log_height), value: b.hint() };
            let params = params.clone().with_hash(hash);
            whir::verify(&params, &mut Proof::new(b, ""), &groups, &claim, None).expect("it is recorded");
        })
    };
    let parts: [(&str, Vec<usize>); 4] = [
        ("openings", openings(params.hash)),
        (
            "constraints",
            rows(|b| {
                let (publics, weights) = (hints(b, 4), weights(system, b.hint()));
                for (d, weights) in described.iter().zip(&weights) {
                    read(b, contribution(d, &publics, weights, &hints(b, d.width())));
                }
            }),
        ),
        (
            "windows",
            rows(|b| {
                let bits = |_: &usize| Count::new((0..=slots).map(|_| b.hint()).collect());
                let (layout, point, x) = (
                    layout.map(bits),
                    Point { chunk: hints(b, layout.log_chunks()), row: hints(b, log_chunk) },
                    hints(b, slots),
                );
                let gammas = hints(b, columns);
                windows::verify(&mut Proof::new(b, ""), &layout, &point, &gammas, &x, b.hint())
                    .expect("recorded");
            }),
        ),
        (
            "gkr",
            rows(|b| {
                let leaf =
                    gkr::verify(&mut Proof::new(b, ""), layout.log_leaves(), log_chunk).expect("recorded");
                [leaf.p, leaf.q].into_iter().for_each(|wire| read(b, wire));
            }),
        ),
    ];
    assert_eq!(layout.log_chunks() + log_chunk, LOG_MAX_ROWS);
    print!("| chip | all |");
    parts.iter().for_each(|part| print!(" {} |", part.0));
    println!(" rest | openings, Poseidon2 |");
    let others = openings(Hash::Poseidon2);
    // (Hints are what a part starts from, too.)
    for (i, kind) in Kind::ALL.iter().enumerate().filter(|(i, kind)| whole[*i] > 0 && **kind != Kind::Hint) {
        print!("| `{kind:?}` | {} |", whole[i]);
        parts.iter().for_each(|part| print!(" {} |", part.1[i]));
        let rest = whole[i] as i64 - parts.iter().map(|part| part.1[i] as i64).sum::<i64>();
        println!(" {rest} | {} |", others[i]);
    }
}
