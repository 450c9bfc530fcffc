//! Why a change is not written.

use super::{Question, Scope};
use crate::error::OrgErrors;
use crate::external::Origin;
use serde::Serialize;

/// A change that cannot be made, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Import key of the role.
    pub key: String,
    /// Its name.
    pub role: String,
    /// Field, as in [`super::Change`].
    pub field: String,
    /// What stands against it and what to do.
    pub message: String,
    /// File below the org folder; empty when it is about no file.
    pub file: String,
    /// Line from 1; 0 when there is none.
    pub line: u32,
    /// The repository and commit that the file comes from, when it is not the org's own.
    pub origin: Option<Origin>,
}

impl Refusal {
    pub(super) fn because(message: impl Into<String>) -> Box<Self> {
        Box::new(Self {
            message: message.into(),
            ..Self::default()
        })
    }
}

/// Nothing was written.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WriteBackError {
    /// The org cannot be read, before or after the change.
    #[error(transparent)]
    Org(#[from] OrgErrors),
    /// Values that several roles share, and nobody said yet whom the change is for.
    #[error("{} shared; choose for each whether the change is for all roles or only for this one", shared(.0))]
    Questions(Vec<Question>),
    /// Changes that cannot be made.
    #[error("{}", refused(.0))]
    Refused(Vec<Refusal>),
    /// A file uses YAML in a way that can be read but not edited.
    #[error("{file} is written in a way that cannot be edited here; change it by hand")]
    NotUnderstood {
        /// File below the org folder.
        file: String,
    },
    /// The edited text does not read back as the wanted org. A defect of ours; nothing is written.
    #[error("the change would not read back as it should: {what}; change the files by hand")]
    Differs {
        /// The first difference.
        what: String,
    },
}

fn shared(questions: &[Question]) -> String {
    match questions.len() {
        1 => "1 value is".to_owned(),
        n => format!("{n} values are"),
    }
}

fn refused(refusals: &[Refusal]) -> String {
    let lines: Vec<String> = refusals
        .iter()
        .map(|r| match (r.role.as_str(), r.field.as_str()) {
            ("", _) => r.message.clone(),
            (role, field) => format!("{role}, {field}: {}", r.message),
        })
        .collect();
    lines.join("\n")
}

/// What ends the planning of one change.
pub(super) enum Stop {
    Ask(Vec<Scope>, Vec<String>, super::Shared, super::sites::At),
    Refuse(Box<Refusal>),
    Fail(WriteBackError),
}

impl From<Box<Refusal>> for Stop {
    fn from(refusal: Box<Refusal>) -> Self {
        Self::Refuse(refusal)
    }
}

impl From<WriteBackError> for Stop {
    fn from(error: WriteBackError) -> Self {
        Self::Fail(error)
    }
}
