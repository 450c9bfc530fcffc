//! Defaults merged into every spawned workspace (contract 03 sections 2.2, 2.5, 2.9).

use crate::env_file::{Env, persona_slug};
use crate::env_need::{EnvNeed, EnvNeeds, env_needs};
use crate::error::{Code, OrgErrors, Problem, shorten};
use crate::fields::fields;
use crate::keys::keys;
use crate::merge;
use crate::org::{Org, Text, Workspace};
use crate::paths::inside_root;
use crate::prompt_files::folder;
use crate::role::{Idle, Memory, Role, SkippedItem};
use crate::span::{Span, Spanned};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Seconds between idle prompts when nobody says.
const IDLE_SECONDS: i64 = 600;

/// An org ready to be planned and imported.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Effective {
    /// Name of the org.
    pub name: String,
    /// Spawned workspaces in pre-order.
    pub roles: Vec<Role>,
    /// Keys of `spawning: false` subtrees: not made, and not removed where they exist.
    pub not_spawned: BTreeSet<String>,
    /// Memories of the whole org; scope `GLOBAL`.
    pub global_memories: Vec<Memory>,
    /// Aggregated requirements.
    pub needs: EnvNeeds,
    /// Warnings of loading and merging, in reading order.
    pub warnings: Vec<Problem>,
    /// Required variables without a value in some layer: the requirement and the names of the roles that miss it
    /// (empty for one declared by the org itself).
    pub missing_env: Vec<(EnvNeed, Vec<String>)>,
}

/// Merges an org. Problems (a bad `workspace_dir`, an access word without a folder) refuse the whole org before
/// anything is inserted.
pub fn effective(org: &Org, env: &Env) -> Result<Effective, OrgErrors> {
    let keys = keys(org);
    let names: HashSet<&str> = org.walk(true).map(|w| w.name.value.as_str()).collect();
    let mut merge = Merge {
        org,
        env,
        keys: &keys,
        next: 0,
        names,
        warned: HashSet::new(),
        roles: Vec::with_capacity(keys.len()),
        not_spawned: BTreeSet::new(),
        warnings: org.warnings.clone(),
        errors: Vec::new(),
    };
    for root in &org.workspaces {
        merge.visit(root, None, true);
    }
    let (global_memories, skipped) = Memory::of(&org.global_memories, Some("GLOBAL"));
    merge.memories_skipped(skipped);
    let Merge {
        roles,
        not_spawned,
        warnings,
        errors,
        ..
    } = merge;
    if !errors.is_empty() {
        return Err(OrgErrors::Invalid(errors));
    }
    let missing_env = missing_env(org, env, &roles);
    Ok(Effective {
        name: org.name.value.clone(),
        roles,
        not_spawned,
        global_memories,
        needs: env_needs(org),
        warnings,
        missing_env,
    })
}

/// Requirements by every layer of every role that declares them (contract 03 no. 19).
fn missing_env(org: &Org, env: &Env, roles: &[Role]) -> Vec<(EnvNeed, Vec<String>)> {
    let mut out: Vec<(EnvNeed, Vec<String>)> = Vec::new();
    for need in env_needs(org).required {
        let declared_by = |needs: &[EnvNeed]| {
            needs
                .iter()
                .any(|n| n.members().iter().any(|m| need.members().contains(m)))
        };
        let lacks = |role: &Role| {
            !need.satisfied(|name| {
                env.get(role.files_dir.as_deref(), role.persona.as_deref(), name)
                    .is_some()
            })
        };
        if declared_by(&org.required_env) {
            if !need.satisfied(|name| env.get(None, None, name).is_some()) {
                out.push((need, Vec::new()));
            }
            continue;
        }
        let by: Vec<String> = roles
            .iter()
            .filter(|r| declared_by(&r.required_env) && lacks(r))
            .map(|r| r.name.clone())
            .collect();
        if !by.is_empty() {
            out.push((need, by));
        }
    }
    out
}

/// The merge on its way: what it reads and what it has made.
pub(crate) struct Merge<'a> {
    pub(crate) org: &'a Org,
    pub(crate) env: &'a Env,
    keys: &'a [String],
    next: usize,
    names: HashSet<&'a str>,
    pub(crate) warned: HashSet<Place>,
    roles: Vec<Role>,
    not_spawned: BTreeSet<String>,
    pub(crate) warnings: Vec<Problem>,
    pub(crate) errors: Vec<Problem>,
}

/// File and byte: what all inherit from the defaults is warned about once.
pub(crate) type Place = (String, usize);

/// A value that may be written in several places: the first that says something, with its place.
fn first(places: [&Text; 2]) -> Option<&Spanned<String>> {
    places.into_iter().flatten().find(|t| !t.value.is_empty())
}

/// The persona of a workspace: its own key, else its folder's last component (contract 03 section 2.5, no. 21).
pub fn persona_of(w: &Workspace, org: &Org) -> Option<String> {
    let dir = w.own_dir().filter(|_| org.from_folder);
    let persona = given(&w.persona).map(|t| t.value.clone()).or(dir)?;
    persona_slug(&persona).map(str::to_owned)
}

/// A text that says something.
pub(crate) fn given(text: &Text) -> Option<&Spanned<String>> {
    text.as_ref().filter(|t| !t.value.is_empty())
}

impl<'a> Merge<'a> {
    fn visit(&mut self, workspace: &'a Workspace, parent: Option<usize>, spawned: bool) {
        let key = self.keys.get(self.next).cloned().unwrap_or_default();
        self.next += 1;
        let spawned = spawned && workspace.spawns();
        let mut index = None;
        if spawned {
            let role = self.role(workspace, key, parent);
            index = Some(self.roles.len());
            self.roles.push(role);
        } else {
            self.not_spawned.insert(key);
        }
        for child in &workspace.children {
            self.visit(child, index, spawned);
        }
    }

    fn role(&mut self, w: &'a Workspace, key: String, parent: Option<usize>) -> Role {
        let defaults = &self.org.defaults;
        let external = w.external.as_ref().is_some_and(|e| e.value);
        let runtime = first([&w.runtime, &defaults.runtime]);
        let runtime_name = match runtime {
            _ if external => "external".to_owned(),
            Some(text) => text.value.clone(),
            None => "langgraph".to_owned(),
        };
        let tier = [&w.tier, &defaults.tier]
            .into_iter()
            .flatten()
            .find(|t| t.value != 0);
        let model = first([&w.model, &defaults.model]);
        let fallback = if runtime_name == "claude-code" {
            "sonnet"
        } else {
            "anthropic:claude-opus-4-7"
        };
        let files_dir =
            folder(w.files_dir.as_ref()).filter(|d| self.org.from_folder && !d.is_empty());
        let files_found = files_dir
            .as_ref()
            .is_some_and(|d| self.org.folders.get(d).copied().unwrap_or(false));
        let persona = persona_of(w, self.org);
        let prompts = w.prompts_below().filter(|_| self.org.from_folder);
        let (workspace_dir, workspace_access) =
            self.mount(w, files_dir.as_deref(), persona.as_deref());
        let initial_prompt = self.prompt(
            w,
            prompts.as_deref(),
            [&w.initial_prompt, &w.initial_prompt_file],
            [&defaults.initial_prompt, &defaults.initial_prompt_file],
        );
        let idle_prompt = self.prompt(
            w,
            prompts.as_deref(),
            [&w.idle_prompt, &w.idle_prompt_file],
            [&defaults.idle_prompt, &defaults.idle_prompt_file],
        );
        let interval = [&w.idle_interval_seconds, &defaults.idle_interval_seconds];
        let interval = interval.into_iter().flatten().find(|i| i.value != 0);
        let idle = idle_prompt.map(|prompt| Idle {
            prompt,
            interval_seconds: interval
                .map(|i| i.value)
                .filter(|i| *i > 0)
                .unwrap_or(IDLE_SECONDS),
        });
        let own_memories = !w.initial_memories.is_empty();
        let seeds = if own_memories {
            &w.initial_memories
        } else {
            &defaults.initial_memories
        };
        let (memories, memories_skipped) = Memory::of(seeds, None);
        self.memories_skipped(memories_skipped);
        let (schedules, schedules_skipped) = self.schedules(w, prompts.as_deref());
        let (channels, channels_skipped) =
            self.channels(w, files_dir.as_deref(), persona.as_deref());
        self.routing_targets(w);
        let parent_key = parent
            .and_then(|p| self.roles.get(p))
            .map(|r| r.key.clone());
        let mut role = Role {
            key,
            parent_index: parent,
            depth: parent
                .and_then(|p| self.roles.get(p))
                .map_or(1, |r| r.depth + 1),
            parent_key,
            name: w.name.value.clone(),
            role: given(&w.role).map(|t| t.value.clone()),
            runtime: runtime_name,
            tier: tier.map_or(2, |t| t.value),
            model: model.map_or_else(|| fallback.to_owned(), |t| t.value.clone()),
            model_explicit: model.is_some(),
            template: given(&w.template)
                .and_then(|t| inside_root("", &t.value))
                .filter(|t| !t.is_empty()),
            files_dir,
            files_found,
            persona,
            system_prompt: given(&w.system_prompt).map(|t| t.value.replace("\r\n", "\n")),
            workspace_dir,
            workspace_access,
            plugins: merge::plugins(&defaults.plugins, &w.plugins),
            category_routing: merge::routing(&defaults.category_routing, &w.category_routing),
            initial_prompt,
            idle,
            memories,
            max_concurrent_tasks: w
                .max_concurrent_tasks
                .as_ref()
                .map_or(1, |m| m.value.max(1)),
            schedules,
            schedules_skipped,
            channels,
            channels_skipped,
            external,
            url: given(&w.url).map(|t| t.value.clone()).unwrap_or_default(),
            canvas: w
                .canvas
                .as_ref()
                .filter(|_| parent.is_none())
                .map(|c| (c.x, c.y)),
            required_env: w.required_env.clone(),
            origin: w.origin.clone(),
            fields: BTreeMap::new(),
        };
        role.fields = fields(&role, w, self.org);
        role
    }

    pub(crate) fn warn(&mut self, span: &Span, code: Code, message: String) {
        self.warnings.push(Problem::at(span, code, message));
    }

    fn memories_skipped(&mut self, skipped: Vec<SkippedItem>) {
        for item in skipped {
            self.warn(
                &item.span,
                Code::MemorySkipped,
                format!("a memory is skipped: {}", item.reason),
            );
        }
    }

    /// Targets that are no workspace of the org (no. 31), once per place.
    fn routing_targets(&mut self, w: &'a Workspace) {
        let org = self.org;
        for (category, roles) in org
            .defaults
            .category_routing
            .iter()
            .chain(&w.category_routing)
        {
            if !self
                .warned
                .insert((category.span.file.to_string(), category.span.start))
            {
                continue;
            }
            let live = roles
                .iter()
                .filter(|r| self.names.contains(r.value.as_str()))
                .count();
            for role in roles
                .iter()
                .filter(|r| !self.names.contains(r.value.as_str()))
            {
                let mut message = format!(
                    "the category {} names \"{}\", which is no workspace of this org",
                    shorten(&category.value, 60),
                    shorten(&role.value, 60)
                );
                if live == 0 {
                    message.push_str("; the category has no live target");
                }
                self.warnings
                    .push(Problem::at(&role.span, Code::RoutingTarget, message).text(&role.value));
            }
        }
    }
}
