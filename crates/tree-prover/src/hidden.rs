//! What hides a run.

use aver_stark::field::F;
use aver_stark::hash::{NODE, Node};
use aver_stark_prover::masks::{Fresh, Masks};
use p3_field::PrimeCharacteristicRing;

use crate::Error;

/// A header's salt, for a run that is to be hidden.
pub fn salt() -> Result<Node, Error> {
    let elements = random(NODE)?;
    Ok(Node(std::array::from_fn(|i| elements[i])))
}

/// Elements from a seed that the system gives.
pub(crate) fn random(count: usize) -> Result<Vec<F>, Error> {
    let mut elements = vec![F::ZERO; count];
    let fresh = Fresh::new().map_err(aver_recursion_prover::proof::Error::from)?;
    fresh.fill(0, &mut elements);
    Ok(elements)
}
