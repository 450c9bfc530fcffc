//! Folders and files below a root, by the rules that also hold when a whole folder is copied into a container: links
//! are followed only while they stay inside, nothing is read that is neither file nor folder.

use crate::ignore;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Entries looked at below one root at most; the same number bounds the copy at a start.
const ENTRIES: usize = 20_000;

/// A file below a root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Path relative to the root, forward slashes.
    pub path: String,
    /// Where its bytes are.
    pub target: PathBuf,
}

/// What is below a root.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// Files, also those that are reached through links.
    pub files: Vec<Found>,
    /// Real folders, the root first.
    pub folders: Vec<PathBuf>,
    /// Some file is reached through a link, so one change may be a change of several paths.
    pub links: bool,
    /// There is more than may be looked at.
    pub cut: bool,
}

/// Lists what is below `root` (a real path), beginning at `start` (relative, empty for all).
pub(crate) fn tree(root: &Path, start: &str) -> Tree {
    let mut walk = Walk {
        root,
        left: ENTRIES,
        out: Tree::default(),
    };
    let from = if start.is_empty() {
        root.to_owned()
    } else {
        root.join(start)
    };
    let Ok(real) = from.canonicalize() else {
        return walk.out;
    };
    if !real.starts_with(root) {
        return walk.out;
    }
    if real.is_dir() {
        walk.folder(&real, start, &mut BTreeSet::from([real.clone()]), false);
    } else if real.is_file() {
        walk.out.files.push(Found {
            path: start.to_owned(),
            target: real,
        });
    }
    walk.out
}

struct Walk<'a> {
    root: &'a Path,
    left: usize,
    out: Tree,
}

impl Walk<'_> {
    /// `above` holds the folders on the way here, so that a link back up is seen as the circle it is.
    fn folder(&mut self, dir: &Path, below: &str, above: &mut BTreeSet<PathBuf>, linked: bool) {
        if !linked {
            self.out.folders.push(dir.to_owned());
        }
        // A folder that vanishes or may not be read has nothing to tell; the change that made it so is an event.
        let Ok(entries) = fs::read_dir(dir) else {
            return;
        };
        for entry in entries.flatten() {
            if self.left == 0 {
                self.out.cut = true;
                return;
            }
            self.left -= 1;
            let name = entry.file_name();
            let Some(name) = name
                .to_str()
                .filter(|name| !ignore::name(name) && !name.contains('\\'))
            else {
                continue;
            };
            let path = if below.is_empty() {
                name.to_owned()
            } else {
                format!("{below}/{name}")
            };
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            let target = if kind.is_symlink() {
                self.out.links = true;
                match entry.path().canonicalize() {
                    Ok(target) if target.starts_with(self.root) => target,
                    _ => continue,
                }
            } else {
                dir.join(name)
            };
            if target.is_dir() {
                if above.insert(target.clone()) {
                    self.folder(&target, &path, above, linked || kind.is_symlink());
                    above.remove(&target);
                }
            } else if target.is_file() {
                self.out.files.push(Found { path, target });
            }
        }
    }
}

/// `full` relative to `root` with forward slashes; `None` when it is not below it or is no text.
pub(crate) fn relative(root: &Path, full: &Path) -> Option<String> {
    let rest = full.strip_prefix(root).ok()?;
    let parts: Option<Vec<&str>> = rest
        .components()
        .map(|part| part.as_os_str().to_str())
        .collect();
    Some(parts?.join("/"))
}
