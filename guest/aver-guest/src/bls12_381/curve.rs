//! The pairing's curve, and what is its own: the loop's end, and the power, which is by Hayashida, Hayasaka and Teruya
//! ("Efficient final exponentiation via cyclotomic structure for pairings over families of elliptic curves", 2020).

use super::PRIME;
use crate::ecdsa::inverse::inverse;
use crate::pairing::field::{Fp2, Fp12, multiples};
use crate::pairing::{Curve, Products, State};

/// BLS12-381. Its twist is y² = x³ + 4 (1 + u), and w^6 = 1 + u.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bls12;

/// −x, where x is the parameter of the curves: its bits, but for the highest. So products of pairings are inverted, which is
/// the same for those that are one.
const MINUS_X: [i8; 63] = {
    let mut bits = [0; 63];
    let mut i = 0;
    while i < 63 {
        bits[i] = (super::MINUS_X >> (62 - i) & 1) as i8;
        i += 1;
    }
    bits
};

const fn number(n: u64) -> [u64; 6] {
    [n, 0, 0, 0, 0, 0]
}

impl Curve for Bls12 {
    type Number = [u64; 6];
    const MULTIPLES: [[u64; 6]; 5] = multiples(&PRIME);
    const TWIST: Fp2<Self> = Fp2([number(4), number(4)]);
    const TWIST_3: Fp2<Self> = Fp2([number(12), number(12)]);
    const FROBENIUS: [Fp2<Self>; 5] = [
        Fp2([
            [
                0x8D07_75ED_9223_5FB8,
                0xF67E_A53D_63E7_813D,
                0x7B24_43D7_84BA_B9C4,
                0x0FD6_03FD_3CBD_5F4F,
                0xC231_BEB4_202C_0D1F,
                0x1904_D3BF_02BB_0667,
            ],
            [
                0x2CF7_8A12_6DDC_4AF3,
                0x282D_5AC1_4D6C_7EC2,
                0xEC0C_8EC9_71F6_3C5F,
                0x54A1_4787_B6C7_B36F,
                0x88E9_E902_231F_9FB8,
                0x00FC_3E2B_36C4_E032,
            ],
        ]),
        Fp2([
            [
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
            ],
            [
                0x8BFD_0000_0000_AAAC,
                0x4094_27EB_4F49_FFFD,
                0x897D_2965_0FB8_5F9B,
                0xAA0D_857D_8975_9AD4,
                0xEC02_4086_63D4_DE85,
                0x1A01_11EA_397F_E699,
            ],
        ]),
        Fp2([
            [
                0xC810_84FB_EDE3_CC09,
                0xEE67_992F_72EC_05F4,
                0x77F7_6E17_0092_41C5,
                0x4839_5DAB_C2D3_435E,
                0x6831_E36D_6BD1_7FFE,
                0x06AF_0E04_37FF_400B,
            ],
            [
                0xC810_84FB_EDE3_CC09,
                0xEE67_992F_72EC_05F4,
                0x77F7_6E17_0092_41C5,
                0x4839_5DAB_C2D3_435E,
                0x6831_E36D_6BD1_7FFE,
                0x06AF_0E04_37FF_400B,
            ],
        ]),
        Fp2([
            [
                0x8BFD_0000_0000_AAAD,
                0x4094_27EB_4F49_FFFD,
                0x897D_2965_0FB8_5F9B,
                0xAA0D_857D_8975_9AD4,
                0xEC02_4086_63D4_DE85,
                0x1A01_11EA_397F_E699,
            ],
            [
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
            ],
        ]),
        Fp2([
            [
                0x9B18_FAE9_8007_8116,
                0xC63A_3E6E_257F_8732,
                0x8BEA_DF4D_8E9C_0566,
                0xF398_1624_0C0B_8FEE,
                0xDF47_FA6B_48B1_E045,
                0x05B2_CFD9_013A_5FD8,
            ],
            [
                0x1EE6_0516_7FF8_2995,
                0x5871_C190_8BD4_78CD,
                0xDB45_F353_6814_F0BD,
                0x70DF_3560_E779_82D0,
                0x6BD3_AD4A_FA99_CC91,
                0x144E_4211_3845_86C1,
            ],
        ]),
    ];
    const ROOTS: [Fp2<Self>; 2] = [
        Fp2([
            [
                0x2E01_FFFF_FFFE_FFFE,
                0xDE17_D813_620A_0002,
                0xDDB3_A93B_E6F8_9688,
                0xBA69_C607_6A0F_77EA,
                0x5F19_672F_DF76_CE51,
                0x0000_0000_0000_0000,
            ],
            [
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
            ],
        ]),
        Fp2([
            [
                0x8BFD_0000_0000_AAAC,
                0x4094_27EB_4F49_FFFD,
                0x897D_2965_0FB8_5F9B,
                0xAA0D_857D_8975_9AD4,
                0xEC02_4086_63D4_DE85,
                0x1A01_11EA_397F_E699,
            ],
            [
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
            ],
        ]),
    ];
    const TWISTED: [Fp2<Self>; 2] = [
        Fp2([
            [
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
                0x0000_0000_0000_0000,
            ],
            [
                0x8BFD_0000_0000_AAAD,
                0x4094_27EB_4F49_FFFD,
                0x897D_2965_0FB8_5F9B,
                0xAA0D_857D_8975_9AD4,
                0xEC02_4086_63D4_DE85,
                0x1A01_11EA_397F_E699,
            ],
        ]),
        Fp2([
            [
                0xF1EE_7B04_121B_DEA2,
                0x3044_66CF_3E67_FA0A,
                0xEF39_6489_F61E_B45E,
                0x1C3D_EDD9_30B1_CF60,
                0xE2E9_C448_D77A_2CD9,
                0x1352_03E6_0180_A68E,
            ],
            [
                0xC810_84FB_EDE3_CC09,
                0xEE67_992F_72EC_05F4,
                0x77F7_6E17_0092_41C5,
                0x4839_5DAB_C2D3_435E,
                0x6831_E36D_6BD1_7FFE,
                0x06AF_0E04_37FF_400B,
            ],
        ]),
    ];
    const LINE: [usize; 3] = [3, 2, 0];
    const LOOP: &'static [i8] = &MINUS_X;

    fn inverse(number: &[u64; 6]) -> [u64; 6] {
        inverse::<7, 6>(number, &PRIME)
    }

    fn end(products: &impl Products<Self>, _: &mut Fp12<Self>, state: &mut State<'_, Self>) -> bool {
        // The multiple is −x Q, and Q is in G2 if and only if π Q = x Q (spec/chips/bls12-381-fp12.md).
        let [x, y] = products.twisted(state.q);
        products.is_at(state, &[x, y.minus::<1>()])
    }

    /// By 3 times that: (x − 1)² (x + p) (x² + p² − 1) + 3.
    fn power(products: &impl Products<Self>, a: &Fp12<Self>) -> Fp12<Self> {
        let a = products.easy_power(a);
        let by_minus_x = |a: &Fp12<Self>| products.cyclotomic_power(a, &MINUS_X);
        // Twice the power by 1 − x.
        let by_1 = products.times(by_minus_x(&a), &a);
        let by_2 = products.times(by_minus_x(&by_1), &by_1);
        let by_3 = products.times(products.powers(by_2, 1), &by_minus_x(&by_2).conjugate());
        let by_4 = products.times(by_minus_x(&by_minus_x(&by_3)), &by_3.conjugate());
        let by_4 = products.times(products.powers(by_3, 2), &by_4);
        products.times(products.times(products.squared(a), &a), &by_4)
    }
}
