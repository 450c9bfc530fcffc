//! What events about schedules carry (contract 01 section 5.2).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A run of a schedule began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CronStarted {
    /// Which schedule.
    pub schedule_id: String,
    /// Its name.
    pub schedule_name: String,
    /// Which run.
    pub run_id: String,
    /// `clock` or `asked`.
    pub cause: String,
    /// When the schedule is due next; null when it never is.
    pub next_run_at: Option<String>,
}

/// A run of a schedule is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CronExecuted {
    /// Which schedule.
    pub schedule_id: String,
    /// Its name.
    pub schedule_name: String,
    /// `ok`, `error`, `stale`, or `queued` for a message that the agent fetches and has not answered.
    pub status: String,
    /// Which run.
    pub run_id: String,
}

/// A schedule was due and nothing was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CronSkipped {
    /// Which schedule.
    pub schedule_id: String,
    /// Its name.
    pub schedule_name: String,
    /// Why.
    pub reason: String,
    /// The run that was taken back, if one had begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<String>,
}
