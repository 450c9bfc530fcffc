//! Folders that a person registered, and taking an org away again.

use crate::{
    Orgs, OrgsError, sample,
    source::{plain, refused},
};
use org_template::{Limits, load};
use std::path::{Path, PathBuf};
use store::{
    WorkspaceRow, Write,
    rows::{
        orgs::{self, OrgRow},
        workspaces as workspace_rows,
    },
};
use wire::{OrgFolder, Status};

/// What taking an org away did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedOrg {
    /// Id the org had.
    pub org_id: String,
    /// Ids of the workspaces that were removed with it, descendants before their parents.
    pub workspaces: Vec<String>,
}

impl Orgs {
    /// Registers a folder anywhere on this computer: absolute, links resolved, with an `org.yaml` in it. Registering
    /// it again answers the same `dir`. A broken template is registered too; its plan says what is wrong with it.
    ///
    /// # Errors
    /// [`OrgsError::NoSuchFolder`], [`OrgsError::Folder`].
    pub async fn register_folder(&self, path: &Path) -> Result<OrgFolder, OrgsError> {
        let found = usable(path)?;
        let text = plain(&found);
        let taken_names = [sample::SAMPLE_DIR, sample::SAMPLE_WITH_MODEL_DIR];
        let orgs_root = self.roots.orgs.canonicalize().ok();
        let wanted = word(&found);
        let below_root = |dir: &str| {
            let other = orgs_root.as_ref().map(|root| root.join(dir));
            other.is_some_and(|other| {
                other.exists() && other.canonicalize().ok().as_deref() != Some(found.as_path())
            })
        };
        let samples = self.roots.samples().canonicalize().ok();
        let is_sample = samples.is_some_and(|samples| found.starts_with(samples));
        let blocked: Vec<String> = (1..)
            .map(|n| numbered(&wanted, n))
            .take(1000)
            .filter(|dir| below_root(dir) || (!is_sample && taken_names.contains(&dir.as_str())))
            .collect();
        let load_from = found.clone();
        let name = tokio::task::spawn_blocking(move || load(&load_from, &Limits::default()))
            .await
            .ok()
            .and_then(Result::ok)
            .map(|org| org.name.value)
            .filter(|name| !name.trim().is_empty())
            .unwrap_or_else(|| wanted.clone());
        let row: Result<OrgRow, OrgsError> = self
            .store
            .write(move |write| {
                Box::pin(async move {
                    if let Some(row) = orgs::by_path(write.conn(), &text).await? {
                        return Ok(row);
                    }
                    let dir = free_name(write, &wanted, &blocked).await?;
                    let (id, now) = (store::new_id(), write.stamp());
                    orgs::add(write.conn(), &id, &dir, &text, &name, &now).await?;
                    orgs::get(write.conn(), &id)
                        .await?
                        .ok_or(OrgsError::Internal)
                })
            })
            .await;
        let row = row?;
        let rows = workspace_rows::of_org(self.store.read(), &row.id).await?;
        Ok(view(row, rows.len()))
    }

    /// Every folder that is registered, by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn folders(&self) -> Result<Vec<OrgFolder>, OrgsError> {
        let rows = workspace_rows::list(self.store.read()).await?;
        let count = |id: &str| {
            rows.iter()
                .filter(|row| row.org_id.as_deref() == Some(id))
                .count()
        };
        let list = orgs::list(self.store.read()).await?;
        Ok(list
            .into_iter()
            .map(|row| {
                let workspaces = count(&row.id);
                view(row, workspaces)
            })
            .collect())
    }

    /// Takes an org away: its workspaces (and what was made below them) are removed as `DELETE /workspaces/:id` does,
    /// with `purge` for good, and the folder is forgotten. Nothing on disk is touched.
    ///
    /// # Errors
    /// [`OrgsError::UnknownOrg`].
    pub async fn remove_org(&self, dir: &str, purge: bool) -> Result<RemovedOrg, OrgsError> {
        let dir = dir.to_owned();
        self.store
            .write(move |write| Box::pin(async move { remove(write, dir, purge).await }))
            .await
    }
}

async fn remove(write: &mut Write, dir: String, purge: bool) -> Result<RemovedOrg, OrgsError> {
    let Some(org) = orgs::by_dir(write.conn(), &dir).await? else {
        return Err(OrgsError::UnknownOrg { dir });
    };
    let all = workspace_rows::list_all(write.conn()).await?;
    let ours = |row: &&WorkspaceRow| {
        row.org_id.as_deref() == Some(&org.id) && (purge || row.status != Status::Removed)
    };
    let mut removed: Vec<String> = Vec::new();
    for row in all.iter().filter(ours) {
        // It may have gone with its parent already.
        let now = workspace_rows::get(write.conn(), &row.id).await?;
        if now.is_none_or(|now| !purge && now.status == Status::Removed) {
            continue;
        }
        removed.extend(
            workspaces::remove_in(write, &row.id, true, purge)
                .await?
                .removed,
        );
    }
    orgs::remove(write.conn(), &org.id).await?;
    Ok(RemovedOrg {
        org_id: org.id,
        workspaces: removed,
    })
}

fn view(row: OrgRow, workspaces: usize) -> OrgFolder {
    OrgFolder {
        dir: row.dir,
        name: row.name,
        path: row.path,
        org_id: row.id,
        workspaces,
    }
}

/// What is wrong with a folder, as far as it can be said without a platform: other repositories stay unread, settings
/// are not looked at.
///
/// # Errors
/// [`OrgsError::NoSuchFolder`], [`OrgsError::Folder`], and what a plan says of a broken template.
pub fn check_folder(path: &Path) -> Result<(), OrgsError> {
    let found = usable(path)?;
    load(&found, &Limits::default())
        .map(|_| ())
        .map_err(|errors| refused(errors, &word(&found)))
}

fn usable(path: &Path) -> Result<PathBuf, OrgsError> {
    let shown = path.display().to_string();
    let refused = |reason: &str| OrgsError::Folder {
        path: shown.clone(),
        reason: reason.to_owned(),
    };
    if shown.trim().is_empty() {
        return Err(refused(
            "give the absolute path of a folder that holds org.yaml",
        ));
    }
    if !path.is_absolute() {
        return Err(refused("give the absolute path, from the root of the disk"));
    }
    let found = match path.canonicalize() {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(OrgsError::NoSuchFolder { path: shown });
        }
        Err(error) => return Err(refused(&format!("the folder cannot be read: {error}"))),
    };
    if found.to_str().is_none() {
        return Err(refused("the path is not plain text; rename the folder"));
    }
    if !found.is_dir() {
        return Err(refused(
            "this is a file; choose the folder that holds org.yaml",
        ));
    }
    if let Err(error) = std::fs::read_dir(&found) {
        return Err(refused(&format!("the folder cannot be read: {error}")));
    }
    if !["org.yaml", "org.yml"]
        .iter()
        .any(|file| found.join(file).exists())
    {
        return Err(refused(
            "there is no org.yaml in it; choose the folder that holds org.yaml",
        ));
    }
    Ok(found)
}

/// The folder's own name as a `dir`.
fn word(path: &Path) -> String {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, '/' | '\\' | ':') {
                '-'
            } else {
                c
            }
        })
        .collect();
    let plain = plain.trim().to_owned();
    if plain.is_empty() {
        "org".to_owned()
    } else {
        plain
    }
}

fn numbered(word: &str, n: usize) -> String {
    if n == 1 {
        word.to_owned()
    } else {
        format!("{word}-{n}")
    }
}

async fn free_name(
    write: &mut Write,
    wanted: &str,
    blocked: &[String],
) -> Result<String, OrgsError> {
    for n in 1..=1000 {
        let dir = numbered(wanted, n);
        if !blocked.contains(&dir) && orgs::by_dir(write.conn(), &dir).await?.is_none() {
            return Ok(dir);
        }
    }
    Ok(format!("{wanted}-{}", store::new_id()))
}
