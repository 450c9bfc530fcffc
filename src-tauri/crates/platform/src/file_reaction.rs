//! What an agent makes of files that were written straight into its `/configs`.

use crate::Platform;
use reload::{ChangeKind, Reaction};
use store::rows;
use wire::FileReaction;

/// A changed file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    path: String,
    kind: ChangeKind,
}

impl FileChange {
    /// It was written.
    pub fn written(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            kind: ChangeKind::Modified,
        }
    }

    /// It is gone.
    pub fn removed(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            kind: ChangeKind::Removed,
        }
    }
}

impl Platform {
    /// What the table of contract 04 section 18 says about these changes. `config`: its `config.yaml` before and after,
    /// where it is among them.
    pub async fn file_reaction(
        &self,
        id: &str,
        changes: &[FileChange],
        config: Option<(Option<Vec<u8>>, Vec<u8>)>,
    ) -> FileReaction {
        let row = rows::workspaces::get(self.store().read(), id).await;
        let runtime = row.ok().flatten().map(|row| row.runtime);
        let changes: Vec<(String, ChangeKind)> = changes
            .iter()
            .map(|change| (change.path.clone(), change.kind))
            .collect();
        let config = config
            .as_ref()
            .map(|(before, after)| (before.as_deref(), after.as_slice()));
        let verdict = reload::weigh(runtime.as_deref().unwrap_or_default(), &changes, config);
        let reaction = match verdict.reaction {
            Reaction::None => "none",
            Reaction::InPlace => "in_place",
            Reaction::Restart => "restart",
            Reaction::RecreatePlus => "recreate",
            Reaction::PlanShown => "plan",
        };
        FileReaction {
            reaction: reaction.to_owned(),
            reason: verdict.reason,
        }
    }
}
