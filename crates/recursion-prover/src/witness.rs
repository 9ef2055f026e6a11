//! The hints of a circuit that verifies a proof: a native run of the same verifier, which notes what it reads.

use std::collections::BTreeMap;

use aver_recursion::blake3::circuit as blake3;
use aver_recursion::cell::{Cell, of_base, of_ext, of_node};
use aver_stark::air::Group;
use aver_stark::channel::{Channel, Opener};
use aver_stark::error::{Error, Result};
use aver_stark::field::{D, EF, F};
use aver_stark::hash::{Hash, Node};
use aver_stark::merkle::{distinct, hash_leaf, log_cap, log_leaf, read_sibling, row_of};
use aver_stark::protocol::Columns;
use aver_stark::transcript::{Challenge, Hint, Message, Positions, Public, Reader, Transcript, Work};
use aver_stark::verify::{Statement, read_layout, verify_facts};
use p3_field::PrimeCharacteristicRing;

/// Reads a proof as [`aver_recursion::channel::Proof`] does, in the same order.
pub struct Witness<'a> {
    /// The proof.
    pub reader: Reader<'a>,
    /// What has been read.
    pub hints: Vec<Cell>,
    /// Whether the circuit does not know which chips have rows.
    pub notes_all: bool,
}

/// The hints of [`verify_part`](aver_recursion::part::verify_part) for a proof in the context of what `transcript` has
/// absorbed, the index of the part among it; and the proof's sum.
pub fn of_part(
    transcript: impl Transcript,
    statement: &Statement<'_>,
    proof: &[u8],
) -> Result<(Vec<Cell>, EF)> {
    let mut reader = Reader::new(transcript, proof);
    let (rows, layout) = read_layout(&mut reader, statement)?;
    let mut witness = Witness { notes_all: true, ..Witness::new(reader) };
    let chips = statement.system.described.iter().zip(rows);
    for (_, rows) in chips.filter(|(d, _)| d.widths[..Group::Witness as usize] == [0, 0]) {
        witness.hints.push(of_base(rows as u32));
    }
    let sum = verify_facts(&mut witness, &statement.facts(&layout))?;
    witness.reader.finish()?;
    Ok((witness.hints, sum))
}

impl<'a> Witness<'a> {
    /// From where `reader` is.
    pub fn new(reader: Reader<'a>) -> Self {
        Self { reader, hints: Vec::new(), notes_all: false }
    }

    /// A row, in the cells its hash takes.
    fn note_row(&mut self, hash: Hash, row: &[F]) {
        let mut rest = row;
        let mut note = |count: usize| {
            let (own, others) = rest.split_at(count);
            rest = others;
            self.hints.push(core::array::from_fn(|i| own.get(i).copied().unwrap_or(F::ZERO)));
        };
        if hash == Hash::Poseidon2 {
            (0..row.len()).step_by(D).for_each(|at| note(D.min(row.len() - at)));
        } else {
            blake3::cells(row.len()).for_each(note);
        }
    }
}

impl Channel for Witness<'_> {
    type B = F;
    type E = EF;
    type Count = usize;

    fn read_one(&mut self, message: Message<EF>) -> Result<EF> {
        let value = self.reader.read_one(message)?;
        self.hints.push(of_ext(&value));
        Ok(value)
    }
    fn read_some<const N: usize>(&mut self, message: Message<[EF; N]>) -> Result<[EF; N]> {
        let values = self.reader.read_some(message)?;
        self.hints.extend(values.iter().map(of_ext));
        Ok(values)
    }
    fn read_many(&mut self, message: Message<[EF]>, count: usize) -> Result<Vec<EF>> {
        let values = self.reader.read_many(message, count)?;
        self.hints.extend(values.iter().map(of_ext));
        Ok(values)
    }
    fn read_columns(&mut self, columns: Columns, width: usize, chunks: &usize) -> Result<Vec<EF>> {
        let values = self.reader.read_columns(columns, width, chunks)?;
        if *chunks > 0 || self.notes_all {
            self.hints.extend(values.iter().map(of_ext));
        }
        Ok(values)
    }
    fn check_work(&mut self, hash: Hash, work: Work, bits: usize) -> Result<()> {
        if bits == 0 {
            return Ok(());
        }
        let nonce = self.reader.nonce(hash, work, bits)?;
        self.hints.push(of_ext(&EF::from(nonce)));
        Ok(())
    }
    fn draw(&mut self, challenge: Challenge<EF>) -> EF {
        self.reader.draw(challenge)
    }
    fn check_equal(&mut self, label: &'static str, a: EF, b: EF) -> Result<()> {
        self.reader.check_equal(label, a, b)
    }
    fn inverse(&mut self, label: &'static str, x: EF) -> Result<EF> {
        self.reader.inverse(label, x)
    }
}

impl Opener for Witness<'_> {
    type Digest = Node;
    type Position = usize;
    type Row = Vec<F>;

    fn absorb(&mut self, public: Public<[F]>, values: &[F]) {
        self.reader.absorb(public, values);
    }
    fn absorb_root(&mut self, public: Public<Option<Node>>, root: Option<&Node>) {
        self.reader.absorb_root(public, root);
    }
    fn read_root(&mut self, message: Message<Node>) -> Result<Node> {
        let root = self.reader.read_root(message)?;
        self.hints.extend(of_node(&root));
        Ok(root)
    }
    fn draw_positions(&mut self, challenge: Challenge<Positions>, bits: usize, count: usize) -> Vec<usize> {
        self.reader.draw_positions(challenge, bits, count)
    }
    fn root_of_unity(&mut self, position: &usize, bits: usize) -> F {
        self.reader.root_of_unity(position, bits)
    }
    /// Notes the cap, then for each position the whole path up to it, where the proof has each node once.
    fn open(
        &mut self,
        hash: Hash,
        hint: Hint<F>,
        root: &Node,
        bits: usize,
        width: usize,
        positions: &[usize],
    ) -> Result<Vec<Vec<F>>> {
        let refused = || Error::Merkle { label: hint.step().label };
        let log_leaf = log_leaf(hash, bits, width);
        let mut leaves = BTreeMap::new();
        for index in distinct(positions.iter().map(|i| i >> log_leaf)) {
            leaves.insert(index, self.reader.hints(hint, width << log_leaf)?);
        }
        let mut levels: Vec<BTreeMap<usize, Node>> =
            vec![leaves.iter().map(|(&index, leaf)| (index, hash_leaf(hash, leaf))).collect()];
        let log_cap = log_cap(bits - log_leaf, positions.len());
        let top = bits - log_leaf - log_cap;
        for level in 0..top {
            let mut parents = BTreeMap::new();
            let known: Vec<usize> = levels[level].keys().copied().collect();
            for index in known {
                let (left, right) = (index & !1, index | 1);
                if parents.contains_key(&(index / 2)) {
                    continue;
                }
                if let Some(missing) = [left, right].into_iter().find(|i| !levels[level].contains_key(i)) {
                    let sibling = read_sibling(&mut self.reader, hash)?;
                    levels[level].insert(missing, sibling);
                }
                let nodes = &levels[level];
                parents.insert(index / 2, hash.compress(&nodes[&left], &nodes[&right]));
            }
            levels.push(parents);
        }
        let mut cap = Vec::with_capacity(1 << log_cap);
        for index in 0..1 << log_cap {
            let known = levels[top].get(&index).copied();
            let node = known.map_or_else(|| read_sibling(&mut self.reader, hash), Ok)?;
            self.hints.extend(of_node(&node));
            cap.push(node);
        }
        while cap.len() > 1 {
            cap = hash.compress_all(cap.as_chunks().0);
        }
        if cap != [*root] {
            return Err(refused());
        }
        let mut opened = Vec::with_capacity(positions.len());
        for &position in positions {
            let index = position >> log_leaf;
            let leaf = leaves.get(&index).ok_or_else(refused)?;
            self.note_row(hash, leaf);
            for (level, nodes) in levels[..top].iter().enumerate() {
                let sibling = nodes.get(&((index >> level) ^ 1)).ok_or_else(refused)?;
                self.hints.extend(of_node(sibling));
            }
            opened.push(row_of(leaf, position, log_leaf).to_vec());
        }
        Ok(opened)
    }
    fn combine_base(&mut self, row: &Vec<F>, weights: &[EF]) -> EF {
        self.reader.combine_base(row, weights)
    }
    fn combine_ext(&mut self, row: &Vec<F>, weights: &[EF]) -> EF {
        self.reader.combine_ext(row, weights)
    }
}
