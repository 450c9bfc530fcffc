//! Which folders matter, and to whom.

use crate::{
    ReloadError,
    awaited::{self, Awaited, awaited},
};
use async_trait::async_trait;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use store::{Store, rows, rows::orgs::OrgRow};

/// A folder to watch, with everything below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watched {
    /// The folder. It may be a link, and it may be missing for a while.
    pub path: PathBuf,
    /// The org that is described in it.
    pub org_id: Option<String>,
    /// Files of the org that its import reads beside YAML (prompt files), relative to the folder.
    pub reads: Vec<String>,
    /// Folders below it that roles of the org name and that are not there yet; once one is, the list is asked for again.
    pub awaits: Vec<PathBuf>,
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

    /// Whether a folder that it waits for is there now. Blocks on the disk.
    pub(crate) fn came(&self) -> bool {
        self.awaits
            .iter()
            .any(|folder| awaited::came(&self.path, folder))
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

    /// Gives roles the folders that came since their import, and says which are still awaited, by org.
    async fn awaited(
        &self,
        orgs: &[OrgRow],
    ) -> Result<BTreeMap<String, Vec<PathBuf>>, ReloadError> {
        let mut left: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
        for org in orgs {
            let rows = rows::workspaces::of_org(self.store.read(), &org.id).await?;
            let awaits: Vec<Awaited> = rows.iter().filter_map(|row| awaited(row, org)).collect();
            if awaits.is_empty() {
                continue;
            }
            let path = org.path.clone();
            let (came, missing): (Vec<Awaited>, Vec<Awaited>) =
                tokio::task::spawn_blocking(move || {
                    awaits
                        .into_iter()
                        .partition(|one| awaited::came(Path::new(&path), &one.folder))
                })
                .await
                .map_err(|_| ReloadError::Stopped)?;
            for one in came {
                awaited::take(&self.store, org.clone(), one).await?;
            }
            let folders = missing.into_iter().map(|one| one.folder).collect();
            left.insert(org.id.clone(), folders);
        }
        Ok(left)
    }
}

#[async_trait]
impl Sources for StoredSources {
    async fn watched(&self) -> Result<Vec<Watched>, ReloadError> {
        let mut orgs = rows::orgs::list(self.store.read()).await?;
        orgs.retain(|org| org.imported_at.is_some());
        let mut awaits = self.awaited(&orgs).await?;
        let mut out: Vec<Watched> = orgs
            .into_iter()
            .map(|org| Watched {
                path: org.path.into(),
                awaits: awaits.remove(&org.id).unwrap_or_default(),
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
