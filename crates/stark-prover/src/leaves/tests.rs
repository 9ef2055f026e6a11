use aver_stark::air::{Air, Builder, Expr};
use aver_stark::hash::Sponge;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use super::*;
use crate::gkr::unpack;

const LOCAL: Bus = Bus::local(1, 2, "local");
const SHARED: Bus = Bus::shared(2, 3, "shared");

/// A chip of so many messages, no two alike. Their multiplicities have coefficients 1, −1 and others.
struct Chip(u32);

impl Air for Chip {
    fn name(&self) -> &str {
        "chip"
    }
    fn columns(&self) -> aver_stark::air::Columns {
        let boundary = (0..4).map(|i| i.to_string()).collect();
        aver_stark::air::Columns { boundary, ..Default::default() }
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let c: [B::E; 4] = [0, 1, 2, 3].map(|i| b.row()[i]);
        let public = b.public(0);
        for number in 0..self.0 {
            let i = B::E::constant(F::new(number));
            match number % 3 {
                0 => b.send(LOCAL, c[0], &[c[1] + i, c[2] + c[1] * 3]),
                1 => b.receive(SHARED, c[1] - c[3], &[i, public + c[0], c[2] + c[3] - public * 2 - 7]),
                _ => b.receive(LOCAL, c[2] * 2, &[c[3] + i, i]),
            }
        }
    }
}

/// Leaves stand where the layout says and are what chips say, whatever the chunks; there are no others.
#[test]
fn leaves_are_those_of_the_layout() {
    let mut rng = SmallRng::seed_from_u64(1);
    let mut base = || F::new(rng.random_range(0..aver_stark::field::P));
    let chips = [(3, 5 * LANES), (0, LANES), (1, 0), (32, 1), (70, 4 * LANES + 1), (2, 8 * LANES)];
    let system = System::new(chips.map(|(messages, _)| Box::new(Chip(messages)) as _).into()).unwrap();
    let publics = [base()];
    let mut sponge = Sponge::new("leaves");
    let mut draw = |_| Challenge::new((0..Challenge::COUNT).map(|_| sponge.challenge("x")).collect());
    let [local, shared] = [0, 1].map(&mut draw);
    let challenges = Challenges { local: &local, shared: &shared };
    for log_chunk in (LANES.trailing_zeros() as usize..).take(4) {
        let tables = chips.map(|(_, rows)| {
            let boundary = (0..4).map(|_| (0..rows).map(|_| base()).collect()).collect();
            let mut table = Table { rows, boundary, ..Table::default() };
            table.pad(log_chunk);
            table
        });
        let layout = Layout::new(&system.described, &chips.map(|c| c.1), 12, log_chunk).unwrap();
        let leaves = Columns::new(&system, &layout, &tables, &publics, challenges);
        let mut expected = Vec::new();
        for (chip, table) in tables.iter().enumerate() {
            for (number, message) in system.described[chip].description.interactions.iter().enumerate() {
                let (bundle, slot) = layout.message(chip, number);
                for chunk in 0..layout.chunks[chip] {
                    let place = (((bundle << layout.log_chunks()) + chunk) << LOG_BUNDLE) + slot;
                    let rows = chunk << log_chunk..(chunk + 1) << log_chunk;
                    let leaf = |row| leaf(message, table, row, &publics, challenges);
                    expected.push((place, rows.map(leaf).collect::<Vec<_>>()));
                }
            }
        }
        expected.sort_by_key(|e| e.0);
        assert_eq!(leaves.places(), expected.iter().map(|e| e.0).collect::<Vec<_>>());
        for (index, (place, expected)) in expected.iter().enumerate() {
            for len in (0..).map(|i| LANES << i).take_while(|&len| len <= 1 << log_chunk) {
                let found =
                    (0..1 << log_chunk).step_by(len).flat_map(|first| filled(&leaves, index, first, len));
                assert_eq!(&found.collect::<Vec<_>>(), expected, "place {place}, {len} rows at a time");
            }
        }
    }
}

/// By the definition.
fn leaf(message: &Interaction, table: &Table, row: usize, publics: &[F], by: Challenges<'_>) -> (F, EF) {
    let form = |form: &Affine| {
        let terms = form.columns.iter().map(|&(i, c)| table.column(i)[row] * c);
        constant(form, publics) + terms.sum::<F>()
    };
    let values: Vec<EF> = message.values.iter().map(|v| form(v).into()).collect();
    (form(&message.multiplicity), by.of(message.bus).compress(message.bus, &values))
}

fn filled(leaves: &Columns<'_>, index: usize, first: usize, len: usize) -> Vec<(F, EF)> {
    let (mut m, mut d) = (vec![PF::ZERO; len / LANES], vec![ext::ZERO; len / LANES]);
    leaves.fill(index, first, &mut m, &mut d);
    let d = d.iter().flat_map(|d| unpack(&[ext::to_packed(d)]));
    PF::unpack_slice(&m).iter().copied().zip(d).collect()
}
