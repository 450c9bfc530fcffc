//! What events about the whole stack carry (contract 01 section 5.2).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Names of secrets that changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretsChanged {
    /// Names only.
    pub keys: Vec<String>,
    /// `set`, `deleted` or `resealed`.
    pub action: String,
    /// Workspaces that need a restart.
    pub restarts: Vec<String>,
    /// Persona whose keys they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persona: Option<String>,
    /// Key that seals from now on, when all were sealed anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// How many were sealed anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resealed: Option<i64>,
}

/// The container engine came or went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EngineState {
    /// `ready`, `unavailable`, `incompatible`, `off`.
    pub state: String,
    /// `docker`, `podman`, …
    pub kind: String,
    /// Version, or what to do.
    pub detail: String,
}

/// Settings that a person changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsChanged {
    /// Their names.
    pub changed: Vec<String>,
}

/// You missed events: read everything again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Resync {
    /// Number of the newest event.
    pub last_seq: i64,
}

/// An import began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportStarted {
    /// Org.
    pub name: String,
    /// Its folder.
    pub dir: String,
    /// `merge`, `reconcile`, `sync`.
    pub mode: String,
    /// Who asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Which import.
    pub import_id: String,
}

/// An import ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportCompleted {
    /// Org.
    pub name: String,
    /// Its folder.
    pub dir: String,
    /// `merge`, `reconcile`, `sync`.
    pub mode: String,
    /// Who asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Which import.
    pub import_id: String,
    /// How long it took.
    pub duration_ms: i64,
    /// Empty.
    pub error: String,
    /// Org folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_id: Option<String>,
    /// Workspaces made.
    pub created: i64,
    /// Workspaces that were there.
    pub skipped: i64,
    /// Workspaces changed.
    pub changed: i64,
    /// Workspaces removed.
    pub reconcile_removed: i64,
}

/// An import was refused after it began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportFailed {
    /// Org.
    pub name: String,
    /// Its folder.
    pub dir: String,
    /// `merge`, `reconcile`, `sync`.
    pub mode: String,
    /// Who asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Which import.
    pub import_id: String,
    /// How long it took.
    pub duration_ms: i64,
    /// Why.
    pub error: String,
}

/// How far the starts of an import have got.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportProgress {
    /// Which import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import_id: Option<String>,
    /// Org folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_id: Option<String>,
    /// Org.
    pub name: String,
    /// Workspaces that are up.
    pub done: i64,
    /// Workspaces that should be.
    pub total: i64,
    /// Workspaces that are not.
    pub failed: i64,
}

/// A file changed, and what was done about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChangeDetected {
    /// Which kind of file.
    pub source: String,
    /// Which files.
    pub paths: Vec<String>,
    /// What was done.
    pub reaction: String,
    /// Why that.
    pub reason: String,
    /// How long it took.
    pub duration_ms: i64,
}
