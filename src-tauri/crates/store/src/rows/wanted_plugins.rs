//! Plugins that an org's files want, and what became of each (contract 03 nos. 30 and 32).

use super::grouped;
use crate::StoreError;
use sqlx::{FromRow, SqliteConnection, SqliteExecutor};

/// One plugin wanted in one workspace.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct WantedRow {
    /// Where.
    pub workspace_id: String,
    /// Name or source as the files say it.
    pub source: String,
    /// `wanted`, `installed`, `refused`.
    pub state: String,
    /// Why it is not installed.
    pub reason: String,
}

/// Notes a plugin; one that was noted before stays as it is, so that what a person took away does not come back. Says
/// whether that changed anything.
///
/// # Errors
/// When the row cannot be written.
pub async fn add(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    source: &str,
    now: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO wanted_plugins (workspace_id, source, created_at, updated_at) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET dropped = 0 WHERE dropped = 1",
    )
    .bind(workspace_id)
    .bind(source)
    .bind(now)
    .bind(now)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(done.rows_affected() > 0)
}

/// All that is noted, by workspace in the order it was noted; what the files dropped is not among it. Every plan reads
/// it, so a workspace comes as one row.
///
/// # Errors
/// When the database does not answer.
pub async fn all(db: impl SqliteExecutor<'_>) -> Result<Vec<WantedRow>, StoreError> {
    let by_workspace = sqlx::query_as(
        "SELECT workspace_id, json_group_array(json_array(source, state, reason) ORDER BY rowid)
         FROM wanted_plugins WHERE dropped = 0 GROUP BY workspace_id ORDER BY workspace_id",
    )
    .fetch_all(db)
    .await?;
    grouped(by_workspace, |id, (source, state, reason)| WantedRow {
        workspace_id: id.to_owned(),
        source,
        state,
        reason,
    })
}

/// Whatever is still to be installed, in the order it was noted; removed workspaces left out.
///
/// # Errors
/// When the database does not answer.
pub async fn open(db: impl SqliteExecutor<'_>) -> Result<Vec<WantedRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT p.workspace_id, p.source, p.state, p.reason
         FROM wanted_plugins p JOIN workspaces w ON w.id = p.workspace_id
         WHERE p.state = 'wanted' AND p.dropped = 0 AND w.status <> 'removed' ORDER BY p.rowid",
    )
    .fetch_all(db)
    .await?)
}

/// Whatever was refused; removed workspaces left out.
///
/// # Errors
/// When the database does not answer.
pub async fn refused(db: impl SqliteExecutor<'_>) -> Result<Vec<WantedRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT p.workspace_id, p.source, p.state, p.reason
         FROM wanted_plugins p JOIN workspaces w ON w.id = p.workspace_id
         WHERE p.state = 'refused' AND w.status <> 'removed' ORDER BY p.rowid",
    )
    .fetch_all(db)
    .await?)
}

/// One that is not installed, with the name of its workspace.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct WaitingRow {
    /// Where.
    pub workspace_id: String,
    /// Its name.
    pub workspace_name: String,
    /// Name or source as the files say it.
    pub source: String,
    /// `wanted` or `refused`.
    pub state: String,
    /// Why it is not installed.
    pub reason: String,
}

/// What is wanted and not installed, by source, then by workspace; removed workspaces left out.
///
/// # Errors
/// When the database does not answer.
pub async fn waiting(db: impl SqliteExecutor<'_>) -> Result<Vec<WaitingRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT p.workspace_id, w.name AS workspace_name, p.source, p.state, p.reason
         FROM wanted_plugins p JOIN workspaces w ON w.id = p.workspace_id
         WHERE p.state <> 'installed' AND p.dropped = 0 AND w.status <> 'removed' ORDER BY p.source, w.name, w.id",
    )
    .fetch_all(db)
    .await?)
}

/// All of one workspace, in the order they were noted.
///
/// # Errors
/// When the database does not answer.
pub async fn of_workspace(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
) -> Result<Vec<WantedRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT workspace_id, source, state, reason FROM wanted_plugins WHERE workspace_id = ? ORDER BY rowid",
    )
    .bind(workspace_id)
    .fetch_all(db)
    .await?)
}

/// Says what became of one.
///
/// # Errors
/// When the row cannot be written.
pub async fn settle(
    connection: &mut SqliteConnection,
    row: &WantedRow,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE wanted_plugins SET state = ?, reason = ?, updated_at = ? WHERE workspace_id = ? AND source = ?",
    )
    .bind(&row.state)
    .bind(&row.reason)
    .bind(now)
    .bind(&row.workspace_id)
    .bind(&row.source)
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(StoreError::classify)
}

/// Marks what was installed for the files and is not among `listed` any more; what was not installed yet is forgotten.
/// Says whether there was any.
///
/// # Errors
/// When the rows cannot be written.
pub async fn drop_unlisted(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    listed: &[String],
    now: &str,
) -> Result<bool, StoreError> {
    let listed = serde_json::to_string(listed).unwrap_or_else(|_| "[]".to_owned());
    let forgotten = sqlx::query(
        "DELETE FROM wanted_plugins WHERE workspace_id = ? AND state <> 'installed'
         AND source NOT IN (SELECT value FROM json_each(?))",
    )
    .bind(workspace_id)
    .bind(&listed)
    .execute(&mut *connection)
    .await
    .map_err(StoreError::classify)?;
    let dropped = sqlx::query(
        "UPDATE wanted_plugins SET dropped = 1, updated_at = ? WHERE workspace_id = ? AND dropped = 0
         AND source NOT IN (SELECT value FROM json_each(?))",
    )
    .bind(now)
    .bind(workspace_id)
    .bind(&listed)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(forgotten.rows_affected() + dropped.rows_affected() > 0)
}

/// Whatever was installed for files that no longer name it.
///
/// # Errors
/// When the database does not answer.
pub async fn dropped(db: impl SqliteExecutor<'_>) -> Result<Vec<WantedRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT workspace_id, source, state, reason FROM wanted_plugins WHERE dropped = 1 ORDER BY rowid",
    )
    .fetch_all(db)
    .await?)
}

/// Forgets one that was taken away, unless the files name it again by now.
///
/// # Errors
/// When the row cannot be written.
pub async fn forget_dropped(
    connection: &mut SqliteConnection,
    row: &WantedRow,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM wanted_plugins WHERE workspace_id = ? AND source = ? AND dropped = 1")
        .bind(&row.workspace_id)
        .bind(&row.source)
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(StoreError::classify)
}
