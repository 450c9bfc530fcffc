//! State kept over a restart (contract 04 section 16.1, D18).

use crate::agent::{Agent, lock};
use crate::platform::write_private;
use crate::settings::Settings;
use serde_json::{Value, json};
use std::fs;

/// What the process before this one left.
pub(crate) struct Kept {
    pub session_id: String,
    pub lines: Vec<Value>,
}

const LINES: usize = 200;

/// Reads the snapshot; anything unusable begins a new session.
pub(crate) fn read(settings: &Settings) -> Kept {
    let text = fs::read_to_string(&settings.snapshot).unwrap_or_default();
    let kept: Value = serde_json::from_str(&text).unwrap_or_default();
    let kept = if kept["workspace_id"] == settings.workspace_id.as_str() {
        kept
    } else {
        Value::Null
    };
    let session = kept["session_id"]
        .as_str()
        .or(kept["adapter"]["session_id"].as_str());
    Kept {
        session_id: session.map_or_else(|| uuid::Uuid::new_v4().to_string(), str::to_owned),
        lines: kept["adapter"]["transcript_lines"]
            .as_array()
            .cloned()
            .unwrap_or_default(),
    }
}

/// Writes the snapshot, secrets masked. `session_id` is in both places: readers of either exist.
pub(crate) fn write(agent: &Agent) {
    let (active, label) = agent.running();
    let snapshot = json!({
        "workspace_id": agent.settings.workspace_id,
        "timestamp": wire::Timestamp(chrono::Utc::now()),
        "session_id": agent.session_id,
        "current_task": label,
        "active_tasks": active,
        "uptime_seconds": agent.started.elapsed().as_secs(),
        "adapter": {
            "session_id": agent.session_id,
            "transcript_lines": lock(&agent.transcript).last(LINES),
        },
    });
    let mut scrub = agent.settings.scrub.clone();
    if let Some(token) = agent.platform.token() {
        scrub.add(&token);
    }
    let text = scrub.text(&snapshot.to_string());
    if let Err(error) = write_private(&agent.settings.snapshot, text.as_bytes()) {
        eprintln!(
            "stand-in: the snapshot could not be written to {}: {error}",
            agent.settings.snapshot.display()
        );
    }
}
