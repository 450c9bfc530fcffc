//! One workspace with everything merged: what an import writes.

use crate::env_need::EnvNeed;
use crate::external::Origin;
use crate::org::MemorySeed;
use crate::span::Span;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A workspace after defaults and merges (contract 03 section 2.2).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Role {
    /// Import key: stable through renames and moves, unique in the org.
    pub key: String,
    /// Import key of the parent; `None` for roots.
    pub parent_key: Option<String>,
    /// Index of the parent in the list of roles.
    pub parent_index: Option<usize>,
    /// 1 for roots.
    pub depth: usize,
    /// Display name.
    pub name: String,
    /// What it does; the row's `role` and the generated config's `description`.
    pub role: Option<String>,
    /// Runtime; `external` for external nodes.
    pub runtime: String,
    /// Tier 1 to 4.
    pub tier: i64,
    /// Model that holds when nothing else says one.
    pub model: String,
    /// Whether the files say the model; otherwise it is the built-in fallback, written to the config only (no. 23).
    pub model_explicit: bool,
    /// Workspace template, when its path is usable.
    pub template: Option<String>,
    /// Clean folder of its files below the org folder, when its path is usable.
    pub files_dir: Option<String>,
    /// Whether that folder exists.
    pub files_found: bool,
    /// Persona slug.
    pub persona: Option<String>,
    /// System prompt given inline; wins over the file in the folder.
    pub system_prompt: Option<String>,
    /// Host folder after `${VAR}`, checked.
    pub workspace_dir: Option<String>,
    /// `none`, `read_only`, `read_write`; a folder without an explicit word means `read_write` (no. 15).
    pub workspace_access: String,
    /// Merged plugin list.
    pub plugins: Vec<String>,
    /// Merged routing, sorted.
    pub category_routing: BTreeMap<String, Vec<String>>,
    /// Prompt of the first start.
    pub initial_prompt: Option<Prompt>,
    /// Prompt while idle.
    pub idle: Option<Idle>,
    /// Memories to store.
    pub memories: Vec<Memory>,
    /// Tasks at once, at least 1.
    pub max_concurrent_tasks: i64,
    /// Usable schedules.
    pub schedules: Vec<RoleSchedule>,
    /// Schedules left out, and why.
    pub schedules_skipped: Vec<SkippedItem>,
    /// Channels that can be made.
    pub channels: Vec<RoleChannel>,
    /// Channels left out, and why.
    pub channels_skipped: Vec<SkippedItem>,
    /// Whether the agent runs elsewhere.
    pub external: bool,
    /// Address of an external agent.
    pub url: String,
    /// Coordinates of a root.
    pub canvas: Option<(f64, f64)>,
    /// Variables it declares as required.
    pub required_env: Vec<EnvNeed>,
    /// The repository it was read from, when that is another one than the org's.
    pub origin: Option<Origin>,
    /// Every file-owned value with its place: what the three-way plan compares.
    pub fields: BTreeMap<String, FieldValue>,
}

/// A file-owned value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldValue {
    /// The value; null when unset.
    pub value: Value,
    /// Where it stands, or where its workspace does when it is inherited from nowhere.
    pub span: Span,
}

/// Where a prompt came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromptSource {
    /// The workspace, inline.
    Own,
    /// A file of the workspace.
    OwnFile,
    /// The defaults, inline.
    Defaults,
    /// A file of the defaults.
    DefaultsFile,
}

/// A prompt, its source and place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Prompt {
    /// Text with `\n` line ends.
    pub text: String,
    /// Which of the four places won.
    pub source: PromptSource,
    /// Where it stands: the value in the YAML, or the whole prompt file.
    pub span: Span,
}

/// What is asked while nothing happens.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Idle {
    /// Prompt.
    pub prompt: Prompt,
    /// Seconds between prompts, above 0.
    pub interval_seconds: i64,
}

/// A memory ready to store (redaction is the store's).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// Text, at most 100,000 bytes.
    pub content: String,
    /// `LOCAL`, `TEAM` or `GLOBAL`.
    pub scope: String,
}

/// A schedule that can run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RoleSchedule {
    /// Name.
    pub name: String,
    /// Checked expression.
    pub cron_expr: String,
    /// IANA name.
    pub timezone: String,
    /// Prompt.
    pub prompt: String,
    /// Whether it runs.
    pub enabled: bool,
    /// Firings a day, averaged.
    pub per_day: f64,
    /// Place of the entry.
    pub span: Span,
}

/// A channel that can be made. Values are not expanded here: they are secrets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RoleChannel {
    /// Adapter.
    pub kind: String,
    /// Settings as written, with `${VAR}`.
    pub config: BTreeMap<String, String>,
    /// Who may write.
    pub allowed_users: Vec<String>,
    /// Whether it is used.
    pub enabled: bool,
}

/// Something that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SkippedItem {
    /// Name of the schedule or type of the channel.
    pub what: String,
    /// Why, for people and clients.
    pub reason: String,
    /// Place of the entry.
    pub span: Span,
}

impl Memory {
    /// The memories of a list that will be stored; `scope` overrides theirs.
    pub(crate) fn of(seeds: &[MemorySeed], scope: Option<&str>) -> (Vec<Memory>, Vec<SkippedItem>) {
        let (mut out, mut skipped) = (Vec::new(), Vec::new());
        for seed in seeds {
            let own = seed.scope.trim().to_ascii_uppercase();
            let scope = match scope.unwrap_or(&own) {
                "" => "LOCAL",
                word => word,
            };
            let reason = if seed.content.is_empty() {
                "empty content"
            } else if !matches!(scope, "LOCAL" | "TEAM" | "GLOBAL") {
                "the scope is none of LOCAL, TEAM, GLOBAL"
            } else {
                let end = floor(&seed.content, 100_000);
                out.push(Memory {
                    content: seed.content[..end].to_owned(),
                    scope: scope.to_owned(),
                });
                continue;
            };
            skipped.push(SkippedItem {
                what: own.clone(),
                reason: reason.to_owned(),
                span: seed.span.clone(),
            });
        }
        (out, skipped)
    }
}

/// The last character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    (0..=at)
        .rev()
        .find(|i| text.is_char_boundary(*i))
        .unwrap_or(0)
}
