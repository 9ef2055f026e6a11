//! Rows of the chip.

use aver_arithmetic::testing::fp12;
use aver_bls12_381_fp12::TowerBls12_381;

#[test]
fn honest_rows() {
    fp12::honest_rows::<TowerBls12_381>();
}

#[test]
fn products_are_those_of_the_field() {
    fp12::products_are_those_of_the_field::<TowerBls12_381>();
}

#[test]
fn lies_about_a_product_are_noticed() {
    fp12::lies_about_a_product_are_noticed::<TowerBls12_381>();
}
