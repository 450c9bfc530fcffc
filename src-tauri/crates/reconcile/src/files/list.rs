//! What a folder holds.

use super::{
    FileError, Root, guard,
    place::{self, Need},
    resolve::{Last, Resolved, absolute},
};
use crate::shared::Shared;
use containers::{EngineError, Listed, PathKind, Survey};
use std::{collections::HashMap, sync::Arc};
use store::WorkspaceRow;

/// Deepest listing.
const DEEPEST: usize = 5;
/// What tools keep for themselves and nobody lists (contract 03 section 6).
const LEFT_OUT: [&str; 4] = [".git", "__pycache__", "node_modules", ".DS_Store"];
/// Entries of one answer.
const ENTRIES: usize = 20_000;
/// Bytes that the engine may send for one listing; they are read past.
const BYTES: u64 = 4 << 30;

/// A line of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// Relative to the listed folder.
    pub path: String,
    /// Bytes; 0 for folders and links.
    pub size: u64,
    /// A folder, or a link to one that is listed as well.
    pub dir: bool,
}

pub(super) async fn list(
    shared: &Arc<Shared>,
    id: &str,
    root: Root,
    path: &str,
    depth: usize,
) -> Result<Vec<FileEntry>, FileError> {
    if !(1..=DEEPEST).contains(&depth) {
        return Err(FileError::Depth);
    }
    let parts = if matches!(path, "" | "." | "/") {
        Vec::new()
    } else {
        guard::relative(path)?
    };
    let row = place::row(shared, id).await?;
    visible(shared, &row, root, parts, depth).await
}

/// What clients see of a folder, as deep as asked for.
pub(super) async fn visible(
    shared: &Arc<Shared>,
    row: &WorkspaceRow,
    root: Root,
    parts: Vec<String>,
    depth: usize,
) -> Result<Vec<FileEntry>, FileError> {
    let listed = place::at(shared, row, root, Need::Look, |place| {
        let parts = parts.clone();
        Box::pin(async move {
            match place.resolve(root, &parts, Last::Follow).await? {
                Resolved::There { parts, stat } if stat.kind == PathKind::Folder => {
                    let survey = Survey {
                        depth,
                        leave_out: LEFT_OUT.map(str::to_owned).into(),
                        entries: ENTRIES,
                        bytes: BYTES,
                    };
                    let path = absolute(root, &parts);
                    Ok(place
                        .engine()
                        .survey(&place.container, &path, &survey)
                        .await?)
                }
                Resolved::There { parts, .. } => Err(FileError::NotFolder {
                    path: parts.join("/"),
                }),
                Resolved::Missing { .. } | Resolved::NoRoot => Ok(Vec::new()),
            }
        })
    })
    .await;
    match listed {
        Ok(listed) => Ok(entries(listed.unwrap_or_default())),
        // It went between the look and the list.
        Err(FileError::Engine(EngineError::NotFound { .. })) => Ok(Vec::new()),
        Err(FileError::Engine(EngineError::TooLarge { limit, .. })) => Err(FileError::TooLarge {
            path: absolute(root, &parts),
            limit,
        }),
        Err(error) => Err(error),
    }
}

fn entries(listed: Vec<Listed>) -> Vec<FileEntry> {
    let hidden = |path: &str| path.split('/').any(org_template::is_secret_file);
    let folders: HashMap<String, bool> = listed
        .iter()
        .map(|one| (one.path.clone(), one.kind == PathKind::Folder))
        .collect();
    let mut entries: Vec<FileEntry> = listed
        .into_iter()
        .filter(|one| !hidden(&one.path))
        .map(|one| FileEntry {
            dir: match &one.kind {
                PathKind::Folder => true,
                PathKind::Link(target) => folders
                    .get(target.trim_end_matches('/'))
                    .copied()
                    .unwrap_or(false),
                _ => false,
            },
            size: one.size,
            path: one.path,
        })
        .collect();
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    entries
}
