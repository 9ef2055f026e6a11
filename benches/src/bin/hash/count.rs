//! What a verifier hashes: counted in its own transcript, and computed from a proof's shape.

use aver_stark::hash::{Cell, FiatShamir};
use aver_stark::params::Params;
use aver_stark::poseidon2::{RATE, RATE_CELLS};
use aver_stark::protocol::SIBLINGS;
use aver_stark::transcript::{Kind, Step, Transcript};

/// Evaluations of the hashes: BLAKE3 compressions, and permutations where it is Poseidon2.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    pub blake3: f64,
    pub poseidon2: f64,
}

impl Count {
    fn add(&mut self, blake3: usize, poseidon2: usize) {
        self.blake3 += blake3 as f64;
        self.poseidon2 += poseidon2 as f64;
    }
}

/// By part.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Of rows of the witness.
    pub witness: Count,
    /// Of other rows: fixed and boundary columns, oracles.
    pub others: Count,
    /// Of paths, each node once.
    pub nodes: Count,
    /// Of challenges and work.
    pub transcript: Count,
    /// Rows of the witness, and others.
    pub rows: [f64; 2],
}

impl Counts {
    pub fn leaves(&self) -> Count {
        let (a, b) = (self.witness, self.others);
        Count { blake3: a.blake3 + b.blake3, poseidon2: a.poseidon2 + b.poseidon2 }
    }

    fn rows_mut(&mut self, is_witness: bool) -> (&mut Count, &mut f64) {
        if is_witness {
            (&mut self.witness, &mut self.rows[0])
        } else {
            (&mut self.others, &mut self.rows[1])
        }
    }

    pub fn total(&self) -> Count {
        let parts = [self.witness, self.others, self.nodes, self.transcript];
        let sum = |part: fn(&Count) -> f64| parts.iter().map(part).sum();
        Count { blake3: sum(|c| c.blake3), poseidon2: sum(|c| c.poseidon2) }
    }
}

/// Compressions of BLAKE3: a block of 64 bytes each, and one for each chunk of 1024 but the first.
fn blake3_compressions(bytes: usize) -> usize {
    let chunks = bytes.div_ceil(1024).max(1);
    bytes.div_ceil(64).max(1) + chunks - 1
}

/// Compressions of BLAKE3 for a node: its children are 72 bytes.
const BLAKE3_NODE: usize = 2;

/// A transcript that counts.
pub struct Counter {
    transcript: FiatShamir,
    pub counts: Counts,
    /// Bytes that BLAKE3 has absorbed since a challenge was drawn.
    bytes: usize,
    /// Cells that Poseidon2 has taken, and given, since the last permutation.
    taken: usize,
    given: usize,
    /// Whether siblings came last: what comes then is another tree.
    in_siblings: bool,
    /// Bytes of a row of the witness.
    witness_bytes: usize,
}

impl Counter {
    pub fn new(transcript: FiatShamir, witness_width: usize) -> Self {
        Self {
            transcript,
            counts: Counts::default(),
            bytes: 32,
            taken: 0,
            given: RATE_CELLS,
            in_siblings: true,
            witness_bytes: 4 * witness_width,
        }
    }

    fn permute(&mut self) {
        self.counts.transcript.add(0, 1);
        (self.taken, self.given) = (0, 0);
    }
}

impl Transcript for Counter {
    fn absorb(&mut self, step: Step, cells: &[Cell]) {
        Transcript::absorb(&mut self.transcript, step, cells);
        self.bytes += 16 + step.label.len() + size_of_val(cells);
        for _ in cells {
            if self.taken == RATE_CELLS {
                self.permute();
            }
            self.taken += 1;
            self.given = RATE_CELLS;
        }
        if matches!(step.kind, Kind::Work) {
            self.counts.transcript.add(BLAKE3_NODE, 1);
        }
    }

    fn squeeze(&mut self, step: Step, out: &mut [Cell]) {
        Transcript::squeeze(&mut self.transcript, step, out);
        let bytes = self.bytes + 16 + step.label.len() + "challenge".len();
        // The state that is left is the beginning of what is drawn: 8 bytes an element.
        let drawn = 8 * out.as_flattened().len();
        self.counts.transcript.add(blake3_compressions(bytes) + drawn.div_ceil(64) - 1, 0);
        self.bytes = 32;
        for _ in out {
            if self.given == RATE_CELLS {
                self.permute();
            }
            self.given += 1;
        }
    }

    fn hint(&mut self, step: Step, bytes: &[u8]) {
        if step.label.starts_with(SIBLINGS.step().label) {
            self.in_siblings = true;
            self.counts.nodes.add(BLAKE3_NODE, 1);
            return;
        }
        let elements = bytes.len() / 4;
        let (leaves, rows) = self.counts.rows_mut(bytes.len() == self.witness_bytes);
        *rows += 1.0;
        leaves.add(blake3_compressions(bytes.len().next_multiple_of(64)), elements.div_ceil(RATE));
        // All nodes of a tree but the root are children, and so are the leaves: 2 nodes = leaves + nodes - 1 +
        // siblings.
        if std::mem::take(&mut self.in_siblings) {
            self.counts.nodes.blake3 -= BLAKE3_NODE as f64;
            self.counts.nodes.poseidon2 -= 1.0;
        }
        self.counts.nodes.add(BLAKE3_NODE, 1);
    }
}

/// What the verifier is expected to hash of a proof, and what the prover hashes, by the shape alone.
pub struct Shape<'a> {
    pub params: &'a Params,
    /// Of the groups: fixed, boundary, witness.
    pub widths: [usize; 3],
}

impl Shape<'_> {
    /// Each tree: log2 of its leaves, elements of a row, positions drawn.
    fn trees(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        let base = self.params.base;
        let groups = self.widths.into_iter().map(move |w| (base.log_domain, w, base.queries));
        let oracles = self.params.rounds.iter().map(|o| (o.log_domain, 5 << o.fold, o.queries));
        groups.chain(oracles)
    }

    /// Leaves and nodes; not the transcript.
    pub fn expected(&self) -> Counts {
        let mut counts = Counts::default();
        for (i, (depth, width, queries)) in self.trees().enumerate() {
            let distinct = |log: usize| {
                let nodes = (log as f64).exp2();
                nodes * (1.0 - (1.0 - 1.0 / nodes).powi(queries as i32))
            };
            counts.add_tree(i, distinct(depth), width, (0..depth).map(distinct).sum());
        }
        counts
    }

    /// Of the prover, the key's tree apart. Boundary columns are committed to twice: in each pass.
    pub fn committed(&self) -> Counts {
        let mut counts = Counts::default();
        for (i, (depth, width, _)) in self.trees().enumerate().skip(1) {
            for _ in 0..if i == 1 { 2 } else { 1 } {
                let leaves = (depth as f64).exp2();
                counts.add_tree(i, leaves, width, leaves - 1.0);
            }
        }
        counts
    }
}

impl Counts {
    /// Tree `i`: the third is the witness's.
    fn add_tree(&mut self, i: usize, leaves: f64, width: usize, nodes: f64) {
        let (count, rows) = self.rows_mut(i == 2);
        *rows += leaves;
        count.blake3 += leaves * blake3_compressions((4 * width).next_multiple_of(64)) as f64;
        count.poseidon2 += leaves * width.div_ceil(RATE) as f64;
        self.nodes.blake3 += nodes * BLAKE3_NODE as f64;
        self.nodes.poseidon2 += nodes;
    }
}
