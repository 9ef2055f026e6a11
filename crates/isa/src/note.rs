//! The note by which a program names the coprocessors it uses: section `.note.aver`, name "Aver",
//! type 2, a 60-byte entry for each: its address, zero-padded ([`calls::of_coprocessor`]). Every object that
//! uses one may contribute a note.

use alloc::{string::String, vec::Vec};

use crate::{CoprocessorUse, Error, calls};

const NAME: &[u8] = b"Aver\0";
const TYPE: u32 = 2;
/// Of notes with names that are no addresses.
const OLD_TYPE: u32 = 1;
const ENTRY_BYTES: usize = calls::MAX_ADDRESS;

fn damaged(reason: &'static str) -> Error {
    Error::Note { reason }
}

/// Reads all notes of a section; the result is sorted by call number, without repetitions.
pub(crate) fn parse(mut section: &[u8]) -> Result<Vec<CoprocessorUse>, Error> {
    let mut uses: Vec<CoprocessorUse> = Vec::new();
    while !section.is_empty() {
        if let Some(rest) = section.strip_prefix(&[0; 4]) {
            // Alignment between the notes of two objects; no note of ours has an empty name.
            section = rest;
            continue;
        }
        let name_bytes = number(&mut section)? as usize;
        let entries_bytes = number(&mut section)? as usize;
        let note_type = number(&mut section)?;
        let name = take(&mut section, name_bytes)?;
        take(&mut section, name_bytes.next_multiple_of(4) - name_bytes)?;
        if name == NAME && note_type == OLD_TYPE {
            return Err(Error::NoteOld);
        }
        if name != NAME || note_type != TYPE {
            return Err(damaged("it is not a note of type 2 by Aver"));
        }
        if !entries_bytes.is_multiple_of(ENTRY_BYTES) {
            return Err(damaged("its length is not a multiple of 60"));
        }
        for entry in take(&mut section, entries_bytes)?.chunks_exact(ENTRY_BYTES) {
            uses.push(parse_entry(entry)?);
        }
    }
    uses.sort();
    uses.dedup();
    for pair in uses.windows(2) {
        if pair[0].call == pair[1].call {
            return Err(Error::NoteConflict {
                call: pair[0].call,
                first: pair[0].name.clone(),
                second: pair[1].name.clone(),
            });
        }
    }
    Ok(uses)
}

fn parse_entry(entry: &[u8]) -> Result<CoprocessorUse, Error> {
    let length = entry.iter().position(|&b| b == 0).unwrap_or(entry.len());
    let (name, padding) = entry.split_at(length);
    if padding.iter().any(|&b| b != 0) {
        return Err(damaged("an address is not zero-padded"));
    }
    let name: String = name.iter().map(|&b| char::from(b)).collect();
    match calls::of_coprocessor(&name) {
        Some(call) => Ok(CoprocessorUse { call, name }),
        None => Err(Error::NoteAddress { entry: name }),
    }
}

fn take<'a>(bytes: &mut &'a [u8], n: usize) -> Result<&'a [u8], Error> {
    let (taken, rest) = bytes.split_at_checked(n).ok_or(damaged("it is truncated"))?;
    *bytes = rest;
    Ok(taken)
}

fn number(bytes: &mut &[u8]) -> Result<u32, Error> {
    let taken = take(bytes, 4)?;
    Ok(taken.iter().rev().fold(0, |n, &b| n << 8 | u32::from(b)))
}
