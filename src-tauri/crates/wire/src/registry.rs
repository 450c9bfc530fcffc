//! What agents say to the registry (contract 01 section 4).

use crate::DeliveryMode;
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// `POST /registry/register` (4.1).
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Register {
    /// Workspace id; `workspace_id` is accepted in its place.
    pub id: String,
    /// Where the agent listens; needed in push mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The agent's description of itself; any JSON, `null` included, but present.
    pub agent_card: Value,
    /// `push` or `poll`; absent keeps what is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_mode: Option<String>,
}

/// The body as clients send it: some name the workspace `id`, some `workspace_id`, some both.
#[derive(Deserialize)]
struct RegisterBody {
    id: Option<String>,
    workspace_id: Option<String>,
    url: Option<String>,
    agent_card: Value,
    delivery_mode: Option<String>,
}

impl<'de> Deserialize<'de> for Register {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = RegisterBody::deserialize(deserializer)?;
        let id = match (body.id, body.workspace_id) {
            (Some(id), Some(other)) if id != other => {
                return Err(D::Error::custom("id and workspace_id name two workspaces"));
            }
            (Some(id), _) | (None, Some(id)) => id,
            (None, None) => return Err(D::Error::missing_field("id")),
        };
        Ok(Self {
            id,
            url: body.url.filter(|url| !url.is_empty()),
            agent_card: body.agent_card,
            delivery_mode: body.delivery_mode.filter(|mode| !mode.is_empty()),
        })
    }
}

/// Answer to a register.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Registered {
    /// `registered`.
    pub status: String,
    /// A fresh token: for a caller without one in open mode, or when the workspace had no live one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_token: Option<String>,
    /// Echoed when the mode is `poll`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_mode: Option<DeliveryMode>,
    /// The workspace's secret for what the platform forwards to its agent; the same at every register, absent while
    /// secrets cannot be opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_inbound_secret: Option<String>,
}

/// `POST /registry/heartbeat` (4.2). Absent fields mean "unchanged".
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Heartbeat {
    /// Who beats.
    pub workspace_id: String,
    /// Share of failed requests since the last beat, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_rate: Option<f64>,
    /// Text of the last error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample_error: Option<String>,
    /// Running tasks.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::whole::option"
    )]
    pub active_tasks: Option<i64>,
    /// Label of the running task; empty clears.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_task: Option<String>,
    /// Seconds since the agent's process began; 0 without a state marks a task push.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::whole::option"
    )]
    pub uptime_seconds: Option<i64>,
    /// US cents spent this month; 0 and less change nothing.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::whole::option"
    )]
    pub monthly_spend: Option<i64>,
    /// `wedged`; anything else counts as healthy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runtime_state: Option<String>,
    /// What the runtime handles itself; absent keeps what it said before, null takes it back.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::present"
    )]
    #[schema(value_type = Option<RuntimeMetadata>)]
    pub runtime_metadata: Option<Option<RuntimeMetadata>>,
}

/// What a runtime says it handles itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RuntimeMetadata {
    /// `heartbeat, scheduler, session, status_mgmt, retry, activity_decoration, channel_dispatch`; ours also `reload`.
    #[serde(default)]
    pub capabilities: BTreeMap<String, bool>,
    /// Overrides the idle timeout of calls to it when above 0.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::whole::option"
    )]
    pub idle_timeout_seconds: Option<i64>,
}

/// `POST /registry/update-card` (4.3).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UpdateCard {
    /// Whose card.
    pub workspace_id: String,
    /// The new card.
    pub agent_card: Value,
}

/// `POST /registry/check-access` (4.4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CheckAccess {
    /// Who would speak.
    pub caller_id: String,
    /// To whom.
    pub target_id: String,
}

/// Answer to `check-access`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Access {
    /// Whether the hierarchy lets them talk.
    pub allowed: bool,
}

/// Answer to `discover`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Discovered {
    /// Workspace id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Address reachable from the caller.
    pub url: String,
}

/// One entry of `GET /registry/:id/peers`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Peer {
    /// Workspace id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Its role, if any.
    pub role: Option<String>,
    /// Privilege class asked for.
    pub tier: i64,
    /// Status word.
    pub status: String,
    /// Address reachable from the caller; empty when it has none.
    pub url: String,
    /// Parent.
    pub parent_id: Option<String>,
    /// Running tasks.
    pub active_tasks: i64,
    /// Card, if one was registered.
    pub agent_card: Option<Value>,
}

/// `{"status":"…"}`: the answer of many calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatusBody {
    /// The word.
    pub status: String,
}

impl StatusBody {
    /// The body with this word.
    pub fn new(status: &str) -> Self {
        Self {
            status: status.to_owned(),
        }
    }
}
