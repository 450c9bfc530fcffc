//! Files into a running agent without a restart (contract 04 section 18).

use crate::{
    error::ReconcileError,
    files::{self, FileError},
    shared::Shared,
    start::{SourceFile, digest},
};
use containers::archive::{Archive, Owner};
use std::{collections::BTreeMap, sync::Arc};
use store::{StoreError, rows};

/// One file to bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveredFile {
    /// Path relative to `/configs`, forward slashes.
    pub path: String,
    /// New bytes; `None` removes the file.
    pub content: Option<Vec<u8>>,
}

/// What a delivery did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Files that were written.
    pub put: Vec<String>,
    /// Files that were removed.
    pub removed: Vec<String>,
}

fn check(path: &str) -> Result<(), ReconcileError> {
    let refuse = |why| {
        Err(ReconcileError::Path {
            path: path.to_owned(),
            why,
        })
    };
    if path.is_empty() || path.starts_with('/') || path.contains(['\\', '\0']) {
        return refuse("it has to be relative to /configs");
    }
    if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return refuse("it would leave /configs");
    }
    if matches!(path, ".auth_token" | ".agent_snapshot.json") {
        return refuse("only the platform and the agent write it");
    }
    Ok(())
}

/// Writes and removes files below `/configs` of a running container, owner 1000, and notes what was delivered.
pub(crate) async fn deliver(
    shared: &Arc<Shared>,
    id: &str,
    files: Vec<DeliveredFile>,
) -> Result<Delivered, ReconcileError> {
    for file in &files {
        check(&file.path)?;
    }
    let seen = shared
        .entry(id, |entry| entry.seen.clone())
        .filter(|seen| seen.runs());
    let seen = seen.ok_or(ReconcileError::NotRunning)?;
    let link = shared.link().ok_or_else(|| ReconcileError::NoEngine {
        detail: shared.status.borrow().detail.clone(),
    })?;
    let mut delivered = Delivered::default();
    let (mut put, mut gone) = (BTreeMap::new(), Vec::new());
    for file in files {
        match file.content {
            Some(content) => {
                put.insert(
                    file.path,
                    SourceFile {
                        content,
                        mode: 0o644,
                    },
                );
            }
            None => gone.push(file.path),
        }
    }
    delivered.put = put.keys().cloned().collect();
    if !gone.is_empty() {
        let row = rows::workspaces::get(shared.deps.store.read(), id).await?;
        let row = row.ok_or(ReconcileError::NotFound)?;
        let paths = gone.iter().map(|path| format!("/configs/{path}")).collect();
        match files::take_away(shared, &link, &row, paths).await {
            Ok(()) => delivered.removed.clone_from(&gone),
            Err(FileError::Engine(error)) => return Err(error.into()),
            Err(FileError::Store(error)) => return Err(error.into()),
            Err(error) => {
                return Err(ReconcileError::NotRemoved {
                    why: error.to_string(),
                });
            }
        }
    }
    if !put.is_empty() {
        let mut archive = Archive::new();
        for (path, file) in &put {
            archive.file(path, &file.content, file.mode, Owner::AGENT)?;
        }
        link.engine
            .put(&seen.id, "/configs", archive.finish()?)
            .await?;
    }
    let digests: BTreeMap<String, String> = delivered
        .put
        .iter()
        .filter_map(|path| {
            put.get(path)
                .map(|file| (path.clone(), digest(&file.content)))
        })
        .collect();
    let id = id.to_owned();
    shared
        .deps
        .store
        .write(move |write| {
            Box::pin(async move {
                rows::files::set_delivered(write.conn(), &id, &digests).await?;
                for path in gone {
                    rows::files::unset_delivered(write.conn(), &id, &path).await?;
                }
                Ok::<_, StoreError>(())
            })
        })
        .await?;
    Ok(delivered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_below_configs() {
        for bad in [
            "",
            "/etc/passwd",
            "../x",
            "a/../../b",
            "a//b",
            "./a",
            ".auth_token",
            "a\\b",
        ] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
        for good in ["config.yaml", "skills/a/SKILL.md", ".claude/settings.json"] {
            assert!(check(good).is_ok(), "{good:?}");
        }
    }
}
