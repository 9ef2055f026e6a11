//! Does what its input asks for with large numbers: a letter, then operands. Outputs what comes of it, and a full stop where
//! operands are bad.
#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use aver_guest::u256::{U256, div_rem, mul_mod, mul_wide, pow_mod};
use aver_guest::{bls12_381, bn254, modexp, write_output};

aver_guest::entry!(main);

/// Takes operands of 32 bytes each.
fn take<'a>(input: &mut &'a [u8], numbers: usize) -> &'a [u8] {
    let (taken, rest) = input.split_at(32 * numbers);
    *input = rest;
    taken
}

fn number(bytes: &[u8]) -> U256 {
    U256(core::array::from_fn(|i| (0..8).fold(0, |word, k| word << 8 | u64::from(bytes[31 - 8 * i - 7 + k]))))
}

fn output(number: &U256) {
    number.0.iter().rev().for_each(|word| write_output(&word.to_be_bytes()));
}

fn yes_or_no(is_one: bool) -> &'static [u8] {
    if is_one { b"y" } else { b"n" }
}

fn main() {
    let mut input = aver_guest::read_input();
    while let [what, rest @ ..] = input {
        input = rest;
        match what {
            b'+' => {
                let (p, q) =
                    (take(&mut input, 2).try_into().unwrap(), take(&mut input, 2).try_into().unwrap());
                write_output(bn254::add(p, q).as_ref().map_or(b".", |sum| &sum[..]));
            }
            b'*' => {
                let (p, n) =
                    (take(&mut input, 2).try_into().unwrap(), take(&mut input, 1).try_into().unwrap());
                write_output(bn254::mul(p, n).as_ref().map_or(b".", |multiple| &multiple[..]));
            }
            b'a'..=b'd' => {
                let pairs = take(&mut input, 9 * usize::from(what - b'a' + 1));
                write_output(bls12_381::pairing_check(pairs).map_or(b".", yes_or_no));
            }
            b's' => {
                let sum = bls12_381::g1_msm(take(&mut input, 8));
                write_output(sum.as_ref().map_or(b".", |sum| &sum[..]));
            }
            b'k' => {
                let result = bls12_381::kzg::verify_point_evaluation(take(&mut input, 6));
                write_output(result.as_ref().map_or(b".", |result| &result[..]));
            }
            b'1'..=b'9' => {
                let pairs = take(&mut input, 6 * usize::from(what - b'0'));
                write_output(bn254::pairing_check(pairs).map_or(b".", yes_or_no));
            }
            b'^' => {
                let [len, rest @ ..] = input else { panic!("no length") };
                input = rest;
                let [base, exponent, modulus] = [(); 3].map(|()| take(&mut input, usize::from(*len)));
                write_output(&modexp(base, exponent, modulus));
            }
            _ => {
                let [a, b, m] = [(); 3].map(|()| number(take(&mut input, 1)));
                output(&mul_mod(&a, &b, &m));
                let (low, high) = mul_wide(&a, &b);
                let (quotient, rest) = div_rem(&a, &m);
                [low, high, quotient, rest].iter().for_each(output);
                output(&pow_mod(&a, &b.0[0].to_be_bytes(), &m));
            }
        }
    }
}
