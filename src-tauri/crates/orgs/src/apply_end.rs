//! What an import does once every role has its row: removals that were ticked, and the tier that was granted.

use crate::{OrgsError, apply::Work, apply_row};
use org_template::Action;
use std::collections::HashSet;
use store::WorkspaceRow;
use wire::Status;

impl Work<'_> {
    /// Removes what the plan says, with everything below it.
    pub(crate) async fn removals(&mut self) -> Result<(), OrgsError> {
        let steps = &self.plan.steps[self.prepared.effective.roles.len()..];
        for step in steps
            .iter()
            .filter(|step| step.action == Action::Remove && step.ticked)
        {
            let Some(id) = step
                .id
                .as_deref()
                .filter(|id| !self.removed.iter().any(|gone| gone == id))
            else {
                continue;
            };
            let removal = ::workspaces::remove_in(self.write, id, true, false).await?;
            self.removed.extend(removal.removed);
        }
        Ok(())
    }

    /// A grant is for the org, so roles that are there already get it too.
    pub(crate) async fn grant(&mut self) -> Result<(), OrgsError> {
        let Some(org_id) = self.org_id.clone() else {
            return Ok(());
        };
        let gone: HashSet<&String> = self.removed.iter().collect();
        let mut rows: Vec<&WorkspaceRow> = self
            .by_id
            .values()
            .copied()
            .filter(|row| row.org_id.as_ref() == Some(&org_id) && row.status != Status::Removed)
            .filter(|row| row.tier_granted != self.consent.tier && !gone.contains(&row.id))
            .collect();
        rows.sort_by(|a, b| (&a.created_at, &a.id).cmp(&(&b.created_at, &b.id)));
        for row in rows {
            apply_row::granted(self.write, row, self.consent.tier).await?;
            if !self.changed.contains(&row.id) {
                self.changed.push(row.id.clone());
            }
        }
        Ok(())
    }
}
