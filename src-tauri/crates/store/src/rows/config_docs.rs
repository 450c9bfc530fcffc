//! The free-form JSON document of a workspace (contract 01 section 3.13).

use crate::StoreError;
use serde_json::{Map, Value};
use sqlx::{SqliteConnection, SqliteExecutor};

/// The document, `{}` when none was stored.
///
/// # Errors
/// When the database does not answer.
pub async fn get(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
) -> Result<Map<String, Value>, StoreError> {
    let text: Option<String> =
        sqlx::query_scalar("SELECT data FROM workspace_config WHERE workspace_id = ?")
            .bind(workspace_id)
            .fetch_optional(db)
            .await?;
    Ok(text
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default())
}

/// Merges key by key at the top level; new values replace, null is stored.
///
/// # Errors
/// When the row cannot be written.
pub async fn merge(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    patch: Map<String, Value>,
    now: &str,
) -> Result<(), StoreError> {
    let mut data = get(&mut *connection, workspace_id).await?;
    data.extend(patch);
    sqlx::query(
        "INSERT INTO workspace_config (workspace_id, data, updated_at) VALUES (?, ?, ?)
         ON CONFLICT (workspace_id) DO UPDATE SET data = excluded.data, updated_at = excluded.updated_at",
    )
    .bind(workspace_id)
    .bind(Value::Object(data).to_string())
    .bind(now)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(())
}
