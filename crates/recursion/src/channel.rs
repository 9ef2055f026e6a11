//! Circuits that verify proofs: the lines of [`aver_stark::verify`], run on wires.
//!
//! The layout of the proof is known when the circuit is made; all that is in the proof are hints. Their order is that of
//! the channel's calls, which `aver_recursion_prover::witness` follows natively.

use alloc::vec::Vec;

use aver_stark::channel::{self, Channel, Number, Opener};
use aver_stark::error::Result;
use aver_stark::field::{D, EF, F, from_coefficients};
use aver_stark::hash::{Hash, Node, domain_cells};
use aver_stark::merkle::{log_cap, log_leaf};
use aver_stark::poseidon2::Domain;
use aver_stark::protocol::Columns;
use aver_stark::transcript::{Challenge, Hint, Message, Positions, Public, Work};
use aver_stark::value::Value;
use p3_field::{PrimeCharacteristicRing, TwoAdicField};

use crate::blake3::circuit as blake3;
use crate::builder::{Builder, Digest, Sponge, Wire};
use crate::count::Count;

impl Number for Wire<'_> {
    fn constant(value: F) -> Self {
        value.into()
    }
    fn twice(self) -> Self {
        self.double()
    }
    fn select(bit: Self, a: Self, b: Self) -> Self {
        match bit.as_constant() {
            Some(bit) if bit == EF::ONE => a,
            Some(bit) if bit == EF::ZERO => b,
            _ => b + bit * (a - b),
        }
    }
}

/// An opened row: its elements in cells, and how many each has.
pub struct Row<'a> {
    cells: Vec<(Wire<'a>, usize)>,
}

/// The prover's messages as hints, and challenges from a Poseidon2 transcript.
pub struct Proof<'a> {
    builder: &'a Builder,
    sponge: Sponge<'a>,
}

impl<'a> Proof<'a> {
    /// With the transcript of `domain`.
    pub fn new(builder: &'a Builder, domain: &str) -> Self {
        let mut sponge = Sponge::new(builder, Domain::Transcript);
        for cell in domain_cells(domain) {
            sponge.absorb(Wire::Constant(from_coefficients(cell)));
        }
        Self { builder, sponge }
    }

    /// With a transcript that goes on from another's [`capacity`](Self::capacity), by absorbing.
    pub fn resume(builder: &'a Builder, capacity: Digest<'a>) -> Self {
        Self { builder, sponge: Sponge::resume(builder, capacity) }
    }

    /// What a transcript goes on from when something has been drawn and the next thing is to absorb.
    pub fn capacity(&self) -> Digest<'a> {
        self.sponge.capacity()
    }

    /// Absorbs a number below 2^`count` as a word; returns its bits.
    pub fn absorb_number(&mut self, number: Wire<'a>, count: usize) -> Vec<Wire<'a>> {
        let bits = self.builder.bits(number)[..count].to_vec();
        let (low, high) = bits.split_at(count.min(16));
        let [low, high] = [low, high].map(|bits| self.builder.number(bits));
        self.builder.assert_equal(low + high * (1 << 16), number);
        let cell = self.builder.pack([low, high, Wire::ZERO, Wire::ZERO, Wire::ZERO]);
        self.absorb_cells(&[cell]);
        bits
    }

    /// Absorbs the layout, which is what [`aver_stark::verify::read_layout`] reads.
    pub fn absorb_layout(&mut self, log_chunk: usize, stacks: &[usize; 3], rows: &[usize]) {
        for number in [log_chunk].iter().chain(stacks).chain(rows) {
            let mut cells = Vec::new();
            (*number as u32).absorbed(&mut cells);
            cells.iter().for_each(|&cell| self.sponge.absorb(Wire::Constant(from_coefficients(cell))));
        }
    }

    /// Absorbs cells.
    pub fn absorb_cells(&mut self, cells: &[Wire<'a>]) {
        cells.iter().for_each(|&cell| self.sponge.absorb(cell));
    }

    /// The nine elements of a digest.
    fn elements(&self, [first, second]: Digest<'a>) -> Vec<Wire<'a>> {
        let mut elements = Vec::from(self.builder.unpack(first));
        elements.extend(&self.builder.unpack(second)[..D - 1]);
        elements
    }

    fn hint(&mut self) -> Wire<'a> {
        let cell = self.builder.hint();
        self.sponge.absorb(cell);
        cell
    }

    /// Demands that the low `bits` bits of a base element are zero.
    fn assert_low_zeros(&self, element: Wire<'a>, bits: usize) {
        self.builder.bits(element)[..bits].iter().for_each(|&bit| self.builder.assert_zero(bit));
    }

    /// A row of `width` elements, the next hints, and its digest.
    fn leaf(&self, hash: Hash, width: usize) -> (Row<'a>, Digest<'a>) {
        if hash != Hash::Poseidon2 {
            let leaf = blake3::leaf(self.builder, width);
            return (Row { cells: leaf.cells.into_iter().zip(blake3::cells(width)).collect() }, leaf.hash);
        }
        let counts = (0..width).step_by(D).map(|at| D.min(width - at));
        let cells: Vec<(Wire<'a>, usize)> = counts.map(|count| (self.builder.hint(), count)).collect();
        for &(cell, count) in cells.iter().filter(|cell| cell.1 < D) {
            self.builder.unpack(cell)[count..].iter().for_each(|&zero| self.builder.assert_zero(zero));
        }
        let digest = self.builder.hash_row(&cells.iter().map(|cell| cell.0).collect::<Vec<_>>());
        (Row { cells }, digest)
    }

    /// The row of a leaf whose number in it has these bits.
    fn row(&self, leaf: Row<'a>, bits: &[Wire<'a>]) -> Row<'a> {
        if bits.is_empty() {
            return leaf;
        }
        let unpacked = leaf.cells.into_iter().flat_map(|(cell, count)| match count {
            1 => Vec::from([cell]),
            _ => Vec::from(&self.builder.unpack(cell)[..count]),
        });
        let half = |row: Vec<Wire<'a>>, &bit: &Wire<'a>| {
            let (low, high) = row.split_at(row.len() / 2);
            low.iter().zip(high).map(|(&low, &high)| self.builder.select(bit, high, low)).collect()
        };
        let row: Vec<Wire<'a>> = bits.iter().rev().fold(unpacked.collect(), half);
        Row { cells: row.into_iter().map(|element| (element, 1)).collect() }
    }
}

impl<'a> Channel for Proof<'a> {
    type B = Wire<'a>;
    type E = Wire<'a>;
    type Count = Count<'a>;

    fn read_one(&mut self, _: Message<EF>) -> Result<Wire<'a>> {
        Ok(self.hint())
    }

    fn read_some<const N: usize>(&mut self, _: Message<[EF; N]>) -> Result<[Wire<'a>; N]> {
        Ok(core::array::from_fn(|_| self.hint()))
    }

    fn read_many(&mut self, _: Message<[EF]>, count: usize) -> Result<Vec<Wire<'a>>> {
        Ok((0..count).map(|_| self.hint()).collect())
    }

    /// Of a chip that has no chunks, hints are no zeros before it is shown that they are, with all other columns.
    fn read_columns(&mut self, columns: Columns, width: usize, chunks: &Count<'a>) -> Result<Vec<Wire<'a>>> {
        if !channel::Count::is_zero(chunks) {
            return self.read_many(columns.there, width);
        }
        self.absorb_cells(&alloc::vec![Wire::ZERO; width]);
        Ok(alloc::vec![Wire::ZERO; width])
    }

    fn check_work(&mut self, _: Hash, _: Work, bits: usize) -> Result<()> {
        if bits == 0 {
            return Ok(());
        }
        let seed = [self.sponge.squeeze(), self.sponge.squeeze()];
        let nonce = self.hint();
        let [a, b, c, d, _] = self.builder.unpack(seed[1]);
        let second = self.builder.pack([a, b, c, d, nonce]);
        let tag = from_coefficients([F::ZERO, F::ZERO, F::ZERO, F::new(Domain::Node as u32), F::ZERO]);
        let state = [seed[0], second, Wire::ZERO, Wire::ZERO, Wire::Constant(tag)];
        let (state, _) = self.builder.permute(state, 0);
        self.assert_low_zeros(self.builder.unpack(state[0])[0], bits);
        Ok(())
    }

    fn draw(&mut self, _: Challenge<EF>) -> Wire<'a> {
        self.sponge.squeeze()
    }

    fn check_equal(&mut self, _: &'static str, a: Wire<'a>, b: Wire<'a>) -> Result<()> {
        self.builder.assert_equal(a, b);
        Ok(())
    }

    fn inverse(&mut self, _: &'static str, x: Wire<'a>) -> Result<Wire<'a>> {
        Ok(self.builder.inverse(x))
    }
}

impl<'a> Opener for Proof<'a> {
    type Digest = Digest<'a>;
    /// Its bits, lowest first.
    type Position = Vec<Wire<'a>>;
    type Row = Row<'a>;

    fn absorb(&mut self, _: Public<[F]>, values: &[Wire<'a>]) {
        let cells = self.builder.pack_all(values);
        self.absorb_cells(&cells);
    }

    fn absorb_root(&mut self, _: Public<Option<Node>>, root: Option<&Digest<'a>>) {
        let cells = match root {
            None => Vec::from([Wire::ZERO]),
            Some(&root) => {
                let mut elements = Vec::from([Wire::ONE]);
                elements.extend(self.elements(root));
                self.builder.pack_all(&elements)
            }
        };
        self.absorb_cells(&cells);
    }

    /// That its last lane is zero follows where it is compared with what a node comes to.
    fn read_root(&mut self, _: Message<Node>) -> Result<Digest<'a>> {
        Ok([self.hint(), self.hint()])
    }

    fn draw_positions(&mut self, _: Challenge<Positions>, bits: usize, count: usize) -> Vec<Vec<Wire<'a>>> {
        let cells: Vec<Wire<'a>> = (0..count.div_ceil(D)).map(|_| self.sponge.squeeze()).collect();
        let elements = cells.into_iter().flat_map(|cell| self.builder.unpack(cell));
        elements.take(count).map(|element| Vec::from(&self.builder.bits(element)[..bits])).collect()
    }

    fn root_of_unity(&mut self, position: &Vec<Wire<'a>>, bits: usize) -> Wire<'a> {
        // The lowest bit of an index is the highest of the exponent.
        let generator = F::two_adic_generator(bits);
        let factor =
            |(i, &bit): (usize, &Wire<'a>)| bit * (generator.exp_power_of_2(bits - 1 - i) - F::ONE) + F::ONE;
        position.iter().enumerate().map(factor).product()
    }

    fn open(
        &mut self,
        hash: Hash,
        _: Hint<F>,
        root: &Digest<'a>,
        bits: usize,
        width: usize,
        positions: &[Vec<Wire<'a>>],
    ) -> Result<Vec<Row<'a>>> {
        let log_leaf = log_leaf(hash, bits, width);
        let log_cap = log_cap(bits - log_leaf, positions.len());
        let cap: Vec<Digest<'a>> =
            (0..1 << log_cap).map(|_| [self.builder.hint(), self.builder.hint()]).collect();
        let entries = self.builder.entries(&cap);
        let mut level = cap;
        while level.len() > 1 {
            let (pairs, _) = level.as_chunks();
            level = pairs.iter().map(|&[left, right]| self.builder.compress(left, right)).collect();
        }
        level.iter().flatten().zip(root).for_each(|(&a, &b)| self.builder.assert_equal(a, b));
        let mut rows = Vec::with_capacity(positions.len());
        for position in positions {
            let (row, path) = position.split_at(log_leaf);
            let (leaf, mut digest) = self.leaf(hash, width << log_leaf);
            let (below, index) = path.split_at(path.len() - log_cap);
            for &bit in below {
                digest = self.builder.node(digest, bit);
            }
            let weighted = |(i, &bit): (usize, &Wire<'a>)| bit * F::from_u32(1 << i);
            self.builder.look_up(entries, index.iter().enumerate().map(weighted).sum(), digest);
            rows.push(self.row(leaf, row));
        }
        Ok(rows)
    }

    fn combine_base(&mut self, row: &Row<'a>, weights: &[Wire<'a>]) -> Wire<'a> {
        let (mut sum, mut rest) = (Wire::ZERO, weights);
        for &(cell, count) in &row.cells {
            let (own, others) = rest.split_at(count.min(rest.len()));
            rest = others;
            sum = match own {
                [weight] => sum + cell * *weight,
                _ => {
                    let weight = |i: usize| own.get(i).copied().unwrap_or(Wire::ZERO);
                    self.builder.dot(sum, cell, core::array::from_fn(weight))
                }
            };
        }
        sum
    }

    /// An element of E is Σ v_k X^k, so its coefficients have its weight times X^k.
    fn combine_ext(&mut self, row: &Row<'a>, weights: &[Wire<'a>]) -> Wire<'a> {
        let power = |k: usize| from_coefficients(core::array::from_fn(|i| F::from_bool(i == k)));
        let weights: Vec<Wire<'a>> =
            weights.iter().flat_map(|&w| (0..D).map(move |k| w * power(k))).collect();
        self.combine_base(row, &weights)
    }
}
