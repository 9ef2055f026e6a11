//! Writes ELF files, good and bad: every field a check looks at can be set.

use alloc::{vec, vec::Vec};

use crate::calls;

/// A program header and its content.
#[derive(Clone, Debug, Default)]
pub struct SegmentBytes {
    /// 1: load.
    pub segment_type: u32,
    /// 1 execute, 2 write, 4 read.
    pub flags: u32,
    pub address: u64,
    pub bytes: Vec<u8>,
    pub memory_bytes: u64,
    /// Instead of where, and how long, `bytes` are in the file.
    pub file_range: Option<(u64, u64)>,
}

impl SegmentBytes {
    pub fn text(address: u32, bytes: Vec<u8>) -> Self {
        let memory_bytes = bytes.len() as u64;
        let address = address.into();
        Self { segment_type: 1, flags: 5, address, bytes, memory_bytes, file_range: None }
    }

    pub fn data(address: u32, bytes: Vec<u8>, memory_bytes: u64) -> Self {
        let address = address.into();
        Self { segment_type: 1, flags: 6, address, bytes, memory_bytes, file_range: None }
    }
}

/// A whole file. The default is a valid header without segments.
#[derive(Clone, Debug)]
pub struct ElfBuilder {
    pub class: u8,
    pub endianness: u8,
    pub elf_type: u16,
    pub machine: u16,
    pub flags: u32,
    pub entry: u64,
    pub segments: Vec<SegmentBytes>,
    /// Content of a section `.note.aver`.
    pub note: Option<Vec<u8>>,
    /// Function symbols.
    pub symbols: Vec<(u64, &'static str)>,
}

impl Default for ElfBuilder {
    fn default() -> Self {
        Self {
            class: 2,
            endianness: 1,
            elf_type: 2,
            machine: 243,
            flags: 0,
            entry: 0x1_0000,
            segments: Vec::new(),
            note: None,
            symbols: Vec::new(),
        }
    }
}

const SECTION_NAMES: &[u8] = b"\0.shstrtab\0.note.aver\0.symtab\0.strtab\0";

impl ElfBuilder {
    /// The content of a note that lists coprocessors, by their addresses.
    pub fn note(addresses: &[&str]) -> Vec<u8> {
        let mut note = vec![5, 0, 0, 0];
        note.extend((calls::MAX_ADDRESS as u32 * addresses.len() as u32).to_le_bytes());
        note.extend([2, 0, 0, 0]);
        note.extend(b"Aver\0\0\0\0");
        for address in addresses {
            let mut padded = [0; calls::MAX_ADDRESS];
            padded.iter_mut().zip(address.bytes()).for_each(|(to, from)| *to = from);
            note.extend(padded);
        }
        note
    }

    pub fn build(&self) -> Vec<u8> {
        let mut body: Vec<u8> = Vec::new();
        let body_start = 64 + 56 * self.segments.len() as u64;
        let mut headers: Vec<u8> = Vec::new();
        for segment in &self.segments {
            // loaders that map files ask for this
            while (body_start + body.len() as u64) % 4096 != segment.address % 4096 {
                body.push(0);
            }
            let here = (body_start + body.len() as u64, segment.bytes.len() as u64);
            let (offset, length) = segment.file_range.unwrap_or(here);
            body.extend(&segment.bytes);
            headers.extend(segment.segment_type.to_le_bytes());
            headers.extend(segment.flags.to_le_bytes());
            let address = segment.address;
            for n in [offset, address, address, length, segment.memory_bytes, 8] {
                headers.extend(n.to_le_bytes());
            }
        }

        // name, type, content, link, entry size
        let mut sections: Vec<(u32, u32, Vec<u8>, u32, u64)> =
            vec![(0, 0, vec![], 0, 0), (1, 3, SECTION_NAMES.to_vec(), 0, 0)];
        if let Some(note) = &self.note {
            sections.push((11, 7, note.clone(), 0, 0));
        }
        if !self.symbols.is_empty() {
            let (mut table, mut names) = (vec![0; 24], vec![0]);
            for (address, name) in &self.symbols {
                table.extend((names.len() as u32).to_le_bytes());
                table.extend([0x12, 0, 1, 0]);
                table.extend(address.to_le_bytes());
                table.extend([0; 8]);
                names.extend(name.bytes().chain([0]));
            }
            let link = sections.len() as u32 + 1;
            sections.push((22, 2, table, link, 24));
            sections.push((30, 3, names, 0, 0));
        }
        let mut section_headers: Vec<u8> = Vec::new();
        for (name, section_type, content, link, entry_bytes) in &sections {
            section_headers.extend(name.to_le_bytes());
            section_headers.extend(section_type.to_le_bytes());
            let offset = body_start + body.len() as u64;
            for n in [0, 0, offset, content.len() as u64] {
                section_headers.extend(n.to_le_bytes());
            }
            section_headers.extend(link.to_le_bytes());
            section_headers.extend([0; 4]);
            section_headers.extend(1u64.to_le_bytes());
            section_headers.extend(entry_bytes.to_le_bytes());
            body.extend(content);
        }

        let mut file = b"\x7fELF".to_vec();
        file.extend([self.class, self.endianness, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        file.extend(self.elf_type.to_le_bytes());
        file.extend(self.machine.to_le_bytes());
        file.extend(1u32.to_le_bytes());
        for n in [self.entry, 64, body_start + body.len() as u64] {
            file.extend(n.to_le_bytes());
        }
        file.extend(self.flags.to_le_bytes());
        for n in [64, 56, self.segments.len() as u16, 64, sections.len() as u16, 1] {
            file.extend(n.to_le_bytes());
        }
        file.extend(headers);
        file.extend(body);
        file.extend(section_headers);
        file
    }
}
