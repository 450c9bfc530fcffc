//! From changed files to the one reaction that satisfies all of them.

use crate::{
    config::Config,
    reaction::{Family, Otherwise, Reaction},
    table::{FILES, KEYS, Matcher, ORG_FILES, When, matches},
};

/// How a file differs from what was delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was not there.
    Added,
    /// It has other content.
    Modified,
    /// It is gone.
    Removed,
}

/// What a change calls for, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The row of section 18.
    pub row: &'static str,
    /// What it calls for.
    pub reaction: Reaction,
    /// What follows without `reload`.
    pub otherwise: Otherwise,
    /// Why.
    pub reason: String,
}

/// What is known of the agent whose files changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Agent<'a> {
    pub family: Family,
    pub config: Option<&'a Config>,
}

/// The reaction to one file but `config.yaml`.
pub(crate) fn file(path: &str, kind: ChangeKind, agent: Agent<'_>) -> Verdict {
    let named = |key: &str| agent.config.is_some_and(|config| config.names(key, path));
    let row = FILES.iter().find(|row| {
        let when = match row.when {
            When::Any => true,
            When::Modified => kind == ChangeKind::Modified,
            When::Added => kind == ChangeKind::Added,
        };
        when && match row.matcher {
            Matcher::Path(pattern) => matches(pattern, path),
            Matcher::UnlistedSkill => skill(path)
                .is_some_and(|skill| agent.config.is_some_and(|config| config.leaves_out(skill))),
            Matcher::PromptFile => named("prompt_files"),
            Matcher::InitialPromptFile => named("initial_prompt_file"),
            Matcher::IdlePromptFile => named("idle_prompt_file"),
            Matcher::SharedContext => named("shared_context"),
        }
    });
    match row {
        Some(row) => Verdict {
            row: row.row,
            reaction: row.reaction,
            otherwise: match agent.family {
                Family::Session => row.otherwise.0,
                Family::Graph => row.otherwise.1,
            },
            reason: row.reason.to_owned(),
        },
        None => nothing("the file was copied"),
    }
}

/// Whether changed files of an agent (paths below `/configs`) need a restart by the table alone. For files that no folder
/// of this computer is watched for, such as those of a plugin that is being installed.
pub fn needs_restart(runtime: &str, changes: &[(&str, ChangeKind)]) -> bool {
    let agent = Agent {
        family: Family::of(runtime),
        config: None,
    };
    changes.iter().any(|(path, kind)| {
        let verdict = file(path, *kind, agent);
        match verdict.reaction {
            Reaction::None | Reaction::PlanShown => false,
            Reaction::InPlace => verdict.otherwise == Otherwise::Restart,
            Reaction::Restart | Reaction::RecreatePlus => true,
        }
    })
}

fn skill(path: &str) -> Option<&str> {
    path.strip_prefix("skills/")?
        .split_once('/')
        .map(|(name, _)| name)
}

/// The reaction to a changed `config.yaml`. Without `before` nobody knows what changed, so a restart is the safe answer.
pub(crate) fn config(before: Option<&Config>, after: &Config) -> Verdict {
    let Some(before) = before else {
        return Verdict {
            row: "config.yaml",
            reaction: Reaction::Restart,
            otherwise: Otherwise::Restart,
            reason: "config.yaml changed while nobody watched, so what changed in it is not known"
                .to_owned(),
        };
    };
    let changed = after.changed(before);
    if changed.is_empty() {
        return nothing("config.yaml says the same in other words");
    }
    changed
        .iter()
        .map(|name| key(name))
        .reduce(stronger)
        .unwrap_or_else(|| nothing("config.yaml did not change"))
}

/// The reaction to one key of `config.yaml`.
pub(crate) fn key(name: &str) -> Verdict {
    let row = KEYS.iter().find(|row| {
        row.keys.iter().any(|key| match key.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => *key == name,
        })
    });
    match row {
        Some(row) => Verdict {
            row: row.row,
            reaction: row.reaction,
            otherwise: row.otherwise,
            reason: format!("{name} of config.yaml changed: {}", row.reason),
        },
        None => nothing(&format!("{name} of config.yaml is read by no agent")),
    }
}

fn nothing(reason: &str) -> Verdict {
    Verdict {
        row: "any other file",
        reaction: Reaction::None,
        otherwise: Otherwise::ReadAtUse,
        reason: reason.to_owned(),
    }
}

/// The one of two that does what both need; the first when they are equal.
pub(crate) fn stronger(a: Verdict, b: Verdict) -> Verdict {
    let weight = |verdict: &Verdict| match verdict.reaction {
        Reaction::InPlace => (Reaction::InPlace, Some(verdict.otherwise)),
        other => (other, None),
    };
    if weight(&b) > weight(&a) { b } else { a }
}

/// Whether the import of an org reads this file (relative to the org's folder).
pub(crate) fn is_org_file(path: &str, reads: &[String]) -> bool {
    ORG_FILES.iter().any(|pattern| matches(pattern, path)) || reads.iter().any(|read| read == path)
}

/// The verdict on a `config.yaml` that is no YAML.
pub(crate) fn unreadable() -> Verdict {
    nothing(
        "config.yaml cannot be read as YAML; the agent says what is wrong with it at its next start",
    )
}

/// The verdict on nothing.
pub(crate) fn unchanged() -> Verdict {
    nothing("nothing changed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ChangeKind::{Added, Modified, Removed};

    fn verdict(runtime: &str, config: &str, path: &str, kind: ChangeKind) -> Verdict {
        let config = Config::parse(config.as_bytes()).unwrap();
        let agent = Agent {
            family: Family::of(runtime),
            config: Some(&config),
        };
        file(path, kind, agent)
    }

    /// Every row of section 18 about files below `/configs` that this room serves: row, path, change, reaction, what
    /// follows without `reload` for Claude Code and for LangGraph.
    /// Fixture D.45 of contract 03: which changes of an installed plugin need a restart.
    #[test]
    fn d45_6_7_only_the_text_of_a_skill_needs_no_restart() {
        let needs = |path: &str, kind| needs_restart("claude-code", &[(path, kind)]);
        let text = "plugins/demo/skills/a/SKILL.md";
        assert!(!needs(text, ChangeKind::Modified));
        assert!(!needs_restart("langgraph", &[(text, ChangeKind::Modified)]));
        assert!(needs(text, ChangeKind::Added) && needs(text, ChangeKind::Removed));
        for path in [
            "skills/a/skill.md",
            "plugin.yaml",
            "rules/r.md",
            "hooks/h.sh",
            "settings-fragment.json",
        ] {
            let path = format!("plugins/demo/{path}");
            for kind in [ChangeKind::Added, ChangeKind::Modified, ChangeKind::Removed] {
                assert!(needs(&path, kind), "{path} {kind:?}");
            }
        }
        assert!(!needs_restart("claude-code", &[]), "identical trees");
        let both = [
            (text, ChangeKind::Modified),
            ("plugins/demo/hooks/h.sh", ChangeKind::Modified),
        ];
        assert!(needs_restart("claude-code", &both));
    }

    #[test]
    fn files_react_as_the_table_says() {
        let config = "skills: [a]\nprompt_files: [rules/style.md]\ninitial_prompt_file: first.md\n\
                      idle_prompt_file: idle.md\nshared_context: [team.md]\n";
        let rows = [
            (
                "plugin: only SKILL.md text differs",
                "plugins/p/skills/s/SKILL.md",
                Modified,
                Reaction::None,
                None,
            ),
            (
                "plugin: anything else",
                "plugins/p/skills/s/SKILL.md",
                Added,
                Reaction::Restart,
                None,
            ),
            (
                "plugin: anything else",
                "plugins/p/hooks/run.sh",
                Modified,
                Reaction::Restart,
                None,
            ),
            (
                "plugin: anything else",
                "plugins/p/plugin.yaml",
                Removed,
                Reaction::Restart,
                None,
            ),
            (
                "hooks and settings",
                ".claude/settings.json",
                Modified,
                Reaction::Restart,
                None,
            ),
            (
                "hooks and settings",
                ".claude/hooks/x.sh",
                Added,
                Reaction::Restart,
                None,
            ),
            (
                "hooks and settings",
                "hooks/x.sh",
                Modified,
                Reaction::Restart,
                None,
            ),
            (
                "hooks and settings",
                "settings.json",
                Modified,
                Reaction::Restart,
                None,
            ),
            (
                "hooks and settings",
                "plugin.yaml",
                Modified,
                Reaction::Restart,
                None,
            ),
            (
                "hooks and settings",
                "CLAUDE.md",
                Modified,
                Reaction::Restart,
                None,
            ),
            (
                "system-prompt.md",
                "system-prompt.md",
                Modified,
                Reaction::InPlace,
                Some((Otherwise::ReadAtUse, Otherwise::Restart)),
            ),
            (
                "MEMORY.md, USER.md",
                "MEMORY.md",
                Modified,
                Reaction::InPlace,
                Some((Otherwise::Restart, Otherwise::Restart)),
            ),
            (
                "MEMORY.md, USER.md",
                "USER.md",
                Added,
                Reaction::InPlace,
                Some((Otherwise::Restart, Otherwise::Restart)),
            ),
            (
                "other prompt files",
                "rules/style.md",
                Modified,
                Reaction::InPlace,
                Some((Otherwise::Restart, Otherwise::Restart)),
            ),
            (
                "skill file of a listed skill",
                "skills/a/SKILL.md",
                Modified,
                Reaction::InPlace,
                Some((Otherwise::ReadAtUse, Otherwise::OwnWatcher)),
            ),
            (
                "skill file of a listed skill",
                "skills/a/scripts/x.py",
                Modified,
                Reaction::InPlace,
                Some((Otherwise::ReadAtUse, Otherwise::OwnWatcher)),
            ),
            (
                "new skill directory",
                "skills/a/SKILL.md",
                Added,
                Reaction::InPlace,
                Some((Otherwise::ReadAtUse, Otherwise::OwnWatcher)),
            ),
            (
                "new skill not in skills",
                "skills/b/SKILL.md",
                Added,
                Reaction::None,
                None,
            ),
            ("initial_prompt", "first.md", Modified, Reaction::None, None),
            (
                "idle_prompt",
                "idle.md",
                Modified,
                Reaction::InPlace,
                Some((Otherwise::Restart, Otherwise::Restart)),
            ),
            (
                "shared_context",
                "team.md",
                Modified,
                Reaction::InPlace,
                Some((Otherwise::Restart, Otherwise::Restart)),
            ),
            ("any other file", "notes/x.txt", Added, Reaction::None, None),
        ];
        for (row, path, kind, reaction, otherwise) in rows {
            let session = verdict("claude-code", config, path, kind);
            let graph = verdict("langgraph", config, path, kind);
            assert_eq!((session.row, session.reaction), (row, reaction), "{path}");
            assert_eq!((graph.row, graph.reaction), (row, reaction), "{path}");
            if let Some(otherwise) = otherwise {
                assert_eq!((session.otherwise, graph.otherwise), otherwise, "{path}");
            }
            assert!(!session.reason.is_empty());
        }
        let served: std::collections::BTreeSet<&str> = rows.iter().map(|row| row.0).collect();
        assert!(
            FILES.iter().all(|row| served.contains(row.row)),
            "no row of the table goes untried"
        );
    }

    #[test]
    fn without_a_list_every_skill_is_in_use() {
        let new = verdict("claude-code", "name: a\n", "skills/b/SKILL.md", Added);
        assert_eq!(
            (new.row, new.reaction),
            ("new skill directory", Reaction::InPlace)
        );
    }

    /// Every row of section 18 about keys of `config.yaml`.
    #[test]
    fn keys_react_as_the_table_says() {
        let in_place = (Reaction::InPlace, Otherwise::Restart);
        let restart = (Reaction::Restart, Otherwise::Restart);
        let none = (Reaction::None, Otherwise::ReadAtUse);
        for (keys, expected) in [
            (&["name", "description", "version", "role"][..], in_place),
            (
                &[
                    "model",
                    "skills",
                    "tools",
                    "prompt_files",
                    "delegation",
                    "shared_context",
                ],
                in_place,
            ),
            (&["initial_prompt", "initial_prompt_file"], none),
            (
                &["idle_prompt", "idle_prompt_file", "idle_interval_seconds"],
                in_place,
            ),
            (&["a2a", "tier", "sub_workspaces"], restart),
            (&["runtime"], (Reaction::RecreatePlus, Otherwise::Restart)),
            (&["runtime_config.provision_timeout_seconds"], none),
            (
                &["runtime_config.model", "runtime_config.timeout"],
                in_place,
            ),
            (&["category_routing", "no_such_key"], none),
        ] {
            for name in keys {
                let verdict = key(name);
                assert_eq!((verdict.reaction, verdict.otherwise), expected, "{name}");
                assert!(verdict.reason.contains(name));
            }
        }
    }

    #[test]
    fn the_strongest_need_decides_and_an_unknown_past_is_a_restart() {
        let read = |text: &str| Config::parse(text.as_bytes()).unwrap();
        let before = read("description: a\na2a: {port: 1}\n");
        let both = config(Some(&before), &read("description: b\na2a: {port: 2}\n"));
        assert_eq!(both.reaction, Reaction::Restart);
        let one = config(Some(&before), &read("description: b\na2a: {port: 1}\n"));
        assert_eq!(one.reaction, Reaction::InPlace);
        let words = config(
            Some(&before),
            &read("# new\na2a: {port: 1}\ndescription: a\n"),
        );
        assert_eq!(words.reaction, Reaction::None);
        assert_eq!(config(None, &before).reaction, Reaction::Restart);
        let skill = verdict("langgraph", "name: a\n", "skills/a/SKILL.md", Modified);
        let prompt = verdict("langgraph", "name: a\n", "system-prompt.md", Modified);
        assert_eq!(stronger(skill, prompt).otherwise, Otherwise::Restart);
    }

    #[test]
    fn what_an_import_reads_calls_for_a_plan() {
        let reads = ["pm/first.md".to_owned()];
        for path in [
            "org.yaml",
            "teams/dev.yaml",
            "pm/workspace.yaml",
            ".env",
            "pm/.env",
            "pm/schedules/daily.md",
            "pm/initial-prompt.md",
            "pm/idle-prompt.md",
            "pm/first.md",
        ] {
            assert!(is_org_file(path, &reads), "{path}");
        }
        for path in ["pm/system-prompt.md", "pm/skills/a/SKILL.md", "README.md"] {
            assert!(!is_org_file(path, &reads), "{path}");
        }
    }
}
