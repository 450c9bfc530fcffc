//! Runtimes that nobody here knows: said in a plan and at the making of an agent, because a role of such a runtime waits
//! for an image that is in no place.

use org_template::{Code, Problem, RUNTIMES, Role, near};
use std::collections::{BTreeMap, BTreeSet};

/// What to say of a runtime that is neither known by name nor has an image of its own in the settings; nothing of one
/// that may run. `images` is the table of images by runtime (`*` stands for every runtime).
pub fn unknown(runtime: &str, images: &BTreeMap<String, String>) -> Option<(String, String)> {
    let named = |name: &str| images.contains_key(name);
    if runtime.is_empty() || RUNTIMES.contains(&runtime) || named(runtime) || named("*") {
        return None;
    }
    let text = format!(
        "the runtime {runtime} is not known here; an agent of it starts only with an image of its own"
    );
    let hint = match near(runtime, RUNTIMES).first() {
        Some(near) => format!("did you mean {near}?"),
        None => format!(
            "there are {}; for one of your own, name its image in the settings",
            RUNTIMES.join(", ")
        ),
    };
    Some((text, hint))
}

/// A warning for each unknown runtime, at the first role that has it.
pub(crate) fn warnings(roles: &[Role], images: &BTreeMap<String, String>) -> Vec<Problem> {
    let mut told = BTreeSet::new();
    let warning = |role: &Role| {
        let (message, hint) = unknown(&role.runtime, images)?;
        let span = role.fields.get("runtime").map(|field| &field.span);
        told.insert(role.runtime.clone()).then(|| Problem {
            code: Code::RuntimeUnknown,
            message,
            file: span.map(|span| span.file.to_string()).unwrap_or_default(),
            line: span.map_or(0, |span| span.line),
            column: span.map_or(0, |span| span.column),
            text: role.runtime.clone(),
            hint,
        })
    };
    roles
        .iter()
        .filter(|role| !role.external)
        .filter_map(warning)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::unknown;
    use std::collections::BTreeMap;

    #[test]
    fn a_runtime_is_known_by_name_or_by_its_image() {
        let none = BTreeMap::new();
        for known in ["", "claude-code", "mock", "stand-in", "external"] {
            assert_eq!(unknown(known, &none), None, "{known}");
        }
        let (text, hint) = unknown("claude_cod", &none).unwrap();
        assert!(text.contains("claude_cod"), "{text}");
        assert_eq!(hint, "did you mean claude-code?");
        let (_, hint) = unknown("bogus", &none).unwrap();
        assert!(
            hint.contains("langgraph") && hint.contains("settings"),
            "{hint}"
        );
        for named in ["bogus", "*"] {
            let images = BTreeMap::from([(named.to_owned(), "x:1".to_owned())]);
            assert_eq!(
                unknown("bogus", &images),
                None,
                "an image is named for {named}"
            );
        }
    }
}
