//! `config.yaml`: the generated one, and what the platform reads of any (contract 04 sections 4.6, D32, D74).

use containers::Environment;
use serde::Deserialize;
use store::WorkspaceRow;

/// What an agent without any files of its own gets.
pub(super) fn generated(row: &WorkspaceRow) -> String {
    let model = row.model.clone().unwrap_or_else(|| {
        if row.runtime == "claude-code" {
            "sonnet"
        } else {
            "anthropic:claude-opus-4-7"
        }
        .to_owned()
    });
    let mut text = format!(
        "name: {}\ndescription: {}\nversion: 1.0.0\ntier: {}\nruntime: {}\nmodel: {}\n",
        quoted(&row.name),
        quoted(row.role.as_deref().unwrap_or_default()),
        row.tier,
        quoted(&row.runtime),
        quoted(&model),
    );
    if !matches!(row.runtime.as_str(), "langgraph" | "deepagents") {
        text.push_str("runtime_config:\n  timeout: 0\n");
    }
    text
}

/// Double-quoted on one line, so that no value can add a key.
fn quoted(value: &str) -> String {
    let mut out = String::from("\"");
    for letter in value.chars() {
        match letter {
            '"' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            '\r' => {}
            '\n' => out.push(' '),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
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
        assert_eq!(value["tier"], 2);
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
