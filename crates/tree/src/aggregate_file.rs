//! The file of an aggregate, and how its circuits are named.
//!
//! ```text
//! magic "AVERAGG\n" · version · key of aggregates (length, bytes)
//! number of claims · claims: files of root proofs without the proof (length, bytes)
//! proof (length, bytes)
//!
//! key of aggregates: version · class, as of a root in a tree's key · key of the join · root of all keys
//! ```

use alloc::vec::Vec;

use aver_machine::Systems;
use aver_recursion::circuit::Machine;
use aver_stark::hash::Digest;
use aver_stark::value::Value;
use aver_verifier::bytes::{Fields, put_bytes, put_number};
use aver_verifier::claim::check_digest;
use aver_verifier::{Claim, Error as FileError, VERSION, VerifyingKey};

use crate::aggregate::{AggregateKey, Roots};
use crate::assumptions;
use crate::file::{check_asked, class, digest, put_class, start, version, within};
use crate::verify::publics_on;
use crate::{Error, RootFile};

/// First bytes of an aggregate's file.
pub const MAGIC: &[u8; 8] = b"AVERAGG\n";
/// The most claims.
const MAX_CLAIMS: usize = 1 << 16;

/// An aggregate with what it claims, as in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AggregateFile {
    /// The key of aggregates that it says it is for.
    pub key: AggregateKey,
    /// What it claims: of each root all but the proof.
    pub claims: Vec<RootFile>,
    /// The proof.
    pub proof: Vec<u8>,
}

impl AggregateFile {
    /// Verifies that it shows runs of programs whose keys have the digests `vks`, of each one or more, which halted with
    /// `exit_code`, by circuits of trees whose keys have the digests `trees`, and of aggregates whose key has the digest `key`.
    /// `machine` gives the machine for a key's coprocessors. What is shown is in the order of the file.
    ///
    /// All that a run assumed is shown by one that stands after it, which may be of any program and exit code.
    pub fn verify(
        &self,
        vks: &[Digest],
        exit_code: u32,
        trees: &[Digest],
        key: &Digest,
        machine: impl Fn(&VerifyingKey) -> Result<Systems, FileError>,
    ) -> Result<Vec<Claim>, Error> {
        let found = self.key.digest();
        if found != *key {
            return Err(Error::Aggregate { found, expected: *key });
        }
        if self.claims.len() < 2 {
            return Err(Error::Claims);
        }
        let claims: Vec<Claim> = self.claims.iter().map(RootFile::claim).collect();
        let runs = || claims.iter().zip(self.claims.iter().map(|root| &root.assumptions[..]));
        for ((claim, root), is_assumed) in claims.iter().zip(&self.claims).zip(assumptions::assumed(runs())) {
            if !is_assumed {
                check_asked(claim, vks, exit_code)?;
            }
            check_digest(&root.output, &root.output_digest)?;
            root.check_tree(trees)?;
        }
        let is_missing =
            |vk: &&Digest| claims.iter().all(|claim| check_asked(claim, &[**vk], exit_code).is_err());
        if let Some(&vk) = vks.iter().find(is_missing) {
            return Err(Error::Missing { vk });
        }
        assumptions::check(runs())?;
        // Making a machine takes longer than all else of a claim, and most claims are of the same.
        let mut machines: Vec<(&VerifyingKey, Systems)> = Vec::new();
        let mut digests = Vec::new();
        for (RootFile { vk, tree, assumptions, .. }, claim) in self.claims.iter().zip(&claims) {
            let is_of = |(of, _): &(&VerifyingKey, Systems)| {
                of.machine == vk.machine && of.coprocessors == vk.coprocessors
            };
            let place = match machines.iter().position(is_of) {
                Some(place) => place,
                None => {
                    let machine = machine(vk)?;
                    vk.check_machine(&machine).map_err(|_| Error::Program { what: "the machine" })?;
                    machines.push((vk, machine));
                    machines.len() - 1
                }
            };
            let publics = publics_on(tree, &machines[place].1, vk, claim, assumptions)?;
            digests.push(Roots::of(tree).claim(&tree.root, &publics));
        }
        self.key.verify(&Machine::Plain.system()?, &digests, &self.proof)?;
        Ok(claims)
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        put_number(&mut out, VERSION);
        put_bytes(&mut out, &self.key.encode());
        put_number(&mut out, self.claims.len() as u32);
        self.claims.iter().for_each(|claim| put_bytes(&mut out, &claim.encode()));
        put_bytes(&mut out, &self.proof);
        out
    }

    /// From its bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, FileError> {
        let mut fields = start(bytes, MAGIC)?;
        let key = within(&mut fields, "key of aggregates", AggregateKey::decode)?;
        let count = fields.count("claims", MAGIC.len())?;
        if count > MAX_CLAIMS {
            let (value, limit) = (count as u64, MAX_CLAIMS as u64);
            return Err(FileError::Limit { what: "number of claims", value, limit });
        }
        let mut claims = Vec::new();
        for _ in 0..count {
            let claim = RootFile::decode(fields.bytes("claim")?)?;
            if !claim.proof.is_empty() {
                return Err(FileError::Malformed { field: "claim" });
            }
            claims.push(claim);
        }
        let proof = fields.bytes("proof")?.to_vec();
        fields.finish("proof file")?;
        Ok(Self { key, claims, proof })
    }
}

impl AggregateKey {
    /// Its name: a hash of everything in it.
    pub fn digest(&self) -> Digest {
        digest("aver aggregate key", &self.encode())
    }

    /// Canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_number(&mut out, VERSION);
        put_class(&mut out, &self.class);
        [self.join, self.keys].iter().for_each(|node| node.write(&mut out));
        out
    }

    /// From canonical bytes.
    pub fn decode(fields: &mut Fields<'_>) -> Result<Self, FileError> {
        version(fields)?;
        let class = class(fields)?;
        Ok(Self { class, join: fields.node("key of the join")?, keys: fields.node("keys of aggregates")? })
    }
}
