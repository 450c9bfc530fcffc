//! What can be wrong with an org folder, said so that a person finds the place.

use crate::span::Span;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The short stable word of a problem or warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The folder has neither `org.yaml` nor `org.yml`.
    OrgFileMissing,
    /// A file that is referred to does not exist.
    FileMissing,
    /// A file exists but cannot be read (permissions, not a regular file).
    FileUnreadable,
    /// A file is larger than the limit, or all of them together are.
    TooLarge,
    /// A file is not UTF-8 text.
    NotText,
    /// The text is not valid YAML.
    YamlSyntax,
    /// A mapping has one key twice.
    DuplicateKey,
    /// Aliases would expand to far more than the file holds.
    AliasBudget,
    /// The template has more values than the limit.
    TooManyValues,
    /// Values are nested too deeply.
    TooDeep,
    /// `!include` with an empty or unusable path.
    IncludePath,
    /// A path leaves the org folder.
    OutsideRoot,
    /// A file includes itself, directly or through others.
    IncludeCycle,
    /// More than 16 levels of `!include`.
    IncludeDepth,
    /// `!include` or `!external` in an inline template.
    IncludeInline,
    /// `!external` that is not understood, not allowed or could not be fetched; as a warning, what is unusual about it.
    External,
    /// More than 4 levels of `!external`.
    ExternalDepth,
    /// A value has the wrong YAML type.
    WrongType,
    /// A value has the right type and is not allowed.
    BadValue,
    /// A name that must be there is missing.
    NameMissing,
    /// Two siblings, schedules or channels that must differ do not.
    DuplicateName,
    /// A key nothing reads.
    UnknownKey,
    /// Something was left out on purpose; the rest goes on.
    Ignored,
    /// A plugin entry that opts out without quotes.
    UnquotedOptOut,
    /// A plugin that is in no registry of this computer.
    PluginMissing,
    /// A runtime nobody knows here.
    RuntimeUnknown,
    /// A routing target that is no workspace of the org.
    RoutingTarget,
    /// A file of a role that cannot be used as said.
    PromptFile,
    /// A schedule that will not run.
    ScheduleSkipped,
    /// A channel that will not be made.
    ChannelSkipped,
    /// A memory seed that will not be stored.
    MemorySkipped,
    /// Memory seeds in general: whoever imports stores none.
    MemoriesNotKept,
    /// A `.env` line that was refused.
    EnvLine,
    /// A folder that looks like an interrupted checkout.
    HalfCheckout,
    /// The plan could not do all of what was asked.
    Plan,
}

/// One problem (or warning) and its place. Displays as `teams/pm.yaml:12:5: message`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub struct Problem {
    /// Stable word for programs.
    pub code: Code,
    /// What is wrong, for people.
    pub message: String,
    /// File below the org folder.
    pub file: String,
    /// Line from 1; 0 when the problem is the file itself.
    pub line: u32,
    /// Column from 1; 0 when the problem is the file itself.
    pub column: u32,
    /// The offending text, cut to 120 characters; may be empty.
    pub text: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

impl Problem {
    pub(crate) fn at(span: &Span, code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            file: span.file.to_string(),
            line: span.line,
            column: span.column,
            text: String::new(),
            hint: String::new(),
        }
    }

    pub(crate) fn in_file(file: &str, code: Code, message: impl Into<String>) -> Self {
        Self::at(&Span::nowhere(file), code, message)
    }

    pub(crate) fn text(mut self, text: &str) -> Self {
        self.text = shorten(text, 120);
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(f, "{}", self.file)?;
            if self.line > 0 {
                write!(f, ":{}:{}", self.line, self.column)?;
            }
            write!(f, ": ")?;
        }
        write!(f, "{}", self.message)?;
        if !self.hint.is_empty() {
            write!(f, " ({})", self.hint)?;
        }
        Ok(())
    }
}

/// Why an org cannot be used: the first failing step with every problem it found, in reading order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "step", content = "problems", rename_all = "snake_case")]
pub enum OrgErrors {
    /// There is no readable `org.yaml` (contract 03 section 2.8: 404).
    #[error("{}", list(.0))]
    NotFound(Vec<Problem>),
    /// Reading, parsing or `!include` failed (2.8: `org template expansion failed`).
    #[error("{}", list(.0))]
    Expansion(Vec<Problem>),
    /// The document does not decode or does not pass validation (2.8: `invalid org template`).
    #[error("{}", list(.0))]
    Invalid(Vec<Problem>),
}

impl OrgErrors {
    /// All problems, at least one.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::NotFound(p) | Self::Expansion(p) | Self::Invalid(p) => p,
        }
    }
}

fn list(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(Problem::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Cuts text for a message at a character boundary and marks the cut. A message is one line, so line breaks and other
/// control characters become spaces.
pub(crate) fn shorten(text: &str, max: usize) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let mut out: String = text.chars().take(max).map(plain).collect();
    if text.chars().nth(max).is_some() {
        out.push('…');
    }
    out
}
