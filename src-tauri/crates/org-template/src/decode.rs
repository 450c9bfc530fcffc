//! The tree to the typed org (contract 03 section 2.1).

use crate::env_need::EnvNeed;
use crate::error::{Code, Problem};
use crate::node::{Data, Entry, Node};
use crate::org::{
    Canvas, Channel, Defaults, MemorySeed, Org, PluginEntry, Routing, Schedule, Workspace,
};
use crate::read::{Fields, Findings, text};
use crate::span::{Span, Spanned};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Decodes an expanded document. Problems go to `found`; the result is only meaningful without errors.
pub(crate) fn org(root: &Node, root_file: &str, found: &Findings) -> Option<Org> {
    let fields = Fields::of(root, "the org", found)?;
    let name = fields
        .text("name")
        .unwrap_or_else(|| Spanned::new(String::new(), root.span.clone()));
    let description = fields
        .text("description")
        .map(|d| d.value)
        .unwrap_or_default();
    let defaults = fields
        .get("defaults")
        .map(|node| defaults(node, found))
        .unwrap_or_default();
    let (mut workspaces, given) = workspace_list(&fields, "workspaces");
    let (roots, roots_given) = workspace_list(&fields, "roots");
    if given.is_none() && roots_given.is_some() {
        workspaces = roots;
    }
    let org = Org {
        name,
        description,
        defaults,
        workspaces,
        global_memories: memories(&fields, "global_memories").0,
        required_env: needs(&fields, "required_env"),
        recommended_env: needs(&fields, "recommended_env"),
        from_folder: true,
        root_file: root_file.to_owned(),
        prompt_files: BTreeMap::new(),
        folders: BTreeMap::new(),
        include_directives: 0,
        included_files: 0,
        includes_per_depth: Vec::new(),
        externals: BTreeMap::new(),
        pending_externals: 0,
        warnings: Vec::new(),
    };
    fields.warn_unknown(&["template_schema_version"]);
    Some(org)
}

fn defaults(node: &Node, found: &Findings) -> Defaults {
    let Some(f) = Fields::of(node, "defaults", found) else {
        return Defaults::default();
    };
    let (plugins, plugins_span) = plugins(&f);
    let (category_routing, category_routing_span) = routing(&f);
    let (initial_memories, initial_memories_span) = memories(&f, "initial_memories");
    let out = Defaults {
        runtime: f.text("runtime"),
        tier: tier(&f),
        model: f.text("model"),
        plugins,
        plugins_span,
        initial_prompt: f.text("initial_prompt"),
        initial_prompt_file: f.text("initial_prompt_file"),
        idle_prompt: f.text("idle_prompt"),
        idle_prompt_file: f.text("idle_prompt_file"),
        idle_interval_seconds: f.int("idle_interval_seconds"),
        category_routing,
        category_routing_span,
        initial_memories,
        initial_memories_span,
    };
    f.warn_unknown(&[]);
    out
}

fn workspace_list(fields: &Fields<'_>, key: &'static str) -> (Vec<Workspace>, Option<Span>) {
    let (items, span) = fields.list(key);
    (
        items
            .iter()
            .filter_map(|item| workspace(item, fields.found))
            .collect(),
        span,
    )
}

fn workspace(node: &Arc<Node>, found: &Findings) -> Option<Workspace> {
    let f = Fields::of(node, "a workspace", found)?;
    let (plugins, plugins_span) = plugins(&f);
    let (category_routing, category_routing_span) = routing(&f);
    let (initial_memories, initial_memories_span) = memories(&f, "initial_memories");
    let (schedules, schedules_span) = schedules(&f);
    let (channels, channels_span) = channels(&f);
    let out = Workspace {
        span: f.span.clone(),
        name: f
            .text("name")
            .unwrap_or_else(|| Spanned::new(String::new(), f.span.clone())),
        role: f.text("role"),
        runtime: f.text("runtime"),
        tier: tier(&f),
        model: f.text("model"),
        template: f.text("template"),
        files_dir: f.text("files_dir"),
        persona: f.text("persona"),
        system_prompt: f.text("system_prompt"),
        workspace_dir: f.text("workspace_dir"),
        workspace_access: f.text("workspace_access"),
        plugins,
        plugins_span,
        initial_prompt: f.text("initial_prompt"),
        initial_prompt_file: f.text("initial_prompt_file"),
        idle_prompt: f.text("idle_prompt"),
        idle_prompt_file: f.text("idle_prompt_file"),
        idle_interval_seconds: f.int("idle_interval_seconds"),
        category_routing,
        category_routing_span,
        initial_memories,
        initial_memories_span,
        max_concurrent_tasks: f.int("max_concurrent_tasks"),
        schedules,
        schedules_span,
        channels,
        channels_span,
        external: f.flag("external"),
        url: f.text("url"),
        canvas: f.get("canvas").and_then(|node| canvas(node, found)),
        required_env: needs(&f, "required_env"),
        recommended_env: needs(&f, "recommended_env"),
        spawning: f.flag("spawning"),
        origin: None,
        children: workspace_list(&f, "children").0,
    };
    f.warn_unknown(&[]);
    Some(out)
}

/// A tier outside 0 to 4 could never be granted, so it is an error and not a surprise at start.
fn tier(f: &Fields<'_>) -> Option<Spanned<i64>> {
    let tier = f.int("tier")?;
    if (0..=4).contains(&tier.value) {
        return Some(tier);
    }
    let message = format!("tier must be 1 to 4, not {}", tier.value);
    f.found
        .error(Problem::at(&tier.span, Code::BadValue, message).text(&tier.value.to_string()));
    None
}

fn canvas(node: &Node, found: &Findings) -> Option<Canvas> {
    let f = Fields::of(node, "canvas", found)?;
    let out = Canvas {
        x: f.number("x").unwrap_or(0.0),
        y: f.number("y").unwrap_or(0.0),
        span: f.span.clone(),
    };
    f.warn_unknown(&[]);
    Some(out)
}

fn plugins(f: &Fields<'_>) -> (Vec<PluginEntry>, Option<Span>) {
    let (items, span) = f.list("plugins");
    (
        items
            .iter()
            .filter_map(|item| plugin(item, f.found))
            .collect(),
        span,
    )
}

fn plugin(node: &Node, found: &Findings) -> Option<PluginEntry> {
    // `- !name` without quotes is a tag on nothing. It was meant as an opt-out (contract 03 no. 29).
    if let Some(tag) = node.tag.as_deref().filter(|_| node.is_null()) {
        found.warn(
            Problem::at(
                &node.span,
                Code::UnquotedOptOut,
                format!("{tag} is read as an opt-out"),
            )
            .text(tag)
            .hint(format!("write \"{tag}\" with quotes")),
        );
        let name = tag.trim_start_matches(['!', '-']).to_owned();
        return Some(PluginEntry {
            name,
            opt_out: true,
            span: node.span.clone(),
        });
    }
    let text = text(node, "a plugin", found)?;
    let name = text.value.trim_start_matches(['!', '-']);
    Some(PluginEntry {
        opt_out: name.len() < text.value.len(),
        name: name.to_owned(),
        span: text.span,
    })
}

fn texts(node: &Node, key: &str, found: &Findings) -> Vec<Spanned<String>> {
    match &node.data {
        Data::List(items) => items
            .iter()
            .filter_map(|item| text(item, key, found))
            .collect(),
        _ if node.is_null() => Vec::new(),
        _ => {
            found.wrong(node, key, "a list");
            Vec::new()
        }
    }
}

fn routing(f: &Fields<'_>) -> (Routing, Option<Span>) {
    let (entries, span) = f.map("category_routing");
    let read = |e: &Entry| {
        (
            e.key.clone(),
            texts(&e.value, "the roles of a category", f.found),
        )
    };
    (entries.iter().map(read).collect(), span)
}

fn memories(f: &Fields<'_>, key: &'static str) -> (Vec<MemorySeed>, Option<Span>) {
    let (items, span) = f.list(key);
    let read = |node: &Arc<Node>| {
        let f = Fields::of(node, "a memory", f.found)?;
        let value = |key| f.text(key).map(|t| t.value).unwrap_or_default();
        let out = MemorySeed {
            content: value("content"),
            scope: value("scope"),
            span: f.span.clone(),
        };
        f.warn_unknown(&[]);
        Some(out)
    };
    (items.iter().filter_map(read).collect(), span)
}

fn needs(f: &Fields<'_>, key: &'static str) -> Vec<EnvNeed> {
    let (items, _) = f.list(key);
    items
        .iter()
        .filter_map(|node| need(node, f.found))
        .collect()
}

fn need(node: &Arc<Node>, found: &Findings) -> Option<EnvNeed> {
    if !matches!(node.data, Data::Map(_)) {
        return text(node, "a variable name", found).map(|t| EnvNeed::One(t.value));
    }
    let f = Fields::of(node, "a group of variables", found)?;
    let members: Vec<String> = match f.get("any_of") {
        Some(list) => texts(list, "any_of", found)
            .into_iter()
            .map(|t| t.value)
            .collect(),
        None => Vec::new(),
    };
    f.warn_unknown(&[]);
    if members.is_empty() {
        found.error(
            Problem::at(
                &node.span,
                Code::WrongType,
                "any_of must list at least one variable",
            )
            .hint("write {any_of: [A_KEY, B_KEY]} or a single name"),
        );
        return None;
    }
    Some(EnvNeed::AnyOf(members))
}

fn schedules(f: &Fields<'_>) -> (Vec<Schedule>, Option<Span>) {
    let (items, span) = f.list("schedules");
    let read = |node: &Arc<Node>| {
        let f = Fields::of(node, "a schedule", f.found)?;
        let out = Schedule {
            name: f.text("name"),
            cron_expr: f.text("cron_expr"),
            timezone: f.text("timezone"),
            prompt: f.text("prompt"),
            prompt_file: f.text("prompt_file"),
            enabled: f.flag("enabled").is_none_or(|e| e.value),
            span: f.span.clone(),
        };
        f.warn_unknown(&[]);
        Some(out)
    };
    (items.iter().filter_map(read).collect(), span)
}

fn channels(f: &Fields<'_>) -> (Vec<Channel>, Option<Span>) {
    let (items, span) = f.list("channels");
    let read = |node: &Arc<Node>| {
        let f = Fields::of(node, "a channel", f.found)?;
        let (config, _) = f.map("config");
        let setting = |e: &Entry| {
            let what = format!("the setting {} of a channel", e.key.value);
            text(&e.value, &what, f.found).map(|t| (e.key.value.clone(), t.value))
        };
        let users = f
            .get("allowed_users")
            .map(|n| texts(n, "allowed_users", f.found))
            .unwrap_or_default();
        let out = Channel {
            kind: f.text("type").map(|t| t.value).unwrap_or_default(),
            config: config.iter().filter_map(setting).collect(),
            allowed_users: users.into_iter().map(|t| t.value).collect(),
            enabled: f.flag("enabled").is_none_or(|e| e.value),
            span: f.span.clone(),
        };
        f.warn_unknown(&[]);
        Some(out)
    };
    (items.iter().filter_map(read).collect(), span)
}
