//! `spec/` says what the code says: every column, message and constraint of every chip, every bus, every
//! step of the transcript.
//! The formulas of the pages are evaluated on random rows, beside what the chips' `eval` gives.

mod formula;
mod page;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use aver_machine::Systems;
use aver_machine::coprocessor::Coprocessor;
use aver_stark::air::Columns;
use aver_stark::field::F;
use aver_stark::hash::Sponge;
use aver_stark::symbolic::{Affine, Description, Node};
use p3_field::{Field, PrimeField32};

use formula::{ROWS, Scope, Value};
use page::{Chip, Line, Table, table, tables};

/// Public values a chip may have; value 0 of shards is called `shard`.
const PUBLICS: usize = 4;

fn spec() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec")
}

/// The coprocessors of the workspace.
const COPROCESSORS: [&dyn Coprocessor; 12] = [
    &aver_sha256::Sha256,
    &aver_keccak::Keccak,
    &aver_bn254::BN254,
    &aver_bn254_fp12::BN254_FP12,
    &aver_bls12_381::BLS12_381,
    &aver_bls12_381_fp12::BLS12_381_FP12,
    &aver_modular::Modular,
    &aver_secp256k1::SECP256K1,
    &aver_secp256r1::SECP256R1,
    &aver_copy::BlockCopy,
    &aver_ripemd160::Ripemd160,
    &aver_blake2b::Blake2b,
];

fn systems() -> Systems {
    Systems::new(COPROCESSORS.iter().flat_map(|c| c.chips()).collect()).unwrap()
}

/// Each chip once: its columns, and what its `eval` says.
fn chips(systems: &Systems) -> BTreeMap<String, (Columns, &Description)> {
    [&systems.shard, &systems.memory]
        .into_iter()
        .flat_map(|s| s.chips.iter().zip(&s.described))
        .map(|(chip, described)| (described.name.clone(), (chip.columns(), &described.description)))
        .collect()
}

/// Random rows and public values.
fn random(columns: usize) -> (Vec<Value>, Vec<Value>) {
    let mut sponge = Sponge::new("spec");
    let mut draw = |n: usize| -> Vec<Value> {
        let coefficients = |x| aver_stark::field::coefficients(&x)[0];
        (0..n).map(|_| std::array::from_fn(|_| coefficients(sponge.challenge("row")))).collect()
    };
    (draw(columns), draw(PUBLICS))
}

/// The value of every node.
fn evaluate(d: &Description, row: &[Value], publics: &[Value]) -> Vec<Value> {
    let mut out: Vec<Value> = Vec::with_capacity(d.nodes.len());
    for node in &d.nodes {
        let both = |a: u32, b: u32, f: fn(F, F) -> F| -> Value {
            std::array::from_fn(|i| f(out[a as usize][i], out[b as usize][i]))
        };
        out.push(match *node {
            Node::Constant(c) => [c; ROWS],
            Node::Column(i) => row[i as usize],
            Node::Public(i) => publics[i as usize],
            Node::Add(a, b) => both(a, b, |a, b| a + b),
            Node::Sub(a, b) => both(a, b, |a, b| a - b),
            Node::Mul(a, b) => both(a, b, |a, b| a * b),
        });
    }
    out
}

fn affine(form: &Affine, row: &[Value], publics: &[Value]) -> Value {
    std::array::from_fn(|r| {
        let terms = |terms: &[(usize, F)], of: &[Value]| terms.iter().map(|&(i, c)| of[i][r] * c).sum::<F>();
        form.constant + terms(&form.columns, row) + terms(&form.publics, publics)
    })
}

fn numbers(value: &Value) -> [u32; ROWS] {
    value.map(|x| x.as_canonical_u32())
}

/// The same for all multiples of a constraint.
fn up_to_scale(value: &Value) -> [u32; ROWS] {
    match value[0].try_inverse() {
        Some(inverse) => numbers(&value.map(|x| x * inverse)),
        None => numbers(value),
    }
}

/// What only one side has.
fn compare<T: Ord>(
    what: &str,
    mut spec: Vec<T>,
    mut code: Vec<T>,
    name: impl Fn(&T) -> String,
) -> Option<String> {
    spec.sort();
    code.sort();
    let (mut a, mut b) = (spec.iter().peekable(), code.iter().peekable());
    let (mut in_spec, mut in_code) = (Vec::new(), Vec::new());
    loop {
        match (a.peek(), b.peek()) {
            (Some(x), Some(y)) if x == y => drop((a.next(), b.next())),
            (Some(x), Some(y)) if x > y => in_code.extend(b.next().map(&name)),
            (Some(_), _) => in_spec.extend(a.next().map(&name)),
            (None, Some(_)) => in_code.extend(b.next().map(&name)),
            (None, None) => break,
        }
    }
    let differ = !(in_spec.is_empty() && in_code.is_empty());
    differ.then(|| format!("{what}: only in spec/ {in_spec:?}, only in the code {in_code:?}"))
}

/// Where the pages and a chip differ.
fn differences(name: &str, columns: &Columns, description: &Description, tables: &[Table]) -> Vec<String> {
    let mut out = Vec::new();
    let page = Chip::new(tables, name);
    let groups = [
        ("fixed columns", &columns.fixed),
        ("boundary columns", &columns.boundary),
        ("columns", &columns.witness),
    ];
    for (kind, names) in groups {
        out.extend(compare(&format!("{name}, {kind}"), page.columns(kind), names.clone(), String::clone));
    }

    let (row, publics) = random(columns.width());
    let nodes = evaluate(description, &row, &publics);
    let mut scope = Scope::default();
    scope.names.extend((0..columns.width()).map(|i| (columns.name(i).to_string(), row[i])));
    scope.names.insert("shard".to_string(), publics[0]);
    page.define(&mut scope);

    let spec = page.constraints(&mut scope).into_iter().map(|(label, v)| (label, up_to_scale(&v))).collect();
    let constraint =
        |c: &aver_stark::symbolic::Constraint| (c.label.to_string(), up_to_scale(&nodes[c.node as usize]));
    let code = description.constraints.iter().map(constraint).collect();
    out.extend(compare(&format!("{name}, constraints"), spec, code, |c| c.0.clone()));

    let value = |v: &Value| numbers(v).to_vec();
    let spec =
        page.messages(&mut scope).into_iter().map(|(bus, v)| (bus, v.iter().map(value).collect())).collect();
    let code: Vec<(String, Vec<Vec<u32>>)> = description
        .interactions
        .iter()
        .map(|i| {
            let forms = [&i.multiplicity].into_iter().chain(&i.values);
            (i.bus.name.to_string(), forms.map(|a| value(&affine(a, &row, &publics))).collect())
        })
        .collect();
    out.extend(compare(&format!("{name}, messages"), spec, code, |m| m.0.clone()));
    out
}

#[test]
fn pages_say_what_chips_say() {
    let systems = systems();
    let chips = chips(&systems);
    let tables = tables(&spec().join("chips"));
    let differences: Vec<String> =
        chips.iter().flat_map(|(name, (columns, d))| differences(name, columns, d, &tables)).collect();
    assert!(differences.is_empty(), "{differences:#?}");
    let named: BTreeSet<&String> =
        tables.iter().filter(|t| t.kind.ends_with("columns")).flat_map(|t| &t.of).collect();
    let folders = std::fs::read_dir(spec().join("../coprocessors")).unwrap().map(|e| e.unwrap().file_name());
    let known: BTreeSet<_> =
        COPROCESSORS.iter().filter_map(|c| Some(c.name().split_once('@')?.0.into())).collect();
    assert_eq!(folders.collect::<BTreeSet<std::ffi::OsString>>(), known, "a coprocessor is missing here");
    for name in named {
        assert!(chips.contains_key(name), "spec/ has a page for {name}, which is no chip");
    }
}

#[test]
fn pages_have_every_bus() {
    let systems = systems();
    let mut code = BTreeSet::new();
    for described in systems.shard.described.iter().chain(&systems.memory.described) {
        for i in &described.description.interactions {
            let over = if i.bus.shared { "run" } else { "proof" };
            code.insert((i.bus.name.to_string(), i.bus.id.to_string(), i.bus.arity, over.to_string()));
        }
    }
    let bus = |l: &Line| (l.text(0), l.text(1), l.text(2).split(',').count(), l.text(3));
    let spec = table(&spec(), "bus").lines.iter().map(bus).collect();
    assert_eq!(compare("buses", spec, code.into_iter().collect(), |b| b.0.clone()), None);
}

/// What is said to bound a column is a constraint of its chip.
#[test]
fn bounds_are_constraints() {
    let systems = systems();
    let chips = chips(&systems);
    let mut bounds = 0;
    for table in tables(&spec().join("chips")).iter().filter(|t| t.kind.ends_with("columns")) {
        let labels: BTreeSet<&str> =
            table.of.iter().flat_map(|name| &chips[name].1.constraints).map(|c| c.label).collect();
        for bound in table.lines.iter().flat_map(Line::bounds) {
            assert!(labels.contains(&bound[..]), "{:?}: no constraint {bound}", table.of);
            bounds += 1;
        }
    }
    assert!(bounds > 100);
}

/// The steps of a proof are those of the transcript, in its order.
#[test]
fn pages_have_every_step() {
    let code = std::fs::read_to_string(spec().join("../crates/stark/src/protocol.rs")).unwrap();
    let start = "::new(\"";
    let step = |(at, _): (usize, &str)| {
        let kind = code[..at].rsplit(|c: char| !c.is_alphanumeric()).next().unwrap().to_lowercase();
        (code[at + start.len()..].split('"').next().unwrap().to_string(), kind)
    };
    let code: Vec<(String, String)> = code.match_indices(start).map(step).collect();
    assert!(code.len() > 30);
    let spec: Vec<_> = table(&spec(), "step").lines.iter().map(|l| (l.text(0), l.text(1))).collect();
    assert_eq!(spec, code);
}

/// Every Rust file below `folder`.
fn sources(folder: &Path, out: &mut Vec<String>) {
    for path in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        if path.is_dir() && !path.ends_with("target") {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

/// What `SOUNDNESS.md` names as evidence is there: files, and functions of tests.
#[test]
fn claims_name_evidence_that_exists() {
    let root = spec().join("..");
    let mut code = Vec::new();
    ["crates", "coprocessors", "tests"].iter().for_each(|folder| sources(&root.join(folder), &mut code));
    let claims = std::fs::read_to_string(root.join("SOUNDNESS.md")).unwrap();
    let mut names = 0;
    for name in claims.split('`').skip(1).step_by(2).filter(|name| !name.contains(' ')) {
        if name.contains('/') {
            assert!(root.join(name).exists(), "SOUNDNESS.md: there is no {name}");
        } else if name.contains('_') {
            let function = format!("fn {name}(");
            assert!(
                code.iter().any(|text| text.contains(&function)),
                "SOUNDNESS.md: there is no test {name}"
            );
            names += 1;
        }
    }
    assert!(names > 60);
}

/// Relative links of the pages lead to files.
#[test]
fn links_lead_somewhere() {
    let root = spec().join("..");
    let folders = ["", "spec", "spec/arguments", "spec/chips", "docs"];
    let mut links = 0;
    for folder in folders.map(|f| root.join(f)) {
        for page in std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()) {
            if page.extension().is_none_or(|e| e != "md") {
                continue;
            }
            let text = std::fs::read_to_string(&page).unwrap();
            for link in text.split("](").skip(1).filter_map(|t| t.split(')').next()) {
                let file = link.split('#').next().unwrap_or_default();
                if !file.is_empty() && !link.contains("://") {
                    links += 1;
                    assert!(folder.join(file).exists(), "{}: {link} leads nowhere", page.display());
                }
            }
        }
    }
    assert!(links > 20);
}
