//! `config.yaml`: the generated one, and what the platform reads of any (contract 04 sections 4.6, D32, D74).

use containers::Environment;
use serde::Deserialize;
use std::time::Duration;
use store::WorkspaceRow;

/// What an agent without any files of its own gets.
pub(super) fn generated(row: &WorkspaceRow) -> String {
    let model = row
        .model
        .as_deref()
        .unwrap_or(if row.runtime == "claude-code" {
            "sonnet"
        } else {
            "anthropic:claude-opus-4-7"
        });
    org_template::basic_config_yaml(&org_template::ConfigBasics {
        name: &row.name,
        description: row.role.as_deref().unwrap_or_default(),
        tier: row.tier,
        runtime: &row.runtime,
        model,
    })
}

/// How long a start may take, as a config says.
pub(super) fn provision_timeout(config: &[u8]) -> Option<Duration> {
    let text = std::str::from_utf8(config).ok()?;
    let config = serde_saphyr::from_str::<Config>(text).ok()?;
    config
        .runtime_config
        .provision_timeout_seconds
        .filter(|seconds| *seconds > 0)
        .map(Duration::from_secs)
}

/// The file with `a2a.port` set, for an agent that shares the network of this machine (contract 04 D11). Everything
/// else keeps its bytes.
///
/// # Errors
/// A sentence for the person when the file is no YAML mapping, so that no port can be put into it.
pub(super) fn with_port(config: &[u8], port: u16) -> Result<Vec<u8>, String> {
    let refused = |why: &str| {
        format!(
            "config.yaml {why}, so the agent's port cannot be put into it. Mend the file, then start the agent again."
        )
    };
    let text = std::str::from_utf8(config).map_err(|_| refused("is not UTF-8 text"))?;
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = lines.iter().position(|line| {
        line.strip_prefix("a2a:")
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
    });
    match at {
        None => lines.extend(["a2a:".to_owned(), format!("  port: {port}")]),
        Some(at) => {
            let value = lines[at]["a2a:".len()..].trim();
            if value.is_empty() || value.starts_with('#') {
                put_in_block(&mut lines, at, port);
            } else {
                // On one line with its key; only this line is written anew.
                let parsed: serde_json::Value = serde_saphyr::from_str(value)
                    .map_err(|_| refused("has an `a2a` that cannot be read"))?;
                let mut map = match parsed {
                    serde_json::Value::Object(map) => map,
                    serde_json::Value::Null => serde_json::Map::new(),
                    _ => return Err(refused("has an `a2a` that is no mapping")),
                };
                map.insert("port".to_owned(), port.into());
                lines[at] = format!("a2a: {}", serde_json::Value::Object(map));
            }
        }
    }
    let mut out = lines.join("\n");
    out.push('\n');
    let read: serde_json::Value =
        serde_saphyr::from_str(&out).map_err(|_| refused("is no YAML mapping"))?;
    if read["a2a"]["port"] == port {
        Ok(out.into_bytes())
    } else {
        Err(refused("has its `a2a` in a form that is not understood"))
    }
}

/// Sets `port` in the block below line `at`.
fn put_in_block(lines: &mut Vec<String>, at: usize, port: u16) {
    let indent_of = |line: &str| line.len() - line.trim_start().len();
    let inside: Vec<usize> = (at + 1..lines.len())
        .take_while(|line| lines[*line].trim().is_empty() || indent_of(&lines[*line]) > 0)
        .filter(|line| {
            let text = lines[*line].trim();
            !text.is_empty() && !text.starts_with('#')
        })
        .collect();
    let indent = inside.first().map_or(2, |line| indent_of(&lines[*line]));
    let entry = format!("{}port: {port}", " ".repeat(indent));
    let known = inside.into_iter().find(|line| {
        indent_of(&lines[*line]) == indent && lines[*line].trim().starts_with("port:")
    });
    match known {
        Some(line) => lines[line] = entry,
        None => lines.insert(at + 1, entry),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Config {
    model: Option<String>,
    runtime_config: RuntimeConfig,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RuntimeConfig {
    model: Option<String>,
    required_env: Vec<String>,
    provision_timeout_seconds: Option<u64>,
    models: Vec<Model>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Model {
    id: String,
    required_env: Option<Vec<String>>,
}

/// Variables that the effective config needs and the environment lacks. The list is that of the chosen model, else the
/// default one. A file that cannot be read as YAML needs nothing here; the agent says what is wrong with it.
pub(super) fn missing(config: &[u8], env: &Environment) -> Vec<String> {
    let Ok(text) = std::str::from_utf8(config) else {
        return Vec::new();
    };
    let Ok(config) = serde_saphyr::from_str::<Config>(text) else {
        return Vec::new();
    };
    let model = env
        .get("MODEL")
        .map(str::to_owned)
        .or(config.runtime_config.model)
        .or(config.model)
        .unwrap_or_default();
    let chosen = config
        .runtime_config
        .models
        .into_iter()
        .find(|entry| entry.id == model);
    chosen
        .and_then(|entry| entry.required_env)
        .unwrap_or(config.runtime_config.required_env)
        .into_iter()
        .filter(|name| env.get(name).is_none_or(str::is_empty))
        .collect()
}

/// The sentence of contract 04 section 4.2.
pub(super) fn missing_text(names: &[String]) -> String {
    match names {
        [one] => format!(
            "missing required env var \"{one}\" — add it under Config → Env Vars (or as a Global secret) and retry"
        ),
        many => format!(
            "missing required env vars {} — add them under Config → Env Vars (or as Global secrets) and retry",
            many.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::row;

    #[test]
    fn no_value_can_add_a_key() {
        let mut row = row("a");
        row.name = "A\"\nruntime_config:\r\n  x: \\ ".into();
        row.role = Some("x\ntier: 4".into());
        let text = generated(&row);
        let value: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
        let keys: Vec<&str> = value
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(
            keys,
            ["name", "description", "version", "tier", "runtime", "model"]
        );
        assert_eq!(provision_timeout(text.as_bytes()), None);
        let asks = b"runtime_config:\n  provision_timeout_seconds: 90\n";
        assert_eq!(provision_timeout(asks), Some(Duration::from_secs(90)));
        assert_eq!(value["tier"], 2);
    }

    #[test]
    fn a_port_goes_into_any_form_and_touches_nothing_else() {
        let put =
            |text: &str| String::from_utf8(with_port(text.as_bytes(), 4711).unwrap()).unwrap();
        assert_eq!(put("name: a # x\n"), "name: a # x\na2a:\n  port: 4711\n");
        assert_eq!(
            put("a2a:\n    # ours\n    port: 8000 # old\n    x:\n      port: 1\nb: 1\n"),
            "a2a:\n    # ours\n    port: 4711\n    x:\n      port: 1\nb: 1\n"
        );
        assert_eq!(
            put("a2a: {port: 1, streaming: true}\nb: 1\n"),
            "a2a: {\"port\":4711,\"streaming\":true}\nb: 1\n"
        );
        assert_eq!(put("a2a:\nb: 1"), "a2a:\n  port: 4711\nb: 1\n");
        for bad in ["[1]\n", "a2a: 5\n", "a2a: [1]\n", "a: [\n"] {
            assert!(
                with_port(bad.as_bytes(), 1)
                    .unwrap_err()
                    .contains("Mend the file"),
                "{bad}"
            );
        }
    }

    #[test]
    fn runtimes_but_two_get_no_timeout() {
        let mut row = row("a");
        row.runtime = "claude-code".into();
        assert!(generated(&row).contains("model: \"sonnet\"\nruntime_config:\n  timeout: 0\n"));
        row.runtime = "deepagents".into();
        assert!(!generated(&row).contains("runtime_config"));
    }

    const CONFIG: &[u8] = b"model: a\nruntime_config:\n  required_env: [ONE, TWO]\n  models:\n    - id: b\n      required_env: [THREE]\n    - id: c\n";

    #[test]
    fn the_chosen_model_says_what_is_needed() {
        let of = |pairs: &[(&str, &str)]| missing(CONFIG, &pairs.iter().copied().collect());
        assert_eq!(of(&[]), ["ONE", "TWO"]);
        assert_eq!(
            of(&[("ONE", "x"), ("TWO", "")]),
            ["TWO"],
            "an empty value is none"
        );
        assert_eq!(
            of(&[("MODEL", "b")]),
            ["THREE"],
            "the default list does not count for it"
        );
        assert_eq!(of(&[("MODEL", "c")]), ["ONE", "TWO"]);
        assert!(missing(b"\xff: [", &Environment::default()).is_empty());
    }

    #[test]
    fn the_texts_are_the_contracts() {
        assert!(missing_text(&["X".into()]).starts_with("missing required env var \"X\" — add it"));
        assert!(missing_text(&["A".into(), "B".into()]).contains("vars A, B — add them"));
    }
}
