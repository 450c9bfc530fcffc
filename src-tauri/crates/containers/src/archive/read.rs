//! Reading archives that came out of a container, where an agent could have put anything.

use super::{Owner, broken, clean_path, invalid};
use crate::EngineError;
use std::io::Read;
use tar::EntryType;

/// How much of an archive is taken.
#[derive(Debug, Clone, Copy)]
pub struct ReadLimits {
    /// Files, folders and links together.
    pub entries: usize,
    /// Bytes of all files together.
    pub bytes: u64,
}

impl Default for ReadLimits {
    /// 20,000 entries, 64 MiB.
    fn default() -> Self {
        Self {
            entries: 20_000,
            bytes: 64 * 1024 * 1024,
        }
    }
}

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    /// A file with its exact bytes.
    File(Vec<u8>),
    /// A folder.
    Folder,
    /// A link, symbolic or hard, with its target as written. Never followed here.
    Link(String),
}

/// One entry of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative, forward slashes, no `..`.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
    /// Permission bits.
    pub mode: u32,
    /// Whom it belongs to.
    pub owner: Owner,
}

/// All entries in their order; devices, sockets and the root folder itself are left out. A path that climbs out is an
/// error, because an honest archive has none.
pub fn read(archive: &[u8], limits: ReadLimits) -> Result<Vec<Entry>, EngineError> {
    let mut tar = tar::Archive::new(archive);
    let mut entries = Vec::new();
    let mut bytes_left = limits.bytes;
    for entry in tar.entries().map_err(|error| broken(&error))? {
        let mut entry = entry.map_err(|error| broken(&error))?;
        if entries.len() >= limits.entries {
            return Err(EngineError::TooLarge {
                what: "The number of files in the archive".to_owned(),
                limit: limits.entries as u64,
            });
        }
        let raw = entry.path().map_err(|error| broken(&error))?.into_owned();
        let path = clean_path(&raw).ok_or_else(|| {
            invalid(
                format!(
                    "The archive holds the path {:?}.",
                    raw.display().to_string()
                ),
                "It was not made by an engine; do not use it.",
            )
        })?;
        if path.is_empty() {
            continue;
        }
        let header = entry.header();
        let number = |value: std::io::Result<u64>| value.map_err(|error| broken(&error));
        let mode = header.mode().map_err(|error| broken(&error))? & 0o7777;
        let owner = Owner {
            uid: number(header.uid())?,
            gid: number(header.gid())?,
        };
        let kind = match header.entry_type() {
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                let too_large = || EngineError::TooLarge {
                    what: "The content of the archive".to_owned(),
                    limit: limits.bytes,
                };
                let mut content = Vec::new();
                // One byte more than allowed tells "exactly the limit" from "more".
                let count = (&mut entry)
                    .take(bytes_left + 1)
                    .read_to_end(&mut content)
                    .map_err(|error| broken(&error))?;
                bytes_left = bytes_left.checked_sub(count as u64).ok_or_else(too_large)?;
                EntryKind::File(content)
            }
            EntryType::Directory => EntryKind::Folder,
            EntryType::Symlink | EntryType::Link => {
                let target = entry.link_name().map_err(|error| broken(&error))?;
                EntryKind::Link(
                    target
                        .map(|target| target.to_string_lossy().into_owned())
                        .unwrap_or_default(),
                )
            }
            _ => continue,
        };
        entries.push(Entry {
            path,
            kind,
            mode,
            owner,
        });
    }
    Ok(entries)
}

/// The bytes of an archive of exactly one file, as [`crate::Engine::get`] gives for a file; `None` for anything else.
pub fn file(archive: &[u8], limits: ReadLimits) -> Result<Option<Vec<u8>>, EngineError> {
    let mut entries = read(archive, limits)?;
    match (entries.pop(), entries.is_empty()) {
        (
            Some(Entry {
                kind: EntryKind::File(content),
                ..
            }),
            true,
        ) => Ok(Some(content)),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::archive::Archive;
    use proptest::prelude::*;

    fn raw(path: &str, kind: EntryType) -> Vec<u8> {
        let mut header = tar::Header::new_gnu();
        header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_entry_type(kind);
        header.set_size(0);
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_cksum();
        let mut tar = tar::Builder::new(Vec::new());
        tar.append(&header, std::io::empty()).unwrap();
        tar.into_inner().unwrap()
    }

    #[test]
    fn climbing_paths_are_refused() {
        for path in ["../x", "/etc/shadow", "a/../../b"] {
            assert_eq!(
                read(&raw(path, EntryType::Regular), ReadLimits::default())
                    .unwrap_err()
                    .code(),
                "invalid",
                "{path}"
            );
        }
    }

    #[test]
    fn devices_are_left_out() {
        assert!(
            read(&raw("dev", EntryType::Char), ReadLimits::default())
                .unwrap()
                .is_empty()
        );
        assert!(
            read(&raw("pipe", EntryType::Fifo), ReadLimits::default())
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn limits_hold_and_the_limit_itself_is_allowed() {
        let mut archive = Archive::new();
        archive.file("a", &[7; 100], 0o644, Owner::AGENT).unwrap();
        let bytes = archive.finish().unwrap();
        assert_eq!(
            file(
                &bytes,
                ReadLimits {
                    entries: 1,
                    bytes: 100
                }
            )
            .unwrap(),
            Some(vec![7; 100])
        );
        assert_eq!(
            file(
                &bytes,
                ReadLimits {
                    entries: 1,
                    bytes: 99
                }
            )
            .unwrap_err()
            .code(),
            "too_large"
        );
        assert_eq!(
            file(
                &bytes,
                ReadLimits {
                    entries: 0,
                    bytes: 100
                }
            )
            .unwrap_err()
            .code(),
            "too_large"
        );
    }

    proptest! {
        /// An archive comes from a container; whatever an agent writes there must not bring the platform down.
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
            let _ = read(&bytes, ReadLimits::default());
        }

        #[test]
        fn what_is_written_is_read_back(content in proptest::collection::vec(any::<u8>(), 0..4096), mode in 0u32..0o1000) {
            let mut archive = Archive::new();
            archive.file("dir/file", &content, mode, Owner::AGENT).unwrap();
            let entries = read(&archive.finish().unwrap(), ReadLimits::default()).unwrap();
            prop_assert_eq!(&entries[1], &Entry { path: "dir/file".to_owned(), kind: EntryKind::File(content), mode, owner: Owner::AGENT });
        }
    }
}
