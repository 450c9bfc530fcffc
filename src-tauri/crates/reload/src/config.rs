//! `config.yaml`, key by key, so that a changed description is not treated like a changed port.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What this room knows of one `config.yaml`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Config {
    /// Values by key; those of `runtime_config` one level deeper.
    keys: BTreeMap<String, Value>,
}

impl Config {
    /// Reads the file.
    ///
    /// # Errors
    /// The parser's sentence with line and column when it is no YAML mapping.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())?;
        let tree: Value = serde_saphyr::from_str(text).map_err(|error| {
            // The parser adds a drawing of the place below its sentence.
            let text = error.to_string();
            text.lines().next().unwrap_or_default().trim().to_owned()
        })?;
        let Value::Object(entries) = tree else {
            return Err("the document is not a mapping of keys to values".to_owned());
        };
        let mut keys = BTreeMap::new();
        for (key, value) in entries {
            match value {
                Value::Object(below) if key == "runtime_config" => {
                    keys.extend(
                        below
                            .into_iter()
                            .map(|(name, value)| (format!("runtime_config.{name}"), value)),
                    );
                }
                value => {
                    keys.insert(key, value);
                }
            }
        }
        Ok(Self { keys })
    }

    /// Keys whose values differ. Absent, null and empty are the same.
    pub fn changed(&self, before: &Self) -> Vec<String> {
        let names: BTreeSet<&String> = self.keys.keys().chain(before.keys.keys()).collect();
        names
            .into_iter()
            .filter(|name| self.value(name) != before.value(name))
            .cloned()
            .collect()
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.keys.get(name).filter(|value| match value {
            Value::Null => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(list) => !list.is_empty(),
            Value::Object(map) => !map.is_empty(),
            _ => true,
        })
    }

    /// Whether a list (or a single text) of this key holds this path.
    pub fn names(&self, key: &str, path: &str) -> bool {
        let same = |value: &Value| {
            value
                .as_str()
                .is_some_and(|text| text.trim_start_matches("./") == path)
        };
        match self.value(key) {
            Some(Value::Array(list)) => list.iter().any(same),
            Some(value) => same(value),
            None => false,
        }
    }

    /// Whether `skills` lists skills, and this one is not among them.
    pub fn leaves_out(&self, skill: &str) -> bool {
        match self.value("skills") {
            Some(Value::Array(list)) => !list
                .iter()
                .any(|item| matches!(item.as_str(), Some(name) if name == skill || name == "*")),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Config;

    #[test]
    fn keys_are_compared_by_value_not_by_text() {
        let read = |text: &str| Config::parse(text.as_bytes()).unwrap();
        let before =
            read("name: A\na2a: {port: 1}\nruntime_config:\n  timeout: 0\n  model: x\ntools: []\n");
        let after = read(
            "# a comment\nname: \"A\"\na2a:\n  port: 2\nruntime_config: {timeout: 5, model: x}\n",
        );
        assert_eq!(after.changed(&before), ["a2a", "runtime_config.timeout"]);
        assert!(Config::parse(b"name: [").is_err());
        assert!(Config::parse(b"- a").is_err());
        assert!(Config::parse(b"\xff").is_err());
    }
}
