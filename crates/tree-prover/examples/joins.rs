//! What a join of two joins costs, by the height of its proof: `cargo run --release -p aver-tree-prover --example joins [height/log2 of the
//! inverse of the rate]…`.

use aver_recursion::chips::Kind as Chip;
use aver_recursion::{Builder, Wire};
use aver_stark::field::F;
use aver_stark::params::{Params, Profile};
use aver_stark::poseidon2;
use aver_stark_prover::stages::Stages;
use aver_tree::circuits::{Circuits, Codes, Machines, Runs};
use aver_tree::context::Context;
use aver_tree::leaf::{Kind, Proved, hints, leaf, pair};
use aver_tree::{At, Code, Error, Place, Statement, cells, keys};
use aver_tree_prover::{Fold, Tree};
use p3_field::PrimeCharacteristicRing;

/// A part that says nothing.
fn nothing<'a>(_: &'a Builder, _: &Context<Wire<'a>>, at: &At<Wire<'a>>) -> Result<Proved<'a>, Error> {
    Ok(Proved { row: Vec::new(), pc: at.pc, key: at.key, messages: at.messages, sum: Wire::ZERO })
}

/// Processor time of all threads so far, in seconds.
fn now() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let user = stat.rsplit(')').next().and_then(|fields| fields.split_whitespace().nth(11));
    user.and_then(|ticks| ticks.parse::<f64>().ok()).expect("Linux") / 100.0
}

fn main() {
    let argument = |a: String| {
        let (height, rate) = a.split_once('/').expect("height/rate");
        Code::new(height.parse().expect("a height"), rate.parse().expect("a rate"))
    };
    let mut codes: Vec<Code> = std::env::args().skip(1).map(argument).collect();
    if codes.is_empty() {
        codes = (1..=4).flat_map(|rate| (16..=18).map(move |height| Code::new(height, rate))).collect();
    }
    for code in codes {
        let (own, veil) = (Code::new(13, 1), code.with_masks());
        let codes = Codes { small: own, large: own, top: code, join: code, veil, root: code };
        let params = Params::new(Profile::Bits128, 17).expect("a height within limits");
        let runs = Runs { machine: [0; 32], params, rows: [1, 1] };
        let kinds = [Kind::Memory, Kind::Shard];
        let [memory, shard] = kinds.map(|kind| vec![leaf(kind, [1, 1], nothing).expect("a circuit")]);
        let pairs = pair(kinds, [1, 1], |b, _, context, at| nothing(b, context, at)).expect("a circuit");
        let start = now();
        let machines = Machines::new().expect("the machines");
        let circuits =
            Circuits::new(&machines, runs, [memory, shard, vec![pairs]], codes).expect("a tree of this code");
        let recorded = now() - start;
        let names = machines.join.described.iter().map(|d| d.name.as_str());
        let rows: Vec<String> = circuits.nodes[keys::Kind::Join as usize][6]
            .ops
            .iter()
            .fold(vec![0; Chip::ALL.len()], |mut rows, op| {
                rows[op.kind as usize] += 1;
                rows
            })
            .into_iter()
            .zip(names)
            .filter(|(rows, _)| *rows > 0)
            .map(|(rows, name)| format!("{name} {rows}"))
            .collect();
        println!("{code:?}: {}", rows.join(", "));
        let tree = Tree::new(machines, circuits).expect("a tree");
        println!("  recorded in {recorded:.2} s, committed in {:.2} s", now() - start - recorded);

        let mut context: Context = Context {
            fixed: Default::default(),
            shared: vec![Default::default(); aver_stark::verify::Challenge::COUNT],
            ..Context::default()
        };
        context.fixed.iter_mut().for_each(|fixed| fixed.rows = vec![Default::default()]);
        let mut place = Place::default();
        let (mut fold, mut stages) = (Fold::new(&tree, 5), Stages::default());
        for index in 0..4 {
            let before = place;
            let link = std::array::from_fn(|i| before.link.as_flattened()[i]);
            let link = poseidon2::compress(&link, &poseidon2::hash_row(&[]));
            place.link = cells::of_node(&aver_stark::hash::Node(link));
            place.at[0][0] = F::from_u32(index + 1);
            let statement = Statement {
                context: cells::of_node(&context.digest()),
                before: before.digest(),
                after: place.digest(),
                sum: Default::default(),
                keys: cells::of_node(&tree.key().keys),
            };
            let hints = [context.cells(), hints(&before)].concat();
            let leaf = tree.make(keys::Kind::Large, 0, statement, &hints, &mut stages).expect("a leaf");
            if index == 3 {
                stages = Stages::default();
            }
            let start = now();
            fold.push(leaf, &mut stages).expect("joins");
            if index == 3 {
                println!("  two joins in {:.2} s", now() - start);
            }
        }
        let parts = stages.0.iter().map(|(name, time)| format!("{name} {:.2}", time.as_secs_f64()));
        println!("  of both: {}", parts.collect::<Vec<_>>().join(", "));
        let node = fold.finish(&mut stages).expect("one node");
        let start = std::time::Instant::now();
        tree.verify(&node).expect("an honest proof");
        let millis = start.elapsed().as_secs_f64() * 1e3;
        println!("  proof of {} bytes, verified in {millis:.1} ms", node.proof.len());
        assert_eq!((node.kind, node.place), (keys::Kind::Join, 6));
    }
}
