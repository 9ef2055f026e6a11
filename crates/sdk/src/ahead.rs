//! Nodes of a tree that are made while the run is still being proved.

use crate::{Compressor, Error, nodes::Nodes};
use aver_prover::Output;
use aver_stark::hash::Node;
use aver_tree_prover::{Leaves, Stages, Tree, before};
use aver_verifier::{Header, bytes::Fields};
use std::{
    fmt,
    io::{self, Read},
    path::PathBuf,
    sync::Arc,
};

/// Where a run's proofs go, which makes a leaf of each while the next one is proved, and joins of leaves: kept in a folder from
/// which [`Compressor::resume`] goes on. Made by [`Compressor::ahead`].
///
/// It is for the threads that proving leaves idle, and does nothing where the prover's budget has not as much to spare as
/// [it takes](Compressor::AHEAD). What fails here is left to `resume`, which fails of it again, and says so, or makes another tree, if
/// proofs are larger than usual.
pub struct Ahead<'a> {
    compressor: &'a Compressor,
    out: &'a mut (dyn Output + Send),
    folder: PathBuf,
    header: Option<Header>,
    tree: Option<(Arc<Tree>, Nodes)>,
}

impl<'a> Ahead<'a> {
    pub(crate) fn new(compressor: &'a Compressor, out: &'a mut (dyn Output + Send), folder: PathBuf) -> Self {
        Self { compressor, out, folder, header: None, tree: None }
    }

    fn make(&mut self, header: &Header, index: usize, proof: &[u8]) -> Result<(), Error> {
        if self.tree.is_none() {
            self.tree = Some((self.compressor.usual_tree(header)?, Nodes::open(&self.folder)?));
        }
        let Some((tree, nodes)) = &self.tree else { return Ok(()) };
        let machine = aver_prover::machine(&header.vk, &self.compressor.coprocessors)?;
        let (leaves, keys) = (Leaves::new(header, &machine)?, tree.key().keys);
        let mut stages = Stages::default();
        let mut parts = index..index + 1;
        let leaf = leaves.leaf(index, proof, &keys)?;
        if leaves.count() == 2 && tree.pairs(leaf.shape) {
            return Ok(());
        }
        let mut node = tree.part(&leaf, &mut stages)?;
        nodes.save(&parts, &node)?;
        // What was made by a process that was killed may be missing.
        while let Some((first, before)) =
            before(&parts).and_then(|before| Some((nodes.load(&before, &leaves, tree)?, before)))
        {
            parts = before.start..parts.end;
            node = tree.join(&first, &node, parts.len() == leaves.count(), &mut stages)?;
            nodes.save(&parts, &node)?;
        }
        Ok(())
    }
}

impl Output for Ahead<'_> {
    fn salt(&self) -> Option<Node> {
        self.out.salt()
    }

    fn header(&mut self, bytes: &[u8]) -> io::Result<Option<Box<dyn Read + '_>>> {
        self.header = Header::decode(&mut Fields::new(bytes)).ok();
        self.out.header(bytes)
    }

    fn keep(&mut self, bytes: u64) -> io::Result<()> {
        self.out.keep(bytes)
    }

    fn proof(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.proof(bytes)
    }

    fn beside(&mut self, index: usize, proof: &[u8], spare: u64) {
        if spare >= Compressor::AHEAD
            && let Some(header) = self.header.take()
            && self.make(&header, index, proof).is_ok()
        {
            self.header = Some(header);
        }
    }
}

impl fmt::Debug for Ahead<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Ahead").finish_non_exhaustive()
    }
}
