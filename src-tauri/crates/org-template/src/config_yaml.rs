//! The generated `config.yaml` of a role (contract 03 sections 5.5 and 2.9 step 9).

use crate::error::{Code, Problem};
use crate::files::Limits;
use crate::node::Data;
use crate::parse::parse;
use crate::role::Role;
use crate::yaml_text::{block, flow, one_line, quoted};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// Runtimes that are known by name, and that a config may name; another one becomes `langgraph` there (contract 03 section 1.3). `mock` answers inside
/// the platform, `stand-in` is the built-in agent.
pub const RUNTIMES: [&str; 12] = [
    "langgraph",
    "claude-code",
    "openclaw",
    "crewai",
    "autogen",
    "deepagents",
    "hermes",
    "codex",
    "gemini-cli",
    "external",
    "mock",
    "stand-in",
];

/// The whole file. No value can add a key.
pub fn config_yaml(role: &Role) -> String {
    write(role, &Map::new(), &Map::new())
}

/// The generated keys over an existing `config.yaml` of the role's folder (contract 03 no. 28): keys the generator does
/// not own survive. A file that is no mapping is replaced, with a warning.
pub fn merged_config_yaml(role: &Role, file: &str, existing: &[u8]) -> (String, Vec<Problem>) {
    let node = match parse(&file.into(), existing, &Limits::default()) {
        Ok(node) => node,
        Err(problems) => return (config_yaml(role), problems),
    };
    let Data::Map(entries) = &node.data else {
        let mut warnings = Vec::new();
        if !node.is_null() {
            let message = "is no mapping; the generated config replaces it";
            warnings.push(Problem::at(&node.span, Code::Ignored, message));
        }
        return (config_yaml(role), warnings);
    };
    let generated = config_yaml(role);
    let own: Vec<&str> = generated
        .lines()
        .filter_map(|l| l.split_once(':'))
        .map(|(k, _)| k)
        .collect();
    let (mut extra, mut runtime_extra, mut warnings) = (Map::new(), Map::new(), Vec::new());
    for entry in entries {
        let (key, value) = (entry.key.value.as_str(), entry.value.to_json());
        if key == "runtime_config" {
            if let Value::Object(map) = value {
                runtime_extra.extend(
                    map.into_iter()
                        .filter(|(k, _)| k != "model" && k != "timeout"),
                );
            }
        } else if own.contains(&key) {
            let ours = generated_value(role, key);
            if ours.is_some_and(|ours| ours != value) {
                let message = format!("{key} is set by the org's YAML; the value here is not used");
                warnings.push(
                    Problem::at(&entry.key.span, Code::Ignored, message).text(entry.value.text()),
                );
            }
        } else {
            extra.insert(key.to_owned(), value);
        }
    }
    (write(role, &extra, &runtime_extra), warnings)
}

fn generated_value(role: &Role, key: &str) -> Option<Value> {
    match key {
        "name" => Some(json!(role.name)),
        "tier" => Some(json!(role.tier)),
        "runtime" => Some(json!(role.runtime)),
        "model" => Some(json!(role.model)),
        "description" => Some(json!(role.role.clone().unwrap_or_default())),
        _ => None,
    }
}

/// What every generated config says.
#[derive(Debug, Clone, Copy)]
pub struct ConfigBasics<'a> {
    /// Display name.
    pub name: &'a str,
    /// What the agent is for.
    pub description: &'a str,
    /// Privilege class.
    pub tier: i64,
    /// Adapter; an unknown one becomes `langgraph`.
    pub runtime: &'a str,
    /// Model.
    pub model: &'a str,
}

/// The config of an agent without files of its own (contract 03 section 5.5). No value can add a key.
pub fn basic_config_yaml(basics: &ConfigBasics<'_>) -> String {
    head(basics, &Map::new())
}

fn head(basics: &ConfigBasics<'_>, runtime_extra: &Map<String, Value>) -> String {
    let runtime = if RUNTIMES.contains(&basics.runtime) {
        basics.runtime
    } else {
        "langgraph"
    };
    let mut out = format!(
        "name: {}\ndescription: {}\nversion: 1.0.0\ntier: {}\nruntime: {}\nmodel: {}\n",
        one_line(basics.name),
        one_line(basics.description),
        basics.tier,
        runtime,
        one_line(basics.model),
    );
    let mut runtime_config = Map::new();
    if !matches!(runtime, "langgraph" | "deepagents") {
        runtime_config.insert("timeout".into(), json!(0));
        // The Claude Code adapter reads the model here only (no. 24).
        runtime_config.insert("model".into(), json!(basics.model));
    }
    runtime_config.extend(runtime_extra.iter().map(|(k, v)| (k.clone(), v.clone())));
    let mut line = |text: String| out.push_str(&text);
    if !runtime_config.is_empty() {
        line("runtime_config:\n".into());
        for (key, value) in &runtime_config {
            let plain = matches!(key.as_str(), "timeout" | "model");
            let key = if plain { key.clone() } else { quoted(key) };
            let value = if let Value::String(text) = value {
                one_line(text)
            } else {
                flow(value)
            };
            line(format!("  {key}: {value}\n"));
        }
    }
    out
}

fn write(role: &Role, extra: &Map<String, Value>, runtime_extra: &Map<String, Value>) -> String {
    let basics = ConfigBasics {
        name: &role.name,
        description: role.role.as_deref().unwrap_or(""),
        tier: role.tier,
        runtime: &role.runtime,
        model: &role.model,
    };
    let mut out = head(&basics, runtime_extra);
    let mut line = |text: String| out.push_str(&text);
    for (key, value) in extra {
        line(format!("{}: {}\n", quoted(key), flow(value)));
    }
    if !role.category_routing.is_empty() {
        line("category_routing:\n".into());
        for (category, roles) in &role.category_routing {
            line(format!("  {}: {}\n", quoted(category), flow(&json!(roles))));
        }
    }
    if let Some(prompt) = &role.initial_prompt {
        line(block("initial_prompt", &prompt.text));
    }
    if let Some(idle) = &role.idle {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "idle_interval_seconds: {}", idle.interval_seconds);
        line(text);
        line(block("idle_prompt", &idle.prompt.text));
    }
    out
}
