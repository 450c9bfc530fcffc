//! Orgs as the wire shows them: folders, templates, import, plan (contract 03 section 2).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// `POST /org/folders`: registers a folder anywhere on disk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RegisterFolder {
    /// Absolute path of a folder that holds `org.yaml`.
    pub path: String,
}

/// A registered folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OrgFolder {
    /// Name to give as `dir` to `POST /org/import`.
    pub dir: String,
    /// Org name.
    pub name: String,
    /// Where it is.
    pub path: String,
    /// Id of the org in this platform.
    pub org_id: String,
    /// Workspaces that live from it now.
    pub workspaces: usize,
}

/// One entry of `GET /org/templates` (contract 03 section 2.6).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OrgTemplateView {
    /// Description from the file.
    pub description: String,
    /// Name to give to an import.
    pub dir: String,
    /// Why it cannot be imported, when it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<crate::ErrorBody>,
    /// Org name.
    pub name: String,
    /// Variables it would like.
    pub recommended_env: Vec<Value>,
    /// Variables it needs.
    pub required_env: Vec<Value>,
    /// Roles that an import makes: without `spawning: false` subtrees.
    #[serde(default)]
    pub spawned_workspaces: usize,
    /// Subtrees of other repositories that were not fetched yet; each counts as one role. A plan fetches them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unfetched: usize,
    /// Roles in it, `spawning: false` subtrees included.
    pub workspaces: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// `POST /org/import` (contract 03 section 2.8).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ImportRequest {
    /// Registered folder or template; wins over `template`.
    pub dir: String,
    /// Inline org document.
    #[schema(value_type = Option<Object>)]
    pub template: Option<Value>,
    /// Skip the check of required variables.
    pub force: bool,
    /// `""` or `merge` add only; `sync` also updates, moves and, with `prune`, removes; `reconcile` removes what the
    /// files do not name and leftovers of their names, within this org.
    pub mode: String,
    /// Only say what would happen.
    pub dry_run: bool,
    /// Carry out removals.
    pub prune: bool,
    /// Highest tier the person grants to this org; absent: 2, or what was granted before.
    pub grant_tier: Option<i64>,
    /// Prompts the person ticked; absent: those ticked before, all off at first.
    pub prompts: Option<Prompts>,
    /// Folders of this computer that the person lets this org's roles mount; added to those allowed before.
    pub folders: Vec<String>,
    /// Folders allowed before that no role may mount any more. One that the files still ask for refuses the import.
    pub revoke_folders: Vec<String>,
    /// Answers to conflicts: `key/field` to `files` or `canvas`.
    pub resolve: BTreeMap<String, String>,
    /// Answer at once with 202 and do the import meanwhile; `GET /org/imports/{id}` and the events say how it goes.
    #[serde(rename = "async")]
    pub in_background: bool,
}

/// `POST /org/import` with `async`, answer (contract 03 no. 5).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ImportBegun {
    /// Names the import in `GET /org/imports/{id}` and in its events.
    pub import_id: String,
    /// `running`.
    pub status: String,
}

/// `GET /org/imports/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ImportState {
    /// Which.
    pub import_id: String,
    /// `running`, `completed`, `failed`.
    pub status: String,
    /// What the same import answers when it is waited for, once it is completed. Tokens are in it the first time it is
    /// asked for, and not at all after a restart of the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<ImportResult>,
    /// Why it failed, as the same import answers when it is waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<crate::ErrorBody>,
    /// What the event at its end says; absent for one that was refused before it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub event: Option<Value>,
}

/// Which prompts may cause model calls by themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Prompts {
    /// Once at the first start.
    pub initial: bool,
    /// While idle.
    pub idle: bool,
    /// By schedule.
    pub schedules: bool,
}

/// `dry_run: true`, answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlanView {
    /// What would happen, in order.
    pub plan: Vec<PlanStep>,
    /// Values that files and canvas changed differently; nothing is applied while there are any.
    pub conflicts: Vec<PlanConflict>,
    /// Changed on the canvas only: kept, not saved to the files.
    pub unsaved: Vec<PlanConflict>,
    /// Things to know.
    pub warnings: Vec<PlanWarning>,
    /// Things a person must say yes to.
    pub asks: Vec<PlanAsk>,
    /// Model calls this org would cause.
    pub cost: PlanCost,
    /// What was allowed before, to be seen and taken back.
    #[serde(default)]
    pub granted: PlanGrants,
    /// Org name.
    pub org: String,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlanStep {
    /// Key of the role.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Workspace it concerns, when it exists.
    pub id: Option<String>,
    /// `create`, `keep`, `update`, `move`, `remove`.
    pub action: String,
    /// Fields that change.
    pub fields: Vec<PlanField>,
    /// Why.
    pub reason: String,
    /// File that says so.
    pub file: Option<String>,
    /// Line in it.
    pub line: Option<u32>,
    /// The repository it is read from, when that is another one than the org's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<StepOrigin>,
}

/// A repository at a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StepOrigin {
    /// `host/owner/name`.
    pub repo: String,
    /// Branch, tag or commit, as the files say.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The commit that is read; full hash.
    pub commit: String,
}

/// A field that changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlanField {
    /// Field name.
    pub name: String,
    /// Value now.
    pub from: Value,
    /// Value after.
    pub to: Value,
}

/// One value in three versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlanConflict {
    /// Key of the role.
    pub key: String,
    /// Field name.
    pub field: String,
    /// Value at the last import.
    pub base: Value,
    /// Value in the files.
    pub files: Value,
    /// Value on the canvas.
    pub canvas: Value,
    /// File that holds it.
    pub file: Option<String>,
    /// Line in it.
    pub line: Option<u32>,
}

/// Something to know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlanWarning {
    /// Stable word.
    pub code: String,
    /// For people.
    pub text: String,
    /// File it is about.
    pub file: Option<String>,
    /// Line in it.
    pub line: Option<u32>,
}

/// Something a person must say yes to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlanAsk {
    /// `privileged`, `workspace_dir`, `missing_env`, `prompts`.
    pub code: String,
    /// For people.
    pub text: String,
    /// How many roles.
    pub count: usize,
    /// What exactly: the folders not allowed yet, the names of missing variables; empty where the text says all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
}

/// What a person allowed this org at earlier imports, beside prompts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlanGrants {
    /// Highest tier its roles may run with.
    pub tier: i64,
    /// Folders of this computer that its roles may mount.
    pub folders: Vec<String>,
}

/// Model calls an org would cause.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlanCost {
    /// Once, at start.
    pub at_start: u64,
    /// Per day.
    pub per_day: u64,
    /// From what.
    pub sources: Vec<CostSource>,
}

/// One source of model calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CostSource {
    /// `initial prompts`, `idle prompts`, `schedules`.
    pub source: String,
    /// Roles that have one.
    pub roles: usize,
    /// Calls at start.
    pub at_start: u64,
    /// Calls per day.
    pub per_day: u64,
    /// Whether the person ticked it.
    pub on: bool,
}

/// `POST /org/import`, answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ImportResult {
    /// Org name.
    pub org: String,
    /// Length of `workspaces`.
    pub count: usize,
    /// Depth-first, parent before children.
    pub workspaces: Vec<ImportedWorkspace>,
    /// First creation error of a partial failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Mode as asked.
    pub mode: String,
    /// Id of the org in this platform.
    pub org_id: String,
    /// Updated, moved and removed ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
    /// Removed ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reconcile_removed: Vec<String>,
    /// Names the import in its events and on the rows it made or changed.
    #[serde(default)]
    pub import_id: String,
    /// What of the files was not understood or not used, as the plan says it (contract 03 no. 29).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<PlanWarning>,
}

/// One role of an import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ImportedWorkspace {
    /// Workspace id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Tier asked for.
    pub tier: i64,
    /// It existed already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub skipped: bool,
    /// Types of the channels it has from the files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
    /// Channels that could not be made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels_skipped: Vec<SkippedChannel>,
    /// Schedules that could not be made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schedules_skipped: Vec<SkippedSchedule>,
    /// Plugins of the files that are in no registry of this computer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plugins_missing: Vec<String>,
    /// The folder of this computer that it sees as `/workspace`: `<folder>:/workspace`, with `:ro` where it may only
    /// read. Absent: a volume of its own (contract 03 no. 15).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mount: Option<String>,
    /// Token of a new external agent, shown once (contract 03 no. 27).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_token: Option<String>,
}

/// A channel that could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SkippedChannel {
    /// Name of the workspace.
    pub workspace: String,
    /// Type as written; may be empty.
    #[serde(rename = "type")]
    pub kind: String,
    /// Why.
    pub reason: String,
}

/// A schedule that could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SkippedSchedule {
    /// Name as written; may be empty.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// One entry of `GET /workspaces/:id/channels` (contract 02 section 11.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelView {
    /// Its id.
    pub id: String,
    /// Whose.
    pub workspace_id: String,
    /// `telegram`, `slack`, `discord`, `lark`.
    pub channel_type: String,
    /// Settings; secret ones masked.
    pub config: BTreeMap<String, String>,
    /// Whether it is used.
    pub enabled: bool,
    /// Who may write; empty: anybody.
    pub allowed_users: Vec<String>,
    /// Messages so far.
    pub message_count: i64,
    /// When it was made.
    pub created_at: String,
    /// When it was changed last.
    pub updated_at: String,
    /// When something was said last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_message_at: Option<String>,
}

/// `POST /org/folders/{dir}/save`: writes what was changed on the canvas into the org's files.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct SaveRequest {
    /// Only say what would be written.
    pub dry_run: bool,
    /// Answers to questions: `key/field` to `all` or `only_this`.
    pub choose: BTreeMap<String, String>,
    /// Further changes, of values that only the files keep: plugins, schedules, prompts.
    pub edits: Vec<SaveEdit>,
    /// `read` of a preview: nothing is written when the files are not what they were then.
    pub read: String,
}

/// A value to write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SaveEdit {
    /// Key of the role.
    pub key: String,
    /// Field name, as in a plan; `plugins` and `schedules` are the whole list.
    pub field: String,
    /// The value; null unsets it.
    pub value: Value,
}

/// What a save writes, or would write.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SaveView {
    /// Org name.
    pub org: String,
    /// Whether it was written.
    pub saved: bool,
    /// Changes that go into the files.
    pub changes: Vec<SaveChange>,
    /// Files that change.
    pub files: Vec<SavedFile>,
    /// What must be chosen first.
    pub questions: Vec<SaveQuestion>,
    /// What cannot be written, and why.
    pub refused: Vec<SaveRefusal>,
    /// Warnings that the files do not have now.
    pub warnings: Vec<PlanWarning>,
    /// Stands for the files as they were read; to be given to the save that follows.
    pub read: String,
}

/// One change that goes into the files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SaveChange {
    /// Key of the role; the id of the workspace for one that is new.
    pub key: String,
    /// Name of the role.
    pub role: String,
    /// Field name; `parent`, `created` or `removed` when it is about the tree.
    pub field: String,
    /// Value in the files now.
    pub files: Value,
    /// Value after.
    pub canvas: Value,
}

/// A file that changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SavedFile {
    /// Path below the org folder.
    pub path: String,
    /// Whether it is a new file.
    pub created: bool,
    /// The change as a unified diff.
    pub diff: String,
}

/// A value that several roles share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SaveQuestion {
    /// Key of the role.
    pub key: String,
    /// Its name.
    pub role: String,
    /// Field name.
    pub field: String,
    /// `file`, `anchor`, `defaults`, `prompt_file`.
    pub shared: String,
    /// Names of the other roles.
    pub with: Vec<String>,
    /// `all`, `only_this`: what can be chosen.
    pub options: Vec<String>,
    /// File that holds the value.
    pub file: String,
    /// Line in it.
    pub line: u32,
}

/// A change that cannot be written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SaveRefusal {
    /// Key of the role.
    pub key: String,
    /// Its name.
    pub role: String,
    /// Field name.
    pub field: String,
    /// Why, and what to do.
    pub text: String,
    /// File it is about.
    pub file: Option<String>,
    /// Line in it.
    pub line: Option<u32>,
    /// Repository that the file comes from, when it is not the org's own.
    pub repository: Option<String>,
    /// Commit of it.
    pub commit: Option<String>,
}
