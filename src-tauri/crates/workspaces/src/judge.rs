//! The status after a heartbeat: the transitions of contract 01 section 4.2, in their order.

use serde_json::{Value, json};
use store::WorkspaceRow;
use wire::{Heartbeat, Status, kind};

/// Share of failed requests from which an agent counts as failing.
const FAILING: f64 = 0.5;
/// Share of failed requests below which it counts as well again.
const WELL: f64 = 0.1;

/// What is known of a workspace between two beats.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub status: Status,
    /// See [`WorkspaceRow::is_current`].
    pub current: bool,
    pub error_rate: f64,
    pub task: String,
    pub active_tasks: i64,
    pub uptime: i64,
}

impl From<&WorkspaceRow> for Known {
    fn from(row: &WorkspaceRow) -> Self {
        Self {
            status: row.status,
            current: row.is_current(),
            error_rate: row.last_error_rate,
            task: row.current_task.clone().unwrap_or_default(),
            active_tasks: row.active_tasks,
            uptime: row.uptime_seconds,
        }
    }
}

/// A status and the event that tells it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Turn {
    pub status: Status,
    pub event: &'static str,
    pub payload: Value,
}

impl Turn {
    fn online(payload: Value) -> Self {
        Self {
            status: Status::Online,
            event: kind::WORKSPACE_ONLINE,
            payload,
        }
    }

    fn degraded(payload: Value) -> Self {
        Self {
            status: Status::Degraded,
            event: kind::WORKSPACE_DEGRADED,
            payload,
        }
    }

    /// Statuses from which it may be made; somebody may have paused, removed or restarted the workspace in between.
    pub fn from(&self) -> &'static [Status] {
        match self.status {
            Status::Degraded => &[Status::Online],
            _ => &[
                Status::Degraded,
                Status::Offline,
                Status::AwaitingAgent,
                Status::Provisioning,
            ],
        }
    }
}

/// The turn a beat brings, if any: wedge, error rate, recovery from degraded, from offline, from starting.
/// `own_status`: the runtime manages its status itself, so only a wedge speaks against it.
pub(crate) fn judge(beat: &Heartbeat, before: &Known, own_status: bool) -> Option<Turn> {
    let wedged = beat.runtime_state.as_deref() == Some("wedged");
    let rate = beat.error_rate.unwrap_or(before.error_rate);
    let sample = || beat.sample_error.clone().unwrap_or_default();
    match before.status {
        Status::Online if wedged => Some(Turn::degraded(
            json!({"runtime_state": "wedged", "sample_error": sample()}),
        )),
        Status::Online if rate >= FAILING && !own_status => Some(Turn::degraded(
            json!({"error_rate": rate, "sample_error": sample()}),
        )),
        Status::Degraded if !wedged && rate < WELL && !own_status => Some(Turn::online(json!({}))),
        Status::Offline | Status::AwaitingAgent if before.current => Some(Turn::online(json!({}))),
        Status::Provisioning if before.current => {
            Some(Turn::online(json!({"recovered_from": "provisioning"})))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(
        status: Status,
        rate: f64,
        state: Option<&str>,
        own_status: bool,
    ) -> Option<&'static str> {
        let before = Known {
            status,
            current: true,
            error_rate: 0.0,
            task: String::new(),
            active_tasks: 0,
            uptime: 0,
        };
        let beat = Heartbeat {
            error_rate: Some(rate),
            runtime_state: state.map(str::to_owned),
            ..Heartbeat::default()
        };
        judge(&beat, &before, own_status).map(|turn| turn.status.as_str())
    }

    #[test]
    fn the_table_of_turns() {
        use Status::{AwaitingAgent, Degraded, Failed, Offline, Online, Paused, Provisioning};
        let table = [
            (Online, 0.0, None, false, None),
            (Online, 0.49, None, false, None),
            (Online, 0.5, None, false, Some("degraded")),
            (Online, 0.5, None, true, None),
            (Online, 0.0, Some("wedged"), false, Some("degraded")),
            (Online, 0.0, Some("wedged"), true, Some("degraded")),
            (Degraded, 0.0, None, false, Some("online")),
            (Degraded, 0.0, Some("ok"), false, Some("online")),
            (Degraded, 0.0, Some(""), false, Some("online")),
            (Degraded, 0.1, None, false, None),
            (Degraded, 0.0, Some("wedged"), false, None),
            (Degraded, 0.0, None, true, None),
            (Offline, 0.9, None, false, Some("online")),
            (AwaitingAgent, 0.0, None, false, Some("online")),
            (Provisioning, 0.0, Some("wedged"), false, Some("online")),
            (Paused, 0.0, None, false, None),
            (Failed, 0.0, None, false, None),
        ];
        for (status, rate, state, own, wanted) in table {
            assert_eq!(
                of(status, rate, state, own),
                wanted,
                "{status} {rate} {state:?} status_mgmt={own}"
            );
        }
    }
}
