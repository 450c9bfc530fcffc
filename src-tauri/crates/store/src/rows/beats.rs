//! What heartbeats said, folded and written in one go.

use crate::StoreError;
use sqlx::SqliteConnection;

/// What heartbeats said since the last flush; `None` means unchanged.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BeatFields {
    /// When the newest came.
    pub at: String,
    /// Share of failed requests.
    pub error_rate: Option<f64>,
    /// Last error text.
    pub sample_error: Option<String>,
    /// Running tasks.
    pub active_tasks: Option<i64>,
    /// Label of the running task.
    pub current_task: Option<String>,
    /// Seconds its process has run.
    pub uptime_seconds: Option<i64>,
    /// US cents this month.
    pub monthly_spend: Option<i64>,
    /// It worked.
    pub active: bool,
}

impl BeatFields {
    /// Folds a newer beat over this one.
    pub fn merge(&mut self, newer: Self) {
        self.at = newer.at;
        self.error_rate = newer.error_rate.or(self.error_rate);
        self.sample_error = newer.sample_error.or_else(|| self.sample_error.take());
        self.active_tasks = newer.active_tasks.or(self.active_tasks);
        self.current_task = newer.current_task.or_else(|| self.current_task.take());
        self.uptime_seconds = newer.uptime_seconds.or(self.uptime_seconds);
        self.monthly_spend = newer.monthly_spend.or(self.monthly_spend);
        self.active |= newer.active;
    }
}

/// Writes folded beats; rows that are removed or unknown stay as they are.
///
/// # Errors
/// When a row cannot be written.
pub async fn set_beats(
    connection: &mut SqliteConnection,
    beats: &std::collections::BTreeMap<String, BeatFields>,
) -> Result<(), StoreError> {
    for (id, beat) in beats {
        sqlx::query(
            "UPDATE workspaces SET last_heartbeat_at = ?1, last_error_rate = coalesce(?2, last_error_rate),
                last_sample_error = coalesce(?3, last_sample_error), active_tasks = coalesce(?4, active_tasks),
                current_task = coalesce(?5, current_task), uptime_seconds = coalesce(?6, uptime_seconds),
                monthly_spend = coalesce(?7, monthly_spend),
                last_active_at = CASE WHEN ?8 THEN ?1 ELSE last_active_at END
             WHERE id = ?9 AND status <> 'removed'",
        )
        .bind(&beat.at)
        .bind(beat.error_rate)
        .bind(&beat.sample_error)
        .bind(beat.active_tasks)
        .bind(&beat.current_task)
        .bind(beat.uptime_seconds)
        .bind(beat.monthly_spend)
        .bind(beat.active)
        .bind(id)
        .execute(&mut *connection)
        .await
        .map_err(StoreError::classify)?;
    }
    Ok(())
}
