//! Names of plugins and skills.

/// Longest name of a plugin.
const LONGEST: usize = 128;
/// Longest name of a skill (contract 03 section 7.5).
const LONGEST_SKILL: usize = 64;

/// Whether a text can name a plugin: letters, digits, `.`, `_`, `-`; it begins with a letter or digit, holds no `..`,
/// and has at most 128 characters (contract 03 no. 77). Upper case is legal, because repository names use it.
pub fn is_name(text: &str) -> bool {
    text.len() <= LONGEST
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
        && !text.contains("..")
}

/// Whether a text can name a skill: lower-case words joined by single dashes, at most 64 characters.
pub fn is_skill_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST_SKILL
        && text.split('-').all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d45_15_no_77_names() {
        for good in ["MyPlugin", "a", "molecule-careful-bash", "x_1.2", "9"] {
            assert!(is_name(good), "{good}");
        }
        let long = "a".repeat(129);
        for bad in [
            "",
            ".previous",
            "a'b",
            "a b",
            "a/b",
            "..",
            "a..b",
            "-a",
            "a\0",
            "é",
            &long,
        ] {
            assert!(!is_name(bad), "{bad:?}");
        }
        assert!(is_name(&"a".repeat(128)));
    }

    #[test]
    fn skill_names_follow_the_agent_skills_format() {
        for good in ["a", "write-tests", "x9"] {
            assert!(is_skill_name(good), "{good}");
        }
        let long = "a".repeat(65);
        for bad in ["", "A", "a--b", "-a", "a-", "a_b", &long] {
            assert!(!is_skill_name(bad), "{bad:?}");
        }
    }
}
