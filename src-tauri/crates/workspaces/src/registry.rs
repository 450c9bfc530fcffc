//! Register, card, discovery, peers, access (contract 01 sections 4.1, 4.3, 4.4, 4.5).

use crate::WorkspaceError;
use serde_json::{Value, json};
use store::{
    NewEvent, Store, StoreError, WorkspaceRow,
    rows::workspaces::{self, Column},
};
use wire::{DeliveryMode, Discovered, Peer, Register, Status, UpdateCard, kind};

/// What a register did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterOutcome {
    /// Mode in force now.
    pub delivery_mode: DeliveryMode,
}

/// An agent says that it is there. Its address was checked by the caller; for a container of ours the platform's own
/// address stays in force (contract 04 D21). `create` (open mode) makes the row when there is none.
///
/// # Errors
/// 404 for an unknown id, 410 for a removed one, 409 for a paused or sleeping one.
pub async fn register(
    store: &Store,
    request: Register,
    create: bool,
) -> Result<RegisterOutcome, WorkspaceError> {
    let asked = match request
        .delivery_mode
        .as_deref()
        .filter(|mode| !mode.is_empty())
    {
        None => None,
        Some(mode) => Some(
            DeliveryMode::try_from(mode.to_owned())
                .map_err(|_| WorkspaceError::Invalid("delivery_mode must be 'push' or 'poll'"))?,
        ),
    };
    store
        .write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                let row = match workspaces::get(write.conn(), &request.id).await? {
                    Some(row) => row,
                    None if create => {
                        let new = unknown(&request);
                        workspaces::insert(write.conn(), &new, &now).await?;
                        workspaces::get(write.conn(), &request.id)
                            .await?
                            .ok_or(WorkspaceError::NotFound("workspace not found"))?
                    }
                    None => return Err(WorkspaceError::NotFound("workspace not found")),
                };
                match row.status {
                    Status::Removed => return Err(WorkspaceError::removed(&row)),
                    Status::Paused => {
                        return Err(WorkspaceError::conflict(
                            "paused",
                            "workspace is paused; resume it before its agent registers",
                        ));
                    }
                    Status::Hibernating | Status::Hibernated => {
                        return Err(WorkspaceError::conflict(
                            "hibernated",
                            "workspace is asleep; this agent should stop",
                        ));
                    }
                    _ => {}
                }
                let mode = asked.unwrap_or(row.delivery_mode);
                let url = request.url.clone().unwrap_or_default();
                if mode == DeliveryMode::Push && url.is_empty() && row.container_id.is_none() {
                    return Err(WorkspaceError::Invalid(
                        "url is required for push-mode workspaces",
                    ));
                }
                workspaces::set_column(
                    write.conn(),
                    &row.id,
                    Column::AgentCard,
                    request.agent_card.to_string(),
                    &now,
                )
                .await?;
                if mode != row.delivery_mode {
                    workspaces::set_column(
                        write.conn(),
                        &row.id,
                        Column::DeliveryMode,
                        mode.as_str(),
                        &now,
                    )
                    .await?;
                }
                let ours = row.container_id.is_some();
                if !ours && mode == DeliveryMode::Push {
                    workspaces::set_column(write.conn(), &row.id, Column::Url, url.as_str(), &now)
                        .await?;
                }
                workspaces::set_heartbeat_at(write.conn(), &row.id, &now).await?;
                // An agent of an earlier container must not make the new one look alive.
                let current =
                    !row.has_container() || row.running_generation == Some(row.generation);
                if current && row.status != Status::Online {
                    workspaces::set_status(
                        write.conn(),
                        &row.id,
                        &[],
                        Status::Online,
                        kept_reason(&row),
                        &now,
                    )
                    .await?;
                }
                let shown = if ours {
                    row.url.clone().unwrap_or_default()
                } else {
                    url
                };
                let payload = json!({"agent_card": request.agent_card, "url": shown});
                let name = if current {
                    kind::WORKSPACE_ONLINE
                } else {
                    kind::AGENT_CARD_UPDATED
                };
                write.event(NewEvent::about(&row.id, name, payload)).await?;
                Ok(RegisterOutcome {
                    delivery_mode: mode,
                })
            })
        })
        .await
}

/// `tier_not_granted` says something about a healthy agent too; every other reason ends with it being alive.
pub(crate) fn kept_reason(row: &WorkspaceRow) -> Option<(&str, &str)> {
    match row.status_code.as_deref() {
        Some(code @ "tier_not_granted") => {
            Some((code, row.status_text.as_deref().unwrap_or_default()))
        }
        _ => None,
    }
}

fn unknown(request: &Register) -> store::NewWorkspace {
    store::NewWorkspace {
        id: request.id.clone(),
        name: request.id.clone(),
        role: None,
        tier: 2,
        tier_granted: 2,
        status: Status::AwaitingAgent,
        runtime: "external".into(),
        model: None,
        parent_id: None,
        url: request.url.clone(),
        workspace_dir: None,
        workspace_access: wire::WorkspaceAccess::None,
        budget_limit: None,
        max_concurrent_tasks: 1,
        template_dir: None,
        files_dir: None,
        org_id: None,
        import_key: None,
        desired: wire::Desired::Running,
    }
}

/// Replaces the card.
///
/// # Errors
/// 404 for an unknown id, 410 for a removed one.
pub async fn update_card(store: &Store, request: UpdateCard) -> Result<(), WorkspaceError> {
    store
        .write(move |write| {
            Box::pin(async move {
                let row = workspaces::get(write.conn(), &request.workspace_id)
                    .await?
                    .ok_or(WorkspaceError::NotFound("workspace not found"))?;
                if row.status == Status::Removed {
                    return Err(WorkspaceError::removed(&row));
                }
                let now = write.stamp();
                workspaces::set_column(
                    write.conn(),
                    &row.id,
                    Column::AgentCard,
                    request.agent_card.to_string(),
                    &now,
                )
                .await?;
                let payload = json!({"agent_card": request.agent_card});
                write
                    .event(NewEvent::about(&row.id, kind::AGENT_CARD_UPDATED, payload))
                    .await?;
                Ok(())
            })
        })
        .await
}

/// Whether two workspaces may talk.
///
/// # Errors
/// When the database does not answer; never treated as "no".
pub async fn accessible(store: &Store, caller: &str, target: &str) -> Result<bool, WorkspaceError> {
    let mut connection = store.read().acquire().await.map_err(StoreError::from)?;
    Ok(workspaces::can_communicate(&mut connection, caller, target).await?)
}

/// Where a workspace finds another one.
///
/// # Errors
/// 403 as [`WorkspaceError::Conflict`] with code `not_authorized`, 404, 503 as a conflict with code `not_available`.
pub async fn discover(
    store: &Store,
    caller: &str,
    target: &str,
) -> Result<Discovered, WorkspaceError> {
    if !accessible(store, caller, target).await? {
        return Err(WorkspaceError::conflict(
            "not_authorized",
            "not authorized to discover this workspace",
        ));
    }
    let caller = workspaces::get(store.read(), caller).await?;
    let row = workspaces::get(store.read(), target)
        .await?
        .ok_or(WorkspaceError::NotFound("workspace not found"))?;
    let outside = caller.is_some_and(|row| row.is_external());
    match address(&row, outside) {
        Some(url) => Ok(Discovered {
            id: row.id,
            name: row.name,
            url,
        }),
        None => Err(WorkspaceError::conflict(
            "not_available",
            row.status.as_str(),
        )),
    }
}

/// Siblings, then children, then the parent, as the caller sees them.
///
/// # Errors
/// 404 for an unknown caller.
pub async fn peers(
    store: &Store,
    caller: &str,
    filter: Option<&str>,
) -> Result<Vec<Peer>, WorkspaceError> {
    let rows = workspaces::list(store.read()).await?;
    let me = match rows.iter().find(|row| row.id == caller) {
        Some(row) => row.clone(),
        None => workspaces::get(store.read(), caller)
            .await?
            .ok_or(WorkspaceError::NotFound("workspace not found"))?,
    };
    let needle = filter
        .map(|text| text.trim().to_lowercase())
        .filter(|text| !text.is_empty());
    let wanted = |row: &&WorkspaceRow| {
        needle.as_ref().is_none_or(|needle| {
            row.name.to_lowercase().contains(needle)
                || row
                    .role
                    .as_deref()
                    .unwrap_or_default()
                    .to_lowercase()
                    .contains(needle)
        })
    };
    let siblings = rows
        .iter()
        .filter(|row| row.id != me.id && row.parent_id == me.parent_id);
    let children = rows
        .iter()
        .filter(|row| row.parent_id.as_deref() == Some(&me.id));
    let parent = rows
        .iter()
        .filter(|row| Some(&row.id) == me.parent_id.as_ref());
    let outside = me.is_external();
    Ok(siblings
        .chain(children)
        .chain(parent)
        .filter(wanted)
        .map(|row| peer(row, outside))
        .collect())
}

fn peer(row: &WorkspaceRow, caller_outside: bool) -> Peer {
    Peer {
        id: row.id.clone(),
        name: row.name.clone(),
        role: row.role.clone(),
        tier: row.tier,
        status: row.status.to_string(),
        url: address(row, caller_outside).unwrap_or_default(),
        parent_id: row.parent_id.clone(),
        active_tasks: row.active_tasks,
        agent_card: row
            .agent_card
            .as_deref()
            .and_then(|text| serde_json::from_str::<Value>(text).ok()),
    }
}

/// The address of `row` as another workspace reaches it: the container network for ours, the registered address for
/// external ones, seen from inside a container unless the caller is outside too.
fn address(row: &WorkspaceRow, caller_outside: bool) -> Option<String> {
    if row.is_external() {
        let url = row.url.clone().filter(|url| !url.is_empty())?;
        return Some(if caller_outside {
            url
        } else {
            url.replacen("127.0.0.1", "host.docker.internal", 1)
                .replacen("localhost", "host.docker.internal", 1)
        });
    }
    if !row.has_container() || !matches!(row.status, Status::Online | Status::Degraded) {
        return None;
    }
    if caller_outside {
        return row.url.clone().filter(|url| !url.is_empty());
    }
    Some(format!(
        "http://ws-{}:8000",
        row.id.get(..12).unwrap_or(&row.id)
    ))
}
