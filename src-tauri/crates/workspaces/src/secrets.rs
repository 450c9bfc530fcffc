//! Secrets of workspaces and of all (contract 03 section 3): sealed before they reach the store, never shown again.

use crate::WorkspaceError;
use serde_json::json;
use std::collections::BTreeSet;
use store::{
    NewEvent, Store, WorkspaceRow,
    rows::{restarts, secrets, workspaces},
};
use vault::{Place, Sealer, Secret};
use wire::{Desired, SecretView, Status, Timestamp, kind};

/// Names the platform sets itself; a secret of that name would change where an agent belongs (contract 04 D54).
pub const RESERVED: &[&str] = &[
    "WORKSPACE_ID",
    "WORKSPACE_CONFIG_PATH",
    "PLATFORM_URL",
    "MOLECULE_URL",
    "MOLECULE_WORKSPACE_TOKEN",
    "PARENT_ID",
    "TIER",
    "A2A_PORT",
    "PLUGINS_DIR",
    "PYTHONPATH",
    "PATH",
    "LD_PRELOAD",
];

/// Owner word of a global secret in its sealed place.
const GLOBAL: &str = "global";

fn place<'a>(workspace_id: Option<&'a str>, key: &'a str) -> Place<'a> {
    match workspace_id {
        Some(id) => Place {
            table: "workspace_secrets",
            owner: id,
            key,
        },
        None => Place {
            table: "global_secrets",
            owner: GLOBAL,
            key,
        },
    }
}

/// A variable name: a letter or `_`, then letters, digits, `_`; none of [`RESERVED`].
///
/// # Errors
/// With what to do instead.
pub fn check_key(key: &str) -> Result<(), WorkspaceError> {
    let mut letters = key.chars();
    let shaped = letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && key.len() <= 256;
    if !shaped {
        return Err(WorkspaceError::Invalid(
            "a secret's name is a variable name: letters, digits and underscores, not starting with a digit",
        ));
    }
    if RESERVED.contains(&key) {
        return Err(WorkspaceError::Invalid(
            "this name is set by the platform itself; choose another one",
        ));
    }
    Ok(())
}

/// Seals a value for its place.
///
/// # Errors
/// When the vault cannot seal.
pub fn seal(
    sealer: &Sealer,
    workspace_id: Option<&str>,
    key: &str,
    value: impl AsRef<[u8]>,
) -> Result<(Vec<u8>, i64), vault::VaultError> {
    Ok((
        sealer.seal(place(workspace_id, key), value.as_ref())?,
        i64::from(vault::sealing::SEALED_VERSION),
    ))
}

/// Opens a stored secret.
///
/// # Errors
/// When it was sealed for another place or with a key that is gone.
pub fn open(sealer: &Sealer, row: &secrets::SecretRow) -> Result<Secret, vault::VaultError> {
    sealer.open_row(
        place(row.workspace_id.as_deref(), &row.key),
        row.encryption_version,
        &row.encrypted_value,
    )
}

/// The name with its scope, `global:NAME` or `workspace:NAME`, as lists of what failed show it (contract 03 section 3.2).
pub fn qualified(row: &secrets::SecretRow) -> String {
    let scope = match row.workspace_id {
        Some(_) => "workspace",
        None => GLOBAL,
    };
    format!("{scope}:{}", row.key)
}

/// Seals and stores a secret and tells it; agents that would see the change restart by themselves. A value that is stored
/// already changes nothing. Says whether it changed. `personas` names the personas that have a variable of this name
/// themselves: those do not see a global secret of it.
///
/// # Errors
/// [`WorkspaceError::Invalid`] for the name or an empty value, 404 for the workspace, what the vault says.
pub async fn set(
    store: &Store,
    sealer: Sealer,
    workspace_id: Option<String>,
    key: String,
    value: Secret,
    personas: BTreeSet<String>,
) -> Result<bool, WorkspaceError> {
    check_key(&key)?;
    if value.is_empty() {
        return Err(WorkspaceError::Invalid(
            "a secret needs a value; delete it to have none",
        ));
    }
    // The sealer goes along until the row is written: a rotation of the key waits for it.
    store
        .write(move |write| {
            Box::pin(async move {
                known(write, workspace_id.as_deref()).await?;
                let id = workspace_id.as_deref();
                let stored = secrets::get(write.conn(), id, &key).await?;
                if stored.is_some_and(|row| {
                    !sealer.wants_resealing(row.encryption_version, &row.encrypted_value)
                        && open(&sealer, &row).is_ok_and(|before| before == value)
                }) {
                    return Ok(false);
                }
                let (sealed, version) = seal(&sealer, id, &key, value.expose())?;
                let now = write.stamp();
                secrets::set(write.conn(), id, &key, &sealed, version, &now).await?;
                tell(write, workspace_id, &key, "set", &personas).await?;
                Ok(true)
            })
        })
        .await
}

/// Deletes a secret and tells it. `personas` as in [`set`].
///
/// # Errors
/// 404 when there is none.
pub async fn delete(
    store: &Store,
    workspace_id: Option<String>,
    key: String,
    personas: BTreeSet<String>,
) -> Result<(), WorkspaceError> {
    store
        .write(move |write| {
            Box::pin(async move {
                known(write, workspace_id.as_deref()).await?;
                if !secrets::delete(write.conn(), workspace_id.as_deref(), &key).await? {
                    return Err(WorkspaceError::NotFound("secret not found"));
                }
                tell(write, workspace_id, &key, "deleted", &personas).await
            })
        })
        .await
}

/// Tells that personas changed, by slug with the names they hold now; agents that work under one of them restart.
///
/// # Errors
/// When the database does not take it.
pub async fn personas_changed(
    store: &Store,
    personas: Vec<(String, Vec<String>)>,
    action: &'static str,
) -> Result<(), WorkspaceError> {
    store
        .write(move |write| {
            Box::pin(async move {
                for (slug, keys) in personas {
                    let rows = workspaces::list(write.conn()).await?;
                    let affected = rows
                        .into_iter()
                        .filter(|row| row.persona.as_deref() == Some(&slug))
                        .collect();
                    let restarts = restarts(write, affected).await?;
                    let payload = json!({"action": action, "keys": keys, "persona": slug, "restarts": restarts});
                    write
                        .event(NewEvent::global(kind::SECRETS_CHANGED, payload))
                        .await?;
                }
                Ok(())
            })
        })
        .await
}

/// Names of the secrets in force for a workspace, its own by name and then the global ones that it does not override; or
/// the global ones.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    store: &Store,
    workspace_id: Option<&str>,
) -> Result<Vec<SecretView>, WorkspaceError> {
    let mut rows = match workspace_id {
        Some(id) => secrets::of_workspace(store.read(), id).await?,
        None => Vec::new(),
    };
    for row in secrets::global(store.read()).await? {
        if !rows.iter().any(|own| own.key == row.key) {
            rows.push(row);
        }
    }
    Ok(rows.iter().map(view).collect())
}

/// Adds a variable of the workspace's persona to [`list`]'s answer: it stands above a global secret and below one of the
/// workspace. Personas live in the keychain, which knows no times, so it shows the workspace's own.
pub fn add_of_persona(all: &mut Vec<SecretView>, key: String, row: &WorkspaceRow) {
    let own = |view: &SecretView| view.scope == "workspace";
    if all.iter().any(|view| own(view) && view.key == key) {
        return;
    }
    all.retain(|view| own(view) || view.key != key);
    let at = all.partition_point(|view| own(view) && view.key < key);
    let view = SecretView {
        key,
        has_value: true,
        scope: "workspace".to_owned(),
        source: Some("persona".to_owned()),
        created_at: time(&row.created_at),
        updated_at: time(&row.created_at),
    };
    all.insert(at, view);
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap_or(Timestamp(chrono::DateTime::UNIX_EPOCH))
}

fn view(row: &secrets::SecretRow) -> SecretView {
    SecretView {
        key: row.key.clone(),
        has_value: true,
        scope: if row.workspace_id.is_some() {
            "workspace"
        } else {
            GLOBAL
        }
        .to_owned(),
        source: None,
        created_at: time(&row.created_at),
        updated_at: time(&row.updated_at),
    }
}

/// Names of the workspaces that get a secret, by name: the workspace itself, or whoever has neither a secret nor a persona
/// with a variable of that name (contract 03 no. 54). `personas` as in [`set`].
///
/// # Errors
/// 404 when there is no such secret.
pub async fn dependents(
    store: &Store,
    workspace_id: Option<&str>,
    key: &str,
    personas: &BTreeSet<String>,
) -> Result<Vec<String>, WorkspaceError> {
    let read = store.read();
    let mut rows = workspaces::list(read).await?;
    let rows_of_key = match workspace_id {
        Some(id) => {
            rows.retain(|row| row.id == id);
            secrets::of_workspace(read, id).await?
        }
        None => {
            let own = secrets::owners_of(read, key).await?;
            rows.retain(|row| sees_global(row, &own, personas));
            secrets::global(read).await?
        }
    };
    if workspace_id.is_some() && rows.is_empty() {
        return Err(WorkspaceError::NotFound("workspace not found"));
    }
    if !rows_of_key.iter().any(|row| row.key == key) {
        return Err(WorkspaceError::NotFound("secret not found"));
    }
    let mut names: Vec<String> = rows.into_iter().map(|row| row.name).collect();
    names.sort();
    Ok(names)
}

/// Whether a secret of all reaches a workspace: neither one of its own nor its persona's stands above it.
fn sees_global(row: &WorkspaceRow, own: &[String], personas: &BTreeSet<String>) -> bool {
    !own.contains(&row.id)
        && !row
            .persona
            .as_ref()
            .is_some_and(|slug| personas.contains(slug))
}

async fn known(write: &mut store::Write, workspace_id: Option<&str>) -> Result<(), WorkspaceError> {
    let Some(id) = workspace_id else {
        return Ok(());
    };
    match workspaces::get(write.conn(), id).await? {
        Some(row) if row.status == Status::Removed => Err(WorkspaceError::removed(&row)),
        Some(_) => Ok(()),
        None => Err(WorkspaceError::NotFound("workspace not found")),
    }
}

async fn tell(
    write: &mut store::Write,
    workspace_id: Option<String>,
    key: &str,
    action: &str,
    personas: &BTreeSet<String>,
) -> Result<(), WorkspaceError> {
    let mut rows = workspaces::list(write.conn()).await?;
    match &workspace_id {
        Some(id) => rows.retain(|row| row.id == *id),
        None => {
            let own = secrets::owners_of(write.conn(), key).await?;
            rows.retain(|row| sees_global(row, &own, personas));
        }
    }
    let restarts = restarts(write, rows).await?;
    let payload = json!({"action": action, "keys": [key], "restarts": restarts});
    let event = match workspace_id {
        Some(id) => NewEvent::about(id, kind::SECRETS_CHANGED, payload),
        None => NewEvent::global(kind::SECRETS_CHANGED, payload),
    };
    write.event(event).await?;
    Ok(())
}

/// Environment is fixed when a container is made, so those among `rows` that should run get a restart: noted here in the
/// same transaction, begun by the reconciler, a few at a time. Idle ones come first. Gives their ids in that order.
///
/// # Errors
/// When the database does not take it.
pub async fn restarts(
    write: &mut store::Write,
    mut rows: Vec<WorkspaceRow>,
) -> Result<Vec<String>, WorkspaceError> {
    let now = write.stamp();
    rows.retain(|row| {
        row.has_container()
            && row.desired == Desired::Running
            && !matches!(row.status, Status::Paused | Status::Removed)
    });
    rows.sort_by_key(|row| row.active_tasks > 0);
    for row in &rows {
        restarts::ask(write.conn(), &row.id, &now).await?;
        if row.container_id.is_some() {
            let column = workspaces::Column::NeedsRestart;
            workspaces::set_column(write.conn(), &row.id, column, true, &now).await?;
        }
    }
    Ok(rows.into_iter().map(|row| row.id).collect())
}
