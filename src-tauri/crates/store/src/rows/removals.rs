//! What a delete takes from a workspace and a restore gives back (ours).

use super::WorkspaceRow;
use crate::StoreError;
use sqlx::{FromRow, SqliteConnection, SqliteExecutor};
use std::time::Duration;
use wire::Desired;

/// How long a removed workspace can be brought back, and its work volume is kept (contract 04 D10).
pub const RETENTION: Duration = Duration::from_secs(30 * 24 * 3600);

/// A removed workspace, as a list of them shows it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct RemovedRow {
    /// Which.
    pub id: String,
    /// Display name.
    pub name: String,
    /// What it was for.
    pub role: Option<String>,
    /// Below whom it stood.
    pub parent_id: Option<String>,
    /// When it was removed; all that went in one delete have the same time.
    pub removed_at: String,
}

/// Keeps what [`give_back`] needs. Called before the row is marked removed.
///
/// # Errors
/// When the row cannot be written.
pub async fn keep(connection: &mut SqliteConnection, row: &WorkspaceRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO removals (workspace_id, desired, sleep_kind, x, y, width, height, z, placed, collapsed)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (workspace_id) DO UPDATE SET desired = excluded.desired, sleep_kind = excluded.sleep_kind,
            x = excluded.x, y = excluded.y, width = excluded.width, height = excluded.height, z = excluded.z,
            placed = excluded.placed, collapsed = excluded.collapsed",
    )
    .bind(&row.id)
    .bind(match row.desired {
        Desired::Running => Desired::Running.as_str(),
        Desired::Stopped | Desired::Absent => Desired::Stopped.as_str(),
    })
    .bind(&row.sleep_kind)
    .bind(row.x)
    .bind(row.y)
    .bind(row.width)
    .bind(row.height)
    .bind(row.z)
    .bind(row.placed)
    .bind(row.collapsed)
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(StoreError::classify)
}

/// Puts a removed row back: it should be what it should have been (stopped, when that was not kept), stands where it
/// stood, below `parent`. Its status is left for the caller to tell.
///
/// # Errors
/// When a row cannot be written.
pub async fn give_back(
    connection: &mut SqliteConnection,
    id: &str,
    parent: Option<&str>,
    now: &str,
) -> Result<(), StoreError> {
    for sql in [
        "UPDATE workspaces SET status = 'paused', removed_at = NULL, forwarded_to = NULL, parent_id = ?2, updated_at = ?3,
            desired = coalesce((SELECT desired FROM removals WHERE workspace_id = ?1), 'stopped'),
            sleep_kind = CASE WHEN EXISTS (SELECT 1 FROM removals WHERE workspace_id = ?1)
                THEN (SELECT sleep_kind FROM removals WHERE workspace_id = ?1) ELSE 'paused' END
         WHERE id = ?1 AND status = 'removed'",
        "INSERT OR REPLACE INTO canvas_layouts (workspace_id, x, y, width, height, z, placed, collapsed)
         SELECT workspace_id, x, y, width, height, z, placed, collapsed FROM removals WHERE workspace_id = ?1",
        "DELETE FROM removals WHERE workspace_id = ?1",
    ] {
        sqlx::query(sql)
            .bind(id)
            .bind(parent)
            .bind(now)
            .execute(&mut *connection)
            .await
            .map_err(StoreError::classify)?;
    }
    Ok(())
}

/// Removed workspaces, the latest first, those removed since `since` (storage text) only.
///
/// # Errors
/// When the database does not answer.
pub async fn list(db: impl SqliteExecutor<'_>, since: &str) -> Result<Vec<RemovedRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, name, role, parent_id, removed_at FROM workspaces
         WHERE status = 'removed' AND removed_at >= ? ORDER BY removed_at DESC, created_at, rowid",
    )
    .bind(since)
    .fetch_all(db)
    .await?)
}

/// The removed row and what went in the same delete below it, parents before children.
///
/// # Errors
/// When the database does not answer.
pub async fn together(
    db: impl SqliteExecutor<'_>,
    root: &str,
) -> Result<Vec<RemovedRow>, StoreError> {
    Ok(sqlx::query_as(
        "WITH RECURSIVE gone (id, name, role, parent_id, removed_at, depth) AS (
            SELECT id, name, role, parent_id, removed_at, 0 FROM workspaces WHERE id = ? AND status = 'removed'
            UNION
            SELECT c.id, c.name, c.role, c.parent_id, c.removed_at, depth + 1
            FROM workspaces c JOIN gone ON c.parent_id = gone.id
            WHERE c.status = 'removed' AND c.removed_at = gone.removed_at AND depth < 64
         )
         SELECT id, name, role, parent_id, removed_at FROM gone ORDER BY depth",
    )
    .bind(root)
    .fetch_all(db)
    .await?)
}

/// Another workspace that stands where this one stood in its org's files, if there is one now.
///
/// # Errors
/// When the database does not answer.
pub async fn in_its_place(
    db: impl SqliteExecutor<'_>,
    id: &str,
) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT other.name FROM workspaces other JOIN workspaces w ON w.id = ?
         WHERE other.id <> w.id AND other.status <> 'removed' AND other.org_id = w.org_id
           AND other.import_key = w.import_key LIMIT 1",
    )
    .bind(id)
    .fetch_optional(db)
    .await?)
}
