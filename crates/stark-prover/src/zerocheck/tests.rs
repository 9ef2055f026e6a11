//! Against a prover that follows the specification line by line.

use aver_stark::air::{Air, Builder, Bus, Columns};
use aver_stark::eq::{bind, eq_table, eval};
use aver_stark::field::{PF, from_coefficients};
use aver_stark::hash::Sponge;
use aver_stark::protocol::COLUMNS_AT_R;
use p3_field::PackedValue;

use super::*;

const BUS: Bus = Bus::local(1, 2, "bus");

/// Constraints of degree 1 to `DEGREE`, on the last columns only; column 1 is in no message.
struct Chip<const DEGREE: usize>;

impl<const DEGREE: usize> Air for Chip<DEGREE> {
    fn name(&self) -> &str {
        ["none", "linear", "quadratic", "cubic"][DEGREE]
    }
    fn columns(&self) -> Columns {
        Columns::witness((0..9).map(|i| format!("c{i}")).collect())
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let c: Vec<B::E> = b.row().to_vec();
        let public = b.public(0);
        if DEGREE >= 1 {
            b.assert_zero("1", c[5] * public - c[6] * 3);
        }
        if DEGREE >= 2 {
            b.assert_bool("2", c[4]);
            b.assert_zero("3", c[4] * c[5] - c[7]);
        }
        if DEGREE >= 3 {
            b.assert_zero("4", c[4] * c[5] * c[6] - c[8]);
        }
        b.send(BUS, c[0], &[c[2] + c[8], c[3]]);
        b.receive(BUS, c[4], &[c[5], c[7]]);
    }
}

fn table(rows: usize, log_height: usize, public: F) -> Table {
    let free = |x: usize, i: usize| F::new(((x * 9 + i) as u32).wrapping_mul(2_654_435_761) >> 2);
    let row = |x: usize| {
        let (flag, v) = (F::new(x as u32 % 2), free(x, 5));
        let w = v * public * F::new(3).inverse();
        [free(x, 0), free(x, 1), free(x, 2), free(x, 3), flag, v, w, flag * v, flag * v * w]
    };
    let mut table = Table::witness(rows, (0..9).map(|c| (0..rows).map(|x| row(x)[c]).collect()).collect());
    table.pad(log_height);
    table
}

type Prove = fn(&mut Writer, &System, &Layout, &[Table], &[F], &[EF], &Arena) -> (Vec<EF>, Values);

/// The specification.
fn plain(
    writer: &mut Writer,
    system: &System,
    layout: &Layout,
    tables: &[Table],
    publics: &[F],
    r: &[EF],
    _: &Arena,
) -> (Vec<EF>, Values) {
    let mut columns: Vec<Vec<Vec<EF>>> = (layout.blocks.iter())
        .map(|b| {
            let rows = b.first_row..b.first_row + (1 << b.log_rows);
            tables[b.chip].columns().map(|c| c[rows.clone()].iter().map(|&v| EF::from(v)).collect()).collect()
        })
        .collect();
    for (b, columns) in layout.blocks.iter().zip(&columns) {
        let messages = &system.described[b.chip].message_columns;
        let at_r: Vec<EF> = messages.iter().map(|&c| eval(&columns[c], &r[..b.log_rows])).collect();
        writer.write(COLUMNS_AT_R, at_r.as_slice());
    }
    let weights = weights(system, layout, writer.challenge(ZEROCHECK_LAMBDA));
    let (mut rho, mut values, mut finished) = (Vec::new(), vec![Vec::new(); columns.len()], EF::ZERO);
    for round in 0..=r.len() {
        for (i, b) in layout.blocks.iter().enumerate().filter(|(_, b)| b.log_rows == round) {
            values[i] = columns[i].iter().map(|c| c[0]).collect();
            finished += contribution(system, b.chip, publics, &weights[i], &values[i]);
            writer.write(ZEROCHECK_COLUMNS, values[i].as_slice());
        }
        if round == r.len() {
            break;
        }
        let mut t = [finished; 3];
        for (i, b) in layout.blocks.iter().enumerate().filter(|(_, b)| b.log_rows > round) {
            for (y, eq) in eq_table(&r[round + 1..b.log_rows]).into_iter().enumerate() {
                for (t, node) in t.iter_mut().zip([F::ZERO, F::NEG_ONE, F::TWO]) {
                    let at = |c: &Vec<EF>| c[y] + (c[y + c.len() / 2] - c[y]) * node;
                    let row: Vec<EF> = columns[i].iter().map(at).collect();
                    *t += eq * contribution(system, b.chip, publics, &weights[i], &row);
                }
            }
        }
        writer.write(ZEROCHECK_ROUND, &t);
        let x = writer.challenge(ZEROCHECK_X);
        rho.push(x);
        columns.iter_mut().flatten().filter(|c| c.len() > 1).for_each(|c| bind(c, x));
    }
    (rho, values)
}

#[test]
fn proofs_are_those_of_the_specification() {
    let system = || {
        System::new(vec![Box::new(Chip::<0>), Box::new(Chip::<1>), Box::new(Chip::<2>), Box::new(Chip::<3>)])
            .unwrap()
    };
    let publics = [F::new(77)];
    let arena = Arena::default();
    // With one packed row to a block and with several tiles of segments; rows that are cut into odd blocks,
    // and chips without any.
    let cases: [(usize, [usize; 4]); 5] = [
        (4, [16, 16, 16, 16]),
        (5, [0, 1, 33, 70]),
        (7, [128, 100, 127, 129]),
        (10, [1, 600, 1024, 1500]),
        (14, [20, 5000, 9000, 17000]),
    ];
    for (log_height, rows) in cases.into_iter().filter(|c| c.0 >= LOG_LANES) {
        let system = system();
        let layout = Layout::new(&system.described, &rows, log_height).unwrap();
        let tables = rows.map(|rows| table(rows, log_height, publics[0]));
        let run = |prove: Prove| {
            let mut writer = Writer::new(Sponge::new("zerocheck"));
            let r: Vec<EF> = (0..log_height).map(|_| writer.challenge(ZEROCHECK_X)).collect();
            let result = prove(&mut writer, &system, &layout, &tables, &publics, &r, &arena);
            (result, writer.finish())
        };
        assert!(run(prove) == run(plain), "height 2^{log_height}, {rows:?} rows");
    }
}

#[test]
fn points_interpolate() {
    let point = Point::new(EF::from(F::new(5)));
    for degree in 0..NODES {
        let value = |x: F| (0..=degree as u64).map(|i| x.exp_u64(i) * F::new(3)).sum::<F>();
        let nodes = [F::ZERO, F::ONE, F::NEG_ONE, F::TWO].map(|x| EF::from(value(x)));
        assert_eq!(point.eval(degree, nodes), EF::from(value(F::new(5))));
        let mut extended = nodes;
        extended[degree + 1..].fill(EF::ZERO);
        extend(&mut extended, degree);
        assert!(degree == 0 || extended == nodes);
    }
}

#[test]
fn sums_of_products_are_those_of_the_formula() {
    let base = |i: usize| PF::from_fn(|lane| F::new((i * 31 + lane) as u32).exp_const_u64::<3>() + F::ONE);
    let ext = |i: usize| from_coefficients(std::array::from_fn(|k| F::new((7 * i + k) as u32).square()));
    for n in [1, 2, 4, 8, 16, 64] {
        let (a, b): (Vec<PEF>, Vec<PF>) = (0..n).map(|i| (PEF::from(ext(i)) * base(i + 1), base(i))).unzip();
        let expected: PEF = a.iter().zip(&b).map(|(&a, &b)| a * b).sum();
        assert_eq!(columns::sum(&kernels::terms(&a), &b), expected);
    }
    for (count, stride, first, len) in [(1, 8, 2, 4), (2, 4, 0, 4), (4, 3, 1, 2), (8, 5, 0, 5), (32, 2, 1, 1)]
    {
        let weights: Vec<EF> = (0..count).map(ext).collect();
        let column: Vec<PF> = (0..count * stride).map(base).collect();
        let mut out = vec![PEF::from(ext(9)); len];
        kernels::bind(&mut out, &column, stride, first, &weights);
        for (y, &out) in out.iter().enumerate() {
            let terms =
                weights.iter().enumerate().map(|(u, &w)| PEF::from(w) * column[u * stride + first + y]);
            assert_eq!(out, PEF::from(ext(9)) + terms.sum::<PEF>());
        }
    }
}
