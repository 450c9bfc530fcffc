//! Channels of workspaces and their sealed settings (contract 02 sections 11 and 14). The store never sees a secret
//! setting in clear.

use crate::{StoreError, rows::secrets::SecretRow};
use sqlx::{FromRow, SqliteConnection, SqliteExecutor};

/// A channel.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ChannelRow {
    /// Its id.
    pub id: String,
    /// Whose.
    pub workspace_id: String,
    /// `telegram`, `slack`, `discord`, `lark`; one of a kind in a workspace.
    pub channel_type: String,
    /// JSON object; secret fields hold a reference that begins with `ec1:`.
    pub channel_config: String,
    /// Whether it is used.
    pub enabled: bool,
    /// JSON list of who may write.
    pub allowed_users: String,
    /// When something was said last, RFC 3339.
    pub last_message_at: Option<String>,
    /// Messages so far.
    pub message_count: i64,
    /// Messages allowed; none: any number.
    pub channel_budget: Option<i64>,
    /// When it was made.
    pub created_at: String,
    /// When it was changed last.
    pub updated_at: String,
}

/// Channels of one workspace, oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn of_workspace(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
) -> Result<Vec<ChannelRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, workspace_id, channel_type, channel_config, enabled, allowed_users, last_message_at, message_count,
                channel_budget, created_at, updated_at
         FROM workspace_channels WHERE workspace_id = ? ORDER BY created_at, rowid",
    )
    .bind(workspace_id)
    .fetch_all(db)
    .await?)
}

/// Makes a channel or replaces its settings; its sealed ones go and are to be put again.
///
/// # Errors
/// When the rows cannot be written.
pub async fn put(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    channel_type: &str,
    config: &str,
    enabled: bool,
    allowed_users: &str,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO workspace_channels
             (id, workspace_id, channel_type, channel_config, enabled, allowed_users, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (workspace_id, channel_type) DO UPDATE SET
             channel_config = excluded.channel_config, enabled = excluded.enabled,
             allowed_users = excluded.allowed_users, updated_at = excluded.updated_at",
    )
    .bind(crate::new_id())
    .bind(workspace_id)
    .bind(channel_type)
    .bind(config)
    .bind(enabled)
    .bind(allowed_users)
    .bind(now)
    .bind(now)
    .execute(&mut *connection)
    .await
    .map_err(StoreError::classify)?;
    sqlx::query("DELETE FROM channel_secrets WHERE workspace_id = ? AND channel_type = ?")
        .bind(workspace_id)
        .bind(channel_type)
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(StoreError::classify)
}

/// Takes a channel and its sealed settings away.
///
/// # Errors
/// When the rows cannot be written.
pub async fn delete(connection: &mut SqliteConnection, id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM workspace_channels WHERE id = ?")
        .bind(id)
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(StoreError::classify)
}

/// The name a sealed setting has among secrets: what its seal is bound to, and what `channel_config` refers to.
pub fn secret_key(channel_type: &str, field: &str) -> String {
    format!("channel:{channel_type}:{field}")
}

/// Keeps a sealed setting of a channel that exists.
///
/// # Errors
/// When the row cannot be written.
pub async fn put_secret(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    channel_type: &str,
    field: &str,
    sealed: (&[u8], i64),
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO channel_secrets
             (workspace_id, channel_type, field, encrypted_value, encryption_version, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(workspace_id)
    .bind(channel_type)
    .bind(field)
    .bind(sealed.0)
    .bind(sealed.1)
    .bind(now)
    .bind(now)
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(StoreError::classify)
}

/// Sealed settings of all channels of a workspace, by [`secret_key`].
///
/// # Errors
/// When the database does not answer.
pub async fn secrets_of(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
) -> Result<Vec<SecretRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT workspace_id, 'channel:' || channel_type || ':' || field AS key, encrypted_value, encryption_version,
                created_at, updated_at
         FROM channel_secrets WHERE workspace_id = ? ORDER BY channel_type, field",
    )
    .bind(workspace_id)
    .fetch_all(db)
    .await?)
}
