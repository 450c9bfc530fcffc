//! The stack at a glance, its settings and its commands (ours).

use crate::{KeychainView, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// `GET /stack`: what the status strip shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Stack {
    /// Product version.
    pub version: String,
    /// `closed` or `open`.
    pub mode: String,
    /// Container engine.
    pub engine: EngineView,
    /// Memory the agents may use.
    pub memory: MemoryView,
    /// Agents by state.
    pub agents: AgentCounts,
    /// Model tokens counted since midnight UTC.
    pub tokens_today: i64,
    /// Where secrets are kept.
    pub keychain: KeychainView,
    /// Data folder.
    pub data_dir: String,
    /// Port of this API.
    pub port: u16,
    /// Process id of the owner.
    pub pid: u32,
    /// When this platform started.
    pub started_at: Timestamp,
    /// Last number of the event log.
    pub last_seq: i64,
    /// Runtimes that are known by name; another one needs an image of its own.
    #[serde(default)]
    pub runtimes: Vec<String>,
    /// Whether the desktop app answers `/shell/*`.
    #[serde(default)]
    pub shell: bool,
}

/// State of the container engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EngineView {
    /// `ready`, `unavailable`, `incompatible`, `off`.
    pub state: String,
    /// `docker`, `podman`, `simulated`; empty while none answers.
    pub kind: String,
    /// Version and context, or why it is not there and what to do.
    pub detail: String,
}

/// Memory in MiB.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MemoryView {
    /// What agents may use together; 0 while no engine answered.
    pub budget_mb: u64,
    /// Sum of the limits of running agents.
    pub planned_mb: u64,
}

/// Agents by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgentCounts {
    /// Online or degraded.
    pub running: u64,
    /// Being started.
    pub starting: u64,
    /// Waiting for memory or the engine.
    pub waiting: u64,
    /// Hibernated: the next message wakes them.
    pub asleep: u64,
    /// Paused: only a person starts them again.
    #[serde(default)]
    pub paused: u64,
    /// Failed or offline.
    pub failed: u64,
    /// All that are not removed.
    pub total: u64,
}

/// `POST /stack/start`, `/stack/stop`, `/stack/restart`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StackCommand {
    /// `all`, `subtree` or `one`.
    pub scope: String,
    /// Root of the subtree, or the one.
    #[serde(default)]
    pub id: Option<String>,
}

/// Answer to a stack command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StackCommanded {
    /// Workspaces whose desired state changed.
    pub changed: Vec<String>,
}

/// `GET`/`PATCH /settings`. In a patch only the keys present are applied.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Settings {
    /// Image of the person's choice, by runtime; `stand-in` means the built-in stand-in agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime_images: Option<BTreeMap<String, String>>,
    /// Memory for agents in MiB; 0 means read it from the engine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_budget_mb: Option<u64>,
    /// Minutes without work before an agent sleeps; 0 never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hibernation_idle_minutes: Option<i64>,
    /// What Quit does with agents: `ask`, `stop`, `keep`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quit_policy: Option<String>,
    /// Apply changes of an org folder without asking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_apply: Option<bool>,
    /// Pause the reactions to changed files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reload_paused: Option<bool>,
    /// Names beyond loopback under which this API may be called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_hosts: Option<Vec<String>>,
    /// Days that changes of the org stay in the event log; 0 for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events_structural_days: Option<u32>,
    /// Days that what happened while it ran stays in the event log; 0 for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events_operational_days: Option<u32>,
    /// Hours that what is only of interest live stays in the event log, so that a client that comes back misses
    /// nothing; 0 for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events_transient_hours: Option<u32>,
}
