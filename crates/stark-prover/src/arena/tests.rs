use super::*;
use aver_stark::field::f;

const MIB: usize = 1 << 18;

#[test]
fn places_are_used_again() {
    let arena = Arena::default();
    let (low, kept) = (arena.take(MIB), arena.take(3 * MIB));
    let at = low.as_ptr();
    drop(low);
    let again: Vec<Buffer> = (0..3).map(|_| arena.take(MIB / 4)).collect();
    assert_eq!(again[0].as_ptr(), at);
    assert!(again.iter().all(|b| b.as_ptr() < kept.as_ptr() && b.as_ptr().align_offset(64) == 0));
}

/// What is left between buffers does not add up.
#[test]
fn no_more_is_resident_than_was_in_use() {
    let arena = Arena::default();
    let mut most = 0;
    let mut kept = Vec::new();
    for round in 1..40 {
        let sizes = (1..9).map(|i| (i * round * 7919) % (4 * MIB) + 1);
        let buffers: Vec<Buffer> = sizes.map(|len| arena.take(len)).collect();
        let bytes: usize = buffers.iter().chain(&kept).map(|b: &Buffer| 4 * b.len()).sum();
        most = most.max(bytes as u64 + (2 << 21));
        kept = buffers.into_iter().step_by(3).collect();
        assert!(arena.resident() <= most + most / 4, "{} of {most}", arena.resident());
    }
}

#[test]
fn pages_come_back_as_elements() {
    let arena = Arena::default();
    let mut large = arena.take(16 * MIB);
    let small = arena.take(MIB);
    large.fill(f(7));
    drop(large);
    // Half of it, behind what is in use: pages of `large` make way.
    let other = arena.take(17 * MIB);
    assert!(arena.resident() <= 4 * 20 * MIB as u64);
    let again = arena.take(16 * MIB);
    assert!(again.iter().all(|&v| v == f(0) || v == f(7)));
    drop((small, other));
}

#[test]
fn buffers_of_threads_do_not_overlap() {
    let arena = Arena::default();
    std::thread::scope(|scope| {
        for thread in 0..4u32 {
            let arena = &arena;
            scope.spawn(move || {
                for i in 0..200u32 {
                    let mut buffer = arena.take((i * 7 % 50) as usize * 100 + 1);
                    buffer.fill(f(thread * 1000 + i));
                    std::thread::yield_now();
                    assert!(buffer.iter().all(|&v| v == f(thread * 1000 + i)));
                }
            });
        }
    });
    assert_eq!(arena.shared.lock().unwrap().regions[0].1.used(), 0);
}

#[test]
fn lengths_change() {
    let arena = Arena::default();
    let mut buffer = arena.take(10);
    buffer.fill(f(1));
    buffer.resize(12, f(2));
    assert_eq!(*buffer, [[f(1); 10].as_slice(), &[f(2); 2]].concat());
    buffer.truncate(1);
    buffer.resize(1 << 12, f(3));
    assert_eq!((buffer.len(), buffer[0], buffer[4095]), (1 << 12, f(1), f(3)));
    assert_eq!(arena.take(0).len(), 0);
}
