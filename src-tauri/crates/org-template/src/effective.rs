//! Defaults merged into every spawned workspace (contract 03 sections 2.2, 2.5, 2.9).

use crate::channel::channel_skip_reason;
use crate::cron::Cron;
use crate::env_file::{Env, expand, persona_slug};
use crate::env_need::{EnvNeed, EnvNeeds, env_needs};
use crate::error::{Code, OrgErrors, Problem, shorten};
use crate::keys::keys;
use crate::merge;
use crate::org::{Channel, Org, PromptText, Schedule, Text, Workspace};
use crate::paths::{inside_root, is_absolute};
use crate::prompts::{folder, workspace_prompt};
use crate::role::{
    FieldValue, Idle, Memory, Prompt, PromptSource, Role, RoleChannel, RoleSchedule, SkippedItem,
};
use crate::span::{Span, Spanned};
use serde::Serialize;
use serde_json::{Value, json};
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

struct Merge<'a> {
    org: &'a Org,
    env: &'a Env,
    keys: &'a [String],
    next: usize,
    names: HashSet<&'a str>,
    warned: HashSet<Place>,
    roles: Vec<Role>,
    not_spawned: BTreeSet<String>,
    warnings: Vec<Problem>,
    errors: Vec<Problem>,
}

/// File and byte: what all inherit from the defaults is warned about once.
type Place = (String, usize);

/// A value that may be written in several places: the first that says something, with its place.
fn first<'a>(places: [&'a Text; 2]) -> Option<&'a Spanned<String>> {
    places.into_iter().flatten().find(|t| !t.value.is_empty())
}

fn given(text: &Text) -> Option<&Spanned<String>> {
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
        let persona = given(&w.persona)
            .map(|t| t.value.as_str())
            .or(files_dir.as_deref());
        let persona = persona.and_then(persona_slug).map(str::to_owned);
        let (workspace_dir, workspace_access) =
            self.mount(w, files_dir.as_deref(), persona.as_deref());
        let initial_prompt = self.prompt(
            w,
            files_dir.as_deref(),
            [&w.initial_prompt, &w.initial_prompt_file],
            [&defaults.initial_prompt, &defaults.initial_prompt_file],
        );
        let idle_prompt = self.prompt(
            w,
            files_dir.as_deref(),
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
        let (schedules, schedules_skipped) = self.schedules(w, files_dir.as_deref());
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
            fields: BTreeMap::new(),
        };
        role.fields = fields(&role, w, self.org);
        role
    }

    fn warn(&mut self, span: &Span, code: Code, message: String) {
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

    /// Workspace inline, workspace file, defaults inline, defaults file. A file that cannot be used counts as absent.
    fn prompt(
        &mut self,
        w: &Workspace,
        files_dir: Option<&str>,
        own: [&Text; 2],
        defaults: [&Text; 2],
    ) -> Option<Prompt> {
        let inline = |text: &Spanned<String>, source| Prompt {
            text: text.value.replace("\r\n", "\n"),
            source,
            span: text.span.clone(),
        };
        if let Some(text) = given(own[0]) {
            return Some(inline(text, PromptSource::Own));
        }
        if let Some(reference) = given(own[1]) {
            match self.prompt_file(files_dir, reference) {
                Ok((text, span)) if !text.trim().is_empty() => {
                    return Some(Prompt {
                        text,
                        source: PromptSource::OwnFile,
                        span,
                    });
                }
                Ok(_) => {}
                Err(why) => {
                    let name = shorten(&w.name.value, 60);
                    let message = format!(
                        "the prompt file {} of {name} is not used: {why}",
                        reference.value
                    );
                    self.warn(&reference.span, Code::PromptFile, message);
                }
            }
        }
        if let Some(text) = given(defaults[0]) {
            return Some(inline(text, PromptSource::Defaults));
        }
        let reference = given(defaults[1])?;
        match self.prompt_file(None, reference) {
            Ok((text, span)) if !text.trim().is_empty() => Some(Prompt {
                text,
                source: PromptSource::DefaultsFile,
                span,
            }),
            Ok(_) => None,
            Err(why) => {
                if self
                    .warned
                    .insert((reference.span.file.to_string(), reference.span.start))
                {
                    let message = format!(
                        "the prompt file {} of the defaults is not used: {why}",
                        reference.value
                    );
                    self.warn(&reference.span, Code::PromptFile, message);
                }
                None
            }
        }
    }

    fn prompt_file(
        &self,
        files_dir: Option<&str>,
        reference: &Spanned<String>,
    ) -> Result<(String, Span), String> {
        if !self.org.from_folder {
            return Err("an inline template has no files".into());
        }
        let Some(path) = workspace_prompt(files_dir, &reference.value) else {
            return Err("the path leaves the role's folder".into());
        };
        match self.org.prompt_files.get(&path) {
            Some(PromptText::Read { text, bytes }) => {
                Ok((text.clone(), Span::whole(&path, *bytes)))
            }
            Some(PromptText::Unusable(why)) => Err(why.clone()),
            None => Err("it was not read".into()),
        }
    }

    fn mount(
        &mut self,
        w: &Workspace,
        files_dir: Option<&str>,
        persona: Option<&str>,
    ) -> (Option<String>, String) {
        let access = given(&w.workspace_access);
        let place = given(&w.workspace_dir)
            .or(access)
            .map_or(&w.span, |t| &t.span)
            .clone();
        let mut dir = None;
        if let Some(text) = given(&w.workspace_dir) {
            let expanded = expand(&text.value, |name| self.env.get(files_dir, persona, name));
            if expanded.value.is_empty() && !expanded.missing.is_empty() {
                let message = format!(
                    "workspace_dir is empty: {} has no value",
                    expanded.missing.join(", ")
                );
                self.warn(&text.span, Code::Ignored, message);
            } else if !expanded.missing.is_empty() {
                let message = format!(
                    "workspace_dir needs {}, which has no value",
                    expanded.missing.join(", ")
                );
                self.errors.push(
                    Problem::at(&text.span, Code::BadValue, message)
                        .text(&text.value)
                        .hint("set it in the .env of the org or as a global secret"),
                );
            }
            dir = Some(expanded.value).filter(|d| !d.is_empty());
        }
        if let Some(message) = dir.as_deref().and_then(bad_host_dir) {
            self.errors.push(
                Problem::at(
                    &place,
                    Code::BadValue,
                    format!("workspace {}: {message}", shorten(&w.name.value, 60)),
                )
                .text(dir.as_deref().unwrap_or("")),
            );
        }
        let access = match (access.map(|a| a.value.as_str()), &dir) {
            (Some(word @ ("read_only" | "read_write")), None) => {
                let name = shorten(&w.name.value, 60);
                let message = format!(
                    "workspace {name}: workspace_access=\"{word}\" requires workspace_dir to be set"
                );
                self.errors
                    .push(Problem::at(&place, Code::BadValue, message).text(word));
                word
            }
            (Some(word), _) => word,
            (None, Some(_)) => "read_write",
            (None, None) => "none",
        };
        (dir, access.to_owned())
    }

    fn schedules(
        &mut self,
        w: &Workspace,
        files_dir: Option<&str>,
    ) -> (Vec<RoleSchedule>, Vec<SkippedItem>) {
        let (mut out, mut skipped) = (Vec::new(), Vec::new());
        for schedule in &w.schedules {
            match self.schedule(schedule, files_dir) {
                Ok(good) => out.push(good),
                Err(reason) => {
                    let what = schedule
                        .name
                        .as_ref()
                        .map(|n| n.value.clone())
                        .unwrap_or_default();
                    let message = format!(
                        "the schedule \"{}\" of {} is skipped: {reason}",
                        shorten(&what, 60),
                        shorten(&w.name.value, 60)
                    );
                    self.warn(&schedule.span, Code::ScheduleSkipped, message);
                    skipped.push(SkippedItem {
                        what,
                        reason,
                        span: schedule.span.clone(),
                    });
                }
            }
        }
        (out, skipped)
    }

    fn schedule(
        &self,
        schedule: &Schedule,
        files_dir: Option<&str>,
    ) -> Result<RoleSchedule, String> {
        let expression = given(&schedule.cron_expr).ok_or("it has no cron_expr")?;
        let cron = Cron::parse(&expression.value).map_err(|e| e.to_string())?;
        let timezone = given(&schedule.timezone).map_or("UTC", |t| t.value.as_str());
        if timezone.parse::<chrono_tz::Tz>().is_err() {
            return Err(format!(
                "the timezone \"{}\" is not known",
                shorten(timezone, 60)
            ));
        }
        let prompt = match (given(&schedule.prompt), given(&schedule.prompt_file)) {
            (Some(text), _) => text.value.replace("\r\n", "\n"),
            (None, Some(reference)) => {
                self.prompt_file(files_dir, reference)
                    .map_err(|why| {
                        format!("its prompt file {} is not usable: {why}", reference.value)
                    })?
                    .0
            }
            (None, None) => String::new(),
        };
        if prompt.trim().is_empty() {
            return Err("its prompt is empty".into());
        }
        Ok(RoleSchedule {
            name: schedule
                .name
                .as_ref()
                .map(|n| n.value.clone())
                .unwrap_or_default(),
            cron_expr: expression.value.trim().to_owned(),
            timezone: timezone.to_owned(),
            prompt,
            enabled: schedule.enabled,
            per_day: cron.per_day(),
            span: schedule.span.clone(),
        })
    }

    fn channels(
        &mut self,
        w: &Workspace,
        files_dir: Option<&str>,
        persona: Option<&str>,
    ) -> (Vec<RoleChannel>, Vec<SkippedItem>) {
        let (mut out, mut skipped) = (Vec::new(), Vec::new());
        for channel in &w.channels {
            match self.channel_reason(channel, files_dir, persona) {
                None => out.push(RoleChannel {
                    kind: channel.kind.clone(),
                    config: channel.config.clone(),
                    allowed_users: channel.allowed_users.clone(),
                    enabled: channel.enabled,
                }),
                Some(reason) => {
                    let name = shorten(&w.name.value, 60);
                    let message = format!(
                        "the {} channel of {name} is skipped: {reason}",
                        channel.kind
                    );
                    self.warn(&channel.span, Code::ChannelSkipped, message);
                    let (what, span) = (channel.kind.clone(), channel.span.clone());
                    skipped.push(SkippedItem { what, reason, span });
                }
            }
        }
        (out, skipped)
    }

    fn channel_reason(
        &self,
        channel: &Channel,
        files_dir: Option<&str>,
        persona: Option<&str>,
    ) -> Option<String> {
        let lookup = |name: &str| self.env.get(files_dir, persona, name);
        let (mut expanded, mut raw) = (BTreeMap::new(), Vec::new());
        for (key, value) in &channel.config {
            let done = expand(value, lookup);
            if !done.missing.is_empty() {
                raw.push(value.as_str());
            }
            expanded.insert(key.clone(), done.value);
        }
        if !raw.is_empty() && !channel.kind.is_empty() {
            return Some(format!("missing env: [{}]", raw.join(" ")));
        }
        channel_skip_reason(&channel.kind, &expanded)
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

/// Why a host directory cannot be mounted, in the contract's words; `None` when it can.
fn bad_host_dir(dir: &str) -> Option<String> {
    if !is_absolute(dir)
        || dir.as_bytes().get(1) == Some(&b':')
            && !matches!(dir.as_bytes().get(2), Some(b'/' | b'\\'))
    {
        return Some("workspace_dir must be an absolute path".into());
    }
    if dir.split(['/', '\\']).any(|part| part == "..") {
        return Some("workspace_dir must not contain '..'".into());
    }
    const SYSTEM: [&str; 9] = [
        "/etc", "/var", "/proc", "/sys", "/dev", "/boot", "/sbin", "/bin", "/lib",
    ];
    let clean = format!(
        "/{}",
        dir.split('/')
            .filter(|p| !p.is_empty() && *p != ".")
            .collect::<Vec<_>>()
            .join("/")
    );
    let below = |system: &&&str| clean == **system || clean.starts_with(&format!("{system}/"));
    let found = SYSTEM.iter().chain(&["/usr"]).find(below);
    if clean == "/" {
        return Some("workspace_dir must not be a system path (/)".into());
    }
    found.map(|system| format!("workspace_dir must not be a system path ({system})"))
}

/// The values the files own, with their places. Every role has every field, so that "unset" is a value too.
fn fields(role: &Role, w: &Workspace, org: &Org) -> BTreeMap<String, FieldValue> {
    let d = &org.defaults;
    let at = |texts: &[&Text]| {
        texts
            .iter()
            .find_map(|t| given(t))
            .map_or_else(|| w.span.clone(), |t| t.span.clone())
    };
    let list = |own: &Option<Span>, default: &Option<Span>| {
        own.clone()
            .or_else(|| default.clone())
            .unwrap_or_else(|| w.span.clone())
    };
    let int = |own: &Option<Spanned<i64>>, default: &Option<Spanned<i64>>| {
        let mut both = [own, default].into_iter().flatten();
        both.find(|i| i.value != 0)
            .map_or_else(|| w.span.clone(), |i| i.span.clone())
    };
    let nothing = None;
    let text = |value: &Option<String>| value.clone().map_or(Value::Null, Value::String);
    let mut out = BTreeMap::new();
    let mut put = |name: &str, value: Value, span: Span| {
        out.insert(name.to_owned(), FieldValue { value, span });
    };
    put("name", json!(role.name), w.name.span.clone());
    put("role", text(&role.role), at(&[&w.role]));
    put(
        "runtime",
        json!(role.runtime),
        at(&[&w.runtime, &d.runtime]),
    );
    put("tier", json!(role.tier), int(&w.tier, &d.tier));
    let model = if role.model_explicit {
        json!(role.model)
    } else {
        Value::Null
    };
    put("model", model, at(&[&w.model, &d.model]));
    put("template", text(&role.template), at(&[&w.template]));
    put("files_dir", text(&role.files_dir), at(&[&w.files_dir]));
    put(
        "system_prompt",
        text(&role.system_prompt),
        at(&[&w.system_prompt]),
    );
    put(
        "workspace_dir",
        text(&role.workspace_dir),
        at(&[&w.workspace_dir]),
    );
    put(
        "workspace_access",
        json!(role.workspace_access),
        at(&[&w.workspace_access]),
    );
    put(
        "plugins",
        json!(role.plugins),
        list(&w.plugins_span, &d.plugins_span),
    );
    let routing = list(&w.category_routing_span, &d.category_routing_span);
    put("category_routing", json!(role.category_routing), routing);
    let prompt = |p: Option<&Prompt>| p.map_or(Value::Null, |p| json!(p.text));
    let prompt_at = |p: Option<&Prompt>| p.map_or_else(|| w.span.clone(), |p| p.span.clone());
    let (first, idle) = (
        role.initial_prompt.as_ref(),
        role.idle.as_ref().map(|i| &i.prompt),
    );
    put("initial_prompt", prompt(first), prompt_at(first));
    put("idle_prompt", prompt(idle), prompt_at(idle));
    put(
        "idle_interval_seconds",
        role.idle
            .as_ref()
            .map_or(Value::Null, |i| json!(i.interval_seconds)),
        int(&w.idle_interval_seconds, &d.idle_interval_seconds),
    );
    let memories = list(&w.initial_memories_span, &d.initial_memories_span);
    put("initial_memories", json!(role.memories), memories);
    put(
        "max_concurrent_tasks",
        json!(role.max_concurrent_tasks),
        int(&w.max_concurrent_tasks, &None),
    );
    let schedules: Vec<Value> = role
        .schedules
        .iter()
        .map(|s| {
            json!({"name": s.name, "cron_expr": s.cron_expr, "timezone": s.timezone, "prompt": s.prompt,
                   "enabled": s.enabled})
        })
        .collect();
    put(
        "schedules",
        json!(schedules),
        list(&w.schedules_span, &nothing),
    );
    put(
        "channels",
        json!(role.channels),
        list(&w.channels_span, &nothing),
    );
    put(
        "external",
        json!(role.external),
        w.external.as_ref().map_or(&w.span, |e| &e.span).clone(),
    );
    put("url", json!(role.url), at(&[&w.url]));
    let canvas = role
        .canvas
        .map_or(Value::Null, |(x, y)| json!({"x": x, "y": y}));
    put(
        "canvas",
        canvas,
        w.canvas.as_ref().map_or(&w.span, |c| &c.span).clone(),
    );
    put("parent", text(&role.parent_key), w.span.clone());
    out
}
