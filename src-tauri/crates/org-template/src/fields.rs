//! The file-owned values of a role: what the three-way plan compares and write-back edits.

use crate::effective::given;
use crate::org::{Org, Text, Workspace};
use crate::role::{FieldValue, Prompt, Role};
use crate::span::{Span, Spanned};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The values the files own, with their places. Every role has every field, so that "unset" is a value too.
pub(crate) fn fields(role: &Role, w: &Workspace, org: &Org) -> BTreeMap<String, FieldValue> {
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
    put(
        "persona",
        text(&role.persona),
        at(&[&w.persona, &w.files_dir]),
    );
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
