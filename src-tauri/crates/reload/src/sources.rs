//! Which folders matter, and to whom.

use crate::ReloadError;
use async_trait::async_trait;
use std::{collections::BTreeMap, path::PathBuf};
use store::{Store, rows};

/// A folder to watch, with everything below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watched {
    /// The folder. It may be a link, and it may be missing for a while.
    pub path: PathBuf,
    /// The org that is described in it.
    pub org_id: Option<String>,
    /// Files of the org that its import reads beside YAML (prompt files), relative to the folder.
    pub reads: Vec<String>,
    /// Workspaces whose `/configs` is filled from it; a folder may serve several.
    pub workspace_ids: Vec<String>,
}

/// Says what to watch.
#[async_trait]
pub trait Sources: Send + Sync {
    /// All folders, in any order; the same folder may be named more than once.
    ///
    /// # Errors
    /// When the list cannot be had; what is watched stays watched.
    async fn watched(&self) -> Result<Vec<Watched>, ReloadError>;
}

/// The folders that the database knows: imported orgs, and `template_dir` of every workspace.
#[derive(Debug, Clone)]
pub struct StoredSources {
    store: Store,
}

impl StoredSources {
    /// Reads from this database.
    pub fn new(store: Store) -> Self {
        Self { store }
    }
}

#[async_trait]
impl Sources for StoredSources {
    async fn watched(&self) -> Result<Vec<Watched>, ReloadError> {
        let mut out: Vec<Watched> = rows::orgs::list(self.store.read())
            .await?
            .into_iter()
            .filter(|org| org.imported_at.is_some())
            .map(|org| Watched {
                path: org.path.into(),
                org_id: Some(org.id),
                ..Watched::default()
            })
            .collect();
        let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in rows::workspaces::list(self.store.read()).await? {
            if let Some(dir) = row.template_dir.clone().filter(|_| !row.is_external()) {
                folders.entry(dir).or_default().push(row.id);
            }
        }
        out.extend(folders.into_iter().map(|(path, workspace_ids)| Watched {
            path: path.into(),
            workspace_ids,
            ..Watched::default()
        }));
        Ok(out)
    }
}
