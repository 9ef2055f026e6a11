//! A sum that grows from run to run: each run adds a number to what the run before put out, which it verifies.
#![no_std]
#![no_main]

aver_guest::entry!(main);

/// A key, how many numbers there are, and their sum.
type Sum = ([u8; 32], u64, u64);

fn main() {
    // The key is this program's own, which it cannot know: so it is put out, and who verifies compares.
    let (vk, before, number): ([u8; 32], Option<(u64, u64)>, u64) = aver_guest::read();
    let (count, sum) = before.unwrap_or_default();
    if before.is_some() {
        let said: Sum = (vk, count, sum);
        aver_guest::verify_value(&vk, 0, &said);
    }
    let says: Sum = (vk, count + 1, sum.wrapping_add(number));
    aver_guest::commit(&says);
}
