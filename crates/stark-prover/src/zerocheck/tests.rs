//! Against a prover that follows the specification line by line.

use aver_stark::air::{Air, Builder, Bus, Columns};
use aver_stark::channel::Channel;
use aver_stark::eq::{bind, eq_index, eval};
use aver_stark::error::Result;
use aver_stark::field::{PEF, PF, from_coefficients};
use aver_stark::hash::Sponge;
use aver_stark::layout::padded_rows;
use aver_stark::protocol::{ZEROCHECK_ROUND, ZEROCHECK_X};
use aver_stark::transcript::Reader;
use aver_stark::zerocheck::{contribution, verify};
use p3_field::{Field, PackedValue};

use super::kernels::{Scalars, TERMS};
use super::nodes::{Challenge, NODES, extend};
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

/// A table in whole chunks.
fn table(rows: usize, log_chunk: usize, public: F) -> Table {
    let free = |x: usize, i: usize| F::new(((x * 9 + i) as u32).wrapping_mul(2_654_435_761) >> 2);
    let row = |x: usize| {
        let (flag, v) = (F::new(x as u32 % 2), free(x, 5));
        let w = v * public * F::new(3).inverse();
        [free(x, 0), free(x, 1), free(x, 2), free(x, 3), flag, v, w, flag * v, flag * v * w]
    };
    let mut columns: Vec<Vec<F>> = (0..9).map(|c| (0..rows).map(|x| row(x)[c]).collect()).collect();
    columns.iter_mut().for_each(|c| c.resize(padded_rows(rows, log_chunk), F::ZERO));
    Table::witness(rows, columns)
}

type Prove = fn(&mut Writer, &System, &Layout, &[Table], &[F], &Point, &Arena) -> Proved;

/// The specification.
fn plain(
    writer: &mut Writer,
    system: &System,
    layout: &Layout,
    tables: &[Table],
    publics: &[F],
    r: &Point,
    _: &Arena,
) -> Proved {
    // By chip, column and chunk.
    let mut columns: Vec<Vec<Vec<Vec<EF>>>> = Vec::new();
    for (table, &chunks) in tables.iter().zip(&layout.chunks) {
        let ext = |c: &[F]| c.iter().map(|&v| EF::from(v)).collect::<Vec<EF>>();
        let cut = |c: Vec<EF>| c.chunks(1 << layout.log_chunk).map(<[EF]>::to_vec).collect();
        columns.push(table.columns().filter(|_| chunks > 0).map(|c| cut(ext(c))).collect());
    }
    let eq = |x: usize| eq_index(&r.chunk, x);
    let at_r = |column: &Vec<Vec<EF>>| -> EF {
        column.iter().enumerate().map(|(e, chunk)| eq(e) * eval(chunk, &r.row)).sum()
    };
    for (described, columns) in system.described.iter().zip(&columns) {
        let at_r = |&c: &usize| columns.get(c).map_or(EF::ZERO, at_r);
        let values: Vec<EF> = described.message_columns.iter().map(at_r).collect();
        writer.columns(COLUMNS_AT_R, &values, columns.len());
    }
    let weights = weights(system, writer.challenge(ZEROCHECK_LAMBDA));
    let publics: Vec<EF> = publics.iter().map(|&p| p.into()).collect();
    // The values at the nodes, of a pair of rows.
    let line = |chip: usize, weight: EF, pairs: Vec<[EF; 2]>| -> [EF; 3] {
        [F::ZERO, F::NEG_ONE, F::TWO].map(|node| {
            let row: Vec<EF> = pairs.iter().map(|[low, high]| *low + (*high - *low) * node).collect();
            weight * contribution(&system.described[chip], &publics, &weights[chip], &row)
        })
    };
    let send = |writer: &mut Writer, lines: Vec<[EF; 3]>| {
        writer.write(ZEROCHECK_ROUND, &[0, 1, 2].map(|i| lines.iter().map(|t| t[i]).sum()));
        writer.challenge(ZEROCHECK_X)
    };
    let mut rho = Point::default();
    for round in 0..layout.log_chunk {
        let mut lines = Vec::new();
        for (chip, columns) in columns.iter().enumerate() {
            for e in 0..layout.chunks[chip] {
                for (y, weight) in eq_table(&r.row[round + 1..]).into_iter().enumerate() {
                    let half = columns[0][0].len() / 2;
                    let pairs = columns.iter().map(|c| [c[e][y], c[e][y + half]]).collect();
                    lines.push(line(chip, weight * eq(e), pairs));
                }
            }
        }
        let x = send(writer, lines);
        columns.iter_mut().flatten().flatten().for_each(|c| bind(c, x));
        rho.row.push(x);
    }
    let mut chunks = vec![EF::ZERO; layout.slots()];
    let mut columns: Vec<Vec<Vec<EF>>> =
        columns.iter().map(|c| c.iter().map(|c| c.concat()).collect()).collect();
    for (places, columns) in layout.places.iter().zip(&columns) {
        for (&place, column) in places.iter().zip(columns) {
            column.iter().enumerate().for_each(|(e, &v)| chunks[place + e] = v);
        }
    }
    for round in (0..layout.log_chunks()).rev() {
        let pair = |c: &Vec<EF>, e: usize| [2 * e, 2 * e + 1].map(|e| c.get(e).copied().unwrap_or(EF::ZERO));
        let mut lines = Vec::new();
        for (chip, columns) in columns.iter().enumerate() {
            for e in 0..columns.first().map_or(0, Vec::len).div_ceil(2) {
                let pairs = columns.iter().map(|c| pair(c, e)).collect();
                lines.push(line(chip, eq_index(&r.chunk[..round], e), pairs));
            }
        }
        let x = send(writer, lines);
        for column in columns.iter_mut().flatten() {
            let bound = (0..column.len().div_ceil(2)).map(|e| pair(column, e));
            *column = bound.map(|[low, high]| low + x * (high - low)).collect();
        }
        rho.chunk.insert(0, x);
    }
    let mut values = Values::new();
    for (described, columns) in system.described.iter().zip(&columns) {
        values.push((0..described.width()).map(|c| columns.get(c).map_or(EF::ZERO, |c| c[0])).collect());
        writer.columns(ZEROCHECK_COLUMNS, &values[values.len() - 1], columns.len());
    }
    Proved { rho, values, chunks }
}

struct Case {
    system: System,
    layout: Layout,
    tables: Vec<Table>,
    publics: [F; 1],
}

impl Case {
    fn new(log_chunk: usize, rows: [usize; 4]) -> Self {
        let chips: Vec<Box<dyn aver_stark::chip::Chip>> =
            vec![Box::new(Chip::<0>), Box::new(Chip::<1>), Box::new(Chip::<2>), Box::new(Chip::<3>)];
        let system = System::new(chips).unwrap();
        let layout = Layout::new(&system.described, &rows, log_chunk + 2, log_chunk).unwrap();
        let publics = [F::new(77)];
        let tables = rows.map(|rows| table(rows, log_chunk, publics[0])).into();
        Self { system, layout, tables, publics }
    }

    fn prove(&self, prove: Prove, arena: &Arena) -> (Proved, Vec<u8>) {
        let mut writer = Writer::new(Sponge::new("zerocheck"));
        let r = self.point(|label| writer.challenge(label));
        let proved = prove(&mut writer, &self.system, &self.layout, &self.tables, &self.publics, &r, arena);
        (proved, writer.finish())
    }

    fn point(&self, mut draw: impl FnMut(aver_stark::transcript::Challenge<EF>) -> EF) -> Point {
        let mut draw = |count: usize| (0..count).map(|_| draw(ZEROCHECK_X)).collect();
        Point { chunk: draw(self.layout.log_chunks()), row: draw(self.layout.log_chunk) }
    }

    fn verify(&self, proof: &[u8]) -> Result<(Point, Values)> {
        let mut reader = Reader::new(Sponge::new("zerocheck"), proof);
        let r = self.point(|label| reader.challenge(label));
        let mut at_r = Values::new();
        for (described, &chunks) in self.system.described.iter().zip(&self.layout.chunks) {
            at_r.push(reader.read_columns(COLUMNS_AT_R, described.message_columns.len(), &chunks)?);
        }
        verify(&mut reader, &self.system, &self.layout.chunks, &self.publics, &r, &at_r)
    }
}

#[test]
fn proofs_are_those_of_the_specification() {
    let arena = Arena::default();
    // Segments for few chunks to a chip, for more, and for many.
    let mut cases =
        vec![(12, [4097, 4096, 1, 9000]), (10, [1024, 9216, 3073, 5000]), (9, [0, 10_000, 4700, 5])];
    for log_chunk in LOG_LANES..12 {
        let chunk = 1 << log_chunk;
        cases.push((log_chunk, [1, chunk, chunk + 1, 3 * chunk]));
        if log_chunk < 9 {
            cases.push((log_chunk, [0, 9 * chunk - 1, 2 * chunk + 1, 17 * chunk]));
        }
        if log_chunk < 7 {
            cases.push((log_chunk, [3, 0, 41 * chunk, 0]));
            cases.push((log_chunk, [3, 33 * chunk, 0, 1]));
            cases.push((log_chunk, [0, 0, 0, 0]));
        }
    }
    for (log_chunk, rows) in cases {
        let case = Case::new(log_chunk, rows);
        let ((proved, proof), (expected, plain)) = (case.prove(prove, &arena), case.prove(plain, &arena));
        assert!(proof == plain, "chunks of 2^{log_chunk}, {rows:?} rows");
        assert!(proved.chunks == expected.chunks);
        assert_eq!((&proved.rho, &proved.values), (&expected.rho, &expected.values));
        assert_eq!(case.verify(&proof), Ok((proved.rho, proved.values)));
    }
}

#[test]
fn tables_with_a_wrong_cell_are_refused() {
    let arena = Arena::default();
    let (log_chunk, rows) = (6, [64, 200, 65, 321]);
    // Of columns in constraints, and of rows that are only padding.
    for (chip, column, row) in [(1, 5, 70), (2, 4, 0), (2, 7, 64), (2, 7, 127), (3, 8, 200), (3, 6, 320)] {
        let mut case = Case::new(log_chunk, rows);
        case.tables[chip].witness[column][row] += F::new(5);
        for prove in [prove as Prove, plain] {
            assert!(case.verify(&case.prove(prove, &arena).1).is_err(), "{chip} {column} {row}");
        }
    }
}

#[test]
fn challenges_interpolate() {
    let challenge = Challenge::new(EF::from(F::new(5)));
    for degree in 0..NODES {
        let value = |x: F| (0..=degree as u64).map(|i| x.exp_u64(i) * F::new(3)).sum::<F>();
        let nodes = [F::ZERO, F::ONE, F::NEG_ONE, F::TWO].map(|x| EF::from(value(x)));
        assert_eq!(challenge.eval(degree, nodes), EF::from(value(F::new(5))));
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
        let groups = kernels::terms(&a).into_iter().zip(b.chunks(TERMS));
        let dot = |(a, b): (kernels::Terms, &[PF])| {
            let b = std::array::from_fn(|i| b.get(i).copied().unwrap_or(PF::ZERO));
            kernels::dot(&kernels::factors(&a), &b)
        };
        assert_eq!(groups.map(dot).sum::<PEF>(), expected);
    }
    for (count, len) in [(1, 4), (2, 4), (4, 2), (8, 5), (32, 1)] {
        let scalars: Vec<EF> = (0..count).map(ext).collect();
        let column: Vec<PF> = (0..count * len).map(base).collect();
        let mut rows = 0..len;
        Scalars::new(scalars.clone()).bind(&column, len, |y, value| {
            let terms = scalars.iter().enumerate().map(|(u, &w)| PEF::from(w) * column[u * len + y]);
            assert_eq!((Some(y), value), (rows.next(), terms.sum::<PEF>()));
        });
        assert!(rows.is_empty());
    }
}
