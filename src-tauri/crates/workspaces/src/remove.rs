//! `DELETE /workspaces/:id` (contract 01 section 3.5, corrections of section 7).

use crate::WorkspaceError;
use serde_json::json;
use store::{
    NewEvent, Store, Write,
    rows::{layouts, removals, schedules, tokens, workspaces},
};
use wire::{ChildName, Status, kind};

/// What a delete did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// Ids removed now, descendants before the root.
    pub removed: Vec<String>,
    /// Descendants among them.
    pub cascade: usize,
    /// Whether the rows are gone too.
    pub purged: bool,
}

/// Removes a workspace and everything below it, in one transaction. Containers and volumes follow: the reconciler sees
/// that they should be absent.
///
/// # Errors
/// 404 for an unknown id, [`WorkspaceError::NeedsConfirmation`] when others would go with it and `confirm` is false.
pub async fn remove(
    store: &Store,
    id: &str,
    confirm: bool,
    purge: bool,
) -> Result<Removal, WorkspaceError> {
    let id = id.to_owned();
    store
        .write(move |write| Box::pin(async move { remove_in(write, &id, confirm, purge).await }))
        .await
}

/// Removes a workspace in whose place another stands from now on: who asks for the old one is told of `heir`
/// (section 7: `forwarded_to`). Its rows stay, because a purge leaves nothing that could tell.
///
/// # Errors
/// As [`remove`]; 410 for one that is removed already, 404 for an heir that is unknown or removed, 409 for one that would
/// be removed too.
pub async fn remove_for(
    store: &Store,
    id: &str,
    confirm: bool,
    heir: &str,
) -> Result<Removal, WorkspaceError> {
    let (id, heir) = (id.to_owned(), heir.to_owned());
    store
        .write(move |write| {
            Box::pin(async move { removal(write, &id, confirm, false, Some(&heir)).await })
        })
        .await
}

/// [`remove`] inside a write that does more than this.
///
/// # Errors
/// As [`remove`].
pub async fn remove_in(
    write: &mut Write,
    id: &str,
    confirm: bool,
    purge: bool,
) -> Result<Removal, WorkspaceError> {
    removal(write, id, confirm, purge, None).await
}

async fn removal(
    write: &mut Write,
    id: &str,
    confirm: bool,
    purge: bool,
    heir: Option<&str>,
) -> Result<Removal, WorkspaceError> {
    let rows = workspaces::subtree(write.conn(), id).await?;
    let Some(root) = rows.first() else {
        return Err(WorkspaceError::NotFound("workspace not found"));
    };
    let below: Vec<_> = rows.iter().skip(1).collect();
    if !below.is_empty() && !confirm {
        return Err(WorkspaceError::NeedsConfirmation {
            children: below
                .iter()
                .map(|row| ChildName {
                    id: row.id.clone(),
                    name: row.name.clone(),
                })
                .collect(),
        });
    }
    let now = write.stamp();
    if let Some(heir) = heir {
        if root.status == Status::Removed {
            return Err(WorkspaceError::removed(root));
        }
        match workspaces::get(write.conn(), heir).await? {
            Some(row) if row.status != Status::Removed => {}
            _ => return Err(WorkspaceError::NotFound("successor workspace not found")),
        }
        if rows.iter().any(|row| row.id == heir) {
            return Err(WorkspaceError::conflict(
                "successor_removed",
                "the successor would be removed too",
            ));
        }
        workspaces::forward(write.conn(), &root.id, heir, &now).await?;
    }
    let mut removed = Vec::new();
    // Deepest first, so that every event about a child comes before the one about its parent.
    for row in rows.iter().rev() {
        if row.status == Status::Removed {
            continue;
        }
        removals::keep(write.conn(), row).await?;
        workspaces::mark_removed(write.conn(), &row.id, &now).await?;
        layouts::remove(write.conn(), &row.id).await?;
        schedules::disable_all(write.conn(), &row.id, &now).await?;
        tokens::revoke_all(write.conn(), &row.id, &now).await?;
        // After a removal for good the event is the last that knows the name.
        let name = &row.name;
        let payload = match heir {
            _ if row.id != root.id => json!({"name": name}),
            Some(heir) => {
                json!({"name": name, "cascade_deleted": below.len(), "forwarded_to": heir})
            }
            None => json!({"name": name, "cascade_deleted": below.len()}),
        };
        write
            .event(NewEvent::about(&row.id, kind::WORKSPACE_REMOVED, payload))
            .await?;
        removed.push(row.id.clone());
    }
    let cascade = below.len();
    if purge {
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        workspaces::purge(write.conn(), &ids).await?;
    }
    Ok(Removal {
        removed,
        cascade,
        purged: purge,
    })
}
