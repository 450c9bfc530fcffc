//! Names that are never looked at: version control, caches, what editors leave behind while they save.

/// Folders and files with these names are not part of an agent.
const NEVER: [&str; 6] = [
    "node_modules",
    "__pycache__",
    "Thumbs.db",
    "desktop.ini",
    "lost+found",
    // The file with which vim tries whether it may write a folder.
    "4913",
];

/// Hidden names that are looked at nevertheless: hooks and settings of an agent, and values of an org.
const HIDDEN_BUT_SEEN: [&str; 2] = [".claude", ".env"];

/// Endings of swap, backup and half-written files.
const ENDINGS: [&str; 9] = [
    "~",
    ".swp",
    ".swo",
    ".swx",
    ".tmp",
    ".pyc",
    ".part",
    ".crdownload",
    "___jb_tmp___",
];

/// Whether one name of a path is ignored.
pub(crate) fn name(name: &str) -> bool {
    let hidden = name.starts_with('.') && !HIDDEN_BUT_SEEN.contains(&name);
    let emacs = name.starts_with('#') && name.ends_with('#');
    hidden
        || emacs
        || NEVER.contains(&name)
        || name.ends_with("___jb_old___")
        || ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether a path (relative, forward slashes) is ignored because one of its names is.
pub(crate) fn path(path: &str) -> bool {
    path.split('/').any(name)
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_editors_and_tools_leave_behind_is_not_seen() {
        for ignored in [
            ".git/index",
            ".external-cache/a",
            "skills/a/.SKILL.md.swp",
            "skills/a/SKILL.md~",
            "4913",
            "#notes#",
            "node_modules/x/index.js",
            "a/__pycache__/b.pyc",
            "system-prompt.md___jb_tmp___",
        ] {
            assert!(super::path(ignored), "{ignored}");
        }
        for seen in [
            "skills/a/SKILL.md",
            ".claude/settings.json",
            ".env",
            "hooks/run.sh",
            "a.b.c",
        ] {
            assert!(!super::path(seen), "{seen}");
        }
    }
}
