//! What each event carries (contract 01 section 5.2): one type an event, and one frame type for all of them, so that the
//! document says what a client gets and a drift is noticed.

mod agent;
mod cron;
mod plugin;
mod stack;
mod talk;
mod workspace;

pub use agent::*;
pub use cron::*;
pub use plugin::*;
pub use stack::*;
pub use talk::*;
pub use workspace::*;

use crate::{Timestamp, kind};
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Object, ObjectBuilder, OneOfBuilder, Ref, RefOr, Schema, Type, schema::Discriminator,
    },
};

macro_rules! catalogue {
    ($($name:ident: $payload:ty),+ $(,)?) => {
        /// Names whose payload has a type.
        pub const TYPED: &[&str] = &[$(kind::$name),+];

        /// Whether a payload is what the catalogue says; a name it does not list may carry anything.
        ///
        /// # Errors
        /// What is wrong with it.
        pub fn check_payload(name: &str, payload: &Value) -> Result<(), String> {
            match name {
                $(kind::$name => <$payload>::deserialize(payload).map(drop).map_err(|error| format!("{name}: {error}")),)+
                _ => Ok(()),
            }
        }

        impl PartialSchema for EventFrame {
            fn schema() -> RefOr<Schema> {
                OneOfBuilder::new()
                    .description(Some("One frame of `/ws`, by its name."))
                    $(.item(frame(kind::$name, <$payload as ToSchema>::name())))+
                    .discriminator(Some(Discriminator::new("event")))
                    .into()
            }
        }

        impl ToSchema for EventFrame {
            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                $(
                    schemas.push((<$payload as ToSchema>::name().into_owned(), <$payload>::schema()));
                    <$payload as ToSchema>::schemas(schemas);
                )+
            }
        }
    };
}

catalogue! {
    WORKSPACE_PROVISIONING: WorkspaceProvisioning,
    WORKSPACE_ONLINE: WorkspaceOnline,
    WORKSPACE_AWAITING_AGENT: WorkspaceAwaitingAgent,
    WORKSPACE_OFFLINE: WorkspaceOffline,
    WORKSPACE_DEGRADED: WorkspaceDegraded,
    WORKSPACE_PROVISION_FAILED: WorkspaceProvisionFailed,
    WORKSPACE_PAUSED: WorkspacePaused,
    WORKSPACE_HIBERNATED: WorkspaceHibernated,
    WORKSPACE_REMOVED: WorkspaceRemoved,
    WORKSPACE_EXPANDED: WorkspaceExpanded,
    WORKSPACE_COLLAPSED: WorkspaceCollapsed,
    WORKSPACE_UPDATED: WorkspaceUpdated,
    WORKSPACE_MOVED: WorkspaceMoved,
    WORKSPACE_PROGRESS: WorkspaceProgress,
    TASK_UPDATED: TaskUpdated,
    WORKSPACE_HEARTBEAT: WorkspaceHeartbeat,
    AGENT_ASSIGNED: AgentAssigned,
    AGENT_REPLACED: AgentReplaced,
    AGENT_REMOVED: AgentAssigned,
    AGENT_MOVED: AgentMoved,
    AGENT_CARD_UPDATED: AgentCardUpdated,
    ACTIVITY_LOGGED: ActivityLogged,
    AGENT_MESSAGE: AgentMessage,
    A2A_RESPONSE: A2aResponse,
    QUEUE_UPDATED: QueueUpdated,
    CRON_STARTED: CronStarted,
    CRON_EXECUTED: CronExecuted,
    CRON_SKIPPED: CronSkipped,
    SECRETS_CHANGED: SecretsChanged,
    PLUGIN_CHANGED: PluginChanged,
    PLUGIN_UPDATE_CHANGED: PluginUpdateChanged,
    CHANGE_DETECTED: ChangeDetected,
    ENGINE_STATE: EngineState,
    SETTINGS_CHANGED: SettingsChanged,
    RESYNC: Resync,
    IMPORT_STARTED: ImportStarted,
    IMPORT_COMPLETED: ImportCompleted,
    IMPORT_FAILED: ImportFailed,
    IMPORT_PROGRESS: ImportProgress,
}

/// A frame of `/ws` as the document describes it: [`crate::Event`] with a payload by name.
#[derive(Debug, Clone, Copy)]
pub struct EventFrame;

/// The envelope of one event, its payload by reference.
fn frame(name: &'static str, payload: Cow<'static, str>) -> Object {
    ObjectBuilder::new()
        .title(Some(name))
        .property(
            "event",
            ObjectBuilder::new()
                .schema_type(Type::String)
                .enum_values(Some([name])),
        )
        .property(
            "workspace_id",
            ObjectBuilder::new().schema_type(Type::String),
        )
        .property("timestamp", Timestamp::schema())
        .property("payload", Ref::from_schema_name(payload))
        .property("seq", ObjectBuilder::new().schema_type(Type::Integer))
        .required("event")
        .required("workspace_id")
        .required("timestamp")
        .required("payload")
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_payload_that_drifts_is_noticed() {
        let fine = json!({"current_task": "x", "active_tasks": 1});
        assert_eq!(check_payload("TASK_UPDATED", &fine), Ok(()));
        let more = json!({"current_task": "x", "active_tasks": 1, "new": true});
        assert!(check_payload("TASK_UPDATED", &more).is_err());
        assert!(check_payload("TASK_UPDATED", &json!({})).is_err());
        assert_eq!(check_payload("SOMETHING_ELSE", &json!({"a": 1})), Ok(()));
    }
}
