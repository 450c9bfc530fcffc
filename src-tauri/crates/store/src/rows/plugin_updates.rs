//! Updates of plugins that were found and wait for a person (contract 03 section 8.7).

use crate::{StoreError, new_id};
use sqlx::{FromRow, SqliteConnection, SqliteExecutor};

/// One found update with the workspace it is for.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct UpdateRow {
    /// Lower-case UUID.
    pub id: String,
    /// Whose plugin.
    pub workspace_id: String,
    /// Name of that workspace.
    pub workspace_name: String,
    /// `canary` or `production`.
    pub update_tier: String,
    /// Which plugin.
    pub plugin_name: String,
    /// Where it comes from.
    pub source_raw: String,
    /// What it follows.
    pub tracked_ref: String,
    /// Commit that is installed.
    pub current_sha: Option<String>,
    /// Name of what was found.
    pub target_ref: String,
    /// Commit of what was found.
    pub target_sha: String,
    /// When.
    pub detected_at: String,
    /// `pending`, `applied`, `failed`, `dismissed`, `superseded`.
    pub status: String,
    /// Why it failed.
    pub error: Option<String>,
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT q.id, q.workspace_id, w.name AS workspace_name, w.update_tier, q.plugin_name, q.source_raw, ",
            "q.tracked_ref, q.current_sha, q.target_ref, q.target_sha, q.detected_at, q.status, q.error ",
            "FROM plugin_update_queue q JOIN workspaces w ON w.id = q.workspace_id ",
            $tail
        )
    };
}

/// What waits, canary first, then by workspace; of one tier if it is named.
///
/// # Errors
/// When the database does not answer.
pub async fn pending(
    db: impl SqliteExecutor<'_>,
    tier: Option<&str>,
) -> Result<Vec<UpdateRow>, StoreError> {
    Ok(sqlx::query_as(select!(
        "WHERE q.status = 'pending' AND w.status <> 'removed' AND (?1 IS NULL OR w.update_tier = ?1)
         ORDER BY w.update_tier, w.name, q.plugin_name"
    ))
    .bind(tier)
    .fetch_all(db)
    .await?)
}

/// One by its id.
///
/// # Errors
/// When the database does not answer.
pub async fn get(db: impl SqliteExecutor<'_>, id: &str) -> Result<Option<UpdateRow>, StoreError> {
    Ok(sqlx::query_as(select!("WHERE q.id = ?"))
        .bind(id)
        .fetch_optional(db)
        .await?)
}

/// Whether this target was found for this plugin before and is not to be found again: it waits, or was dismissed.
///
/// # Errors
/// When the database does not answer.
pub async fn knows(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
    plugin: &str,
    target_sha: &str,
) -> Result<bool, StoreError> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM plugin_update_queue WHERE workspace_id = ? AND plugin_name = ? AND target_sha = ?
           AND status IN ('pending', 'dismissed') LIMIT 1",
    )
    .bind(workspace_id)
    .bind(plugin)
    .bind(target_sha)
    .fetch_optional(db)
    .await?;
    Ok(found.is_some())
}

/// Canary workspaces that have not taken this target yet: it waits there, or was tried there and failed.
///
/// # Errors
/// When the database does not answer.
pub async fn canaries_before(
    db: impl SqliteExecutor<'_>,
    update: &UpdateRow,
) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT DISTINCT w.name FROM plugin_update_queue q JOIN workspaces w ON w.id = q.workspace_id
         JOIN workspace_plugins p ON p.workspace_id = q.workspace_id AND p.plugin_name = q.plugin_name
         WHERE q.status IN ('pending', 'failed') AND w.update_tier = 'canary' AND w.status <> 'removed' AND q.id <> ?
           AND q.plugin_name = ? AND q.target_sha = ? AND p.removing = 0 AND p.installed_sha IS NOT q.target_sha
         ORDER BY w.name",
    )
    .bind(&update.id)
    .bind(&update.plugin_name)
    .bind(&update.target_sha)
    .fetch_all(db)
    .await?)
}

/// What a look found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Whose plugin.
    pub workspace_id: String,
    /// Which plugin.
    pub plugin_name: String,
    /// Where it comes from.
    pub source_raw: String,
    /// What it follows.
    pub tracked_ref: String,
    /// Commit that is installed.
    pub current_sha: Option<String>,
    /// Name of what was found.
    pub target_ref: String,
    /// Commit of what was found.
    pub target_sha: String,
}

/// Adds a found update, after [`supersede`] for the one that may wait for the same plugin. Gives its id.
///
/// # Errors
/// When the rows cannot be written.
pub async fn add(
    connection: &mut SqliteConnection,
    found: &Found,
    now: &str,
) -> Result<String, StoreError> {
    let id = new_id();
    sqlx::query(
        "INSERT INTO plugin_update_queue (id, workspace_id, plugin_name, source_raw, tracked_ref, current_sha,
            target_ref, target_sha, detected_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&id)
    .bind(&found.workspace_id)
    .bind(&found.plugin_name)
    .bind(&found.source_raw)
    .bind(&found.tracked_ref)
    .bind(&found.current_sha)
    .bind(&found.target_ref)
    .bind(&found.target_sha)
    .bind(now)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(id)
}

/// An update that something newer overtook.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Overtaken {
    /// Its id.
    pub id: String,
    /// Name of what had been found.
    pub target_ref: String,
}

/// What waits for a plugin is overtaken: another version was installed or found, or the plugin was removed. Gives what
/// waited, for the events that tell it.
///
/// # Errors
/// When the rows cannot be written.
pub async fn supersede(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    plugin: &str,
    now: &str,
) -> Result<Vec<Overtaken>, StoreError> {
    sqlx::query_as(
        "UPDATE plugin_update_queue SET status = 'superseded', resolved_at = ?
         WHERE workspace_id = ? AND plugin_name = ? AND status = 'pending' RETURNING id, target_ref",
    )
    .bind(now)
    .bind(workspace_id)
    .bind(plugin)
    .fetch_all(connection)
    .await
    .map_err(StoreError::classify)
}

/// Ends an update as `applied`, `failed` or `dismissed`; also one that its own install overtook. Says whether it was open.
///
/// # Errors
/// When the row cannot be written.
pub async fn resolve(
    connection: &mut SqliteConnection,
    id: &str,
    status: &str,
    error: Option<&str>,
    now: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE plugin_update_queue SET status = ?, error = ?, resolved_at = ? WHERE id = ? AND status IN ('pending', 'superseded')",
    )
    .bind(status)
    .bind(error)
    .bind(now)
    .bind(id)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(done.rows_affected() == 1)
}
