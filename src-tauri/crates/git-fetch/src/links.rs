//! Links of a fetched tree that lead out of it (or into git's own folder) are not followed by anybody: they go.

use std::io;
use std::path::{Path, PathBuf};

/// Whether a link at `path` in the tree `root` leads to something inside the tree. `root` has its links resolved.
pub(crate) fn stays_inside(root: &Path, path: &Path) -> bool {
    // What cannot be resolved leads nowhere today and may lead anywhere tomorrow.
    path.canonicalize()
        .is_ok_and(|target| target.starts_with(root) && !target.starts_with(root.join(".git")))
}

/// Every file and link below `root` with its path in the tree, without `.git` and the names in `besides` at the top.
pub(crate) fn walk(root: &Path, besides: &[&str]) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    let mut folders = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "a file name is not UTF-8",
                ));
            };
            if prefix.is_empty() && (name == ".git" || besides.contains(&name)) {
                continue;
            }
            let path = if prefix.is_empty() {
                name.to_owned()
            } else {
                format!("{prefix}/{name}")
            };
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push((entry.path(), path));
            } else {
                found.push(Found {
                    on_disk: entry.path(),
                    path,
                    link: kind.is_symlink(),
                    file: kind.is_file(),
                });
            }
        }
    }
    Ok(found)
}

/// One entry of a tree on disk.
pub(crate) struct Found {
    pub on_disk: PathBuf,
    /// With forward slashes.
    pub path: String,
    pub link: bool,
    pub file: bool,
}

/// Removes the links that leave the tree; gives their paths, sorted.
pub(crate) fn leave_out(root: &Path) -> io::Result<Vec<String>> {
    let root = root.canonicalize()?;
    // Judged all before the first goes: a link may lead through another one.
    let bad: Vec<Found> = walk(&root, &[])?
        .into_iter()
        .filter(|found| found.link && !stays_inside(&root, &found.on_disk))
        .collect();
    for found in &bad {
        std::fs::remove_file(&found.on_disk)?;
    }
    let mut paths: Vec<String> = bad.into_iter().map(|found| found.path).collect();
    paths.sort();
    Ok(paths)
}
