//! Which file on disk belongs to which workspaces: what hot reload asks (design, walk "File save").

use crate::{Orgs, OrgsError};
use std::path::{Path, PathBuf};
use store::rows::{orgs, workspaces};

/// What a file is to its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owned {
    /// In a role's folder; it reaches `/configs` of that workspace at the same relative path.
    RoleFile,
    /// An `.env` file: its values are secrets, it is never copied.
    Env,
    /// A file of an org folder: structure, includes, prompts. A role's own files are this too, because `org.yaml` may
    /// refer to them.
    OrgFile,
}

/// One owner of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ownership {
    /// The workspace; `None` for files of the org itself.
    pub workspace_id: Option<String>,
    /// The org the file lies in, when it lies in one.
    pub org_id: Option<String>,
    /// Path below the role's folder (below the org's for [`Owned::OrgFile`]), with forward slashes.
    pub relative_path: String,
    /// What the file is to it.
    pub kind: Owned,
}

impl Orgs {
    /// Every owner of a file, workspaces first. The path is absolute; folders are compared as they are written and with
    /// links resolved, because a role's folder may be a link to elsewhere. The file need not exist (any more).
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn owners(&self, path: &Path) -> Result<Vec<Ownership>, OrgsError> {
        let mut owners = Vec::new();
        for row in workspaces::list(self.store.read()).await? {
            let folders = [&row.template_dir, &row.base_dir];
            let found = folders
                .into_iter()
                .flatten()
                .find_map(|dir| below(Path::new(dir), path));
            if let Some(relative_path) = found {
                owners.push(Ownership {
                    kind: kind(&relative_path, Owned::RoleFile),
                    workspace_id: Some(row.id),
                    org_id: row.org_id,
                    relative_path,
                });
            }
        }
        for row in orgs::list(self.store.read()).await? {
            if let Some(relative_path) = below(Path::new(&row.path), path) {
                owners.push(Ownership {
                    kind: kind(&relative_path, Owned::OrgFile),
                    workspace_id: None,
                    org_id: Some(row.id),
                    relative_path,
                });
            }
        }
        Ok(owners)
    }

    /// Folders to watch: every org folder with live workspaces, and every role's folder that lies outside them (a
    /// template, or the target of a link). Absolute, links resolved, none inside another.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn watched_folders(&self) -> Result<Vec<PathBuf>, OrgsError> {
        let rows = workspaces::list(self.store.read()).await?;
        let orgs = orgs::list(self.store.read()).await?;
        let live = |id: &str| rows.iter().any(|row| row.org_id.as_deref() == Some(id));
        let mut all: Vec<PathBuf> = orgs
            .iter()
            .filter(|org| live(&org.id))
            .map(|org| PathBuf::from(&org.path))
            .chain(
                rows.iter()
                    .flat_map(|row| [&row.template_dir, &row.base_dir])
                    .flatten()
                    .map(PathBuf::from),
            )
            .filter_map(|path| path.canonicalize().ok())
            .collect();
        all.sort();
        all.dedup();
        let mut folders: Vec<PathBuf> = Vec::with_capacity(all.len());
        for path in all {
            if !folders.iter().any(|outer| path.starts_with(outer)) {
                folders.push(path);
            }
        }
        Ok(folders)
    }
}

fn below(folder: &Path, path: &Path) -> Option<String> {
    let inner = match path.strip_prefix(folder) {
        Ok(inner) => inner.to_owned(),
        Err(_) => path
            .strip_prefix(folder.canonicalize().ok()?)
            .ok()?
            .to_owned(),
    };
    let parts: Vec<_> = inner
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    Some(parts.join("/")).filter(|inner| !inner.is_empty())
}

fn kind(relative: &str, otherwise: Owned) -> Owned {
    let file = relative.rsplit('/').next().unwrap_or_default();
    if file == ".env" {
        Owned::Env
    } else {
        otherwise
    }
}
