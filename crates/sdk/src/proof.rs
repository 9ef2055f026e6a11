//! Proof files.

use crate::{AtomicFile, Error, Profile, Report, Verifier, Vk, params::Params, security::Shape};
use aver_prover::ProofReader;
use aver_verifier::{Header, bytes::Fields};
use serde::de::DeserializeOwned;
use std::{
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

/// What a proof shows: there is an input for which the program of `vk` halts with `exit_code`, having
/// handed over `output_digest`; and also what a program may assume, with `aver_guest::verify`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claim {
    /// The program.
    pub vk: Vk,
    /// What it halted with; 101 is a panic.
    pub exit_code: u32,
    /// SHA-256 of the public output.
    pub output_digest: [u8; 32],
}

impl From<aver_verifier::Claim> for Claim {
    fn from(aver_verifier::Claim { vk, exit_code, output_digest }: aver_verifier::Claim) -> Self {
        Self { vk: vk.into(), exit_code, output_digest }
    }
}

/// Claims that a run assumed.
pub(crate) fn assumptions(claims: &[aver_verifier::Claim]) -> Vec<Claim> {
    claims.iter().copied().map(Claim::from).collect()
}

/// What a [`Verifier`] accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// What is shown.
    pub claim: Claim,
    /// The public output, which has the claim's digest.
    pub output: Vec<u8>,
    /// How many pieces the run was proved in.
    pub shards: usize,
    /// Whether nothing was proved, and the verifier was told to accept that.
    pub is_mock: bool,
}

impl Verified {
    /// The output as a value the program committed; several are read as a tuple.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        decode(&self.output)
    }
}

/// A proof with its claim and the public output, as in a file. Says nothing before it is verified.
#[derive(Clone, Debug)]
pub struct Proof {
    source: Source,
    header: Header,
    report: Option<Box<Report>>,
}

/// Where a proof is.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Bytes(Arc<Vec<u8>>),
    /// A file of so many bytes.
    File(PathBuf, u64),
}

impl Source {
    /// An ordinary file.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let size = crate::file::open(path)?.metadata().map_err(Error::io(path))?.len();
        Ok(Self::File(path.to_owned(), size))
    }

    /// From its first byte.
    pub fn reader(&self) -> Result<Box<dyn Read + '_>, Error> {
        Ok(match self {
            Self::Bytes(bytes) => Box::new(bytes.as_slice()),
            Self::File(path, _) => Box::new(crate::file::open(path)?),
        })
    }

    /// How many bytes it has.
    pub fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(_, size) => *size,
        }
    }

    /// For errors.
    pub fn path(&self) -> &Path {
        match self {
            Self::Bytes(_) => Path::new("the proof"),
            Self::File(path, _) => path,
        }
    }
}

impl Proof {
    /// From a proof file's bytes.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, Error> {
        let header = Header::decode(&mut Fields::new(&bytes))?;
        Ok(Self { source: Source::Bytes(Arc::new(bytes)), header, report: None })
    }

    /// In a file, of which only the header is read now; the rest when it is needed, and never all of it at
    /// once.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let source = Source::open(path.as_ref())?;
        let header = ProofReader::new(source.reader()?).header().map_err(Error::read(source.path()))?;
        Ok(Self { source, header, report: None })
    }

    /// To a file: under a temporary name in the same folder first, then renamed.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        let mut file = AtomicFile::create(path)?;
        io::copy(&mut self.reader()?, &mut file).map_err(Error::io(path))?;
        file.commit()
    }

    /// Reads it, as it is in a file.
    pub fn reader(&self) -> Result<Box<dyn Read + '_>, Error> {
        self.source.reader()
    }

    /// All its bytes, as in a file.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        self.reader()?.read_to_end(&mut bytes).map_err(Error::io(self.path()))?;
        Ok(bytes)
    }

    /// How many bytes it has.
    pub fn size(&self) -> u64 {
        self.source.size()
    }

    /// For errors.
    pub(crate) fn path(&self) -> &Path {
        self.source.path()
    }

    /// What it claims to show, if its [assumptions](Self::assumptions) hold.
    pub fn claim(&self) -> Claim {
        self.header.claim().into()
    }

    /// What the program took for granted. With any, a [`Verifier`] refuses the proof: compressed, it is to become an
    /// [aggregate](crate::Aggregator) with the proofs of these.
    pub fn assumptions(&self) -> Vec<Claim> {
        assumptions(&self.header.assumptions)
    }

    /// The public output that travels with it.
    pub fn output(&self) -> &[u8] {
        &self.header.output
    }

    /// The output as a value the program committed; several are read as a tuple.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        decode(self.output())
    }

    /// Whether the output has the digest that is claimed.
    pub fn output_matches(&self) -> bool {
        aver_verifier::claim::check_digest(&self.header.output, &self.header.output_digest).is_ok()
    }

    /// Checks that it is a proof of the program of `vk`, which halted with exit code 0.
    pub fn verify(&self, vk: &Vk) -> Result<Verified, Error> {
        Verifier::new(*vk).verify(self)
    }

    /// Whether it was only executed.
    pub fn is_mock(&self) -> bool {
        self.header.is_mock
    }

    /// The security it claims to have, which is part of its key.
    pub fn profile(&self) -> Profile {
        self.header.vk.profile
    }

    /// The parameters its key stands for.
    pub fn params(&self) -> Result<Params, Error> {
        Ok(self.header.vk.params()?)
    }

    /// How large the run is: everything else about its shape is taken to be the largest there is.
    pub fn shape(&self) -> Result<Shape, Error> {
        let run_messages = aver_verifier::verify::boundary_messages(&self.header)?;
        Ok(Shape { run_messages, ..Shape::default() })
    }

    /// Everything it says in clear.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// How proving went, if that was just now.
    pub fn report(&self) -> Option<&Report> {
        self.report.as_deref()
    }

    pub(crate) fn with(mut self, report: Report) -> Self {
        self.report = Some(Box::new(report));
        self
    }
}

pub(crate) fn decode<T: DeserializeOwned>(output: &[u8]) -> Result<T, Error> {
    let refuse = |reason| Error::Decode { of: std::any::type_name::<T>(), reason };
    let (value, rest) = postcard::take_from_bytes(output).map_err(|error| refuse(error.to_string()))?;
    match rest.len() {
        0 => Ok(value),
        more => Err(refuse(format!("{more} bytes follow it"))),
    }
}
