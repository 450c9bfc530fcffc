//! Agent-to-agent messages (contract 02 section 1, contract 04 section 17.4).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A JSON-RPC 2.0 request as it travels to an agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JsonRpcRequest {
    /// `2.0`.
    pub jsonrpc: String,
    /// Number, string or null; echoed.
    #[serde(default)]
    pub id: Value,
    /// `message/send`, `message/stream`, …
    pub method: String,
    /// Body of the call.
    #[serde(default)]
    pub params: Value,
}

/// A message was kept for later (contract 02 section 1.5).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Queued {
    /// Always true.
    pub queued: bool,
    /// Row in the queue.
    pub queue_id: String,
    /// Messages waiting for this workspace, this one included.
    pub queue_depth: i64,
    /// Why it waits, for people.
    pub message: String,
}
