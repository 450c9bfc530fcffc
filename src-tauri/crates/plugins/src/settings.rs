//! `settings-fragment.json` of a plugin in `.claude/settings.json`: merged, and exactly what was added taken out again
//! (contract 03 section 7.4, no. 85).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The agent's settings file.
pub(crate) const FILE: &str = ".claude/settings.json";
/// What `${CLAUDE_DIR}` of a fragment stands for.
const CLAUDE_DIR: &str = "/configs/.claude";

/// One thing that was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// Keys that lead to it.
    pub path: Vec<String>,
    /// An item of the list there; otherwise the value of the last key.
    pub item: bool,
    /// What was added.
    pub value: Value,
}

/// The fragment as it is merged; `None` when the plugin has none.
///
/// # Errors
/// A sentence when it is no JSON object.
pub(crate) fn fragment(text: Option<&str>) -> Result<Option<Map<String, Value>>, String> {
    let Some(text) = text else {
        return Ok(None);
    };
    match serde_json::from_str(&text.replace("${CLAUDE_DIR}", CLAUDE_DIR)) {
        Ok(Value::Object(map)) => Ok(Some(map)),
        Ok(_) => Err("settings-fragment.json: it has to be an object".to_owned()),
        Err(error) => Err(format!("settings-fragment.json: {error}")),
    }
}

/// Merges a fragment. What a person or another plugin has set stays; the paths of such keys come back.
pub(crate) fn merge(
    into: &mut Map<String, Value>,
    fragment: &Map<String, Value>,
) -> (Vec<Added>, Vec<String>) {
    let (mut added, mut kept) = (Vec::new(), Vec::new());
    walk(into, fragment, &mut Vec::new(), &mut added, &mut kept);
    (added, kept)
}

fn walk(
    into: &mut Map<String, Value>,
    fragment: &Map<String, Value>,
    path: &mut Vec<String>,
    added: &mut Vec<Added>,
    kept: &mut Vec<String>,
) {
    for (key, value) in fragment {
        path.push(key.clone());
        let empty = match value {
            Value::Object(map) if !map.is_empty() => Some(Value::Object(Map::new())),
            Value::Array(list) if !list.is_empty() => Some(Value::Array(Vec::new())),
            _ => None,
        };
        if !into.contains_key(key) {
            match empty {
                Some(empty) => drop(into.insert(key.clone(), empty)),
                None => {
                    into.insert(key.clone(), value.clone());
                    added.push(Added {
                        path: path.clone(),
                        item: false,
                        value: value.clone(),
                    });
                }
            }
        }
        match (into.get_mut(key), value) {
            (Some(Value::Object(own)), Value::Object(theirs)) => {
                walk(own, theirs, path, added, kept);
            }
            (Some(Value::Array(own)), Value::Array(theirs)) => {
                for item in theirs {
                    if !own.iter().any(|one| same(one, item)) {
                        own.push(item.clone());
                        added.push(Added {
                            path: path.clone(),
                            item: true,
                            value: item.clone(),
                        });
                    }
                }
            }
            (Some(own), theirs) if own != theirs => kept.push(path.join(".")),
            _ => {}
        }
        path.pop();
    }
}

/// Hook handlers are the same if matcher and commands are; anything else if it is equal.
fn same(one: &Value, other: &Value) -> bool {
    let handler = |value: &Value| {
        let commands: BTreeSet<String> = value["hooks"]
            .as_array()?
            .iter()
            .filter_map(|hook| hook["command"].as_str().map(str::to_owned))
            .collect();
        Some((value["matcher"].clone(), commands)).filter(|(_, commands)| !commands.is_empty())
    };
    one == other || handler(one).is_some_and(|own| handler(other) == Some(own))
}

/// Takes out what was added, as far as it is still as it was added. Lists and objects that become empty go too.
pub(crate) fn undo(from: &mut Map<String, Value>, added: &[Added]) {
    for one in added.iter().rev() {
        take(from, &one.path, one);
    }
}

fn take(from: &mut Map<String, Value>, path: &[String], one: &Added) {
    let Some((key, rest)) = path.split_first() else {
        return;
    };
    let gone = match (from.get_mut(key), rest.is_empty()) {
        (Some(Value::Array(list)), true) if one.item => {
            match list.iter().position(|item| *item == one.value) {
                Some(at) => {
                    list.remove(at);
                    list.is_empty()
                }
                None => false,
            }
        }
        (Some(value), true) => !one.item && *value == one.value,
        (Some(Value::Object(map)), false) => {
            let had = !map.is_empty();
            take(map, rest, one);
            had && map.is_empty()
        }
        _ => false,
    };
    if gone {
        from.shift_remove(key);
    }
}

/// The file's text.
pub(crate) fn text(map: &Map<String, Value>) -> String {
    let mut text = serde_json::to_string_pretty(map).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_fragment_is_merged_and_taken_out_without_a_trace() {
        let text = r#"{"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "${CLAUDE_DIR}/hooks/a.sh"}]}]},
            "mcpServers": {"m": {"command": "x"}}, "model": "theirs", "flag": true}"#;
        let part = fragment(Some(text)).unwrap().unwrap();
        let before = map(
            json!({"model": "mine", "hooks": {"Stop": [{"hooks": []}]}, "mcpServers": {"own": {"command": "y"}}}),
        );
        let mut now = before.clone();
        let (added, kept) = merge(&mut now, &part);
        assert_eq!(kept, ["model"], "what is set stays");
        assert_eq!(
            now["hooks"]["PreToolUse"][0]["hooks"][0]["command"],
            "/configs/.claude/hooks/a.sh"
        );
        assert_eq!(now["mcpServers"]["m"]["command"], "x");
        let once = now.clone();
        let (again, _) = merge(&mut now, &part);
        assert!(
            again.is_empty() && now == once,
            "the same again adds nothing"
        );
        undo(&mut now, &added);
        assert_eq!(now, before);
        let mut empty = Map::new();
        let (added, _) = merge(&mut empty, &part);
        undo(&mut empty, &added);
        assert!(empty.is_empty());
    }

    #[test]
    fn handlers_of_others_stay() {
        let part = map(json!({"hooks": {"Stop": [{"matcher": "", "hooks": [{"command": "a"}]}]}}));
        let other = map(json!({"hooks": {"Stop": [{"matcher": "", "hooks": [{"command": "b"}]}]}}));
        let mut now = Map::new();
        let (mine, _) = merge(&mut now, &part);
        let (theirs, _) = merge(&mut now, &other);
        undo(&mut now, &mine);
        assert_eq!(now, other);
        // One that was changed since is not what was added any more.
        now["hooks"]["Stop"][0]["matcher"] = json!("Bash");
        undo(&mut now, &theirs);
        assert_eq!(now["hooks"]["Stop"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn handlers_are_told_apart_by_matcher_and_commands() {
        let mut now = map(
            json!({"hooks": {"Stop": [{"matcher": "B", "hooks": [{"command": "b"}, {"command": "a"}], "note": 1}]}}),
        );
        let part = map(
            json!({"hooks": {"Stop": [{"matcher": "B", "hooks": [{"command": "a"}, {"command": "b"}]}]}}),
        );
        assert!(merge(&mut now, &part).0.is_empty());
    }

    #[test]
    fn what_is_no_object_is_told() {
        assert!(fragment(Some("[]")).is_err() && fragment(Some("{")).is_err());
        assert_eq!(fragment(None).unwrap(), None);
    }
}
