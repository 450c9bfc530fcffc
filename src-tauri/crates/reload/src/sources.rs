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
    /// Workspaces that get its files too, below those of a folder of their own (contract 03 no. 28).
    pub below_ids: Vec<String>,
}

impl Watched {
    /// Everybody who gets files from it.
    pub(crate) fn everybody(&self) -> impl Iterator<Item = &String> {
        self.workspace_ids.iter().chain(&self.below_ids)
    }
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

/// The folders that the database knows: imported orgs, and `template_dir` and `base_dir` of every workspace.
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
        let mut folders: BTreeMap<String, (Vec<String>, Vec<String>)> = BTreeMap::new();
        for row in rows::workspaces::list(self.store.read()).await? {
            if row.is_external() {
                continue;
            }
            if let Some(dir) = row.base_dir.clone() {
                folders.entry(dir).or_default().1.push(row.id.clone());
            }
            if let Some(dir) = row.template_dir.clone() {
                folders.entry(dir).or_default().0.push(row.id);
            }
        }
        out.extend(
            folders
                .into_iter()
                .map(|(path, (workspace_ids, below_ids))| Watched {
                    path: path.into(),
                    workspace_ids,
                    below_ids,
                    ..Watched::default()
                }),
        );
        Ok(out)
    }
}
