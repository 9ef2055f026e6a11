//! `substrate-bn` 0.6 by coprocessors, as far as `revm` and verifiers of Groth16 use it: numbers that are read and written,
//! sums and multiples in G1, points of G2, products of pairings. There is no arithmetic of fields, nor of G2, nor of what pairings
//! give; who asks for it does not compile.
//!
//! Points are affine here, so normal already.
#![no_std]

use core::fmt;
use core::ops::{Add, Mul, Neg, Sub};

extern crate alloc;
use alloc::vec::Vec;

mod numbers;

pub use numbers::{FieldError, Fq, Fq2, Fr};

unsafe extern "C" {
    // `aver-guest` has these, with its feature `native-bn254`. Points are as EIP-196 and EIP-197 write them; what returns is
    // whether they are points.
    safe fn native_bn254_add(p: &mut [u8; 64], q: &[u8; 64]) -> bool;
    safe fn native_bn254_mul(p: &mut [u8; 64], scalar: &[u8; 32]) -> bool;
    safe fn native_bn254_is_on_twist(q: &[u8; 128]) -> bool;
    /// Of so many pairs.
    fn native_bn254_pairing(pairs: *const [u8; 192], len: usize, value: &mut [u64; 48]) -> bool;
}

/// The product of pairings; none if a point of G2 is not in it.
fn product(pairs: &[[u8; 192]]) -> Option<Gt> {
    let mut value = [0; 48];
    // SAFETY: so many pairs lie there.
    unsafe { native_bn254_pairing(pairs.as_ptr(), pairs.len(), &mut value) }.then_some(Gt(value))
}

/// Why two numbers are no point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupError {
    /// They do not satisfy the curve's equation.
    NotOnCurve,
    /// The point is not in the subgroup.
    NotInSubgroup,
}

/// What both groups have.
pub trait Group: Copy + Eq + Neg<Output = Self> {
    /// Infinity.
    fn zero() -> Self;
    /// The generator.
    fn one() -> Self;
    /// Whether this is infinity.
    fn is_zero(&self) -> bool;
    /// Nothing is left to do.
    fn normalize(&mut self) {}
}

/// A point of G1: x and y; zeros are infinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct G1([u8; 64]);

/// A point of G1 other than infinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AffineG1(G1);

impl AffineG1 {
    /// The point with these coordinates.
    pub fn new(x: Fq, y: Fq) -> Result<Self, GroupError> {
        let mut point = [0; 64];
        point[..32].copy_from_slice(&x.0);
        point[32..].copy_from_slice(&y.0);
        let is_point = point != [0; 64] && native_bn254_add(&mut point, &[0; 64]);
        is_point.then_some(Self(G1(point))).ok_or(GroupError::NotOnCurve)
    }

    /// The point, if it is not infinity.
    pub fn from_jacobian(point: G1) -> Option<Self> {
        (!point.is_zero()).then_some(Self(point))
    }

    /// x
    pub fn x(&self) -> Fq {
        Fq::at(&self.0.0, 0)
    }

    /// y
    pub fn y(&self) -> Fq {
        Fq::at(&self.0.0, 1)
    }
}

impl From<AffineG1> for G1 {
    fn from(point: AffineG1) -> Self {
        point.0
    }
}

impl Group for G1 {
    fn zero() -> Self {
        Self([0; 64])
    }

    fn one() -> Self {
        let mut one = [0; 64];
        (one[31], one[63]) = (1, 2);
        Self(one)
    }

    fn is_zero(&self) -> bool {
        self.0 == [0; 64]
    }
}

impl Add for G1 {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        assert!(native_bn254_add(&mut self.0, &other.0), "points of G1");
        self
    }
}

impl Sub for G1 {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Neg for G1 {
    type Output = Self;

    fn neg(mut self) -> Self {
        let y = Fq::at(&self.0, 1).negative();
        self.0[32..].copy_from_slice(&y.0);
        self
    }
}

impl Mul<Fr> for G1 {
    type Output = Self;

    fn mul(mut self, scalar: Fr) -> Self {
        assert!(native_bn254_mul(&mut self.0, &scalar.0), "a point of G1");
        self
    }
}

/// A point of G2: x and y, of each first the imaginary part; zeros are infinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct G2([u8; 128]);

/// A point of G2 other than infinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AffineG2(G2);

impl AffineG2 {
    /// The point with these coordinates.
    pub fn new(x: Fq2, y: Fq2) -> Result<Self, GroupError> {
        let mut point = [0; 128];
        let numbers = [x.imaginary(), x.real(), y.imaginary(), y.real()];
        for (bytes, number) in point.chunks_exact_mut(32).zip(numbers) {
            bytes.copy_from_slice(&number.0);
        }
        let point = G2(point);
        if point.is_zero() || !native_bn254_is_on_twist(&point.0) {
            return Err(GroupError::NotOnCurve);
        }
        // The pairing with infinity is one, and asks for the subgroup.
        product(&[pair(&G1::zero(), &point)]).map(|_| Self(point)).ok_or(GroupError::NotInSubgroup)
    }

    /// The point, if it is not infinity.
    pub fn from_jacobian(point: G2) -> Option<Self> {
        (!point.is_zero()).then_some(Self(point))
    }

    /// x
    pub fn x(&self) -> Fq2 {
        Fq2::new(Fq::at(&self.0.0, 1), Fq::at(&self.0.0, 0))
    }

    /// y
    pub fn y(&self) -> Fq2 {
        Fq2::new(Fq::at(&self.0.0, 3), Fq::at(&self.0.0, 2))
    }
}

impl From<AffineG2> for G2 {
    fn from(point: AffineG2) -> Self {
        point.0
    }
}

impl Group for G2 {
    fn zero() -> Self {
        Self([0; 128])
    }

    fn one() -> Self {
        Self(numbers::bytes(concat!(
            "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2",
            "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed",
            "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b",
            "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa",
        )))
    }

    fn is_zero(&self) -> bool {
        self.0 == [0; 128]
    }
}

impl Neg for G2 {
    type Output = Self;

    fn neg(mut self) -> Self {
        for i in 2..4 {
            let negative = Fq::at(&self.0, i).negative();
            self.0[32 * i..32 * (i + 1)].copy_from_slice(&negative.0);
        }
        self
    }
}

/// A product of pairings, all of which are the same power of `substrate-bn`'s.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Gt([u64; 48]);

impl Gt {
    /// 1
    pub fn one() -> Self {
        let mut one = [0; 48];
        one[0] = 1;
        Self(one)
    }
}

impl fmt::Debug for Gt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gt { ... }")
    }
}

fn pair(p: &G1, q: &G2) -> [u8; 192] {
    let mut pair = [0; 192];
    pair[..64].copy_from_slice(&p.0);
    pair[64..].copy_from_slice(&q.0);
    pair
}

/// The pairing of two points.
pub fn pairing(p: G1, q: G2) -> Gt {
    pairing_batch(&[(p, q)])
}

/// The product of pairings.
pub fn pairing_batch(pairs: &[(G1, G2)]) -> Gt {
    let pairs: Vec<_> = pairs.iter().map(|(p, q)| pair(p, q)).collect();
    product(&pairs).expect("points of the groups")
}
