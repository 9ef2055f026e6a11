//! Commitments that are not to what is opened. Each lie is told by a prover that is honest otherwise, and by
//! one that bends its last polynomial to the claim.

use aver_stark::eq::eq_table;
use aver_stark::field::{EF, F, f};
use aver_stark::gather::StackClaim;
use aver_stark::hash::{FiatShamir, NODE, Node, Sponge};
use aver_stark::merkle::log_leaf;
use aver_stark::params::{Params, Profile};
use aver_stark::transcript::Reader;
use aver_stark::whir::{GroupCommitment, verify};
use aver_stark_prover::encode::{Committed, Encoder};
use p3_field::PrimeCharacteristicRing;

use crate::messages::{is_refused_by, params};
use crate::plain::{Check, Lies, Script, commit, open};
use crate::toy::absorb;

/// Groups of 3, 0 and 2 stacks, and their value at a point.
struct Case {
    params: Params,
    encoder: Encoder,
    stacks: Vec<Vec<F>>,
    claim: StackClaim,
}

const WIDTHS: [usize; 3] = [3, 0, 2];

impl Case {
    fn new(params: Params) -> Self {
        let h = params.log_height;
        let cell = |x: u64| f((x.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 34) as u32);
        let stack = |y: u64| (0..1 << h).map(|x| cell(x + (y << h) + 1)).collect();
        let stacks: Vec<Vec<F>> = (0..5).map(stack).collect();
        let mut sponge = Sponge::new("point");
        let mut draw = |n: usize| (0..n).map(|_| sponge.challenge("x")).collect();
        let mut claim = StackClaim { stack: draw(3), element: draw(h), value: EF::ZERO };
        claim.value = value(&stacks, &claim);
        Self { encoder: Encoder::new(params.hash), params, stacks, claim }
    }

    /// No rounds: the base oracle is compared with the polynomial in clear.
    fn short() -> Self {
        Self::new(Params { query_work: 3, ..Params::new(Profile::Bits128, 4).unwrap() })
    }

    fn cases() -> [Self; 2] {
        [Self::short(), Self::new(params())]
    }

    fn commit(&self, stacks: &[Vec<F>]) -> Vec<Committed> {
        let mut stacks = stacks.iter().map(Vec::as_slice);
        let groups = WIDTHS.map(|w| stacks.by_ref().take(w).collect::<Vec<&[F]>>());
        groups.iter().map(|g| commit(&self.encoder, self.params.log_height, g)).collect()
    }

    fn transcript(&self) -> FiatShamir {
        let mut transcript = self.params.hash.transcript("test");
        absorb(&mut transcript, "value", &self.claim.value);
        transcript
    }

    /// Commits to something, and proves that `stacks` have the value.
    fn lie(&self, committed: &[Committed], stacks: &[Vec<F>], lies: &Lies) -> Result<(), String> {
        let mut script = Script::new(self.transcript(), lies);
        open(&mut script, &self.params, committed, stacks, &self.claim);
        let groups: Vec<GroupCommitment> = committed.iter().map(Committed::commitment).collect();
        self.check(&groups, &self.claim, &script.finish())
    }

    fn check(&self, groups: &[GroupCommitment], claim: &StackClaim, proof: &[u8]) -> Result<(), String> {
        let mut reader = Reader::new(self.transcript(), proof);
        let result = verify(&self.params, &mut reader, groups, claim, None);
        result.and_then(|()| reader.finish()).map_err(|e| e.to_string())
    }

    /// Refused by this check; by the last one, when the last polynomial is bent.
    #[track_caller]
    fn refuses(
        &self,
        committed: &[Committed],
        stacks: &[Vec<F>],
        check: Check,
        lies: impl Fn(Check) -> Lies,
    ) {
        for until in [check, Check::Positions] {
            let error = self.lie(committed, stacks, &lies(until)).expect_err("a lie was accepted");
            is_refused_by(&error, until);
        }
    }

    /// The check that sees that the oracle of this number is not what the next one folds.
    fn check_of(&self, oracle: usize) -> Check {
        if oracle == self.params.rounds.len() { Check::Positions } else { Check::FinalSum }
    }
}

/// What the stacks are at the claim's point.
fn value(stacks: &[Vec<F>], claim: &StackClaim) -> EF {
    let (stack, element) = (eq_table(&claim.stack), eq_table(&claim.element));
    let value = |s: &Vec<F>| s.iter().zip(&element).map(|(&v, &w)| w * v).sum::<EF>();
    stacks.iter().zip(&stack).map(|(s, &w)| w * value(s)).sum()
}

#[test]
fn honest_openings_are_accepted() {
    for case in Case::cases() {
        let committed = case.commit(&case.stacks);
        for until in [Check::Sum, Check::Positions] {
            assert_eq!(case.lie(&committed, &case.stacks, &Lies::bent(until)), Ok(()));
        }
    }
}

#[test]
fn a_wrong_value_is_refused() {
    for mut case in Case::cases() {
        let committed = case.commit(&case.stacks);
        case.claim.value += EF::ONE;
        case.refuses(&committed, &case.stacks, Check::FinalSum, Lies::bent);
    }
}

/// The value is that of other stacks than were committed.
#[test]
fn other_stacks_are_refused() {
    for mut case in Case::cases() {
        let committed = case.commit(&case.stacks);
        for y in 0..case.stacks.len() {
            let mut others = case.stacks.clone();
            others[y][5] += F::ONE;
            case.claim.value = value(&others, &case.claim);
            case.refuses(&committed, &others, case.check_of(0), Lies::bent);
        }
        // The same stacks in another order.
        let mut others = case.stacks.clone();
        others.swap(2, 3);
        case.claim.value = value(&others, &case.claim);
        case.refuses(&committed, &others, case.check_of(0), Lies::bent);
    }
}

/// One position of a base codeword is wrong, whichever it is: every position is drawn here.
#[test]
fn a_word_that_is_no_codeword_is_refused() {
    for case in Case::cases() {
        let h = case.params.log_height;
        for position in 0..2 << h {
            let mut committed = case.commit(&case.stacks);
            let (group, column) = [(0, 0), (0, 2), (2, 1)][position % 3];
            let tree = committed[group].tree().unwrap();
            let mut rows: Vec<F> = (0..2 << h).flat_map(|i| tree.row(i).to_vec()).collect();
            rows[position * WIDTHS[group] + column] += F::ONE;
            committed[group] = Committed::from_rows(case.params.hash, rows, WIDTHS[group]);
            case.refuses(&committed, &case.stacks, case.check_of(0), Lies::bent);
        }
    }
}

/// One position of a later oracle is wrong.
#[test]
fn an_oracle_that_is_no_codeword_is_refused() {
    let case = Case::new(params());
    let committed = case.commit(&case.stacks);
    for (number, oracle) in case.params.rounds.iter().enumerate() {
        let width = 5 << oracle.fold;
        for position in 0..1 << oracle.log_domain {
            let at = position * width + position % width;
            case.refuses(&committed, &case.stacks, case.check_of(number + 1), |until| {
                let change = move |n: usize, rows: &mut Vec<F>| {
                    if n == number {
                        rows[at] += F::ONE;
                    }
                };
                Lies { word: Some(Box::new(change)), ..Lies::bent(until) }
            });
        }
    }
}

/// An oracle is of another polynomial than the one before folds to, and all after it is of that one.
#[test]
fn an_oracle_that_is_not_the_fold_is_refused() {
    let case = Case::new(params());
    let committed = case.commit(&case.stacks);
    for number in 0..case.params.rounds.len() {
        for at in [0, 1, 17, 31] {
            case.refuses(&committed, &case.stacks, Check::FinalSum, |until| {
                let change = move |n: usize, f: &mut Vec<EF>| {
                    if n == number {
                        f[at] += EF::ONE;
                    }
                };
                Lies { folded: Some(Box::new(change)), ..Lies::bent(until) }
            });
        }
    }
}

/// And so that the claim still holds: it differs where the weight is zero. Only positions can tell.
#[test]
fn an_oracle_of_the_same_value_is_refused() {
    let case = Case::new(params());
    let committed = case.commit(&case.stacks);
    let eq = eq_table(&case.claim.element);
    let (a, b) = (eq[3], eq[4]);
    case.refuses(&committed, &case.stacks, Check::FinalSum, |until| {
        let change = move |n: usize, f: &mut Vec<EF>| {
            if n == 0 {
                f[3] += b;
                f[4] -= a;
            }
        };
        Lies { folded: Some(Box::new(change)), ..Lies::bent(until) }
    });
}

/// Few enough positions for some leaves to have none.
fn sparse() -> [Case; 2] {
    [Case::short().params, params()].map(|mut params| {
        params.base.queries = 3;
        params.rounds.iter_mut().for_each(|o| o.queries = 12);
        Case::new(params)
    })
}

#[test]
fn other_positions_are_refused() {
    for case in sparse() {
        let committed = case.commit(&case.stacks);
        assert_eq!(case.lie(&committed, &case.stacks, &Lies::default()), Ok(()));
        for number in 0..=case.params.rounds.len() {
            let base = number == 0;
            let rows = if base { "whir/rows" } else { "whir/oracle rows" };
            let log_domain = case.params.base.log_domain;
            let leaf = if base { log_leaf(case.params.hash, log_domain, WIDTHS[0]) } else { 0 };
            // The neighbour of a leaf that is opened: siblings to be sent are as many.
            let change = move |n: usize, drawn: &mut Vec<usize>| {
                if n == number {
                    let is_drawn = |i: usize| drawn.iter().any(|j| j >> leaf == i);
                    let at = drawn.iter().map(|i| i >> leaf).find(|i| !is_drawn(i ^ 1)).unwrap();
                    drawn.iter_mut().filter(|i| **i >> leaf == at).for_each(|i| *i ^= 1 << leaf);
                }
            };
            let lies = Lies { positions: Some(Box::new(change)), ..Lies::default() };
            let error = case.lie(&committed, &case.stacks, &lies).unwrap_err();
            assert_eq!(error, format!("{rows}: opened rows do not lead to the root"));
        }
    }
}

/// The leaf is the right one, and leads to the root: only the value there can tell.
#[test]
fn other_rows_of_a_leaf_are_refused() {
    for case in sparse() {
        let committed = case.commit(&case.stacks);
        let change = |n: usize, drawn: &mut Vec<usize>| {
            if n == 0 {
                drawn[0] ^= 1;
            }
        };
        let lies = Lies { positions: Some(Box::new(change)), ..Lies::default() };
        let error = case.lie(&committed, &case.stacks, &lies).unwrap_err();
        assert_eq!(error, "whir/final: equation does not hold");
    }
}

#[test]
fn another_root_is_refused() {
    let case = Case::new(params());
    let committed = case.commit(&case.stacks);
    let other = committed[0].root().unwrap();
    for number in 0..2 {
        let lies = Lies { root: Some(("whir/root", number, other)), ..Lies::default() };
        let error = case.lie(&committed, &case.stacks, &lies).unwrap_err();
        assert_eq!(error, "whir/oracle rows: opened rows do not lead to the root");
    }
}

#[test]
fn other_shapes_are_refused() {
    for case in Case::cases() {
        let committed = case.commit(&case.stacks);
        let lies = Lies::default();
        let mut script = Script::new(case.transcript(), &lies);
        open(&mut script, &case.params, &committed, &case.stacks, &case.claim);
        let proof = script.finish();
        let groups: Vec<GroupCommitment> = committed.iter().map(Committed::commitment).collect();
        let shape = Err("whir/shape: equation does not hold".to_string());
        let check = |groups: &[GroupCommitment], stack: &[EF], element: &[EF]| {
            let claim = StackClaim { stack: stack.into(), element: element.into(), ..case.claim };
            case.check(groups, &claim, &proof)
        };
        let (stack, element) = (&case.claim.stack[..], &case.claim.element[..]);
        let with = |v: &[EF]| [v, &[EF::ZERO]].concat();
        assert_eq!(check(&groups, stack, element), Ok(()));
        assert_eq!(check(&groups, stack, &with(element)), shape);
        assert_eq!(check(&groups, stack, &element[1..]), shape);
        assert_eq!(check(&groups, &with(stack), element), shape);
        assert_eq!(check(&groups, &stack[1..], element), shape);
        // Two stacks, or three, are chosen from by fewer coordinates than five.
        assert_eq!(check(&groups[..1], stack, element), shape);
        assert_eq!(check(&groups[2..], stack, element), shape);
        // A root that differs in an element; a group that has stacks and no root; groups in another order.
        let merkle = Err("whir/rows: opened rows do not lead to the root".to_string());
        for i in 0..NODE {
            let mut other = groups.clone();
            other[i % 2 * 2].root.as_mut().unwrap().0[i] += F::ONE;
            assert_eq!(case.check(&other, &case.claim, &proof), merkle);
        }
        let mut bare = groups.clone();
        bare[2].root = None;
        assert_eq!(case.check(&bare, &case.claim, &proof), merkle);
        // Before anything is read for it.
        (bare[0].root, bare[2].root) = (None, groups[2].root);
        let cut = |groups: &[GroupCommitment], len| case.check(groups, &case.claim, &proof[..len]);
        let no_rows = Err("proof ends before whir/rows".to_string());
        let len = (0..proof.len()).find(|&len| cut(&groups, len) == no_rows).unwrap();
        assert_eq!(cut(&bare, len), merkle);
        let mut swapped = groups.clone();
        (swapped[0].root, swapped[2].root) = (groups[2].root, groups[0].root);
        assert_eq!(case.check(&swapped, &case.claim, &proof), merkle);
    }
}

#[test]
fn stacks_are_as_many_as_the_security_terms_count() {
    let params = Params::new(Profile::Bits100, 1).unwrap();
    let check = |widths: &[usize]| {
        let groups: Vec<_> =
            widths.iter().map(|&width| GroupCommitment { root: Some(Node::default()), width }).collect();
        let claim = StackClaim { stack: vec![EF::ZERO; 12], element: vec![EF::ZERO], value: EF::ZERO };
        let mut reader = Reader::new(Sponge::new("test"), &[]);
        verify(&params, &mut reader, &groups, &claim, None).unwrap_err().to_string()
    };
    for widths in [&[4096][..], &[0, 4000, 96]] {
        assert_eq!(check(widths), "proof ends before whir/final");
    }
    for widths in [&[4097][..], &[1, 4000, 96]] {
        assert_eq!(check(widths), "number of stacks is 4097, the limit is 4096");
    }
}
