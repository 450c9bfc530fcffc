//! The agent-skills format: what the front matter of a `SKILL.md` has to say (contract 03 section 7.5).

use crate::{Tree, manifest::problem, name::is_skill_name};
use serde_json::Value;
use std::collections::BTreeSet;

/// Folders below `skills/` of a plugin.
pub fn skills(tree: &Tree) -> BTreeSet<&str> {
    tree.files
        .keys()
        .filter_map(|path| path.strip_prefix("skills/")?.split_once('/'))
        .map(|(name, _)| name)
        .collect()
}

/// Everything about the skills of a plugin that other agent-skills products would refuse, one sentence each. Runtimes of
/// this product are tolerant, so none of it stops an install.
pub fn problems(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for name in skills(tree) {
        let place = format!("skills/{name}/SKILL.md");
        match tree.text(&place) {
            None => found.push(format!("skills/{name}: SKILL.md is missing")),
            Some(text) => found.extend(
                check(name, &text)
                    .into_iter()
                    .map(|problem| format!("{place}: {problem}")),
            ),
        }
    }
    found
}

/// What is wrong with one `SKILL.md` in the folder `name`.
pub fn check(name: &str, text: &str) -> Vec<String> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let head = text.strip_prefix("---\n").and_then(|rest| {
        let end = rest
            .find("\n---\n")
            .or_else(|| rest.strip_suffix("\n---").map(str::len));
        end.map(|end| &rest[..end])
    });
    let Some(head) = head else {
        return vec!["it has to begin with front matter between two lines of ---".to_owned()];
    };
    let value: Value = match serde_saphyr::from_str(head) {
        Ok(value) => value,
        Err(error) => {
            return vec![format!(
                "its front matter cannot be read: {}",
                problem(&error)
            )];
        }
    };
    let mut found = Vec::new();
    let mut say = |wrong: bool, what: &str| {
        if wrong {
            found.push(what.to_owned());
        }
    };
    let own = value["name"].as_str().unwrap_or_default();
    say(
        !is_skill_name(own),
        "name has to be lower-case words joined by single dashes, at most 64 characters",
    );
    say(own != name, "name has to be the name of its folder");
    let description = value["description"].as_str().unwrap_or_default().trim();
    say(
        description.is_empty() || description.chars().count() > 1024,
        "description has to have 1 to 1024 characters",
    );
    let optional_text = |key: &str| value[key].is_null() || value[key].is_string();
    say(!optional_text("license"), "license has to be text");
    say(
        !optional_text("compatibility")
            || value["compatibility"]
                .as_str()
                .is_some_and(|text| text.chars().count() > 500),
        "compatibility has to be text of at most 500 characters",
    );
    say(
        !(value["metadata"].is_null() || value["metadata"].is_object()),
        "metadata has to be a map",
    );
    say(
        !optional_text("allowed-tools"),
        "allowed-tools has to be words separated by blanks",
    );
    for key in ["tags", "examples"] {
        say(
            !(value[key].is_null() || value[key].is_array()),
            &format!("{key} has to be a list"),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::tests::{demo, tree};

    #[test]
    fn a_good_skill_has_no_problems() {
        assert_eq!(problems(&demo()), Vec::<String>::new());
        assert_eq!(skills(&demo()).into_iter().collect::<Vec<_>>(), ["a"]);
        let full = "---\r\nname: a\r\ndescription: d\r\nlicense: MIT\r\nmetadata: {k: v}\r\nallowed-tools: Bash Read\r\n---\r\n";
        assert_eq!(check("a", full), Vec::<String>::new());
        assert_eq!(
            check("a", "---\nname: a\ndescription: d\n---"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn each_rule_is_told() {
        let told = |text: &str| check("a", text).join("; ");
        assert!(told("no front matter").contains("begin with front matter"));
        assert!(told("---\nname: [\n---\n").contains("cannot be read"));
        assert!(told("---\nname: b\ndescription: d\n---\n").contains("name of its folder"));
        assert!(told("---\nname: A b\ndescription: d\n---\n").contains("lower-case words"));
        assert!(told("---\nname: a\n---\n").contains("1 to 1024"));
        let long = format!(
            "---\nname: a\ndescription: {}\ncompatibility: {}\n---\n",
            "d".repeat(1025),
            "c".repeat(501)
        );
        assert!(told(&long).contains("1 to 1024") && told(&long).contains("at most 500"));
        assert!(
            told("---\nname: a\ndescription: d\nmetadata: x\ntags: y\nlicense: 5\n---\n")
                .matches("has to be")
                .count()
                == 3
        );
        let missing = tree(&[("skills/x/notes.md", "n")]);
        assert_eq!(problems(&missing), ["skills/x: SKILL.md is missing"]);
    }
}
