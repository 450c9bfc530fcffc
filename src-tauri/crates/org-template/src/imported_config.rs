//! The `config.yaml` of files that came without one (contract 03 section 5.2).

use crate::yaml_text::{flow, one_line};
use serde_json::json;
use std::collections::BTreeSet;

/// The whole file for an agent of this name, from the paths of its files (relative, forward slashes): texts beside it
/// are its prompts, folders `skills/<id>` with a `SKILL.md` its skills. No value can add a key.
pub fn imported_config_yaml(name: &str, files: impl IntoIterator<Item = String>) -> String {
    let (mut prompts, mut skills) = (BTreeSet::new(), BTreeSet::new());
    for path in files {
        let path = path.strip_prefix("./").unwrap_or(&path);
        match path.split('/').collect::<Vec<_>>().as_slice() {
            [file] if file.ends_with(".md") => {
                prompts.insert((*file).to_owned());
            }
            ["skills", skill, "SKILL.md"] => {
                skills.insert((*skill).to_owned());
            }
            _ => {}
        }
    }
    if prompts.is_empty() {
        prompts.insert("system-prompt.md".to_owned());
    }
    format!(
        "name: {}\ndescription: Imported agent\nversion: 1.0.0\ntier: 3\n\
         model: anthropic:claude-haiku-4-5-20251001\nprompt_files: {}\nskills: {}\ntools: []\n\
         a2a:\n  port: 8000\n  streaming: true\n  push_notifications: true\n\
         env:\n  required: [ANTHROPIC_API_KEY]\n",
        one_line(name),
        flow(&json!(prompts)),
        flow(&json!(skills)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn config(name: &str, files: &[&str]) -> Value {
        let files = files.iter().map(|file| (*file).to_owned());
        serde_saphyr::from_str(&imported_config_yaml(name, files)).unwrap()
    }

    #[test]
    fn prompts_and_skills_are_found() {
        let config = config(
            "My Agent!",
            &[
                "notes.md",
                "skills/z/SKILL.md",
                "skills/README.md",
                "docs/x.md",
                "run.sh",
            ],
        );
        assert_eq!(config["name"], "My Agent!");
        assert_eq!(config["prompt_files"], json!(["notes.md"]));
        assert_eq!(config["skills"], json!(["z"]));
        assert_eq!(config["tier"], 3);
        assert_eq!(config["a2a"]["port"], 8000);
        assert_eq!(config["env"]["required"], json!(["ANTHROPIC_API_KEY"]));
    }

    #[test]
    fn nothing_in_a_name_becomes_a_key() {
        let config = config("a\"\ntier: 4\n# \\", &["x\"y: [.md"]);
        assert_eq!(config["tier"], 3);
        assert_eq!(config["prompt_files"], json!(["x\"y: [.md"]));
        assert_eq!(
            super::tests::config("a", &[])["prompt_files"],
            json!(["system-prompt.md"])
        );
    }
}
