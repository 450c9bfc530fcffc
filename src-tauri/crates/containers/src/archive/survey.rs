//! What an archive of a folder lists, read past its contents: a workspace may hold gigabytes that nobody asked for.

use super::{broken, clean_path, invalid};
use crate::{EngineError, Listed, PathKind, Survey};
use std::{collections::HashMap, io::Read};
use tar::EntryType;

/// Lists the archive of the folder `base` (the name its entries begin with; other entries count as relative already).
/// Entries come in the order of the archive. Paths that climb are an error, because an honest archive has none.
pub fn survey(base: &str, archive: impl Read, survey: &Survey) -> Result<Vec<Listed>, EngineError> {
    let mut tar = tar::Archive::new(Counted {
        inner: archive,
        left: survey.bytes,
    });
    let mut listed = Vec::new();
    // Engines pack a second name of a file as a hard link without content.
    let mut sizes: HashMap<String, u64> = HashMap::new();
    for entry in tar.entries().map_err(|error| ended(&error, survey))? {
        let entry = entry.map_err(|error| ended(&error, survey))?;
        let raw = entry.path().map_err(|error| broken(&error))?.into_owned();
        let Some(path) = clean_path(&raw) else {
            // A name with a backslash is legal in a container and can be named by no client.
            if raw.to_string_lossy().contains('\\') && !raw.is_absolute() {
                continue;
            }
            return Err(invalid(
                format!(
                    "The archive holds the path {:?}.",
                    raw.display().to_string()
                ),
                "It was not made by an engine; do not use it.",
            ));
        };
        let path = match path.strip_prefix(base) {
            Some("") => continue,
            Some(rest) if !base.is_empty() => rest.strip_prefix('/').unwrap_or(&path).to_owned(),
            _ => path,
        };
        let mut parts = path.split('/');
        let depth = parts.clone().count();
        if path.is_empty()
            || depth > survey.depth
            || parts.any(|part| survey.leave_out.iter().any(|name| name == part))
        {
            continue;
        }
        let (kind, size) = match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                (PathKind::File, entry.size())
            }
            EntryType::Directory => (PathKind::Folder, 0),
            EntryType::Symlink => (PathKind::Link(target(&entry)?), 0),
            EntryType::Link => {
                let first = target(&entry)?;
                let first = first.strip_prefix(base).unwrap_or(&first);
                let size = sizes.get(first.trim_start_matches('/')).copied();
                (PathKind::File, size.unwrap_or_default())
            }
            EntryType::Char | EntryType::Block | EntryType::Fifo => (PathKind::Other, 0),
            _ => continue,
        };
        if listed.len() >= survey.entries {
            return Err(EngineError::TooLarge {
                what: "The number of files and folders to list".to_owned(),
                limit: survey.entries as u64,
            });
        }
        if kind == PathKind::File {
            sizes.insert(path.clone(), size);
        }
        listed.push(Listed { path, kind, size });
    }
    Ok(listed)
}

/// The target of the link `name` in the archive of what a folder holds (entries relative to it); `None` if it is no
/// link or not there. Read no further than to it.
pub(crate) fn link_in(name: &str, archive: impl Read) -> Result<Option<String>, EngineError> {
    let mut tar = tar::Archive::new(archive);
    for entry in tar.entries().map_err(|error| broken(&error))? {
        let entry = entry.map_err(|error| broken(&error))?;
        let path = entry.path().map_err(|error| broken(&error))?;
        if clean_path(&path).is_some_and(|path| path == name) {
            return match entry.header().entry_type() {
                EntryType::Symlink => target(&entry).map(Some),
                _ => Ok(None),
            };
        }
    }
    Ok(None)
}

fn target(entry: &tar::Entry<'_, impl Read>) -> Result<String, EngineError> {
    let target = entry.link_name().map_err(|error| broken(&error))?;
    Ok(target
        .map(|target| target.to_string_lossy().into_owned())
        .unwrap_or_default())
}

/// The limit shows as an error of the reader, because the archive is read by another's loop.
struct Counted<R> {
    inner: R,
    left: u64,
}

const OVER: &str = "more than the survey takes";

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(count as u64)
            .ok_or_else(|| std::io::Error::other(OVER))?;
        Ok(count)
    }
}

fn ended(error: &std::io::Error, survey: &Survey) -> EngineError {
    // The tar reader wraps what its source said.
    if error.to_string().contains(OVER) {
        EngineError::TooLarge {
            what: "The folder to list".to_owned(),
            limit: survey.bytes,
        }
    } else {
        broken(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{Archive, Owner};
    use proptest::prelude::*;

    fn all(depth: usize) -> Survey {
        Survey {
            depth,
            leave_out: vec![".git".to_owned()],
            entries: 100,
            bytes: 1024 * 1024,
        }
    }

    fn tree() -> Vec<u8> {
        let mut archive = Archive::new();
        for path in [
            "configs/a.md",
            "configs/skills/z/SKILL.md",
            "configs/.git/HEAD",
            "configs/x/.git/HEAD",
        ] {
            archive.file(path, &[7; 3000], 0o644, Owner::AGENT).unwrap();
        }
        archive
            .link("configs/link", "/etc/passwd", Owner::AGENT)
            .unwrap();
        archive.finish().unwrap()
    }

    fn paths(listed: &[Listed]) -> Vec<&str> {
        listed.iter().map(|one| one.path.as_str()).collect()
    }

    #[test]
    fn a_link_is_found_in_its_folder_alone() {
        let link = |name: &str| link_in(name, tree().as_slice()).unwrap();
        assert_eq!(link("configs/link").as_deref(), Some("/etc/passwd"));
        for other in ["configs/a.md", "configs/skills", "configs", "link"] {
            assert_eq!(link(other), None, "{other}");
        }
        let mut short = tree();
        short.truncate(3000);
        assert!(link_in("configs/link", short.as_slice()).is_err());
    }

    #[test]
    fn a_folder_is_listed_to_its_depth_without_what_is_left_out() {
        let one = survey("configs", tree().as_slice(), &all(1)).unwrap();
        assert_eq!(paths(&one), ["a.md", "skills", "x", "link"]);
        assert_eq!(one[0].size, 3000);
        assert_eq!(one[3].kind, PathKind::Link("/etc/passwd".to_owned()));
        let three = survey("configs", tree().as_slice(), &all(3)).unwrap();
        assert_eq!(
            paths(&three),
            [
                "a.md",
                "skills",
                "skills/z",
                "skills/z/SKILL.md",
                "x",
                "link"
            ]
        );
        assert_eq!(
            paths(&survey("configs", tree().as_slice(), &all(2)).unwrap())[2],
            "skills/z"
        );
    }

    #[test]
    fn limits_are_told_apart_from_a_broken_archive() {
        let tree = tree();
        let small = Survey {
            bytes: 2000,
            ..all(5)
        };
        assert_eq!(
            survey("configs", tree.as_slice(), &small)
                .unwrap_err()
                .code(),
            "too_large"
        );
        let few = Survey {
            entries: 2,
            ..all(5)
        };
        assert_eq!(
            survey("configs", tree.as_slice(), &few).unwrap_err().code(),
            "too_large"
        );
        let cut = &tree[..tree.len() / 2 - 100];
        assert_eq!(
            survey("configs", cut, &all(5)).unwrap_err().code(),
            "invalid"
        );
    }

    proptest! {
        /// The archive comes from a container, where an agent could have put anything.
        #[test]
        fn any_bytes_are_listed_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..4096)) {
            let _ = survey("configs", bytes.as_slice(), &all(5));
        }
    }
}
