//! Schedules of workspaces on the wire (contract 02 section 10.1).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One entry of `GET /workspaces/:id/schedules` (contract 02 section 10.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleView {
    /// Its id.
    pub id: String,
    /// Whose.
    pub workspace_id: String,
    /// Name.
    pub name: String,
    /// Five fields.
    pub cron_expr: String,
    /// IANA name.
    pub timezone: String,
    /// What is sent.
    pub prompt: String,
    /// Whether it runs.
    pub enabled: bool,
    /// When it ran last; null until it did.
    pub last_run_at: Option<String>,
    /// When it is due; null when it never is.
    pub next_run_at: Option<String>,
    /// Runs so far.
    pub run_count: i64,
    /// `""`, `ok`, `error`, `skipped`, `stale`.
    pub last_status: String,
    /// Why the last run failed.
    pub last_error: String,
    /// `template` or `runtime`.
    pub source: String,
    /// When it was made.
    pub created_at: String,
    /// When it was changed last.
    pub updated_at: String,
}

/// `POST /workspaces/:id/schedules`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct CreateSchedule {
    /// Five fields: minute, hour, day of month, month, day of week. Required.
    pub cron_expr: String,
    /// What is sent. Required.
    pub prompt: String,
    /// Name, unique in its workspace; empty: one is made up.
    pub name: String,
    /// IANA name; absent: UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// Whether it runs; absent: yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// `POST /workspaces/:id/schedules`, answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleCreated {
    /// Its id.
    pub id: String,
    /// `created`.
    pub status: String,
    /// When it is due.
    pub next_run_at: Option<String>,
    /// Its name, also where none was given.
    pub name: String,
}

/// `PATCH /workspaces/:id/schedules/:scheduleId`: what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct PatchSchedule {
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Five fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cron_expr: Option<String>,
    /// IANA name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// What is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// Whether it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// What became of a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleChanged {
    /// `updated` or `deleted`.
    pub status: String,
}
