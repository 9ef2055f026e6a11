//! Leaves of a run: what they say, and their hints.

use std::ops::Range;

use aver_machine::Systems;
use aver_machine::public::PC_HALT;
use aver_recursion::cell::Cell;
use aver_recursion_prover::witness::of_part;
use aver_stark::field::F;
use aver_stark::hash::{FiatShamir, Node};
use aver_stark::layout::padded_rows;
use aver_stark::params::Params;
use aver_stark::protocol::{SHARED, SHARED_WORK};
use aver_stark::transcript::Reader;
use aver_stark::value::Element;
use aver_stark::verify::{self, Challenge, read_layout};
use aver_tree::cells::{of_ext, of_node, of_value};
use aver_tree::context::{Context, Fixed};
use aver_tree::leaf::{self, Kind};
use aver_tree::part::{Shape, hints, units};
use aver_tree::root::{Run, root_hints};
use aver_tree::{At, Place, Statement, cells};
use aver_verifier::Header;
use aver_verifier::verify::{absorb_run, part_transcript, run_transcript};
use p3_field::PrimeCharacteristicRing;

use crate::Error;

/// A run before it is one proof.
pub struct Leaves<'a> {
    header: &'a Header,
    machine: &'a Systems,
    params: Params,
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
        let refused = |what| Error::Tree(aver_tree::Error::Program { what });
        let params = header.vk.params().map_err(|_| refused("the height"))?;
        let mut transcript = run_transcript();
        absorb_run(&mut transcript, header, &header.vk.digest());
        let shared = {
            let mut reader = Reader::new(&mut transcript, &header.work);
            reader.work(params.hash, SHARED_WORK, params.boundary_work).map_err(aver_tree::Error::from)?;
            reader.challenges(SHARED, Challenge::COUNT)
        };
        let FiatShamir::Poseidon2(sponge) = &transcript else { return Err(refused("the hash")) };
        let end = header.end();
        let context = Context {
            fixed: fixed(header, machine)?,
            status: of_value(&end.status)[0],
            handed_over: digest(&end.digest),
            memory: cells::of_base(header.memory.len() as u32),
            capacity: of_node(&Node(sponge.capacity())),
            shared: shared.iter().map(of_ext).collect(),
        };
        let places = places(header);
        let shared = Challenge::new(shared);
        Ok(Self { header, machine, params, transcript, shared, context, places })
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
        let [before, after] = [parts.start, parts.end].map(|at| self.places.get(at).map(|place| place.digest()));
        Some(Statement { context, before: before?, after: after?, sum, keys: of_node(keys) })
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
        let Header { vk, work, .. } = self.header;
        let fixed = fixed(self.header, self.machine)?;
        let run = Run::new(&vk.digest(), &self.header.end(), vk.entry, fixed, keys);
        let counts = [self.header.memory.len(), self.header.shards.len()].map(|count| count as u32);
        let last = &self.places[self.count()];
        let hints = root_hints(counts, last.link, last.hidden(), F::read(work));
        Ok((run.cells(), hints))
    }
}

/// Fixed columns of shard proofs, and of memory proofs.
fn fixed(header: &Header, machine: &Systems) -> Result<[Fixed; 2], Error> {
    Ok([Fixed::new(&header.vk.shard, &machine.shard)?, Fixed::new(&header.vk.memory, &machine.memory)?])
}

fn digest(bytes: &[u8; 32]) -> [Cell; 4] {
    let cells = of_value(bytes);
    std::array::from_fn(|i| cells[i])
}

/// The places between all parts.
fn places(header: &Header) -> Vec<Place> {
    let mut link = Node::default();
    let mut at = At { index: F::ZERO, pc: F::from_u32(header.vk.entry), key: F::NEG_ONE, messages: F::ZERO };
    let mut places = vec![Place { link: of_node(&link), at: at.cells(), ..Place::default() }];
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
