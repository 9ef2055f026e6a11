//! Operations of the other chips.

use alloc::vec::Vec;

use aver_stark::field::{D, F, from_coefficients};
use aver_stark::poseidon2::{Domain, RATE_CELLS, WIDTH};
use p3_field::PrimeCharacteristicRing;

use super::{Builder, Sponge, Wire};
use crate::chips::Kind;
use crate::chips::bits::BITS;

/// A Poseidon2 digest in two cells: five elements; four and zero.
pub type Digest<'a> = [Wire<'a>; 2];

/// The state of a Poseidon2 sponge: three cells of rate; capacity in two, the last of four elements and zero.
pub type State<'a> = [Wire<'a>; RATE_CELLS + 2];

/// A table of digests that can be looked up.
#[derive(Clone, Copy, Debug)]
pub struct Entries {
    /// Number of its first entry among those of all tables.
    first: u32,
}

impl Builder {
    /// `a` if the bit is set, else `b`. What is no bit has no run.
    pub fn select<'a>(&'a self, bit: Wire<'a>, a: Wire<'a>, b: Wire<'a>) -> Wire<'a> {
        self.call(Kind::Select, &[Some(bit), Some(a), Some(b), None], Vec::new(), 0)[0]
    }

    /// The five elements of a cell, or coefficients of an extension element, each by itself.
    pub fn unpack<'a>(&'a self, packed: Wire<'a>) -> [Wire<'a>; D] {
        let out = self.call(Kind::Pack, &[Some(packed), None, None, None, None, None], Vec::new(), 0);
        core::array::from_fn(|i| out[i])
    }

    /// Five base elements in one cell. What is no base element has no run.
    pub fn pack<'a>(&'a self, elements: [Wire<'a>; D]) -> Wire<'a> {
        let [a, b, c, d, e] = elements.map(Some);
        self.call(Kind::Pack, &[None, a, b, c, d, e], Vec::new(), 0)[0]
    }

    /// Base elements in cells, as values are absorbed: five in each, the last filled up with zeros.
    pub fn pack_all<'a>(&'a self, elements: &[Wire<'a>]) -> Vec<Wire<'a>> {
        let element = |chunk: &[Wire<'a>], i: usize| chunk.get(i).copied().unwrap_or(Wire::ZERO);
        elements.chunks(D).map(|chunk| self.pack(core::array::from_fn(|i| element(chunk, i)))).collect()
    }

    /// `acc` + Σ v_k · w_k, of the five base elements of the cell `v`.
    pub fn dot<'a>(&'a self, acc: Wire<'a>, v: Wire<'a>, w: [Wire<'a>; D]) -> Wire<'a> {
        let [a, b, c, d, e] = w.map(Some);
        self.call(Kind::Dot, &[Some(acc), Some(v), a, b, c, d, e, None], Vec::new(), 0)[0]
    }

    /// The bits of a base element's canonical integer, lowest first. What is no base element has no run.
    pub fn bits<'a>(&'a self, value: Wire<'a>) -> [Wire<'a>; BITS] {
        let mut ports = [None; 1 + BITS];
        ports[0] = Some(value);
        let out = self.call(Kind::Bits, &ports, Vec::new(), 0);
        core::array::from_fn(|i| out[i])
    }

    /// Σ 2^i bit_i.
    pub fn number<'a>(&'a self, bits: &[Wire<'a>]) -> Wire<'a> {
        bits.iter().rev().fold(Wire::ZERO, |sum, &bit| sum * 2 + bit)
    }

    /// The low `count` bits of a base element that is below 2^`count`; what is not has no run.
    pub fn assert_below<'a>(&'a self, value: Wire<'a>, count: usize) -> Vec<Wire<'a>> {
        let bits = self.bits(value)[..count].to_vec();
        self.assert_equal(self.number(&bits), value);
        bits
    }

    /// The state after the permutation, `tag` added to its last lane before, and the digest of its first lanes.
    pub fn permute<'a>(&'a self, state: State<'a>, tag: u32) -> (State<'a>, Digest<'a>) {
        let mut ports = [None; 11];
        ports[..state.len()].copy_from_slice(&state.map(Some));
        let out = self.call(Kind::Permute, &ports, Vec::from([F::new(tag)]), 0);
        (core::array::from_fn(|i| out[i]), [out[0], out[state.len()]])
    }

    /// Digest of a leaf of these cells, as [`aver_stark::poseidon2::hash_row`] has it.
    pub fn hash_row<'a>(&'a self, cells: &[Wire<'a>]) -> Digest<'a> {
        let mut sponge = Sponge::new(self, Domain::Leaf);
        cells.iter().for_each(|&cell| sponge.absorb(cell));
        sponge.digest()
    }

    /// A table of digests, for [`look_up`](Self::look_up).
    pub fn entries<'a>(&'a self, digests: &[Digest<'a>]) -> Entries {
        let mut recorded = self.recorded.borrow_mut();
        let first = recorded.entries;
        recorded.entries += digests.len() as u32;
        drop(recorded);
        for (number, &digest) in (first..).zip(digests) {
            self.cap(Wire::ZERO, digest, number, true);
        }
        Entries { first }
    }

    /// The digest is the one at the index, a base element that must be below the number of entries: beyond are those of other
    /// tables.
    pub fn look_up<'a>(&'a self, entries: Entries, index: Wire<'a>, digest: Digest<'a>) {
        self.cap(index, digest, entries.first, false);
    }

    fn cap<'a>(&'a self, index: Wire<'a>, digest: Digest<'a>, first: u32, is_entry: bool) {
        let ports = [index, digest[0], digest[1]].map(Some);
        self.call(Kind::Cap, &ports, Vec::from([F::new(first), F::from_bool(is_entry)]), 0);
    }

    /// The digest above two others. What are no digests have no run.
    pub fn compress<'a>(&'a self, left: Digest<'a>, right: Digest<'a>) -> Digest<'a> {
        let [l, r0, r1] = [left[1], right[0], right[1]].map(|cell| self.unpack(cell));
        [l[4], r1[4]].into_iter().for_each(|zero| self.assert_zero(zero));
        let tag = from_coefficients([0, 0, 0, Domain::Node as u32, 0].map(F::new));
        let state = [
            left[0],
            self.pack([l[0], l[1], l[2], l[3], r0[0]]),
            self.pack([r0[1], r0[2], r0[3], r0[4], r1[0]]),
            self.pack([r1[1], r1[2], r1[3], Wire::ZERO, Wire::ZERO]),
            Wire::Constant(tag),
        ];
        self.permute(state, 0).1
    }

    /// The digest above `digest`, which is the right child if the bit is set. Its sibling is the next two hints: five
    /// elements, and four.
    pub fn node<'a>(&'a self, digest: Digest<'a>, bit: Wire<'a>) -> Digest<'a> {
        let ports = [Some(digest[0]), Some(digest[1]), Some(bit), None, None];
        let out = self.call(Kind::Node, &ports, Vec::new(), 2);
        [out[0], out[1]]
    }
}

const _: () = assert!(WIDTH == D * (RATE_CELLS + 2) - 1);
