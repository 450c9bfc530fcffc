//! Just enough of the ELF format to know which loader and libraries a program wants.
//!
//! Read rather than asked of `ldd`, which runs the program's loader and is missing on small systems.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

/// What a Linux program or library needs at run time.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Needs {
    /// Path of the loader; none for static programs and for libraries.
    pub loader: Option<String>,
    /// File names of the shared libraries.
    pub libraries: Vec<String>,
}

const LOAD: u32 = 1;
const DYNAMIC: u32 = 2;
const INTERPRETER: u32 = 3;
const TAG_NEEDED: u64 = 1;
const TAG_STRINGS: u64 = 5;

/// Most bytes of a table, and of a name, that are read; real ones are far shorter.
const LONGEST: u64 = 1 << 20;
const LONGEST_NAME: u64 = 4096;

struct Segment {
    kind: u32,
    file: Range<u64>,
    address: u64,
}

/// Reads what the 64-bit little-endian ELF file needs; only its tables are read, however long it is.
///
/// # Errors
/// `InvalidData` when it is no such file or is cut short.
pub(super) fn needs(mut file: impl Read + Seek) -> io::Result<Needs> {
    let file = &mut file;
    let head = part(file, 0..64)?;
    if head.get(..6) != Some(b"\x7fELF\x02\x01") {
        return Err(invalid("is not a 64-bit Linux program"));
    }
    let segments = segments(file, &head)?;
    let mut found = Needs::default();
    if let Some(segment) = segments.iter().find(|segment| segment.kind == INTERPRETER) {
        found.loader = Some(text(&whole(file, segment.file.clone())?)?);
    }
    let Some(dynamic) = segments.iter().find(|segment| segment.kind == DYNAMIC) else {
        return Ok(found);
    };
    let mut names = Vec::new();
    let mut strings = None;
    for entry in whole(file, dynamic.file.clone())?.chunks_exact(16) {
        let (tag, value) = (u64_at(entry, 0)?, u64_at(entry, 8)?);
        match tag {
            0 => break,
            TAG_NEEDED => names.push(value),
            TAG_STRINGS => strings = Some(value),
            _ => {}
        }
    }
    if names.is_empty() {
        return Ok(found);
    }
    let table = strings
        .and_then(|address| offset_of(&segments, address))
        .ok_or_else(|| invalid("names libraries but has no table of names"))?;
    for name in names {
        let start = table.checked_add(name).ok_or_else(cut)?;
        let end = start.checked_add(LONGEST_NAME).ok_or_else(cut)?;
        found.libraries.push(text(&part(file, start..end)?)?);
    }
    Ok(found)
}

fn segments(file: &mut (impl Read + Seek), head: &[u8]) -> io::Result<Vec<Segment>> {
    let start = u64_at(head, 32)?;
    let size = usize::from(u16_at(head, 54)?);
    let count = usize::from(u16_at(head, 56)?);
    if size == 0 {
        return Ok(Vec::new());
    }
    let length = u64::try_from(size * count).map_err(|_| cut())?;
    let table = whole(file, start..start.checked_add(length).ok_or_else(cut)?)?;
    table
        .chunks_exact(size)
        .map(|header| {
            let offset = u64_at(header, 8)?;
            let end = offset.checked_add(u64_at(header, 32)?).ok_or_else(cut)?;
            Ok(Segment {
                kind: u32_at(header, 0)?,
                file: offset..end,
                address: u64_at(header, 16)?,
            })
        })
        .collect()
}

/// Where in the file the byte lies that is loaded at `address`.
fn offset_of(segments: &[Segment], address: u64) -> Option<u64> {
    segments
        .iter()
        .filter(|segment| segment.kind == LOAD)
        .find_map(|segment| {
            let inside = address.checked_sub(segment.address)?;
            (inside < segment.file.end - segment.file.start).then(|| segment.file.start + inside)
        })
}

fn text(bytes: &[u8]) -> io::Result<String> {
    let end = bytes.iter().position(|byte| *byte == 0).ok_or_else(cut)?;
    String::from_utf8(bytes[..end].to_vec()).map_err(|_| invalid("holds a name that is no text"))
}

/// All bytes of a table, which must be there.
fn whole(file: &mut (impl Read + Seek), range: Range<u64>) -> io::Result<Vec<u8>> {
    let length = range.end.saturating_sub(range.start);
    if length > LONGEST {
        return Err(invalid("has a table of an unbelievable length"));
    }
    let found = part(file, range)?;
    if found.len() as u64 == length {
        Ok(found)
    } else {
        Err(cut())
    }
}

/// The bytes of the range that the file has.
fn part(file: &mut (impl Read + Seek), range: Range<u64>) -> io::Result<Vec<u8>> {
    let mut found = Vec::new();
    file.seek(SeekFrom::Start(range.start))?;
    file.take(range.end.saturating_sub(range.start))
        .read_to_end(&mut found)?;
    Ok(found)
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> io::Result<[u8; N]> {
    bytes
        .get(at..at + N)
        .and_then(|part| part.try_into().ok())
        .ok_or_else(cut)
}

fn u16_at(bytes: &[u8], at: usize) -> io::Result<u16> {
    array(bytes, at).map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> io::Result<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> io::Result<u64> {
    array(bytes, at).map(u64::from_le_bytes)
}

fn cut() -> io::Error {
    invalid("is cut short")
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn other_files_are_refused_without_a_panic() {
        for bytes in [
            &b""[..],
            b"#!/bin/sh\n",
            b"\x7fELF\x02\x01",
            &[0xfe, 0xed, 0xfa, 0xcf, 0, 0, 0, 0],
        ] {
            assert_eq!(
                needs(Cursor::new(bytes)).unwrap_err().kind(),
                io::ErrorKind::InvalidData
            );
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn every_cut_of_a_real_program_is_refused_or_read_but_never_a_panic() {
        let whole = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert!(needs(Cursor::new(&whole)).is_ok());
        for length in (0..4096).chain([whole.len() / 2]) {
            let _ = needs(Cursor::new(&whole[..length]));
        }
    }
}
