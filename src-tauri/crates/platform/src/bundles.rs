//! Bundles of workspaces: what rows say and what their volumes hold (contract 03 section 4).

use crate::Platform;
use futures::{FutureExt, future::BoxFuture};
use orgs::{BundleParts, BundleSource};
use reconcile::ReconcileError;
use std::collections::HashMap;
use store::{StoreError, WorkspaceRow, rows};
use wire::{Bundle, Status};

/// A bundle could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BundleExportError {
    /// There is no such workspace.
    #[error("bundle not found")]
    NotFound,
    /// The files of one of the workspaces cannot be read now; a bundle without them would pass for a whole one.
    #[error("the files of \"{name}\" cannot be read now: {reason}")]
    Unreadable {
        /// Whose.
        name: String,
        /// Why, and what to do.
        reason: String,
    },
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Platform {
    /// The bundle of a workspace and of everything below it, whole or not at all, without a secret in it.
    ///
    /// # Errors
    /// See [`BundleExportError`].
    pub async fn export_bundle(&self, id: &str) -> Result<Bundle, BundleExportError> {
        let mut below: HashMap<String, Vec<WorkspaceRow>> = HashMap::new();
        let mut root = None;
        for row in rows::workspaces::list(self.store().read()).await? {
            if row.status == Status::Removed {
                continue;
            }
            if row.id == id {
                root = Some(row);
            } else if let Some(parent) = row.parent_id.clone() {
                below.entry(parent).or_default().push(row);
            }
        }
        let root = root.ok_or(BundleExportError::NotFound)?;
        self.bundle_of(&root, None, &below).await
    }

    fn bundle_of<'a>(
        &'a self,
        row: &'a WorkspaceRow,
        origin: Option<(f64, f64)>,
        below: &'a HashMap<String, Vec<WorkspaceRow>>,
    ) -> BoxFuture<'a, Result<Bundle, BundleExportError>> {
        async move {
            let read = self.reconciler().held_files(&row.id).await;
            let files = read.map_err(|error| match error {
                ReconcileError::Store(error) => error.into(),
                ReconcileError::NotFound => BundleExportError::NotFound,
                error => {
                    tracing::warn!(workspace = row.id, %error, "a bundle could not be made");
                    BundleExportError::Unreadable {
                        name: row.name.clone(),
                        reason: reason(&error),
                    }
                }
            })?;
            let mut children = Vec::new();
            for child in below.get(&row.id).into_iter().flatten() {
                let origin = Some((row.x, row.y));
                children.push(self.bundle_of(child, origin, below).await?);
            }
            let files = files
                .into_iter()
                .map(|(path, file)| {
                    let source = BundleSource {
                        content: file.content,
                        executable: file.mode & 0o111 != 0,
                    };
                    (path, source)
                })
                .collect();
            let parts = BundleParts {
                files,
                schedules: rows::schedules::of_workspace(self.store().read(), &row.id).await?,
                plugins: rows::plugins::of_workspace(self.store().read(), &row.id).await?,
            };
            let known = self.known_secrets();
            Ok(orgs::export_bundle(row, parts, children, origin, known))
        }
        .boxed()
    }
}

/// For people; what the engine says may name paths of this computer (contract 01 section 3.16).
fn reason(error: &ReconcileError) -> String {
    match error {
        ReconcileError::NoEngine { .. } => {
            "the container engine that keeps them is not there. Start it, then try again."
                .to_owned()
        }
        ReconcileError::Engine(containers::EngineError::TooLarge { .. }) => {
            "they are larger than a bundle may be.".to_owned()
        }
        _ => {
            "the container engine did not give them. Try again; the log has the details.".to_owned()
        }
    }
}
