//! What `/configs` of a workspace holds now, running or not, byte for byte (contract 03 no. 56).

use crate::{
    error::ReconcileError,
    shared::{Link, Shared},
    start::{self, SourceError, SourceFile},
};
use containers::{ContainerSpec, Mount, TierOverrides, archive, archive::EntryKind, limits, names};
use std::{collections::BTreeMap, sync::Arc};
use store::{WorkspaceRow, rows::workspaces};

const ROOT: &str = "/configs";
/// Most that is read of one workspace.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Files by path inside `/configs`. Links are left out: what they lead to is in the archive itself, or outside.
pub(crate) async fn held_files(
    shared: &Arc<Shared>,
    id: &str,
) -> Result<BTreeMap<String, SourceFile>, ReconcileError> {
    let row = workspaces::get(shared.deps.store.read(), id)
        .await?
        .ok_or(ReconcileError::NotFound)?;
    let began = row.running_generation.is_some()
        || row.container_id.is_some()
        || row.provisioning_started_at.is_some();
    let Some(link) = shared.link() else {
        if row.has_container() && began {
            // Its volume may hold what nobody here knows; another tree must not pass for it.
            return Err(ReconcileError::NoEngine {
                detail: shared.status.borrow().detail.clone(),
            });
        }
        return made(shared, &row).await;
    };
    if let Some(seen) = shared.entry(id, |entry| entry.seen.clone()) {
        return of_archive(&link.engine.get(&seen.id, ROOT, LARGEST).await?);
    }
    let volume = names::config_volume(id);
    let there = link.engine.volumes().await?;
    if !there.iter().any(|known| known.name == volume) {
        return made(shared, &row).await;
    }
    let helper = helper(shared, &link, &row, volume).await?;
    let read = link.engine.get(&helper, ROOT, LARGEST).await;
    if let Err(error) = link.engine.remove(&helper).await {
        tracing::warn!(container = helper, %error, "a helper container could not be removed");
    }
    of_archive(&read?)
}

/// It never ran: what its first start would put there.
async fn made(
    shared: &Shared,
    row: &WorkspaceRow,
) -> Result<BTreeMap<String, SourceFile>, ReconcileError> {
    match start::sources(&shared.deps.store, row).await {
        Ok(sources) => Ok(sources.files),
        Err(SourceError::Store(error)) => Err(error.into()),
        Err(SourceError::Folder(error)) => Err(error.into()),
    }
}

/// A container around the volume that is never started.
async fn helper(
    shared: &Arc<Shared>,
    link: &Link,
    row: &WorkspaceRow,
    volume: String,
) -> Result<String, ReconcileError> {
    let known = shared.state().images.get(&row.runtime).cloned();
    let image = match known {
        Some(image) => image,
        None => start::stand_in(shared, &link.engine)
            .await
            .map_err(|failure| match failure {
                Ok(failure) => ReconcileError::NoEngine {
                    detail: failure.reason.text,
                },
                Err(error) => error.into(),
            })?,
    };
    let name = format!("molecule-look-{}", &store::new_id()[..12]);
    let tiers = TierOverrides::default();
    let mut spec = ContainerSpec::new(name, &image.reference, limits(1, &tiers));
    spec.mounts = vec![Mount::Volume {
        name: volume,
        target: ROOT.into(),
        read_only: true,
    }];
    Ok(link.engine.create(&spec).await?)
}

fn of_archive(bytes: &[u8]) -> Result<BTreeMap<String, SourceFile>, ReconcileError> {
    let limits = archive::ReadLimits {
        bytes: LARGEST,
        ..archive::ReadLimits::default()
    };
    let entries = archive::read(bytes, limits)?;
    let mut files = BTreeMap::new();
    for entry in entries {
        // The engine names the folder itself as the first part.
        let Some((_, path)) = entry.path.split_once('/') else {
            continue;
        };
        if let EntryKind::File(content) = entry.kind {
            let mode = if entry.mode & 0o111 == 0 {
                0o644
            } else {
                0o755
            };
            files.insert(path.to_owned(), SourceFile { content, mode });
        }
    }
    Ok(files)
}
