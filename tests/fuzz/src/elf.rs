//! Loading.

use aver_isa::memory::{IMAGE_END, IMAGE_START, MAX_OPS, TEXT_END, WORD_BYTES};
use aver_isa::testing::{ElfBuilder, SegmentBytes};
use aver_isa::{Opcode, Program, calls};

/// A whole file.
pub fn elf(data: &[u8]) {
    let Ok(program) = Program::from_elf(data) else { return };
    let ops = &program.ops;
    assert!(!ops.is_empty() && ops.len() <= MAX_OPS);
    assert!((program.entry as usize) < ops.len() && ops[program.entry as usize].first);
    for op in ops {
        let target = op.target as usize;
        assert!(target < ops.len(), "{op:?}");
        assert!(op.pc < TEXT_END && op.pc.is_multiple_of(4));
    }
    for (pc, index) in program.targets() {
        assert_eq!((ops[index as usize].pc, ops[index as usize].first), (pc, true));
        assert_eq!(program.index_of(pc), Some(index));
    }
    // No op falls through the end of the text.
    assert_eq!(ops[ops.len() - 1].opcode, Opcode::Illegal);
    assert!(program.image.is_sorted_by(|a, b| a.0 < b.0));
    assert!(program.image.iter().all(|&(word, value)| value != 0 && is_image(word)));
    assert!(program.text.is_sorted_by(|a, b| a.end <= b.start));
    assert!(program.text.iter().all(|t| t.start < t.end && t.end <= TEXT_END && is_image(t.start / 8)));
    assert!(program.heap_start.is_multiple_of(16) && program.heap_start <= IMAGE_END);
    assert!(program.symbols.is_sorted_by(|a, b| a.0 < b.0));
    // Memory in proportion to the file.
    assert!(ops.len() + program.image.len() <= 2 * data.len() + 64, "{} of {}", ops.len(), data.len());
    check_note(&program);
}

fn is_image(word: u32) -> bool {
    (IMAGE_START / WORD_BYTES..IMAGE_END / WORD_BYTES).contains(&word)
}

/// The content of a file's note section.
pub fn note(data: &[u8]) {
    if let Ok(program) = with_note(data.to_vec()) {
        check_note(&program);
    }
}

fn with_note(note: Vec<u8>) -> Result<Program, aver_isa::Error> {
    let segments = vec![SegmentBytes::text(IMAGE_START, vec![0x73, 0, 0, 0])];
    let builder = ElfBuilder { segments, note: Some(note), ..ElfBuilder::default() };
    Program::from_elf(&builder.build())
}

fn check_note(program: &Program) {
    let uses = &program.coprocessors;
    assert!(uses.is_sorted_by(|a, b| a.call < b.call));
    for used in uses {
        assert!(calls::is_coprocessor(used.call.into()));
        assert_eq!(calls::of_coprocessor(&used.name), Some(used.call));
        assert!(used.name.bytes().all(|b| b.is_ascii_graphic()));
    }
    let entries: Vec<_> = uses.iter().map(|u| u.name.as_str()).collect();
    assert_eq!(with_note(ElfBuilder::note(&entries)).unwrap().coprocessors, *uses);
}
