//! Masks: where they come from, and the claim on pads. Mirrors [`aver_stark::masks`].

use aver_stark::channel::Channel;
use aver_stark::error::Result;
use aver_stark::field::{EF, F, P, from_coefficients};
use aver_stark::hash::Hash;
use aver_stark::layout::{Layout, System};
use aver_stark::masks::{LOG_PARTS, PadClaim, Tape, log_pads, on_tape};
use aver_stark::params::Params;
use aver_stark::protocol::{Columns, MASKS_DELTA, MASKS_ETA, MASKS_FACTORS, MASKS_PRODUCTS, MASKS_ZETA};
use aver_stark::transcript::{Challenge, Message, Work};
use aver_stark::value::Element;
use aver_stark::verify::{self, Facts};
use p3_field::{Field, PrimeCharacteristicRing};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::prove::ProveError;
use crate::transcript::Writer;

/// Where masks come from: stacks of uniform elements, the same whenever the same is asked for.
pub trait Masks: Sync {
    /// The elements of witness stack number `stack`.
    fn fill(&self, stack: usize, out: &mut [F]);
}

/// Masks of a proof, from a seed that the system gives. No two proofs have the same.
pub struct Fresh(ChaCha20Rng);

impl Fresh {
    /// New ones.
    pub fn new() -> core::result::Result<Self, ProveError> {
        let rng = ChaCha20Rng::try_from_os_rng();
        rng.map(Self).map_err(|error| ProveError::Randomness(error.to_string()))
    }
}

impl Masks for Fresh {
    fn fill(&self, stack: usize, out: &mut [F]) {
        let mut stream = self.0.clone();
        stream.set_stream(stack as u64);
        for element in out {
            // 31 bits, again where they are no element: one time in 128.
            let mut bits = P;
            while bits >= P {
                bits = stream.next_u32() >> 1;
            }
            *element = F::new(bits);
        }
    }
}

/// The pads of a proof: elements that stand in a stack of their own, coefficient by coefficient.
pub fn pads(masks: &dyn Masks, params: &Params, stack: usize) -> Vec<EF> {
    let count = 1 << log_pads(params.log_height);
    let mut elements = vec![F::ZERO; count << LOG_PARTS];
    masks.fill(stack, &mut elements);
    (0..count).map(|i| from_coefficients(core::array::from_fn(|d| elements[d * count + i]))).collect()
}

/// What the claim on pads is about, beside what was sent.
pub struct Claimed<'a> {
    /// The chips.
    pub system: &'a System,
    /// Parameters.
    pub params: &'a Params,
    /// Where everything stands.
    pub layout: &'a Layout,
    /// Public values.
    pub publics: &'a [F],
    /// The challenge of shared buses.
    pub shared: &'a verify::Challenge,
    /// That of others.
    pub local: &'a verify::Challenge,
    /// The sum of all fractions in tables.
    pub sum: EF,
}

/// Proves what was sent with pads, up to a claim on these.
pub fn prove(writer: &mut Writer<'_>, claimed: &Claimed<'_>) -> Result<PadClaim> {
    let Claimed { system, params, layout, publics, shared, local, sum } = *claimed;
    let facts = Facts::<_, _, (), _> {
        system,
        params,
        layout,
        fixed: None,
        boundary: None,
        publics,
        messages: &[],
        shared,
    };
    let tape = Tape::default();
    let (messages, challenges) = writer.since_masked();
    on_tape(&mut Replay { messages, challenges }, &tape, &facts, local, sum)?;
    tape.check()?;

    let combined = tape.combine(writer.challenge(MASKS_ZETA));
    let values = tape.values(writer.masks()?.iter().copied());
    let factors = tape.factors();
    let factors: Vec<EF> = factors.as_flattened().iter().map(|&node| values[node as usize]).collect();
    let slopes: Vec<EF> = factors.iter().map(|_| writer.mask()).collect();
    let (mut linear, mut square) = (EF::ZERO, EF::ZERO);
    let pairs = factors.as_chunks::<2>().0.iter().zip(slopes.as_chunks::<2>().0);
    for (([a, b], [s, t]), &weight) in pairs.zip(&combined.products) {
        linear += weight * (*a * *t + *b * *s);
        square += weight * (*s * *t);
    }
    let before = sent(writer, [linear, square]);
    let delta = writer.challenge(MASKS_DELTA);
    let shown: Vec<EF> = factors.iter().zip(&slopes).map(|(&u, &s)| u + delta * s).collect();
    writer.write(MASKS_FACTORS, shown.as_slice());
    let eta = writer.challenge(MASKS_ETA);
    writer.masks()?;
    Ok(tape.claim(&combined, before, delta, &shown, eta))
}

/// Sends a message; what was sent, masked.
fn sent(writer: &mut Writer<'_>, values: [EF; 2]) -> [EF; 2] {
    writer.send(MASKS_PRODUCTS, &values);
    let bytes = writer.since_masked().0;
    let mut last = bytes[bytes.len() - 2 * EF::BYTES..].chunks_exact(EF::BYTES).map(EF::read);
    [0; 2].map(|_| last.next().flatten().unwrap_or_default())
}

/// What was sent and drawn, for the verifier's lines to be run on.
struct Replay<'a> {
    messages: &'a [u8],
    challenges: &'a [EF],
}

impl Replay<'_> {
    fn next(&mut self) -> EF {
        let (value, rest) = self.messages.split_at(self.messages.len().min(EF::BYTES));
        self.messages = rest;
        EF::read(value).unwrap_or_default()
    }
}

impl Channel for Replay<'_> {
    type B = F;
    type E = EF;
    type Count = usize;

    fn read_one(&mut self, _: Message<EF>) -> Result<EF> {
        Ok(self.next())
    }
    fn read_some<const N: usize>(&mut self, _: Message<[EF; N]>) -> Result<[EF; N]> {
        Ok([0; N].map(|_| self.next()))
    }
    fn read_many(&mut self, _: Message<[EF]>, count: usize) -> Result<Vec<EF>> {
        Ok((0..count).map(|_| self.next()).collect())
    }
    fn read_columns(&mut self, _: Columns, width: usize, &chunks: &usize) -> Result<Vec<EF>> {
        Ok((0..width).map(|_| if chunks > 0 { self.next() } else { EF::ZERO }).collect())
    }
    /// Its nonce is no message.
    fn check_work(&mut self, _: Hash, _: Work, bits: usize) -> Result<()> {
        if bits > 0 {
            self.messages = self.messages.get(F::BYTES..).unwrap_or_default();
        }
        Ok(())
    }
    fn draw(&mut self, _: Challenge<EF>) -> EF {
        let (first, rest) = self.challenges.split_first().map_or((EF::ZERO, &[][..]), |(c, rest)| (*c, rest));
        self.challenges = rest;
        first
    }
    /// Whether it holds is the verifier's matter.
    fn check_equal(&mut self, _: &'static str, _: EF, _: EF) -> Result<()> {
        Ok(())
    }
    fn inverse(&mut self, _: &'static str, x: EF) -> Result<EF> {
        Ok(x.try_inverse().unwrap_or_default())
    }
}
