//! Bringing removed workspaces back, until their retention is over (ours; the delete is contract 01 section 3.5).
//!
//! A delete keeps the row, its secrets, its chat and its work volume. What it takes (the place on the canvas, whether it
//! should run) is kept beside; what cannot come back (keys, the session, schedules that were on) is told.

use crate::{
    WorkspaceError,
    lifecycle::{refuse_below_pause, run, stop},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use std::collections::HashMap;
use store::{
    NewEvent, Store, WorkspaceRow, Write,
    rows::{removals, schedules, workspaces},
};
use wire::{Desired, RemovedWorkspace, SleepKind, Status, Timestamp, WorkspaceRestored, kind};

/// Workspaces that can still be brought back, the latest first. What went in one delete stands under its root.
///
/// # Errors
/// When the database does not answer.
pub async fn removed(
    store: &Store,
    now: DateTime<Utc>,
) -> Result<Vec<RemovedWorkspace>, WorkspaceError> {
    let since = Timestamp(now - retention()).to_storage();
    let rows = removals::list(store.read(), &since).await?;
    let times: HashMap<&str, &str> = rows
        .iter()
        .map(|row| (row.id.as_str(), row.removed_at.as_str()))
        .collect();
    let goes_with = |row: &removals::RemovedRow| {
        row.parent_id
            .as_deref()
            .is_some_and(|parent| times.get(parent) == Some(&row.removed_at.as_str()))
    };
    let mut found = Vec::new();
    for row in rows.iter().filter(|row| !goes_with(row)) {
        let Ok(at) = Timestamp::parse(&row.removed_at) else {
            continue;
        };
        let all = removals::together(store.read(), &row.id).await?;
        found.push(RemovedWorkspace {
            below: all.len().saturating_sub(1),
            id: row.id.clone(),
            name: row.name.clone(),
            removed_at: at,
            restorable_until: Timestamp(at.0 + retention()),
            role: row.role.clone(),
        });
    }
    Ok(found)
}

/// Brings a removed workspace back with all that went in the same delete, in one write. What should have run starts
/// anew; below a paused one it is paused. One whose parent is gone stands alone.
///
/// # Errors
/// 404 for an unknown id; 409 for one that is not removed, whose time is over, or whose place in its org's files
/// another one has taken.
pub async fn restore(store: &Store, id: &str) -> Result<WorkspaceRestored, WorkspaceError> {
    let id = id.to_owned();
    store
        .write(move |write| Box::pin(async move { restore_in(write, &id).await }))
        .await
}

async fn restore_in(write: &mut Write, id: &str) -> Result<WorkspaceRestored, WorkspaceError> {
    let root = workspaces::get(write.conn(), id)
        .await?
        .ok_or(WorkspaceError::NotFound("workspace not found"))?;
    refuse_alive_or_over(&root, write.now())?;
    let gone = removals::together(write.conn(), id).await?;
    for one in &gone {
        if let Some(name) = removals::in_its_place(write.conn(), &one.id).await? {
            let text = format!(
                "\"{name}\" stands in the place of \"{}\" in its org again; remove that one first",
                one.name
            );
            return Err(WorkspaceError::conflict("place_taken", text));
        }
    }
    let mut notes = Vec::new();
    let parent = parent_of(write, &root, &mut notes).await?;
    let mut restored = Vec::new();
    for (index, one) in gone.iter().enumerate() {
        let above = if index == 0 {
            parent.as_deref()
        } else {
            one.parent_id.as_deref()
        };
        let now = write.stamp();
        removals::give_back(write.conn(), &one.id, above, &now).await?;
        let told =
            json!({"changed": ["removed_at", "status"], "needs_restart": false, "reasons": []});
        write
            .event(NewEvent::about(&one.id, kind::WORKSPACE_UPDATED, told))
            .await?;
        let row = workspaces::get(write.conn(), &one.id)
            .await?
            .ok_or(WorkspaceError::NotFound("workspace not found"))?;
        settle(write, &row).await?;
        if row.is_external() {
            notes.push(format!(
                "{} needs a new key: those it had were revoked.",
                row.name
            ));
        }
        if !schedules::of_workspace(write.conn(), &row.id)
            .await?
            .is_empty()
        {
            notes.push(format!("Schedules of {} stay off.", row.name));
        }
        restored.push(one.id.clone());
    }
    let status = workspaces::get(write.conn(), id)
        .await?
        .map_or(Status::Paused, |row| row.status);
    Ok(WorkspaceRestored {
        notes,
        restored,
        status,
    })
}

fn retention() -> TimeDelta {
    TimeDelta::from_std(removals::RETENTION).unwrap_or(TimeDelta::MAX)
}

fn refuse_alive_or_over(row: &WorkspaceRow, now: DateTime<Utc>) -> Result<(), WorkspaceError> {
    if row.status != Status::Removed {
        let text = format!("\"{}\" was not removed", row.name);
        return Err(WorkspaceError::conflict("not_removed", text));
    }
    let at = row
        .removed_at
        .as_deref()
        .and_then(|text| Timestamp::parse(text).ok());
    match at {
        Some(at) if now.signed_duration_since(at.0) <= retention() => Ok(()),
        _ => Err(WorkspaceError::conflict(
            "restore_over",
            format!(
                "\"{}\" was removed too long ago: its files are gone",
                row.name
            ),
        )),
    }
}

/// The parent it had, if that is still there.
async fn parent_of(
    write: &mut Write,
    row: &WorkspaceRow,
    notes: &mut Vec<String>,
) -> Result<Option<String>, WorkspaceError> {
    let Some(id) = &row.parent_id else {
        return Ok(None);
    };
    match workspaces::get(write.conn(), id).await? {
        Some(parent) if parent.status != Status::Removed => Ok(Some(parent.id)),
        Some(parent) => {
            notes.push(format!(
                "{} stands alone: {} is removed.",
                row.name, parent.name
            ));
            Ok(None)
        }
        None => Ok(None),
    }
}

/// Begins what it should do, and says what it does.
async fn settle(write: &mut Write, row: &WorkspaceRow) -> Result<(), WorkspaceError> {
    if row.desired == Desired::Running {
        return match refuse_below_pause(write, row).await {
            Ok(()) => run(write, row, true).await.map(drop),
            Err(WorkspaceError::Conflict { .. }) => stop(write, row).await,
            Err(error) => Err(error),
        };
    }
    if row.sleep() == Some(SleepKind::Hibernated) {
        let now = write.stamp();
        workspaces::set_status(write.conn(), &row.id, &[], Status::Hibernated, None, &now).await?;
    }
    Ok(())
}
