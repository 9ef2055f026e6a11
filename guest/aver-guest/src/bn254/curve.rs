//! The pairing's curve, and what is its own: the loop's end, and the power, which is by Fuentes-Castañeda, Knapp and
//! Rodríguez-Henríquez ("Faster hashing to G2", 2011).

use super::PRIME;
use crate::ecdsa::inverse::inverse;
use crate::pairing::field::{Fp2, Fp12, multiples};
use crate::pairing::{Curve, Products, State, digits};

/// alt_bn128. Its twist is y² = x³ + 3 / (9 + u), and w^6 = 9 + u.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bn254;

/// The parameter u of the curves, in signed digits.
const U: [i8; 62] = digits(4_965_661_367_192_848_881);
/// 6 u + 2
const LOOP: [i8; 65] = digits(6 * 4_965_661_367_192_848_881 + 2);

impl Curve for Bn254 {
    type Number = [u64; 4];
    const MULTIPLES: [[u64; 4]; 5] = multiples(&PRIME.0);
    const TWIST: Fp2<Self> = Fp2([
        [0x3267_E6DC_24A1_38E5, 0xB5B4_C5E5_59DB_EFA3, 0x81BE_1899_1BE0_6AC3, 0x2B14_9D40_CEB8_AAAE],
        [0xE4A2_BD06_85C3_15D2, 0xA74F_A084_E52D_1852, 0xCD2C_AFAD_EED8_FDF4, 0x0097_13B0_3AF0_FED4],
    ]);
    const TWIST_3: Fp2<Self> = Fp2([
        [0x1EF6_9C66_BCE9_B021, 0xF21B_7C8D_3CB0_39CF, 0x1499_BE5E_509E_8F8F, 0x2075_3ADC_A9C6_BFB8],
        [0xADE8_3713_9149_4176, 0xF5EE_E18E_AF87_48F8, 0x6786_0F09_CC8A_F9DD, 0x01C5_3B10_B0D2_FC7E],
    ]);
    const FROBENIUS: [Fp2<Self>; 5] = [
        Fp2([
            [0xD60B_35DA_DCC9_E470, 0x5C52_1E08_292F_2176, 0xE8B9_9FDD_76E6_8B60, 0x1284_B71C_2865_A7DF],
            [0xCA5C_F05F_80F3_62AC, 0x7479_9277_8EEE_C7E5, 0xA632_7CFE_1215_0B8E, 0x2469_96F3_B4FA_E7E6],
        ]),
        Fp2([
            [0x99E3_9557_176F_553D, 0xB78C_C310_C2C3_330C, 0x4C0B_EC3C_F559_B143, 0x2FB3_4798_4F79_11F7],
            [0x1665_D51C_640F_CBA2, 0x32AE_2A1D_0B7C_9DCE, 0x4BA4_CC8B_D75A_0794, 0x16C9_E550_61EB_AE20],
        ]),
        Fp2([
            [0xDC54_0146_71A0_135A, 0xDBAA_E0ED_A9C9_5998, 0xDC5E_C698_B6E2_F9B9, 0x063C_F305_489A_F5DC],
            [0x82D3_7F63_2623_B0E3, 0x2180_7DC9_8FA2_5BD2, 0x0704_B5A7_EC79_6F2B, 0x07C0_3CBC_AC41_049A],
        ]),
        Fp2([
            [0x848A_1F55_921E_A762, 0xD333_65F7_BE94_EC72, 0x80F3_C0B7_5A18_1E84, 0x05B5_4F5E_64EE_A801],
            [0xC13B_4711_CD2B_8126, 0x3685_D2EA_1BDE_C763, 0x9F3A_80B0_3B0B_1C92, 0x2C14_5EDB_E7FD_8AEE],
        ]),
        Fp2([
            [0x2EA2_C810_EAB7_692F, 0x425C_459B_55AA_1BD3, 0xE93A_3661_A435_3FF4, 0x0183_C1E7_4F79_8649],
            [0x24C6_B8EE_6E0C_2C4B, 0xB080_CB99_678E_2AC0, 0xA27F_B246_C772_9F7D, 0x12AC_F2CA_76FD_0675],
        ]),
    ];
    const ROOTS: [Fp2<Self>; 2] = [
        Fp2([
            [0xE4BD_44E5_607C_FD48, 0xC28F_069F_BB96_6E3D, 0x5E6D_D9E7_E0AC_CCB0, 0x3064_4E72_E131_A029],
            [0x0000_0000_0000_0000, 0x0000_0000_0000_0000, 0x0000_0000_0000_0000, 0x0000_0000_0000_0000],
        ]),
        Fp2([
            [0x5763_4731_77FF_FFFE, 0xD4F2_63F1_ACDB_5C4F, 0x59E2_6BCE_A0D4_8BAC, 0x0000_0000_0000_0000],
            [0x0000_0000_0000_0000, 0x0000_0000_0000_0000, 0x0000_0000_0000_0000, 0x0000_0000_0000_0000],
        ]),
    ];
    const TWISTED: [Fp2<Self>; 2] = [Self::FROBENIUS[1], Self::FROBENIUS[2]];
    const LINE: [usize; 3] = [0, 1, 3];
    const LOOP: &'static [i8] = &LOOP;

    fn inverse(number: &[u64; 4]) -> [u64; 4] {
        inverse::<5, 4>(number, &PRIME.0)
    }

    fn end(products: &impl Products<Self>, product: &mut Fp12<Self>, state: &mut State<'_, Self>) -> bool {
        let q1 = products.twisted(state.q);
        let q2 = products.twisted(&q1);
        let q3 = products.twisted(&q2);
        products.add(product, state, &q1);
        products.add(product, state, &[q2[0], q2[1].minus::<1>()]);
        // The multiple is (6 u + 2 + π − π²) Q, and Q is in G2 if and only if this is −π³ Q (spec/chips/bn254-fp12.md).
        products.is_at(state, &[q3[0], q3[1].minus::<1>()])
    }

    /// By 2 u (6 u² + 3 u + 1) times that.
    fn power(products: &impl Products<Self>, a: &Fp12<Self>) -> Fp12<Self> {
        let a = products.easy_power(a);
        let by_minus_u = |a: &Fp12<Self>| products.cyclotomic_power(a, &U).conjugate();
        let y0 = by_minus_u(&a);
        let y1 = products.squared(y0);
        let y3 = products.times(products.squared(y1), &y1);
        let y4 = by_minus_u(&y3);
        let y6 = by_minus_u(&products.squared(y4));
        let y7 = products.times(y6.conjugate(), &y4);
        let y8 = products.times(y3.conjugate(), &y7);
        let y9 = products.times(y1, &y8);
        let y11 = products.times(products.times(y4, &y8), &a);
        let y13 = products.times(products.powers(y9, 1), &y11);
        let y14 = products.times(products.powers(y8, 2), &y13);
        let y15 = products.times(a.conjugate(), &y9);
        products.times(products.powers(y15, 3), &y14)
    }
}
