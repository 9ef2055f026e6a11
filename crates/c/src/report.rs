//! What was found out about a proof.

use std::ffi::CString;

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
            Error::Coprocessor { .. } => Self::Coprocessor,
            Error::Machine => Self::Machine,
            _ => Self::Invalid,
        }
    }
}

/// `aver_report` of `aver.h`.
pub struct Report {
    pub status: Status,
    /// Empty if there is none.
    pub error: CString,
    /// With `Verified`, `Unverified` and `Mock` only.
    pub said: Option<Verified>,
}

impl Report {
    /// Without a claim.
    pub fn failed(status: Status, why: &str) -> Self {
        // Errors have names of the proof's in them, but those are printable.
        Self { status, error: CString::new(why).unwrap_or_default(), said: None }
    }

    /// What a verifier said.
    pub fn of(result: Result<Verified, Error>) -> Self {
        match result {
            Ok(verified) => {
                Self { status: Status::Verified, error: CString::default(), said: Some(verified) }
            }
            Err(error) => Self::failed(Status::from(&error), &error.to_string()),
        }
    }

    /// What the start of a file says.
    pub fn inspect(proof: &[u8]) -> Self {
        let header = match Header::decode(&mut Fields::new(proof)) {
            Ok(header) => header,
            Err(error) => return Self::of(Err(error)),
        };
        let read = match header.is_mock {
            true => Self::of(Err(Error::Mock)),
            false => Self::failed(Status::Unverified, ""),
        };
        let claim = Claim {
            vk: header.vk.digest(),
            exit_code: header.exit_code,
            output_digest: header.output_digest,
        };
        Self { said: Some(Verified { claim, shards: header.shards.len(), output: header.output }), ..read }
    }
}
