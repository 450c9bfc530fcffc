//! The table of contract 04 section 18 as data: which change calls for which reaction. First hit wins.

use crate::reaction::{Otherwise, Reaction};

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Anything.
    Any,
    /// It was there and has other content.
    Modified,
    /// It is new.
    Added,
}

/// Which files a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matcher {
    /// A pattern below `/configs`; `*` is anything within a name, `**` any number of folders.
    Path(&'static str),
    /// A skill that `skills` of `config.yaml` leaves out although it lists others.
    UnlistedSkill,
    /// Named in `prompt_files` of `config.yaml`.
    PromptFile,
    /// Named in `initial_prompt_file` of `config.yaml`.
    InitialPromptFile,
    /// Named in `idle_prompt_file` of `config.yaml`.
    IdlePromptFile,
    /// Named in `shared_context` of `config.yaml`.
    SharedContext,
}

/// A row about files in a workspace's folder.
#[derive(Debug, Clone, Copy)]
pub struct FileRow {
    /// The row of section 18 that it implements.
    pub row: &'static str,
    /// Which files.
    pub matcher: Matcher,
    /// What happened to them.
    pub when: When,
    /// What it calls for.
    pub reaction: Reaction,
    /// What follows without `reload`, for session and graph runtimes.
    pub otherwise: (Otherwise, Otherwise),
    /// Why, a sentence for people.
    pub reason: &'static str,
}

/// A row about keys of `config.yaml`. A key of `runtime_config` is written `runtime_config.<key>`.
#[derive(Debug, Clone, Copy)]
pub struct KeyRow {
    /// The row of section 18 that it implements.
    pub row: &'static str,
    /// Keys; an ending `*` takes every key that begins so.
    pub keys: &'static [&'static str],
    /// What it calls for.
    pub reaction: Reaction,
    /// What follows without `reload`.
    pub otherwise: Otherwise,
    /// Why.
    pub reason: &'static str,
}

const AT_USE: (Otherwise, Otherwise) = (Otherwise::ReadAtUse, Otherwise::ReadAtUse);
const SKILL: (Otherwise, Otherwise) = (Otherwise::ReadAtUse, Otherwise::OwnWatcher);
const PROMPT: (Otherwise, Otherwise) = (Otherwise::ReadAtUse, Otherwise::Restart);
const RESTART: (Otherwise, Otherwise) = (Otherwise::Restart, Otherwise::Restart);

const fn file(
    row: &'static str,
    matcher: Matcher,
    when: When,
    reaction: Reaction,
    otherwise: (Otherwise, Otherwise),
    reason: &'static str,
) -> FileRow {
    FileRow {
        row,
        matcher,
        when,
        reaction,
        otherwise,
        reason,
    }
}

/// Files of a workspace's folder but `config.yaml`, which is compared key by key.
pub const FILES: &[FileRow] = &[
    file(
        "plugin: only SKILL.md text differs",
        Matcher::Path("plugins/**/SKILL.md"),
        When::Modified,
        Reaction::None,
        AT_USE,
        "only the text of a plugin's skill changed, which the agent reads at its next use",
    ),
    file(
        "plugin: anything else",
        Matcher::Path("plugins/**"),
        When::Any,
        Reaction::Restart,
        RESTART,
        "code or settings of a plugin are read only when the agent starts",
    ),
    file(
        "skill file of a listed skill",
        Matcher::Path(".claude/skills/**"),
        When::Any,
        Reaction::InPlace,
        SKILL,
        "a skill changed; skills are taken in without a restart",
    ),
    file(
        "hooks and settings",
        Matcher::Path(".claude/**"),
        When::Any,
        Reaction::Restart,
        RESTART,
        "hooks and settings are read only when a session of the agent starts",
    ),
    file(
        "hooks and settings",
        Matcher::Path("hooks/**"),
        When::Any,
        Reaction::Restart,
        RESTART,
        "hooks are read only when a session of the agent starts",
    ),
    file(
        "hooks and settings",
        Matcher::Path("settings.json"),
        When::Any,
        Reaction::Restart,
        RESTART,
        "settings are read only when a session of the agent starts",
    ),
    file(
        "hooks and settings",
        Matcher::Path("plugin.yaml"),
        When::Any,
        Reaction::Restart,
        RESTART,
        "a plugin's description is read only when the agent starts",
    ),
    file(
        "hooks and settings",
        Matcher::Path("CLAUDE.md"),
        When::Any,
        Reaction::Restart,
        RESTART,
        "CLAUDE.md is read only when a session of the agent starts",
    ),
    file(
        "system-prompt.md",
        Matcher::Path("system-prompt.md"),
        When::Any,
        Reaction::InPlace,
        PROMPT,
        "the system prompt changed",
    ),
    file(
        "MEMORY.md, USER.md",
        Matcher::Path("MEMORY.md"),
        When::Any,
        Reaction::InPlace,
        RESTART,
        "MEMORY.md is part of the prompt",
    ),
    file(
        "MEMORY.md, USER.md",
        Matcher::Path("USER.md"),
        When::Any,
        Reaction::InPlace,
        RESTART,
        "USER.md is part of the prompt",
    ),
    file(
        "new skill not in skills",
        Matcher::UnlistedSkill,
        When::Any,
        Reaction::None,
        AT_USE,
        "the skill is not listed under skills in config.yaml; add it there to put it in use",
    ),
    file(
        "new skill directory",
        Matcher::Path("skills/*/SKILL.md"),
        When::Added,
        Reaction::InPlace,
        SKILL,
        "a new skill came; skills are taken in without a restart",
    ),
    file(
        "skill file of a listed skill",
        Matcher::Path("skills/**"),
        When::Any,
        Reaction::InPlace,
        SKILL,
        "a skill changed; skills are taken in without a restart",
    ),
    file(
        "other prompt files",
        Matcher::PromptFile,
        When::Any,
        Reaction::InPlace,
        RESTART,
        "a prompt file named in config.yaml changed",
    ),
    file(
        "initial_prompt",
        Matcher::InitialPromptFile,
        When::Any,
        Reaction::None,
        AT_USE,
        "the first prompt ran already and is not sent again by itself",
    ),
    file(
        "idle_prompt",
        Matcher::IdlePromptFile,
        When::Any,
        Reaction::InPlace,
        RESTART,
        "the idle prompt changed",
    ),
    file(
        "shared_context",
        Matcher::SharedContext,
        When::Any,
        Reaction::InPlace,
        RESTART,
        "a file shared with the team changed",
    ),
    file(
        "any other file",
        Matcher::Path("**"),
        When::Any,
        Reaction::None,
        AT_USE,
        "the file was copied; no agent reads it before it opens it",
    ),
];

const fn key(
    row: &'static str,
    keys: &'static [&'static str],
    reaction: Reaction,
    otherwise: Otherwise,
    reason: &'static str,
) -> KeyRow {
    KeyRow {
        row,
        keys,
        reaction,
        otherwise,
        reason,
    }
}

/// Keys of `config.yaml`; unknown keys are in none of the rows and call for nothing.
pub const KEYS: &[KeyRow] = &[
    key(
        "config.yaml: runtime",
        &["runtime"],
        Reaction::RecreatePlus,
        Otherwise::Restart,
        "another runtime needs another image; confirm it by changing the runtime of the workspace",
    ),
    key(
        "config.yaml: a2a, tier, sub_workspaces",
        &["a2a", "tier", "sub_workspaces"],
        Reaction::Restart,
        Otherwise::Restart,
        "this setting is read only when the agent starts",
    ),
    key(
        "config.yaml: model, skills, tools, prompt_files, delegation, shared_context",
        &[
            "model",
            "skills",
            "tools",
            "prompt_files",
            "delegation",
            "shared_context",
            "runtime_config.model",
        ],
        Reaction::InPlace,
        Otherwise::Restart,
        "the agent works with this setting",
    ),
    key(
        "config.yaml: name, description, version, role",
        &["name", "description", "version", "role"],
        Reaction::InPlace,
        Otherwise::Restart,
        "the agent card shows this",
    ),
    key(
        "config.yaml: initial_prompt",
        &["initial_prompt", "initial_prompt_file"],
        Reaction::None,
        Otherwise::ReadAtUse,
        "the first prompt ran already and is not sent again by itself",
    ),
    key(
        "config.yaml: idle_prompt, idle_interval_seconds",
        &["idle_prompt", "idle_prompt_file", "idle_interval_seconds"],
        Reaction::InPlace,
        Otherwise::Restart,
        "the agent works with this setting when it is idle",
    ),
    key(
        "provision_timeout_seconds in templates",
        &[
            "runtime_config.provision_timeout_seconds",
            "runtime_config.models",
        ],
        Reaction::None,
        Otherwise::ReadAtUse,
        "the platform reads this at its next use",
    ),
    key(
        "config.yaml: category_routing",
        &["category_routing"],
        Reaction::None,
        Otherwise::ReadAtUse,
        "agents read this in the file when they use it",
    ),
    key(
        "config.yaml: other settings of the runtime",
        &[
            "runtime_config.*",
            "sandbox",
            "rbac",
            "hitl",
            "governance",
            "security_scan",
            "compliance",
            "effort",
            "task_budget",
            "plugins",
        ],
        Reaction::InPlace,
        Otherwise::Restart,
        "the agent works with this setting",
    ),
];

/// Files of an org folder that its import reads; they call for a plan.
pub const ORG_FILES: &[&str] = &[
    "**/*.yaml",
    "**/*.yml",
    "**/.env",
    "**/schedules/**",
    "**/*initial-prompt*.md",
    "**/*idle-prompt*.md",
];

/// Whether a path (relative, forward slashes) matches a pattern.
pub fn matches(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    segments(&pattern, &path)
}

fn segments(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((&"**", [])), _) => !path.is_empty(),
        (Some((&"**", rest)), _) => (0..=path.len()).any(|skip| segments(rest, &path[skip..])),
        (Some((first, rest)), Some((name, below))) => word(first, name) && segments(rest, below),
        _ => false,
    }
}

/// One name against one part of a pattern.
fn word(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
        last = Some(part);
    }
    match last {
        None => rest.is_empty(),
        Some(last) => name.ends_with(last),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_whole_paths() {
        assert!(matches(
            "plugins/**/SKILL.md",
            "plugins/a/skills/b/SKILL.md"
        ));
        assert!(!matches("plugins/**/SKILL.md", "skills/a/SKILL.md"));
        assert!(matches("**/*.yaml", "org.yaml") && matches("**/*.yaml", "teams/a.yaml"));
        assert!(matches("**/.env", ".env") && matches("**/.env", "pm/.env"));
        assert!(!matches("**/.env", "pm/x.env"));
        assert!(matches("**/*idle-prompt*.md", "pm/idle-prompt.md"));
        assert!(!matches("hooks/**", "hooks") && matches("hooks/**", "hooks/a/b"));
        assert!(!matches("CLAUDE.md", "docs/CLAUDE.md"));
    }
}
