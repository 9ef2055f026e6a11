//! What is known of a run whose parts are hidden: enough for its root, beside a node over all parts.

use aver_machine::Systems;
use aver_machine::public::PC_HALT;
use aver_recursion::cell::Cell;
use aver_stark::field::F;
use aver_stark::hash::{FiatShamir, Node};
use aver_stark::protocol::{SHARED, SHARED_WORK};
use aver_stark::transcript::Reader;
use aver_stark::value::Element;
use aver_stark::verify::Challenge;
use aver_tree::cells::{of_base, of_ext, of_node, of_value};
use aver_tree::context::{Context, Fixed};
use aver_tree::root::{Run, root_hints};
use aver_tree::{At, Place, Statement};
use aver_verifier::claim::End;
use aver_verifier::verify::{absorb_outline, run_transcript};
use aver_verifier::{Header, VerifyingKey};
use p3_field::PrimeCharacteristicRing;

use crate::Error;

/// What is known of a run.
#[derive(Clone, Debug)]
pub struct Outline<'a> {
    /// The program.
    pub vk: &'a VerifyingKey,
    /// How it ended.
    pub end: End,
    /// Numbers of memory proofs and of shards.
    pub counts: [u32; 2],
    /// Work of the shared challenge.
    pub work: &'a [u8],
    /// Last link of the chain of parts.
    pub link: Node,
}

/// What is drawn for all parts of a run.
pub(crate) struct Drawn {
    /// The transcript after the shared challenge.
    pub transcript: FiatShamir,
    pub shared: Challenge,
    pub context: Context,
}

impl<'a> From<&'a Header> for Outline<'a> {
    fn from(header: &'a Header) -> Self {
        let counts = [header.memory.len(), header.shards.len()].map(|count| count as u32);
        Self { vk: &header.vk, end: header.end(), counts, work: &header.work, link: header.last_link() }
    }
}

impl Outline<'_> {
    /// How many parts there are.
    pub fn parts(&self) -> usize {
        self.counts.iter().map(|&count| count as usize).sum()
    }

    pub(crate) fn draw(&self, machine: &Systems) -> Result<Drawn, Error> {
        let refused = |what| Error::Tree(aver_tree::Error::Program { what });
        let params = self.vk.params().map_err(|_| refused("the height"))?;
        let mut transcript = run_transcript();
        absorb_outline(&mut transcript, &self.vk.digest(), &self.end, self.counts, &self.link);
        let shared = {
            let mut reader = Reader::new(&mut transcript, self.work);
            reader.work(params.hash, SHARED_WORK, params.boundary_work).map_err(aver_tree::Error::from)?;
            reader.challenges(SHARED, Challenge::COUNT)
        };
        let FiatShamir::Poseidon2(sponge) = &transcript else { return Err(refused("the hash")) };
        let digest = of_value(&self.end.digest);
        let context = Context {
            fixed: self.fixed(machine)?,
            status: of_value(&self.end.status)[0],
            handed_over: std::array::from_fn(|i| digest[i]),
            memory: of_base(self.counts[0]),
            capacity: of_node(&Node(sponge.capacity())),
            shared: shared.iter().map(of_ext).collect(),
        };
        Ok(Drawn { transcript, shared: Challenge::new(shared), context })
    }

    /// Fixed columns of shard proofs, and of memory proofs.
    fn fixed(&self, machine: &Systems) -> Result<[Fixed; 2], Error> {
        Ok([Fixed::new(&self.vk.shard, &machine.shard)?, Fixed::new(&self.vk.memory, &machine.memory)?])
    }

    /// What a node says over all parts of the run, if that is [hidden](Place::hidden) of the last place.
    pub fn statement(&self, machine: &Systems, hidden: [Cell; 2], keys: &Node) -> Result<Statement, Error> {
        let context = of_node(&self.draw(machine)?.context.digest());
        let end = At { index: F::from_usize(self.parts()), pc: F::from_u32(PC_HALT), ..start(self.vk) };
        let last = Place { link: of_node(&self.link), at: end.cells(), ..Place::default() };
        let [before, after] = [first(self.vk).digest(), last.digest_with(hidden)];
        Ok(Statement { context, before, after, sum: Cell::default(), keys: of_node(keys) })
    }

    /// What the root says, and its own hints, if that is hidden of the last place.
    pub fn root(
        &self,
        machine: &Systems,
        hidden: [Cell; 2],
        keys: &Node,
    ) -> Result<(Vec<Cell>, Vec<Cell>), Error> {
        let run = Run::new(&self.vk.digest(), &self.end, self.vk.entry, self.fixed(machine)?, keys);
        let hints = root_hints(self.counts, of_node(&self.link), hidden, F::read(self.work));
        Ok((run.cells(), hints))
    }
}

/// Where all runs of a program start.
pub(crate) fn start(vk: &VerifyingKey) -> At {
    At { index: F::ZERO, pc: F::from_u32(vk.entry), key: F::NEG_ONE, messages: F::ZERO }
}

/// The place there.
pub(crate) fn first(vk: &VerifyingKey) -> Place {
    Place { at: start(vk).cells(), ..Place::default() }
}
