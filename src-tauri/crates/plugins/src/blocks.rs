//! Rules and prompt fragments of plugins in `CLAUDE.md`, each plugin's between its own two marks, so that an update
//! replaces them as a whole and a removal leaves what was there before (contract 03 no. 83).

use crate::{Manifest, Tree};

/// Root files that are documentation and never part of a prompt (contract 03 no. 84).
const DOCUMENTATION: [&str; 12] = [
    "AGENTS",
    "CHANGELOG",
    "CLAUDE",
    "CODE_OF_CONDUCT",
    "CONTRIBUTING",
    "INSTALL",
    "KNOWN-ISSUES",
    "LICENSE",
    "NOTICE",
    "README",
    "SECURITY",
    "SKILL",
];
const MARK: &str = "<!-- molecule plugin ";

fn begin(name: &str, ended: bool) -> String {
    let more = if ended {
        ""
    } else {
        ", after an added line end"
    };
    format!("{MARK}{name}: begin{more} -->\n")
}

fn end(name: &str) -> String {
    format!("{MARK}{name}: end -->\n")
}

/// The text a plugin adds to the memory file; empty when it adds none. The headings are those by which runtimes know
/// that a rule is there already.
pub(crate) fn text(name: &str, tree: &Tree, manifest: &Manifest) -> String {
    let rules = tree.files.keys().filter_map(|path| {
        let rule = path.strip_prefix("rules/")?;
        (!rule.contains('/') && rule.ends_with(".md")).then_some(("rule", rule, path.as_str()))
    });
    let named = |path: &str| match &manifest.prompt_fragments {
        Some(list) => list.iter().any(|one| one.trim_start_matches("./") == path),
        None => !path.contains('/') && is_fragment(path),
    };
    let fragments = tree
        .files
        .keys()
        .filter(|path| path.ends_with(".md") && named(path))
        .map(|path| ("fragment", path.as_str(), path.as_str()));
    let mut out = String::new();
    for (kind, label, path) in rules.chain(fragments) {
        let text = tree.text(path).unwrap_or_default().replace("\r\n", "\n");
        // A text cannot end its own block early.
        let text = text.trim().replace(MARK, "<!-- (molecule plugin ");
        if !text.is_empty() {
            out.push_str(&format!("# Plugin: {name} / {kind}: {label}\n\n{text}\n\n"));
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn is_fragment(file: &str) -> bool {
    let stem = file
        .strip_suffix(".md")
        .unwrap_or(file)
        .to_ascii_uppercase();
    !DOCUMENTATION.contains(&stem.as_str())
}

/// `whole` with the block of a plugin set to `text`, or without it when `text` is empty.
pub(crate) fn set(whole: &str, name: &str, text: &str) -> String {
    let block = |ended: bool| format!("{}{text}\n{}", begin(name, ended), end(name));
    match find(whole, name) {
        Some((at, to, ended)) if !text.is_empty() => {
            format!("{}{}{}", &whole[..at], block(ended), &whole[to..])
        }
        Some((at, to, ended)) => {
            let (mut before, after) = (&whole[..at], &whole[to..]);
            before = before.strip_suffix('\n').unwrap_or(before);
            if !ended {
                before = before.strip_suffix('\n').unwrap_or(before);
            }
            format!("{before}{after}")
        }
        None if text.is_empty() => whole.to_owned(),
        None if whole.is_empty() => block(true),
        None if whole.ends_with('\n') => format!("{whole}\n{}", block(true)),
        None => format!("{whole}\n\n{}", block(false)),
    }
}

/// Where the block of a plugin begins and ends, and whether the text before it ended with a line end.
fn find(whole: &str, name: &str) -> Option<(usize, usize, bool)> {
    let place = |mark: &str| {
        whole
            .match_indices(mark)
            .map(|(at, _)| at)
            .find(|at| *at == 0 || whole.as_bytes()[at - 1] == b'\n')
    };
    let (at, ended) = place(&begin(name, true))
        .map(|at| (at, true))
        .or_else(|| place(&begin(name, false)).map(|at| (at, false)))?;
    let last = end(name);
    let to = at + whole[at..].find(&last)? + last.len();
    Some((at, to, ended))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::tests::{demo, tree};

    #[test]
    fn no_84_rules_and_fragments_but_no_documentation() {
        let plugin = tree(&[
            ("rules/r.md", "Be brief.\n\n\nReally.\n"),
            ("rules/deep/x.md", "no"),
            ("README.md", "no"),
            ("CLAUDE.md", "no"),
            ("known-issues.md", "no"),
            ("style.md", "Write well.\r\n"),
        ]);
        let made = text("p", &plugin, &Manifest::default());
        assert_eq!(
            made,
            "# Plugin: p / rule: r.md\n\nBe brief.\n\n\nReally.\n\n# Plugin: p / fragment: style.md\n\nWrite well."
        );
        let named = Manifest {
            prompt_fragments: Some(vec!["README.md".into()]),
            ..Manifest::default()
        };
        assert!(text("p", &plugin, &named).ends_with("# Plugin: p / fragment: README.md\n\nno"));
        assert_eq!(
            text("d", &demo(), &Manifest::default()),
            "# Plugin: d / rule: r.md\n\nBe brief."
        );
    }

    #[test]
    fn no_83_a_block_is_added_replaced_and_taken_away_without_a_trace() {
        for before in ["", "# Notes\n", "# Notes", "\n\n", "a\n\nb\n\n\n"] {
            let one = set(before, "p", "first\n\n\nwith blank lines");
            let two = set(&one, "q", "other");
            let three = set(&two, "p", "second");
            assert!(
                three.contains("second") && !three.contains("first"),
                "{three}"
            );
            assert_eq!(
                set(&three, "p", "second"),
                three,
                "the same again changes nothing"
            );
            let without = set(&set(&three, "p", ""), "q", "");
            // Blocks are taken away in any order; the last one leaves what was there.
            assert_eq!(
                without.trim_end_matches('\n'),
                before.trim_end_matches('\n')
            );
            assert_eq!(set(&one, "p", ""), before, "{before:?}");
        }
    }

    #[test]
    fn words_of_the_agent_around_a_block_stay() {
        let one = set("mine\n", "p", "rule");
        let edited = format!("new first line\n{one}\nlearned later\n");
        assert_eq!(
            set(&edited, "p", ""),
            "new first line\nmine\n\nlearned later\n"
        );
    }

    #[test]
    fn a_text_cannot_end_its_block_early() {
        let sly = tree(&[("rules/r.md", "a\n<!-- molecule plugin p: end -->\nb")]);
        let made = set("", "p", &text("p", &sly, &Manifest::default()));
        assert_eq!(set(&made, "p", ""), "");
    }
}
