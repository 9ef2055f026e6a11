//! What was found out about a proof.

use std::ffi::CString;

use aver_tree::RootFile;
use aver_tree::file::MAGIC;
use aver_verifier::bytes::Fields;
use aver_verifier::{Claim, Error, Header, Verified};

/// `aver_status` of `aver.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum Status {
    Verified = 0,
    Unverified = 1,
    Argument = 2,
    NotAProof = 3,
    Version = 4,
    Truncated = 5,
    Malformed = 6,
    Mock = 7,
    OtherProgram = 8,
    ExitCode = 9,
    Output = 10,
    Coprocessor = 11,
    Machine = 12,
    Invalid = 13,
    Internal = 14,
    OtherTree = 15,
    Conditional = 16,
}

impl From<&Error> for Status {
    fn from(error: &Error) -> Self {
        match error {
            Error::Magic => Self::NotAProof,
            Error::Version { .. } => Self::Version,
            Error::Truncated { .. } => Self::Truncated,
            Error::TrailingBytes { .. } | Error::Malformed { .. } => Self::Malformed,
            Error::Mock => Self::Mock,
            Error::Program { .. } => Self::OtherProgram,
            Error::ExitCode { .. } => Self::ExitCode,
            Error::Output => Self::Output,
            Error::Coprocessor { .. } | Error::CoprocessorTwice { .. } => Self::Coprocessor,
            Error::Machine => Self::Machine,
            Error::Conditional { .. } => Self::Conditional,
            _ => Self::Invalid,
        }
    }
}

/// What a proof says.
pub struct Said {
    pub claim: Claim,
    pub output: Vec<u8>,
    /// Of a root, none.
    pub shards: usize,
    pub is_root: bool,
    /// How many claims the program took for granted.
    pub assumptions: usize,
}

impl From<Verified> for Said {
    fn from(Verified { claim, output, shards, assumptions }: Verified) -> Self {
        Self { claim, output, shards, is_root: false, assumptions: assumptions.len() }
    }
}

impl From<RootFile> for Said {
    fn from(file: RootFile) -> Self {
        let (claim, assumptions) = (file.claim(), file.assumptions.len());
        Self { claim, output: file.output, shards: 0, is_root: true, assumptions }
    }
}

/// `aver_report` of `aver.h`.
pub struct Report {
    pub status: Status,
    /// Empty if there is none.
    pub error: CString,
    /// With `Verified`, `Unverified` and `Mock` only.
    pub said: Option<Said>,
}

impl Report {
    /// Without a claim.
    pub fn failed(status: Status, why: &str) -> Self {
        // Errors have names of the proof's in them, but those are printable.
        Self { status, error: CString::new(why).unwrap_or_default(), said: None }
    }

    /// What a verifier said.
    pub fn of(result: Result<impl Into<Said>, Error>) -> Self {
        match result {
            Ok(said) => Self { status: Status::Verified, error: CString::default(), said: Some(said.into()) },
            Err(error) => Self::failed(Status::from(&error), &error.to_string()),
        }
    }

    /// What the verifier of a root said.
    pub fn of_root(result: Result<RootFile, aver_tree::Error>) -> Self {
        match result {
            Ok(file) => Self::of(Ok(file)),
            Err(aver_tree::Error::File(error)) => Self::of(Err::<Said, _>(error)),
            Err(error @ aver_tree::Error::Tree { .. }) => Self::failed(Status::OtherTree, &error.to_string()),
            Err(error) => Self::failed(Status::Invalid, &error.to_string()),
        }
    }

    /// What the start of a file says.
    pub fn inspect(proof: &[u8]) -> Self {
        let unverified = Self::failed(Status::Unverified, "");
        if proof.starts_with(MAGIC) {
            return match RootFile::decode(proof) {
                Ok(file) => Self { said: Some(file.into()), ..unverified },
                Err(error) => Self::of(Err::<Said, _>(error)),
            };
        }
        let header = match Header::decode(&mut Fields::new(proof)) {
            Ok(header) => header,
            Err(error) => return Self::of(Err::<Said, _>(error)),
        };
        let read = match header.is_mock {
            true => Self::of(Err::<Said, _>(Error::Mock)),
            false => unverified,
        };
        let claim = header.claim();
        let (shards, assumptions, output) = (header.shards.len(), header.assumptions.len(), header.output);
        Self { said: Some(Said { claim, output, shards, is_root: false, assumptions }), ..read }
    }
}
