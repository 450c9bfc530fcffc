//! Many secrets at once, from a backup (ours; contract 03 section 3): all in one transaction, told once a scope.

use crate::{WorkspaceError, secrets};
use serde_json::json;
use std::collections::BTreeMap;
use store::{
    NewEvent, Store, Write,
    rows::{self, workspaces},
};
use vault::{Sealer, Secret};
use wire::{Status, kind};

/// A secret to store.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Whose; null for a global one.
    pub workspace_id: Option<String>,
    /// Variable name.
    pub key: String,
    /// Its value.
    pub value: Secret,
}

/// What became of one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restored {
    /// There was none of that name.
    Created,
    /// Another value was there.
    Updated,
    /// The same value was there.
    Unchanged,
    /// Another value is there, and stays.
    Kept,
}

impl Restored {
    /// Word for programs: `created`, `updated`, `unchanged`, `kept`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Kept => "kept",
        }
    }

    fn changed(self) -> bool {
        matches!(self, Self::Created | Self::Updated)
    }
}

/// Seals and stores them; another value that is there is only replaced with `overwrite`. Agents that see a change restart
/// by themselves. Says what became of each, in their order.
///
/// # Errors
/// [`WorkspaceError::Invalid`] for a name, 404 for a workspace, what the vault says; nothing was stored then.
pub async fn restore_secrets(
    store: &Store,
    sealer: Sealer,
    incoming: Vec<Incoming>,
    overwrite: bool,
) -> Result<Vec<Restored>, WorkspaceError> {
    store
        .write(move |write| {
            Box::pin(async move {
                let mut outcomes = Vec::with_capacity(incoming.len());
                let mut changed: BTreeMap<Option<String>, Vec<String>> = BTreeMap::new();
                for one in incoming {
                    let outcome = put(write, &sealer, &one, overwrite).await?;
                    if outcome.changed() {
                        changed.entry(one.workspace_id).or_default().push(one.key);
                    }
                    outcomes.push(outcome);
                }
                for (workspace_id, keys) in changed {
                    tell(write, workspace_id, keys).await?;
                }
                Ok(outcomes)
            })
        })
        .await
}

async fn put(
    write: &mut Write,
    sealer: &Sealer,
    one: &Incoming,
    overwrite: bool,
) -> Result<Restored, WorkspaceError> {
    secrets::check_key(&one.key)?;
    let id = one.workspace_id.as_deref();
    if let Some(id) = id {
        let row = workspaces::get(write.conn(), id).await?;
        if row.is_none_or(|row| row.status == Status::Removed) {
            return Err(WorkspaceError::NotFound("workspace not found"));
        }
    }
    let stored = rows::secrets::get(write.conn(), id, &one.key).await?;
    let outcome = match &stored {
        None => Restored::Created,
        Some(row) if secrets::open(sealer, row).is_ok_and(|before| before == one.value) => {
            Restored::Unchanged
        }
        // One that does not open any more is just what a backup is for.
        Some(row) if overwrite || secrets::open(sealer, row).is_err() => Restored::Updated,
        Some(_) => Restored::Kept,
    };
    if outcome.changed() {
        let (sealed, version) = secrets::seal(sealer, id, &one.key, one.value.expose())?;
        let now = write.stamp();
        rows::secrets::set(write.conn(), id, &one.key, &sealed, version, &now).await?;
    }
    Ok(outcome)
}

async fn tell(
    write: &mut Write,
    workspace_id: Option<String>,
    keys: Vec<String>,
) -> Result<(), WorkspaceError> {
    let mut affected = workspaces::list(write.conn()).await?;
    match &workspace_id {
        Some(id) => affected.retain(|row| row.id == *id),
        None => {
            let mut overriding: BTreeMap<String, usize> = BTreeMap::new();
            for key in &keys {
                for id in rows::secrets::owners_of(write.conn(), key).await? {
                    *overriding.entry(id).or_default() += 1;
                }
            }
            affected.retain(|row| overriding.get(&row.id) != Some(&keys.len()));
        }
    }
    let restarts = secrets::restarts(write, affected).await?;
    let payload = json!({"action": "imported", "keys": keys, "restarts": restarts});
    let event = match workspace_id {
        Some(id) => NewEvent::about(id, kind::SECRETS_CHANGED, payload),
        None => NewEvent::global(kind::SECRETS_CHANGED, payload),
    };
    write.event(event).await?;
    Ok(())
}
