//! Restarts that were asked for and have not begun yet (ours; contract 03 nos. 48 and 49).

use crate::StoreError;
use sqlx::{FromRow, SqliteConnection, SqliteExecutor};

/// A workspace whose container was made before its secrets changed.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct DueRestart {
    /// Which.
    pub workspace_id: String,
    /// Whether it has a container; without one its next start reads the new secrets anyway.
    pub has_container: bool,
    /// It failed and waits for somebody.
    pub failed: bool,
    /// Tasks it works on.
    pub active_tasks: i64,
}

/// Asks for a restart; asking again changes nothing but the time.
///
/// # Errors
/// When the row cannot be written.
pub async fn ask(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO due_restarts (workspace_id, asked_at) VALUES (?, ?)
         ON CONFLICT (workspace_id) DO UPDATE SET asked_at = excluded.asked_at",
    )
    .bind(workspace_id)
    .bind(now)
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(StoreError::classify)
}

/// It is not due any more; says whether it was.
///
/// # Errors
/// When the row cannot be deleted.
pub async fn forget(
    connection: &mut SqliteConnection,
    workspace_id: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM due_restarts WHERE workspace_id = ?")
        .bind(workspace_id)
        .execute(connection)
        .await
        .map_err(StoreError::classify)?;
    Ok(done.rows_affected() == 1)
}

/// Whether a restart is due.
///
/// # Errors
/// When the database does not answer.
pub async fn is_due(db: impl SqliteExecutor<'_>, workspace_id: &str) -> Result<bool, StoreError> {
    let found: i64 =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM due_restarts WHERE workspace_id = ?)")
            .bind(workspace_id)
            .fetch_one(db)
            .await?;
    Ok(found == 1)
}

/// All that are due: idle ones first, then in the order in which they were asked for.
///
/// # Errors
/// When the database does not answer.
pub async fn due(db: impl SqliteExecutor<'_>) -> Result<Vec<DueRestart>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT due.workspace_id, row.container_id IS NOT NULL AS has_container, row.status = 'failed' AS failed,
            row.active_tasks
         FROM due_restarts due JOIN workspaces row ON row.id = due.workspace_id
         ORDER BY row.active_tasks > 0, due.asked_at, due.workspace_id",
    )
    .fetch_all(db)
    .await?)
}
