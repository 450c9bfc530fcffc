//! Restart, pause, resume, hibernate, wake, and the same for many (contract 01 sections 3.7 and 3.8, contract 04
//! section 9). Each only changes what should be; restarts coalesce because the generation is just a number.

use crate::WorkspaceError;
use serde_json::json;
use store::{
    NewEvent, Store, WorkspaceRow, Write,
    rows::{
        files, orgs, restarts,
        workspaces::{self, Column},
    },
};
use wire::{Desired, RestartRequest, Restarted, SleepKind, Status, kind};

/// Raises the generation: the container is made anew with the existing volume. A person's restart lifts a pause.
///
/// # Errors
/// 404, 410 for a removed one, 409 for an external one or under a paused ancestor.
pub async fn restart(
    store: &Store,
    id: &str,
    request: RestartRequest,
) -> Result<Restarted, WorkspaceError> {
    restart_from(store, id, request, None).await
}

/// A template that a restart applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Its name, for the answer.
    pub label: String,
    /// Its folder on this computer.
    pub dir: String,
}

/// A restart that takes its files from a template from now on: the start brings what differs from what was delivered
/// last, and what somebody edited in the agent stays (contract 04 section 10.3, D75). A role of an org keeps the folder
/// of its org; with `rebuild_config` all that was delivered from there is written again, over what was edited (D72).
///
/// # Errors
/// As [`restart`].
pub async fn restart_from(
    store: &Store,
    id: &str,
    request: RestartRequest,
    template: Option<Applied>,
) -> Result<Restarted, WorkspaceError> {
    let id = id.to_owned();
    store
        .write(move |write| {
            Box::pin(async move {
                let row = alive(write, &id).await?;
                if row.is_external() {
                    return Err(WorkspaceError::conflict(
                        "external_workspace",
                        "this workspace runs outside; start its agent again and let it register with its token",
                    ));
                }
                refuse_below_pause(write, &row).await?;
                let merged = row.status == Status::Provisioning && row.running_generation != Some(row.generation);
                if request.reset {
                    let now = write.stamp();
                    workspaces::set_column(write.conn(), &id, Column::ResetSession, true, &now).await?;
                }
                let template = template.filter(|_| row.org_id.is_none());
                let mut config_dir = "existing-volume".to_owned();
                if let Some(org_id) = row.org_id.as_deref().filter(|_| request.rebuild_config)
                    && let Some(org) = orgs::get(write.conn(), org_id).await?
                {
                    files::write_again(write.conn(), &id).await?;
                    config_dir = format!("org-templates/{}", org.dir);
                }
                if let Some(template) = template {
                    let now = write.stamp();
                    workspaces::set_column(write.conn(), &id, Column::TemplateDir, template.dir, &now).await?;
                    config_dir = template.label;
                }
                run(write, &row, true).await?;
                Ok(Restarted {
                    config_dir,
                    merged,
                    reset_session: request.reset,
                    status: Status::Provisioning.to_string(),
                })
            })
        })
        .await
}

/// Stops a workspace and all below it that are not paused yet. Says how many.
///
/// # Errors
/// 404 when it is paused or removed already.
pub async fn pause(store: &Store, id: &str) -> Result<usize, WorkspaceError> {
    const GONE: WorkspaceError = WorkspaceError::NotFound("workspace not found or already paused");
    let id = id.to_owned();
    store
        .write(move |write| {
            Box::pin(async move {
                let root = workspaces::get(write.conn(), &id).await?.ok_or(GONE)?;
                if matches!(root.status, Status::Removed | Status::Paused) {
                    return Err(GONE);
                }
                let rows = reachable(workspaces::subtree(write.conn(), &id).await?, |row| {
                    row.status != Status::Paused
                });
                for row in &rows {
                    stop(write, row).await?;
                }
                Ok(rows.len())
            })
        })
        .await
}

/// Starts a paused workspace and all paused ones below it. Says how many.
///
/// # Errors
/// 404 when it is not paused, 409 under a paused ancestor.
pub async fn resume(store: &Store, id: &str) -> Result<usize, WorkspaceError> {
    const GONE: WorkspaceError = WorkspaceError::NotFound("workspace not found or not paused");
    let id = id.to_owned();
    store
        .write(move |write| {
            Box::pin(async move {
                let root = workspaces::get(write.conn(), &id).await?.ok_or(GONE)?;
                if root.status != Status::Paused {
                    return Err(GONE);
                }
                refuse_below_pause(write, &root).await?;
                let rows = reachable(workspaces::subtree(write.conn(), &id).await?, |row| {
                    row.status == Status::Paused
                });
                for row in &rows {
                    run(write, row, true).await?;
                }
                Ok(rows.len())
            })
        })
        .await
}

/// What a hibernate did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hibernated {
    /// It is being put to sleep.
    Claimed,
    /// It slept already.
    Already,
}

/// Puts an idle workspace to sleep; with `force` a busy one too.
///
/// # Errors
/// 404 in a state that cannot sleep, [`WorkspaceError::Busy`] with running tasks.
pub async fn hibernate(store: &Store, id: &str, force: bool) -> Result<Hibernated, WorkspaceError> {
    let id = id.to_owned();
    store
        .write(move |write| {
            Box::pin(async move {
                let row = workspaces::get(write.conn(), &id).await?;
                let row = match row {
                    Some(row) if matches!(row.status, Status::Hibernated | Status::Hibernating) => {
                        return Ok(Hibernated::Already);
                    }
                    Some(row) if matches!(row.status, Status::Online | Status::Degraded) && !row.is_external() => row,
                    _ => {
                        return Err(WorkspaceError::NotFound(
                            "workspace not found or not in a hibernatable state (must be online or degraded)",
                        ));
                    }
                };
                if row.active_tasks > 0 && !force {
                    return Err(WorkspaceError::Busy { active_tasks: row.active_tasks });
                }
                let now = write.stamp();
                workspaces::set_desired(write.conn(), &id, Desired::Stopped, Some(SleepKind::Hibernated), false, &now)
                    .await?;
                workspaces::set_status(write.conn(), &id, &[], Status::Hibernating, None, &now).await?;
                let changed = json!({"changed": ["status"], "needs_restart": false, "reasons": [], "status": "hibernating"});
                write.event(NewEvent::about(&id, kind::WORKSPACE_UPDATED, changed)).await?;
                Ok(Hibernated::Claimed)
            })
        })
        .await
}

/// Starts a sleeping workspace again (contract 04 D3). Says whether it was asleep.
///
/// # Errors
/// 404 when it does not sleep.
pub async fn wake(store: &Store, id: &str) -> Result<(), WorkspaceError> {
    let id = id.to_owned();
    store
        .write(move |write| {
            Box::pin(async move {
                match workspaces::get(write.conn(), &id).await? {
                    Some(row) if matches!(row.status, Status::Hibernated | Status::Hibernating) => {
                        run(write, &row, true).await.map(drop)
                    }
                    _ => Err(WorkspaceError::NotFound(
                        "workspace not found or not hibernated",
                    )),
                }
            })
        })
        .await
}

/// Carries out a restart that a change of secrets asked for, if it is still due and the workspace should still run. Gives
/// the number of the event that tells it; none when there was nothing to restart.
///
/// # Errors
/// When the database does not take it.
pub async fn restart_due(store: &Store, id: &str) -> Result<Option<i64>, WorkspaceError> {
    let id = id.to_owned();
    store
        .write(move |write| {
            Box::pin(async move {
                if !restarts::forget(write.conn(), &id).await? {
                    return Ok(None);
                }
                let Some(row) = workspaces::get(write.conn(), &id).await? else {
                    return Ok(None);
                };
                let runs = row.desired == Desired::Running
                    && row.has_container()
                    && row.status != Status::Removed;
                // Below a pause nothing starts; whatever starts later reads the new secrets anyway.
                if !runs || refuse_below_pause(write, &row).await.is_err() {
                    return Ok(None);
                }
                run(write, &row, true).await.map(Some)
            })
        })
        .await
}

/// What to do with many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Start what is stopped or failed.
    Start,
    /// Pause what is not paused.
    Stop,
    /// Restart what should run.
    Restart,
}

/// Carries out a command on one (`subtree` false), a subtree, or all (`root` absent). Returns the ids it changed.
///
/// # Errors
/// 404 for an unknown root.
pub async fn stack_command(
    store: &Store,
    command: Command,
    root: Option<String>,
    subtree: bool,
) -> Result<Vec<String>, WorkspaceError> {
    store
        .write(move |write| {
            Box::pin(async move {
                let mut rows = match &root {
                    Some(id) => workspaces::subtree(write.conn(), id).await?,
                    None => workspaces::list(write.conn()).await?,
                };
                if root.is_some() && rows.first().is_none_or(|row| row.status == Status::Removed) {
                    return Err(WorkspaceError::NotFound("workspace not found"));
                }
                if root.is_some() && !subtree {
                    rows.truncate(1);
                }
                let mut changed = Vec::new();
                for row in rows.iter().filter(|row| !row.is_external()) {
                    let applies = match command {
                        Command::Start => {
                            row.desired == Desired::Stopped
                                || matches!(row.status, Status::Failed | Status::Offline)
                        }
                        Command::Stop => row.status != Status::Paused,
                        Command::Restart => row.desired == Desired::Running,
                    };
                    if !applies {
                        continue;
                    }
                    match command {
                        Command::Stop => stop(write, row).await?,
                        Command::Start | Command::Restart => drop(run(write, row, true).await?),
                    }
                    changed.push(row.id.clone());
                }
                Ok(changed)
            })
        })
        .await
}

/// The row, if it is not removed.
pub(crate) async fn alive(write: &mut Write, id: &str) -> Result<WorkspaceRow, WorkspaceError> {
    let row = workspaces::get(write.conn(), id)
        .await?
        .ok_or(WorkspaceError::NotFound("workspace not found"))?;
    if row.status == Status::Removed {
        return Err(WorkspaceError::removed(&row));
    }
    Ok(row)
}

pub(crate) async fn refuse_below_pause(
    write: &mut Write,
    row: &WorkspaceRow,
) -> Result<(), WorkspaceError> {
    for id in workspaces::ancestors(write.conn(), &row.id).await? {
        if let Some(above) = workspaces::get(write.conn(), &id).await?
            && above.status == Status::Paused
        {
            return Err(WorkspaceError::conflict(
                "parent_paused",
                format!(
                    "parent workspace \"{}\" is paused — resume it first",
                    above.name
                ),
            ));
        }
    }
    Ok(())
}

/// Keeps rows that pass and whose way up to the first row passes too.
fn reachable(rows: Vec<WorkspaceRow>, pass: impl Fn(&WorkspaceRow) -> bool) -> Vec<WorkspaceRow> {
    let mut kept: Vec<WorkspaceRow> = Vec::new();
    for (index, row) in rows.into_iter().enumerate() {
        let above = index == 0
            || kept
                .iter()
                .any(|parent| Some(&parent.id) == row.parent_id.as_ref());
        if above && pass(&row) {
            kept.push(row);
        }
    }
    kept
}

/// Should run, from a new container if `restart`. Old addresses and reasons go in the same step (contract 04 D22).
/// Gives the number of the event that tells it.
pub(crate) async fn run(
    write: &mut Write,
    row: &WorkspaceRow,
    restart: bool,
) -> Result<i64, WorkspaceError> {
    let now = write.stamp();
    workspaces::set_desired(write.conn(), &row.id, Desired::Running, None, restart, &now).await?;
    if row.is_external() {
        // Nothing of ours to start: it waits for its agent.
        workspaces::set_status(
            write.conn(),
            &row.id,
            &[],
            Status::AwaitingAgent,
            None,
            &now,
        )
        .await?;
        let payload = json!({"external": true, "name": row.name});
        let event = NewEvent::about(&row.id, kind::WORKSPACE_AWAITING_AGENT, payload);
        return Ok(write.event(event).await?);
    }
    workspaces::set_status(write.conn(), &row.id, &[], Status::Provisioning, None, &now).await?;
    workspaces::set_column(write.conn(), &row.id, Column::Url, "", &now).await?;
    workspaces::set_column(write.conn(), &row.id, Column::NeedsRestart, false, &now).await?;
    let payload = json!({"name": row.name, "runtime": row.runtime, "tier": row.tier});
    let event = NewEvent::about(&row.id, kind::WORKSPACE_PROVISIONING, payload);
    Ok(write.event(event).await?)
}

pub(crate) async fn stop(write: &mut Write, row: &WorkspaceRow) -> Result<(), WorkspaceError> {
    let now = write.stamp();
    workspaces::set_desired(
        write.conn(),
        &row.id,
        Desired::Stopped,
        Some(SleepKind::Paused),
        false,
        &now,
    )
    .await?;
    workspaces::set_status(write.conn(), &row.id, &[], Status::Paused, None, &now).await?;
    workspaces::set_column(write.conn(), &row.id, Column::Url, "", &now).await?;
    write
        .event(NewEvent::about(
            &row.id,
            kind::WORKSPACE_PAUSED,
            json!({"name": row.name}),
        ))
        .await?;
    Ok(())
}
