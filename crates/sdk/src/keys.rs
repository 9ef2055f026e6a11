//! Keys of trees, in this library and in a folder, so that circuits that are not used need not be made, and what those that are used take
//! longest to make.

use crate::{AtomicFile, Error};
use aver_stark::{
    hash::{Node, Sponge},
    value::{Element, Value},
};
use aver_tree_prover::{Groups, Kept, Known, Plan};
use aver_verifier::bytes::Fields;
use std::{
    env,
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

/// More than keys of any tree take.
const LIMIT: u64 = 1 << 20;
/// More than the groups of any circuit take.
const GROUPS_LIMIT: u64 = 1 << 26;
/// Bytes of groups that are kept, at most: those of some thirty trees.
const KEPT_LIMIT: u64 = 1 << 28;
/// How names of files of groups end.
const GROUPS: &str = "groups";

/// What is known of the trees of usual machines. A test makes it again, and writes it with `UPDATE_FIXTURES=1`.
pub const BUILT_IN: &[u8] = include_bytes!("built-in.keys");

/// What this library knows of a tree.
pub fn built_in(plan: &Plan) -> Option<Known> {
    let mut trees = Fields::new(BUILT_IN);
    while let Ok(tree) = trees.bytes("keys") {
        if let Some(known) = Known::decode(plan, tree) {
            return Some(known);
        }
    }
    None
}

/// A folder with a file for each tree, named by what its circuits follow from. A file that is not whole, or of another tree, is
/// made again; one that is whole is believed, by provers until they make a circuit that has another key.
#[derive(Clone, Debug)]
pub(crate) struct KeyFolder(PathBuf);

impl KeyFolder {
    /// A folder of this name, which need not be there.
    pub fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// The user's: where the system keeps what can be made again.
    pub fn of_user() -> Option<Self> {
        let folder = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let of_home = |inside: &str| env::home_dir().map(|home| home.join(inside));
        let caches = match () {
            _ if cfg!(windows) => folder("LOCALAPPDATA"),
            _ if cfg!(target_os = "macos") => of_home("Library/Caches"),
            _ => folder("XDG_CACHE_HOME").or_else(|| of_home(".cache")),
        };
        caches.map(|caches| Self(caches.join("aver").join("trees")))
    }

    fn path(&self, plan: &Plan) -> PathBuf {
        // Who changes the code that records circuits changes the keys that are built in.
        let mut sponge = Sponge::new("aver keys");
        sponge.absorb("plan", &plan.digest());
        sponge.absorb("built in", BUILT_IN);
        let name: String = sponge.digest("name").iter().map(|byte| format!("{byte:02x}")).collect();
        self.0.join(name)
    }

    /// What is known of a tree, if it is there and whole.
    pub fn load(&self, plan: &Plan) -> Option<Known> {
        Known::decode(plan, &crate::file::read(&self.path(plan), LIMIT).ok()?)
    }

    /// Makes what is to be known of a tree, and keeps it; one process at a time, so that others find it.
    pub fn make(&self, plan: &Plan, make: impl FnOnce() -> Result<Known, Error>) -> Result<Known, Error> {
        // Whoever cannot lock or write here still has a tree.
        let lock = fs::create_dir_all(&self.0).and_then(|()| File::create(self.0.join("lock")));
        let _locked = lock.and_then(|file| file.lock().map(|()| file));
        if let Some(known) = self.load(plan) {
            return Ok(known);
        }
        let known = make()?;
        let _ = self.save(plan, &known);
        Ok(known)
    }

    fn save(&self, plan: &Plan, known: &Known) -> Result<(), Error> {
        write(&self.path(plan), &known.encode(plan))
    }

    /// Removes what is not of the tree's circuits.
    pub fn forget(&self, plan: &Plan) {
        let _ = fs::remove_file(self.path(plan));
    }

    /// The file of a circuit's groups.
    fn groups(&self, key: &Node) -> PathBuf {
        let mut name = String::new();
        bytes(&[*key]).iter().for_each(|byte| name.push_str(&format!("{byte:02x}")));
        self.0.join(name).with_extension(GROUPS)
    }
}

/// A file for each circuit, named by its key, which says whether it is whole.
impl Kept for KeyFolder {
    fn load(&self, key: &Node) -> Option<Groups> {
        let bytes = crate::file::read(&self.groups(key), GROUPS_LIMIT).ok()?;
        let (columns, nodes) = bytes.split_first_chunk()?;
        let nodes = nodes.chunks(Node::BYTES).map(Node::read).collect::<Option<_>>()?;
        Some(Groups { columns: *columns, nodes })
    }

    fn save(&self, key: &Node, groups: &Groups) {
        let _ = fs::create_dir_all(&self.0);
        let _ = write(&self.groups(key), &[&groups.columns[..], &bytes(&groups.nodes)].concat());
        trim(&self.0, KEPT_LIMIT);
    }
}

/// Removes the oldest groups in a folder, until those that are left have no more bytes than that: trees of unusual runs have circuits of
/// their own, and there is no end of such trees.
pub fn trim(folder: &Path, limit: u64) {
    let file = |entry: fs::DirEntry| {
        let (path, about) = (entry.path(), entry.metadata().ok()?);
        let is_groups = path.extension().is_some_and(|ending| ending == GROUPS);
        is_groups.then_some((about.modified().ok()?, about.len(), path))
    };
    let mut files: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().filter_map(file).collect();
    files.sort();
    let mut kept = 0;
    for (_, bytes, path) in files.into_iter().rev() {
        kept += bytes;
        if kept > limit {
            let _ = fs::remove_file(path);
        }
    }
}

fn bytes(nodes: &[Node]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(nodes.len() * Node::BYTES);
    nodes.iter().for_each(|node| node.write(&mut bytes));
    bytes
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes).map_err(Error::io(path))?;
    file.commit()
}
