//! A row that is changed cell by cell, with what that breaks kept up to date.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use aver_stark::field::F;
use aver_stark::layout::System;
use aver_stark::symbolic::{Affine, Description, Node};
use aver_stark_prover::check::affine;
use p3_field::PrimeCharacteristicRing;

use super::answers::Answers;

/// A constraint or a lookup of a chip, by number: constraints, then interactions.
pub type Rule = usize;

/// A bus on which everything is answered.
#[derive(Clone, Debug)]
pub struct Open {
    /// The bus.
    pub bus: u32,
    /// A field of its messages,
    pub field: usize,
    /// and the values the chip may look up there.
    pub allowed: Vec<F>,
}

/// What a change of a column reaches.
#[derive(Default)]
struct Reach {
    nodes: Vec<u32>,
    rules: Vec<Rule>,
}

/// A chip, its lookups and public values: what a row is judged by.
pub struct Subject<'a> {
    /// Names the chip in reports.
    pub name: &'a str,
    /// Names of its columns.
    pub columns: Vec<String>,
    /// What it says.
    pub description: &'a Description,
    /// What is answered.
    pub answers: &'a Answers,
    /// Public values.
    pub publics: &'a [F],
    /// Columns of each rule.
    pub rule_columns: Vec<Vec<usize>>,
    /// Whether an interaction is a lookup.
    pub lookup: Vec<bool>,
    /// A rule that is not enforced: to see whether anybody notices.
    pub without: Option<Rule>,
    /// Lookups in tables that a program's author chooses: anything may be in them.
    pub open: Option<Open>,
    reach: Vec<Reach>,
    /// Nodes a constraint is made of, operands first.
    parts: Vec<Vec<u32>>,
    /// Of these, those that depend on a column, by column.
    paths: Vec<OnceLock<HashMap<usize, Vec<u32>>>>,
}

impl<'a> Subject<'a> {
    /// Of a chip of `system`.
    pub fn new(system: &'a System, chip: usize, answers: &'a Answers, publics: &'a [F]) -> Self {
        let described = &system.described[chip];
        let description = &described.description;
        let (constraints, interactions) = (&description.constraints, &description.interactions);
        let lookup: Vec<bool> = interactions.iter().map(|i| answers.is_lookup(i.bus.id)).collect();
        let parts: Vec<Vec<u32>> = constraints.iter().map(|c| parts_of(&description.nodes, c.node)).collect();
        let columns_of_parts = |parts: &Vec<u32>| {
            let columns = parts.iter().filter_map(|&n| match description.nodes[n as usize] {
                Node::Column(i) => Some(i as usize),
                _ => None,
            });
            columns.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
        };
        let mut rule_columns: Vec<Vec<usize>> = parts.iter().map(columns_of_parts).collect();
        for (interaction, &lookup) in interactions.iter().zip(&lookup) {
            let forms = interaction.values.iter().chain([&interaction.multiplicity]);
            let columns: BTreeSet<usize> = forms.flat_map(|f| f.columns.iter().map(|t| t.0)).collect();
            rule_columns.push(if lookup { columns.into_iter().collect() } else { Vec::new() });
        }
        let mut reach: Vec<Reach> = (0..described.width()).map(|_| Reach::default()).collect();
        for (rule, columns) in rule_columns.iter().enumerate() {
            columns.iter().for_each(|&c| reach[c].rules.push(rule));
        }
        // Only nodes that constraints are made of are kept up to date.
        let needed: BTreeSet<u32> = parts.iter().flatten().copied().collect();
        let mut users: Vec<Vec<u32>> = vec![Vec::new(); description.nodes.len()];
        for &n in &needed {
            if let Node::Add(a, b) | Node::Sub(a, b) | Node::Mul(a, b) = description.nodes[n as usize] {
                users[a as usize].push(n);
                users[b as usize].push(n);
            }
        }
        for &n in &needed {
            if let Node::Column(c) = description.nodes[n as usize] {
                let mut nodes = BTreeSet::new();
                let mut open = vec![n];
                while let Some(n) = open.pop() {
                    if nodes.insert(n) {
                        open.extend(&users[n as usize]);
                    }
                }
                reach[c as usize].nodes.extend(nodes);
            }
        }
        for reach in &mut reach {
            reach.nodes.sort_unstable();
            reach.nodes.dedup();
        }
        let names = system.chips[chip].columns();
        Self {
            name: &described.name,
            columns: (0..described.width()).map(|i| names.name(i).to_string()).collect(),
            description,
            answers,
            publics,
            rule_columns,
            lookup,
            without: None,
            open: None,
            reach,
            paths: parts.iter().map(|_| OnceLock::new()).collect(),
            parts,
        }
    }

    /// Nodes on the way from a column to a constraint.
    fn path(&self, rule: Rule, column: usize) -> &[u32] {
        let paths = self.paths[rule].get_or_init(|| {
            let mut columns: HashMap<u32, BTreeSet<usize>> = HashMap::new();
            let mut paths: HashMap<usize, Vec<u32>> = HashMap::new();
            for &n in &self.parts[rule] {
                let of = |n: u32| columns.get(&n).cloned().unwrap_or_default();
                let mine = match self.description.nodes[n as usize] {
                    Node::Column(c) => BTreeSet::from([c as usize]),
                    Node::Add(a, b) | Node::Sub(a, b) | Node::Mul(a, b) => &of(a) | &of(b),
                    Node::Constant(_) | Node::Public(_) => BTreeSet::new(),
                };
                mine.iter().for_each(|&c| paths.entry(c).or_default().push(n));
                columns.insert(n, mine);
            }
            paths
        });
        paths.get(&column).map_or(&[], |path| path)
    }

    /// A rule in words.
    pub fn rule_name(&self, rule: Rule) -> String {
        let constraints = &self.description.constraints;
        match constraints.get(rule) {
            Some(constraint) => format!("{} #{rule}", constraint.label),
            None => {
                let number = rule - constraints.len();
                format!("{} #{number}", self.description.interactions[number].bus.name)
            }
        }
    }

    /// The rules: constraints, and lookups.
    pub fn rules(&self) -> Vec<Rule> {
        let constraints = self.description.constraints.len();
        let lookups = (0..self.lookup.len()).filter(|&i| self.lookup[i]).map(|i| constraints + i);
        (0..constraints).chain(lookups).collect()
    }

    /// What an interaction says in a row: multiplicity and values.
    pub fn says(&self, interaction: usize, cells: &[F]) -> (F, Vec<F>) {
        let interaction = &self.description.interactions[interaction];
        let form = |form: &Affine| affine(form, cells, self.publics);
        (form(&interaction.multiplicity), interaction.values.iter().map(form).collect())
    }
}

fn parts_of(nodes: &[Node], node: u32) -> Vec<u32> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![node]);
    while let Some(n) = open.pop() {
        if seen.insert(n)
            && let Node::Add(a, b) | Node::Sub(a, b) | Node::Mul(a, b) = nodes[n as usize]
        {
            open.extend([a, b]);
        }
    }
    seen.into_iter().collect()
}

/// A row of a subject.
pub struct Row<'s, 'a> {
    /// Whose.
    pub subject: &'s Subject<'a>,
    /// Its cells.
    pub cells: Vec<F>,
    /// Rules it breaks.
    pub broken: BTreeSet<Rule>,
    values: Vec<F>,
    scratch: Vec<F>,
}

impl<'s, 'a> Row<'s, 'a> {
    /// A row with these cells.
    pub fn new(subject: &'s Subject<'a>, cells: &[F]) -> Self {
        let nodes = subject.description.nodes.len();
        let values = vec![F::ZERO; nodes];
        let mut row =
            Self { subject, cells: cells.to_vec(), broken: BTreeSet::new(), values, scratch: Vec::new() };
        for n in 0..nodes {
            row.values[n] = row.node(n, &row.values);
        }
        for rule in subject.rules() {
            row.judge(rule);
        }
        row
    }

    #[inline(always)]
    fn node(&self, n: usize, values: &[F]) -> F {
        let v = |i: u32| values[i as usize];
        match self.subject.description.nodes[n] {
            Node::Constant(c) => c,
            Node::Column(i) => self.cells[i as usize],
            Node::Public(i) => self.subject.publics.get(i as usize).copied().unwrap_or(F::ZERO),
            Node::Add(a, b) => v(a) + v(b),
            Node::Sub(a, b) => v(a) - v(b),
            Node::Mul(a, b) => v(a) * v(b),
        }
    }

    fn judge(&mut self, rule: Rule) {
        let subject = self.subject;
        let constraints = &subject.description.constraints;
        let broken = match constraints.get(rule) {
            _ if subject.without == Some(rule) => false,
            Some(constraint) => self.values[constraint.node as usize] != F::ZERO,
            None => {
                let number = rule - constraints.len();
                let bus = subject.description.interactions[number].bus.id;
                let (multiplicity, values) = subject.says(number, &self.cells);
                multiplicity != F::ZERO
                    && subject.open.as_ref().is_none_or(|open| open.bus != bus)
                    && !subject.answers.has(bus, &values)
            }
        };
        if broken {
            self.broken.insert(rule);
        } else {
            self.broken.remove(&rule);
        }
    }

    /// Changes a cell.
    pub fn set(&mut self, column: usize, value: F) {
        self.cells[column] = value;
        let subject = self.subject;
        for &n in &subject.reach[column].nodes {
            self.values[n as usize] = self.node(n as usize, &self.values);
        }
        for &rule in &subject.reach[column].rules {
            self.judge(rule);
        }
    }

    /// What constraint `rule` would come to with another value in a column.
    pub fn try_constraint(&mut self, rule: Rule, column: usize, value: F) -> F {
        let before = std::mem::replace(&mut self.cells[column], value);
        let subject = self.subject;
        let path = subject.path(rule, column);
        self.scratch.clear();
        for &n in path {
            self.scratch.push(self.values[n as usize]);
            self.values[n as usize] = self.node(n as usize, &self.values);
        }
        let result = self.values[subject.description.constraints[rule].node as usize];
        for (&n, &value) in path.iter().zip(&self.scratch) {
            self.values[n as usize] = value;
        }
        self.cells[column] = before;
        result
    }

    /// Which factors of all products are zero: which branches of the chip the row takes.
    pub fn branches(&self) -> Vec<bool> {
        let zero = |n: u32| self.values[n as usize] == F::ZERO;
        let products = self.subject.description.nodes.iter().filter_map(|node| match *node {
            Node::Mul(a, b) => Some([zero(a), zero(b)]),
            _ => None,
        });
        products.flatten().collect()
    }
}
