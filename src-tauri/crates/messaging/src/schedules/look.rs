//! What is told about schedules: past runs, and whether they run at all (contract 02 section 10.1).

use crate::{Caller, Messaging, MessagingError};
use std::collections::HashMap;
use store::rows::{schedule_runs, schedules, workspaces};
use wire::{AdminScheduleHealth, ScheduleHealth, ScheduleRun, Status, Timestamp};

/// Runs that a history shows.
const SHOWN: i64 = 20;

impl Messaging {
    /// The last runs of a schedule, the newest first.
    ///
    /// # Errors
    /// [`MessagingError::ScheduleNotFound`], [`MessagingError::Query`].
    pub async fn schedule_history(
        &self,
        workspace_id: &str,
        schedule_id: &str,
    ) -> Result<Vec<ScheduleRun>, MessagingError> {
        schedules::get(self.store().read(), schedule_id)
            .await
            .map_err(MessagingError::Query)?
            .filter(|row| row.workspace_id == workspace_id)
            .ok_or(MessagingError::ScheduleNotFound)?;
        let runs = schedule_runs::history(self.store().read(), workspace_id, schedule_id, SHOWN)
            .await
            .map_err(MessagingError::Query)?;
        Ok(runs
            .into_iter()
            .map(|run| ScheduleRun {
                timestamp: run.began_at,
                duration_ms: run.duration_ms,
                status: run.status,
                error_detail: run.error,
                request: serde_json::from_str(&run.request).unwrap_or_default(),
                run_id: run.id,
                cause: run.cause,
                due_at: run.due_at,
                ended_at: run.ended_at,
            })
            .collect())
    }

    /// How the schedules of a workspace are doing, as somebody who may talk to it may know.
    ///
    /// # Errors
    /// [`MessagingError::AccessDenied`], [`MessagingError::Query`].
    pub async fn schedule_health(
        &self,
        workspace_id: &str,
        caller: &Caller,
    ) -> Result<Vec<ScheduleHealth>, MessagingError> {
        if let Some(id) = caller.workspace()
            && id != workspace_id
        {
            let hierarchy = self.store().hierarchy().await;
            if !hierarchy
                .map_err(MessagingError::Unavailable)?
                .may_talk(id, workspace_id)
            {
                return Err(MessagingError::AccessDenied);
            }
        }
        let rows = schedules::of_workspace(self.store().read(), workspace_id)
            .await
            .map_err(MessagingError::Query)?;
        Ok(rows
            .into_iter()
            .map(|row| ScheduleHealth {
                id: row.id,
                name: row.name,
                enabled: row.enabled,
                last_run_at: row.last_run_at,
                next_run_at: row.next_run_at,
                run_count: row.run_count,
                last_status: row.last_status,
                last_error: row.last_error,
            })
            .collect())
    }

    /// Every schedule of every workspace, and whether its last run is longer ago than it may be.
    ///
    /// # Errors
    /// [`MessagingError::Query`].
    pub async fn schedules_health(&self) -> Result<Vec<AdminScheduleHealth>, MessagingError> {
        let all = schedules::all(self.store().read())
            .await
            .map_err(MessagingError::Query)?;
        let rows = workspaces::list(self.store().read())
            .await
            .map_err(MessagingError::Query)?;
        let names: HashMap<String, String> = rows
            .into_iter()
            .filter(|row| row.status != Status::Removed)
            .map(|row| (row.id, row.name))
            .collect();
        let now = self.clock().now();
        let mut out: Vec<AdminScheduleHealth> = all
            .into_iter()
            .filter_map(|row| {
                let workspace_name = names.get(&row.workspace_id)?.clone();
                let next = |after| org_template::next_run(&row.cron_expr, &row.timezone, after);
                let threshold = next(now)
                    .and_then(|first| Some((next(first)? - first).num_seconds() * 2))
                    .unwrap_or(0);
                let last = row
                    .last_run_at
                    .as_deref()
                    .and_then(|last| Timestamp::parse(last).ok());
                let status = match last {
                    None => "never_run",
                    Some(last) if threshold > 0 && (now - last.0).num_seconds() > threshold => {
                        "stale"
                    }
                    Some(_) => "ok",
                };
                Some(AdminScheduleHealth {
                    status: status.to_owned(),
                    stale_threshold_seconds: threshold,
                    workspace_name,
                    workspace_id: row.workspace_id,
                    schedule_id: row.id,
                    schedule_name: row.name,
                    cron_expr: row.cron_expr,
                    last_run_at: row.last_run_at,
                    expected_next_run: row.next_run_at,
                })
            })
            .collect();
        out.sort_by(|a, b| {
            (&a.workspace_name, &a.schedule_name).cmp(&(&b.workspace_name, &b.schedule_name))
        });
        Ok(out)
    }
}
