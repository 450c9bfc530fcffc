//! The org as the files say it, typed, nothing merged yet (contract 03 section 2.1).

use crate::env_need::EnvNeed;
use crate::error::Problem;
use crate::external::Origin;
use crate::prompt_files::folder;
use crate::span::{Span, Spanned};
use serde::Serialize;
use std::collections::BTreeMap;

/// A text value and its place, when the key is given.
pub type Text = Option<Spanned<String>>;

/// Category to roles, in file order.
pub type Routing = Vec<(Spanned<String>, Vec<Spanned<String>>)>;

/// A loaded org template.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Org {
    /// Name; empty when the template gives none.
    pub name: Spanned<String>,
    /// Text for lists; empty when the template gives none.
    pub description: String,
    /// What workspaces inherit.
    pub defaults: Defaults,
    /// Root workspaces in file order.
    pub workspaces: Vec<Workspace>,
    /// Memories of the whole org.
    pub global_memories: Vec<MemorySeed>,
    /// Variables the org needs, as declared at the top.
    pub required_env: Vec<EnvNeed>,
    /// Variables the org can use, as declared at the top.
    pub recommended_env: Vec<EnvNeed>,
    /// True for a folder, false for an inline template (which has no files and no `.env`).
    pub from_folder: bool,
    /// Name of the root file (`org.yaml` or `org.yml`); `template` for an inline one.
    pub root_file: String,
    /// Every prompt file that is referred to, by path below the folder.
    pub prompt_files: BTreeMap<String, PromptText>,
    /// Every `files_dir` (clean path) and whether it is a folder.
    pub folders: BTreeMap<String, bool>,
    /// `!include` directives met while expanding.
    pub include_directives: usize,
    /// Distinct files that were included.
    pub included_files: usize,
    /// Directives met at include depth 1, 2, …
    pub includes_per_depth: Vec<usize>,
    /// Repositories that `!external` brought in, by their folder below the org folder.
    pub externals: BTreeMap<String, Origin>,
    /// `!external` directives whose repository is not here; each stands as one workspace without content.
    pub pending_externals: usize,
    /// Things that are not errors and that the author should know.
    pub warnings: Vec<Problem>,
}

/// The text of a prompt file, line ends normalised, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PromptText {
    /// Read; the text and the length of the file in bytes.
    Read {
        /// Text with `\n` line ends (contract 03 no. 35).
        text: String,
        /// Bytes of the file on disk.
        bytes: usize,
    },
    /// Not usable; the reason.
    Unusable(String),
}

/// What workspaces inherit.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Defaults {
    /// Runtime.
    pub runtime: Text,
    /// Tier; 0 counts as unset.
    pub tier: Option<Spanned<i64>>,
    /// Model.
    pub model: Text,
    /// Plugins of every workspace.
    pub plugins: Vec<PluginEntry>,
    /// Place of the `plugins` list.
    pub plugins_span: Option<Span>,
    /// First prompt, inline.
    pub initial_prompt: Text,
    /// First prompt, file below the org folder.
    pub initial_prompt_file: Text,
    /// Idle prompt, inline.
    pub idle_prompt: Text,
    /// Idle prompt, file below the org folder.
    pub idle_prompt_file: Text,
    /// Seconds between idle prompts; 0 counts as unset.
    pub idle_interval_seconds: Option<Spanned<i64>>,
    /// Category routing.
    pub category_routing: Routing,
    /// Place of the `category_routing` mapping.
    pub category_routing_span: Option<Span>,
    /// Memories of workspaces that bring none.
    pub initial_memories: Vec<MemorySeed>,
    /// Place of the `initial_memories` list.
    pub initial_memories_span: Option<Span>,
}

/// A memory to store at import.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MemorySeed {
    /// Text.
    pub content: String,
    /// Scope as written.
    pub scope: String,
    /// Place of the entry.
    pub span: Span,
}

/// One entry of a plugin list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PluginEntry {
    /// Name or source, without opt-out marks; may be empty.
    pub name: String,
    /// Whether the entry removes the plugin.
    pub opt_out: bool,
    /// Place of the entry.
    pub span: Span,
}

/// A schedule as written.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Schedule {
    /// Name.
    pub name: Text,
    /// Five fields.
    pub cron_expr: Text,
    /// IANA name.
    pub timezone: Text,
    /// Prompt, inline; wins over the file.
    pub prompt: Text,
    /// Prompt, file below the workspace's folder.
    pub prompt_file: Text,
    /// Whether it runs.
    pub enabled: bool,
    /// Place of the entry.
    pub span: Span,
}

/// A channel as written; values may hold `${VAR}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Channel {
    /// `telegram`, `slack`, `discord`, `lark`; may be empty.
    pub kind: String,
    /// Settings of the adapter.
    pub config: BTreeMap<String, String>,
    /// Who may write.
    pub allowed_users: Vec<String>,
    /// Whether it is used.
    pub enabled: bool,
    /// Place of the entry.
    pub span: Span,
}

/// Coordinates of a root node.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Canvas {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Place of the mapping.
    pub span: Span,
}

/// One workspace as written.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Workspace {
    /// Place of the whole mapping; where a new key would go.
    pub span: Span,
    /// Display name.
    pub name: Spanned<String>,
    /// What it does.
    pub role: Text,
    /// Runtime.
    pub runtime: Text,
    /// Tier; 0 counts as unset.
    pub tier: Option<Spanned<i64>>,
    /// Model.
    pub model: Text,
    /// Workspace template to start from.
    pub template: Text,
    /// Folder of its files below the org folder.
    pub files_dir: Text,
    /// Persona slug; without it the last component of `files_dir` (contract 03 no. 21).
    pub persona: Text,
    /// System prompt, inline.
    pub system_prompt: Text,
    /// Host folder, may hold `${VAR}`.
    pub workspace_dir: Text,
    /// `none`, `read_only`, `read_write`.
    pub workspace_access: Text,
    /// Plugin entries, not merged.
    pub plugins: Vec<PluginEntry>,
    /// Place of the `plugins` list.
    pub plugins_span: Option<Span>,
    /// First prompt, inline.
    pub initial_prompt: Text,
    /// First prompt, file.
    pub initial_prompt_file: Text,
    /// Idle prompt, inline.
    pub idle_prompt: Text,
    /// Idle prompt, file.
    pub idle_prompt_file: Text,
    /// Seconds between idle prompts; 0 counts as unset.
    pub idle_interval_seconds: Option<Spanned<i64>>,
    /// Category routing, not merged.
    pub category_routing: Routing,
    /// Place of the `category_routing` mapping.
    pub category_routing_span: Option<Span>,
    /// Memories; a non-empty list replaces the defaults'.
    pub initial_memories: Vec<MemorySeed>,
    /// Place of the `initial_memories` list.
    pub initial_memories_span: Option<Span>,
    /// Tasks at once; 0 or less counts as unset.
    pub max_concurrent_tasks: Option<Spanned<i64>>,
    /// Schedules.
    pub schedules: Vec<Schedule>,
    /// Place of the `schedules` list.
    pub schedules_span: Option<Span>,
    /// Channels.
    pub channels: Vec<Channel>,
    /// Place of the `channels` list.
    pub channels_span: Option<Span>,
    /// An agent that runs elsewhere.
    pub external: Option<Spanned<bool>>,
    /// Address of an external agent.
    pub url: Text,
    /// Coordinates; used on roots only.
    pub canvas: Option<Canvas>,
    /// Variables it needs.
    pub required_env: Vec<EnvNeed>,
    /// Variables it can use.
    pub recommended_env: Vec<EnvNeed>,
    /// `false` leaves out the node and everything below it.
    pub spawning: Option<Spanned<bool>>,
    /// The repository it was read from, when that is another one than the org's.
    pub origin: Option<Origin>,
    /// Workspaces below it.
    pub children: Vec<Workspace>,
}

impl Workspace {
    /// Its folder as its own repository names it, clean; the same whatever commit it was read from.
    pub fn own_dir(&self) -> Option<String> {
        let dir = folder(self.files_dir.as_ref())?;
        let Some(origin) = &self.origin else {
            return Some(dir);
        };
        let own = dir.strip_prefix(&origin.folder).unwrap_or(&dir);
        Some(own.trim_start_matches('/').to_owned())
    }

    /// Where its prompt files are: its folder, else the root of the repository it was read from.
    pub(crate) fn prompts_below(&self) -> Option<String> {
        folder(self.files_dir.as_ref())
            .filter(|dir| !dir.is_empty())
            .or_else(|| self.origin.as_ref().map(|origin| origin.folder.clone()))
    }

    /// Whether it and its subtree are made.
    pub fn spawns(&self) -> bool {
        self.spawning.as_ref().is_none_or(|s| s.value)
    }
}

impl Org {
    /// Every workspace, `spawning: false` ones included (contract 03 section 2.6).
    pub fn workspace_count(&self) -> usize {
        self.walk(false).count()
    }

    /// Workspaces that an import makes.
    pub fn spawned_count(&self) -> usize {
        self.walk(true).count()
    }

    /// Pre-order walk; `spawned_only` leaves out `spawning: false` subtrees.
    pub fn walk(&self, spawned_only: bool) -> impl Iterator<Item = &Workspace> {
        let keep = move |w: &&Workspace| !spawned_only || w.spawns();
        let mut stack: Vec<&Workspace> = self.workspaces.iter().rev().filter(keep).collect();
        std::iter::from_fn(move || {
            let next = stack.pop()?;
            stack.extend(next.children.iter().rev().filter(keep));
            Some(next)
        })
    }
}
