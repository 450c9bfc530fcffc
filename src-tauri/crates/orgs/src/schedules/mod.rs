//! Schedules of workspaces: made and changed beside the files, compared with them, brought in line by an import
//! (contract 02 section 10, contract 03 section 2.9 step 13, design law 2).
//!
//! A schedule is one of the values of a role that files, base and canvas each have a version of. The rows are the
//! canvas's version; what an agent made for itself is not part of it.

mod canvas;
mod edit;
mod import;
mod take_back;
mod timing;

pub(crate) use canvas::{ByWorkspace, by_workspace, said_of, said_on_canvas};
pub use edit::{NewSchedule, ScheduleChange};
pub(crate) use edit::{carried, portable};
pub(crate) use import::{Intent, put};
pub use timing::ScheduleProblem;

use crate::{Orgs, OrgsError};
use store::rows::{
    schedule_runs,
    schedules::{self, ScheduleRow},
};
use wire::{CurrentRun, ScheduleView};

/// `source` of rows that an org's files made.
const TEMPLATE: &str = "template";
/// `source` of all others.
const RUNTIME: &str = "runtime";

impl Orgs {
    /// Schedules of a workspace, oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn schedules(&self, workspace_id: &str) -> Result<Vec<ScheduleView>, OrgsError> {
        let rows = schedules::of_workspace(self.store.read(), workspace_id).await?;
        let mut open = schedule_runs::open_of_workspace(self.store.read(), workspace_id).await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let current = open.iter().position(|run| run.schedule_id == row.id);
                let current = current.map(|at| open.swap_remove(at));
                ScheduleView {
                    current_run: current.map(|run| CurrentRun {
                        run_id: run.id,
                        state: if run.sent { "running" } else { "waiting" }.to_owned(),
                        since: run.began_at,
                    }),
                    ..view(row)
                }
            })
            .collect())
    }
}

fn view(row: ScheduleRow) -> ScheduleView {
    ScheduleView {
        id: row.id,
        workspace_id: row.workspace_id,
        name: row.name,
        cron_expr: row.cron_expr,
        timezone: row.timezone,
        prompt: row.prompt,
        enabled: row.enabled,
        last_run_at: row.last_run_at,
        next_run_at: row.next_run_at,
        run_count: row.run_count,
        last_status: row.last_status,
        last_error: row.last_error,
        source: row.source,
        created_at: row.created_at,
        updated_at: row.updated_at,
        current_run: None,
    }
}
