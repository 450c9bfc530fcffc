//! Rows of `workspace_token_usage`: tokens by workspace and UTC day; and the work figures of a workspace row.

use crate::StoreError;
use sqlx::{FromRow, SqliteConnection, SqliteExecutor};

/// US dollars for a million input tokens, as the contract estimates (02 section 1.6).
const INPUT_USD: f64 = 3.0;
/// US dollars for a million output tokens.
const OUTPUT_USD: f64 = 15.0;

/// Tokens of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, FromRow)]
pub struct DayUsage {
    /// Tokens read by models.
    pub input_tokens: i64,
    /// Tokens written by models.
    pub output_tokens: i64,
    /// Calls that reported tokens.
    pub call_count: i64,
    /// Estimate in US dollars.
    pub estimated_cost_usd: f64,
}

/// Adds what one call used. `day` is the UTC midnight as storage text.
///
/// # Errors
/// When it cannot be written.
pub async fn add(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    day: &str,
    input: i64,
    output: i64,
    now: &str,
) -> Result<(), StoreError> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "an estimate; both are capped far below 2^53"
    )]
    let cost = (input as f64 * INPUT_USD + output as f64 * OUTPUT_USD) / 1_000_000.0;
    sqlx::query(
        "INSERT INTO workspace_token_usage (id, workspace_id, period_start, input_tokens, output_tokens, call_count,
            estimated_cost_usd, updated_at)
         VALUES (?, ?, ?, ?, ?, 1, ?, ?)
         ON CONFLICT (workspace_id, period_start) DO UPDATE SET
            input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens,
            call_count = call_count + 1, estimated_cost_usd = estimated_cost_usd + excluded.estimated_cost_usd,
            updated_at = excluded.updated_at",
    )
    .bind(crate::new_id())
    .bind(workspace_id)
    .bind(day)
    .bind(input)
    .bind(output)
    .bind(cost)
    .bind(now)
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(())
}

/// What was used on a day, by one workspace or by all.
///
/// # Errors
/// When the database does not answer.
pub async fn of_day(
    db: impl SqliteExecutor<'_>,
    workspace_id: Option<&str>,
    day: &str,
) -> Result<DayUsage, StoreError> {
    Ok(sqlx::query_as(
        "SELECT coalesce(sum(input_tokens), 0) AS input_tokens, coalesce(sum(output_tokens), 0) AS output_tokens,
            coalesce(sum(call_count), 0) AS call_count, coalesce(sum(estimated_cost_usd), 0.0) AS estimated_cost_usd
         FROM workspace_token_usage WHERE period_start = ?1 AND (?2 IS NULL OR workspace_id = ?2)",
    )
    .bind(day)
    .bind(workspace_id)
    .fetch_one(db)
    .await?)
}

/// A task of a workspace began (`change` 1) or ended (-1); `task` is what it works at now. Returns the running tasks.
///
/// # Errors
/// When it cannot be written.
pub async fn set_task(
    connection: &mut SqliteConnection,
    id: &str,
    change: i64,
    task: Option<&str>,
    now: &str,
) -> Result<Option<i64>, StoreError> {
    sqlx::query_scalar(
        "UPDATE workspaces SET active_tasks = max(0, active_tasks + ?1),
            current_task = CASE WHEN ?2 IS NULL AND active_tasks + ?1 > 0 THEN current_task ELSE coalesce(?2, '') END,
            last_active_at = ?3, updated_at = ?3
         WHERE id = ?4 AND status <> 'removed' RETURNING active_tasks",
    )
    .bind(change)
    .bind(task)
    .bind(now)
    .bind(id)
    .fetch_optional(connection)
    .await
    .map_err(StoreError::classify)
}

/// Workspaces of the built-in runtime that were working when the platform ended; they work at nothing now.
///
/// # Errors
/// When it cannot be written.
pub async fn clear_mock_tasks(
    connection: &mut SqliteConnection,
    now: &str,
) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar(
        "UPDATE workspaces SET active_tasks = 0, current_task = '', updated_at = ?
         WHERE runtime = 'mock' AND (active_tasks <> 0 OR coalesce(current_task, '') <> '') RETURNING id",
    )
    .bind(now)
    .fetch_all(connection)
    .await
    .map_err(StoreError::classify)
}
