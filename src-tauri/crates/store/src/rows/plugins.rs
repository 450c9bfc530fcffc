//! What plugins each workspace should hold, and what of it is there (contract 03 section 9).

use crate::StoreError;
use sqlx::{FromRow, SqliteConnection, SqliteExecutor};

/// One plugin of one workspace.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct PluginRow {
    /// Whose.
    pub workspace_id: String,
    /// Its folder below `/configs/plugins`.
    pub plugin_name: String,
    /// Where it came from, normalised.
    pub source_raw: String,
    /// What it follows: `none`, `tag:…`, `sha:…`.
    pub tracked_ref: String,
    /// First install.
    pub installed_at: String,
    /// Last install.
    pub updated_at: String,
    /// Commit it came from.
    pub installed_sha: Option<String>,
    /// Name that pointed to that commit.
    pub installed_ref: Option<String>,
    /// SHA-256 of the kept archive that should be there; `None`: recorded only.
    pub content: Option<String>,
    /// Published digest of the same files.
    pub digest: Option<String>,
    /// What its description says, as JSON.
    pub manifest: String,
    /// SHA-256 of the archive that is in the volume.
    pub delivered: Option<String>,
    /// It is on its way out.
    pub removing: bool,
    /// What was written outside its own folder, as JSON.
    pub receipt: String,
}

impl PluginRow {
    /// What should be and what is differ.
    pub fn is_pending(&self) -> bool {
        self.removing || (self.content.is_some() && self.content != self.delivered)
    }
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT workspace_id, plugin_name, source_raw, tracked_ref, installed_at, updated_at, installed_sha, ",
            "installed_ref, content, digest, manifest, delivered, removing, receipt FROM workspace_plugins ",
            $tail
        )
    };
}

/// Workspace and source of everything that should be there, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn sources(db: impl SqliteExecutor<'_>) -> Result<Vec<(String, String)>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT workspace_id, source_raw FROM workspace_plugins WHERE removing = 0 ORDER BY workspace_id, plugin_name",
    )
    .fetch_all(db)
    .await?)
}

/// All of one workspace, by name; those being removed too.
///
/// # Errors
/// When the database does not answer.
pub async fn of_workspace(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
) -> Result<Vec<PluginRow>, StoreError> {
    Ok(
        sqlx::query_as(select!("WHERE workspace_id = ? ORDER BY plugin_name"))
            .bind(workspace_id)
            .fetch_all(db)
            .await?,
    )
}

/// One plugin of one workspace.
///
/// # Errors
/// When the database does not answer.
pub async fn get(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
    name: &str,
) -> Result<Option<PluginRow>, StoreError> {
    Ok(
        sqlx::query_as(select!("WHERE workspace_id = ? AND plugin_name = ?"))
            .bind(workspace_id)
            .bind(name)
            .fetch_optional(db)
            .await?,
    )
}

/// Those that follow a ref, of workspaces that are not removed, by source.
///
/// # Errors
/// When the database does not answer.
pub async fn tracked(db: impl SqliteExecutor<'_>) -> Result<Vec<PluginRow>, StoreError> {
    Ok(sqlx::query_as(select!(
        "WHERE tracked_ref <> 'none' AND removing = 0
           AND workspace_id IN (SELECT id FROM workspaces WHERE status <> 'removed')
         ORDER BY source_raw, tracked_ref, workspace_id"
    ))
    .fetch_all(db)
    .await?)
}

/// Workspaces with something unfinished, a restart that is due among it.
///
/// # Errors
/// When the database does not answer.
pub async fn pending(db: impl SqliteExecutor<'_>) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT DISTINCT workspace_id FROM workspace_plugins
         WHERE removing = 1 OR (content IS NOT NULL AND content IS NOT delivered)
            OR json_extract(receipt, '$.restart_due')",
    )
    .fetch_all(db)
    .await?)
}

/// Those whose files are kept on this computer.
///
/// # Errors
/// When the database does not answer.
pub async fn kept(db: impl SqliteExecutor<'_>) -> Result<Vec<PluginRow>, StoreError> {
    Ok(
        sqlx::query_as(select!("WHERE content IS NOT NULL AND removing = 0"))
            .fetch_all(db)
            .await?,
    )
}

/// Archives that some row should have or has.
///
/// # Errors
/// When the database does not answer.
pub async fn contents(db: impl SqliteExecutor<'_>) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT content FROM workspace_plugins WHERE content IS NOT NULL
         UNION SELECT delivered FROM workspace_plugins WHERE delivered IS NOT NULL",
    )
    .fetch_all(db)
    .await?)
}

/// Writes a whole row.
///
/// # Errors
/// When the row cannot be written.
pub async fn put(connection: &mut SqliteConnection, row: &PluginRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO workspace_plugins (workspace_id, plugin_name, source_raw, tracked_ref, installed_at, updated_at,
            installed_sha, installed_ref, content, digest, manifest, delivered, removing, receipt)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (workspace_id, plugin_name) DO UPDATE SET source_raw = excluded.source_raw,
            tracked_ref = excluded.tracked_ref, installed_at = excluded.installed_at, updated_at = excluded.updated_at,
            installed_sha = excluded.installed_sha, installed_ref = excluded.installed_ref, content = excluded.content,
            digest = excluded.digest, manifest = excluded.manifest, delivered = excluded.delivered,
            removing = excluded.removing, receipt = excluded.receipt",
    )
    .bind(&row.workspace_id)
    .bind(&row.plugin_name)
    .bind(&row.source_raw)
    .bind(&row.tracked_ref)
    .bind(&row.installed_at)
    .bind(&row.updated_at)
    .bind(&row.installed_sha)
    .bind(&row.installed_ref)
    .bind(&row.content)
    .bind(&row.digest)
    .bind(&row.manifest)
    .bind(&row.delivered)
    .bind(row.removing)
    .bind(&row.receipt)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(())
}

/// Notes what was written outside the folder, before it is written.
///
/// # Errors
/// When the row cannot be written.
pub async fn set_receipt(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    name: &str,
    receipt: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE workspace_plugins SET receipt = ? WHERE workspace_id = ? AND plugin_name = ?",
    )
    .bind(receipt)
    .bind(workspace_id)
    .bind(name)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(())
}

/// Notes what is in the volume now. Says whether the row was still there.
///
/// # Errors
/// When the row cannot be written.
pub async fn set_delivered(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    name: &str,
    delivered: Option<&str>,
    receipt: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE workspace_plugins SET delivered = ?, receipt = ? WHERE workspace_id = ? AND plugin_name = ?",
    )
    .bind(delivered)
    .bind(receipt)
    .bind(workspace_id)
    .bind(name)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(done.rows_affected() == 1)
}

/// Deletes a row. Says whether there was one.
///
/// # Errors
/// When the row cannot be deleted.
pub async fn delete(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    name: &str,
) -> Result<bool, StoreError> {
    let done =
        sqlx::query("DELETE FROM workspace_plugins WHERE workspace_id = ? AND plugin_name = ?")
            .bind(workspace_id)
            .bind(name)
            .execute(connection)
            .await
            .map_err(StoreError::classify)?;
    Ok(done.rows_affected() == 1)
}

/// Whether a person was shown the code of this digest.
///
/// # Errors
/// When the database does not answer.
pub async fn was_shown(db: impl SqliteExecutor<'_>, digest: &str) -> Result<bool, StoreError> {
    let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM plugin_reviews WHERE digest = ?")
        .bind(digest)
        .fetch_optional(db)
        .await?;
    Ok(found.is_some())
}

/// Notes that a person was shown the code of this digest.
///
/// # Errors
/// When the row cannot be written.
pub async fn shown(
    connection: &mut SqliteConnection,
    digest: &str,
    name: &str,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO plugin_reviews (digest, plugin_name, shown_at) VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING",
    )
    .bind(digest)
    .bind(name)
    .bind(now)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(())
}
