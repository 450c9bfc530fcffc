//! Runtimes that nobody here knows.

use crate::{config_yaml::RUNTIMES, near::near};
use std::collections::BTreeMap;

/// What to say of a runtime that is neither known by name nor has an image of its own in the settings, and a hint;
/// nothing of one that may run. `images` is the table of images by runtime (`*` stands for every runtime).
pub fn unknown_runtime(
    runtime: &str,
    images: &BTreeMap<String, String>,
) -> Option<(String, String)> {
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

#[cfg(test)]
mod tests {
    use super::unknown_runtime;
    use std::collections::BTreeMap;

    #[test]
    fn a_runtime_is_known_by_name_or_by_its_image() {
        let none = BTreeMap::new();
        for known in ["", "claude-code", "mock", "stand-in", "external"] {
            assert_eq!(unknown_runtime(known, &none), None, "{known}");
        }
        let (text, hint) = unknown_runtime("claude_cod", &none).unwrap();
        assert!(text.contains("claude_cod"), "{text}");
        assert_eq!(hint, "did you mean claude-code?");
        let (_, hint) = unknown_runtime("bogus", &none).unwrap();
        assert!(
            hint.contains("langgraph") && hint.contains("settings"),
            "{hint}"
        );
        for named in ["bogus", "*"] {
            let images = BTreeMap::from([(named.to_owned(), "x:1".to_owned())]);
            assert_eq!(
                unknown_runtime("bogus", &images),
                None,
                "an image is named for {named}"
            );
        }
    }
}
