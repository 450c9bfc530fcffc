//! The workspace resource (contract 01 section 3). Fields stand in ascending order, as clients see them.

use crate::{DeliveryMode, Status, Timestamp, WorkspaceAccess};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Why a workspace is where it is: a stable word and a sentence that says what to do (contract 04 D31).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatusReason {
    /// `docker_unavailable`, `image_missing`, `waiting_for_memory`, `tier_not_granted`, …
    pub code: String,
    /// For people.
    pub text: String,
}

/// One workspace. The list leaves out `last_outbound_at`; the single read leaves out the fields an agent of another
/// branch must not see (contract 01 section 3.3).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Workspace {
    /// Running tasks.
    pub active_tasks: i64,
    /// The agent's description of itself.
    pub agent_card: Option<Value>,
    /// Monthly limit in US cents (list only).
    #[serde(default, skip_serializing_if = "Option::is_none", with = "present")]
    #[schema(value_type = Option<i64>)]
    pub budget_limit: Option<Option<i64>>,
    /// Folded on the canvas.
    pub collapsed: bool,
    /// When the row was made.
    pub created_at: Timestamp,
    /// Label of the running task (list only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_task: Option<String>,
    /// How messages reach the agent.
    pub delivery_mode: DeliveryMode,
    /// Height of its frame on the canvas, when a person set it.
    pub height: Option<f64>,
    /// Minutes without work before it sleeps, 0 never; absent: as the settings say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hibernation_idle_minutes: Option<i64>,
    /// Workspace id.
    pub id: String,
    /// Key of the role in the org folder it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import_key: Option<String>,
    /// This root talks to no other root.
    pub isolated: bool,
    /// Share of failed requests, 0 to 1.
    pub last_error_rate: f64,
    /// Last sign of life.
    pub last_heartbeat_at: Option<Timestamp>,
    /// Last message it sent (single read only).
    #[serde(default, skip_serializing_if = "Option::is_none", with = "present")]
    #[schema(value_type = Option<Timestamp>)]
    pub last_outbound_at: Option<Option<Timestamp>>,
    /// Last error, for people (list only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sample_error: Option<String>,
    /// Tasks it takes at once.
    pub max_concurrent_tasks: i64,
    /// Explicit model, if one was chosen.
    pub model: Option<String>,
    /// US cents spent this month (list only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monthly_spend: Option<i64>,
    /// Display name.
    pub name: String,
    /// A change waits for a restart.
    pub needs_restart: bool,
    /// Org folder it was imported from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_id: Option<String>,
    /// Parent in the hierarchy.
    pub parent_id: Option<String>,
    /// Whether a person or an import gave it a place.
    pub placed: bool,
    /// Milliseconds an agent of its runtime may take to come up, when a template declares them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provision_timeout_ms: Option<u64>,
    /// When its container was started.
    pub provisioning_started_at: Option<Timestamp>,
    /// What it is for.
    pub role: Option<String>,
    /// Adapter that runs the agent.
    pub runtime: String,
    /// The visible status.
    pub status: Status,
    /// Why, when there is something to say.
    pub status_reason: Option<StatusReason>,
    /// Privilege class asked for, 1 to 4.
    pub tier: i64,
    /// Privilege class it runs with; at most 2 until a person grants more.
    pub tier_granted: i64,
    /// `production` or `canary`.
    pub update_tier: String,
    /// Seconds since the agent's process began.
    pub uptime_seconds: i64,
    /// Address the platform dials; empty when none.
    pub url: String,
    /// Width of its frame on the canvas, when a person set it.
    pub width: Option<f64>,
    /// Access to the host directory (list only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace_access: Option<WorkspaceAccess>,
    /// Host directory for `/workspace` (list only).
    #[serde(default, skip_serializing_if = "Option::is_none", with = "present")]
    #[schema(value_type = Option<String>)]
    pub workspace_dir: Option<Option<String>>,
    /// Position, absolute.
    pub x: f64,
    /// Position, absolute.
    pub y: f64,
    /// Stacking order.
    pub z: i64,
}

/// A field that is left out, null, or a value: three states, `Option<Option<T>>`.
pub(crate) mod present {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<T: Serialize, S: Serializer>(
        value: &Option<Option<T>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(inner) => inner.serialize(serializer),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Option<T>>, D::Error> {
        Option::<T>::deserialize(deserializer).map(Some)
    }
}

/// `POST /workspaces` (contract 01 section 3.2).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct CreateWorkspace {
    /// Display name, required.
    pub name: String,
    /// What it is for.
    pub role: Option<String>,
    /// Directory under the workspace template root.
    pub template: Option<String>,
    /// Privilege class; 0 or absent means 2.
    pub tier: Option<i64>,
    /// Model.
    pub model: Option<String>,
    /// Runtime; absent: the template's, else `langgraph`.
    pub runtime: Option<String>,
    /// No container of ours.
    pub external: bool,
    /// Address of an external agent.
    pub url: Option<String>,
    /// Host directory for `/workspace`.
    pub workspace_dir: Option<String>,
    /// Access to that directory.
    pub workspace_access: Option<String>,
    /// Parent.
    pub parent_id: Option<String>,
    /// US cents a month.
    pub budget_limit: Option<i64>,
    /// Secrets stored with it.
    pub secrets: BTreeMap<String, String>,
    /// Tasks it takes at once.
    pub max_concurrent_tasks: Option<i64>,
    /// Position on the canvas.
    pub canvas: Option<Point>,
}

/// A place on the canvas.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// Answer to a create (container flow).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Created {
    /// `workspace:<id>`.
    pub awareness_namespace: String,
    /// New id.
    pub id: String,
    /// `provisioning`.
    pub status: String,
    /// Access to the host directory.
    pub workspace_access: WorkspaceAccess,
}

/// `PATCH /workspaces/:id` (contract 01 sections 3.4 and 7). Only the keys present are applied.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct PatchWorkspace {
    /// New display name.
    #[serde(
        deserialize_with = "empty_for_null",
        skip_serializing_if = "Option::is_none"
    )]
    pub name: Option<String>,
    /// New role; null or empty clears.
    #[serde(
        deserialize_with = "empty_for_null",
        skip_serializing_if = "Option::is_none"
    )]
    pub role: Option<String>,
    /// Privilege class asked for.
    pub tier: Option<i64>,
    /// New parent; null makes it a root.
    #[serde(deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub parent_id: Option<Option<String>>,
    /// Folded on the canvas.
    pub collapsed: Option<bool>,
    /// New runtime.
    pub runtime: Option<String>,
    /// New model; empty clears.
    pub model: Option<String>,
    /// Provider of the model; empty clears it.
    pub provider: Option<String>,
    /// Host directory; null clears.
    #[serde(deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub workspace_dir: Option<Option<String>>,
    /// Access to it.
    pub workspace_access: Option<String>,
    /// Tasks it takes at once.
    pub max_concurrent_tasks: Option<i64>,
    /// Minutes without work before it sleeps; 0 never, null as the settings say.
    #[serde(deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    pub hibernation_idle_minutes: Option<Option<i64>>,
    /// `production` or `canary`.
    pub update_tier: Option<String>,
    /// Whether this root keeps to itself: other roots, and their trees, cannot talk to it.
    pub isolated: Option<bool>,
    /// Position, with `y`.
    pub x: Option<f64>,
    /// Position, with `x`.
    pub y: Option<f64>,
    /// Width of the frame.
    pub width: Option<f64>,
    /// Height of the frame.
    pub height: Option<f64>,
}

fn some<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// Null stands for a text's zero value (contract 01 section 1.5).
fn empty_for_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer).map(|text| Some(text.unwrap_or_default()))
}

/// Answer to a patch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Patched {
    /// `updated`.
    pub status: String,
    /// Whether a restart is needed before all of it shows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_restart: bool,
    /// Fields that need it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}

/// Name and id of a child, in the confirmation gate of a delete (contract 01 section 3.5).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChildName {
    /// Workspace id.
    pub id: String,
    /// Display name.
    pub name: String,
}

/// Answer to a delete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Deleted {
    /// Descendants removed with it.
    pub cascade_deleted: usize,
    /// `removed` or `purged`.
    pub status: String,
}

/// A removed workspace that can be brought back, in the list of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RemovedWorkspace {
    /// How many went with it.
    pub below: usize,
    /// Which.
    pub id: String,
    /// Display name.
    pub name: String,
    /// When it was removed.
    pub removed_at: Timestamp,
    /// When it can no longer be brought back; its work files go then.
    pub restorable_until: Timestamp,
    /// What it was for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// Answer to a restore.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WorkspaceRestored {
    /// What was not brought back with it and has to be seen to, in words.
    pub notes: Vec<String>,
    /// Ids that are back, parents first.
    pub restored: Vec<String>,
    /// Status of the first of them now.
    pub status: Status,
}

/// `GET /workspaces/:id/state` (contract 01 section 3.6).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WorkspaceState {
    /// Gone for good.
    pub deleted: bool,
    /// Paused by a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<bool>,
    /// Status word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Whose.
    pub workspace_id: String,
}

/// `POST /workspaces/:id/restart`, request; all optional (contract 01 section 3.7).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct RestartRequest {
    /// Template to apply.
    pub template: Option<String>,
    /// Apply the template that matches the name.
    pub apply_template: bool,
    /// Discard the session volume first.
    pub reset: bool,
    /// Take the config from the org template again.
    pub rebuild_config: bool,
}

/// Answer to a restart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Restarted {
    /// Where its files come from.
    pub config_dir: String,
    /// Whether it was merged into a cycle that already runs (contract 04 D19).
    pub merged: bool,
    /// Whether the session was discarded.
    pub reset_session: bool,
    /// `provisioning`.
    pub status: String,
}

/// `PUT /canvas/places`: where cards stand now, all in one step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CanvasPlaces {
    /// The cards that are placed; no card twice, 10,000 at most.
    pub places: Vec<CanvasPlace>,
}

/// One card's place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CanvasPlace {
    /// Workspace.
    pub id: String,
    /// Left edge, absolute.
    pub x: f64,
    /// Top edge, absolute.
    pub y: f64,
    /// Width of its frame; without one it is as wide as it needs.
    #[serde(default)]
    pub width: Option<f64>,
    /// Height of its frame; without one it is as high as it needs.
    #[serde(default)]
    pub height: Option<f64>,
}

/// `GET`/`PUT /canvas/viewport`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Viewport {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Scale, 1 is natural size.
    pub zoom: f64,
}

impl Default for Viewport {
    fn default() -> Self {
        Self {
            x: 0.0,
            y: 0.0,
            zoom: 0.0,
        }
    }
}

/// `GET …/console`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Console {
    /// The last lines the container wrote, secrets masked.
    pub output: String,
}
