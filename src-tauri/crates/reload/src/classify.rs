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

/// The verdict on nothing.
pub(crate) fn unchanged() -> Verdict {
    nothing("nothing changed")
}
