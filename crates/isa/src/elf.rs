//! From an ELF file to a [`Program`], refusing whatever the machine would not run as it was meant.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use elf::{ElfBytes, abi, endian::LittleEndian, parse::ParseError, segment::ProgramHeader};

use crate::{Error, Program, TextRange, memory, note};

/// Longer names are cut: many symbols could share one long name.
const MAX_SYMBOL_BYTES: usize = 256;
const NOTE_SECTION: &[u8] = b".note.aver";

type File<'a> = ElfBytes<'a, LittleEndian>;

/// A checked segment to load.
struct Segment<'a> {
    start: u32,
    end: u32,
    /// Its content; zeros follow up to `end`.
    bytes: &'a [u8],
    executable: bool,
}

impl Program {
    /// Reads a statically linked RV64IM (or RV64IMA) executable.
    ///
    /// # Errors
    /// Says what is wrong with the file and what to do about it. Takes memory in proportion to the
    /// length of `bytes` only.
    pub fn from_elf(bytes: &[u8]) -> Result<Program, Error> {
        check_identity(bytes)?;
        let file = File::minimal_parse(bytes).map_err(malformed("header"))?;
        check_type(&file)?;
        let segments = segments(&file, bytes)?;
        check_flags(file.ehdr.e_flags, &segments)?;

        let mut program = Program::default();
        program.image = image(&segments);
        let end = segments.last().map_or(memory::IMAGE_START, |segment| segment.end);
        program.heap_start = end.next_multiple_of(16);
        let text: Vec<_> = segments.iter().filter(|segment| segment.executable).collect();
        if text.is_empty() {
            return Err(Error::NoText);
        }
        for segment in &text {
            if !segment.start.is_multiple_of(4) {
                return Err(Error::TextAlignment { start: segment.start });
            }
            let start = segment.start & !7;
            let end = segment.end.next_multiple_of(8);
            match program.text.last_mut() {
                Some(last) if last.end >= start => last.end = end,
                _ => program.text.push(TextRange { start, end }),
            }
        }
        let text: Vec<_> = text.iter().map(|segment| (segment.start, segment.bytes)).collect();
        program.decode_text(&text)?;

        let entry = file.ehdr.e_entry;
        if !entry.is_multiple_of(4) {
            return Err(Error::EntryAlignment { entry });
        }
        program.entry = u32::try_from(entry)
            .ok()
            .and_then(|pc| program.index_of(pc))
            .ok_or(Error::EntryOutside { entry })?;

        read_note(&file, &mut program)?;
        read_symbols(&file, &mut program)?;
        Ok(program)
    }
}

fn malformed(table: &'static str) -> impl Fn(ParseError) -> Error {
    move |_| Error::Malformed { table }
}

fn check_identity(bytes: &[u8]) -> Result<(), Error> {
    if !bytes.starts_with(b"\x7fELF") {
        return Err(Error::NotElf);
    }
    if bytes.get(abi::EI_CLASS) != Some(&abi::ELFCLASS64) {
        return Err(Error::NotElf64);
    }
    if bytes.get(abi::EI_DATA) != Some(&abi::ELFDATA2LSB) {
        return Err(Error::BigEndian);
    }
    Ok(())
}

fn check_type(file: &File<'_>) -> Result<(), Error> {
    if file.ehdr.e_machine != abi::EM_RISCV {
        return Err(Error::NotRiscv { machine: file.ehdr.e_machine });
    }
    match file.ehdr.e_type {
        abi::ET_EXEC => Ok(()),
        abi::ET_REL => Err(Error::NotLinked),
        abi::ET_DYN => Err(Error::PositionIndependent),
        elf_type => Err(Error::NotExecutable { elf_type }),
    }
}

/// The segments to load, sorted by address.
fn segments<'a>(file: &File<'a>, bytes: &'a [u8]) -> Result<Vec<Segment<'a>>, Error> {
    let table = file.segments().ok_or(Error::NoText)?;
    let mut segments = Vec::new();
    let mut file_bytes = 0u64;
    for header in table.iter() {
        match header.p_type {
            abi::PT_INTERP | abi::PT_DYNAMIC => return Err(Error::Dynamic),
            abi::PT_LOAD if header.p_memsz > 0 || header.p_filesz > 0 => {
                segments.push(segment(&header, bytes)?);
                // each is at most the length of the file, and there are at most 2^32
                file_bytes = file_bytes.saturating_add(header.p_filesz);
            }
            _ => {}
        }
    }
    // Otherwise a small file could describe a large image.
    if file_bytes > bytes.len() as u64 {
        return Err(Error::SegmentsShareFile);
    }
    segments.sort_by_key(|segment| segment.start);
    for pair in segments.windows(2) {
        if pair[0].end > pair[1].start {
            let (first, second) = (pair[0].start, pair[1].start);
            return Err(Error::SegmentsOverlap { first, second });
        }
    }
    Ok(segments)
}

fn segment<'a>(header: &ProgramHeader, bytes: &'a [u8]) -> Result<Segment<'a>, Error> {
    let start = header.p_vaddr;
    let end = start.saturating_add(header.p_memsz);
    let (file, memory) = (header.p_filesz, header.p_memsz);
    if file > memory {
        return Err(Error::SegmentSizes { start, file, memory });
    }
    let executable = header.p_flags & abi::PF_X != 0;
    if executable && header.p_flags & abi::PF_W != 0 {
        return Err(Error::WritableText { start });
    }
    let limit = if executable { memory::TEXT_END } else { memory::IMAGE_END };
    if start < memory::IMAGE_START.into() || end > limit.into() {
        return Err(Error::SegmentRange { start, end });
    }
    let content = header
        .p_offset
        .checked_add(file)
        .and_then(|stop| bytes.get(usize::try_from(header.p_offset).ok()?..usize::try_from(stop).ok()?))
        .ok_or(Error::SegmentTruncated { start })?;
    // both at most 2^30
    Ok(Segment { start: start as u32, end: end as u32, bytes: content, executable })
}

fn check_flags(flags: u32, segments: &[Segment<'_>]) -> Result<(), Error> {
    let first = |wanted: fn(u32) -> bool| {
        segments.iter().filter(|segment| segment.executable).find_map(|segment| {
            let (words, _) = segment.bytes.as_chunks::<4>();
            let at = words.iter().position(|&word| wanted(u32::from_le_bytes(word)))?;
            Some(segment.start + 4 * at as u32)
        })
    };
    if flags & abi::EF_RISCV_RVC != 0 {
        // zero is padding, not an instruction
        return Err(Error::Compressed { first: first(|word| word & 3 != 3 && word != 0) });
    }
    let abi = match flags & abi::EF_RISCV_FLOAT_ABI_MASK {
        abi::EF_RISCV_FLOAT_ABI_SOFT => None,
        abi::EF_RISCV_FLOAT_ABI_SINGLE => Some("single precision"),
        abi::EF_RISCV_FLOAT_ABI_DOUBLE => Some("double precision"),
        _ => Some("quad precision"),
    };
    if let Some(abi) = abi {
        let float = |word| matches!(word & 0x7f, 0x07 | 0x27 | 0x43 | 0x47 | 0x4b | 0x4f | 0x53);
        return Err(Error::FloatAbi { abi, first: first(float) });
    }
    if flags & abi::EF_RISCV_RVE != 0 {
        return Err(Error::EmbeddedAbi);
    }
    // Total store order asks nothing of one hart.
    match flags & !abi::EF_RISCV_TSO {
        0 => Ok(()),
        flags => Err(Error::UnknownFlags { flags }),
    }
}

/// The nonzero words. Two segments may share a word, not a byte.
fn image(segments: &[Segment<'_>]) -> Vec<(u32, u64)> {
    let mut image: Vec<(u32, u64)> = Vec::new();
    for segment in segments {
        let skew = (segment.start % memory::WORD_BYTES) as usize;
        let (head, rest) = segment.bytes.split_at((8 - skew).min(segment.bytes.len()));
        let (words, tail) = rest.as_chunks::<8>();
        let first = segment.start / memory::WORD_BYTES;
        let values = core::iter::once(partial(head, skew))
            .chain(words.iter().map(|&word| u64::from_le_bytes(word)))
            .chain(core::iter::once(partial(tail, 0)));
        for (word, value) in (first..).zip(values) {
            match image.last_mut() {
                _ if value == 0 => {}
                Some((last, shared)) if *last == word => *shared |= value,
                _ => image.push((word, value)),
            }
        }
    }
    image
}

/// The word that has `bytes` from its byte `skew` on.
fn partial(bytes: &[u8], skew: usize) -> u64 {
    let mut word = [0; 8];
    for (to, from) in word.iter_mut().skip(skew).zip(bytes) {
        *to = *from;
    }
    u64::from_le_bytes(word)
}

fn read_note(file: &File<'_>, program: &mut Program) -> Result<(), Error> {
    let (sections, names) = file.section_headers_with_strtab().map_err(malformed("section table"))?;
    let (Some(sections), Some(names)) = (sections, names) else { return Ok(()) };
    let mut content: Option<&[u8]> = None;
    for section in sections.iter() {
        let name = names.get_raw(section.sh_name as usize).map_err(malformed("section names"))?;
        if name == NOTE_SECTION {
            let (data, compression) = file.section_data(&section).map_err(malformed("section .note.aver"))?;
            if compression.is_some() || content.is_some() {
                return Err(Error::Note { reason: "it is compressed, or there are two" });
            }
            content = Some(data);
        }
    }
    program.coprocessors = note::parse(content.unwrap_or_default())?;
    Ok(())
}

fn read_symbols(file: &File<'_>, program: &mut Program) -> Result<(), Error> {
    let table = file.symbol_table().map_err(malformed("symbol table"))?;
    let Some((symbols, names)) = table else { return Ok(()) };
    let mut found: Vec<(u32, bool, String)> = Vec::new();
    for symbol in symbols.iter() {
        let kind = symbol.st_symtype();
        if !matches!(kind, abi::STT_FUNC | abi::STT_NOTYPE) || symbol.st_shndx == abi::SHN_UNDEF {
            continue;
        }
        let Ok(address) = u32::try_from(symbol.st_value) else { continue };
        if !program.text.iter().any(|range| (range.start..range.end).contains(&address)) {
            continue;
        }
        let name = names.get_raw(symbol.st_name as usize).map_err(malformed("symbol names"))?;
        // mapping symbols and local labels say nothing
        if name.is_empty() || name.starts_with(b"$") || name.starts_with(b".L") {
            continue;
        }
        let name = &name[..name.len().min(MAX_SYMBOL_BYTES)];
        found.push((address, kind != abi::STT_FUNC, String::from_utf8_lossy(name).to_string()));
    }
    found.sort();
    found.dedup_by_key(|(address, ..)| *address);
    program.symbols = found.into_iter().map(|(address, _, name)| (address, name)).collect();
    Ok(())
}
