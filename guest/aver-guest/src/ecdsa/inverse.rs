//! Inverses, by division steps on the lowest bits of two numbers (Bernstein and Yang, "Fast
//! constant-time gcd computation and modular inversion", 2019; here, time depends on the numbers).

/// Division steps taken at a time, and bits of a limb.
const STEPS: u32 = 62;
const MASK: u64 = (1 << STEPS) - 1;

/// A signed number: limbs of 62 bits, but for the highest.
type Number<const L: usize> = [i64; L];

/// 1 / x modulo an odd prime, or 0 for 0; x is below it. A number of W words has L = W + 1 limbs.
pub fn inverse<const L: usize, const W: usize>(x: &[u64; W], prime: &[u64; W]) -> [u64; W] {
    const { assert!(L == W + 1) };
    let (x, prime) = (number::<L, W>(x), number(prime));
    let modulus = Modulus { prime, minus_inverse: minus_inverse(prime[0] as u64) };
    // f ≡ d x and g ≡ e x modulo the prime.
    let (mut f, mut g) = (prime, x);
    let (mut d, mut e) = ([0; L], [0; L]);
    e[0] = 1;
    let mut delta = 1;
    while g != [0; L] {
        let matrix = steps(&mut delta, f[0] as u64, g[0] as u64);
        (f, g) = matrix.apply(&f, &g, None);
        (d, e) = matrix.apply(&d, &e, Some(&modulus));
    }
    // Now f is the greatest common divisor, up to its sign: ±1, or the prime for x = 0, where d is 0.
    let mut d = if f[W] < 0 { d.map(|limb| -limb) } else { d };
    // |d| grew by the prime with each matrix.
    carry(&mut d);
    while d[W] < 0 {
        d = combine(&d, &prime, 1);
    }
    loop {
        let less = combine(&d, &prime, -1);
        if less[W] < 0 {
            break;
        }
        d = less;
    }
    core::array::from_fn(|i| (d[i] as u64) >> (2 * i) | (d[i + 1] as u64) << (62 - 2 * i))
}

/// A number to be added until 2^62 divides.
struct Modulus<const L: usize> {
    prime: Number<L>,
    minus_inverse: u64,
}

/// −1 / n modulo 2^62, for odd n.
fn minus_inverse(n: u64) -> u64 {
    // n n = 1 modulo 8; each step doubles the bits.
    let inverse = (0..5).fold(n, |x, _| x.wrapping_mul(2u64.wrapping_sub(n.wrapping_mul(x))));
    inverse.wrapping_neg() & MASK
}

fn number<const L: usize, const W: usize>(words: &[u64; W]) -> Number<L> {
    core::array::from_fn(|i| {
        let low = if i > 0 { words[i - 1] >> (64 - 2 * i) } else { 0 };
        let high = if i < W { words[i] << (2 * i) } else { 0 };
        ((low | high) & MASK) as i64
    })
}

/// a + sign b
fn combine<const L: usize>(a: &Number<L>, b: &Number<L>, sign: i64) -> Number<L> {
    let mut sum = core::array::from_fn(|i| a[i] + sign * b[i]);
    carry(&mut sum);
    sum
}

fn carry<const L: usize>(number: &mut Number<L>) {
    for i in 0..L - 1 {
        number[i + 1] += number[i] >> STEPS;
        number[i] &= MASK as i64;
    }
}

/// What [`STEPS`] division steps make of two numbers, 2^62 times.
struct Matrix {
    u: i64,
    v: i64,
    q: i64,
    r: i64,
}

/// Division steps, by the lowest bits of f, which is odd, and g.
fn steps(delta: &mut i64, mut f: u64, mut g: u64) -> Matrix {
    let Matrix { mut u, mut v, mut q, mut r } = Matrix { u: 1, v: 0, q: 0, r: 1 };
    for _ in 0..STEPS {
        if g & 1 == 1 {
            if *delta > 0 {
                *delta = -*delta;
                (f, g) = (g, f.wrapping_neg());
                (u, v, q, r) = (q, r, -u, -v);
            }
            g = g.wrapping_add(f);
            q += u;
            r += v;
        }
        *delta += 1;
        g >>= 1;
        u <<= 1;
        v <<= 1;
    }
    Matrix { u, v, q, r }
}

impl Matrix {
    /// (u a + v b, q a + r b) / 2^62, modulo a prime if there is one: multiples of it are added so that 2^62 divides.
    fn apply<const L: usize>(
        &self,
        a: &Number<L>,
        b: &Number<L>,
        modulus: Option<&Modulus<L>>,
    ) -> (Number<L>, Number<L>) {
        let row = |x: i64, y: i64| {
            let term = |i: usize| i128::from(x) * i128::from(a[i]) + i128::from(y) * i128::from(b[i]);
            let times = modulus.map_or(0, |m| (term(0) as u64).wrapping_mul(m.minus_inverse) & MASK);
            let term = |i: usize| term(i) + i128::from(times) * modulus.map_or(0, |m| i128::from(m.prime[i]));
            let mut sum = term(0) >> STEPS;
            let mut out = [0; L];
            for i in 1..L {
                sum += term(i);
                out[i - 1] = (sum as u64 & MASK) as i64;
                sum >>= STEPS;
            }
            out[L - 1] = sum as i64;
            out
        };
        (row(self.u, self.v), row(self.q, self.r))
    }
}
