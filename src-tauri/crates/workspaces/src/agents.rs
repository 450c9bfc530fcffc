//! Agent records: assign, replace, remove, move (contract 01 section 3.11). They say which model a workspace is meant to
//! have; no container and no model in use is touched.

use crate::WorkspaceError;
use serde_json::json;
use store::{
    NewEvent, Store, WorkspaceRow, Write,
    rows::agents::{self, AgentRow},
    rows::workspaces,
};
use wire::{Status, kind};

/// A record and what stood there before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    /// The record.
    pub agent_id: String,
    /// Its model.
    pub model: String,
    /// The model it replaced.
    pub old_model: Option<String>,
}

/// Gives a workspace its agent record.
///
/// # Errors
/// 404 for an unknown or removed workspace, 409 when it has one.
pub async fn assign(store: &Store, id: &str, model: String) -> Result<Assigned, WorkspaceError> {
    let id = id.to_owned();
    store
        .write(move |write| {
            Box::pin(async move {
                alive(write, &id, "workspace not found").await?;
                if agents::active(write.conn(), &id).await?.is_some() {
                    return Err(WorkspaceError::conflict(
                        "agent_exists",
                        "workspace already has an active agent, use PATCH to replace",
                    ));
                }
                let now = write.stamp();
                let agent_id = agents::add(write.conn(), &id, &model, &now).await?;
                let payload = json!({"agent_id": agent_id, "model": model});
                write
                    .event(NewEvent::about(&id, kind::AGENT_ASSIGNED, payload))
                    .await?;
                Ok(Assigned {
                    agent_id,
                    model,
                    old_model: None,
                })
            })
        })
        .await
}

/// Puts another record in the place of the active one, in one step.
///
/// # Errors
/// 404 when there is no active one.
pub async fn replace(store: &Store, id: &str, model: String) -> Result<Assigned, WorkspaceError> {
    let id = id.to_owned();
    store
        .write(move |write| {
            Box::pin(async move {
                let old = held(write, &id, "no active agent to replace").await?;
                let now = write.stamp();
                agents::retire(write.conn(), &old.id, "replaced", "model_replaced", &now).await?;
                let agent_id = agents::add(write.conn(), &id, &model, &now).await?;
                let payload = json!({"agent_id": agent_id, "model": model, "old_model": old.model});
                write
                    .event(NewEvent::about(&id, kind::AGENT_REPLACED, payload))
                    .await?;
                Ok(Assigned {
                    agent_id,
                    model,
                    old_model: Some(old.model),
                })
            })
        })
        .await
}

/// Ends the active record and returns its id.
///
/// # Errors
/// 404 when there is none.
pub async fn retire(store: &Store, id: &str) -> Result<String, WorkspaceError> {
    let id = id.to_owned();
    store
        .write(move |write| {
            Box::pin(async move {
                let old = held(write, &id, "no active agent to remove").await?;
                let now = write.stamp();
                agents::retire(write.conn(), &old.id, "removed", "manual_removal", &now).await?;
                let payload = json!({"agent_id": old.id, "model": old.model});
                write
                    .event(NewEvent::about(&id, kind::AGENT_REMOVED, payload))
                    .await?;
                Ok(old.id)
            })
        })
        .await
}

/// Moves the active record to another workspace. Told on both, the source first.
///
/// # Errors
/// 404 for an unknown target or a source without record, 409 when the target has one.
pub async fn give(store: &Store, id: &str, target: &str) -> Result<Assigned, WorkspaceError> {
    let (id, target) = (id.to_owned(), target.to_owned());
    store
        .write(move |write| {
            Box::pin(async move {
                alive(write, &target, "target workspace not found").await?;
                let agent = held(write, &id, "no active agent in source workspace").await?;
                if agents::active(write.conn(), &target).await?.is_some() {
                    return Err(WorkspaceError::conflict(
                        "agent_exists",
                        "target workspace already has an active agent",
                    ));
                }
                agents::give(write.conn(), &agent.id, &target).await?;
                let from = json!({"agent_id": agent.id, "model": agent.model, "target_workspace_id": target});
                write.event(NewEvent::about(&id, kind::AGENT_MOVED, from)).await?;
                let to = json!({"agent_id": agent.id, "model": agent.model, "source_workspace_id": id});
                write.event(NewEvent::about(&target, kind::AGENT_MOVED, to)).await?;
                Ok(Assigned { agent_id: agent.id, model: agent.model, old_model: None })
            })
        })
        .await
}

async fn alive(
    write: &mut Write,
    id: &str,
    text: &'static str,
) -> Result<WorkspaceRow, WorkspaceError> {
    workspaces::get(write.conn(), id)
        .await?
        .filter(|row| row.status != Status::Removed)
        .ok_or(WorkspaceError::NotFound(text))
}

async fn held(write: &mut Write, id: &str, text: &'static str) -> Result<AgentRow, WorkspaceError> {
    agents::active(write.conn(), id)
        .await?
        .ok_or(WorkspaceError::NotFound(text))
}
