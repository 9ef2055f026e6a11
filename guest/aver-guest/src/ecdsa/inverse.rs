//! Inverses, by division steps on the lowest bits of two numbers (Bernstein and Yang, "Fast
//! constant-time gcd computation and modular inversion", 2019; here, time depends on the numbers).

/// Division steps taken at a time, and bits of a limb.
const STEPS: u32 = 62;
const MASK: u64 = (1 << STEPS) - 1;

/// A signed number: limbs of 62 bits, but for the highest.
type Number = [i64; 5];

/// 1 / x modulo an odd prime, or 0 for 0; x is below it.
pub fn inverse(x: &[u64; 4], prime: &[u64; 4]) -> [u64; 4] {
    let (x, prime) = (number(x), number(prime));
    let modulus = Modulus { prime, minus_inverse: minus_inverse(prime[0] as u64) };
    // f ≡ d x and g ≡ e x modulo the prime.
    let (mut f, mut g) = (prime, x);
    let (mut d, mut e) = ([0; 5], [1, 0, 0, 0, 0]);
    let mut delta = 1;
    while g != [0; 5] {
        let matrix = steps(&mut delta, f[0] as u64, g[0] as u64);
        (f, g) = matrix.apply(&f, &g, None);
        (d, e) = matrix.apply(&d, &e, Some(&modulus));
    }
    // Now f is the greatest common divisor, up to its sign: ±1, or the prime for x = 0, where d is 0.
    let mut d = if f[4] < 0 { d.map(|limb| -limb) } else { d };
    // |d| grew by the prime with each matrix.
    carry(&mut d);
    while d[4] < 0 {
        d = combine(&d, &prime, 1);
    }
    loop {
        let less = combine(&d, &prime, -1);
        if less[4] < 0 {
            break;
        }
        d = less;
    }
    let [a, b, c, d, e] = d.map(|limb| limb as u64);
    [a | b << 62, b >> 2 | c << 60, c >> 4 | d << 58, d >> 6 | e << 56]
}

/// A number to be added until 2^62 divides.
struct Modulus {
    prime: Number,
    minus_inverse: u64,
}

/// −1 / n modulo 2^62, for odd n.
fn minus_inverse(n: u64) -> u64 {
    // n n = 1 modulo 8; each step doubles the bits.
    let inverse = (0..5).fold(n, |x, _| x.wrapping_mul(2u64.wrapping_sub(n.wrapping_mul(x))));
    inverse.wrapping_neg() & MASK
}

fn number(words: &[u64; 4]) -> Number {
    let [a, b, c, d] = *words;
    let limbs = [a, a >> 62 | b << 2, b >> 60 | c << 4, c >> 58 | d << 6, d >> 56];
    limbs.map(|limb| (limb & MASK) as i64)
}

/// a + sign b
fn combine(a: &Number, b: &Number, sign: i64) -> Number {
    let mut sum = core::array::from_fn(|i| a[i] + sign * b[i]);
    carry(&mut sum);
    sum
}

fn carry(number: &mut Number) {
    for i in 0..4 {
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
    fn apply(&self, a: &Number, b: &Number, modulus: Option<&Modulus>) -> (Number, Number) {
        let row = |x: i64, y: i64| {
            let term = |i: usize| i128::from(x) * i128::from(a[i]) + i128::from(y) * i128::from(b[i]);
            let times = modulus.map_or(0, |m| (term(0) as u64).wrapping_mul(m.minus_inverse) & MASK);
            let term = |i: usize| term(i) + i128::from(times) * modulus.map_or(0, |m| i128::from(m.prime[i]));
            let mut sum = term(0) >> STEPS;
            let mut out = [0; 5];
            for i in 1..5 {
                sum += term(i);
                out[i - 1] = (sum as u64 & MASK) as i64;
                sum >>= STEPS;
            }
            out[4] = sum as i64;
            out
        };
        (row(self.u, self.v), row(self.q, self.r))
    }
}
