//! A prover that lies: it makes the tables of a run, lets a test change whatever it wants, and then does all
//! that an honest prover does.

use std::collections::{BTreeMap, BTreeSet};

use aver_exec::WordHistory;
use aver_isa::Program;
use aver_machine::public::PC_HALT;
use aver_prover::steps::Part;
use aver_prover::{ReadError, Setup};
use aver_stark::field::{EF, F, f};
use aver_stark::hash::{Digest, Node};
use aver_stark::verify::Message;
use aver_stark_prover::check::{check_row, messages_of_row};
use aver_stark_prover::prove::{Instance, prove, shared_sum};
use aver_stark_prover::stages::Stages;
use aver_stark_prover::table::Table;
use aver_verifier::bytes::put_bytes;
use aver_verifier::proof::{MemoryPart, ShardPart};
use aver_verifier::verify::part_transcript;
use aver_verifier::{Error, Header, Verified};
use p3_field::PrimeCharacteristicRing;

use crate::liar::{self, Lies};
use crate::lookups::{Lookups, is_fixed, padded};

/// A program and its lookup tables.
pub struct Workshop {
    /// The program, ready to be proved.
    pub setup: Setup,
    lookups: [Lookups; 2],
}

/// All tables of a run, and what stands in the header of its proof.
#[derive(Clone)]
pub struct Forge<'a> {
    /// Where it is made.
    pub shop: &'a Workshop,
    /// Claim, public numbers, and what pass 1 committed to.
    pub header: Header,
    /// Memory proofs, then shards: what pass 2 proves.
    pub parts: Vec<Part>,
}

/// Messages by bus and values: name of the bus, sum of multiplicities.
type Ledger = BTreeMap<(u32, Vec<F>), (&'static str, F)>;

fn add(ledger: &mut Ledger, (bus, multiplicity, values): Message) {
    ledger.entry((bus.id, values)).or_insert((bus.name, F::ZERO)).1 += multiplicity;
}

/// The buses that do not cancel.
fn open(ledger: &Ledger) -> impl Iterator<Item = String> + '_ {
    ledger.values().filter(|v| v.1 != F::ZERO).map(|v| v.0.to_string())
}

impl Workshop {
    /// Of a program.
    pub fn new(setup: Setup) -> Self {
        let lookups = [false, true].map(|is_memory| Lookups::new(&setup, is_memory));
        Self { setup, lookups }
    }

    /// What is looked up in one kind of proof.
    pub fn lookups(&self, is_memory: bool) -> &Lookups {
        &self.lookups[usize::from(is_memory)]
    }

    /// A run with lies, all committed and counted.
    pub fn lie(&self, input: &[u8], lies: Lies<'_>) -> Forge<'_> {
        let program = self.setup.program();
        let run = liar::run(program, input, lies);
        self.forge(&run, program, std::slice::from_ref(&run.memory))
    }

    /// The tables of a run, as a prover would make them for `program`, the memory table in parts.
    pub fn forge(&self, run: &liar::Run, program: &Program, memory: &[Vec<WordHistory>]) -> Forge<'_> {
        let vk = self.setup.vk().expect("the program has a key").clone();
        let memory_part = |words: &Vec<WordHistory>| MemoryPart {
            boundary: Default::default(),
            log_chunk: self.setup.log_chunk_of_memory(words.len()).expect("a shape"),
            last: words.last().map_or(0, aver_trace::memory_key),
        };
        let shard_part = |(plan, trace): &(aver_exec::ShardPlan, aver_exec::ShardTrace)| ShardPart {
            boundary: Default::default(),
            log_chunk: self.setup.log_chunk_of_shard(plan).expect("a shape"),
            start: plan.start,
            end: if plan.end == aver_exec::HALT { PC_HALT } else { plan.end },
            end_ts: trace.end_ts,
        };
        let header = Header {
            is_mock: false,
            vk,
            exit_code: run.exit_code,
            output: Vec::new(),
            output_digest: run.digest,
            assumptions: Vec::new(),
            work: Vec::new(),
            salt: Node::default(),
            memory: memory.iter().map(memory_part).collect(),
            shards: run.shards.iter().map(shard_part).collect(),
        };
        let systems = self.setup.systems();
        let mut parts = Vec::new();
        for (i, words) in memory.iter().enumerate() {
            let publics = header.memory_publics(i);
            let log_chunk = header.memory[i].log_chunk;
            let kept = self.setup.kept_memory(log_chunk);
            let tables = aver_trace::memory_tables(&systems.memory, program, words, &publics, kept);
            parts.push((true, log_chunk, tables));
        }
        for (i, (plan, trace)) in run.shards.iter().enumerate() {
            let publics = header.shard_publics(i);
            let (system, log_chunk) = (&systems.shard, header.shards[i].log_chunk);
            let kept = self.setup.kept_memory(log_chunk);
            let tables = aver_trace::shard_tables(system, program, plan, trace, &publics, &[], kept);
            parts.push((false, log_chunk, tables));
        }
        let part = |(is_memory, log_chunk, tables)| {
            let tables =
                self.setup.finished(is_memory, log_chunk, tables).expect("the program has fixed tables");
            Part { is_memory, log_chunk, tables, publics: Vec::new(), messages: Vec::new() }
        };
        let mut forge = Forge { shop: self, header, parts: parts.into_iter().map(part).collect() };
        forge.settle();
        forge
    }
}

impl Forge<'_> {
    /// After a change: public values as the header has them, lookups counted, pass 1 committed again.
    pub fn settle(&mut self) {
        self.publish();
        self.recount();
        self.commit();
    }

    /// Public values and the verifier's messages, as the header has them.
    pub fn publish(&mut self) {
        let memory = self.header.memory.len();
        for (i, part) in self.parts.iter_mut().enumerate() {
            (part.publics, part.messages) = if part.is_memory {
                let publics = self.header.memory_publics(i);
                (publics.values(), publics.messages())
            } else {
                let publics = self.header.shard_publics(i - memory);
                (publics.values(), publics.messages())
            };
        }
    }

    /// Counts the lookups of all tables.
    pub fn recount(&mut self) {
        for part in &mut self.parts {
            self.shop.lookups(part.is_memory).recount(&self.shop.setup, part);
        }
    }

    /// Commits to the boundary columns the parts have now: pass 1.
    pub fn commit(&mut self) {
        let memory = self.header.memory.len();
        for (i, part) in self.parts.iter().enumerate() {
            let commitment = self
                .shop
                .setup
                .boundary(part.is_memory, part.log_chunk, part.tables.clone())
                .expect("committed");
            match i.checked_sub(memory) {
                None => self.header.memory[i].boundary = commitment,
                Some(i) => self.header.shards[i].boundary = commitment,
            }
        }
    }

    /// The table of a chip in proof `part`.
    pub fn table(&mut self, part: usize, chip: &str) -> &mut Table {
        let at = self.chip(part, chip);
        &mut self.parts[part].tables[at]
    }

    fn chip(&self, part: usize, chip: &str) -> usize {
        let system = self.shop.setup.system(self.parts[part].is_memory);
        let found = system.described.iter().position(|d| d.name == chip);
        found.unwrap_or_else(|| panic!("there is no chip {chip}"))
    }

    /// A column of a chip in proof `part`.
    pub fn column(&mut self, part: usize, chip: &str, column: &str) -> &mut [F] {
        let at = self.chip(part, chip);
        let columns = self.shop.setup.system(self.parts[part].is_memory).chips[at].columns();
        let index = (0..columns.width()).find(|&i| columns.name(i) == column);
        let index = index.unwrap_or_else(|| panic!("{chip} has no column {column}"));
        let table = &mut self.parts[part].tables[at];
        let index = index.checked_sub(table.fixed.len()).unwrap_or_else(|| panic!("{column} is fixed"));
        match index.checked_sub(table.boundary.len()) {
            None => &mut table.boundary[index],
            Some(index) => &mut table.witness[index],
        }
    }

    /// Sets a cell of a row.
    pub fn set(&mut self, part: usize, chip: &str, row: usize, column: &str, value: F) {
        self.column(part, chip, column)[row] = value;
    }

    /// The first row of a chip where columns have these values.
    pub fn row(&mut self, part: usize, chip: &str, cells: &[(&str, u32)]) -> usize {
        let mut rows: Vec<usize> = (0..self.table(part, chip).rows).collect();
        for &(column, value) in cells {
            let column = self.column(part, chip, column);
            rows.retain(|&row| column[row] == f(value));
        }
        *rows.first().unwrap_or_else(|| panic!("no row of {chip} has {cells:?}"))
    }

    /// Replaces a value in all cells but counts.
    pub fn substitute(&mut self, from: F, to: F) {
        for part in &mut self.parts {
            let system = self.shop.setup.system(part.is_memory);
            for (_, table) in part.tables.iter_mut().enumerate().filter(|t| !is_fixed(system, t.0)) {
                let columns = table.boundary.iter_mut().chain(&mut table.witness);
                columns.flat_map(|c| c.iter_mut()).filter(|v| **v == from).for_each(|v| *v = to);
            }
        }
    }

    /// What is wrong with the tables, as the oracle sees it: constraints as "chip: label", lookups no table
    /// answers as "chip: bus", buses that do not cancel as "bus".
    pub fn faults(&self) -> Vec<String> {
        self.examine().0
    }

    /// What is wrong, and the first proof in which something is.
    fn examine(&self) -> (Vec<String>, Option<usize>) {
        let mut faults = BTreeSet::new();
        let mut first = None;
        let mut shared = Ledger::new();
        for (i, part) in self.parts.iter().enumerate() {
            let system = self.shop.setup.system(part.is_memory);
            let lookups = self.shop.lookups(part.is_memory);
            let mut local = Ledger::new();
            for (chip, table) in part.tables.iter().enumerate().filter(|t| !is_fixed(system, t.0)) {
                let name = &system.described[chip].name;
                for row in 0..padded(table) {
                    let cells = table.row(row);
                    if let Some((label, _)) = check_row(system, chip, &cells, &part.publics) {
                        faults.insert(format!("{name}: {label}"));
                    }
                    for message in messages_of_row(system, chip, &cells, &part.publics) {
                        let bus = message.0;
                        if lookups.is_lookup(bus.id) {
                            if !lookups.answer(bus.id, &message.2) {
                                faults.insert(format!("{name}: {}", bus.name));
                            }
                        } else {
                            add(if bus.shared { &mut shared } else { &mut local }, message);
                        }
                    }
                }
            }
            part.messages.iter().for_each(|m| add(&mut local, m.clone()));
            faults.extend(open(&local));
            if !faults.is_empty() {
                first.get_or_insert(i);
            }
        }
        faults.extend(open(&shared));
        (faults.into_iter().collect(), first)
    }

    /// The proof file.
    pub fn prove(&self) -> Vec<u8> {
        self.prove_claiming(|_, sum| sum)
    }

    /// The proof file up to proof `last`.
    pub fn prove_up_to(&self, last: usize) -> Vec<u8> {
        self.prove_some(last + 1, |_, sum| sum)
    }

    /// The proof file, where proof `i` claims what `claim(i, true sum)` says.
    pub fn prove_claiming(&self, claim: impl Fn(usize, EF) -> EF) -> Vec<u8> {
        self.prove_some(self.parts.len(), claim)
    }

    fn prove_some(&self, count: usize, claim: impl Fn(usize, EF) -> EF) -> Vec<u8> {
        let setup = &self.shop.setup;
        let mut header = self.header.clone();
        let (sponge, shared, work) = setup.shared_challenge(&header).expect("a challenge is drawn");
        header.work = work;
        let mut file = header.encode();
        for (i, part) in self.parts.iter().take(count).enumerate() {
            let Part { is_memory, log_chunk, tables, publics, messages } = part;
            let (system, params) = (setup.system(*is_memory), setup.params());
            let boundary = setup.committed_boundary(*is_memory, *log_chunk, tables).expect("committed");
            let sum = shared_sum(system, tables, publics, messages, &shared);
            let instance = Instance {
                system,
                params,
                log_chunk: *log_chunk,
                fixed: setup.fixed(*is_memory).expect("the program has fixed tables"),
                boundary: &boundary,
                stacks: 0,
                tables,
                publics,
                shared: &shared,
                sum: claim(i, sum),
            };
            let sponge = part_transcript(&sponge, i);
            let proof = prove(&instance, sponge, setup.encoder(), &mut Stages::default());
            put_bytes(&mut file, &proof.expect("whatever the tables say, there is a proof"));
        }
        file
    }

    /// What a verifier says that knows the program, whatever is assumed.
    pub fn verify(&self, file: &[u8]) -> Result<Verified, Error> {
        if self.header.assumptions.is_empty() {
            return aver_prover::verify(file, &self.vk(), self.header.exit_code, &[]);
        }
        let verified = aver_prover::verify_conditional(file, &self.vk(), self.header.exit_code, &[]);
        verified.map_err(|error| match error {
            ReadError::Refused(error) => error,
            ReadError::Io(error) => panic!("bytes can be read: {error}"),
        })
    }

    /// The program's name.
    pub fn vk(&self) -> Digest {
        self.shop.setup.vk().expect("the program has a key").digest()
    }

    /// The lie breaks these rules and no others, and the verifier refuses a proof of it: that of the first
    /// tables which break one, or, where only the shared bus does not cancel, the sums of all.
    #[track_caller]
    pub fn is_refused_for(&self, faults: &[&str]) {
        let (found, first) = self.examine();
        assert_eq!(found, faults, "rules that are broken");
        let last = first.unwrap_or(self.parts.len() - 1);
        let error = self.verify(&self.prove_up_to(last)).expect_err("a lie was accepted");
        match error {
            Error::Sums => assert_eq!(first, None, "{faults:?}"),
            Error::Proof { index, .. } => assert_eq!(first, Some(index - 1), "{faults:?}"),
            error => panic!("refused, but not for what the proofs show: {error}"),
        }
    }
}
