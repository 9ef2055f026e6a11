//! Ways in which a field can be changed, and which fields are.

use std::collections::BTreeMap;

use aver_isa::testing::Rng;
use aver_protocol_tests::fields::Field;
use aver_stark::field::P;

/// A changed field: how, and its new bytes.
pub fn changes(field: &Field, old: &[u8], other: Option<&[u8]>) -> Vec<(&'static str, Vec<u8>)> {
    let element = field.element();
    let len = old.len();
    let mut out: Vec<(&str, Vec<u8>)> = Vec::new();
    let mut at = |what, at: usize, change: &dyn Fn(u8) -> u8| {
        let mut bytes = old.to_vec();
        bytes[at] = change(bytes[at]);
        out.push((what, bytes));
    };
    // Of the first element, one in the middle and the last: in the lowest and the highest bit, and by one.
    let mut starts = vec![0, len / element / 2 * element, len - element];
    starts.dedup();
    for start in starts {
        at("lowest bit", start, &|b| b ^ 1);
        at("highest bit", start + element - 1, &|b| b ^ 0x80);
        at("plus one", start, &|b| b.wrapping_add(1));
        at("minus one", start, &|b| b.wrapping_sub(1));
    }
    if matches!(field.unit, "F" | "E" | "digest") {
        for start in [0, len / 8 * 4, len - 4] {
            let mut bytes = old.to_vec();
            let value = u32::from_le_bytes(bytes[start..start + 4].try_into().expect("four bytes"));
            bytes[start..start + 4].copy_from_slice(&(value + P).to_le_bytes());
            out.push(("plus p", bytes));
        }
    }
    out.push(("zero", vec![0; len]));
    out.push(("all ones", vec![0xFF; len]));
    out.push(("shorter", old[..len - element].to_vec()));
    out.push(("longer by a zero", [old, &vec![0; element]].concat()));
    out.push(("longer by its last", [old, &old[len - element..]].concat()));
    out.push(("a byte shorter", old[1..].to_vec()));
    out.push(("twice", [old, old].concat()));
    out.push(("of another proof", other.unwrap_or(old).to_vec()));
    out.retain(|(_, bytes)| bytes != old);
    out
}

/// Fields by name and how often the name came before.
pub fn numbered(fields: &[Field]) -> BTreeMap<(&str, usize), &Field> {
    let mut counts = BTreeMap::new();
    let number = |field: &'_ Field| {
        let count = counts.entry(field.name.clone()).or_insert(0);
        *count += 1;
        *count - 1
    };
    let numbers: Vec<usize> = fields.iter().map(number).collect();
    fields.iter().zip(numbers).map(|(f, n)| ((f.name.as_str(), n), f)).collect()
}

/// A field, behind its name and how often the name came before.
pub type Numbered<'a> = ((&'a str, usize), &'a Field);

/// Some of the fields: all of those that are rare, the first and the last of the others and samples between.
pub fn sample(fields: &[Field], each: usize) -> Vec<Numbered<'_>> {
    let mut rng = Rng(3);
    let mut names: BTreeMap<&str, Vec<Numbered<'_>>> = BTreeMap::new();
    for (key, field) in numbered(fields) {
        names.entry(key.0).or_default().push((key, field));
    }
    let mut out = Vec::new();
    for all in names.into_values() {
        let mut chosen: Vec<usize> = (0..each).map(|_| rng.below(all.len() as u32) as usize).collect();
        chosen.extend([0, 1, all.len() - 1]);
        chosen.sort_unstable();
        chosen.dedup();
        out.extend(chosen.into_iter().filter_map(|i| all.get(i).copied()));
    }
    out
}
