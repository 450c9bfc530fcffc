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
    /// `""`, `queued` while a run is not over, `ok`, `error`, `skipped`, `stale` (three answers in a row said nothing).
    pub last_status: String,
    /// Why the last run failed.
    pub last_error: String,
    /// `template` or `runtime`.
    pub source: String,
    /// When it was made.
    pub created_at: String,
    /// When it was changed last.
    pub updated_at: String,
    /// The run that is not over, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_run: Option<CurrentRun>,
}

/// A run of a schedule that is not over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CurrentRun {
    /// Its id.
    pub run_id: String,
    /// `waiting` for the agent to take it, or `running`.
    pub state: String,
    /// When it began.
    pub since: String,
}

/// `POST /workspaces/:id/schedules/:scheduleId/run`; an empty body is one, too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct RunSchedule {
    /// Only tells what would be sent.
    pub dry_run: bool,
}

/// `POST /workspaces/:id/schedules/:scheduleId/run`, answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleFired {
    /// `fired`.
    pub status: String,
    /// Whose.
    pub workspace_id: String,
    /// What is sent.
    pub prompt: String,
    /// The run; absent when nothing was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<String>,
}

/// One entry of `GET /workspaces/:id/schedules/:scheduleId/history`, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleRun {
    /// When it began.
    pub timestamp: String,
    /// How long the agent took, in milliseconds; null while it has not answered.
    pub duration_ms: Option<i64>,
    /// `queued` while it is not over, `ok`, `error`, `skipped`, `stale`.
    pub status: String,
    /// What went wrong; empty when nothing did.
    pub error_detail: String,
    /// The schedule as it was: `schedule_id`, `schedule_name`, `cron_expr`, `prompt` (200 characters), and for one that
    /// was left out `skipped` and `active_tasks`.
    pub request: serde_json::Value,
    /// Its id.
    pub run_id: String,
    /// `clock`, or `asked` when somebody ran it by hand.
    pub cause: String,
    /// When it was due.
    pub due_at: String,
    /// When it ended; null while it is not over.
    pub ended_at: Option<String>,
}

/// One entry of `GET /workspaces/:id/schedules/health`: what a peer may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleHealth {
    /// Its id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Whether it runs.
    pub enabled: bool,
    /// When it ran last.
    pub last_run_at: Option<String>,
    /// When it is due.
    pub next_run_at: Option<String>,
    /// Runs so far.
    pub run_count: i64,
    /// How the last run ended.
    pub last_status: String,
    /// Why the last run failed.
    pub last_error: String,
}

/// One entry of `GET /admin/schedules/health`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AdminScheduleHealth {
    /// Whose.
    pub workspace_id: String,
    /// Its name.
    pub workspace_name: String,
    /// Which schedule.
    pub schedule_id: String,
    /// Its name.
    pub schedule_name: String,
    /// Five fields.
    pub cron_expr: String,
    /// When it ran last.
    pub last_run_at: Option<String>,
    /// When it is due.
    pub expected_next_run: Option<String>,
    /// `never_run`, `stale` (older than the threshold) or `ok`.
    pub status: String,
    /// Twice the time between the next two runs; 0 when it never runs.
    pub stale_threshold_seconds: i64,
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
