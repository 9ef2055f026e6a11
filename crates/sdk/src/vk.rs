//! How programs and trees are named.

use crate::Error;
use std::{fmt, str::FromStr};

/// A program's verifying key, as its digest: it commits to the instructions, the initial memory, the
/// entry point, the machine with its coprocessors, and the security profile. Shown, and parsed, as 64
/// hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vk(pub [u8; 32]);

impl fmt::Display for Vk {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        aver_verifier::Hex(&self.0).fmt(f)
    }
}

impl FromStr for Vk {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        digest(text).map(Self).map_err(Error::Vk)
    }
}

/// The digest that is written as 64 hexadecimal digits, with or without `0x`.
fn digest(text: &str) -> Result<[u8; 32], String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    if let Some(other) = digits.chars().find(|c| !c.is_ascii_hexdigit()) {
        return Err(format!("{other:?} is no hexadecimal digit"));
    }
    if digits.len() != 64 {
        return Err(format!("{} digits", digits.len()));
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
        let digit = |i: usize| char::from(pair[i]).to_digit(16).unwrap_or_default() as u8;
        *byte = digit(0) << 4 | digit(1);
    }
    Ok(bytes)
}

impl From<[u8; 32]> for Vk {
    fn from(digest: [u8; 32]) -> Self {
        Self(digest)
    }
}

/// A tree's key, as its digest: it commits to the circuits that make one proof of a run's, to the machine and the
/// parameters of the runs they are for. Shown, and parsed, as 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreeKey(pub [u8; 32]);

impl fmt::Display for TreeKey {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        aver_verifier::Hex(&self.0).fmt(f)
    }
}

impl FromStr for TreeKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        digest(text).map(Self).map_err(Error::TreeKey)
    }
}

impl From<[u8; 32]> for TreeKey {
    fn from(digest: [u8; 32]) -> Self {
        Self(digest)
    }
}
