//! The file of a root proof, and how a tree is named.
//!
//! ```text
//! magic "AVEROOT\n" · version
//! verifying key (length, bytes) · exit code · output (length, bytes) · digest · number of assumptions · assumptions
//! tree key (length, bytes) · number of shapes
//! shapes: kind (0 memory proof, 1 shard, 2 shard that halts) · log_chunk · stacks of each group
//! proof (length, bytes)
//!
//! tree key: version · digest of the machine · parameters of the run · cells of rows of fixed columns, twice
//!           parameters of the root · number of chips · rows · key of the root · root of the keys below
//! parameters: bits of security · log_height · log2 of the inverse of the rate · hash (0 Mixed, 1 Poseidon2, 2 Blake3)
//!             · masks (0 or 1) · multiplicity (0 where words are decoded uniquely)
//! ```
//!
//! Nothing of it is trusted: who verifies names the program and the tree. The shapes are those that are not usual: with these anyone can make the tree
//! again from, and so find out that its key is of circuits that are as they should be.

use alloc::vec::Vec;

use aver_machine::Systems;
use aver_stark::hash::{Digest, Hash, Sponge};
use aver_stark::layout::MAX_LOG_CHUNK;
use aver_stark::params::{Decoding, Params, Profile};
use aver_stark::value::Value;
use aver_verifier::bytes::{Fields, put_bytes, put_number};
use aver_verifier::claim::{check_digest, check_unconditional, claims, put_claims};
use aver_verifier::{Claim, Error as FileError, VERSION, VerifyingKey};

use crate::circuits::Runs;
use crate::leaf::Kind;
use crate::part::{MAX_STACKS, Shape, total_stacks};
use crate::{Class, Code, Error, TreeKey, verify};

/// First bytes of a root proof's file.
pub const MAGIC: &[u8; 8] = b"AVEROOT\n";
/// Kinds of parts, by what stands for them.
const KINDS: [Kind; 3] = [Kind::Memory, Kind::Shard, Kind::Last];
/// Hashes, by what stands for them.
const HASHES: [Hash; 3] = [Hash::Mixed, Hash::Poseidon2, Hash::Blake3];
/// The most shapes: as many as there are places for leaves.
const MAX_SHAPES: usize = 1 << 7;
/// The most cells of rows of fixed columns: five tables each, so more than any machine has.
const MAX_CELLS: usize = 1 << 8;
/// Bytes of a shape.
const SHAPE_BYTES: usize = 17;

/// A root proof with what it claims, as in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootFile {
    /// The key of the program that it says it is for.
    pub vk: VerifyingKey,
    /// The exit code it claims.
    pub exit_code: u32,
    /// The public output.
    pub output: Vec<u8>,
    /// Its digest, which the program handed over, or one of it and the assumptions.
    pub output_digest: Digest,
    /// What the program took for granted.
    pub assumptions: Vec<Claim>,
    /// The key of the tree that it says it is of.
    pub tree: TreeKey,
    /// What that tree's leaves are for beside the usual shapes, in order.
    pub shapes: Vec<Shape>,
    /// The proof.
    pub proof: Vec<u8>,
}

impl RootFile {
    /// What it claims to show, if its assumptions hold.
    pub fn claim(&self) -> Claim {
        Claim { vk: self.vk.digest(), exit_code: self.exit_code, output_digest: self.output_digest }
    }

    /// Verifies that it shows a run of the program whose key has the digest `vk`, which halted with `exit_code` and assumed nothing,
    /// by circuits of the tree whose key has the digest `tree`. `machine` gives the machine for a key's coprocessors.
    pub fn verify(
        &self,
        vk: &Digest,
        exit_code: u32,
        tree: &Digest,
        machine: impl FnOnce(&VerifyingKey) -> Result<Systems, FileError>,
    ) -> Result<Claim, Error> {
        let claim = self.verify_conditional(vk, exit_code, tree, machine)?;
        check_unconditional(&self.assumptions)?;
        Ok(claim)
    }

    /// The same of a run that may have assumptions: the claim holds if all of [these](Self::assumptions) do.
    pub fn verify_conditional(
        &self,
        vk: &Digest,
        exit_code: u32,
        tree: &Digest,
        machine: impl FnOnce(&VerifyingKey) -> Result<Systems, FileError>,
    ) -> Result<Claim, Error> {
        let claim = self.claim();
        check_asked(&claim, &[*vk], exit_code)?;
        check_digest(&self.output, &self.output_digest)?;
        self.check_tree(&[*tree])?;
        verify(&self.tree, &machine(&self.vk)?, &self.vk, &claim, &self.assumptions, &self.proof)?;
        Ok(claim)
    }

    /// That it is by circuits of one of these trees.
    pub(crate) fn check_tree(&self, trees: &[Digest]) -> Result<(), Error> {
        let found = self.tree.digest();
        let expected = trees.first().copied().unwrap_or_default();
        if trees.contains(&found) { Ok(()) } else { Err(Error::Tree { found, expected }) }
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        put_number(&mut out, VERSION);
        put_bytes(&mut out, &self.vk.encode());
        put_number(&mut out, self.exit_code);
        put_bytes(&mut out, &self.output);
        out.extend_from_slice(&self.output_digest);
        put_claims(&mut out, &self.assumptions);
        put_bytes(&mut out, &self.tree.encode());
        put_shapes(&mut out, &self.shapes);
        put_bytes(&mut out, &self.proof);
        out
    }

    /// From its bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, FileError> {
        let mut fields = start(bytes, MAGIC)?;
        let vk = within(&mut fields, "verifying key", VerifyingKey::decode)?;
        let exit_code = fields.number("exit code")?;
        let output = fields.bytes("output")?.to_vec();
        let output_digest = fields.digest("output digest")?;
        let assumptions = claims(&mut fields)?;
        let tree = within(&mut fields, "tree key", TreeKey::decode)?;
        let shapes = shapes(&mut fields)?;
        let proof = fields.bytes("proof")?.to_vec();
        fields.finish("proof file")?;
        Ok(Self { vk, exit_code, output, output_digest, assumptions, tree, shapes, proof })
    }
}

/// That it is a claim of one of these programs, with this exit code.
pub(crate) fn check_asked(claim: &Claim, vks: &[Digest], exit_code: u32) -> Result<(), FileError> {
    if !vks.contains(&claim.vk) {
        return Err(FileError::Program {
            found: claim.vk,
            expected: vks.first().copied().unwrap_or_default(),
        });
    }
    if claim.exit_code != exit_code {
        return Err(FileError::ExitCode { found: claim.exit_code, expected: exit_code });
    }
    Ok(())
}

/// Appends shapes.
pub fn put_shapes(out: &mut Vec<u8>, shapes: &[Shape]) {
    put_number(out, shapes.len() as u32);
    for Shape { kind, log_chunk, stacks } in shapes {
        out.push(*kind as u8);
        put_number(out, *log_chunk as u32);
        stacks.iter().for_each(|&stacks| put_number(out, stacks as u32));
    }
}

/// Shapes in order, no more than a tree has leaves for.
pub fn shapes(fields: &mut Fields<'_>) -> Result<Vec<Shape>, FileError> {
    let count = fields.count("shapes", SHAPE_BYTES)?;
    if count > MAX_SHAPES {
        let (value, limit) = (count as u64, MAX_SHAPES as u64);
        return Err(FileError::Limit { what: "number of shapes", value, limit });
    }
    let mut shapes: Vec<Shape> = Vec::with_capacity(count);
    for _ in 0..count {
        let shape = shape(fields)?;
        if shapes.last().is_some_and(|last| *last >= shape) {
            return Err(FileError::Malformed { field: "shapes" });
        }
        shapes.push(shape);
    }
    let stacks = total_stacks(&shapes);
    if stacks > MAX_STACKS {
        let (value, limit) = (stacks as u64, MAX_STACKS as u64);
        return Err(FileError::Limit { what: "stacks of all shapes", value, limit });
    }
    Ok(shapes)
}

fn shape(fields: &mut Fields<'_>) -> Result<Shape, FileError> {
    let kind = usize::from(fields.byte("kind of a shape")?);
    let kind = *KINDS.get(kind).ok_or(FileError::Malformed { field: "kind of a shape" })?;
    let log_chunk = fields.number("log2 of a chunk")? as usize;
    if log_chunk > MAX_LOG_CHUNK {
        return Err(FileError::Malformed { field: "log2 of a chunk" });
    }
    let mut stacks = [0; 3];
    for stacks in &mut stacks {
        *stacks = fields.number("stacks")? as usize;
    }
    Ok(Shape { kind, log_chunk, stacks })
}

impl TreeKey {
    /// The tree's name: a hash of everything in the key.
    pub fn digest(&self) -> Digest {
        digest("aver tree key", &self.encode())
    }

    /// Canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_number(&mut out, VERSION);
        out.extend_from_slice(&self.runs.machine);
        put_params(&mut out, &self.runs.params);
        self.runs.rows.iter().for_each(|&cells| put_number(&mut out, cells as u32));
        put_class(&mut out, &self.class);
        [self.root, self.keys].iter().for_each(|node| node.write(&mut out));
        out
    }

    /// From canonical bytes.
    pub fn decode(fields: &mut Fields<'_>) -> Result<Self, FileError> {
        version(fields)?;
        let machine = fields.digest("machine")?;
        let (profile, log_height) = params(fields)?;
        let malformed = |_| FileError::Malformed { field: "parameters" };
        let params_of_runs = Params::new(profile, log_height).map_err(malformed)?;
        let mut cells = || match fields.number("cells of fixed columns")? as usize {
            value if value > MAX_CELLS => {
                let (value, limit) = (value as u64, MAX_CELLS as u64);
                Err(FileError::Limit { what: "cells of fixed columns", value, limit })
            }
            cells => Ok(cells),
        };
        let runs = Runs { machine, params: params_of_runs, rows: [cells()?, cells()?] };
        let class = class(fields)?;
        let (root, keys) = (fields.node("key of the root")?, fields.node("keys of the tree")?);
        Ok(Self { runs, class, root, keys })
    }
}

/// The fields of a file that starts so, behind its version.
pub(crate) fn start<'a>(bytes: &'a [u8], magic: &[u8]) -> Result<Fields<'a>, FileError> {
    let mut fields = Fields::new(bytes);
    take_start(&mut fields, magic)?;
    Ok(fields)
}

/// Demands that a file starts so, and takes its version.
pub fn take_start(fields: &mut Fields<'_>, magic: &[u8]) -> Result<(), FileError> {
    if fields.take("magic", magic.len()).map_err(|_| FileError::Magic)? != magic {
        return Err(FileError::Magic);
    }
    version(fields)
}

/// What stands behind its length, and has that.
pub fn within<T>(
    fields: &mut Fields<'_>,
    field: &'static str,
    decode: impl FnOnce(&mut Fields<'_>) -> Result<T, FileError>,
) -> Result<T, FileError> {
    let mut own = Fields::new(fields.bytes(field)?);
    let value = decode(&mut own)?;
    own.finish(field)?;
    Ok(value)
}

/// The name of a key of these bytes.
pub(crate) fn digest(domain: &'static str, key: &[u8]) -> Digest {
    let mut sponge = Sponge::new(domain);
    sponge.absorb("key", key);
    sponge.digest("digest")
}

pub(crate) fn version(fields: &mut Fields<'_>) -> Result<(), FileError> {
    let found = fields.number("version")?;
    if found == VERSION { Ok(()) } else { Err(FileError::Version { found, expected: VERSION }) }
}

/// Parameters and rows.
pub fn put_class(out: &mut Vec<u8>, class: &Class) {
    put_params(out, &class.params);
    let params = &class.params;
    let multiplicity = match params.decoding {
        Decoding::Unique => 0,
        Decoding::Lists { multiplicity } => multiplicity as u8,
    };
    out.extend([params.base.log_inv_rate() as u8, params.hash as u8, u8::from(params.masked), multiplicity]);
    put_number(out, class.rows.len() as u32);
    class.rows.iter().for_each(|&rows| put_number(out, rows as u32));
}

pub(crate) fn class(fields: &mut Fields<'_>) -> Result<Class, FileError> {
    let (profile, log_height) = params(fields)?;
    let log_inv_rate = usize::from(fields.byte("log2 of the inverse of the rate")?);
    let hash = HASHES.get(usize::from(fields.byte("hash")?));
    let hash = *hash.ok_or(FileError::Malformed { field: "hash" })?;
    let masked = match fields.byte("masks")? {
        bit @ 0..=1 => bit == 1,
        _ => return Err(FileError::Malformed { field: "masks" }),
    };
    let decoding = match usize::from(fields.byte("multiplicity")?) {
        0 => Decoding::Unique,
        multiplicity => Decoding::Lists { multiplicity },
    };
    let params = Code { log_height, log_inv_rate, hash, masked, decoding }.params(profile);
    let params = params.map_err(|_| FileError::Malformed { field: "parameters" })?;
    let count = fields.count("chips", 4)?;
    let mut rows = Vec::with_capacity(count);
    for _ in 0..count {
        rows.push(fields.number("rows of a class")? as usize);
    }
    Ok(Class { params, rows })
}

fn put_params(out: &mut Vec<u8>, params: &Params) {
    out.extend([params.profile.bits() as u8, params.log_height as u8]);
}

fn params(fields: &mut Fields<'_>) -> Result<(Profile, usize), FileError> {
    let bits = usize::from(fields.byte("profile")?);
    let profile = [Profile::Bits128, Profile::Bits100].into_iter().find(|profile| profile.bits() == bits);
    let log_height = usize::from(fields.byte("log_height")?);
    Ok((profile.ok_or(FileError::Malformed { field: "parameters" })?, log_height))
}
