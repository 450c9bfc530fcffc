//! Live events: one envelope, one catalogue (contract 01 section 5.2).

use crate::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// One frame of `/ws`. Field order is part of the contract; `seq` is last and absent on `WORKSPACE_HEARTBEAT`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// Name from the catalogue, see [`kind`].
    pub event: String,
    /// The workspace it is about; empty when it is about none.
    pub workspace_id: String,
    /// When it happened.
    pub timestamp: Timestamp,
    /// Body, by name.
    pub payload: Value,
    /// Number of its row in the event log; what a client gives as `since_seq` when it comes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
}

crate::status::words! {
    /// How long an event is kept (contract 01 section 7): for ever, 30 days, 24 hours.
    EventClass {
        /// Changes of the org; kept for ever.
        Structural = "structural",
        /// What happened while it ran; kept 30 days.
        Operational = "operational",
        /// Only of interest live; kept 24 hours and left out of `GET /events` unless asked for by type.
        Transient = "transient",
    }
}
use crate::status::UnknownWord;
use std::fmt;

/// Names of the catalogue.
pub mod kind {
    use super::EventClass;

    macro_rules! kinds {
        ($($(#[$meta:meta])* $name:ident = $class:ident),+ $(,)?) => {
            $($(#[$meta])* pub const $name: &str = stringify!($name);)+
            /// The class that decides how long an event of this name is kept.
            pub fn class(name: &str) -> EventClass {
                match name {
                    $(stringify!($name) => EventClass::$class,)+
                    IMPORT_PROGRESS => EventClass::Transient,
                    _ => EventClass::Structural,
                }
            }
        };
    }

    kinds! {
        /// Created, restarted or resumed.
        WORKSPACE_PROVISIONING = Structural,
        /// Alive.
        WORKSPACE_ONLINE = Structural,
        /// External workspace without an agent.
        WORKSPACE_AWAITING_AGENT = Structural,
        /// Gone quiet or dead.
        WORKSPACE_OFFLINE = Structural,
        /// Alive but failing.
        WORKSPACE_DEGRADED = Structural,
        /// Could not be started.
        WORKSPACE_PROVISION_FAILED = Structural,
        /// Paused by a person.
        WORKSPACE_PAUSED = Structural,
        /// Put to sleep.
        WORKSPACE_HIBERNATED = Structural,
        /// Deleted.
        WORKSPACE_REMOVED = Structural,
        /// Children created from its template.
        WORKSPACE_EXPANDED = Structural,
        /// Children removed.
        WORKSPACE_COLLAPSED = Structural,
        /// Fields changed.
        WORKSPACE_UPDATED = Structural,
        /// Position or parent changed.
        WORKSPACE_MOVED = Structural,
        /// Where a start has got to.
        WORKSPACE_PROGRESS = Operational,
        /// Current task changed.
        TASK_UPDATED = Transient,
        /// Sign of life; carries no `seq` and is not stored.
        WORKSPACE_HEARTBEAT = Transient,
        /// Agent record assigned.
        AGENT_ASSIGNED = Structural,
        /// Agent record replaced.
        AGENT_REPLACED = Structural,
        /// Agent record removed.
        AGENT_REMOVED = Structural,
        /// Agent record moved.
        AGENT_MOVED = Structural,
        /// New agent card.
        AGENT_CARD_UPDATED = Structural,
        /// A row of the activity log was written.
        ACTIVITY_LOGGED = Transient,
        /// An agent speaks to the person.
        AGENT_MESSAGE = Transient,
        /// Answer to a message a person sent.
        A2A_RESPONSE = Transient,
        /// A queued message changed state.
        QUEUE_UPDATED = Operational,
        /// A run of a schedule began; it may have to wait for its agent.
        CRON_STARTED = Operational,
        /// A run of a schedule is over.
        CRON_EXECUTED = Operational,
        /// A schedule was due and nothing was sent.
        CRON_SKIPPED = Operational,
        /// Names of secrets that changed.
        SECRETS_CHANGED = Operational,
        /// A plugin of a workspace was installed, updated or removed.
        PLUGIN_CHANGED = Structural,
        /// An update of a plugin was found, applied, dismissed, or failed.
        PLUGIN_UPDATE_CHANGED = Operational,
        /// A file changed, and what was done about it.
        CHANGE_DETECTED = Operational,
        /// The container engine came or went.
        ENGINE_STATE = Operational,
        /// Settings that a person changed.
        SETTINGS_CHANGED = Operational,
        /// You missed events; read again.
        RESYNC = Transient,
    }

    /// An import began.
    pub const IMPORT_STARTED: &str = "org.import.started";
    /// An import ended.
    pub const IMPORT_COMPLETED: &str = "org.import.completed";
    /// An import was refused after it began.
    pub const IMPORT_FAILED: &str = "org.import.failed";
    /// Changes of the canvas were written into the org's files.
    pub const ORG_SAVED: &str = "org.saved";
    /// How far the starts of an import have got.
    pub const IMPORT_PROGRESS: &str = "org.import.progress";
}
