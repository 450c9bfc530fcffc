//! What heartbeats said, folded and written in one go.

use crate::StoreError;
use serde_json::json;
use sqlx::SqliteConnection;
use std::collections::BTreeMap;
use wire::Timestamp;

/// What heartbeats said since the last flush; `None` means unchanged.
#[derive(Debug, Clone, PartialEq)]
pub struct BeatFields {
    /// When the newest came.
    pub at: Timestamp,
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
    /// A beat that says nothing but that it came.
    pub fn bare(at: Timestamp) -> Self {
        Self {
            at,
            error_rate: None,
            sample_error: None,
            active_tasks: None,
            current_task: None,
            uptime_seconds: None,
            monthly_spend: None,
            active: false,
        }
    }

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

/// Writes folded beats, all in one statement; rows that are removed or unknown stay as they are.
///
/// # Errors
/// When a row cannot be written.
pub async fn set_beats(
    connection: &mut SqliteConnection,
    beats: &BTreeMap<String, BeatFields>,
) -> Result<(), StoreError> {
    let list: Vec<_> = beats
        .iter()
        .map(|(id, beat)| {
            json!({
                "id": id, "at": beat.at.to_storage(), "rate": beat.error_rate, "sample": beat.sample_error,
                "tasks": beat.active_tasks, "task": beat.current_task, "uptime": beat.uptime_seconds,
                "spend": beat.monthly_spend, "active": beat.active,
            })
        })
        .collect();
    sqlx::query(
        "UPDATE workspaces SET last_heartbeat_at = b.at, last_error_rate = coalesce(b.rate, last_error_rate),
            last_sample_error = coalesce(b.sample, last_sample_error),
            active_tasks = coalesce(b.tasks, active_tasks), current_task = coalesce(b.task, current_task),
            uptime_seconds = coalesce(b.uptime, uptime_seconds), monthly_spend = coalesce(b.spend, monthly_spend),
            last_active_at = CASE WHEN b.active THEN b.at ELSE last_active_at END
         FROM (SELECT value ->> 'id' AS id, value ->> 'at' AS at, value ->> 'rate' AS rate, value ->> 'sample' AS sample,
                value ->> 'tasks' AS tasks, value ->> 'task' AS task, value ->> 'uptime' AS uptime,
                value ->> 'spend' AS spend, value ->> 'active' AS active FROM json_each(?)) AS b
         WHERE workspaces.id = b.id AND workspaces.status <> 'removed'",
    )
    .bind(serde_json::Value::from(list).to_string())
    .execute(connection)
    .await
    .map_err(StoreError::classify)?;
    Ok(())
}
