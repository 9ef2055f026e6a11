//! Numbers below the prime, and below the order of the groups.

/// The prime.
const PRIME: [u8; 32] = bytes("30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47");
/// The order.
const ORDER: [u8; 32] = bytes("30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001");

/// Why bytes are no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldError {
    /// They are not 32.
    InvalidSliceLength,
    /// The number is not below the prime.
    NotMember,
}

/// A number below the prime, the most significant byte first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fq(pub(crate) [u8; 32]);

/// a + b i, a first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fq2(Fq, Fq);

/// A number below the order, the most significant byte first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fr(pub(crate) [u8; 32]);

impl Fq {
    /// 0
    pub fn zero() -> Self {
        Self([0; 32])
    }

    /// 1
    pub fn one() -> Self {
        Self(one())
    }

    /// Whether this is 0.
    pub fn is_zero(&self) -> bool {
        *self == Self::zero()
    }

    /// The number that is written in 32 bytes, the most significant first.
    pub fn from_slice(slice: &[u8]) -> Result<Self, FieldError> {
        let bytes = slice.try_into().map_err(|_| FieldError::InvalidSliceLength)?;
        if bytes < PRIME { Ok(Self(bytes)) } else { Err(FieldError::NotMember) }
    }

    /// Writes 32 bytes, the most significant first.
    pub fn to_big_endian(&self, slice: &mut [u8]) -> Result<(), FieldError> {
        let bytes: &mut [u8; 32] = slice.try_into().map_err(|_| FieldError::InvalidSliceLength)?;
        *bytes = self.0;
        Ok(())
    }

    /// The i-th of numbers that lie one behind the other, all below the prime.
    pub(crate) fn at(numbers: &[u8], i: usize) -> Self {
        let mut number = Self::zero();
        number.0.copy_from_slice(&numbers[32 * i..32 * (i + 1)]);
        number
    }

    pub(crate) fn negative(&self) -> Self {
        if self.is_zero() { *self } else { Self(minus(&PRIME, &self.0)) }
    }
}

impl Fq2 {
    /// a + b i
    pub fn new(a: Fq, b: Fq) -> Self {
        Self(a, b)
    }

    /// 0
    pub fn zero() -> Self {
        Self(Fq::zero(), Fq::zero())
    }

    /// 1
    pub fn one() -> Self {
        Self(Fq::one(), Fq::zero())
    }

    /// Whether this is 0.
    pub fn is_zero(&self) -> bool {
        *self == Self::zero()
    }

    /// a
    pub fn real(&self) -> Fq {
        self.0
    }

    /// b
    pub fn imaginary(&self) -> Fq {
        self.1
    }
}

impl Fr {
    /// 0
    pub fn zero() -> Self {
        Self([0; 32])
    }

    /// 1
    pub fn one() -> Self {
        Self(one())
    }

    /// Whether this is 0.
    pub fn is_zero(&self) -> bool {
        *self == Self::zero()
    }

    /// The number that is written in 32 bytes, the most significant first, modulo the order.
    pub fn from_slice(slice: &[u8]) -> Result<Self, FieldError> {
        let mut number: [u8; 32] = slice.try_into().map_err(|_| FieldError::InvalidSliceLength)?;
        while number >= ORDER {
            number = minus(&number, &ORDER);
        }
        Ok(Self(number))
    }
}

fn one() -> [u8; 32] {
    let mut one = [0; 32];
    one[31] = 1;
    one
}

/// a − b, which is not negative.
fn minus(a: &[u8; 32], b: &[u8; 32]) -> [u8; 32] {
    let (mut rest, mut borrow) = ([0; 32], false);
    for i in (0..32).rev() {
        let (difference, first) = a[i].overflowing_sub(b[i]);
        let (difference, second) = difference.overflowing_sub(borrow.into());
        (rest[i], borrow) = (difference, first | second);
    }
    rest
}

/// Of hexadecimal digits, two for each.
pub(crate) const fn bytes<const N: usize>(digits: &str) -> [u8; N] {
    const fn value(digit: u8) -> u8 {
        if digit.is_ascii_digit() { digit - b'0' } else { digit - b'a' + 10 }
    }
    let (digits, mut bytes, mut i) = (digits.as_bytes(), [0; N], 0);
    assert!(digits.len() == 2 * N);
    while i < N {
        bytes[i] = value(digits[2 * i]) << 4 | value(digits[2 * i + 1]);
        i += 1;
    }
    bytes
}
