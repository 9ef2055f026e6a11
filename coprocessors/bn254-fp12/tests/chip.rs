//! Rows of the chip.

use aver_arithmetic::testing::fp12;
use aver_bn254_fp12::TowerBn254;

#[test]
fn honest_rows() {
    fp12::honest_rows::<TowerBn254>();
}

#[test]
fn products_are_those_of_the_field() {
    fp12::products_are_those_of_the_field::<TowerBn254>();
}

#[test]
fn lies_about_a_product_are_noticed() {
    fp12::lies_about_a_product_are_noticed::<TowerBn254>();
}
