//! One skill: front matter and instructions (contract 04 section 16.6).

use serde_json::Value;

/// What a `SKILL.md` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Skill {
    /// Name of its folder.
    pub id: String,
    pub name: String,
    pub description: String,
    pub tags: Vec<String>,
    pub examples: Vec<String>,
    /// Runtimes it is meant for; empty means all.
    pub runtimes: Vec<String>,
    /// The instructions below the front matter.
    pub body: String,
}

impl Skill {
    /// Reads the text of `SKILL.md`. Without usable front matter the folder's name is the skill's name, and the whole
    /// text its body: a half-saved file must not make the skill vanish.
    pub fn parse(id: &str, text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let (head, body) = split(&text);
        let head: Value = head
            .and_then(|head| serde_saphyr::from_str(head).ok())
            .unwrap_or_default();
        let body = if head.is_object() {
            body
        } else {
            text.as_str()
        };
        let word = |key: &str| {
            head[key]
                .as_str()
                .map(str::trim)
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
        };
        let mut runtimes = list(&head["runtime"]);
        if runtimes.iter().any(|runtime| runtime == "*") {
            runtimes.clear();
        }
        Self {
            id: id.to_owned(),
            name: word("name").unwrap_or_else(|| id.to_owned()),
            description: word("description").unwrap_or_default(),
            tags: list(&head["tags"]),
            examples: list(&head["examples"]),
            runtimes,
            body: body.trim().to_owned(),
        }
    }

    /// Whether an agent of this runtime uses it.
    pub fn is_for(&self, runtime: Option<&str>) -> bool {
        self.runtimes.is_empty()
            || runtime.is_none_or(|runtime| self.runtimes.iter().any(|known| known == runtime))
    }
}

/// Front matter, if there is any, and the rest.
fn split(text: &str) -> (Option<&str>, &str) {
    let Some(rest) = text.strip_prefix("---\n") else {
        return (None, text);
    };
    if let Some(body) = rest.strip_prefix("---\n") {
        return (None, body);
    }
    match rest
        .find("\n---")
        .filter(|at| matches!(rest.as_bytes().get(at + 4), None | Some(b'\n')))
    {
        Some(at) => (Some(&rest[..=at]), rest[at + 4..].trim_start_matches('\n')),
        None => (None, text),
    }
}

/// A list of words; a single word counts as a list of one.
fn list(value: &Value) -> Vec<String> {
    match value {
        Value::String(word) => vec![word.clone()],
        Value::Array(items) => items
            .iter()
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_and_body_are_told_apart() {
        let text = "---\r\nname: Triage\r\ndescription: Sorts\r\ntags: [ops]\r\nruntime: langgraph\r\n---\r\nDo it.\r\n";
        let skill = Skill::parse("triage", text);
        assert_eq!(
            (
                skill.name.as_str(),
                skill.description.as_str(),
                skill.body.as_str()
            ),
            ("Triage", "Sorts", "Do it.")
        );
        assert_eq!(skill.tags, ["ops"]);
        assert!(
            skill.is_for(Some("langgraph")) && !skill.is_for(Some("codex")) && skill.is_for(None)
        );
    }

    #[test]
    fn a_half_saved_file_stays_a_skill() {
        for text in ["---\nname: [\n---\nbody", "---\nname: x", "", "only text"] {
            let skill = Skill::parse("draft", text);
            assert_eq!(skill.id, "draft");
            assert!(skill.is_for(Some("any")));
        }
        assert_eq!(Skill::parse("draft", "only text").body, "only text");
    }
}
