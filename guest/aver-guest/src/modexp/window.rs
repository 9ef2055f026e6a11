//! Powers from the exponent's highest bit down, by odd powers of the base ("sliding windows").

/// What is done to the power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It becomes the (2 i + 1)-th power of the base; this is the first step.
    Start(usize),
    /// It becomes its square.
    Square,
    /// It is multiplied by the (2 i + 1)-th power of the base.
    Times(usize),
}

/// Bits of a window such that there are few products, of which 2^(bits − 1) are made before the first step if it is not 1.
pub fn width(exponent: &[u8]) -> usize {
    let ones: usize = exponent.iter().map(|byte| byte.count_ones() as usize).sum();
    let products = |width: usize| match width {
        1 => ones,
        _ => (1 << (width - 1)) + ones.min(8 * exponent.len() / (width + 1)),
    };
    (1..8).min_by_key(|&width| products(width)).unwrap_or(1)
}

/// Takes steps to a power; none for the exponent 0.
pub fn steps(exponent: &[u8], width: usize, mut step: impl FnMut(Step)) {
    // Bits from the lowest on.
    let bit = |i: usize| exponent[exponent.len() - 1 - i / 8] >> (i % 8) & 1;
    let (mut left, mut is_started) = (8 * exponent.len(), false);
    while left > 0 {
        if bit(left - 1) == 0 {
            left -= 1;
            if is_started {
                step(Step::Square);
            }
            continue;
        }
        // The window's lowest bit is 1.
        let end = (left.saturating_sub(width)..left).find(|&i| bit(i) == 1).unwrap_or(left - 1);
        let digit = (end..left).rev().fold(0, |digit, i| digit << 1 | usize::from(bit(i)));
        if is_started {
            (end..left).for_each(|_| step(Step::Square));
            step(Step::Times(digit / 2));
        } else {
            step(Step::Start(digit / 2));
        }
        (left, is_started) = (end, true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The exponent that steps come to.
    fn exponent(bytes: &[u8], width: usize) -> u64 {
        let mut exponent = 0;
        steps(bytes, width, |step| match step {
            Step::Start(i) => {
                assert_eq!(exponent, 0);
                exponent = 2 * i as u64 + 1;
            }
            Step::Square => exponent *= 2,
            Step::Times(i) => {
                assert!(i < 1 << (width - 1));
                exponent += 2 * i as u64 + 1;
            }
        });
        exponent
    }

    #[test]
    fn steps_come_to_the_exponent() {
        for width in 1..8 {
            for n in (0..600).chain([0x1_0001, 0xFFFF_FFFF, 0x8000_0001, 0xDD_7A94_6DE8]) {
                assert_eq!(exponent(&u64::to_be_bytes(n), width), n);
            }
        }
        assert_eq!(exponent(&[], 1), 0);
    }

    #[test]
    fn widths() {
        let of = |len: usize| width(&[0xFF; 1024][..len]);
        assert_eq!([0, 1, 3, 32, 128, 1024].map(of), [1, 2, 2, 5, 6, 7]);
        assert_eq!(width(&[1, 0, 1]), 1);
    }
}
