//! What of a plugin would run inside an agent, so that a person sees it before it does.

use crate::Tree;
use serde::Serialize;

/// Bytes of one file that are shown.
const SHOWN: usize = 64 * 1024;
/// Endings of programs.
const PROGRAMS: [&str; 14] = [
    "bash", "bat", "cjs", "cmd", "fish", "js", "mjs", "pl", "ps1", "py", "rb", "sh", "ts", "zsh",
];

/// One file that can run, or says what runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Code {
    /// Its path in the plugin.
    pub path: String,
    /// When it runs, a sentence.
    pub when: &'static str,
    /// Its text, up to 64 KiB; empty for what is no text.
    pub text: String,
    /// More of it is not shown, or it is no text at all.
    pub cut: bool,
}

/// Every file that can run or says what runs, by path.
pub fn code(tree: &Tree) -> Vec<Code> {
    tree.files
        .iter()
        .filter_map(|(path, file)| {
            let when = when(path, file.mode)?;
            let (text, cut) = match std::str::from_utf8(&file.content) {
                Ok(text) if text.len() <= SHOWN => (text.to_owned(), false),
                Ok(text) => {
                    let mut end = SHOWN;
                    while !text.is_char_boundary(end) {
                        end -= 1;
                    }
                    (text[..end].to_owned(), true)
                }
                Err(_) => (String::new(), true),
            };
            Some(Code {
                path: path.clone(),
                when,
                text,
                cut,
            })
        })
        .collect()
}

fn when(path: &str, mode: u32) -> Option<&'static str> {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    if path == "setup.sh" {
        Some(
            "once before the agent starts, apart from it: no secrets, no network, two minutes at most",
        )
    } else if path == "settings-fragment.json" {
        Some("settings: names hooks and servers that the agent starts")
    } else if path.starts_with("hooks/") {
        Some("when the event comes that the settings name")
    } else if path.starts_with("adapters/") {
        Some("inside the agent, at its start")
    } else if mode & 0o111 != 0 || PROGRAMS.contains(&ending.to_ascii_lowercase().as_str()) {
        Some("when the agent decides to run it")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::tests::{demo, tree};

    #[test]
    fn no_92_all_that_runs_is_shown_and_text_is_not() {
        assert_eq!(code(&demo()), []);
        let mut plugin = tree(&[
            ("setup.sh", "echo hi"),
            ("hooks/pre.md", "x"),
            ("adapters/claude_code.py", "x"),
            ("settings-fragment.json", "{}"),
            ("skills/a/scripts/run.PY", "x"),
            ("skills/a/SKILL.md", "x"),
        ]);
        let mut binary = plugin.files["setup.sh"].clone();
        binary.content = vec![0xff, 0xfe];
        binary.mode = 0o755;
        plugin.files.insert("bin/tool".into(), binary);
        let shown = code(&plugin);
        let paths: Vec<&str> = shown.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "adapters/claude_code.py",
                "bin/tool",
                "hooks/pre.md",
                "settings-fragment.json",
                "setup.sh",
                "skills/a/scripts/run.PY"
            ]
        );
        assert!(
            shown[1].cut && shown[1].text.is_empty(),
            "what is no text is said to be none"
        );
        assert_eq!(shown[4].text, "echo hi");
    }

    #[test]
    fn long_texts_are_cut_at_a_letter() {
        let plugin = tree(&[("a.sh", &"é".repeat(SHOWN))]);
        let shown = code(&plugin);
        assert!(shown[0].cut && shown[0].text.len() <= SHOWN);
    }
}
