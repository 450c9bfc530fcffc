//! `config.yaml`, as far as this agent reads it (contract 04 section 16.2).

use serde_json::Value;

/// The keys that matter here; all others are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Config {
    pub name: Option<String>,
    pub description: Option<String>,
    pub version: Option<String>,
    pub role: Option<String>,
    pub runtime: Option<String>,
    pub model: Option<String>,
    pub prompt_files: Vec<String>,
    pub port: Option<u16>,
    /// What it is asked once, at its first start.
    pub initial_prompt: Asked,
    /// What it is asked while it has nothing to do.
    pub idle_prompt: Asked,
    /// Seconds between two of those.
    pub idle_interval: u64,
}

/// A prompt that stands in the config, or in a file that it names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    pub text: Option<String>,
    pub file: Option<String>,
}

/// Seconds between two idle prompts where the config does not say it (contract 03 section 2.1).
const IDLE_INTERVAL: u64 = 600;

impl Config {
    /// Reads the text of `config.yaml`. Keys of an unexpected type count as absent: a real runtime may need them so.
    ///
    /// # Errors
    /// The parser's sentence with line and column when the text is no YAML mapping.
    pub fn parse(text: &str) -> Result<Self, String> {
        let tree: Value = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        if !tree.is_object() {
            return Err("the document is not a mapping of keys to values".to_owned());
        }
        let word = |key: &str| match &tree[key] {
            Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let list = |key: &str| {
            let items = tree[key].as_array().into_iter().flatten();
            items
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect()
        };
        Ok(Self {
            name: word("name"),
            description: word("description"),
            version: word("version"),
            role: word("role"),
            runtime: word("runtime"),
            model: word("model"),
            prompt_files: list("prompt_files"),
            port: tree["a2a"]["port"]
                .as_u64()
                .and_then(|port| u16::try_from(port).ok()),
            initial_prompt: Asked {
                text: word("initial_prompt"),
                file: word("initial_prompt_file"),
            },
            idle_prompt: Asked {
                text: word("idle_prompt"),
                file: word("idle_prompt_file"),
            },
            idle_interval: tree["idle_interval_seconds"]
                .as_u64()
                .filter(|seconds| *seconds > 0)
                .unwrap_or(IDLE_INTERVAL),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_keys_are_read_and_others_ignored() {
        let text = "name: Analyst\nversion: 1.5\ntier: two\na2a: {port: 8100}\nprompt_files: [a.md, b.md]\n";
        let config = Config::parse(text).unwrap();
        assert_eq!(config.name.as_deref(), Some("Analyst"));
        assert_eq!(config.version.as_deref(), Some("1.5"));
        assert_eq!(config.port, Some(8100));
        assert_eq!(config.prompt_files, ["a.md", "b.md"]);
    }

    #[test]
    fn prompts_that_ask_by_themselves_are_read() {
        let text = "initial_prompt: |-\n  Say hello.\n  Then wait.\nidle_prompt_file: idle.md\n";
        let config = Config::parse(text).unwrap();
        assert_eq!(
            config.initial_prompt.text.as_deref(),
            Some("Say hello.\nThen wait.")
        );
        assert_eq!(config.idle_prompt.file.as_deref(), Some("idle.md"));
        assert_eq!(config.idle_interval, 600);
        let often = Config::parse("idle_interval_seconds: 5\n").unwrap();
        assert_eq!(
            (often.idle_interval, often.idle_prompt),
            (5, Asked::default())
        );
    }

    #[test]
    fn broken_text_says_where() {
        assert!(Config::parse("name: [").is_err());
        assert!(Config::parse("- a\n").unwrap_err().contains("mapping"));
    }
}
