//! Runs of schedules (contract 02 section 10.3): what was begun, what came of it.

use crate::StoreError;
use sqlx::{FromRow, SqliteConnection, SqliteExecutor};

/// Ended runs of one schedule that are kept.
const KEPT: i64 = 50;

/// A run.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct RunRow {
    /// Its id, and that of its message in the queue.
    pub id: String,
    /// Which schedule.
    pub schedule_id: String,
    /// Whose.
    pub workspace_id: String,
    /// `clock` or `asked`.
    pub cause: String,
    /// When it was due.
    pub due_at: String,
    /// When it was begun.
    pub began_at: String,
    /// When it ended; none while it is open.
    pub ended_at: Option<String>,
    /// `queued`, `ok`, `error`, `skipped`, `stale`.
    pub status: String,
    /// What went wrong.
    pub error: String,
    /// Time between the agent's taking the message and its answer, in milliseconds.
    pub duration_ms: Option<i64>,
    /// The agent fetches its messages.
    pub polled: bool,
    /// JSON text: the schedule as it was.
    pub request: String,
}

/// A run that is not over.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct OpenRun {
    /// Its id.
    pub id: String,
    /// Which schedule.
    pub schedule_id: String,
    /// When it was begun.
    pub began_at: String,
    /// The agent has its message.
    pub sent: bool,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, schedule_id, workspace_id, cause, due_at, began_at, ended_at, status, error, duration_ms,
                    polled, request FROM schedule_runs ",
            $rest
        )
    };
}

/// Writes a run.
///
/// # Errors
/// When it cannot be written; a second open one of a schedule cannot.
pub async fn insert(connection: &mut SqliteConnection, run: &RunRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO schedule_runs (id, schedule_id, workspace_id, cause, due_at, began_at, ended_at, status, error,
            duration_ms, polled, request) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&run.id)
    .bind(&run.schedule_id)
    .bind(&run.workspace_id)
    .bind(&run.cause)
    .bind(&run.due_at)
    .bind(&run.began_at)
    .bind(&run.ended_at)
    .bind(&run.status)
    .bind(&run.error)
    .bind(run.duration_ms)
    .bind(run.polled)
    .bind(&run.request)
    .execute(&mut *connection)
    .await
    .map_err(StoreError::classify)?;
    forget_old(connection, &run.schedule_id).await
}

/// The run with this id, if it is not over.
///
/// # Errors
/// When the database does not answer.
pub async fn open(db: impl SqliteExecutor<'_>, id: &str) -> Result<Option<RunRow>, StoreError> {
    Ok(sqlx::query_as(select!("WHERE id = ? AND ended_at IS NULL"))
        .bind(id)
        .fetch_optional(db)
        .await?)
}

/// The run of a schedule that is not over.
///
/// # Errors
/// When the database does not answer.
pub async fn open_of_schedule(
    db: impl SqliteExecutor<'_>,
    schedule_id: &str,
) -> Result<Option<RunRow>, StoreError> {
    Ok(
        sqlx::query_as(select!("WHERE schedule_id = ? AND ended_at IS NULL"))
            .bind(schedule_id)
            .fetch_optional(db)
            .await?,
    )
}

/// The oldest run that a workspace fetched, or may have, and has not replied to.
///
/// # Errors
/// When the database does not answer.
pub async fn oldest_polled(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
) -> Result<Option<RunRow>, StoreError> {
    Ok(sqlx::query_as(select!(
        "WHERE workspace_id = ? AND polled = 1 AND ended_at IS NULL ORDER BY began_at LIMIT 1"
    ))
    .bind(workspace_id)
    .fetch_optional(db)
    .await?)
}

/// Open runs of a workspace.
///
/// # Errors
/// When the database does not answer.
pub async fn open_of_workspace(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
) -> Result<Vec<OpenRun>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT r.id, r.schedule_id, r.began_at, r.polled OR coalesce(q.status = 'dispatched', 0) AS sent
         FROM schedule_runs r LEFT JOIN a2a_queue q ON q.id = r.id
         WHERE r.workspace_id = ? AND r.ended_at IS NULL",
    )
    .bind(workspace_id)
    .fetch_all(db)
    .await?)
}

/// Ends a run.
///
/// # Errors
/// When it cannot be written.
pub async fn end(
    connection: &mut SqliteConnection,
    id: &str,
    status: &str,
    error: &str,
    duration_ms: Option<i64>,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE schedule_runs SET ended_at = ?, status = ?, error = ?, duration_ms = ? WHERE id = ?")
        .bind(now)
        .bind(status)
        .bind(error)
        .bind(duration_ms)
        .bind(id)
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(StoreError::classify)
}

/// Runs of one schedule, the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn history(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
    schedule_id: &str,
    limit: i64,
) -> Result<Vec<RunRow>, StoreError> {
    Ok(sqlx::query_as(select!(
        "WHERE workspace_id = ? AND schedule_id = ? ORDER BY began_at DESC, rowid DESC LIMIT ?"
    ))
    .bind(workspace_id)
    .bind(schedule_id)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

async fn forget_old(
    connection: &mut SqliteConnection,
    schedule_id: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM schedule_runs WHERE schedule_id = ?1 AND ended_at IS NOT NULL AND rowid NOT IN
            (SELECT rowid FROM schedule_runs WHERE schedule_id = ?1 ORDER BY began_at DESC, rowid DESC LIMIT ?2)",
    )
    .bind(schedule_id)
    .bind(KEPT)
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(StoreError::classify)
}
