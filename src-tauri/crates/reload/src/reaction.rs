//! The words for what is done about a change.

use serde::{Deserialize, Serialize};

/// What a change calls for (contract 04 section 18), weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reaction {
    /// Picked up by itself, or meant for later.
    None,
    /// The agent reads its files again.
    InPlace,
    /// Re-created with the existing volume, after the running task.
    Restart,
    /// Re-created with another image or template, after a person confirmed it.
    RecreatePlus,
    /// A plan of the org is shown.
    PlanShown,
}

/// What follows an in-place change where the agent does not declare `reload` (D39), weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Otherwise {
    /// The agent reads the file whenever it uses it.
    ReadAtUse,
    /// The agent looks for changed skills itself, within 4.5 s.
    OwnWatcher,
    /// One restart after the running task.
    Restart,
}

/// How a runtime reads its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Claude Code and other command lines: prompt and skills are read at each use.
    Session,
    /// LangGraph and its relatives: prompt at start, skills by a watcher of their own.
    Graph,
}

impl Family {
    /// The family of a runtime by its name.
    pub fn of(runtime: &str) -> Self {
        match runtime {
            "langgraph" | "deepagents" | "crewai" | "autogen" => Self::Graph,
            _ => Self::Session,
        }
    }
}

/// What was done in the end; the word `reaction` of the event `CHANGE_DETECTED`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing had to be done.
    None,
    /// The agent read its files again, or does so by itself.
    InPlace,
    /// A restart was asked for.
    Restart,
    /// A person has to confirm another image or template.
    Recreate,
    /// A plan waits for a person.
    Plan,
    /// A plan was applied because the person chose so.
    Applied,
    /// The file cannot be used as it is; what ran goes on.
    Refused,
    /// It could not be done now and is tried again.
    Failed,
    /// The file changes in a loop and is held back for a while.
    Held,
}
