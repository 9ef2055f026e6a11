//! One proof of many root proofs.

use crate::{AtomicFile, Coprocessor, Error, RootProof, TreeKey, VerifiedRoot, Verifier, Vk, coprocessors};
use aver_stark::params::Params;
use aver_tree::{
    AggregateFile, RootFile,
    aggregate::{CODE, Roots},
    aggregate_file::MAGIC,
    verify::publics,
};
use aver_tree_prover::{Fold, Stages};
use rayon::ThreadPool;
use std::{
    fmt,
    io::{Read, Write},
    path::Path,
    sync::Arc,
};

/// The largest file that is read.
const LIMIT: u64 = 1 << 30;

/// Makes one [`AggregateProof`] of many [`RootProof`]s, of the same or of different programs.
///
/// ```no_run
/// use aver_sdk::{Aggregator, RootProof};
///
/// # fn main() -> Result<(), aver_sdk::Error> {
/// let roots = [RootProof::open("a.root")?, RootProof::open("b.root")?];
/// Aggregator::new().aggregate(&roots)?.save("both")?;
/// # Ok(())
/// # }
/// ```
pub struct Aggregator {
    coprocessors: Vec<Arc<dyn Coprocessor>>,
    pool: Option<ThreadPool>,
}

/// One proof that there are root proofs of a list of claims, with the claims and their outputs, as in a file. Says nothing
/// before it is verified.
#[derive(Clone, Debug)]
pub struct AggregateProof {
    file: AggregateFile,
}

impl Default for Aggregator {
    fn default() -> Self {
        Self::new()
    }
}

impl Aggregator {
    /// With the standard coprocessors, in rayon's global pool.
    pub fn new() -> Self {
        Self { coprocessors: coprocessors::standard(), pool: None }
    }

    /// How many threads prove.
    pub fn threads(mut self, threads: usize) -> Result<Self, Error> {
        self.pool = Some(crate::prover::pool(threads)?);
        Ok(self)
    }

    /// The coprocessors programs may use, in place of [the standard ones](coprocessors::standard).
    pub fn coprocessors(mut self, coprocessors: Vec<Arc<dyn Coprocessor>>) -> Self {
        self.coprocessors = coprocessors;
        self
    }

    /// Makes one proof of two or more, which are verified. What a run assumed must be shown by another; those that show it come
    /// to stand behind it.
    pub fn aggregate(&self, roots: &[RootProof]) -> Result<AggregateProof, Error> {
        self.install(|| self.make(roots))
    }

    /// The key of aggregates for the claims that a file lists, from the circuits, which are made: of aggregates of roots of trees
    /// with these keys. They are the file's; who verifies compares them with the right ones.
    pub fn key(&self, proof: &AggregateProof) -> Result<TreeKey, Error> {
        self.install(|| Ok(circuits(proof.file.claims.iter())?.key().digest().into()))
    }

    fn make(&self, roots: &[RootProof]) -> Result<AggregateProof, Error> {
        if roots.len() < 2 {
            return Err(aver_tree::Error::Claims.into());
        }
        // First, since circuits are made as a file's tree has them.
        for root in roots {
            let claim = root.claim();
            let verifier = Verifier::new(claim.vk).exit_code(claim.exit_code);
            let verifier = verifier.coprocessors(self.coprocessors.clone());
            verifier.verify_conditional(root, &root.claimed_tree())?;
        }
        let runs: Vec<_> =
            roots.iter().map(|root| (root.file().claim(), &root.file().assumptions[..])).collect();
        let order = aver_tree::assumptions::order(&runs)?;
        let circuits = circuits(roots.iter().map(RootProof::file))?;
        let (mut fold, mut stages, mut claims) = (Fold::new(&circuits), Stages::default(), Vec::new());
        for place in order {
            let file = roots[place].file();
            let machine = aver_prover::machine(&file.vk, &self.coprocessors)?;
            let publics = publics(&file.tree, &machine, &file.vk, &file.claim(), &file.assumptions)?;
            fold.push(circuits.lift(&file.tree, &publics, &file.proof, &mut stages)?, &mut stages)?;
            claims.push(RootFile { proof: Vec::new(), ..file.clone() });
        }
        let node = fold.finish(&mut stages)?;
        let key = circuits.key().clone();
        Ok(AggregateProof { file: AggregateFile { key, claims, proof: node.proof } })
    }

    fn install<T: Send>(&self, job: impl FnOnce() -> T + Send) -> T {
        match &self.pool {
            Some(pool) => pool.install(job),
            None => job(),
        }
    }
}

impl fmt::Debug for Aggregator {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Aggregator").finish_non_exhaustive()
    }
}

/// The circuits for roots of these trees.
fn circuits<'a>(roots: impl Iterator<Item = &'a RootFile>) -> Result<aver_tree_prover::Aggregator, Error> {
    let (kinds, profile) = Roots::all(roots.map(|root| &root.tree));
    Ok(aver_tree_prover::Aggregator::new(&kinds, profile, CODE)?)
}

impl AggregateProof {
    /// From a file's bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        Ok(Self { file: AggregateFile::decode(bytes)? })
    }

    /// Its bytes, as in a file.
    pub fn encode(&self) -> Vec<u8> {
        self.file.encode()
    }

    /// From a file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::decode(&crate::file::read(path.as_ref(), LIMIT)?)
    }

    /// Whether a file starts as one of an aggregate does.
    pub fn is_at(path: impl AsRef<Path>) -> Result<bool, Error> {
        let (path, mut start) = (path.as_ref(), Vec::new());
        let file = crate::file::open(path)?;
        file.take(MAGIC.len() as u64).read_to_end(&mut start).map_err(Error::io(path))?;
        Ok(start == MAGIC)
    }

    /// To a file: under a temporary name in the same folder first, then renamed.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        let mut file = AtomicFile::create(path)?;
        file.write_all(&self.encode()).map_err(Error::io(path))?;
        file.commit()
    }

    /// Whether it hides the inputs of all runs, if it is what it says it is: it is made of nothing but the root proofs, so it
    /// does not tell more than these would.
    pub fn hides_inputs(&self) -> bool {
        self.file.claims.iter().all(|claim| claim.tree.class.params.masked)
    }

    /// What it claims: root proofs whose own proof is not there.
    pub fn claims(&self) -> Vec<RootProof> {
        self.file.claims.iter().cloned().map(RootProof::new).collect()
    }

    /// Parameters of its own proofs, as it says.
    pub(crate) fn class_params(&self) -> &Params {
        &self.file.key.class.params
    }

    /// The key of aggregates that it says it is for. To verify with it shows nothing: the file's maker chose it.
    pub fn claimed_key(&self) -> TreeKey {
        self.file.key.digest().into()
    }

    /// Checks that it is a proof of runs of these programs, of each one or more and of no other, all of which halted with
    /// `exit_code`, by circuits of one of `trees` each, and of aggregates with the key `key`. What is shown is in the file's order.
    /// A run that another before it assumed may be of any program and exit code: the program that assumed it named these.
    /// With coprocessors of one's own: [`Verifier::verify_aggregate`](crate::Verifier::verify_aggregate).
    pub fn verify(
        &self,
        vks: &[Vk],
        exit_code: u32,
        trees: &[TreeKey],
        key: &TreeKey,
    ) -> Result<Vec<VerifiedRoot>, Error> {
        self.verify_with(vks, exit_code, trees, key, &coprocessors::standard())
    }

    pub(crate) fn verify_with(
        &self,
        vks: &[Vk],
        exit_code: u32,
        trees: &[TreeKey],
        key: &TreeKey,
        coprocessors: &[Arc<dyn Coprocessor>],
    ) -> Result<Vec<VerifiedRoot>, Error> {
        let vks: Vec<_> = vks.iter().map(|vk| vk.0).collect();
        let trees: Vec<_> = trees.iter().map(|tree| tree.0).collect();
        let machine = |key: &_| aver_prover::machine(key, coprocessors);
        self.file.verify(&vks, exit_code, &trees, &key.0, machine)?;
        let shown = |root: RootProof| VerifiedRoot { claim: root.claim(), output: root.output().into() };
        Ok(self.claims().into_iter().map(shown).collect())
    }
}
