//! Role folders that an org names and that were not there at its import. Such a role has no folder that could be
//! watched; its org's folder is, and there the missing one is seen to come. From then on it is the role's own, as the
//! next import would have it.

use crate::ReloadError;
use std::path::{Path, PathBuf};
use store::{Store, WorkspaceRow, rows, rows::orgs::OrgRow};

/// A folder that a role waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Awaited {
    pub workspace_id: String,
    /// Absolute, below the org's folder.
    pub folder: PathBuf,
}

/// The folder this workspace waits for: its org names one, and its files come from elsewhere or from nowhere.
pub(crate) fn awaited(row: &WorkspaceRow, org: &OrgRow) -> Option<Awaited> {
    let dir = row.files_dir.as_deref().filter(|dir| !dir.is_empty())?;
    let has_own = row
        .template_dir
        .as_ref()
        .is_some_and(|dir| Path::new(dir).starts_with(&org.path));
    if row.is_external() || has_own || row.base_dir.is_some() {
        return None;
    }
    Some(Awaited {
        workspace_id: row.id.clone(),
        folder: Path::new(&org.path).join(dir),
    })
}

/// Whether it is there, and inside the org's folder: a link that leads out of it waits for an import, which a person
/// confirms. Blocks on the disk.
pub(crate) fn came(org: &Path, folder: &Path) -> bool {
    let (Ok(org), Ok(real)) = (org.canonicalize(), folder.canonicalize()) else {
        return false;
    };
    real.is_dir() && real.starts_with(org)
}

/// Makes the folder the workspace's own. What it had so far stays below it: a new folder takes nothing away.
///
/// # Errors
/// When the database cannot be written.
pub(crate) async fn take(store: &Store, org: OrgRow, awaits: Awaited) -> Result<(), ReloadError> {
    let name = awaits.folder.display().to_string();
    let id = awaits.workspace_id.clone();
    store
        .write(move |write| {
            Box::pin(async move {
                // An import may have come first.
                let row = rows::workspaces::get(write.conn(), &id).await?;
                let Some(row) = row.filter(|row| awaited(row, &org).as_ref() == Some(&awaits))
                else {
                    return Ok(());
                };
                let now = write.stamp();
                let below = row.template_dir.filter(|dir| Path::new(dir).is_dir());
                for (column, dir) in [
                    (rows::workspaces::Column::TemplateDir, Some(name)),
                    (rows::workspaces::Column::BaseDir, below),
                ] {
                    rows::workspaces::set_column(write.conn(), &id, column, dir, &now).await?;
                }
                Ok(())
            })
        })
        .await
}
