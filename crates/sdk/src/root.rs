//! Files of root proofs.

use crate::{
    Error, Profile, TreeKey, Verifier, Vk, file,
    proof::{Claim, assumptions, decode},
};
use aver_tree::{RootFile, file::MAGIC};
use serde::de::DeserializeOwned;
use std::path::Path;

/// One proof of a run, whatever its length, with its claim and the public output, as in a file. Says nothing before it is
/// verified; made by a [`Compressor`](crate::Compressor).
///
/// Who verifies knows two digests from elsewhere than the file: that of the program's key, and that of the
/// [tree's](TreeKey), or [makes it](crate::Compressor::tree_key).
///
/// ```no_run
/// use aver_sdk::{Compressor, RootProof, TreeKey, Vk};
///
/// # fn main() -> Result<(), aver_sdk::Error> {
/// let root = RootProof::open("sum.root")?;
/// let vk: Vk = "…".parse()?;
/// // The file's tree is not believed; on unusual machines, this takes seconds the first time.
/// let tree: TreeKey = Compressor::new().tree_key(&root)?;
/// // Takes milliseconds.
/// let sum: u64 = root.verify(&vk, &tree)?.read()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct RootProof {
    file: RootFile,
}

/// What was accepted of a [`RootProof`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedRoot {
    /// What is shown.
    pub claim: Claim,
    /// The public output, which has the claim's digest.
    pub output: Vec<u8>,
}

impl VerifiedRoot {
    /// The output as a value the program committed; several are read as a tuple.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        decode(&self.output)
    }
}

impl RootProof {
    pub(crate) fn new(file: RootFile) -> Self {
        Self { file }
    }

    /// From a file's bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        Ok(Self::new(RootFile::decode(bytes)?))
    }

    /// Whether it hides the run's input, if it is what it says it is. What it does not hide are the claim and its
    /// [tree](TreeKey), from which something of the size of the run follows.
    pub fn hides_input(&self) -> bool {
        self.file.tree.class.params.masked
    }

    /// Its bytes, as in a file.
    pub fn encode(&self) -> Vec<u8> {
        self.file.encode()
    }

    /// From a file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::decode(&file::read(path.as_ref(), file::LIMIT)?)
    }

    /// Whether a file starts as one of a root proof does.
    pub fn is_at(path: impl AsRef<Path>) -> Result<bool, Error> {
        file::starts_with(path.as_ref(), MAGIC)
    }

    /// To a file: under a temporary name in the same folder first, then renamed.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        file::save(path.as_ref(), &self.encode())
    }

    /// Checks that it is a proof of the program of `vk`, which halted with exit code 0, by the circuits of `tree`;
    /// [`Verifier::verify_root`] for other exit codes and coprocessors.
    pub fn verify(&self, vk: &Vk, tree: &TreeKey) -> Result<VerifiedRoot, Error> {
        Verifier::new(*vk).verify_root(self, tree)
    }

    /// What it claims to show, if its [assumptions](Self::assumptions) hold.
    pub fn claim(&self) -> Claim {
        self.file.claim().into()
    }

    /// What the program took for granted. With any, a [`Verifier`] refuses the proof: it is to become an
    /// [aggregate](crate::Aggregator) with the proofs of these.
    pub fn assumptions(&self) -> Vec<Claim> {
        assumptions(&self.file.assumptions)
    }

    /// The tree that it says it is of. To verify with it shows nothing: the file's maker chose it.
    pub fn claimed_tree(&self) -> TreeKey {
        self.file.tree.digest().into()
    }

    /// The public output that travels with it.
    pub fn output(&self) -> &[u8] {
        &self.file.output
    }

    /// Whether the output has the digest that is claimed.
    pub fn output_matches(&self) -> bool {
        aver_verifier::claim::check_digest(&self.file.output, &self.file.output_digest).is_ok()
    }

    /// The security it claims to have, which is part of the program's key.
    pub fn profile(&self) -> Profile {
        self.file.vk.profile
    }

    /// Everything it says.
    pub fn file(&self) -> &RootFile {
        &self.file
    }
}
