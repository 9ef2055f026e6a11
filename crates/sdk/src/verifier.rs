//! Checks proofs.

use crate::{AggregateProof, Coprocessor, Error, Proof, RootProof, TreeKey, Verified, VerifiedRoot, Vk};
use std::{fmt, sync::Arc};

/// Checks proofs of one program.
#[derive(Clone)]
pub struct Verifier {
    vk: Vk,
    exit_code: u32,
    allow_mock: bool,
    coprocessors: Vec<Arc<dyn Coprocessor>>,
}

impl Verifier {
    /// Of the program of `vk`, which must halt with exit code 0.
    pub fn new(vk: Vk) -> Self {
        Self { vk, exit_code: 0, allow_mock: false, coprocessors: crate::coprocessors::standard() }
    }

    /// Demands another exit code.
    pub fn exit_code(mut self, code: u32) -> Self {
        self.exit_code = code;
        self
    }

    /// Accepts what [`Prover::mock`](crate::Prover::mock) made, of which nothing is proved. For tests.
    pub fn allow_mock(mut self, allow: bool) -> Self {
        self.allow_mock = allow;
        self
    }

    /// The coprocessors a program may use, in place of [the standard ones](crate::coprocessors::standard).
    pub fn coprocessors(mut self, coprocessors: Vec<Arc<dyn Coprocessor>>) -> Self {
        self.coprocessors = coprocessors;
        self
    }

    /// Checks a proof, reading it piece by piece; an [`Error::Rejected`] says why it is refused.
    pub fn verify(&self, proof: &Proof) -> Result<Verified, Error> {
        if proof.is_mock() && self.allow_mock {
            return self.accept_mock(proof);
        }
        let file = proof.reader()?;
        let verified = aver_prover::verify_from(file, &self.vk.0, self.exit_code, &self.coprocessors)
            .map_err(Error::read(proof.path()))?;
        let claim = verified.claim.into();
        Ok(Verified { claim, output: verified.output, shards: verified.shards, is_mock: false })
    }

    /// Checks a root proof, which must be by the circuits of `tree`.
    pub fn verify_root(&self, root: &RootProof, tree: &TreeKey) -> Result<VerifiedRoot, Error> {
        let machine = |key: &_| aver_prover::machine(key, &self.coprocessors);
        root.file().verify(&self.vk.0, self.exit_code, &tree.0, machine)?;
        Ok(VerifiedRoot { claim: root.claim(), output: root.output().into() })
    }

    /// Checks a root proof that may have [assumptions](RootProof::assumptions): the claim holds if all of these do, which is
    /// not checked.
    pub fn verify_conditional(&self, root: &RootProof, tree: &TreeKey) -> Result<VerifiedRoot, Error> {
        let machine = |key: &_| aver_prover::machine(key, &self.coprocessors);
        root.file().verify_conditional(&self.vk.0, self.exit_code, &tree.0, machine)?;
        Ok(VerifiedRoot { claim: root.claim(), output: root.output().into() })
    }

    /// Checks an aggregate of runs of this program and of the `others`, of each one or more and of no further one: as
    /// [`AggregateProof::verify`] does, with these coprocessors. The exit code is that of all.
    pub fn verify_aggregate(
        &self,
        proof: &AggregateProof,
        others: &[Vk],
        trees: &[TreeKey],
        key: &TreeKey,
    ) -> Result<Vec<VerifiedRoot>, Error> {
        let vks = [&[self.vk], others].concat();
        proof.verify_with(&vks, self.exit_code, trees, key, &self.coprocessors)
    }

    /// What can be checked of a mock: that it is what was asked for.
    fn accept_mock(&self, proof: &Proof) -> Result<Verified, Error> {
        use aver_verifier::Error as Rejected;
        let claim = proof.claim();
        if claim.vk != self.vk {
            return Err(Rejected::Program { found: claim.vk.0, expected: self.vk.0 }.into());
        }
        if claim.exit_code != self.exit_code {
            return Err(Rejected::ExitCode { found: claim.exit_code, expected: self.exit_code }.into());
        }
        aver_verifier::claim::check_digest(proof.output(), &claim.output_digest)?;
        aver_verifier::claim::check_unconditional(&proof.header().assumptions)?;
        let shards = proof.header().shards.len();
        Ok(Verified { claim, output: proof.output().into(), shards, is_mock: true })
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("vk", &self.vk)
            .field("exit_code", &self.exit_code)
            .field("allow_mock", &self.allow_mock)
            .finish_non_exhaustive()
    }
}
