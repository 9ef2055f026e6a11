//! Finished nodes in a folder, from which compressing or aggregating goes on that was interrupted.

use crate::Error;
use aver_stark::{
    field::D,
    value::{Element, Value},
};
use aver_tree::{cells::Cell, keys::Kind};
use aver_tree_prover::{Leaves, Node, Tree, children};
use std::{
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

/// More than any node has.
const LIMIT: u64 = 1 << 26;

/// A folder with a file for each node that is not below another, named by its parts. Nothing in it is believed: what is read is
/// verified, as of the tree or aggregate at hand.
#[derive(Debug)]
pub(crate) struct Nodes(PathBuf);

impl Nodes {
    /// In this folder, which is made.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        fs::create_dir_all(folder).map_err(Error::io(folder))?;
        Ok(Self(folder.to_owned()))
    }

    fn path(&self, parts: &Range<usize>) -> PathBuf {
        self.0.join(format!("{}-{}.node", parts.start, parts.end))
    }

    /// What is kept of the node over these parts.
    pub fn read(&self, parts: &Range<usize>) -> Option<Vec<u8>> {
        crate::file::read(&self.path(parts), LIMIT).ok()
    }

    /// Keeps a node, and none of those below it.
    pub fn write(&self, parts: &Range<usize>, node: &[u8]) -> Result<(), Error> {
        crate::file::save(&self.path(parts), node)?;
        if parts.len() > 1 {
            for child in children(parts) {
                // If it is left, nobody reads it.
                let _ = fs::remove_file(self.path(&child));
            }
        }
        Ok(())
    }

    /// The node of a tree over these parts, if it is there and holds: its circuit (place and kind), the sum it says, and its proof.
    pub fn load(&self, parts: &Range<usize>, leaves: &Leaves<'_>, tree: &Tree) -> Option<Node> {
        let bytes = self.read(parts)?;
        let (place, rest) = bytes.split_first_chunk::<4>()?;
        let (kind, rest) = rest.split_first()?;
        let (sum, proof) = rest.split_at_checked(4 * D)?;
        let mut cell = Cell::default();
        for (element, bytes) in cell.iter_mut().zip(sum.as_chunks::<4>().0) {
            *element = Element::read(bytes)?;
        }
        let kind = *Kind::ALL.get(usize::from(*kind))?;
        // Others would not hold, nor what is made of them.
        let is_one_of = match parts.len() {
            1 => kind == Kind::Small || kind == Kind::Large,
            count if count == leaves.count() => kind == Kind::Top,
            _ => kind == Kind::Join,
        };
        let place = u32::from_le_bytes(*place) as usize;
        let statement = leaves.statement(parts, cell, &tree.key().keys)?;
        let node = Node { statement, kind, place, proof: proof.to_vec() };
        (is_one_of && place < tree.count(kind) && tree.verify(&node).is_ok()).then_some(node)
    }

    /// Keeps a node of a tree.
    pub fn save(&self, parts: &Range<usize>, node: &Node) -> Result<(), Error> {
        let mut bytes = (node.place as u32).to_le_bytes().to_vec();
        bytes.push(node.kind as u8);
        node.statement.sum.iter().for_each(|element| element.write(&mut bytes));
        bytes.extend(&node.proof);
        self.write(parts, &bytes)
    }

    /// Removes the folder if nothing was kept.
    pub fn remove_if_empty(&self) {
        let _ = fs::remove_dir(&self.0);
    }

    /// Removes all nodes in a folder, also those that were not finished, and then the folder, unless something else is in it.
    pub fn remove(folder: &Path) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_name().to_str().is_some_and(is_node) {
                // Whatever is left says nothing.
                let _ = fs::remove_file(entry.path());
            }
        }
        let _ = fs::remove_dir(folder);
    }
}

/// Whether a file is a node, or was to be one when it was finished.
pub fn is_node(name: &str) -> bool {
    let parts = |name: &str| {
        let (start, end) = name.strip_suffix(".node")?.split_once('-')?;
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        (is_number(start) && is_number(end)).then_some(())
    };
    let temporary = || {
        let name = name.strip_prefix('.')?.strip_suffix(".aver-tmp")?;
        parts(&name[..name.find(".node.")? + ".node".len()])
    };
    parts(name).or_else(temporary).is_some()
}
