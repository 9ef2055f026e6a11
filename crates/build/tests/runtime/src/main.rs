//! A guest that checks its own runtime: memory functions, allocator, input, SHA-256.
//!
//! Input: a u64, a string, a `Point` (postcard). Output: the same values.
#![no_std]
#![no_main]

extern crate alloc;

use alloc::{collections::BTreeMap, string::String, sync::Arc, vec, vec::Vec};
use core::sync::atomic::{AtomicU64, Ordering};
use serde::{Deserialize, Serialize};

aver_guest::entry!(main);

#[derive(Debug, Serialize, Deserialize)]
struct Point {
    x: i32,
    y: Option<u8>,
}

fn main() -> Result<(), &'static str> {
    memory_functions();
    allocator();
    sha256();
    let number: u64 = aver_guest::read();
    let text: &str = aver_guest::read();
    let point: Point = aver_guest::read();
    if !aver_guest::remaining_input().is_empty() {
        return Err("the input is longer");
    }
    aver_guest::println!("{number} {text} {point:?}");
    aver_guest::commit(&number);
    aver_guest::commit(text);
    aver_guest::commit(&point);
    Ok(())
}

unsafe extern "C" {
    fn memcpy(to: *mut u8, from: *const u8, n: usize) -> *mut u8;
    fn memmove(to: *mut u8, from: *const u8, n: usize) -> *mut u8;
    fn memset(to: *mut u8, byte: i32, n: usize) -> *mut u8;
    fn memcmp(a: *const u8, b: *const u8, n: usize) -> i32;
    fn strlen(text: *const u8) -> usize;
}

const LEN: usize = 128;

fn pattern() -> [u8; LEN] {
    core::array::from_fn(|i| (i * 37 + 11) as u8)
}

/// Byte by byte what a move from `from` to `to` should give. Indexed through a volatile read, or the
/// compiler would make a `memmove` of it.
fn moved(from: usize, to: usize, n: usize) -> [u8; LEN] {
    let (source, mut expected) = (pattern(), pattern());
    for i in 0..n {
        expected[to + i] = unsafe { core::ptr::read_volatile(&source[from + i]) };
    }
    expected
}

fn same(a: &[u8; LEN], b: &[u8; LEN]) -> bool {
    (0..LEN).all(|i| unsafe { core::ptr::read_volatile(&a[i]) == core::ptr::read_volatile(&b[i]) })
}

fn memory_functions() {
    let source = pattern();
    for n in (0..36).chain([63, 64, 65, 70, 96, 97]) {
        for (from, to) in (0..9).flat_map(|from| (0..9).map(move |to| (from, to))) {
            let (mut moves, mut copies) = (pattern(), pattern());
            unsafe {
                let base = moves.as_mut_ptr();
                assert_eq!(memmove(base.add(to), base.add(from), n), base.add(to));
                memcpy(copies.as_mut_ptr().add(to), source.as_ptr().add(from), n);
            }
            assert!(same(&moves, &moved(from, to, n)), "memmove {from} {to} {n}");
            assert!(same(&copies, &moved(from, to, n)), "memcpy {from} {to} {n}");
        }
        for (to, byte) in (0..9).flat_map(|to| [0, 0x5a, 0x1ff].map(|byte| (to, byte))) {
            let (mut set, mut expected) = (pattern(), pattern());
            unsafe { memset(set.as_mut_ptr().add(to), byte, n) };
            for place in &mut expected[to..to + n] {
                unsafe { core::ptr::write_volatile(place, byte as u8) };
            }
            assert!(same(&set, &expected), "memset {to} {n} {byte}");
        }
        for (at, differs) in (0..9).flat_map(|at| (0..n).map(move |differs| (at, differs))) {
            let mut other = pattern();
            other[at + differs] ^= 0xff;
            let sign = (source[at + differs] as i32 - other[at + differs] as i32).signum();
            // What follows the first difference must not count.
            if differs + 1 < n {
                other[at + differs + 1] ^= 0xff;
            }
            for shift in [0, 3, 4] {
                let mut shifted = [0; LEN + 4];
                shifted[shift..shift + LEN].copy_from_slice(&other);
                let (a, b) = (source[at..].as_ptr(), shifted[at + shift..].as_ptr());
                unsafe {
                    assert_eq!(memcmp(a, b, n).signum(), sign, "memcmp {at} {shift} {n} {differs}");
                    assert_eq!(memcmp(b, a, n).signum(), -sign, "memcmp {at} {shift} {n} {differs}");
                    assert_eq!(memcmp(a, b, differs), 0);
                }
            }
        }
    }
    assert_eq!(unsafe { strlen(c"twelve bytes".as_ptr().cast()) }, 12);
}

fn allocator() {
    let mut grown: Vec<u64> = Vec::new();
    for i in 0..1000 {
        grown.push(i);
    }
    let other = vec![7u8; 3];
    grown.push(1000);
    assert!(grown.iter().copied().eq(0..=1000) && other == [7; 3]);
    // A block given back is dirty, and must not be when asked for as zeroed.
    drop(vec![0xffu8; 64]);
    assert!(vec![0u8; 128].iter().all(|&byte| byte == 0));

    #[repr(align(4096))]
    struct Page(#[allow(dead_code)] u8);
    assert_eq!(&*alloc::boxed::Box::new(Page(1)) as *const Page as usize % 4096, 0);

    let mut map = BTreeMap::new();
    for i in 0..100u64 {
        map.insert(i * 7919 % 101, String::from("text"));
    }
    assert_eq!(map.len(), 100);

    let count = Arc::new(AtomicU64::new(1));
    let old = count.clone().fetch_add(41, Ordering::SeqCst);
    assert_eq!((old, count.compare_exchange(42, 5, Ordering::AcqRel, Ordering::Relaxed)), (1, Ok(42)));
}

fn sha256() {
    use sha2::Digest;
    let message: Vec<u8> = (0..200u8).collect();
    for len in [0, 1, 55, 56, 63, 64, 65, 119, 120, 200] {
        let mut hasher = aver_guest::sha256::Sha256::new();
        hasher.update(&message[..len / 3]);
        hasher.update(&message[len / 3..len]);
        assert_eq!(hasher.finish().0[..], sha2::Sha256::digest(&message[..len])[..], "{len} bytes");
    }
}
