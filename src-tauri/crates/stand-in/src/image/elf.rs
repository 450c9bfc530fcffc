//! Just enough of the ELF format to know which loader and libraries a program wants.
//!
//! Read rather than asked of `ldd`, which runs the program's loader and is missing on small systems.

use std::io;
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

struct Segment {
    kind: u32,
    file: Range<usize>,
    address: u64,
}

/// Reads what the 64-bit little-endian ELF file `bytes` needs.
///
/// # Errors
/// `InvalidData` when it is no such file or is cut short.
pub(super) fn needs(bytes: &[u8]) -> io::Result<Needs> {
    if bytes.get(..6) != Some(b"\x7fELF\x02\x01") {
        return Err(invalid("is not a 64-bit Linux program"));
    }
    let segments = segments(bytes)?;
    let mut found = Needs::default();
    if let Some(segment) = segments.iter().find(|segment| segment.kind == INTERPRETER) {
        found.loader = Some(text(slice(bytes, segment.file.clone())?)?);
    }
    let Some(dynamic) = segments.iter().find(|segment| segment.kind == DYNAMIC) else {
        return Ok(found);
    };
    let mut names = Vec::new();
    let mut strings = None;
    for entry in slice(bytes, dynamic.file.clone())?.chunks_exact(16) {
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
        let start = usize::try_from(name)
            .ok()
            .and_then(|name| table.checked_add(name))
            .ok_or_else(cut)?;
        found
            .libraries
            .push(text(bytes.get(start..).ok_or_else(cut)?)?);
    }
    Ok(found)
}

fn segments(bytes: &[u8]) -> io::Result<Vec<Segment>> {
    let table = usize::try_from(u64_at(bytes, 32)?).map_err(|_| cut())?;
    let size = usize::from(u16_at(bytes, 54)?);
    let count = usize::from(u16_at(bytes, 56)?);
    (0..count)
        .map(|index| {
            let start = table.checked_add(index * size).ok_or_else(cut)?;
            let header = bytes.get(start..).ok_or_else(cut)?;
            let offset = usize::try_from(u64_at(header, 8)?).map_err(|_| cut())?;
            let length = usize::try_from(u64_at(header, 32)?).map_err(|_| cut())?;
            let end = offset.checked_add(length).ok_or_else(cut)?;
            Ok(Segment {
                kind: u32_at(header, 0)?,
                file: offset..end,
                address: u64_at(header, 16)?,
            })
        })
        .collect()
}

/// Where in the file the byte lies that is loaded at `address`.
fn offset_of(segments: &[Segment], address: u64) -> Option<usize> {
    segments
        .iter()
        .filter(|segment| segment.kind == LOAD)
        .find_map(|segment| {
            let inside = usize::try_from(address.checked_sub(segment.address)?).ok()?;
            (inside < segment.file.len()).then(|| segment.file.start + inside)
        })
}

fn text(bytes: &[u8]) -> io::Result<String> {
    let end = bytes.iter().position(|byte| *byte == 0).ok_or_else(cut)?;
    String::from_utf8(bytes[..end].to_vec()).map_err(|_| invalid("holds a name that is no text"))
}

fn slice(bytes: &[u8], range: Range<usize>) -> io::Result<&[u8]> {
    bytes.get(range).ok_or_else(cut)
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

    #[test]
    fn other_files_are_refused_without_a_panic() {
        for bytes in [
            &b""[..],
            b"#!/bin/sh\n",
            b"\x7fELF\x02\x01",
            &[0xfe, 0xed, 0xfa, 0xcf, 0, 0, 0, 0],
        ] {
            assert_eq!(needs(bytes).unwrap_err().kind(), io::ErrorKind::InvalidData);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn every_cut_of_a_real_program_is_refused_or_read_but_never_a_panic() {
        let whole = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert!(needs(&whole).is_ok());
        for length in (0..4096).chain([whole.len() / 2]) {
            let _ = needs(&whole[..length]);
        }
    }
}
