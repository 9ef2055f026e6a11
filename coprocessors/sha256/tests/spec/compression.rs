//! The compression function (FIPS 180-4, 6.2.2), step by step: which words of the row it makes of which.
//!
//! | words | are |
//! |---|---|
//! | m0 … m15 | the block's 32-bit words as memory has them, in limbs (given) |
//! | H0 … H7 | the hash value before, in limbs (given) |
//! | h0, h1, h2, h4, h5, h6 | the same, in bits |
//! | w0 … w61 | the message schedule |
//! | e0 … e62, a0 … a62 | the working variables e and a after round t |
//! | N0 … N7 | the hash value after |
//!
//! The other working variables are older e's and a's: before round t, (a, b, c, d) are a_{t−1} … a_{t−4} and
//! (e, f, g, h) are e_{t−1} … e_{t−4}, where a_{−1} … a_{−4} are H0 … H3 and e_{−1} … e_{−4} are H4 … H7. w62,
//! w63, a63 and e63 have no columns: they are sums where they are used.

use aver_audit::smt::slice::{Cell, Chain, Lemma, Named, Slice, Sum, Word};
use aver_audit::smt::{Result, Term};

use super::fips::{self, BIG0, BIG1, SMALL0, SMALL1, ch, maj, parity};

/// The largest value of a limb.
const LIMB: u32 = 0xFFFF;
/// From here on w has no columns.
const W_END: usize = 62;
/// The last round, whose a and e have no columns.
const LAST: usize = 63;

/// A 32-bit number of limbs in four-limb words of memory.
fn limbs(name: String, memory: &str, separator: &str, i: usize) -> Named {
    let limb = |half| Cell::Column(format!("{memory}{}{separator}{}", i / 2, 2 * (i % 2) + half), LIMB);
    (name, vec![limb(0), limb(1)])
}

fn columns(cells: &[Cell]) -> Vec<String> {
    let name = |cell: &Cell| match cell {
        Cell::Column(name, _) => vec![name.clone()],
        Cell::Form(names) => names.clone(),
    };
    cells.iter().flat_map(name).collect()
}

/// Bits of a number in limbs: the top ones of limbs have no columns.
fn bits_of(name: &str, limbs: &Named) -> Vec<Cell> {
    let half = |half: usize| {
        let bits = (0..15).map(move |i| Cell::Column(format!("{name}.bit{}", 16 * half + i), 1));
        let bits: Vec<Cell> = bits.collect();
        let top = [columns(&limbs.1[half..=half]), columns(&bits)].concat();
        bits.into_iter().chain([Cell::Form(top)])
    };
    (0..2).flat_map(half).collect()
}

/// Digits of carries: 0, 1 or 2.
fn digits(name: &str, count: usize) -> [Named; 2] {
    ["low", "high"].map(|half| {
        let digits = (0..count).map(|i| Cell::Column(format!("{name}.{half}_carry{i}"), 2));
        (format!("{name}.{half}"), digits.collect())
    })
}

/// A word with a column for each bit, and the carries of its sum.
fn summed(name: &str, count: usize) -> Vec<Named> {
    let bits = (0..32).map(|i| Cell::Column(format!("{name}.bit{i}"), 1)).collect();
    [(name.to_string(), bits)].into_iter().chain(digits(name, count)).collect()
}

/// Claims digits of base 3.
fn are_digits(s: &mut Slice<'_, '_>, name: &str, number: &Term, count: usize) -> Result<()> {
    let three = Term::constant(number.width(), 3);
    let mut rest = number.clone();
    let mut digits = Vec::new();
    for _ in 0..count {
        digits.push(rest.remainder(&three).bits(0, 2));
        rest = rest.quotient(&three);
    }
    s.is(name, &Term::concat(&digits))
}

/// Claims that the word `name` is the sum, and what its carries are.
fn is_sum(s: &mut Slice<'_, '_>, name: &str, carries: &str, sum: &Sum, count: usize) -> Result<()> {
    s.is(name, &sum.word())?;
    are_digits(s, &format!("{carries}.low"), &sum.carry(), count)?;
    are_digits(s, &format!("{carries}.high"), &sum.carry_out(), count)
}

fn bits<'a>(f: fn(&Term, &Term, &Term) -> Term) -> impl Fn(&[Term]) -> Term + 'a {
    move |b| f(&b[0], &b[1], &b[2])
}

fn big_sigma(s: &mut Slice<'_, '_>, by: [usize; 3], x: &Word) -> Result<Word> {
    let [a, b, c] = by.map(|n| x.rotated(n));
    let is = fips::big_sigma(by, &s.real(x));
    s.function(&[&a, &b, &c], bits(parity), &is)
}

fn small_sigma(s: &mut Slice<'_, '_>, by: [usize; 3], x: &Word) -> Result<Word> {
    let [a, b, c] = [x.rotated(by[0]), x.rotated(by[1]), x.shifted(by[2])];
    let is = fips::small_sigma(by, &s.real(x));
    s.function(&[&a, &b, &c], bits(parity), &is)
}

fn of_three(s: &mut Slice<'_, '_>, f: fn(&Term, &Term, &Term) -> Term, words: &[Word; 3]) -> Result<Word> {
    let [x, y, z] = words;
    let is = f(&s.real(x), &s.real(y), &s.real(z));
    s.function(&[x, y, z], bits(f), &is)
}

/// What is added up to w_t: itself, where it has columns.
fn w(s: &mut Slice<'_, '_>, t: usize) -> Result<Vec<Word>> {
    if t < W_END { Ok(vec![s.word(&format!("w{t}"))?]) } else { schedule(s, t) }
}

/// σ1(w_{t−2}), w_{t−7}, σ0(w_{t−15}), w_{t−16}
fn schedule(s: &mut Slice<'_, '_>, t: usize) -> Result<Vec<Word>> {
    let [w2, w7, w15, w16] = [2, 7, 15, 16].map(|back| s.word(&format!("w{}", t - back)));
    let (w2, w7, w15, w16) = (w2?, w7?, w15?, w16?);
    Ok(vec![small_sigma(s, SMALL1, &w2)?, w7, small_sigma(s, SMALL0, &w15)?, w16])
}

/// a_{t−back} or e_{t−back}; in limbs, if it is from before the first round and only `added`.
fn before(s: &mut Slice<'_, '_>, x: char, t: usize, back: usize, added: bool) -> Result<Word> {
    let first = if x == 'a' { 0 } else { 4 };
    s.word(&match t.checked_sub(back) {
        Some(round) => format!("{x}{round}"),
        None => format!("{}{}", if added { 'H' } else { 'h' }, first + back - t - 1),
    })
}

/// h + Σ1(e) + Ch(e, f, g) + K_t + W_t
fn t1(s: &mut Slice<'_, '_>, t: usize) -> Result<Vec<Word>> {
    let h = before(s, 'e', t, 4, true)?;
    let [e, f, g] = [1, 2, 3].map(|back| before(s, 'e', t, back, false));
    let efg = [e?, f?, g?];
    let mut words = vec![h, big_sigma(s, BIG1, &efg[0])?, of_three(s, ch, &efg)?];
    words.push(Word::constant(fips::constants()[t]));
    words.extend(w(s, t)?);
    Ok(words)
}

/// What is added up to e after round t: d + T1.
fn next_e(s: &mut Slice<'_, '_>, t: usize) -> Result<Vec<Word>> {
    let mut words = vec![before(s, 'a', t, 4, true)?];
    words.extend(t1(s, t)?);
    Ok(words)
}

/// What is added up to a after round t: T1 + Σ0(a) + Maj(a, b, c).
fn next_a(s: &mut Slice<'_, '_>, t: usize) -> Result<Vec<Word>> {
    let mut words = t1(s, t)?;
    let [a, b, c] = [1, 2, 3].map(|back| before(s, 'a', t, back, false));
    let abc = [a?, b?, c?];
    words.extend([big_sigma(s, BIG0, &abc[0])?, of_three(s, maj, &abc)?]);
    Ok(words)
}

fn sum(s: &mut Slice<'_, '_>, words: &[Word]) -> Result<Sum> {
    s.sum(&words.iter().collect::<Vec<_>>())
}

/// Digits that the carries of a sum have.
fn count(terms: usize) -> usize {
    (0..).find(|&digits| 3usize.pow(digits) >= terms).unwrap_or(0) as usize
}

type Next = fn(&mut Slice<'_, '_>, usize) -> Result<Vec<Word>>;

/// The word `name` of round t: the sum of words.
fn step(name: String, terms: usize, t: usize, words: Next) -> Lemma {
    let count = count(terms);
    let outputs = summed(&name, count);
    let says = {
        let name = name.clone();
        move |s: &mut Slice<'_, '_>| {
            let words = words(s, t)?;
            let sum = sum(s, &words)?;
            is_sum(s, &name, &name, &sum, count)
        }
    };
    Lemma { name, outputs, says: Box::new(says) }
}

/// N_i = H_i + the working variable x after the last round.
fn last(i: usize, x: char, terms: usize, words: Next) -> Lemma {
    let (name, carries, count) = (format!("N{i}"), format!("{x}{LAST}"), count(terms));
    let outputs = [limbs(name.clone(), "new", "", i)].into_iter().chain(digits(&carries, count)).collect();
    let says = {
        let name = name.clone();
        move |s: &mut Slice<'_, '_>| {
            let mut all = vec![s.word(&format!("H{i}"))?];
            all.extend(words(s, LAST)?);
            let sum = sum(s, &all)?;
            is_sum(s, &name, &carries, &sum, count)
        }
    };
    Lemma { name, outputs, says: Box::new(says) }
}

/// N_i = H_i + x_t, an older working variable, whose carries have no columns.
fn older(i: usize, x: char, t: usize) -> Lemma {
    let (name, new) = (format!("N{i}"), limbs(format!("N{i}"), "new", "", i));
    let before = limbs(String::new(), "state", ".l", i);
    let bits: Vec<String> = (0..32).map(|bit| format!("{x}{t}.bit{bit}")).collect();
    let carry = |halves: usize| {
        let limbs = [columns(&before.1[..halves]), columns(&new.1[..halves])].concat();
        vec![Cell::Form([&limbs[..], &bits[..16 * halves]].concat())]
    };
    let outputs = vec![new.clone(), (format!("{name}.low"), carry(1)), (format!("{name}.high"), carry(2))];
    let says = {
        let name = name.clone();
        move |s: &mut Slice<'_, '_>| {
            let words = [s.word(&format!("H{i}"))?, s.word(&format!("{x}{t}"))?];
            let sum = sum(s, &words)?;
            s.is(&name, &sum.word())?;
            s.is(&format!("{name}.low"), &sum.carry().bits(0, 1))?;
            s.is(&format!("{name}.high"), &sum.carry_out().bits(0, 1))
        }
    };
    Lemma { name, outputs, says: Box::new(says) }
}

/// A number of the hash value in bits.
fn hash_bits(i: usize) -> Lemma {
    let (name, given) = (format!("h{i}"), limbs(format!("H{i}"), "state", ".l", i));
    let outputs = vec![(name.clone(), bits_of(&name, &given))];
    let says = {
        let name = name.clone();
        move |s: &mut Slice<'_, '_>| {
            let word = s.word(&format!("H{i}"))?;
            let word = s.term(&word);
            s.is(&name, &word)
        }
    };
    Lemma { name, outputs, says: Box::new(says) }
}

/// A number of the block in bits. Its bytes in memory are its digits from the highest down (3.1, 5.2.1).
fn block_bits(t: usize) -> Lemma {
    let (name, given) = (format!("w{t}"), limbs(format!("m{t}"), "block", ".l", t));
    let memory = bits_of(&name, &given);
    let outputs = vec![(name.clone(), (0..32).map(|i| memory[i ^ 24].clone()).collect())];
    let says = {
        let name = name.clone();
        move |s: &mut Slice<'_, '_>| {
            let memory = s.word(&format!("m{t}"))?;
            let memory = s.term(&memory);
            s.is(&name, &Term::concat(&[24, 16, 8, 0].map(|byte| memory.bits(byte, 8))))
        }
    };
    Lemma { name, outputs, says: Box::new(says) }
}

/// Words that come from memory.
pub fn given() -> Vec<Named> {
    let block = (0..16).map(|t| limbs(format!("m{t}"), "block", ".l", t));
    block.chain((0..8).map(|i| limbs(format!("H{i}"), "state", ".l", i))).collect()
}

/// Words that go to memory.
pub fn new() -> Vec<Named> {
    (0..8).map(|i| limbs(format!("N{i}"), "new", "", i)).collect()
}

/// The compression function; `elsewhere` are columns that have no part in it.
pub fn chain(elsewhere: Vec<String>) -> Chain {
    let mut lemmas: Vec<Lemma> = [0, 1, 2, 4, 5, 6].map(hash_bits).into();
    lemmas.extend((0..16).map(block_bits));
    for t in 0..LAST {
        if (16..W_END).contains(&t) {
            lemmas.push(step(format!("w{t}"), 4, t, schedule));
        }
        let of_w = if t < W_END { 1 } else { 4 };
        lemmas.push(step(format!("e{t}"), 5 + of_w, t, next_e));
        lemmas.push(step(format!("a{t}"), 6 + of_w, t, next_a));
    }
    lemmas.extend([last(4, 'e', 10, next_e), last(0, 'a', 11, next_a)]);
    for i in 1..4 {
        lemmas.extend([older(4 + i, 'e', LAST - i), older(i, 'a', LAST - i)]);
    }
    Chain { given: given(), elsewhere, lemmas }
}
