//! Secrets of workspaces and of all (contract 03 section 3): sealed before they reach the store, never shown again.

use crate::WorkspaceError;
use serde_json::json;
use store::{
    NewEvent, Store,
    rows::{secrets, workspaces},
};
use vault::{Place, Sealer, Secret};
use wire::{SecretView, Status, Timestamp, kind};

/// Names the platform sets itself; a secret of that name would change where an agent belongs (contract 04 D54).
pub const RESERVED: &[&str] = &[
    "WORKSPACE_ID",
    "WORKSPACE_CONFIG_PATH",
    "PLATFORM_URL",
    "MOLECULE_URL",
    "MOLECULE_WORKSPACE_TOKEN",
    "TIER",
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

/// Stores a sealed secret and tells it. Affected agents are marked as needing a restart.
///
/// # Errors
/// [`WorkspaceError::Invalid`] for the name, 404 for the workspace.
pub async fn set(
    store: &Store,
    workspace_id: Option<String>,
    key: String,
    sealed: Vec<u8>,
    version: i64,
) -> Result<(), WorkspaceError> {
    check_key(&key)?;
    store
        .write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                known(write, workspace_id.as_deref()).await?;
                secrets::set(
                    write.conn(),
                    workspace_id.as_deref(),
                    &key,
                    &sealed,
                    version,
                    &now,
                )
                .await?;
                tell(write, workspace_id, &key, "set").await
            })
        })
        .await
}

/// Deletes a secret and tells it.
///
/// # Errors
/// 404 when there is none.
pub async fn delete(
    store: &Store,
    workspace_id: Option<String>,
    key: String,
) -> Result<(), WorkspaceError> {
    store
        .write(move |write| {
            Box::pin(async move {
                if !secrets::delete(write.conn(), workspace_id.as_deref(), &key).await? {
                    return Err(WorkspaceError::NotFound("secret not found"));
                }
                tell(write, workspace_id, &key, "deleted").await
            })
        })
        .await
}

/// Names of the secrets in force for a workspace (its own over the global ones), or of the global ones.
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
    rows.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(rows.iter().map(view).collect())
}

fn view(row: &secrets::SecretRow) -> SecretView {
    let time =
        |text: &str| Timestamp::parse(text).unwrap_or(Timestamp(chrono::DateTime::UNIX_EPOCH));
    SecretView {
        key: row.key.clone(),
        has_value: true,
        scope: if row.workspace_id.is_some() {
            "workspace"
        } else {
            GLOBAL
        }
        .to_owned(),
        created_at: time(&row.created_at),
        updated_at: time(&row.updated_at),
    }
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

/// Environment is fixed when a container is made, so running agents that would see the change need a restart; it is
/// asked for, not forced: the event names them and the card shows it.
async fn tell(
    write: &mut store::Write,
    workspace_id: Option<String>,
    key: &str,
    action: &str,
) -> Result<(), WorkspaceError> {
    let now = write.stamp();
    let affected: Vec<String> = workspaces::list(write.conn())
        .await?
        .into_iter()
        .filter(|row| row.has_container() && row.container_id.is_some())
        .filter(|row| workspace_id.as_ref().is_none_or(|id| *id == row.id))
        .map(|row| row.id)
        .collect();
    for id in &affected {
        workspaces::set_column(
            write.conn(),
            id,
            workspaces::Column::NeedsRestart,
            true,
            &now,
        )
        .await?;
    }
    let payload = json!({"action": action, "keys": [key], "restarts": affected});
    let event = match workspace_id {
        Some(id) => NewEvent::about(id, kind::SECRETS_CHANGED, payload),
        None => NewEvent::global(kind::SECRETS_CHANGED, payload),
    };
    write.event(event).await?;
    Ok(())
}
