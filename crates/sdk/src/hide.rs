//! Hides a run's proofs, and makes one proof of a run that is hidden.

use crate::{
    AtomicFile, Compressing, Compression, Compressor, Error, HiddenProof, Proof, RootProof,
    compress::for_each_proof,
    hidden::{Head, Veil},
};
use aver_stark::hash::Node as Digest;
use aver_tree::{
    Place, RootFile, Statement,
    cells::{of_node, to_node},
    keys::Kind,
};
use aver_tree_prover::{Fold, Leaves, Node, Stages};
use aver_verifier::bytes::put_bytes;
use std::time::Instant;

impl Compressor {
    /// Makes a [`HiddenProof`] of a run's proofs, which are verified. They must have a [salt](crate::ProverBuilder::salted). Of each it makes
    /// two proofs, one after the other: one that hides nothing, and one of that. `file` is to be committed then.
    pub fn hide(&self, proof: &Proof, file: &mut AtomicFile) -> Result<Compression, Error> {
        let header = proof.header();
        if !header.is_mock && header.salt == Digest::default() {
            return Err(Error::Unsalted);
        }
        let shapes = || self.unusual(proof);
        self.install(|| self.with_keys(&header.vk, &shapes, &mut || self.make_hidden(proof, file)))
    }

    /// Makes one proof of a run that is hidden, of which nothing more is to be known. Its parts are verified.
    pub fn compress_hidden(&self, hidden: &HiddenProof) -> Result<(RootProof, Compression), Error> {
        let head = hidden.head();
        let shapes = || Ok(head.shapes.clone());
        self.install(|| self.with_keys(&head.vk, &shapes, &mut || self.make_root(hidden)))
    }

    fn make_hidden(&self, proof: &Proof, file: &mut AtomicFile) -> Result<Compression, Error> {
        let start = Instant::now();
        let header = proof.header();
        self.verify(proof)?;
        let shapes = self.unusual(proof)?;
        let before = Instant::now();
        let tree = self.tree(&header.vk, &shapes, self.codes_of(&header.assumptions))?;
        let keys_seconds = before.elapsed().as_secs_f64();

        let machine = aver_prover::machine(&header.vk, &self.coprocessors)?;
        let leaves = Leaves::new(header, &machine)?;
        let (keys, places) = (tree.key().keys, leaves.hidden_places()?);
        let (of, digest) = (leaves.count(), |place: &Place| to_node(&place.digest()));
        let head = Head {
            vk: header.vk.clone(),
            exit_code: header.exit_code,
            output: header.output.clone(),
            output_digest: header.output_digest,
            assumptions: header.assumptions.clone(),
            counts: [header.memory.len(), header.shards.len()].map(|count| count as u32),
            work: header.work.clone(),
            link: header.last_link(),
            hidden: to_node(&places[of].hidden()),
            shapes,
            places: places[1..of].iter().map(digest).collect(),
        };
        file.restart()?;
        file.put(&head.encode())?;
        let mut stages = Stages::default();
        for_each_proof(proof, |index, bytes| {
            let leaf = tree.part(&leaves.leaf(index, bytes, &keys)?, &mut stages)?;
            let Node { statement, place, proof, .. } =
                tree.veil(&leaf, &places[index], &places[index + 1], &mut stages)?;
            let mut bytes = Vec::new();
            put_bytes(&mut bytes, &Veil { place, sum: statement.sum, proof }.encode());
            file.put(&bytes)?;
            self.tell(Compressing::Hidden { done: index + 1, of });
            Ok(())
        })?;
        Ok(Compression::new(of, 0, start, keys_seconds, &stages))
    }

    fn make_root(&self, hidden: &HiddenProof) -> Result<(RootProof, Compression), Error> {
        let start = Instant::now();
        let (head, outline) = (hidden.head(), hidden.head().outline());
        let tree = self.tree(&head.vk, &head.shapes, self.codes_of(&head.assumptions))?;
        let keys_seconds = start.elapsed().as_secs_f64();
        let machine = aver_prover::machine(&head.vk, &self.coprocessors)?;
        let (keys, of, last) = (tree.key().keys, outline.parts(), of_node(&head.hidden));
        let whole = outline.statement(&machine, last, &keys)?;
        let place = |at: usize| match at.checked_sub(1) {
            None => whole.before,
            Some(between) => head.places.get(between).map_or(whole.after, of_node),
        };
        let (mut fold, mut stages) = (Fold::new(&*tree, of), Stages::default());
        hidden.for_each(|index, Veil { place: circuit, sum, proof }| {
            let statement = Statement { before: place(index), after: place(index + 1), sum, ..whole };
            let node = Node { statement, kind: Kind::Veil, place: circuit, proof };
            if circuit >= tree.count(Kind::Veil) || tree.verify(&node).is_err() {
                return Err(Error::Hidden { part: index + 1 });
            }
            fold.push(node, &mut stages)?;
            self.tell(Compressing::Joined { done: index + 1, of });
            Ok(())
        })?;
        let node = fold.finish(&mut stages)?;
        if node.statement != whole {
            return Err(aver_verifier::Error::Sums.into());
        }
        let (publics, hints) = outline.root(&machine, last, &keys)?;
        let proof = tree.root(&publics, hints, &node, &mut stages)?;
        let Head { vk, exit_code, output, output_digest, assumptions, shapes, .. } = head.clone();
        let tree = tree.key().clone();
        let root = RootProof::new(RootFile {
            vk,
            exit_code,
            output,
            output_digest,
            assumptions,
            tree,
            shapes,
            proof,
        });
        Ok((root, Compression::new(of, 0, start, keys_seconds, &stages)))
    }
}
