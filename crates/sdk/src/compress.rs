//! Makes one proof of a run's.

use crate::{
    Ahead, Coprocessor, Error, Output, Proof, Prover, RootProof, TreeKey, coprocessors,
    keys::{KeyFolder, built_in},
    nodes::Nodes,
};
use aver_machine::Systems;
use aver_prover::{ProofReader, shapes::Shapes};
use aver_stark::params::Params;
use aver_tree::{RootFile, circuits::Codes, leaf::Kind, part::Shape};
use aver_tree_prover::{
    self as tree_prover, CIRCUITS, Fold, Leaf, Leaves, Node, Plan, Stages, Tree, starting_at,
};
use aver_verifier::{Claim, Header, VerifyingKey};
use rayon::ThreadPool;
use std::{
    collections::BTreeSet,
    fmt,
    ops::Range,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// How far a compression is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compressing {
    /// All of the tree's circuits are made, once, and their keys are kept for the next time.
    Circuits,
    /// So many of the run's proofs are hidden.
    Hidden {
        /// So many are.
        done: usize,
        /// Of so many.
        of: usize,
    },
    /// So many of the run's proofs are below joins.
    Joined {
        /// So many are.
        done: usize,
        /// Of so many.
        of: usize,
    },
}

/// What compressing came to.
#[derive(Clone, Debug)]
pub struct Compression {
    /// Proofs of the run that became one.
    pub proofs: usize,
    /// Of them, those that were below finished nodes already.
    pub reused: usize,
    /// Seconds that took, all in all.
    pub seconds: f64,
    /// Of them for the tree's circuits, which the [`Compressor`] keeps for the next time.
    pub circuits_seconds: f64,
    /// Seconds of proving by stage.
    pub stages: Vec<(&'static str, f64)>,
}

impl Compression {
    pub(crate) fn new(
        proofs: usize,
        reused: usize,
        start: Instant,
        keys_seconds: f64,
        stages: &Stages,
    ) -> Self {
        let stages: Vec<_> = stages.0.iter().map(|(name, time)| (*name, time.as_secs_f64())).collect();
        let made: f64 = stages.iter().filter(|(name, _)| *name == CIRCUITS).map(|(_, seconds)| seconds).sum();
        let (seconds, circuits_seconds) = (start.elapsed().as_secs_f64(), keys_seconds + made);
        Self { proofs, reused, seconds, circuits_seconds, stages }
    }
}

type OnProgress = Arc<dyn Fn(Compressing) + Send + Sync>;

/// Makes one [`RootProof`] of a [`Proof`]. Keeps the circuits that were used, some hundred megabytes. The keys of all others are built in,
/// or on disk, in the folder of what a user's programs can make again: there is one tree for all programs of a machine.
///
/// **A root proof hides the input**, where the proofs that it is made of do not: it is zero-knowledge.
///
/// ```no_run
/// use aver_sdk::{Compressor, Proof};
///
/// # fn main() -> Result<(), aver_sdk::Error> {
/// let proof = Proof::open("sum.proof")?;
/// let root = Compressor::new().compress(&proof)?;
/// root.save("sum.root")?;
/// # Ok(())
/// # }
/// ```
pub struct Compressor {
    pub(crate) coprocessors: Vec<Arc<dyn Coprocessor>>,
    pool: Option<ThreadPool>,
    on_progress: Option<OnProgress>,
    codes: Codes,
    keys: Option<KeyFolder>,
    tree: Mutex<Option<([u8; 32], Arc<Tree>)>>,
}

impl Default for Compressor {
    fn default() -> Self {
        Self::new()
    }
}

impl Compressor {
    /// The least budget that `aver prove` takes if it is to compress. Compressing has none of its own: what it takes depends on
    /// the size of shards, which the budget bounds, and on how many shapes they have (`docs/aggregation.md`, with what was measured).
    pub const MEMORY: u64 = 1 << 30;

    /// Bytes that making nodes [ahead](Self::ahead) takes at most, beside proving.
    pub const AHEAD: u64 = 3 << 28;

    /// With the standard coprocessors, in rayon's global pool.
    pub fn new() -> Self {
        Self {
            coprocessors: coprocessors::standard(),
            pool: None,
            on_progress: None,
            codes: Codes::STANDARD,
            keys: KeyFolder::of_user(),
            tree: Mutex::new(None),
        }
    }

    /// How many threads prove.
    pub fn threads(mut self, threads: usize) -> Result<Self, Error> {
        self.pool = Some(crate::prover::pool(threads)?);
        Ok(self)
    }

    /// The coprocessors a program may use, in place of [the standard ones](coprocessors::standard).
    pub fn coprocessors(mut self, coprocessors: Vec<Arc<dyn Coprocessor>>) -> Self {
        self.coprocessors = coprocessors;
        self
    }

    /// Makes root proofs that an [`Aggregator`](crate::Aggregator) takes: hashed for circuits, and so larger, and of another tree.
    /// Those of proofs with [assumptions](Proof::assumptions) always are.
    pub fn to_aggregate(mut self) -> Self {
        self.codes = Codes::TO_AGGREGATE;
        self
    }

    /// Makes smaller root proofs, in more time; of another tree too. Not those that are [to be aggregated](Self::to_aggregate).
    pub fn small(mut self) -> Self {
        self.codes = Codes::SMALL;
        self
    }

    /// Where keys of circuits are kept, and the nodes of their trees, in place of the user's folder; or that they are not.
    pub fn keys_in(mut self, folder: Option<&Path>) -> Self {
        self.keys = folder.map(KeyFolder::new);
        self
    }

    /// Is told how far a compression is.
    pub fn on_progress(mut self, receive: impl Fn(Compressing) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(receive));
        self
    }

    /// Makes one proof of a run's, which are verified.
    pub fn compress(&self, proof: &Proof) -> Result<RootProof, Error> {
        Ok(self.compress_with_report(proof)?.0)
    }

    /// [`compress`](Self::compress), and what it took.
    pub fn compress_with_report(&self, proof: &Proof) -> Result<(RootProof, Compression), Error> {
        self.install(|| self.make_again(proof, None))
    }

    /// The same, with each finished node kept in `folder` until it is below another: if this is interrupted, the next time
    /// goes on from there. Nodes that are found are verified before they are used. When the root is made, and safe, the
    /// folder is to be [removed](Self::remove_nodes).
    pub fn resume(&self, proof: &Proof, folder: impl AsRef<Path>) -> Result<(RootProof, Compression), Error> {
        let nodes = Nodes::open(folder.as_ref())?;
        let made = self.install(|| self.make_again(proof, Some(&nodes)));
        nodes.remove_if_empty();
        made
    }

    /// Where a run's proofs go, by way of which nodes are made, kept in `folder`, while it is being proved: [`resume`](Self::resume)
    /// goes on from there when all proofs are in `out`. Works on the threads of whoever proves.
    pub fn ahead<'a>(&'a self, out: &'a mut (dyn Output + Send), folder: impl AsRef<Path>) -> Ahead<'a> {
        Ahead::new(self, out, folder.as_ref().to_owned())
    }

    /// Removes the nodes in a folder, and the folder if nothing else is in it.
    pub fn remove_nodes(folder: impl AsRef<Path>) {
        Nodes::remove(folder.as_ref());
    }

    /// The key of the tree that a root proof must be of, from the circuits: who verifies with it trusts in nothing that the file says
    /// of the tree, but in keys that are built in, or in the folder of [keys](Self::keys_in), if they are there. [`RootProof::verify`] refuses a file of another.
    pub fn tree_key(&self, root: &RootProof) -> Result<TreeKey, Error> {
        let file = root.file();
        let codes = Codes::of_root(&file.tree.class.params);
        let tree = self.install(|| self.tree(&file.vk, &file.shapes, codes))?;
        Ok(tree.key().digest().into())
    }

    /// The key of the tree that [`compress`](Self::compress) has for a proof.
    pub fn tree_key_of(&self, proof: &Proof) -> Result<TreeKey, Error> {
        self.install(|| {
            let header = proof.header();
            let shapes = self.unusual(proof)?;
            Ok(self.tree(&header.vk, &shapes, self.codes_of(&header.assumptions))?.key().digest().into())
        })
    }

    /// The key of the tree of all runs of a program that have no larger proofs than usual, and of all others on its machine.
    pub fn tree_key_for(&self, prover: &Prover) -> Result<TreeKey, Error> {
        let vk = prover.key()?;
        let tree = self.install(|| self.tree(vk, &[], self.codes))?;
        Ok(tree.key().digest().into())
    }

    fn make_again(&self, proof: &Proof, nodes: Option<&Nodes>) -> Result<(RootProof, Compression), Error> {
        let shapes = || self.unusual(proof);
        self.with_keys(&proof.header().vk, &shapes, &mut || self.make(proof, nodes))
    }

    /// Makes something by a tree; once more if keys on disk are not those of its circuits.
    pub(crate) fn with_keys<T>(
        &self,
        vk: &VerifyingKey,
        shapes: &dyn Fn() -> Result<Vec<Shape>, Error>,
        make: &mut dyn FnMut() -> Result<T, Error>,
    ) -> Result<T, Error> {
        match make() {
            Err(Error::Compress(tree_prover::Error::Known)) => {
                let shapes = shapes()?;
                for codes in Codes::ALL {
                    let plan = self.plan(vk, &shapes, codes)?;
                    self.keys.iter().for_each(|keys| keys.forget(&plan));
                }
                self.kept().take();
                make()
            }
            made => made,
        }
    }

    /// Nodes would refuse what is wrong with a proof, but not say what.
    pub(crate) fn verify(&self, proof: &Proof) -> Result<(), Error> {
        let (vk, code) = (proof.header().vk.digest(), proof.header().exit_code);
        aver_prover::verify_conditional(proof.reader()?, &vk, code, &self.coprocessors)
            .map_err(Error::read(proof.path()))?;
        Ok(())
    }

    fn make(&self, proof: &Proof, nodes: Option<&Nodes>) -> Result<(RootProof, Compression), Error> {
        let start = Instant::now();
        let header = proof.header();
        self.verify(proof)?;
        let of_parts = self.shapes(proof)?;
        let shapes = unusual(&header.vk, &of_parts)?;
        let before = Instant::now();
        let tree = self.tree(&header.vk, &shapes, self.codes_of(&proof.header().assumptions))?;
        let keys_seconds = before.elapsed().as_secs_f64();

        let machine = aver_prover::machine(&header.vk, &self.coprocessors)?;
        let leaves = Leaves::new(header, &machine)?;
        let (keys, of) = (tree.key().keys, leaves.count());
        let (mut fold, mut stages, mut reused) = (Fold::new(&*tree, of), Stages::default(), 0);
        let save = |parts: Range<usize>, node: &Node| nodes.map_or(Ok(()), |nodes| nodes.save(&parts, node));
        let load = |parts: Range<usize>| {
            let node = nodes?.load(&parts, &leaves, &tree)?;
            Some((parts.len(), node))
        };
        // Of a run that there is one circuit for, the first proof waits for the second.
        let (pair, mut waits) = (tree.pair_of(&of_parts), None::<Leaf>);
        let kept = |index: usize| {
            let mut nodes = starting_at(index, of).into_iter();
            nodes.find_map(|parts| (pair.is_none() || parts.len() == of).then(|| load(parts))?)
        };
        for_each_proof(proof, |index, bytes| {
            if fold.parts() > index {
                return Ok(());
            }
            let (parts, node) = match (kept(index), pair) {
                (Some((parts, node)), _) => {
                    reused += parts;
                    (parts, node)
                }
                (None, Some(_)) if waits.is_none() => {
                    waits = Some(leaves.leaf(index, bytes, &keys)?);
                    return Ok(());
                }
                (None, pair) => {
                    let leaf = leaves.leaf(index, bytes, &keys)?;
                    let node = match pair.zip(waits.take()) {
                        Some((place, first)) => tree.pair(place, [&first, &leaf], &mut stages)?,
                        None => tree.part(&leaf, &mut stages)?,
                    };
                    let parts = 1 + usize::from(pair.is_some());
                    save(index + 1 - parts..index + 1, &node)?;
                    (parts, node)
                }
            };
            fold.add(parts, node, &mut stages, &mut |parts, node| save(parts, node))?;
            self.tell(Compressing::Joined { done: fold.parts(), of });
            Ok(())
        })?;
        let node = fold.finish_with(&mut stages, &mut |parts, node| save(parts, node))?;
        let (publics, hints) = leaves.root(&keys)?;
        let bytes = tree.root(&publics, hints, &node, &mut stages)?;
        let root = RootProof::new(RootFile {
            vk: header.vk.clone(),
            exit_code: header.exit_code,
            output: header.output.clone(),
            output_digest: header.output_digest,
            assumptions: header.assumptions.clone(),
            tree: tree.key().clone(),
            shapes,
            proof: bytes,
        });
        Ok((root, Compression::new(of, reused, start, keys_seconds, &stages)))
    }

    /// The tree of a run whose proofs are no larger than usual.
    pub(crate) fn usual_tree(&self, header: &Header) -> Result<Arc<Tree>, Error> {
        self.tree(&header.vk, &[], self.codes_of(&header.assumptions))
    }

    /// What has assumptions is worth nothing until it is aggregated.
    pub(crate) fn codes_of(&self, assumptions: &[Claim]) -> Codes {
        if assumptions.is_empty() { self.codes } else { Codes::TO_AGGREGATE }
    }

    /// The shapes of a run's proofs that are not usual, in order.
    pub(crate) fn unusual(&self, proof: &Proof) -> Result<Vec<Shape>, Error> {
        unusual(&proof.header().vk, &self.shapes(proof)?)
    }

    /// The shapes of a run's proofs.
    fn shapes(&self, proof: &Proof) -> Result<Vec<Shape>, Error> {
        let header = proof.header();
        if header.is_mock {
            return Err(aver_verifier::Error::Mock.into());
        }
        let machine = aver_prover::machine(&header.vk, &self.coprocessors)?;
        let leaves = Leaves::new(header, &machine).map_err(Error::Compress)?;
        let mut shapes = Vec::new();
        for_each_proof(proof, |index, bytes| {
            shapes.push(leaves.shape(index, bytes)?);
            Ok(())
        })?;
        Ok(shapes)
    }

    /// The tree for runs of usual shapes and of these on the machine of `vk`, at its security: made, if it is not the last one.
    pub(crate) fn tree(&self, vk: &VerifyingKey, shapes: &[Shape], codes: Codes) -> Result<Arc<Tree>, Error> {
        let plan = self.plan(vk, shapes, codes)?;
        let digest = plan.digest();
        if let Some((_, tree)) = self.kept().as_ref().filter(|(of, _)| *of == digest) {
            return Ok(tree.clone());
        }
        let find = |plan: &Plan| built_in(plan).or_else(|| self.keys.as_ref()?.load(plan));
        let make = || {
            // Nodes are those of the other trees of the machine.
            for other in Codes::ALL.into_iter().filter(|other| *other != codes) {
                let other = self.plan(vk, shapes, other)?;
                if let Some(known) = find(&other) {
                    return plan.rooted(known.classes, known.keys).map_err(Error::Compress);
                }
            }
            self.tell(Compressing::Circuits);
            // Most leaves are those of runs that are not unusual.
            let usual = self.plan(vk, &[], codes)?;
            let known = find(&usual);
            plan.known_beside(known.as_ref().map(|known| (&usual, known))).map_err(Error::Compress)
        };
        let known = match (find(&plan), &self.keys) {
            (Some(known), _) => known,
            (None, Some(keys)) => keys.make(&plan, make)?,
            (None, None) => make()?,
        };
        let tree = Tree::of(plan, known).map_err(Error::Compress)?;
        let tree = Arc::new(match &self.keys {
            Some(keys) => tree.with_kept(keys.clone()),
            None => tree,
        });
        *self.kept() = Some((digest, tree.clone()));
        Ok(tree)
    }

    fn plan(&self, vk: &VerifyingKey, shapes: &[Shape], codes: Codes) -> Result<Plan, Error> {
        let machine = aver_prover::machine(vk, &self.coprocessors)?;
        vk.check_machine(&machine)?;
        plan(machine, &vk.params()?, shapes, codes)
    }

    fn kept(&self) -> MutexGuard<'_, Option<([u8; 32], Arc<Tree>)>> {
        self.tree.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tell(&self, progress: Compressing) {
        if let Some(receive) = &self.on_progress {
            receive(progress);
        }
    }

    pub(crate) fn install<T: Send>(&self, job: impl FnOnce() -> T + Send) -> T {
        match &self.pool {
            Some(pool) => pool.install(job),
            None => job(),
        }
    }
}

impl fmt::Debug for Compressor {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Compressor").finish_non_exhaustive()
    }
}

/// The tree for runs of usual shapes and of these.
pub fn plan(machine: Systems, params: &Params, shapes: &[Shape], codes: Codes) -> Result<Plan, Error> {
    let mut all: BTreeSet<Shape> = usual(params).into_iter().collect();
    all.extend(shapes);
    Plan::new(Arc::new(machine), params, all.into_iter().collect(), codes).map_err(Error::Compress)
}

/// Those that are not usual, in order.
fn unusual(vk: &VerifyingKey, shapes: &[Shape]) -> Result<Vec<Shape>, Error> {
    let usual = usual(&vk.params()?);
    let shapes: BTreeSet<_> = shapes.iter().filter(|shape| !usual.contains(shape)).copied().collect();
    Ok(shapes.into_iter().collect())
}

/// The shapes that proofs have unless they are larger than all of these.
fn usual(params: &Params) -> Vec<Shape> {
    let of = |kind, is_memory| {
        let shapes = Shapes::new(params, is_memory);
        let shape = |shape: &aver_prover::shapes::Shape| Shape {
            kind,
            log_chunk: shape.log_chunk,
            stacks: shape.stacks,
        };
        shapes.all().iter().map(shape).collect::<Vec<_>>()
    };
    [of(Kind::Memory, true), of(Kind::Shard, false), of(Kind::Last, false)].concat()
}

/// Each proof of a run, of which one is in memory at a time.
pub(crate) fn for_each_proof(
    proof: &Proof,
    mut each: impl FnMut(usize, &[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut file = ProofReader::new(proof.reader()?);
    let header = file.header().map_err(Error::read(proof.path()))?;
    for index in 0..header.proofs() {
        let bytes = file.proof().map_err(Error::read(proof.path()))?;
        each(index, &bytes)?;
    }
    Ok(())
}
