//! JSON, with `serde_json`: a document is parsed, walked, and written again.

use alloc::vec::Vec;

use serde_json::Value;

/// Input: the document. Output: its number of values, the sum of its integers, and the length of the
/// shortest way to write it, 8 bytes each.
pub fn run(input: &[u8]) -> Vec<u8> {
    let document: Value = serde_json::from_slice(input).expect("the input is JSON");
    let (mut values, mut sum) = (0, 0);
    walk(&document, &mut values, &mut sum);
    let written = serde_json::to_vec(&document).expect("it can be written again");
    [values, sum, written.len() as u64].iter().flat_map(|v| v.to_le_bytes()).collect()
}

fn walk(value: &Value, values: &mut u64, sum: &mut u64) {
    *values += 1;
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, values, sum)),
        Value::Object(fields) => fields.values().for_each(|field| walk(field, values, sum)),
        Value::Number(number) => *sum = sum.wrapping_add(number.as_u64().unwrap_or(0)),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// A document of `records` records.
#[cfg(feature = "host")]
pub fn document(records: u64) -> Vec<u8> {
    use crate::random::Random;
    use alloc::string::String;
    use core::fmt::Write;

    const NAMES: [&str; 4] = ["Ada", "B\\u00f6hm", "Chebyshev \\\"P.\\\"", "Dijkstra"];
    let mut random = Random::new(3);
    let mut text = String::from("{\n  \"records\": [");
    for i in 0..records {
        let comma = if i == 0 { "" } else { "," };
        let name = NAMES[random.below(4) as usize];
        let (id, share, flag) = (random.next() >> 20, random.below(1_000_000), random.below(2) == 1);
        // A string takes everything.
        let _ = write!(
            text,
            "{comma}\n    {{ \"id\": {id}, \"name\": \"{name}\", \"share\": 0.{share:06}, \"active\": {flag},\n      \
             \"tags\": [\"t{}\", \"t{}\", null], \"at\": {{ \"x\": {}, \"y\": -{} }} }}",
            random.below(100),
            random.below(100),
            random.below(1 << 30),
            random.below(1 << 30),
        );
    }
    text.push_str("\n  ]\n}\n");
    text.into_bytes()
}
