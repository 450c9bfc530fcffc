//! Sealed secrets, workspace and global (contract 03 sections 3 and 9). The store never sees a value in clear.

use crate::StoreError;
use sqlx::{FromRow, SqliteConnection, SqliteExecutor};

/// A sealed secret.
#[derive(Clone, PartialEq, FromRow)]
pub struct SecretRow {
    /// Whose; null for a global one.
    pub workspace_id: Option<String>,
    /// Variable name.
    pub key: String,
    /// Sealed value.
    pub encrypted_value: Vec<u8>,
    /// How it is sealed.
    pub encryption_version: i64,
    /// When it was first set.
    pub created_at: String,
    /// When it was last set.
    pub updated_at: String,
}

impl std::fmt::Debug for SecretRow {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("SecretRow")
            .field("workspace_id", &self.workspace_id)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// All secrets of one workspace, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn of_workspace(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
) -> Result<Vec<SecretRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT workspace_id, key, encrypted_value, encryption_version, created_at, updated_at
         FROM workspace_secrets WHERE workspace_id = ? ORDER BY key",
    )
    .bind(workspace_id)
    .fetch_all(db)
    .await?)
}

/// All global secrets, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn global(db: impl SqliteExecutor<'_>) -> Result<Vec<SecretRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT NULL AS workspace_id, key, encrypted_value, encryption_version, created_at, updated_at
         FROM global_secrets ORDER BY key",
    )
    .fetch_all(db)
    .await?)
}

/// One secret; `workspace_id` null means global.
///
/// # Errors
/// When the database does not answer.
pub async fn get(
    db: impl SqliteExecutor<'_>,
    workspace_id: Option<&str>,
    key: &str,
) -> Result<Option<SecretRow>, StoreError> {
    let query = match workspace_id {
        Some(_) => {
            "SELECT workspace_id, key, encrypted_value, encryption_version, created_at, updated_at
             FROM workspace_secrets WHERE key = ? AND workspace_id = ?"
        }
        None => {
            "SELECT NULL AS workspace_id, key, encrypted_value, encryption_version, created_at, updated_at
             FROM global_secrets WHERE key = ?"
        }
    };
    let mut query = sqlx::query_as(query).bind(key);
    if let Some(id) = workspace_id {
        query = query.bind(id);
    }
    Ok(query.fetch_optional(db).await?)
}

/// Ids of the workspaces that have a secret of this name themselves.
///
/// # Errors
/// When the database does not answer.
pub async fn owners_of(db: impl SqliteExecutor<'_>, key: &str) -> Result<Vec<String>, StoreError> {
    Ok(
        sqlx::query_scalar("SELECT workspace_id FROM workspace_secrets WHERE key = ?")
            .bind(key)
            .fetch_all(db)
            .await?,
    )
}

/// Every sealed secret there is: the global ones, then those of workspaces, removed ones included.
///
/// # Errors
/// When the database does not answer.
pub async fn all(db: impl SqliteExecutor<'_>) -> Result<Vec<SecretRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT NULL AS workspace_id, key, encrypted_value, encryption_version, created_at, updated_at
         FROM global_secrets
         UNION ALL
         SELECT workspace_id, key, encrypted_value, encryption_version, created_at, updated_at FROM workspace_secrets
         UNION ALL
         SELECT workspace_id, 'channel:' || channel_type || ':' || field, encrypted_value, encryption_version, created_at,
                updated_at
         FROM channel_secrets
         ORDER BY workspace_id, key",
    )
    .fetch_all(db)
    .await?)
}

/// Puts the same value, sealed anew, in place of the sealed one. Nobody set it, so its times stay.
///
/// # Errors
/// When the row cannot be written.
pub async fn reseal(
    connection: &mut SqliteConnection,
    workspace_id: Option<&str>,
    key: &str,
    sealed: &[u8],
    version: i64,
) -> Result<(), StoreError> {
    let query = match workspace_id {
        // No variable has a colon in its name, so the two never meet.
        Some(_) if key.starts_with("channel:") => {
            "UPDATE channel_secrets SET encrypted_value = ?, encryption_version = ?
             WHERE 'channel:' || channel_type || ':' || field = ? AND workspace_id = ?"
        }
        Some(_) => {
            "UPDATE workspace_secrets SET encrypted_value = ?, encryption_version = ? WHERE key = ? AND workspace_id = ?"
        }
        None => {
            "UPDATE global_secrets SET encrypted_value = ?, encryption_version = ? WHERE key = ?"
        }
    };
    let mut query = sqlx::query(query).bind(sealed).bind(version).bind(key);
    if let Some(id) = workspace_id {
        query = query.bind(id);
    }
    query
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(StoreError::classify)
}

/// Sets a secret; `workspace_id` null means global.
///
/// # Errors
/// When the row cannot be written.
pub async fn set(
    connection: &mut SqliteConnection,
    workspace_id: Option<&str>,
    key: &str,
    sealed: &[u8],
    version: i64,
    now: &str,
) -> Result<(), StoreError> {
    let done = match workspace_id {
        Some(id) => {
            sqlx::query(
                "INSERT INTO workspace_secrets (id, workspace_id, key, encrypted_value, encryption_version, created_at, updated_at)
                 VALUES (?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT (workspace_id, key) DO UPDATE SET encrypted_value = excluded.encrypted_value,
                    encryption_version = excluded.encryption_version, updated_at = excluded.updated_at",
            )
            .bind(crate::new_id())
            .bind(id)
            .bind(key)
            .bind(sealed)
            .bind(version)
            .bind(now)
            .bind(now)
            .execute(connection)
            .await
        }
        None => {
            sqlx::query(
                "INSERT INTO global_secrets (id, key, encrypted_value, encryption_version, created_at, updated_at)
                 VALUES (?, ?, ?, ?, ?, ?)
                 ON CONFLICT (key) DO UPDATE SET encrypted_value = excluded.encrypted_value,
                    encryption_version = excluded.encryption_version, updated_at = excluded.updated_at",
            )
            .bind(crate::new_id())
            .bind(key)
            .bind(sealed)
            .bind(version)
            .bind(now)
            .bind(now)
            .execute(connection)
            .await
        }
    };
    done.map(|_| ()).map_err(StoreError::classify)
}

/// Deletes a secret; says whether there was one.
///
/// # Errors
/// When the row cannot be deleted.
pub async fn delete(
    connection: &mut SqliteConnection,
    workspace_id: Option<&str>,
    key: &str,
) -> Result<bool, StoreError> {
    let done = match workspace_id {
        Some(id) => {
            sqlx::query("DELETE FROM workspace_secrets WHERE workspace_id = ? AND key = ?")
                .bind(id)
                .bind(key)
                .execute(connection)
                .await
        }
        None => {
            sqlx::query("DELETE FROM global_secrets WHERE key = ?")
                .bind(key)
                .execute(connection)
                .await
        }
    };
    Ok(done.map_err(StoreError::classify)?.rows_affected() == 1)
}
