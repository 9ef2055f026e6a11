//! One proof of many root proofs.

use crate::{
    Coprocessor, Error, RootProof, TreeKey, VerifiedRoot, Verifier, Vk, coprocessors, file, nodes::Nodes,
};
use aver_stark::{hash::Node as Digest, params::Params};
use aver_tree::{
    AggregateFile, RootFile,
    aggregate::{CODE, Roots, claims_root},
    aggregate_file::MAGIC,
    verify::publics,
};
use aver_tree_prover::{Fold, Lifted, Stages, starting_at};
use rayon::ThreadPool;
use std::{fmt, ops::Range, path::Path, sync::Arc};

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
        Ok(self.install(|| self.make(roots, None))?.0)
    }

    /// The same, with each finished node kept in `folder` until it is below another, as [`Compressor::resume`](crate::Compressor::resume)
    /// does: if this is interrupted, the next time goes on from there. Also, how many of the roots were below nodes that were
    /// there. When the aggregate is safe, the folder is to be [removed](Self::remove_nodes).
    pub fn resume(
        &self,
        roots: &[RootProof],
        folder: impl AsRef<Path>,
    ) -> Result<(AggregateProof, usize), Error> {
        let nodes = Nodes::open(folder.as_ref())?;
        let made = self.install(|| self.make(roots, Some(&nodes)));
        nodes.remove_if_empty();
        made
    }

    /// Removes the nodes in a folder, and the folder if nothing else is in it.
    pub fn remove_nodes(folder: impl AsRef<Path>) {
        Nodes::remove(folder.as_ref());
    }

    /// The key of aggregates for the claims that a file lists, from the circuits, which are made: of aggregates of roots of trees
    /// with these keys. They are the file's; who verifies compares them with the right ones.
    pub fn key(&self, proof: &AggregateProof) -> Result<TreeKey, Error> {
        self.install(|| Ok(circuits(proof.file.claims.iter())?.key().digest().into()))
    }

    fn make(&self, roots: &[RootProof], nodes: Option<&Nodes>) -> Result<(AggregateProof, usize), Error> {
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
        let mut claims = Vec::new();
        for &place in &order {
            let file = roots[place].file();
            let machine = aver_prover::machine(&file.vk, &self.coprocessors)?;
            claims.push(publics(&file.tree, &machine, &file.vk, &file.claim(), &file.assumptions)?);
        }
        let files: Vec<&RootFile> = order.iter().map(|&place| roots[place].file()).collect();
        let digests: Vec<Digest> = (files.iter().zip(&claims))
            .map(|(file, publics)| Roots::of(&file.tree).claim(&file.tree.root, publics))
            .collect();
        let load = |parts: Range<usize>| {
            let node = Lifted {
                claims: claims_root(&digests[parts.clone()]),
                place: if parts.len() > 1 { 0 } else { circuits.place(&files[parts.start].tree).ok()? },
                proof: nodes?.read(&parts)?,
            };
            circuits.verify(&node).is_ok().then_some((parts.len(), node))
        };
        let save = |parts: Range<usize>, node: &Lifted| {
            nodes.map_or(Ok(()), |nodes| nodes.write(&parts, &node.proof))
        };
        let (mut fold, mut stages, mut reused) = (Fold::new(&circuits, files.len()), Stages::default(), 0);
        while fold.parts() < files.len() {
            let index = fold.parts();
            let (parts, node) = match starting_at(index, files.len()).into_iter().find_map(load) {
                Some((parts, node)) => {
                    reused += parts;
                    (parts, node)
                }
                None => {
                    let file = files[index];
                    let node = circuits.lift(&file.tree, &claims[index], &file.proof, &mut stages)?;
                    save(index..index + 1, &node)?;
                    (1, node)
                }
            };
            fold.add(parts, node, &mut stages, &mut |parts, node| save(parts, node))?;
        }
        let node = fold.finish_with(&mut stages, &mut |parts, node| save(parts, node))?;
        let key = circuits.key().clone();
        let claims = files.into_iter().map(|file| RootFile { proof: Vec::new(), ..file.clone() }).collect();
        Ok((AggregateProof { file: AggregateFile { key, claims, proof: node.proof } }, reused))
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
        Self::decode(&file::read(path.as_ref(), file::LIMIT)?)
    }

    /// Whether a file starts as one of an aggregate does.
    pub fn is_at(path: impl AsRef<Path>) -> Result<bool, Error> {
        file::starts_with(path.as_ref(), MAGIC)
    }

    /// To a file: under a temporary name in the same folder first, then renamed.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        file::save(path.as_ref(), &self.encode())
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
