//! Words that a person may have meant who wrote another one.

/// How alike two words must be to be mistaken for each other, from 0 to 1.
const ALIKE: f64 = 0.8;
/// Shorter words are part of too many others.
const SHORTEST_PART: usize = 3;
/// More characters say nothing about what was meant, and cost time.
const LONGEST: usize = 100;

/// The words that one who wrote `asked` may have meant, the nearest first, at most three. Case and separators do not
/// count.
pub fn near<'n>(asked: &str, words: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let asked = plain(asked);
    let likeness = |word: &str| {
        let word = plain(word);
        let part = asked.chars().count() >= SHORTEST_PART && word.contains(&asked);
        strsim::jaro_winkler(&asked, &word).max(if part { ALIKE } else { 0.0 })
    };
    let mut found: Vec<(f64, &str)> = words
        .into_iter()
        .map(|word| (likeness(word), word))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    found.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let mut words: Vec<&str> = Vec::new();
    for (_, word) in found {
        if !words.contains(&word) && words.len() < 3 {
            words.push(word);
        }
    }
    words
}

fn plain(text: &str) -> String {
    let letters = text.chars().take(LONGEST);
    letters
        .filter(|letter| !matches!(letter, '-' | '_' | ' '))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn words_that_are_mistaken_for_each_other_are_found() {
        for (asked, words, meant) in [
            ("cron", &["name", "cron_expr", "timezone"][..], "cron_expr"),
            (
                "workspace",
                &["name", "workspaces", "defaults"],
                "workspaces",
            ),
            (
                "initialPrompt",
                &["initial_prompt", "idle_prompt"],
                "initial_prompt",
            ),
            ("modle", &["model", "role"], "model"),
            ("claude-cod", &["codex", "claude-code"], "claude-code"),
            ("studio", &["Studio lead"], "Studio lead"),
        ] {
            assert_eq!(
                near(asked, words.iter().copied()).first(),
                Some(&meant),
                "{asked}"
            );
        }
    }

    #[test]
    fn words_of_their_own_mean_nothing_else() {
        for asked in ["x", "", "owner", "nonsense"] {
            let words = ["name", "cron_expr", "plugins", "model"];
            assert!(near(asked, words).is_empty(), "{asked}");
        }
    }
}
