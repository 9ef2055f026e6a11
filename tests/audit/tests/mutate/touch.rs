//! Registers that rest: whatever row is accepted, the register goes on at a later timestamp that is one. And
//! without any one rule there are other rows.

use aver_audit::mutate::{Row, Subject};
use aver_machine::buses::MEM;
use aver_machine::chips::touch::BLOCK;
use aver_machine::public::MAX_TS;
use aver_stark::field::{F, P, f};
use p3_field::{PrimeCharacteristicRing, PrimeField32};

use crate::traces::places;

/// The row says nothing, or it puts what it takes, later. (Nobody puts a timestamp that is none.)
fn is_true(subject: &Subject<'_>, cells: &[F]) -> bool {
    let said = (0..subject.lookup.len()).map(|i| (i, subject.says(i, cells)));
    let said: Vec<_> = said.filter(|(_, (weight, _))| *weight != F::ZERO).collect();
    let of_mem = |weight: F| {
        let mut found =
            said.iter().filter(|(i, m)| subject.description.interactions[*i].bus == MEM && m.0 == weight);
        found.next().map(|(_, (_, values))| values)
    };
    let (Some(taken), Some(put)) = (of_mem(F::NEG_ONE), of_mem(F::ONE)) else { return said.is_empty() };
    let [prev, ts] = [taken[6], put[6]].map(|v| v.as_canonical_u32());
    taken[..6] == put[..6] && (prev >= MAX_TS || prev < ts && ts < MAX_TS)
}

/// A row that is accepted and not true: real or not, to blocks within 2^26 and beyond, from before and after.
fn forged(subject: &Subject<'_>, honest: &[F]) -> bool {
    let at = |name: &str| subject.columns.iter().position(|c| c == name).unwrap();
    let mut row = Row::new(subject, honest);
    [F::ONE, F::ZERO, F::TWO, F::NEG_ONE].into_iter().any(|real| {
        row.set(at("is_real"), real);
        [0, 1, 256, (1 << 16) - 1, 1 << 16, (1 << 16) + 1, P / BLOCK, P - 1].into_iter().any(|block| {
            row.set(at("block"), f(block));
            [0, 1, 2, 1 << 16, (1 << 16) + 1, P - 300, P - 1].into_iter().any(|before| {
                row.set(at("prev"), f(block) * f(BLOCK) - f(before));
                row.broken.is_empty() && !is_true(subject, &row.cells)
            })
        })
    })
}

#[test]
fn time_goes_on_when_a_register_is_touched() {
    let places = &places(8)[&(false, "touch".to_string())];
    for place in places {
        let mut subject = place.subject();
        let honest = place.table().row(0);
        assert!(is_true(&subject, &honest));
        assert!(!forged(&subject, &honest));
        let rules = subject.rules();
        assert_eq!(rules.len(), 3);
        for rule in rules {
            subject.without = Some(rule);
            assert!(forged(&subject, &honest), "without {}", subject.rule_name(rule));
        }
    }
}
