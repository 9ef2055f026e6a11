//! Counts the words of a text, with the standard library and nothing special.
//!
//! Input: the text, UTF-8. Output, as lines: how many words, how many distinct words, then the ten
//! most frequent with their counts (equally frequent ones in alphabetical order).

use std::{cmp::Reverse, collections::HashMap, fmt::Write};

fn main() {
    let text = std::str::from_utf8(aver_guest::read_input()).expect("the input is UTF-8");
    let mut counts: HashMap<String, usize> = HashMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
    let total: usize = counts.values().sum();
    println!("counted {total} words");

    let mut words: Vec<(String, usize)> = counts.into_iter().collect();
    words.sort_by(|(a, n), (b, m)| (Reverse(n), a).cmp(&(Reverse(m), b)));
    let mut report = format!("{total} words\n{} distinct\n", words.len());
    for (word, count) in words.iter().take(10) {
        writeln!(report, "{count} {word}").expect("a string grows");
    }
    aver_guest::write_output(report.as_bytes());
}
