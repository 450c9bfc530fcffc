//! Podman packs the folder of a volume without its name while the container does not run: `/a.md` for `configs/a.md`.

use super::broken;
use crate::EngineError;
use std::path::{Path, PathBuf};

/// The same archive with `base` before every entry if its folder came without a name; otherwise as it is.
pub(crate) fn named(base: &str, archive: Vec<u8>) -> Result<Vec<u8>, EngineError> {
    let mut tar = tar::Archive::new(archive.as_slice());
    let mut all = tar.entries().map_err(|error| broken(&error))?.peekable();
    if !all.peek().is_some_and(is_nameless) {
        return Ok(archive);
    }
    let mut made = tar::Builder::new(Vec::with_capacity(archive.len()));
    for entry in all {
        let mut entry = entry.map_err(|error| broken(&error))?;
        let path = within(base, &entry.path().map_err(|error| broken(&error))?);
        let mut header = entry.header().clone();
        let kind = header.entry_type();
        let written = match entry.link_name().map_err(|error| broken(&error))? {
            // A hard link names another entry, which has its new name by now.
            Some(target) if kind.is_hard_link() => {
                made.append_link(&mut header, path, within(base, &target))
            }
            Some(target) if kind.is_symlink() => made.append_link(&mut header, path, target),
            _ => made.append_data(&mut header, path, &mut entry),
        };
        written.map_err(|error| broken(&error))?;
    }
    made.into_inner().map_err(|error| broken(&error))
}

fn is_nameless(first: &std::io::Result<tar::Entry<'_, &[u8]>>) -> bool {
    let Ok(entry) = first else { return false };
    entry.header().entry_type().is_dir()
        && matches!(&*entry.path_bytes(), b"" | b"/" | b"./" | b".")
}

fn within(base: &str, path: &Path) -> PathBuf {
    Path::new(base).join(path.strip_prefix("/").unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{Archive, EntryKind, Owner, ReadLimits, read};

    /// As Podman packs it: the builder of the library would not take such names.
    fn nameless() -> Vec<u8> {
        let mut made = tar::Builder::new(Vec::new());
        let mut add = |name: &str, kind: tar::EntryType, target: &str, content: &[u8]| {
            let mut header = tar::Header::new_ustar();
            header.as_ustar_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_entry_type(kind);
            header.set_mode(0o640);
            header.set_uid(1000);
            header.set_gid(1000);
            header.set_size(content.len() as u64);
            if !target.is_empty() {
                header.set_link_name_literal(target).unwrap();
            }
            header.set_cksum();
            made.append(&header, content).unwrap();
        };
        add("", tar::EntryType::Directory, "", b"");
        add("/a.md", tar::EntryType::Regular, "", b"one");
        add("/s", tar::EntryType::Directory, "", b"");
        add("/s/b.md", tar::EntryType::Link, "/a.md", b"");
        add("/out", tar::EntryType::Symlink, "/etc/passwd", b"");
        made.into_inner().unwrap()
    }

    #[test]
    fn a_folder_without_a_name_gets_it() {
        let made = named("configs", nameless()).unwrap();
        let entries = read(&made, ReadLimits::default()).unwrap();
        let link = |target: &str| EntryKind::Link(target.to_owned());
        let found: Vec<_> = entries
            .into_iter()
            .map(|entry| (entry.path, entry.kind, entry.mode, entry.owner.uid))
            .collect();
        assert_eq!(
            found,
            [
                ("configs", EntryKind::Folder),
                ("configs/a.md", EntryKind::File(b"one".to_vec())),
                ("configs/s", EntryKind::Folder),
                ("configs/s/b.md", link("configs/a.md")),
                ("configs/out", link("/etc/passwd")),
            ]
            .map(|(path, kind)| (path.to_owned(), kind, 0o640, 1000))
        );
    }

    #[test]
    fn every_other_archive_stays_as_it_is() {
        let mut archive = Archive::new();
        archive
            .file("configs/a.md", b"one", 0o644, Owner::AGENT)
            .unwrap();
        let archive = archive.finish().unwrap();
        assert_eq!(named("configs", archive.clone()).unwrap(), archive);
        assert_eq!(named("configs", Vec::new()).unwrap(), Vec::<u8>::new());
    }
}
