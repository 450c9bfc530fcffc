//! `plugin.yaml`: what a plugin says about itself, and whether it fits a runtime (contract 03 section 7).

use crate::{PluginError, Tree, name::is_name, tree::sha256};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Runtimes whose built-in adapter reads the standard layout of a plugin.
const STANDARD: [&str; 6] = [
    "autogen",
    "claude_code",
    "crewai",
    "deepagents",
    "langgraph",
    "openclaw",
];

/// What a plugin says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Manifest {
    /// Its own name; the folder's name is what counts where it is installed.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it is for.
    pub description: String,
    /// Who made it.
    pub author: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Skills it brings.
    pub skills: Vec<String>,
    /// Runtimes it is made for; none means all.
    pub runtimes: Vec<String>,
    /// Root files that become part of the prompt; `None`: all that are no documentation.
    pub prompt_fragments: Option<Vec<String>>,
    /// The digest it declares for clients.
    pub sha256: Option<String>,
}

/// How a plugin works with a runtime (contract 03 no. 96).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Support {
    /// The runtime takes rules, skills, hooks and settings.
    Native,
    /// The files are there, and nothing more is done with them.
    Raw,
    /// The plugin is made for other runtimes.
    None,
}

impl Support {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Raw => "raw",
            Self::None => "none",
        }
    }
}

/// The form in which runtimes are compared and adapters are named.
pub(crate) fn underscored(runtime: &str) -> String {
    runtime.replace('-', "_")
}

impl Manifest {
    /// Reads the `plugin.yaml` of a tree; one that is missing or broken gives a sentence that says so.
    ///
    /// # Errors
    /// The sentence.
    pub fn of(tree: &Tree) -> Result<Self, String> {
        match tree.text("plugin.yaml") {
            Some(text) => Self::parse(&text),
            None => Err("plugin.yaml is missing".to_owned()),
        }
    }

    /// Reads the text of a `plugin.yaml`. Unknown keys are ignored.
    ///
    /// # Errors
    /// A sentence with the place.
    pub fn parse(text: &str) -> Result<Self, String> {
        let value: Value = serde_saphyr::from_str(text)
            .map_err(|error| format!("plugin.yaml: {}", problem(&error)))?;
        if !value.is_object() {
            return Err("plugin.yaml: it has to be a map of keys".to_owned());
        }
        let word = |key: &str| match &value[key] {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        };
        let list = |key: &str| -> Option<Vec<String>> {
            match &value[key] {
                Value::Array(items) => Some(
                    items
                        .iter()
                        .filter_map(|item| item.as_str().map(|text| text.trim().to_owned()))
                        .filter(|text| !text.is_empty())
                        .collect(),
                ),
                Value::String(one) if !one.trim().is_empty() => Some(vec![one.trim().to_owned()]),
                _ => None,
            }
        };
        Ok(Self {
            name: word("name"),
            version: word("version"),
            description: word("description"),
            author: word("author"),
            tags: list("tags").unwrap_or_default(),
            skills: list("skills").unwrap_or_default(),
            runtimes: list("runtimes").unwrap_or_default(),
            prompt_fragments: list("prompt_fragments"),
            sha256: Some(word("sha256")).filter(|text| !text.is_empty()),
        })
    }

    /// The manifest's name where it is a valid one (contract 03 no. 76).
    pub fn valid_name(&self) -> Option<&str> {
        Some(self.name.as_str()).filter(|name| is_name(name))
    }

    /// Whether it is made for a runtime; an empty one is not known, which excludes nothing.
    pub fn fits(&self, runtime: &str) -> bool {
        let runtime = underscored(runtime);
        runtime.is_empty()
            || self.runtimes.is_empty()
            || self.runtimes.iter().any(|own| underscored(own) == runtime)
    }

    /// How it works with a runtime; `has_adapter` says whether it brings an adapter for it.
    pub fn support(&self, runtime: &str, has_adapter: bool) -> Support {
        if !self.fits(runtime) {
            Support::None
        } else if has_adapter || STANDARD.contains(&underscored(runtime).as_str()) {
            Support::Native
        } else {
            Support::Raw
        }
    }
}

/// What a parser says, without the drawing of the place that it adds below its sentence.
pub(crate) fn problem(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default().trim();
    first.strip_prefix("error: ").unwrap_or(first).to_owned()
}

/// Whether a tree brings an adapter for a runtime.
pub fn has_adapter(tree: &Tree, runtime: &str) -> bool {
    tree.files
        .contains_key(&format!("adapters/{}.py", underscored(runtime)))
}

/// Checks what the plugin's own `manifest.json` and the caller declare (contract 03 section 8.1).
///
/// # Errors
/// [`PluginError::Integrity`], [`PluginError::NoManifest`], [`PluginError::Mismatch`].
pub fn check(tree: &Tree, expected: Option<&str>) -> Result<(), PluginError> {
    if let Some(bytes) = tree.file("manifest.json") {
        let declared: Value = serde_json::from_slice(bytes).map_err(|_| PluginError::Integrity)?;
        match &declared["sha256"] {
            Value::Null => {}
            Value::String(text) if text.eq_ignore_ascii_case(&tree.digest()) => {}
            _ => return Err(PluginError::Integrity),
        }
    }
    let Some(expected) = expected.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(());
    };
    let bytes = tree.file("plugin.yaml").ok_or(PluginError::NoManifest)?;
    let found = sha256(bytes);
    let expected = expected.to_ascii_lowercase();
    if expected == found {
        Ok(())
    } else {
        Err(PluginError::Mismatch { expected, found })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{
        File,
        tests::{demo, tree},
    };

    #[test]
    fn d45_1_2_what_a_caller_or_the_plugin_declares_is_checked() {
        let demo = demo();
        let yaml = "8789e7eabb7ba5922a5087c25d315a1e5fbb6b0f97510862579d348428dbd9d4";
        check(&demo, Some(yaml)).unwrap();
        check(&demo, Some(&yaml.to_uppercase())).unwrap();
        let wrong = check(&demo, Some("00")).unwrap_err();
        assert_eq!(
            wrong.to_string(),
            format!("sha256 mismatch: expected 00, got {yaml}")
        );
        let with = |text: &str| {
            let mut other = demo.clone();
            let content = text.as_bytes().to_vec();
            other.files.insert(
                "manifest.json".into(),
                File {
                    content,
                    mode: 0o644,
                },
            );
            check(&other, None).map_err(|error| error.code())
        };
        let digest = "da4277aff3fb3567a2ea863d59e5192503855cf983770a1b68faa945be8456d1";
        assert_eq!(with(&format!("{{\"sha256\": \"{digest}\"}}")), Ok(()));
        assert_eq!(with("{}"), Ok(()));
        assert_eq!(with("{\"sha256\": \"00\"}"), Err("integrity_failed"));
        assert_eq!(with("{\"sha256\": 5}"), Err("integrity_failed"));
        assert_eq!(with("no json"), Err("integrity_failed"));
        let none = tree(&[("README.md", "x")]);
        assert_eq!(
            check(&none, Some("00")).unwrap_err().to_string(),
            "sha256 check failed: plugin.yaml not found in staged plugin"
        );
    }

    #[test]
    fn runtimes_match_in_either_spelling_and_none_means_all() {
        let made = Manifest::parse("name: p\nruntimes: [claude_code, hermes]\n").unwrap();
        assert!(made.fits("claude-code") && made.fits("claude_code") && made.fits("hermes"));
        assert!(!made.fits("deepagents"));
        assert_eq!(made.support("claude-code", false), Support::Native);
        assert_eq!(
            made.support("hermes", false),
            Support::Raw,
            "hermes has no adapter"
        );
        assert_eq!(made.support("hermes", true), Support::Native);
        assert_eq!(made.support("deepagents", true), Support::None);
        assert!(Manifest::parse("name: p\n").unwrap().fits("anything"));
    }

    #[test]
    fn a_broken_manifest_says_what_is_wrong_and_odd_types_do_no_harm() {
        let broken = Manifest::parse("name: [\n").unwrap_err();
        assert!(
            broken.starts_with("plugin.yaml: line 1 column 7") && !broken.contains('\n'),
            "{broken}"
        );
        assert!(
            Manifest::parse("- a\n")
                .unwrap_err()
                .contains("map of keys")
        );
        let odd =
            Manifest::parse("name: 5\nversion: 1.0\ntags: {a: 1}\nskills: [1, ok]\nruntimes: x\n")
                .unwrap();
        assert_eq!((odd.name.as_str(), odd.tags.len()), ("5", 0));
        assert_eq!(
            (odd.skills, odd.runtimes),
            (vec!["ok".to_owned()], vec!["x".to_owned()])
        );
    }
}
