//! Building archives. The same content gives the same bytes: no times, no names of users, no order of a disk.

use super::{broken, clean_path, invalid};
use crate::EngineError;
use std::{collections::BTreeSet, io::Write, path::Path};
use tar::{Builder, EntryType, Header};

/// Whom a file belongs to inside the container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// User id.
    pub uid: u64,
    /// Group id.
    pub gid: u64,
}

impl Owner {
    /// The user `agent` of agent images (contract 04, D8).
    pub const AGENT: Owner = Owner {
        uid: 1000,
        gid: 1000,
    };
    /// Root.
    pub const ROOT: Owner = Owner { uid: 0, gid: 0 };
}

/// An archive being built. Folders above an entry are added by themselves, mode 0755.
pub struct Archive<W: Write = Vec<u8>> {
    tar: Builder<W>,
    folders: BTreeSet<String>,
}

impl Archive<Vec<u8>> {
    /// An empty archive in memory.
    pub fn new() -> Self {
        Self::to(Vec::new())
    }
}

impl Default for Archive<Vec<u8>> {
    fn default() -> Self {
        Self::new()
    }
}

impl<W: Write> Archive<W> {
    /// An empty archive written to `out` as it grows.
    pub fn to(out: W) -> Self {
        Self {
            tar: Builder::new(out),
            folders: BTreeSet::new(),
        }
    }

    /// Adds a file. `mode` are permission bits such as 0o644.
    pub fn file(
        &mut self,
        path: &str,
        content: &[u8],
        mode: u32,
        owner: Owner,
    ) -> Result<(), EngineError> {
        self.stream(path, content.len() as u64, content, mode, owner)
    }

    /// Adds a file of exactly `size` bytes from a reader; fewer are an error.
    pub fn stream(
        &mut self,
        path: &str,
        size: u64,
        content: impl std::io::Read,
        mode: u32,
        owner: Owner,
    ) -> Result<(), EngineError> {
        let path = self.enter(path, owner)?;
        let mut content = Exactly {
            inner: content.take(size),
            left: size,
        };
        self.append(&path, EntryType::Regular, size, mode, owner, &mut content)
    }

    /// Adds a folder.
    pub fn folder(&mut self, path: &str, mode: u32, owner: Owner) -> Result<(), EngineError> {
        let path = self.enter(path, owner)?;
        if self.folders.insert(path.clone()) {
            self.append(
                &format!("{path}/"),
                EntryType::Directory,
                0,
                mode,
                owner,
                std::io::empty(),
            )?;
        }
        Ok(())
    }

    /// Says that a folder is there already, with all above it: it gets no entry, so that unpacking leaves its owner and
    /// mode alone.
    pub fn present(&mut self, path: &str) {
        let Some(clean) = clean_path(Path::new(path)) else {
            return;
        };
        for (end, _) in clean.match_indices('/') {
            self.folders.insert(clean[..end].to_owned());
        }
        self.folders.insert(clean);
    }

    /// Adds a symbolic link. `target` is written as it is.
    pub fn link(&mut self, path: &str, target: &str, owner: Owner) -> Result<(), EngineError> {
        let path = self.enter(path, owner)?;
        let mut header = header(EntryType::Symlink, 0, 0o777, owner);
        self.tar
            .append_link(&mut header, &path, target)
            .map_err(|error| broken(&error))
    }

    /// Ends the archive and gives what it was written to.
    pub fn finish(self) -> Result<W, EngineError> {
        self.tar.into_inner().map_err(|error| broken(&error))
    }

    fn enter(&mut self, path: &str, owner: Owner) -> Result<String, EngineError> {
        let clean = clean_path(Path::new(path))
            .filter(|clean| !clean.is_empty())
            .ok_or_else(|| {
                invalid(
                    format!("{path:?} is no path inside an archive."),
                    "Use a relative path without `..`.",
                )
            })?;
        let parents: Vec<String> = clean
            .match_indices('/')
            .map(|(end, _)| clean[..end].to_owned())
            .collect();
        for parent in parents {
            if self.folders.insert(parent.clone()) {
                self.append(
                    &format!("{parent}/"),
                    EntryType::Directory,
                    0,
                    0o755,
                    owner,
                    std::io::empty(),
                )?;
            }
        }
        Ok(clean)
    }

    fn append(
        &mut self,
        path: &str,
        kind: EntryType,
        size: u64,
        mode: u32,
        owner: Owner,
        content: impl std::io::Read,
    ) -> Result<(), EngineError> {
        let mut header = header(kind, size, mode, owner);
        self.tar
            .append_data(&mut header, path, content)
            .map_err(|error| broken(&error))
    }
}

fn header(kind: EntryType, size: u64, mode: u32, owner: Owner) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(mode & 0o7777);
    header.set_uid(owner.uid);
    header.set_gid(owner.gid);
    header.set_mtime(0);
    header
}

/// A file that shrank since its size was taken would shift everything behind it in the archive.
struct Exactly<R> {
    inner: R,
    left: u64,
}

impl<R: std::io::Read> std::io::Read for Exactly<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if count == 0 && self.left > 0 && !buffer.is_empty() {
            return Err(std::io::Error::new(
                std::io::ErrorKind::UnexpectedEof,
                "the file became shorter while it was read",
            ));
        }
        self.left -= count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{ReadLimits, read};

    fn sample() -> Vec<u8> {
        let mut archive = Archive::new();
        archive
            .file("skills/a/SKILL.md", b"text", 0o644, Owner::AGENT)
            .unwrap();
        archive
            .file(".auth_token", b"t", 0o600, Owner::AGENT)
            .unwrap();
        archive.finish().unwrap()
    }

    #[test]
    fn the_same_content_gives_the_same_bytes() {
        assert_eq!(sample(), sample());
        let entries = read(&sample(), ReadLimits::default()).unwrap();
        let paths: Vec<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(
            paths,
            ["skills", "skills/a", "skills/a/SKILL.md", ".auth_token"]
        );
        assert_eq!(
            (entries[3].mode, entries[3].owner),
            (0o600, Owner::AGENT),
            "the token is readable by the agent alone"
        );
    }

    #[test]
    fn paths_cannot_climb_out() {
        for path in ["../x", "/etc/passwd", "a/../../b", "", ".", "a\\b", "a\0b"] {
            let mut archive = Archive::new();
            assert_eq!(
                archive
                    .file(path, b"", 0o644, Owner::ROOT)
                    .unwrap_err()
                    .code(),
                "invalid",
                "{path:?}"
            );
        }
    }

    #[test]
    fn long_names_survive() {
        let long = format!("{}/{}.md", "d".repeat(180), "f".repeat(180));
        let mut archive = Archive::new();
        archive.file(&long, b"x", 0o644, Owner::AGENT).unwrap();
        let entries = read(&archive.finish().unwrap(), ReadLimits::default()).unwrap();
        assert_eq!(entries.last().unwrap().path, long);
    }

    #[test]
    fn a_file_that_shrinks_is_an_error_and_no_broken_archive() {
        let mut archive = Archive::new();
        assert!(
            archive
                .stream("a", 10, &b"four"[..], 0o644, Owner::AGENT)
                .is_err()
        );
    }
}
