//! Plugins as the wire shows them (contract 03 sections 2.13, 7 and 8).

use crate::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One plugin of the registry.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct PluginView {
    /// Name of its folder.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it is for.
    pub description: String,
    /// Who made it.
    pub author: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Skills it brings.
    pub skills: Vec<String>,
    /// Runtimes it is made for; none means all.
    pub runtimes: Vec<String>,
    /// Why its description cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// One installed plugin.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct InstalledPluginView {
    /// As in the registry.
    #[serde(flatten)]
    pub plugin: PluginView,
    /// Whether it is made for the workspace's runtime.
    pub supported_on_runtime: bool,
    /// `native`, `raw` (the files are there, the runtime does nothing with them), `none`.
    pub support: String,
    /// Where it came from.
    pub source: String,
    /// What it follows: `none`, `tag:…`, `sha:…`.
    pub track: String,
    /// Commit it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Published digest of its files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// It is in the agent; otherwise its next start brings it.
    pub delivered: bool,
    /// What became of its `setup.sh`, where it has one and the runtime takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setup: Option<PluginSetup>,
}

/// What became of a plugin's `setup.sh`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct PluginSetup {
    /// `due` (before the next start), `done`, `failed`, `timed_out`, `no_shell`.
    pub state: String,
    /// The same as a sentence.
    pub text: String,
    /// Its exit code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i64>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// The last of what it printed.
    pub log: String,
}

/// `GET /plugins/sources`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PluginSources {
    /// Schemes a plugin can come from, sorted.
    pub schemes: Vec<String>,
    /// The plugins folder on this computer, for admin-class callers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registry: Option<String>,
}

/// A plugin that an org's files want and that is not installed: one element of `GET /admin/plugins-wanted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WantedPluginView {
    /// Where.
    pub workspace_id: String,
    /// Name of that workspace.
    pub workspace_name: String,
    /// Name or source as the files say it.
    pub source: String,
    /// `wanted` (tried again by itself), `refused` (until a person does something about the reason).
    pub state: String,
    /// Why it is not installed; empty before the first try.
    pub reason: String,
}

/// `POST /workspaces/:id/plugins`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct InstallPlugin {
    /// `local://name`, `github://owner/repo#ref`, or a bare name.
    pub source: String,
    /// SHA-256 of its `plugin.yaml`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// What it should follow; `none` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub track: Option<String>,
    /// Published digest of what was shown; another content is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// Answer to an install.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PluginInstalled {
    /// Always `installed`.
    pub status: String,
    /// Its name.
    pub plugin: String,
    /// Its source, normalised.
    pub source: String,
    /// `none`, `scheduled` (after the running task), `now`.
    pub restart: String,
    /// `agent`, `next_start`, `recorded` (the agent lives elsewhere and brings it itself).
    pub delivered: String,
    /// Published digest of its files.
    pub digest: String,
    /// Everything odd about it, a sentence each.
    pub warnings: Vec<String>,
}

/// Answer to an uninstall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PluginUninstalled {
    /// Always `uninstalled`.
    pub status: String,
    /// Its name.
    pub plugin: String,
    /// `none`, `scheduled`, `now`.
    pub restart: String,
    /// Files that stay, because they were changed since they were written.
    pub kept: Vec<String>,
}

/// `POST /plugins/preview`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct PreviewPlugin {
    /// As for an install.
    pub source: String,
}

/// One file of a plugin that can run, or says what runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PluginCode {
    /// Its path in the plugin.
    pub path: String,
    /// When it runs.
    pub when: String,
    /// Its text, up to 64 KiB; empty for what is no text.
    pub text: String,
    /// More of it is not shown, or it is no text.
    pub cut: bool,
}

/// A plugin before it is installed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PluginPreview {
    /// Name it would have.
    pub plugin: String,
    /// Its source, normalised.
    pub source: String,
    /// Published digest; give it to the install.
    pub digest: String,
    /// Its version.
    pub version: String,
    /// What it is for.
    pub description: String,
    /// Runtimes it is made for.
    pub runtimes: Vec<String>,
    /// Paths of all its files.
    pub files: Vec<String>,
    /// What would run.
    pub code: Vec<PluginCode>,
    /// Everything odd about it, a sentence each.
    pub warnings: Vec<String>,
}

/// `GET /workspaces/:id/plugins/compatibility`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PluginCompatibility {
    /// The runtime that was asked for.
    pub target_runtime: String,
    /// Installed plugins that fit.
    pub compatible: Vec<InstalledPluginView>,
    /// Installed plugins that do not.
    pub incompatible: Vec<InstalledPluginView>,
    /// None does not fit.
    pub all_compatible: bool,
}

/// `GET /orgs/:id/plugins/allowlist`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PluginAllowlist {
    /// Root workspace of the org.
    pub org_id: String,
    /// Allowed plugins, by name.
    pub plugins: Vec<AllowedPluginView>,
    /// The list is empty, which allows all.
    pub allow_all: bool,
}

/// One allowed plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AllowedPluginView {
    /// Its name.
    pub plugin_name: String,
    /// Who allowed it.
    pub enabled_by: Option<String>,
    /// When.
    pub enabled_at: Timestamp,
}

/// `PUT /orgs/:id/plugins/allowlist`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct SetPluginAllowlist {
    /// Names; an empty list allows all.
    pub plugins: Vec<String>,
    /// Who allows them: a workspace id.
    pub enabled_by: String,
}

/// Answer to `PUT /orgs/:id/plugins/allowlist`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PluginAllowlistSet {
    /// Root workspace of the org.
    pub org_id: String,
    /// Names as sent.
    pub plugins: Vec<String>,
    /// The list is empty, which allows all.
    pub allow_all: bool,
}

/// One update that waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PluginUpdateView {
    /// Its id.
    pub id: String,
    /// Whose plugin.
    pub workspace_id: String,
    /// Name of that workspace.
    pub workspace_name: String,
    /// `canary` or `production`.
    pub update_tier: String,
    /// Which plugin.
    pub plugin_name: String,
    /// Where it comes from.
    pub source_raw: String,
    /// What it follows.
    pub tracked_ref: String,
    /// Commit that is installed.
    pub current_sha: Option<String>,
    /// Name of what was found.
    pub target_ref: String,
    /// Commit of what was found.
    pub target_sha: String,
    /// When.
    pub detected_at: Timestamp,
    /// Always `pending` in the list.
    pub status: String,
}

/// `POST /admin/plugin-updates/check`, answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PluginUpdatesChecked {
    /// Plugins that follow something.
    pub tracked: usize,
    /// Sources that were asked, each once for each thing followed.
    pub sources: usize,
    /// Ids of updates that are new.
    pub found: Vec<String>,
    /// Sources that could not be asked; `id` is the source.
    pub failed: Vec<FailedPluginUpdate>,
}

/// `POST /admin/plugin-updates/:id/apply`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ApplyPluginUpdate {
    /// Although canary workspaces wait for the same target.
    pub force: bool,
}

/// `POST /admin/plugin-updates/apply`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ApplyPluginUpdates {
    /// `canary` or `production`; both when absent, canary first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Only this plugin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plugin_name: Option<String>,
    /// Although canary workspaces wait for the same target.
    pub force: bool,
}

/// Answer to an apply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PluginUpdatesApplied {
    /// Ids.
    pub applied: Vec<String>,
    /// What did not come about.
    pub failed: Vec<FailedPluginUpdate>,
}

/// One update that did not come about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FailedPluginUpdate {
    /// Which.
    pub id: String,
    /// Why.
    pub error: String,
}
