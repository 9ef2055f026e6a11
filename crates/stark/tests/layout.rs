//! Where things stand: no two columns share a place, and all of them are inside their group's stacks.

use std::collections::BTreeSet;

use aver_stark::layout::{Layout, MAX_LOG_CHUNK, System, max_log_chunk, padded_rows};

mod plain;
use plain::Plain;

const CHIPS: [(Plain, usize); 7] = [
    (Plain { fixed: 2, boundary: 0, witness: 1, constraints: 1, messages: 3 }, 100),
    (Plain { fixed: 0, boundary: 0, witness: 9, constraints: 2, messages: 0 }, 0),
    (Plain { fixed: 0, boundary: 5, witness: 1, constraints: 0, messages: 32 }, 21),
    (Plain { fixed: 0, boundary: 0, witness: 40, constraints: 3, messages: 33 }, 65),
    (Plain { fixed: 1, boundary: 0, witness: 0, constraints: 0, messages: 64 }, 1),
    (Plain { fixed: 0, boundary: 1, witness: 3, constraints: 0, messages: 0 }, 64),
    (Plain { fixed: 1, boundary: 1, witness: 1, constraints: 0, messages: 1 }, 33),
];

fn system() -> System {
    System::new(CHIPS.map(|(chip, _)| Box::new(chip) as _).into()).unwrap()
}

fn layout(system: &System, log_height: usize, log_chunk: usize) -> Layout {
    Layout::new(&system.described, &CHIPS.map(|c| c.1), log_height, log_chunk).unwrap()
}

/// The group of a chip's column, and the first element of the column, counted in its group.
fn start(layout: &Layout, chip: usize, column: usize) -> (usize, usize) {
    let Plain { fixed, boundary, .. } = CHIPS[chip].0;
    let group = usize::from(column >= fixed) + usize::from(column >= fixed + boundary);
    let before = layout.widths[..group].iter().sum::<usize>() << layout.log_height;
    (group, (layout.places[chip][column] << layout.log_chunk) - before)
}

/// Chip, column and number of elements of all columns.
fn columns(layout: &Layout) -> impl Iterator<Item = (usize, usize, usize)> {
    let chips = layout.places.iter().zip(&layout.chunks).enumerate();
    chips.flat_map(move |(chip, (columns, &m))| {
        (0..columns.len()).map(move |c| (chip, c, m << layout.log_chunk))
    })
}

#[test]
fn places_do_not_collide() {
    let system = system();
    for log_height in 1..=9 {
        for log_chunk in 0..=log_height {
            let layout = layout(&system, log_height, log_chunk);
            let mut used = BTreeSet::new();
            for (chip, column, len) in columns(&layout) {
                assert!(len >= CHIPS[chip].1 && (len == 0) == (CHIPS[chip].1 == 0));
                let (group, first) = start(&layout, chip, column);
                assert!(first + len <= layout.widths[group] << log_height);
                // Chunks of a column stand one after the other.
                assert!((first..first + len).all(|at| used.insert((group, at))));
            }
            // No stack is without a column.
            for group in 0..3 {
                let most = used.range((group, 0)..(group + 1, 0)).next_back().map_or(0, |&(_, at)| at + 1);
                assert_eq!(layout.widths[group], most.div_ceil(1 << log_height));
            }
            assert_eq!(layout.slots() << log_chunk, layout.widths.iter().sum::<usize>() << log_height);
        }
    }
}

/// One commitment to fixed columns serves all sizes of chunks.
#[test]
fn fixed_columns_stand_where_they_do_whatever_a_chunk_is() {
    let system = system();
    for log_height in [1, 5, 8, 12, 14] {
        let fixed = |log_chunk: usize| {
            let layout = layout(&system, log_height, log_chunk);
            let starts = columns(&layout).map(|(chip, c, len)| (chip, c, start(&layout, chip, c), len));
            let fixed: Vec<_> = starts.filter(|c| c.2.0 == 0).collect();
            (layout.widths[0], fixed)
        };
        for log_chunk in 0..=log_height.min(MAX_LOG_CHUNK) {
            assert_eq!(fixed(log_chunk), fixed(0));
            let rows = fixed(log_chunk).1.iter().map(|c| (CHIPS[c.0].1, c.3)).collect::<Vec<_>>();
            assert!(rows.iter().all(|&(rows, len)| len == padded_rows(rows, log_height.min(MAX_LOG_CHUNK))));
        }
    }
    assert_eq!([0, 1, 64, 65].map(|rows| padded_rows(rows, 6)), [0, 64, 64, 128]);
    // Where all tables are fixed, chunks are smaller.
    let mut all_fixed = system.described;
    assert_eq!([17, 5].map(|h| max_log_chunk(&all_fixed, h)), [12, 5]);
    all_fixed.retain(|d| d.widths[0] > 0);
    assert_eq!([17, 5].map(|h| max_log_chunk(&all_fixed, h)), [10, 5]);
    let layout = |log_chunk| Layout::new(&all_fixed, &vec![1025; all_fixed.len()], 17, log_chunk);
    assert!(layout(8).unwrap().chunks.iter().all(|&chunks| chunks == 2048 >> 8));
    assert!(layout(11).is_err());
}

#[test]
fn each_message_has_a_place_of_its_own() {
    let system = system();
    let layout = layout(&system, 6, 3);
    let mut used = BTreeSet::new();
    for (chip, (plain, _)) in CHIPS.iter().enumerate() {
        for index in 0..plain.messages {
            let (bundle, slot) = layout.message(chip, index);
            assert!(bundle < 1 << layout.log_bundles && slot < 32);
            assert!(used.insert((bundle, slot)));
        }
    }
    // Bundles are of one chip each: 1, 1, 2, 2 and 1 of those that have messages.
    assert_eq!(layout.bundles, [0, 1, 1, 2, 4, 6, 6]);
    assert_eq!((layout.log_bundles, layout.log_chunks(), layout.log_leaves()), (3, 20, 28));
    let padded = [128, 0, 24, 72, 64, 64, 64];
    let expected: usize = CHIPS.iter().zip(padded).map(|((plain, _), rows)| plain.messages * rows).sum();
    assert_eq!(layout.chunks, [16, 0, 3, 9, 8, 8, 8]);
    assert_eq!(layout.messages(&system.described), expected as u64);
}
