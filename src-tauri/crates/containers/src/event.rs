//! What happens to containers, as the engine tells it.

use serde::Serialize;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventKind {
    /// The container's program began.
    Start,
    /// The container's program ended.
    Die {
        /// Its exit code; 128 + n after signal n.
        exit_code: Option<i64>,
    },
    /// The kernel killed a process of the container for want of memory; the end of the container follows, if it was
    /// the main program.
    OutOfMemory,
    /// The container was removed.
    Destroy,
    /// The image's own health check changed its mind.
    Health {
        /// What it says now.
        healthy: bool,
    },
}

/// One event of one container of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EngineEvent {
    /// What happened.
    #[serde(flatten)]
    pub event: EventKind,
    /// The container's id.
    pub container_id: String,
    /// The container's name.
    pub name: String,
    /// The workspace it runs, from its label.
    pub workspace_id: Option<String>,
    /// The generation it was started for, from its label.
    pub generation: Option<i64>,
    /// When, nanoseconds since 1970 by the engine's clock.
    pub at_nanos: i64,
}
