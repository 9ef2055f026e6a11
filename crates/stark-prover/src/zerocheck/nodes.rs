//! Round polynomials, by their values.

use aver_stark::field::{EF, F};
use p3_field::{Field, PrimeCharacteristicRing};

/// Where round polynomials are evaluated: 0, 1, −1 and 2. One of degree d is known by its values at the
/// first d + 1.
pub const NODES: usize = 4;

/// The nodes.
pub fn nodes() -> [F; NODES] {
    [F::ZERO, F::ONE, F::NEG_ONE, F::TWO]
}

/// A challenge that binds a variable.
pub struct Challenge {
    /// It.
    pub x: EF,
    /// By degree: a polynomial's value at x is the sum of its values at the nodes, times these.
    lagrange: [[EF; NODES]; NODES],
}

impl Challenge {
    /// From its value.
    pub fn new(x: EF) -> Self {
        let nodes = nodes();
        let mut lagrange = [[EF::ZERO; NODES]; NODES];
        for (degree, weights) in lagrange.iter_mut().enumerate() {
            let nodes = &nodes[..=degree];
            for (i, (weight, &node)) in weights.iter_mut().zip(nodes).enumerate() {
                let others = || nodes.iter().enumerate().filter(|o| o.0 != i).map(|o| *o.1);
                let scale: F = others().map(|o| node - o).product();
                *weight = others().map(|o| x - o).product::<EF>() * scale.inverse();
            }
        }
        Self { x, lagrange }
    }

    /// The value at x of the polynomial of degree `degree` with values `t` at the nodes.
    pub fn eval(&self, degree: usize, t: impl IntoIterator<Item = EF>) -> EF {
        self.lagrange[degree].iter().zip(t).map(|(&w, t)| w * t).sum()
    }
}

/// From the values of a polynomial of degree `degree` at the first nodes, those at all.
pub fn extend(t: &mut [EF; NODES], degree: usize) {
    if degree == 1 {
        t[2] = t[0].double() - t[1];
    }
    if degree <= 2 {
        t[3] = (t[1] - t[0]) * F::new(3) + t[2];
    }
}

/// Sums.
pub fn add(a: [EF; NODES], b: [EF; NODES]) -> [EF; NODES] {
    std::array::from_fn(|i| a[i] + b[i])
}
