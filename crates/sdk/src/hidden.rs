//! Files of runs whose parts are hidden: what may be sent to a machine that makes their root and is to learn nothing else.
//!
//! ```text
//! magic "AVERHID\n" · version
//! verifying key (length, bytes) · exit code · output (length, bytes) · digest · number of assumptions · assumptions
//! number of memory proofs · number of shards · work of the shared challenge (length, bytes) · last link · what is hidden of the last place
//! shapes of the tree that are not usual, as in the file of a root proof · digests of the places between parts, one less than there are parts
//! veils, each behind the length of all of it:  circuit · sum · proof
//! ```
//!
//! Nothing of it is believed: each veil is verified as what it must say, which follows from what stands before it.

use crate::{
    Claim, Error, Profile,
    proof::{Source, assumptions},
};
use aver_machine::public::{MAX_MEMORY_PROOFS, MAX_SHARDS};
use aver_prover::ProofReader;
use aver_stark::{
    field::D,
    hash::{Digest, Node as Root},
    value::{Element, Value},
};
use aver_tree::{
    cells::Cell,
    file::{put_shapes, shapes, take_start, within},
    part::Shape,
};
use aver_tree_prover::Outline;
use aver_verifier::{
    Error as Refused, VERSION, VerifyingKey,
    bytes::{Fields, put_bytes, put_number},
    claim::{End, check_digest, claims, put_claims},
};
use std::{path::Path, sync::Arc};

/// First bytes of the file.
const MAGIC: &[u8; 8] = b"AVERHID\n";

/// A run whose parts are hidden, as in a file: a [`Compressor`](crate::Compressor) makes it, where the input is known, and another, where
/// it is not to be known, makes a [`RootProof`](crate::RootProof) of it. Says nothing before that.
///
/// It hides the input but for the claim, the numbers of memory proofs and shards, and which of them are small.
#[derive(Clone, Debug)]
pub struct HiddenProof {
    source: Source,
    head: Head,
}

/// What stands before the veils.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub vk: VerifyingKey,
    pub exit_code: u32,
    pub output: Vec<u8>,
    pub output_digest: Digest,
    pub assumptions: Vec<aver_verifier::Claim>,
    /// Numbers of memory proofs and of shards.
    pub counts: [u32; 2],
    pub work: Vec<u8>,
    pub link: Root,
    pub hidden: Root,
    pub shapes: Vec<Shape>,
    /// Digests of the places between parts.
    pub places: Vec<Root>,
}

impl HiddenProof {
    /// From a file's bytes.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, Error> {
        Self::new(Source::Bytes(Arc::new(bytes)))
    }

    /// In a file, of which only the head is read now; the rest when it is needed, and never all of it at once.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::new(Source::open(path.as_ref())?)
    }

    fn new(source: Source) -> Result<Self, Error> {
        let head =
            ProofReader::new(source.reader()?).head(Head::decode).map_err(Error::read(source.path()))?;
        Ok(Self { source, head })
    }

    /// Whether a file starts as one of a hidden run does.
    pub fn is_at(path: impl AsRef<Path>) -> Result<bool, Error> {
        crate::file::starts_with(path.as_ref(), MAGIC)
    }

    /// What it is to show, if its [assumptions](Self::assumptions) hold.
    pub fn claim(&self) -> Claim {
        self.head.claim().into()
    }

    /// What the program took for granted.
    pub fn assumptions(&self) -> Vec<Claim> {
        assumptions(&self.head.assumptions)
    }

    /// The public output that travels with it.
    pub fn output(&self) -> &[u8] {
        &self.head.output
    }

    /// Numbers of memory proofs and of shards that are hidden in it.
    pub fn counts(&self) -> [u32; 2] {
        self.head.counts
    }

    /// The security it is to have, which is part of the program's key.
    pub fn profile(&self) -> Profile {
        self.head.vk.profile
    }

    /// How many bytes it has.
    pub fn size(&self) -> u64 {
        self.source.size()
    }

    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    /// For errors.
    pub(crate) fn path(&self) -> &Path {
        self.source.path()
    }

    /// Each veil, of which one is in memory at a time: its circuit, the sum that it says, and its proof.
    pub(crate) fn for_each(
        &self,
        mut each: impl FnMut(usize, Veil) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut file = ProofReader::new(self.source.reader()?);
        let head = file.head(Head::decode).map_err(Error::read(self.path()))?;
        if head != self.head {
            return Err(Refused::Malformed { field: "a file that was changed meanwhile" }.into());
        }
        for index in 0..=head.places.len() {
            let bytes = file.proof().map_err(Error::read(self.path()))?;
            each(index, Veil::decode(&bytes)?)?;
        }
        file.end().map_err(Error::read(self.path()))
    }
}

impl Head {
    pub fn claim(&self) -> aver_verifier::Claim {
        aver_verifier::Claim {
            vk: self.vk.digest(),
            exit_code: self.exit_code,
            output_digest: self.output_digest,
        }
    }

    pub fn outline(&self) -> Outline<'_> {
        Outline {
            vk: &self.vk,
            end: End::new(self.exit_code, &self.output_digest, &self.assumptions),
            counts: self.counts,
            work: &self.work,
            link: self.link,
        }
    }

    pub fn encode(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        put_number(&mut out, VERSION);
        put_bytes(&mut out, &self.vk.encode());
        put_number(&mut out, self.exit_code);
        put_bytes(&mut out, &self.output);
        out.extend_from_slice(&self.output_digest);
        put_claims(&mut out, &self.assumptions);
        self.counts.iter().for_each(|&count| put_number(&mut out, count));
        put_bytes(&mut out, &self.work);
        [self.link, self.hidden].iter().for_each(|root| root.write(&mut out));
        put_shapes(&mut out, &self.shapes);
        self.places.iter().for_each(|place| place.write(&mut out));
        out
    }

    fn decode(fields: &mut Fields<'_>) -> Result<Self, Refused> {
        take_start(fields, MAGIC)?;
        let vk = within(fields, "verifying key", VerifyingKey::decode)?;
        let exit_code = fields.number("exit code")?;
        let output = fields.bytes("output")?.to_vec();
        let output_digest = fields.digest("output digest")?;
        check_digest(&output, &output_digest)?;
        let assumptions = claims(fields)?;
        let counts = [fields.number("memory proofs")?, fields.number("shards")?];
        for (what, count, limit) in [
            ("number of memory proofs", counts[0], MAX_MEMORY_PROOFS),
            ("number of shards", counts[1], MAX_SHARDS - 1),
        ] {
            if count > limit {
                return Err(Refused::Limit { what, value: count.into(), limit: limit.into() });
            }
        }
        let work = fields.bytes("work")?.to_vec();
        let (link, hidden) = (fields.node("last link")?, fields.node("last place")?);
        let shapes = shapes(fields)?;
        let parts = (counts[0] + counts[1]) as usize;
        let between = parts.checked_sub(1).ok_or(Refused::Malformed { field: "number of parts" })?;
        if between > fields.left() / Root::BYTES {
            return Err(Refused::Truncated { field: "places" });
        }
        let places = (0..between).map(|_| fields.node("places")).collect::<Result<_, _>>()?;
        Ok(Self {
            vk,
            exit_code,
            output,
            output_digest,
            assumptions,
            counts,
            work,
            link,
            hidden,
            shapes,
            places,
        })
    }
}

/// A veil, without what it must say but for its sum.
pub(crate) struct Veil {
    /// Which circuit.
    pub place: usize,
    pub sum: Cell,
    pub proof: Vec<u8>,
}

impl Veil {
    /// As it stands behind its length.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![self.place as u8];
        self.sum.iter().for_each(|element| element.write(&mut out));
        out.extend_from_slice(&self.proof);
        out
    }

    fn decode(bytes: &[u8]) -> Result<Self, Refused> {
        let mut fields = Fields::new(bytes);
        let place = fields.byte("circuit")?.into();
        let mut sum = Cell::default();
        let (elements, _) = fields.take("sum", 4 * D)?.as_chunks::<4>();
        for (element, bytes) in sum.iter_mut().zip(elements) {
            *element = Element::read(bytes).ok_or(Refused::Malformed { field: "sum" })?;
        }
        let proof = fields.take("proof", fields.left())?.to_vec();
        Ok(Self { place, sum, proof })
    }
}
