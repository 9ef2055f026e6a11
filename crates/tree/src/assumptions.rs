//! What claims of a list assume of each other: `spec/aggregate.md`, "Assumptions".

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use aver_verifier::Claim;

use crate::Error;

/// Of each claim, whether one before it assumes it. A run is its claim, and its assumptions.
pub fn assumed<'a>(runs: impl Iterator<Item = (&'a Claim, &'a [Claim])>) -> Vec<bool> {
    let mut assumed: BTreeSet<&Claim> = BTreeSet::new();
    let is_assumed = |(claim, assumptions): (&Claim, &'a [Claim])| {
        let is_assumed = assumed.contains(claim);
        assumed.extend(assumptions);
        is_assumed
    };
    runs.map(is_assumed).collect()
}

/// That each assumption is a claim that stands after the one that assumes it. So the last claim holds, and with it the one
/// before, and so on up to the first; claims that assume each other, which may all be false, have no such order.
pub fn check<'a>(runs: impl DoubleEndedIterator<Item = (&'a Claim, &'a [Claim])>) -> Result<(), Error> {
    let mut shown = BTreeSet::new();
    for (claim, assumptions) in runs.rev() {
        if let Some(missing) = assumptions.iter().find(|assumption| !shown.contains(assumption)) {
            return Err(Error::Assumption { of: claim.vk, missing: *missing });
        }
        shown.insert(claim);
    }
    Ok(())
}

/// An order of these runs in which each stands before what it assumes, by their places: as they are given, if that is one.
pub fn order(runs: &[(Claim, &[Claim])]) -> Result<Vec<usize>, Error> {
    let (mut order, mut shown) = (Vec::new(), BTreeSet::new());
    let mut left: Vec<usize> = (0..runs.len()).rev().collect();
    while !left.is_empty() {
        let before = left.len();
        left.retain(|&place| {
            let (claim, assumptions) = &runs[place];
            let is_shown = assumptions.iter().all(|assumption| shown.contains(assumption));
            if is_shown {
                shown.insert(*claim);
                order.push(place);
            }
            !is_shown
        });
        if left.len() == before {
            // Some run lacks something, or all that are left wait for each other.
            let missing = left.iter().rev().find_map(|&place| {
                let (claim, assumptions) = &runs[place];
                let missing = assumptions.iter().find(|assumption| !shown.contains(*assumption))?;
                Some(Error::Assumption { of: claim.vk, missing: *missing })
            });
            return missing.map_or(Ok(order), Err);
        }
    }
    order.reverse();
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(vk: u8) -> Claim {
        Claim { vk: [vk; 32], exit_code: 0, output_digest: [7; 32] }
    }

    fn checked(runs: &[(Claim, &[Claim])]) -> Result<(), Error> {
        check(runs.iter().map(|(claim, assumptions)| (claim, *assumptions)))
    }

    #[test]
    fn what_is_assumed_stands_behind() {
        let [a, b, c] = [1, 2, 3].map(claim);
        let refused = |of: Claim, missing| Error::Assumption { of: of.vk, missing };
        let chain: [(Claim, &[Claim]); 3] = [(a, &[b, c]), (b, &[c]), (c, &[])];
        assert_eq!(checked(&chain), Ok(()));
        let of_chain = chain.iter().map(|(claim, assumptions)| (claim, *assumptions));
        assert_eq!(assumed(of_chain), [false, true, true]);
        assert_eq!(order(&chain), Ok(Vec::from([0, 1, 2])));
        // In another order: refused, and found again.
        let turned = [chain[2], chain[0], chain[1]];
        assert_eq!(checked(&turned), Err(refused(b, c)));
        assert_eq!(order(&turned), Ok(Vec::from([1, 2, 0])));
        // What is nearly assumed.
        for other in
            [Claim { exit_code: 1, ..c }, Claim { output_digest: [8; 32], ..c }, Claim { vk: [4; 32], ..c }]
        {
            let runs: [(Claim, &[Claim]); 2] = [(b, &[c]), (other, &[])];
            assert_eq!(checked(&runs), Err(refused(b, c)));
            assert_eq!(order(&runs), Err(refused(b, c)));
        }
        // Itself, each other, and something beside.
        let cycles: [&[(Claim, &[Claim])]; 3] =
            [&[(a, &[a]), (c, &[])], &[(a, &[b]), (b, &[a])], &[(a, &[b]), (b, &[a]), (c, &[])]];
        for cycle in cycles {
            assert!(checked(cycle).is_err() && order(cycle).is_err());
        }
        // The same claim twice, once without what it assumes.
        let twice: [(Claim, &[Claim]); 3] = [(a, &[b]), (b, &[a]), (a, &[])];
        assert_eq!(checked(&twice), Ok(()));
        assert_eq!(order(&[twice[2], twice[0], twice[1]]), Ok(Vec::from([1, 2, 0])));
    }
}
