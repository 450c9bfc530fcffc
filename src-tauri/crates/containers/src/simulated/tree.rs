//! Files of a container or volume, by path without a leading slash.

use crate::{
    EngineError, Missing, PathKind, PathStat,
    archive::{Archive, Entry, EntryKind, Owner},
};
use std::{collections::BTreeMap, sync::Arc};

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Folder,
    File(Arc<Vec<u8>>),
    Link(String),
}

#[derive(Debug, Clone)]
pub(super) struct Node {
    pub kind: Kind,
    pub mode: u32,
    pub owner: Owner,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Tree(BTreeMap<String, Node>);

/// A path without slashes at its ends; the root is the empty path.
pub(super) fn plain(path: &str) -> String {
    path.split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect::<Vec<_>>()
        .join("/")
}

impl Tree {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn is_folder(&self, path: &str) -> bool {
        path.is_empty()
            || matches!(
                self.0.get(path),
                Some(Node {
                    kind: Kind::Folder,
                    ..
                })
            )
    }

    /// Follows links of the last part, as programs do when they open a file.
    pub fn file(&self, path: &str) -> Option<Arc<Vec<u8>>> {
        let mut path = plain(path);
        for _ in 0..8 {
            match &self.0.get(&path)?.kind {
                Kind::File(content) => return Some(content.clone()),
                Kind::Folder => return None,
                Kind::Link(target) => {
                    let base = if target.starts_with('/') {
                        ""
                    } else {
                        path.rsplit_once('/').map_or("", |(dir, _)| dir)
                    };
                    path = climb(&format!("{base}/{target}"));
                }
            }
        }
        None
    }

    /// What stands at a path; the root is always there.
    pub fn stat(&self, path: &str) -> Option<PathStat> {
        let Some(node) = self.0.get(path) else {
            return path.is_empty().then_some(PathStat {
                kind: PathKind::Folder,
                size: 0,
                mode: 0o755,
            });
        };
        let (kind, size) = match &node.kind {
            Kind::Folder => (PathKind::Folder, 0),
            Kind::File(content) => (PathKind::File, content.len() as u64),
            Kind::Link(target) => (PathKind::Link(target.clone()), 0),
        };
        Some(PathStat {
            kind,
            size,
            mode: node.mode,
        })
    }

    pub fn files_below(&self, dir: &str) -> BTreeMap<String, Vec<u8>> {
        let prefix = if dir.is_empty() {
            String::new()
        } else {
            format!("{dir}/")
        };
        self.0
            .iter()
            .filter_map(|(path, node)| match &node.kind {
                Kind::File(content) => Some((
                    path.strip_prefix(&prefix)?.to_owned(),
                    content.as_ref().clone(),
                )),
                _ => None,
            })
            .collect()
    }

    /// Unpacks entries below `dir`, making folders on the way; what is there already stays or is replaced.
    pub fn unpack(&mut self, dir: &str, entries: Vec<Entry>) {
        for entry in entries {
            let path = if dir.is_empty() {
                entry.path
            } else {
                format!("{dir}/{}", entry.path)
            };
            for (end, _) in path.match_indices('/') {
                self.0.entry(path[..end].to_owned()).or_insert(Node {
                    kind: Kind::Folder,
                    mode: 0o755,
                    owner: Owner::ROOT,
                });
            }
            // Anything but a folder takes the place of a folder with all in it, as engines unpack.
            if entry.kind != EntryKind::Folder && self.is_folder(&path) {
                self.remove(&path);
            }
            let kind = match entry.kind {
                EntryKind::Folder => Kind::Folder,
                EntryKind::File(content) => Kind::File(Arc::new(content)),
                EntryKind::Link(target) => Kind::Link(target),
            };
            self.0.insert(
                path,
                Node {
                    kind,
                    mode: entry.mode,
                    owner: entry.owner,
                },
            );
        }
    }

    /// Removes a file or folder with all in it.
    pub fn remove(&mut self, path: &str) {
        let below = format!("{path}/");
        self.0
            .retain(|name, _| name != path && !name.starts_with(&below));
    }

    /// Moves a file or folder; a file at the target is replaced, a folder that holds something is not.
    pub fn rename(&mut self, from: &str, to: &str) -> Result<(), &'static str> {
        let Some(node) = self.0.get(from).cloned() else {
            return Err("No such file or directory");
        };
        let parent = to.rsplit_once('/').map_or("", |(parent, _)| parent);
        if !self.is_folder(parent) {
            return Err("No such file or directory");
        }
        let into = format!("{to}/");
        match (&node.kind, self.0.get(to).map(|node| &node.kind)) {
            (_, Some(Kind::Folder)) if self.0.keys().any(|name| name.starts_with(&into)) => {
                return Err("Directory not empty");
            }
            (Kind::Folder, Some(Kind::File(_) | Kind::Link(_))) => return Err("Not a directory"),
            (Kind::File(_) | Kind::Link(_), Some(Kind::Folder)) => return Err("Is a directory"),
            _ => {}
        }
        let below = format!("{from}/");
        let moved: Vec<(String, Node)> = self
            .0
            .iter()
            .filter_map(|(name, node)| {
                let rest = name.strip_prefix(&below)?;
                Some((format!("{to}/{rest}"), node.clone()))
            })
            .collect();
        self.remove(from);
        self.remove(to);
        self.0.insert(to.to_owned(), node);
        self.0.extend(moved);
        Ok(())
    }

    /// What an engine answers for a path: a tar whose first part is `base`, the last part of what was asked for. A
    /// mount's own root is named by where it is mounted.
    pub fn pack(&self, path: &str, base: &str) -> Result<Vec<u8>, EngineError> {
        let missing = || EngineError::NotFound {
            what: Missing::Path,
            name: format!("/{path}"),
            source: None,
        };
        if !self.is_folder(path) && !self.0.contains_key(path) {
            return Err(missing());
        }
        let mut archive = Archive::new();
        if self.is_folder(path) && !base.is_empty() {
            let (mode, owner) = self
                .0
                .get(path)
                .map_or((0o755, Owner::ROOT), |node| (node.mode, node.owner));
            archive.folder(base, mode, owner)?;
        }
        for (name, node) in &self.0 {
            let inside = if name == path {
                base.to_owned()
            } else if path.is_empty() {
                if base.is_empty() {
                    name.clone()
                } else {
                    format!("{base}/{name}")
                }
            } else {
                match name
                    .strip_prefix(path)
                    .and_then(|rest| rest.strip_prefix('/'))
                {
                    Some(rest) => format!("{base}/{rest}"),
                    None => continue,
                }
            };
            match &node.kind {
                Kind::Folder => archive.folder(&inside, node.mode, node.owner)?,
                Kind::File(content) => archive.file(&inside, content, node.mode, node.owner)?,
                Kind::Link(target) => archive.link(&inside, target, node.owner)?,
            }
        }
        archive.finish()
    }
}

fn climb(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}
