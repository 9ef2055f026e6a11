//! Every word of a compression follows from the words before it. For each word that has columns, one of its
//! bits is flipped and all that comes after is computed as it then should be, up to the hash value: of all
//! constraints, only the one that closes the flipped half must object, so none can be missing.

mod common;

use std::collections::{BTreeMap, HashMap};

use aver_sha256::chip::columns::DIGIT_VALUES;
use aver_stark::field::{F, f};
use aver_stark::symbolic::{Description, Node};
use common::{step, system, table};
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// A half of a word and the constraint that closes it: sum + carry in = out + 2^16 carry.
struct Half {
    /// Name of the word, or of the sum that becomes a word of the hash value.
    word: String,
    constraint: usize,
    is_high: bool,
    /// Columns of out with their weights: bits, or a limb.
    out: Vec<(usize, u32)>,
    /// Columns of the carry's digits.
    carry: Vec<usize>,
    /// Where the carry has no columns, those of the two numbers that are added, with their weights.
    added: Vec<(usize, u32)>,
}

struct Chip {
    description: Description,
    halves: Vec<Half>,
    /// Nodes each constraint is made of, operands first.
    parts: HashMap<usize, Vec<u32>>,
}

impl Chip {
    fn new() -> Self {
        let system = system();
        let description = system.described[0].description.clone();
        let columns: HashMap<String, usize> =
            description.columns.witness.iter().enumerate().map(|(i, name)| (name.clone(), i)).collect();
        let mut labels: BTreeMap<&str, std::vec::IntoIter<usize>> = BTreeMap::new();
        for label in ["sha256/4", "sha256/5", "sha256/6", "sha256/7"] {
            let all = description.constraints.iter().enumerate().filter(|(_, c)| c.label == label);
            labels.insert(label, all.map(|(i, _)| i).collect::<Vec<_>>().into_iter());
        }
        let mut halves = Vec::new();
        let mut close = |label: &str,
                         word: &str,
                         out: &dyn Fn(usize) -> Vec<(usize, u32)>,
                         added: &[(usize, u32)]| {
            for (half, name) in ["low", "high"].into_iter().enumerate() {
                let digits = (0..).map_while(|i| columns.get(&format!("{word}.{name}_carry{i}")).copied());
                halves.push(Half {
                    word: word.into(),
                    constraint: labels.get_mut(label).and_then(Iterator::next).expect("a sum for each half"),
                    out: out(half),
                    is_high: half == 1,
                    carry: digits.collect(),
                    added: added.to_vec(),
                });
            }
        };
        let bits = |word: &str, half: usize| -> Vec<(usize, u32)> {
            (0..16).map(|i| (columns[&format!("{word}.bit{}", 16 * half + i)], 1 << i)).collect()
        };
        for t in 0..64 {
            for (letter, label, rounds) in
                [("w", "sha256/4", 16..62), ("e", "sha256/5", 0..63), ("a", "sha256/6", 0..63)]
            {
                let word = format!("{letter}{t}");
                if rounds.contains(&t) {
                    close(label, &word, &|half| bits(&word, half), &[]);
                }
            }
        }
        // H_{4+i} + e_{63−i} and H_i + a_{63−i}, the words of the hash value after.
        for i in 0..4 {
            for (word, number) in [(format!("e{}", 63 - i), 4 + i), (format!("a{}", 63 - i), i)] {
                let limb = |name: String| columns.get(&name).copied();
                let out = |half: usize| {
                    let name = format!("new{}{}", number / 2, 2 * (number % 2) + half);
                    vec![(limb(name).expect("a limb"), 1)]
                };
                if i == 0 {
                    close("sha256/7", &word, &out, &[]);
                    continue;
                }
                let mut added = Vec::new();
                for (half, unit) in [(0, 1), (1, 1 << 16)] {
                    let name = format!("state{}.l{}", number / 2, 2 * (number % 2) + half);
                    added.push((limb(name).expect("a limb"), unit));
                    added.extend(bits(&word, half).into_iter().map(|(bit, weight)| (bit, weight * unit)));
                }
                close("sha256/7", &format!("H{number}"), &out, &added);
            }
        }
        assert!(labels.values_mut().all(|rest| rest.next().is_none()), "sums that belong to no word");
        let parts =
            halves.iter().map(|half| (half.constraint, parts(&description, half.constraint))).collect();
        Self { description, halves, parts }
    }

    /// What a constraint comes to.
    fn value(&self, constraint: usize, row: &[F], values: &mut [F]) -> F {
        self.parts[&constraint]
            .iter()
            .for_each(|&n| values[n as usize] = node(&self.description, n, row, values));
        values[self.description.constraints[constraint].node as usize]
    }

    /// Makes the half what its sum is.
    fn settle(&self, half: &Half, row: &mut [F], values: &mut [F]) {
        let set = |row: &mut [F], total: u32| {
            let out = total & 0xFFFF;
            match half.out[..] {
                [(limb, _)] => row[limb] = f(out),
                _ => half.out.iter().for_each(|&(bit, weight)| row[bit] = f(u32::from(out & weight != 0))),
            }
            let mut carry = total >> 16;
            for &digit in &half.carry {
                row[digit] = f(carry % DIGIT_VALUES);
                carry /= DIGIT_VALUES;
            }
        };
        if half.added.is_empty() {
            set(row, 0);
            set(row, self.value(half.constraint, row, values).as_canonical_u32());
        } else {
            let terms = half.added.iter().map(|&(column, weight)| row[column].as_canonical_u32() * weight);
            let sum = terms.fold(0, u32::wrapping_add);
            set(row, if half.is_high { sum >> 16 } else { sum & 0xFFFF });
        }
    }

    /// The constraints a row breaks.
    fn broken(&self, row: &[F]) -> Vec<usize> {
        let mut values = vec![F::ZERO; self.description.nodes.len()];
        for n in 0..self.description.nodes.len() {
            values[n] = node(&self.description, n as u32, row, &values);
        }
        let constraints = self.description.constraints.iter().enumerate();
        constraints.filter(|(_, c)| values[c.node as usize] != F::ZERO).map(|(i, _)| i).collect()
    }
}

fn node(d: &Description, n: u32, row: &[F], values: &[F]) -> F {
    let v = |i: u32| values[i as usize];
    match d.nodes[n as usize] {
        Node::Constant(c) => c,
        Node::Column(i) => row[i as usize],
        Node::Public(_) => F::ZERO,
        Node::Add(a, b) => v(a) + v(b),
        Node::Sub(a, b) => v(a) - v(b),
        Node::Mul(a, b) => v(a) * v(b),
    }
}

fn parts(d: &Description, constraint: usize) -> Vec<u32> {
    let (mut seen, mut open) = (std::collections::BTreeSet::new(), vec![d.constraints[constraint].node]);
    while let Some(n) = open.pop() {
        if seen.insert(n)
            && let Node::Add(a, b) | Node::Sub(a, b) | Node::Mul(a, b) = d.nodes[n as usize]
        {
            open.extend([a, b]);
        }
    }
    seen.into_iter().collect()
}

#[test]
fn each_word_follows_from_those_before() {
    let chip = Chip::new();
    let mut rng = StdRng::seed_from_u64(6);
    let step = step(rng.random(), std::array::from_fn(|_| rng.random()));
    let honest = table(&Default::default(), &[&step]).row(0);
    assert_eq!(chip.broken(&honest), []);
    let mut values = vec![F::ZERO; chip.description.nodes.len()];
    // Computing it again changes nothing.
    let mut again = honest.clone();
    chip.halves.iter().for_each(|half| chip.settle(half, &mut again, &mut values));
    assert!(again == honest);
    for (at, half) in chip.halves.iter().enumerate() {
        let mut row = honest.clone();
        let (column, _) = half.out[rng.random_range(0..half.out.len())];
        row[column] = f(row[column].as_canonical_u32() ^ 1);
        chip.halves[at + 1..].iter().for_each(|half| chip.settle(half, &mut row, &mut values));
        let mut broken = chip.broken(&row);
        // A carry without columns is in the other half's constraint too.
        if !half.added.is_empty() {
            broken.retain(|&c| c != half.constraint + 1 || half.is_high);
        }
        assert_eq!(broken, [half.constraint], "{}", half.word);
    }
}
