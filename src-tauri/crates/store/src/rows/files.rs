//! Files the platform makes for a workspace, and digests of what was delivered (ours; contract 04 D75, section 18).

use crate::StoreError;
use sqlx::{SqliteConnection, SqliteExecutor};
use std::collections::{BTreeMap, HashMap};

/// Files delivered over the copied folder, by path relative to `/configs`.
///
/// # Errors
/// When the database does not answer.
pub async fn made(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
) -> Result<BTreeMap<String, Vec<u8>>, StoreError> {
    let rows: Vec<(String, Vec<u8>)> = sqlx::query_as(
        "SELECT path, content FROM workspace_files WHERE workspace_id = ? ORDER BY path",
    )
    .bind(workspace_id)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().collect())
}

/// One made file of every workspace that has it, by workspace.
///
/// # Errors
/// When the database does not answer.
pub async fn made_everywhere(
    db: impl SqliteExecutor<'_>,
    path: &str,
) -> Result<HashMap<String, Vec<u8>>, StoreError> {
    let rows: Vec<(String, Vec<u8>)> =
        sqlx::query_as("SELECT workspace_id, content FROM workspace_files WHERE path = ?")
            .bind(path)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().collect())
}

/// Sets one made file; says whether it changed.
///
/// # Errors
/// When the row cannot be written.
pub async fn set_made(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    path: &str,
    content: &[u8],
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO workspace_files (workspace_id, path, content) VALUES (?, ?, ?)
         ON CONFLICT (workspace_id, path) DO UPDATE SET content = excluded.content WHERE content IS NOT excluded.content",
    )
    .bind(workspace_id)
    .bind(path)
    .bind(content)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(done.rows_affected() == 1)
}

/// Says that a made file can be run.
///
/// # Errors
/// When the row cannot be written.
pub async fn set_executable(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    path: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE workspace_files SET executable = 1 WHERE workspace_id = ? AND path = ?")
        .bind(workspace_id)
        .bind(path)
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(StoreError::classify)
}

/// Made files that can be run, by path.
///
/// # Errors
/// When the database does not answer.
pub async fn executables(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
) -> Result<Vec<String>, StoreError> {
    Ok(
        sqlx::query_scalar(
            "SELECT path FROM workspace_files WHERE workspace_id = ? AND executable",
        )
        .bind(workspace_id)
        .fetch_all(db)
        .await?,
    )
}

/// Removes one made file.
///
/// # Errors
/// When the row cannot be deleted.
pub async fn unset_made(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    path: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM workspace_files WHERE workspace_id = ? AND path = ?")
        .bind(workspace_id)
        .bind(path)
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    Ok(done.rows_affected() == 1)
}

/// Digests of what was last delivered, by path.
///
/// # Errors
/// When the database does not answer.
pub async fn delivered(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
) -> Result<BTreeMap<String, String>, StoreError> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT path, digest FROM delivered_files WHERE workspace_id = ?")
            .bind(workspace_id)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().collect())
}

/// Notes what was delivered: sets these digests, keeps others.
///
/// # Errors
/// When the rows cannot be written.
pub async fn set_delivered(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    digests: &BTreeMap<String, String>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO delivered_files (workspace_id, path, digest)
         SELECT ?, key, value FROM json_each(?) WHERE 1
         ON CONFLICT (workspace_id, path) DO UPDATE SET digest = excluded.digest WHERE digest IS NOT excluded.digest",
    )
    .bind(workspace_id)
    .bind(serde_json::to_string(digests).unwrap_or_else(|_| "{}".into()))
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(())
}

/// Marks all that was delivered as to be written again at the next start, whatever became of it in the agent.
///
/// # Errors
/// When the rows cannot be written.
pub async fn write_again(
    connection: &mut SqliteConnection,
    workspace_id: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE delivered_files SET digest = '' WHERE workspace_id = ?")
        .bind(workspace_id)
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(StoreError::classify)
}

/// Forgets what was delivered to one path.
///
/// # Errors
/// When the row cannot be deleted.
pub async fn unset_delivered(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    path: &str,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM delivered_files WHERE workspace_id = ? AND path = ?")
        .bind(workspace_id)
        .bind(path)
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    Ok(())
}
