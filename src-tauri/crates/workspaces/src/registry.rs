//! Register, card, discovery, peers, access (contract 01 sections 4.1, 4.3, 4.4, 4.5).

use crate::WorkspaceError;
use serde_json::{Value, json};
use store::{
    Hierarchy, NewEvent, Store, StoreError, WorkspaceRow, Write,
    rows::workspaces::{self, Column},
};
use wire::{DeliveryMode, Discovered, Peer, Register, Status, UpdateCard, kind};

/// What a register did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterOutcome {
    /// Mode in force now.
    pub delivery_mode: DeliveryMode,
}

/// The delivery mode a register asks for.
///
/// # Errors
/// With the contract's text.
pub fn delivery_mode(asked: Option<&str>) -> Result<Option<DeliveryMode>, WorkspaceError> {
    asked
        .map(|word| {
            DeliveryMode::try_from(word.to_owned())
                .map_err(|_| WorkspaceError::Invalid("delivery_mode must be 'push' or 'poll'"))
        })
        .transpose()
}

/// An agent says that it is there. Its address was checked by the caller; for a container of ours the platform's own
/// address stays in force (contract 04 D21), and in poll mode there is none. `by_person`: an admin-class caller named the
/// address. `create` (open mode) makes the row when there is none.
///
/// # Errors
/// 404 for an unknown id, 410 for a removed one, 409 for a paused or sleeping one.
pub async fn register(
    store: &Store,
    request: Register,
    by_person: bool,
    create: bool,
) -> Result<RegisterOutcome, WorkspaceError> {
    let asked = delivery_mode(request.delivery_mode.as_deref())?;
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
                may_register(&row)?;
                let mode = asked.unwrap_or(row.delivery_mode);
                let ours = row.container_id.is_some();
                if mode == DeliveryMode::Push && request.url.is_none() && !ours {
                    return Err(WorkspaceError::Invalid(
                        "url is required for push-mode workspaces",
                    ));
                }
                let card = request.agent_card.to_string();
                workspaces::set_column(write.conn(), &row.id, Column::AgentCard, card, &now)
                    .await?;
                if mode != row.delivery_mode {
                    let column = Column::DeliveryMode;
                    workspaces::set_column(write.conn(), &row.id, column, mode.as_str(), &now)
                        .await?;
                }
                let url = match mode {
                    _ if ours => row.url.clone().unwrap_or_default(),
                    DeliveryMode::Poll => String::new(),
                    DeliveryMode::Push => request.url.clone().unwrap_or_default(),
                };
                if !ours {
                    // An agent that repeats what a person said changes nothing about whose word it is.
                    let repeats = row.url_by_person && row.url.as_deref() == Some(&url);
                    address(write, &row.id, &url, by_person || repeats, &now).await?;
                }
                workspaces::set_heartbeat_at(write.conn(), &row.id, &now).await?;
                // An agent of an earlier container must not make the new one look alive; one whose address is not known
                // yet is told as online by its start.
                if row.is_current() {
                    came_online(write, &row, &request.agent_card, &url).await?;
                } else {
                    let payload = json!({"agent_card": request.agent_card});
                    write
                        .event(NewEvent::about(&row.id, kind::AGENT_CARD_UPDATED, payload))
                        .await?;
                }
                Ok(RegisterOutcome {
                    delivery_mode: mode,
                })
            })
        })
        .await
}

/// An agent said that it is there and can be spoken to at `url`: its row says so, and everybody is told.
///
/// # Errors
/// When the row cannot be written.
pub async fn came_online(
    write: &mut Write,
    row: &WorkspaceRow,
    card: &Value,
    url: &str,
) -> Result<(), StoreError> {
    if row.status != Status::Online {
        let now = write.stamp();
        let reason = kept_reason(row);
        workspaces::set_status(write.conn(), &row.id, &[], Status::Online, reason, &now).await?;
    }
    let payload = json!({"agent_card": card, "url": url});
    write
        .event(NewEvent::about(&row.id, kind::WORKSPACE_ONLINE, payload))
        .await?;
    Ok(())
}

/// Deleted is deleted; paused and asleep are a person's will, and no agent's word lifts them (section 7).
fn may_register(row: &WorkspaceRow) -> Result<(), WorkspaceError> {
    match row.status {
        Status::Removed => Err(WorkspaceError::removed(row)),
        Status::Paused => Err(WorkspaceError::conflict(
            "paused",
            "workspace is paused; resume it before its agent registers",
        )),
        Status::Hibernating | Status::Hibernated => Err(WorkspaceError::conflict(
            "hibernated",
            "workspace is asleep; this agent should stop",
        )),
        _ => Ok(()),
    }
}

async fn address(
    write: &mut Write,
    id: &str,
    url: &str,
    by_person: bool,
    now: &str,
) -> Result<(), StoreError> {
    workspaces::set_column(write.conn(), id, Column::Url, url, now).await?;
    workspaces::set_column(write.conn(), id, Column::UrlByPerson, by_person, now).await
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
    Ok(store.hierarchy().await?.may_talk(caller, target))
}

/// What a look for another workspace found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The answer.
    pub discovered: Discovered,
    /// The address an external agent registered, and whether a person named it; checked before it is handed out.
    pub registered: Option<(String, bool)>,
}

/// Where a workspace finds another one. `platform`: the caller's address of the platform, without a slash at the end; an
/// agent that has no address of its own (it fetches its messages, or is answered for by the platform) is found there.
///
/// # Errors
/// 403 as [`WorkspaceError::Conflict`] with code `not_authorized`, 404, 503 as a conflict with code `not_available`.
pub async fn discover(
    store: &Store,
    caller: &str,
    target: &str,
    platform: &str,
) -> Result<Found, WorkspaceError> {
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
    if row.status == Status::Removed
        && let Some(to) = workspaces::successor(store.read(), target).await?
    {
        return Err(WorkspaceError::Forwarded { to });
    }
    let outside = caller.is_some_and(|row| row.is_external());
    let Some(url) = reached_at(&row, outside, platform) else {
        return Err(WorkspaceError::conflict(
            "not_available",
            row.status.as_str(),
        ));
    };
    let registered = (row.is_external() && row.delivery_mode != DeliveryMode::Poll)
        .then(|| (row.url.clone().unwrap_or_default(), row.url_by_person));
    Ok(Found {
        discovered: Discovered {
            id: row.id,
            name: row.name,
            url,
        },
        registered,
    })
}

/// Siblings, then children, then the parent, as the caller sees them; `platform` as for [`discover`].
///
/// # Errors
/// 404 for an unknown caller.
pub async fn peers(
    store: &Store,
    caller: &str,
    filter: Option<&str>,
    platform: &str,
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
    let hierarchy: std::sync::Arc<Hierarchy> = store.hierarchy().await?;
    // Roots are siblings too, unless one of them keeps to itself.
    let siblings = rows.iter().filter(|row| {
        row.id != me.id && row.parent_id == me.parent_id && hierarchy.may_talk(&me.id, &row.id)
    });
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
        .map(|row| peer(row, outside, platform))
        .collect())
}

fn peer(row: &WorkspaceRow, caller_outside: bool, platform: &str) -> Peer {
    Peer {
        id: row.id.clone(),
        name: row.name.clone(),
        role: row.role.clone(),
        tier: row.tier,
        status: row.status.to_string(),
        url: reached_at(row, caller_outside, platform).unwrap_or_default(),
        parent_id: row.parent_id.clone(),
        active_tasks: row.active_tasks,
        agent_card: row
            .agent_card
            .as_deref()
            .and_then(|text| serde_json::from_str::<Value>(text).ok()),
    }
}

/// The address of `row` as another workspace reaches it: the container network for ours, the registered address for
/// external ones, seen from inside a container unless the caller is outside too. Agents without an address are reached
/// through the platform.
fn reached_at(row: &WorkspaceRow, caller_outside: bool, platform: &str) -> Option<String> {
    let awake = matches!(row.status, Status::Online | Status::Degraded);
    let fetches = row.delivery_mode == DeliveryMode::Poll;
    if fetches && (awake || matches!(row.status, Status::Offline | Status::AwaitingAgent))
        || row.is_mock() && awake
    {
        return Some(format!("{platform}/workspaces/{}/a2a", row.id));
    }
    if fetches {
        return None;
    }
    if row.is_external() {
        let url = row.url.clone().filter(|url| !url.is_empty())?;
        return Some(if caller_outside {
            url
        } else {
            url.replacen("127.0.0.1", "host.docker.internal", 1)
                .replacen("localhost", "host.docker.internal", 1)
        });
    }
    if !row.has_container() || !awake {
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
