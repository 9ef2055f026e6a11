//! Runs of nothing: parts say where they start and end, and what their sum is, and nothing is behind it. All else is as
//! it is for programs.

use aver_machine::public::PC_HALT;
use aver_recursion::cell::Cell;
use aver_recursion::{Builder, Circuit, Wire};
use aver_stark::field::{EF, F, coefficients};
use aver_stark::hash::{FiatShamir, Hash, Node as Digest};
use aver_stark::params::{Params, Profile};
use aver_stark::poseidon2::{compress, hash_row};
use aver_stark::protocol::{RUN, SHARED};
use aver_stark::transcript::Transcript;
use aver_stark::verify::Challenge;
use aver_stark_prover::stages::Stages;
use aver_tree::cells::of_node;
use aver_tree::circuits::{Circuits, Codes, Machines, Runs};
use aver_tree::context::{Context, Fixed};
use aver_tree::keys::Kind;
use aver_tree::leaf::{self, Proved, hints, leaf, pair};
use aver_tree::root::{Run, root_hints};
use aver_tree::statement::split_hints;
use aver_tree::{At, Code, Error, Place, Statement};
use aver_tree_prover::{Fold, Node, Tree};
use aver_verifier::claim::End;
use p3_field::PrimeCharacteristicRing;

/// Cells of the rows of fixed columns.
pub const ROWS: [usize; 2] = [1, 1];

pub fn cell_of(value: EF) -> Cell {
    std::array::from_fn(|i| coefficients(&value)[i])
}

pub fn base(value: F) -> Cell {
    [value, F::ZERO, F::ZERO, F::ZERO, F::ZERO]
}

/// A part that says where it ends, and its sum.
fn says<'a>(b: &'a Builder, at: &At<Wire<'a>>) -> Result<Proved<'a>, Error> {
    let (pc, key, sum) = (b.hint(), b.hint(), b.hint());
    let row = Vec::from([b.pack([at.pc, pc, at.key, key, at.index])]);
    Ok(Proved { row, pc, key, messages: at.messages + 1, sum })
}

/// The leaf of one.
fn toy(part: leaf::Kind) -> Circuit {
    leaf(part, ROWS, |b, _, at| says(b, at)).unwrap()
}

/// The kind of its circuit.
pub fn kind(part: leaf::Kind) -> Kind {
    if part == leaf::Kind::Memory { Kind::Small } else { Kind::Large }
}

/// A leaf that says anything.
pub fn free() -> Circuit {
    let b = Builder::new();
    Statement::public(&b);
    b.finish()
}

/// The tree over toys.
pub fn tree() -> Tree {
    let parts = [leaf::Kind::Memory, leaf::Kind::Shard];
    let [memory, shard] = parts.map(|part| vec![toy(part)]);
    let both = pair(parts, ROWS, |b, _, _, at| says(b, at)).unwrap();
    let codes = Codes {
        small: Code::new(13, 2),
        large: Code::new(13, 1),
        top: Code::new(15, 1),
        join: Code::new(15, 1),
        veil: Code::new(16, 1).with_masks(),
        root: Code::new(16, 3).with_masks().with_lists(3),
    };
    let machines = Machines::new().unwrap();
    let params = Params::new(Profile::Bits100, 12).unwrap();
    let runs = Runs { machine: [0; 32], params, rows: ROWS };
    let circuits = Circuits::new(&machines, runs, [memory, shard, vec![both]], codes).unwrap();
    Tree::new(machines, circuits).unwrap()
}

/// A part of a toy run.
#[derive(Clone)]
pub struct Toy {
    pub part: leaf::Kind,
    pub pc: u32,
    pub key: F,
    pub sum: EF,
}

/// A toy run, and the places between its parts.
#[derive(Clone)]
pub struct ToyRun {
    pub run: Run,
    pub memory: u32,
    pub toys: Vec<Toy>,
    pub places: Vec<Place>,
    pub context: Context,
}

impl ToyRun {
    /// With so many memory proofs and shards.
    pub fn new(memory: u32, shards: u32, exit_code: u32) -> Self {
        let fixed = || Fixed { root: [base(F::TWO), base(F::ONE)], rows: vec![base(F::ONE)] };
        let keys = Digest::default();
        let run = Run::new(&[1; 32], &End::new(exit_code, &[2; 32], &[]), 7, [fixed(), fixed()], &keys);
        let count = memory + shards;
        let toy = |i: u32| Toy {
            part: if i < memory { leaf::Kind::Memory } else { leaf::Kind::Shard },
            pc: match i {
                _ if i < memory => 7,
                _ if i + 1 == count => PC_HALT,
                _ => 100 + i,
            },
            key: F::from_u32(i.min(memory - 1)),
            sum: EF::from_u32(i + 1),
        };
        let mut toys: Vec<Toy> = (0..count).map(toy).collect();
        let total: EF = toys.iter().map(|toy| toy.sum).sum();
        toys[0].sum -= total;
        let mut this = Self { run, memory, toys, places: Vec::new(), context: Context::default() };
        this.chain();
        this
    }

    /// Chains the parts, and draws the shared challenge.
    pub fn chain(&mut self) {
        let at = At { index: F::ZERO, pc: self.run.entry[0], key: F::NEG_ONE, messages: F::ZERO };
        self.places = vec![Place { link: of_node(&Digest::default()), at: at.cells(), ..Place::default() }];
        self.rechain();
        self.draw();
    }

    /// Chains the parts from the first place on.
    pub fn rechain(&mut self) {
        self.places.truncate(1);
        for toy in &self.toys {
            let Place { link, at, .. } = self.places[self.places.len() - 1];
            let at = At::of(&at);
            let pc = F::from_u32(toy.pc);
            let row = [at.pc, pc, at.key, toy.key, at.index];
            let before = std::array::from_fn(|i| link.as_flattened()[i]);
            let link = Digest(compress(&before, &hash_row(&row)));
            let at = At { index: at.index + F::ONE, pc, key: toy.key, messages: at.messages + F::ONE };
            self.places.push(Place { link: of_node(&link), at: at.cells(), ..Place::default() });
        }
    }

    /// Draws the shared challenge.
    pub fn draw(&mut self) {
        let mut transcript = Hash::default().transcript(RUN);
        let mut absorb = |cells: &[Cell]| transcript.absorb("", cells);
        absorb(&self.run.vk);
        absorb(&[self.run.status]);
        absorb(&self.run.handed_over);
        absorb(&self.counts().map(|count| base(F::from_u32(count))));
        absorb(&self.places[self.toys.len()].link);
        let shared = (0..Challenge::COUNT)
            .map(|_| cell_of((&mut transcript as &mut dyn Transcript).challenge(SHARED)))
            .collect();
        let FiatShamir::Poseidon2(sponge) = transcript else { panic!("a transcript of cells") };
        self.context = Context {
            fixed: self.run.fixed.clone(),
            status: self.run.status,
            handed_over: self.run.handed_over,
            memory: base(F::from_u32(self.memory)),
            capacity: of_node(&Digest(sponge.capacity())),
            shared,
        };
    }

    pub fn counts(&self) -> [u32; 2] {
        [self.memory, self.toys.len() as u32 - self.memory]
    }

    /// What leaf `i` says, and its hints: the context, then the part's.
    pub fn leaf(&self, tree: &Tree, i: usize) -> (Statement, Vec<Cell>) {
        let toy = &self.toys[i];
        let statement = Statement {
            context: of_node(&self.context.digest()),
            before: self.places[i].digest(),
            after: self.places[i + 1].digest(),
            sum: cell_of(toy.sum),
            keys: of_node(&tree.key().keys),
        };
        let mut hints = [self.context.cells(), hints(&self.places[i])].concat();
        hints.extend([base(F::from_u32(toy.pc)), base(toy.key), cell_of(toy.sum)]);
        (statement, hints)
    }

    /// The proof of leaf `i`.
    pub fn prove(&self, tree: &Tree, i: usize) -> Node {
        let (statement, hints) = self.leaf(tree, i);
        tree.make(kind(self.toys[i].part), 0, statement, &hints, &mut Stages::default()).unwrap()
    }

    /// What the circuit for both parts says of these, and its hints: the context, where they meet, then those of both.
    pub fn pair(&self, tree: &Tree, parts: [usize; 2]) -> (Statement, Vec<Cell>) {
        let [(first, mut hints), (second, other)] = parts.map(|i| self.leaf(tree, i));
        let context = self.context.cells().len();
        hints.splice(context..context, split_hints(&first));
        hints.extend(&other[context..]);
        let sum = self.toys[parts[0]].sum + self.toys[parts[1]].sum;
        (Statement { after: second.after, sum: cell_of(sum), ..first }, hints)
    }

    /// All leaves folded.
    pub fn fold(&self, tree: &Tree) -> Node {
        let (mut fold, mut stages) = (Fold::new(tree, self.toys.len()), Stages::default());
        (0..self.toys.len()).for_each(|i| fold.push(self.prove(tree, i), &mut stages).unwrap());
        fold.finish(&mut stages).unwrap()
    }

    /// What the root says.
    pub fn publics(&self, tree: &Tree) -> Vec<Cell> {
        Run { keys: of_node(&tree.key().keys), ..self.run.clone() }.cells()
    }

    /// The root's own hints.
    pub fn root_hints(&self) -> Vec<Cell> {
        let last = &self.places[self.toys.len()];
        root_hints(self.counts(), last.link, last.hidden(), None)
    }
}
