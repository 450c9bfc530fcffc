//! Bundles: a workspace and what is below it in one document (contract 03 section 4, corrections 55 to 60).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The schema that is written and understood.
pub const BUNDLE_SCHEMA: &str = "1.0";

fn schema() -> String {
    BUNDLE_SCHEMA.to_owned()
}

/// A workspace as a `.bundle.json`. Keys that are not known are ignored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Bundle {
    /// `1.0`.
    #[serde(default = "schema")]
    pub schema: String,
    /// The workspace it was made from.
    #[serde(default)]
    pub id: String,
    /// Display name.
    #[serde(default)]
    pub name: String,
    /// Its role.
    #[serde(default)]
    pub description: String,
    /// Privilege class.
    #[serde(default)]
    pub tier: i64,
    /// Model that was chosen for it; empty for none.
    #[serde(default)]
    pub model: String,
    /// `system-prompt.md`.
    #[serde(default)]
    pub system_prompt: String,
    /// Folders of `skills/`.
    #[serde(default)]
    pub skills: Vec<BundleSkill>,
    /// Always empty; kept for other readers.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    pub tools: Vec<Value>,
    /// `config.yaml`.
    #[serde(default)]
    pub prompts: BTreeMap<String, String>,
    /// What is below it.
    #[serde(default)]
    #[schema(no_recursion)]
    pub sub_workspaces: Vec<Bundle>,
    /// Its stored card.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub agent_card: Option<Value>,
    /// Always empty.
    #[serde(default)]
    pub author: String,
    /// Always `1.0.0`.
    #[serde(default)]
    pub version: String,
    /// Adapter (ours); empty: the one that `config.yaml` names.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub runtime: String,
    /// Everything else of `/configs` that is no secret (ours).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<BundleFile>,
    /// SHA-256 of each file above, in hex by path (ours); what is named here is checked.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub digests: BTreeMap<String, String>,
    /// Paths of the files above that can be run (ours).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub executable: Vec<String>,
    /// What it does by the clock (ours).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schedules: Vec<BundleSchedule>,
    /// Plugins it has; their code is not in the bundle (ours).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plugins: Vec<BundlePlugin>,
    /// Parallel tasks (ours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_concurrent_tasks: Option<i64>,
    /// Place on the canvas, relative to its parent (ours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canvas: Option<crate::Point>,
    /// What was taken out because it looked like a secret, or left out because it is one (ours).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redacted: Vec<BundleRedaction>,
}

/// A skill of a bundle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BundleSkill {
    /// Name of its folder.
    pub id: String,
    /// The same.
    #[serde(default)]
    pub name: String,
    /// First line of text of its `SKILL.md`.
    #[serde(default)]
    pub description: String,
    /// Text files by path inside the folder.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
}

/// A schedule of a bundle. The new agent gets it switched off: a person decides what calls a model by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BundleSchedule {
    /// Name, unique in the workspace.
    pub name: String,
    /// Five fields.
    pub cron_expr: String,
    /// IANA name; empty: UTC.
    #[serde(default)]
    pub timezone: String,
    /// What is sent.
    pub prompt: String,
    /// Whether it ran.
    #[serde(default)]
    pub enabled: bool,
}

/// A plugin of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BundlePlugin {
    /// Its name.
    pub name: String,
    /// Where it comes from, with the tag or commit it is pinned to.
    pub source: String,
    /// The commit that was installed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BundleFile {
    /// Path inside `/configs`.
    pub path: String,
    /// Its text, or its bytes in base64.
    pub content: String,
    /// `base64` where it is no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
}

/// A file that does not hold, or is not, what the agent has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BundleRedaction {
    /// Path inside `/configs`.
    pub path: String,
    /// `redacted`: a part of it was replaced; `left out`: it is not in the bundle.
    pub action: String,
}

/// `POST /bundles/import`, answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BundleImported {
    /// New id.
    pub workspace_id: String,
    /// Display name.
    pub name: String,
    /// `provisioning`; `paused` when its config holds prompts that call a model by themselves, which a person starts.
    pub status: String,
    /// Why it did not start by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What is below it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub children: Vec<BundleImported>,
}
