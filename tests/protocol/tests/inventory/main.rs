//! Every absorb and every challenge of a run, in order; and what each challenge must come after.

mod dependence;
mod order;
mod recorded;

use std::collections::BTreeMap;

use aver_protocol_tests::committed::is_committed;
use aver_protocol_tests::listing::listing;
use aver_protocol_tests::recorder::{Event, What};
use aver_protocol_tests::run::LOG_HEIGHT;
use aver_stark::params::Profile;
use aver_stark::transcript::{Kind, Step};
use recorded::recorded;

fn line(event: &Event) -> String {
    let Step { kind, label, unit } = event.step;
    let kind = match (kind, event.what) {
        (Kind::Work, What::Drawn) => "seed".into(),
        (Kind::Work, _) => "nonce".into(),
        (Kind::Hint(by), _) => return format!("{:11}{label:20}{unit:16}bound by {}", "hint", by.join(", ")),
        (kind, _) => format!("{kind:?}").to_lowercase(),
    };
    format!("{kind:11}{label:20}{unit}")
}

#[test]
fn the_inventory_is_as_committed() {
    let recorded = recorded(Profile::Bits128);
    let list = |events: &[Event]| listing(events.iter().map(line));
    let shard = list(recorded.own(1));
    for i in 2..4 {
        assert_eq!(list(recorded.own(i)).lines().next(), shard.lines().next());
    }
    let text = format!(
        "Every step of the transcript of a run, as recorded: 128 bits, stacks of 2^{LOG_HEIGHT}.\n\
         A challenge depends on everything absorbed above it: messages, publics and nonces.\n\n\
         # The run\n\n{}\n# A memory proof, behind the run\n\n{}\n# A shard's proof, behind the run\n\n{shard}",
        list(&recorded.logs[0]),
        list(recorded.own(0)),
    );
    is_committed("transcript.txt", text.as_bytes());
}

#[test]
fn prover_and_verifier_say_the_same() {
    for profile in [Profile::Bits128, Profile::Bits100] {
        let recorded = recorded(profile);
        let (file, logs) = recorded.run.prove_recorded(5);
        assert!(file == recorded.run.file, "proved step by step it is the same file");
        assert_eq!(logs.len(), recorded.logs.len());
        for (i, (prover, verifier)) in logs.iter().zip(&recorded.logs).enumerate() {
            assert!(prover == verifier, "log {i}");
        }
    }
}

/// A label means one thing.
#[test]
fn no_label_has_two_meanings() {
    let mut steps: BTreeMap<&str, Step> = BTreeMap::new();
    for event in recorded(Profile::Bits128).logs.concat() {
        let step = *steps.entry(event.step.label).or_insert(event.step);
        assert_eq!(step, event.step);
        let fits = match step.kind {
            Kind::Message | Kind::Public => event.what == What::Absorbed,
            Kind::Challenge => event.what == What::Drawn,
            Kind::Work => event.what != What::Hinted,
            Kind::Hint(_) => event.what == What::Hinted,
        };
        assert!(fits, "{event:?}");
    }
    // All that are declared do occur.
    assert_eq!(steps.len(), 49);
}

#[test]
fn all_that_stands_in_a_proof_is_absorbed_or_bound_by_a_root() {
    for profile in [Profile::Bits128, Profile::Bits100] {
        let recorded = recorded(profile);
        let in_order = |log: &[Event]| {
            log.iter().filter(|e| e.is_in_proof()).flat_map(|e| e.bytes.clone()).collect::<Vec<_>>()
        };
        assert_eq!(in_order(&recorded.logs[0]), recorded.header.work);
        for (i, proof) in recorded.proofs.iter().enumerate() {
            let own = recorded.own(i);
            assert!(in_order(own) == *proof, "proof {i} has bytes no step has read");
            for (at, event) in own.iter().enumerate() {
                if let Kind::Hint(by) = event.step.kind {
                    let is_bound = |e: &Event| by.contains(&e.step.label) && e.cells.len() == 2;
                    assert!(own[..at].iter().any(is_bound), "{event:?} is bound by nothing");
                }
            }
        }
    }
}
