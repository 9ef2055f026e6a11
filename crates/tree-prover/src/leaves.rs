//! Leaves of a run: what they say, and their hints.

use std::ops::Range;

use aver_machine::Systems;
use aver_machine::public::PC_HALT;
use aver_recursion::cell::Cell;
use aver_recursion_prover::proof;
use aver_recursion_prover::witness::of_part;
use aver_stark::field::{D, F};
use aver_stark::hash::{FiatShamir, Node};
use aver_stark::layout::padded_rows;
use aver_stark::params::Params;
use aver_stark::transcript::Reader;
use aver_stark::verify::{self, Challenge, read_layout};
use aver_stark_prover::masks::{Fresh, Masks};
use aver_tree::cells::{of_ext, of_node};
use aver_tree::context::Context;
use aver_tree::leaf::{self, Kind};
use aver_tree::part::{Shape, hints, units};
use aver_tree::{Place, Statement};
use aver_verifier::Header;
use aver_verifier::verify::part_transcript;
use p3_field::PrimeCharacteristicRing;

use crate::Error;
use crate::outline::{Drawn, Outline, first, start};

/// A run before it is one proof.
pub struct Leaves<'a> {
    header: &'a Header,
    machine: &'a Systems,
    params: Params,
    outline: Outline<'a>,
    /// After the shared challenge.
    transcript: FiatShamir,
    shared: Challenge,
    context: Context,
    /// Between its parts.
    places: Vec<Place>,
}

/// A leaf to be: its shape, what it says, and its hints.
pub struct Leaf {
    /// Which circuit it is of.
    pub shape: Shape,
    /// What it says.
    pub statement: Statement,
    /// The context's cells, with which its circuit's hints start.
    pub context: Vec<Cell>,
    /// The hints that are its own.
    pub hints: Vec<Cell>,
}

impl<'a> Leaves<'a> {
    /// Of the run with this header, whose proofs are yet to come.
    pub fn new(header: &'a Header, machine: &'a Systems) -> Result<Self, Error> {
        let outline = Outline::from(header);
        let Drawn { transcript, shared, context } = outline.draw(machine)?;
        let params = header.vk.params().map_err(aver_tree::Error::from)?;
        Ok(Self { header, machine, params, outline, transcript, shared, context, places: places(header) })
    }

    /// The cells of the context, which the hints of leaves start with.
    pub fn context(&self) -> Vec<Cell> {
        self.context.cells()
    }

    /// Number of parts.
    pub fn count(&self) -> usize {
        self.header.memory.len() + self.header.shards.len()
    }

    /// What part `index` is; none beyond the last.
    pub fn kind(&self, index: usize) -> Option<Kind> {
        (index < self.count()).then(|| match index.checked_sub(self.header.memory.len()) {
            None => Kind::Memory,
            Some(shard) if self.header.shard_publics(shard).end == PC_HALT => Kind::Last,
            Some(_) => Kind::Shard,
        })
    }

    /// The shape of the proof of part `index`.
    pub fn shape(&self, index: usize, proof: &[u8]) -> Result<Shape, Error> {
        let transcript = part_transcript(&self.transcript, index);
        self.with_statement(index, |kind, statement| {
            let (_, layout) = read_layout(&mut Reader::new(transcript, proof), statement)?;
            Ok(Shape { kind, log_chunk: statement.log_chunk, stacks: layout.widths })
        })
    }

    /// The leaf of the proof of part `index`, which is verified. `keys` is the tree's.
    pub fn leaf(&self, index: usize, proof: &[u8], keys: &Node) -> Result<Leaf, Error> {
        let shape = self.shape(index, proof)?;
        let transcript = part_transcript(&self.transcript, index);
        let (noted, sum) =
            self.with_statement(index, |_, statement| of_part(transcript, statement, proof))?;
        let part = self.header.parts().nth(index).ok_or(Error::Few)?;
        let before = leaf::hints(&self.places[index]);
        let hints = [before, hints(&part, shape.kind == Kind::Last), noted].concat();
        let statement = self.statement(&(index..index + 1), of_ext(&sum), keys).ok_or(Error::Few)?;
        Ok(Leaf { shape, statement, context: self.context(), hints })
    }

    /// What a node over these parts says, if their sum is `sum`.
    pub fn statement(&self, parts: &Range<usize>, sum: Cell, keys: &Node) -> Option<Statement> {
        let context = of_node(&self.context.digest());
        let [before, after] =
            [parts.start, parts.end].map(|at| self.places.get(at).map(|place| place.digest()));
        Some(Statement { context, before: before?, after: after?, sum, keys: of_node(keys) })
    }

    /// The places between its parts, each with a mask and a salt of its own. Of the first there is nothing to hide; the masks of the
    /// first and of the last are zero, so that those between cancel.
    pub fn hidden_places(&self) -> Result<Vec<Place>, Error> {
        let mut places = self.places.clone();
        let mut drawn = vec![F::ZERO; 3 * D * places.len()];
        Fresh::new().map_err(proof::Error::from)?.fill(0, &mut drawn);
        let (cells, _) = drawn.as_chunks::<D>();
        let (drawn, _) = cells.as_chunks::<3>();
        let last = places.len() - 1;
        for (i, (place, &[mask, salt @ ..])) in places.iter_mut().zip(drawn).enumerate().skip(1) {
            place.salt = salt;
            if i < last {
                place.mask = mask;
            }
        }
        Ok(places)
    }

    /// What is to be verified of part `index`.
    fn with_statement<T>(
        &self,
        index: usize,
        then: impl FnOnce(Kind, &verify::Statement<'_>) -> aver_stark::error::Result<T>,
    ) -> Result<T, Error> {
        let Self { header, machine, params, shared, .. } = self;
        let part = header.parts().nth(index).ok_or(Error::Few)?;
        let (kind, publics, messages) = match index.checked_sub(header.memory.len()) {
            None => {
                let publics = header.memory_publics(index);
                (Kind::Memory, publics.values(), publics.messages())
            }
            Some(shard) => {
                let publics = header.shard_publics(shard);
                let kind = if publics.end == PC_HALT { Kind::Last } else { Kind::Shard };
                (kind, publics.values(), publics.messages())
            }
        };
        let is_memory = kind == Kind::Memory;
        let statement = verify::Statement {
            system: if is_memory { &machine.memory } else { &machine.shard },
            params,
            log_chunk: part.log_chunk,
            fixed: if is_memory { &header.vk.memory } else { &header.vk.shard },
            boundary: part.boundary,
            publics: &publics,
            messages: &messages,
            shared,
        };
        Ok(then(kind, &statement).map_err(aver_tree::Error::from)?)
    }

    /// What the root says, and its own hints.
    pub fn root(&self, keys: &Node) -> Result<(Vec<Cell>, Vec<Cell>), Error> {
        self.outline.root(self.machine, self.places[self.count()].hidden(), keys)
    }
}

/// The places between all parts.
fn places(header: &Header) -> Vec<Place> {
    let (mut link, mut at) = (Node::default(), start(&header.vk));
    let mut places = vec![first(&header.vk)];
    for part in header.parts() {
        link = part.link(&link);
        let chunks = |&rows: &usize| padded_rows(rows, part.log_chunk) >> part.log_chunk;
        let chunks: usize = part.boundary.rows.iter().map(chunks).sum();
        at.messages += F::from_usize(units(chunks, part.log_chunk));
        at.index += F::ONE;
        match part.is_shard {
            true => at.pc = F::from_u32(part.numbers[1]),
            false => at.key = F::from_u32(part.numbers[0]),
        }
        places.push(Place { link: of_node(&link), at: at.cells(), ..Place::default() });
    }
    places
}
