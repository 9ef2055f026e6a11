//! Zerocheck alone, on chips of three shapes: `zerocheck [log_rows [log_chunk]]`.

use std::time::Instant;

use aver_stark::air::{Air, Builder, Bus, Columns};
use aver_stark::field::{EF, F};
use aver_stark::hash::Hash;
use aver_stark::layout::{Layout, Point, System};
use aver_stark_prover::arena::Arena;
use aver_stark_prover::table::Table;
use aver_stark_prover::transcript::Writer;
use aver_stark_prover::zerocheck;
use p3_field::PrimeCharacteristicRing;

const BUS: Bus = Bus::local(1, 4, "bus");

/// Sends all its columns; some are booleans, and products of two others times a third if the degree is 3.
struct Shape {
    name: &'static str,
    width: usize,
    booleans: usize,
    products: usize,
    cubic: bool,
}

impl Air for Shape {
    fn name(&self) -> &str {
        self.name
    }
    fn columns(&self) -> Columns {
        Columns::witness((0..self.width).map(|i| format!("c{i}")).collect())
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        for i in 0..self.booleans {
            let flag = b.row()[i];
            b.assert_bool("shape/1", flag);
        }
        for i in 0..self.products {
            let [x, y, z] = [0, i + 1, self.booleans + i].map(|i| b.row()[i]);
            b.assert_zero("shape/2", if self.cubic { x * y * z } else { x * z });
        }
        for i in 0..self.width / 4 {
            let values = [0, 1, 2, 3].map(|j| b.row()[4 * i + j]);
            let flag = b.row()[0];
            b.send(BUS, flag, &values);
        }
    }
}

fn main() {
    let argument =
        |i: usize, default: usize| std::env::args().nth(i).and_then(|a| a.parse().ok()).unwrap_or(default);
    let (log_rows, log_chunk) = (argument(1, 19), argument(2, 12));
    let shapes = [
        Shape { name: "linear", width: 32, booleans: 1, products: 0, cubic: false },
        Shape { name: "degree 2", width: 32, booleans: 5, products: 6, cubic: false },
        Shape { name: "degree 3", width: 32, booleans: 6, products: 6, cubic: true },
    ];
    for shape in shapes {
        let (name, booleans, products) = (shape.name, shape.booleans, shape.products);
        let value = |x: usize, i: usize| match i {
            0 => F::ZERO,
            i if i < booleans => F::new((x >> i & 1) as u32),
            i => F::new(((x * 31 + i) as u32).wrapping_mul(2_654_435_761) >> 2),
        };
        let columns = (0..shape.width).map(|i| (0..1 << log_rows).map(|x| value(x, i)).collect::<Vec<F>>());
        let tables = [Table::witness(1 << log_rows, columns)];
        let system = System::new(vec![Box::new(shape)]).expect("chip is well-formed");
        let layout = Layout::new(&system.described, &[1 << log_rows], 17, log_chunk).expect("within limits");
        let arena = Arena::default();
        let best = (0..5)
            .map(|_| {
                let mut writer = Writer::new(Hash::default().transcript("bench"));
                let coordinates = |count| (3..).map(|i| EF::from(F::new(i))).take(count).collect();
                let r = Point { chunk: coordinates(layout.log_chunks()), row: coordinates(log_chunk) };
                let start = Instant::now();
                zerocheck::prove(&mut writer, &system, &layout, &tables, &[], &r, &arena);
                start.elapsed()
            })
            .min()
            .unwrap_or_default();
        let ns = best.as_secs_f64() * 1e9 / f64::from(1u32 << log_rows);
        println!("{name}: 32 columns, {} constraints, {ns:.1} ns a row", booleans + products);
    }
}
