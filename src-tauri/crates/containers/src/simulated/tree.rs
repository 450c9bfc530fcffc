//! Files of a container or volume, by path without a leading slash.

use crate::{
    EngineError, Missing,
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

    /// What an engine answers for a path: a tar whose first part is the path's last part.
    pub fn pack(&self, path: &str) -> Result<Vec<u8>, EngineError> {
        let missing = || EngineError::NotFound {
            what: Missing::Path,
            name: format!("/{path}"),
            source: None,
        };
        let base = path.rsplit_once('/').map_or(path, |(_, last)| last);
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
                name.clone()
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
