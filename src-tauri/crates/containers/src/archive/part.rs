//! A part of one file, out of the archive that an engine makes of it, read past what was not asked for.

use super::broken;
use crate::{EngineError, FilePart};
use std::io::{Read, copy, sink};
use tar::EntryType;

/// `length` bytes of the file in an archive, from `offset` on; fewer where it ends. `None` where the archive holds no
/// file. Nothing behind the part is read.
pub fn part(archive: impl Read, offset: u64, length: u64) -> Result<Option<FilePart>, EngineError> {
    let mut tar = tar::Archive::new(archive);
    for entry in tar.entries().map_err(|error| broken(&error))? {
        let mut entry = entry.map_err(|error| broken(&error))?;
        match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {}
            _ => continue,
        }
        let total = entry.size();
        let before = offset.min(total);
        let passed = copy(&mut (&mut entry).take(before), &mut sink());
        if passed.map_err(|error| broken(&error))? < before {
            return Err(broken(&std::io::ErrorKind::UnexpectedEof.into()));
        }
        let wanted = length.min(total - before);
        let mut content = Vec::new();
        let read = (&mut entry).take(wanted).read_to_end(&mut content);
        if (read.map_err(|error| broken(&error))? as u64) < wanted {
            return Err(broken(&std::io::ErrorKind::UnexpectedEof.into()));
        }
        return Ok(Some(FilePart { content, total }));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{Archive, Owner};

    const OWNER: Owner = Owner { uid: 1, gid: 1 };

    fn packed(content: &[u8]) -> Vec<u8> {
        let mut archive = Archive::new();
        archive.file("large.bin", content, 0o644, OWNER).unwrap();
        archive.finish().unwrap()
    }

    #[test]
    fn parts_put_together_are_the_file() {
        let content: Vec<u8> = (0..10_000u32).flat_map(u32::to_be_bytes).collect();
        let archive = packed(&content);
        let mut read = Vec::new();
        while read.len() < content.len() {
            let one = part(archive.as_slice(), read.len() as u64, 7777)
                .unwrap()
                .unwrap();
            assert_eq!(one.total, content.len() as u64);
            read.extend(one.content);
        }
        assert_eq!(read, content);
        let behind = part(archive.as_slice(), u64::MAX, 10).unwrap().unwrap();
        assert!(behind.content.is_empty(), "behind the end there is nothing");
    }

    #[test]
    fn nothing_behind_the_part_is_read_and_a_cut_one_is_an_error() {
        let archive = packed(&[7; 5000]);
        let head = &archive[..512 + 1024];
        assert_eq!(part(head, 0, 1024).unwrap().unwrap().content, [7; 1024]);
        assert!(part(head, 0, 2000).is_err());
        assert!(part(head, 2000, 1).is_err());
    }

    #[test]
    fn a_folder_is_no_file() {
        let mut archive = Archive::new();
        archive.folder("folder", 0o755, OWNER).unwrap();
        let archive = archive.finish().unwrap();
        assert_eq!(part(archive.as_slice(), 0, 1).unwrap(), None);
    }
}
