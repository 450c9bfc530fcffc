//! Who sends a message.

use store::rows::queue::QueueRow;

/// The sender, already authenticated (contract 01 section 2.13, class X).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// A person, through a face of the app.
    Person,
    /// A workspace, by id.
    Workspace(String),
    /// A part of the platform, by label; skips the hierarchy. `restart-context` leaves no activity row.
    System(&'static str),
}

/// Labels a stored queue row may name; a label that is none of these is shown as `system`.
const LABELS: &[&str] = &[
    "restart-context",
    "initial-prompt",
    "idle-prompt",
    "schedule",
    "channel",
    "webhook",
];

impl Caller {
    /// Id of the calling workspace.
    pub fn workspace(&self) -> Option<&str> {
        match self {
            Self::Workspace(id) => Some(id),
            Self::Person | Self::System(_) => None,
        }
    }

    /// What `source_kind` says (contract 02 no. 24).
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Person => "canvas",
            Self::Workspace(_) => "agent",
            Self::System(label @ ("schedule" | "channel" | "webhook")) => label,
            Self::System(_) => "system",
        }
    }

    pub(crate) fn label(&self) -> Option<&'static str> {
        match self {
            Self::System(label) => Some(label),
            Self::Person | Self::Workspace(_) => None,
        }
    }

    /// Leaves no activity row (contract 04 section 10.4).
    pub(crate) fn is_silent(&self) -> bool {
        matches!(self, Self::System("restart-context" | "reload"))
    }

    pub(crate) fn of_row(row: &QueueRow) -> Self {
        match (&row.caller_id, row.caller_kind.as_str()) {
            (Some(id), _) => Self::Workspace(id.clone()),
            (None, "canvas") => Self::Person,
            (None, _) => {
                let label = row.caller_label.as_deref().unwrap_or_default();
                Self::System(
                    LABELS
                        .iter()
                        .copied()
                        .find(|known| *known == label)
                        .unwrap_or("system"),
                )
            }
        }
    }
}
