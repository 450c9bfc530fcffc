//! Schedules of workspaces (contract 02 sections 10 and 14).

use crate::StoreError;
use sqlx::{FromRow, SqliteConnection, SqliteExecutor};

/// A schedule.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ScheduleRow {
    /// Its id.
    pub id: String,
    /// Whose.
    pub workspace_id: String,
    /// Name; unique in its workspace.
    pub name: String,
    /// Five fields.
    pub cron_expr: String,
    /// IANA name.
    pub timezone: String,
    /// What is sent.
    pub prompt: String,
    /// Whether it runs.
    pub enabled: bool,
    /// When it ran last, RFC 3339.
    pub last_run_at: Option<String>,
    /// When it is due, RFC 3339, UTC.
    pub next_run_at: Option<String>,
    /// Runs so far, skipped ones included.
    pub run_count: i64,
    /// `""`, `queued` while a run is not over, `ok`, `error`, `skipped`, `stale`.
    pub last_status: String,
    /// Why the last run failed.
    pub last_error: String,
    /// `template` for rows of an org import, `runtime` for others.
    pub source: String,
    /// What files or person say about `enabled`, whatever was agreed to; none for rows older than that column.
    pub wanted: Option<bool>,
    /// A person switched it on, so that it runs although the schedules of its org were not ticked.
    pub agreed: bool,
    /// Changed since the files were read.
    pub edited: bool,
    /// An agent made it for itself: no part of its org.
    pub by_agent: bool,
    /// When it was made.
    pub created_at: String,
    /// When it was changed last.
    pub updated_at: String,
}

/// One statement that reads whole rows.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, workspace_id, name, cron_expr, timezone, prompt, enabled, last_run_at, next_run_at, run_count,
                    last_status, last_error, source, wanted, agreed, edited, by_agent, created_at, updated_at
             FROM workspace_schedules ",
            $rest
        )
    };
}

/// Schedules of one workspace, oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn of_workspace(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
) -> Result<Vec<ScheduleRow>, StoreError> {
    Ok(
        sqlx::query_as(select!("WHERE workspace_id = ? ORDER BY created_at, rowid"))
            .bind(workspace_id)
            .fetch_all(db)
            .await?,
    )
}

/// Schedules of all workspaces, those of each oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn all(db: impl SqliteExecutor<'_>) -> Result<Vec<ScheduleRow>, StoreError> {
    Ok(
        sqlx::query_as(select!("ORDER BY workspace_id, created_at, rowid"))
            .fetch_all(db)
            .await?,
    )
}

/// One schedule.
///
/// # Errors
/// When the database does not answer.
pub async fn get(db: impl SqliteExecutor<'_>, id: &str) -> Result<Option<ScheduleRow>, StoreError> {
    Ok(sqlx::query_as(select!("WHERE id = ?"))
        .bind(id)
        .fetch_optional(db)
        .await?)
}

/// Every schedule that is switched on, for a look at when each is due.
///
/// # Errors
/// When the database does not answer.
pub async fn switched_on(db: impl SqliteExecutor<'_>) -> Result<Vec<ScheduleRow>, StoreError> {
    Ok(sqlx::query_as(select!("WHERE enabled = 1"))
        .fetch_all(db)
        .await?)
}

/// Ids of schedules that are due, the longest overdue first.
///
/// # Errors
/// When the database does not answer.
pub async fn due(
    db: impl SqliteExecutor<'_>,
    now: &str,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT s.id FROM workspace_schedules s JOIN workspaces w ON w.id = s.workspace_id
         WHERE s.enabled = 1 AND s.next_run_at <= ? AND w.status <> 'removed' ORDER BY s.next_run_at LIMIT ?",
    )
    .bind(now)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// When the next schedule is due.
///
/// # Errors
/// When the database does not answer.
pub async fn next_due(db: impl SqliteExecutor<'_>) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT min(s.next_run_at) FROM workspace_schedules s JOIN workspaces w ON w.id = s.workspace_id
         WHERE s.enabled = 1 AND w.status <> 'removed'",
    )
    .fetch_one(db)
    .await?)
}

/// When a schedule is due next; what people said about it is not touched.
///
/// # Errors
/// When the row cannot be written.
pub async fn set_next(
    connection: &mut SqliteConnection,
    id: &str,
    next: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE workspace_schedules SET next_run_at = ? WHERE id = ?")
        .bind(next)
        .bind(id)
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(StoreError::classify)
}

/// A run begins, or is left out: it counts from here.
///
/// # Errors
/// When the row cannot be written.
pub async fn set_begun(
    connection: &mut SqliteConnection,
    id: &str,
    status: &str,
    error: &str,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE workspace_schedules SET last_run_at = ?, run_count = run_count + 1, last_status = ?, last_error = ?
         WHERE id = ?",
    )
    .bind(now)
    .bind(status)
    .bind(error)
    .bind(id)
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(StoreError::classify)
}

/// Counts an answer that said nothing, or begins anew after one that said something; gives how many in a row said nothing.
///
/// # Errors
/// When the row cannot be written.
pub async fn count_empty(
    connection: &mut SqliteConnection,
    id: &str,
    empty: bool,
) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "UPDATE workspace_schedules SET consecutive_empty_runs = iif(?, consecutive_empty_runs + 1, 0)
         WHERE id = ? RETURNING consecutive_empty_runs",
    )
    .bind(empty)
    .bind(id)
    .fetch_optional(connection)
    .await
    .map_err(StoreError::classify)?
    .unwrap_or(0))
}

/// How the last run ended.
///
/// # Errors
/// When the row cannot be written.
pub async fn set_ended(
    connection: &mut SqliteConnection,
    id: &str,
    status: &str,
    error: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE workspace_schedules SET last_status = ?, last_error = ? WHERE id = ?")
        .bind(status)
        .bind(error)
        .bind(id)
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(StoreError::classify)
}

/// Makes a schedule.
///
/// # Errors
/// When the row cannot be written; a second one of a name cannot.
pub async fn insert(
    connection: &mut SqliteConnection,
    row: &ScheduleRow,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO workspace_schedules
             (id, workspace_id, name, cron_expr, timezone, prompt, enabled, last_run_at, next_run_at, run_count,
              last_status, last_error, source, wanted, agreed, edited, by_agent, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&row.id)
    .bind(&row.workspace_id)
    .bind(&row.name)
    .bind(&row.cron_expr)
    .bind(&row.timezone)
    .bind(&row.prompt)
    .bind(row.enabled)
    .bind(&row.last_run_at)
    .bind(&row.next_run_at)
    .bind(row.run_count)
    .bind(&row.last_status)
    .bind(&row.last_error)
    .bind(&row.source)
    .bind(row.wanted)
    .bind(row.agreed)
    .bind(row.edited)
    .bind(row.by_agent)
    .bind(&row.created_at)
    .bind(&row.updated_at)
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(StoreError::classify)
}

/// Writes what a schedule says; what its runs left is not touched.
///
/// # Errors
/// When the row cannot be written.
pub async fn update(
    connection: &mut SqliteConnection,
    row: &ScheduleRow,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE workspace_schedules SET name = ?, cron_expr = ?, timezone = ?, prompt = ?, enabled = ?, next_run_at = ?,
             source = ?, wanted = ?, agreed = ?, edited = ?, updated_at = ?
         WHERE id = ?",
    )
    .bind(&row.name)
    .bind(&row.cron_expr)
    .bind(&row.timezone)
    .bind(&row.prompt)
    .bind(row.enabled)
    .bind(&row.next_run_at)
    .bind(&row.source)
    .bind(row.wanted)
    .bind(row.agreed)
    .bind(row.edited)
    .bind(now)
    .bind(&row.id)
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(StoreError::classify)
}

/// Takes a schedule away.
///
/// # Errors
/// When the row cannot be written.
pub async fn delete(connection: &mut SqliteConnection, id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM workspace_schedules WHERE id = ?")
        .bind(id)
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(StoreError::classify)
}

/// Switches off every schedule of a workspace that is removed.
///
/// # Errors
/// When the rows cannot be written.
pub async fn disable_all(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE workspace_schedules SET enabled = 0, updated_at = ? WHERE workspace_id = ? AND enabled = 1",
    )
    .bind(now)
    .bind(workspace_id)
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(StoreError::classify)
}
