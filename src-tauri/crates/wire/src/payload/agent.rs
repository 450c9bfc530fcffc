//! What events about agent records and cards carry (contract 01 section 5.2).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// An agent record was assigned or taken away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentAssigned {
    /// Record.
    pub agent_id: String,
    /// Its model.
    pub model: String,
}

/// An agent record was replaced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentReplaced {
    /// New record.
    pub agent_id: String,
    /// Its model.
    pub model: String,
    /// Model before.
    pub old_model: String,
}

/// An agent record moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentMoved {
    /// Record.
    pub agent_id: String,
    /// Its model.
    pub model: String,
    /// Where to; told on the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_workspace_id: Option<String>,
    /// Where from; told on the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_workspace_id: Option<String>,
}

/// A new agent card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentCardUpdated {
    /// The card.
    pub agent_card: Value,
}
