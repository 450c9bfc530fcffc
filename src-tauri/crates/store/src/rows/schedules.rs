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
    /// `""`, `ok`, `error`, `skipped`, `stale`.
    pub last_status: String,
    /// Why the last run failed.
    pub last_error: String,
    /// `template` for rows of an org import, `runtime` for others.
    pub source: String,
    /// When it was made.
    pub created_at: String,
    /// When it was changed last.
    pub updated_at: String,
}

/// What an org's files say about one schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateSchedule<'a> {
    /// Name.
    pub name: &'a str,
    /// Checked expression.
    pub cron_expr: &'a str,
    /// Checked IANA name.
    pub timezone: &'a str,
    /// What is sent.
    pub prompt: &'a str,
    /// Whether it runs.
    pub enabled: bool,
    /// When it is due, RFC 3339, UTC; none when it never is.
    pub next_run_at: Option<&'a str>,
}

/// Schedules of one workspace, oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn of_workspace(
    db: impl SqliteExecutor<'_>,
    workspace_id: &str,
) -> Result<Vec<ScheduleRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, workspace_id, name, cron_expr, timezone, prompt, enabled, last_run_at, next_run_at, run_count,
                last_status, last_error, source, created_at, updated_at
         FROM workspace_schedules WHERE workspace_id = ? ORDER BY created_at, rowid",
    )
    .bind(workspace_id)
    .fetch_all(db)
    .await?)
}

/// Makes a schedule of a template, or refreshes one that a template made; one that was made by hand stays as it is.
///
/// # Errors
/// When the row cannot be written.
pub async fn put_template(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    schedule: &TemplateSchedule<'_>,
    now: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO workspace_schedules
             (id, workspace_id, name, cron_expr, timezone, prompt, enabled, next_run_at, source, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'template', ?, ?)
         ON CONFLICT (workspace_id, name) DO UPDATE SET
             cron_expr = excluded.cron_expr, timezone = excluded.timezone, prompt = excluded.prompt,
             enabled = excluded.enabled, next_run_at = excluded.next_run_at, updated_at = excluded.updated_at
         WHERE workspace_schedules.source = 'template'",
    )
    .bind(crate::new_id())
    .bind(workspace_id)
    .bind(schedule.name)
    .bind(schedule.cron_expr)
    .bind(schedule.timezone)
    .bind(schedule.prompt)
    .bind(schedule.enabled)
    .bind(schedule.next_run_at)
    .bind(now)
    .bind(now)
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
