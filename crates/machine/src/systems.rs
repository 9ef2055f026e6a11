//! The chips of both kinds of proof, with those of coprocessors.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use aver_stark::air::Bus;
use aver_stark::chip::{Chip, Described};
use aver_stark::error::ChipError;
use aver_stark::layout::System;

use crate::machine::{MemoryChip, ShardChip};

/// The chips of both kinds of proof: what the verifier needs.
pub struct Systems {
    /// Chips of shard proofs.
    pub shard: System,
    /// Chips of memory proofs.
    pub memory: System,
}

impl Systems {
    /// The standard chips with those of coprocessors, in the order of the program's note. Names of chips are unique,
    /// and coprocessors have no fixed columns.
    pub fn new(coprocessors: Vec<Box<dyn Chip>>) -> Result<Self, ChipError> {
        let mut chips = ShardChip::boxed();
        chips.extend(coprocessors);
        let systems = Self { shard: System::new(chips)?, memory: System::new(MemoryChip::boxed())? };
        let described = &systems.shard.described;
        for (i, chip) in described.iter().enumerate().skip(ShardChip::COUNT) {
            let fail = |why| Err(ChipError { chip: chip.name.clone(), why });
            if chip.widths[0] > 0 {
                return fail("chips of coprocessors have no fixed columns");
            }
            if described[..i].iter().any(|other| other.name == chip.name) {
                return fail("two chips have this name");
            }
        }
        Ok(systems)
    }

    /// The machine with these coprocessors, each with its address and its chips, in the order of the program's note.
    /// Their own buses, which are all that no standard chip of a shard uses, must be apart: on one that two have,
    /// the chips of one would answer those of the other.
    pub fn mount(coprocessors: Vec<(&str, Vec<Box<dyn Chip>>)>) -> Result<Self, MountError> {
        let (addresses, chips): (Vec<&str>, Vec<_>) = coprocessors.into_iter().unzip();
        let counts: Vec<usize> = chips.iter().map(Vec::len).collect();
        let systems = Self::new(chips.into_iter().flatten().collect())?;
        let (standard, others) = systems.shard.described.split_at(ShardChip::COUNT);
        let buses = |chip: &'_ Described| -> Vec<Bus> {
            chip.description.interactions.iter().map(|i| i.bus).collect()
        };
        let known: Vec<Bus> = standard.iter().flat_map(buses).collect();
        let mut owners: Vec<(u32, usize)> = Vec::new();
        let owner = counts.iter().enumerate().flat_map(|(owner, &n)| core::iter::repeat_n(owner, n));
        for (chip, owner) in others.iter().zip(owner) {
            for bus in buses(chip).into_iter().filter(|bus| !known.contains(bus)) {
                match owners.iter().find(|(id, _)| *id == bus.id) {
                    None => owners.push((bus.id, owner)),
                    Some(&(_, other)) if other == owner => {}
                    Some(&(_, other)) => {
                        let [first, second] = [other, owner].map(|i| addresses[i].into());
                        return Err(MountError::Bus { first, second, bus: bus.id });
                    }
                }
            }
        }
        Ok(systems)
    }
}

/// Coprocessors that cannot be mounted together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MountError {
    /// A chip that cannot be part of the machine.
    #[error(transparent)]
    Chip(#[from] ChipError),
    /// Two have one bus.
    #[error(
        "the coprocessors {first} and {second} both have bus {bus} of their own, so no program can use both; a word \
         changed in the interface of one gives it other buses"
    )]
    Bus {
        /// Address of one.
        first: String,
        /// Address of the other.
        second: String,
        /// Id of the bus.
        bus: u32,
    },
}
