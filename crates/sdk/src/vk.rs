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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let vk = Vk(std::array::from_fn(|i| (i * 37 + 5) as u8));
        assert_eq!(vk.to_string().parse::<Vk>().unwrap(), vk);
        assert_eq!(vk.to_string().parse::<TreeKey>().unwrap().0, vk.0);
        assert_eq!(format!("0x{}", vk.to_string().to_uppercase()).parse::<Vk>().unwrap(), vk);
        for bad in ["", "0x", "12", &"g".repeat(64), &"ä".repeat(32), &"0".repeat(63), &"0".repeat(65)] {
            assert!(matches!(bad.parse::<Vk>(), Err(Error::Vk(_))), "{bad}");
            assert!(matches!(bad.parse::<TreeKey>(), Err(Error::TreeKey(_))), "{bad}");
        }
    }
}
