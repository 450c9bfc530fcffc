//! `POST /workspaces` (contract 01 section 3.2, corrections of section 7).

use crate::{
    WorkspaceError,
    change::{NOT_ON_CANVAS, on_canvas},
    check_dir, check_id, check_name, check_role,
    validate::{MODEL, RUNTIME, check_word},
};
use serde_json::json;
use store::{
    NewEvent, NewWorkspace, Store,
    rows::{layouts, secrets, tokens, workspaces},
};
use vault::tokens::Minted;
use wire::{CreateWorkspace, Desired, Status, WorkspaceAccess, kind};

/// A secret that was sealed before it came here.
#[derive(Debug, Clone)]
pub struct NewSecret {
    /// Variable name.
    pub key: String,
    /// Sealed value, bound to the new workspace's id.
    pub sealed: Vec<u8>,
    /// How it is sealed.
    pub version: i64,
}

/// What a create made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateOutcome {
    /// New id.
    pub id: String,
    /// First status.
    pub status: Status,
    /// Access as stored.
    pub access: WorkspaceAccess,
    /// Whether it runs outside.
    pub external: bool,
}

fn fields(request: &CreateWorkspace) -> Result<(), WorkspaceError> {
    check_name(&request.name)?;
    if let Some(role) = &request.role {
        check_role(role)?;
    }
    for (field, word) in [(RUNTIME, &request.runtime), (MODEL, &request.model)] {
        if let Some(word) = word {
            check_word(field, word)?;
        }
    }
    if request.tier.is_some_and(|tier| !(0..=4).contains(&tier)) {
        return Err(WorkspaceError::Invalid("tier must be 1, 2, 3 or 4"));
    }
    if request
        .canvas
        .is_some_and(|at| !on_canvas(at.x) || !on_canvas(at.y))
    {
        return Err(WorkspaceError::Invalid(NOT_ON_CANVAS));
    }
    Ok(())
}

/// Makes a workspace, its secrets and its place in one transaction. `id` was drawn by the caller because secrets are
/// sealed for it; `template_dir` is the host folder its files come from; `token` is stored for external workspaces, which get theirs at once.
///
/// # Errors
/// [`WorkspaceError::Invalid`] with the contract's text; nothing was made.
pub async fn create(
    store: &Store,
    id: String,
    mut request: CreateWorkspace,
    template_dir: Option<String>,
    sealed: Vec<NewSecret>,
    token: Option<Minted>,
) -> Result<CreateOutcome, WorkspaceError> {
    if request.name.trim().is_empty() {
        return Err(WorkspaceError::Invalid("invalid workspace payload"));
    }
    fields(&request).map_err(|error| WorkspaceError::Fields {
        detail: error.to_string(),
    })?;
    if let Some(parent) = &mut request.parent_id {
        *parent = check_id(parent)?;
    }
    let dir = request.workspace_dir.clone().filter(|dir| !dir.is_empty());
    if let Some(dir) = &dir {
        check_dir(dir)?;
    }
    let access = match request
        .workspace_access
        .as_deref()
        .filter(|word| !word.is_empty())
    {
        // A directory without a word about access means it may be used (contract 04 D15).
        None if dir.is_some() => WorkspaceAccess::ReadWrite,
        None => WorkspaceAccess::None,
        Some(word) => WorkspaceAccess::try_from(word.to_owned())
            .map_err(|_| WorkspaceError::Invalid("invalid workspace access"))?,
    };
    if access != WorkspaceAccess::None && dir.is_none() {
        return Err(WorkspaceError::Invalid("invalid workspace access"));
    }
    let external = request.external || request.runtime.as_deref() == Some("external");
    let runtime = match (external, request.runtime.as_deref().map(str::trim)) {
        (true, _) => "external".to_owned(),
        (false, Some(runtime)) if !runtime.is_empty() => runtime.to_owned(),
        _ => "langgraph".to_owned(),
    };
    let url = request.url.clone().filter(|url| !url.is_empty());
    let status = match (external, url.is_some()) {
        (true, true) => Status::Online,
        (true, false) => Status::AwaitingAgent,
        (false, _) => Status::Provisioning,
    };
    let outcome = CreateOutcome {
        id: id.clone(),
        status,
        access,
        external,
    };
    store
        .write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                if let Some(parent) = &request.parent_id {
                    match workspaces::get(write.conn(), parent).await? {
                        Some(row) if row.status != Status::Removed => {}
                        _ => return Err(WorkspaceError::NotFound("parent workspace not found")),
                    }
                }
                let tier = request.tier.filter(|tier| *tier > 0).unwrap_or(2);
                let new = NewWorkspace {
                    id: id.clone(),
                    name: request.name.clone(),
                    role: request.role.clone().filter(|role| !role.is_empty()),
                    tier,
                    tier_granted: 2,
                    status,
                    runtime: runtime.clone(),
                    model: request.model.clone().filter(|model| !model.is_empty()),
                    parent_id: request.parent_id.clone(),
                    url: external.then(|| url.clone()).flatten(),
                    workspace_dir: dir,
                    workspace_access: access,
                    budget_limit: request.budget_limit,
                    max_concurrent_tasks: request.max_concurrent_tasks.filter(|tasks| *tasks > 0).unwrap_or(1),
                    template_dir,
                    files_dir: None,
                    org_id: None,
                    import_key: None,
                    desired: Desired::Running,
                };
                workspaces::insert(write.conn(), &new, &now).await?;
                if new.url.is_some() {
                    // Only admin-class callers create.
                    workspaces::set_column(write.conn(), &id, workspaces::Column::UrlByPerson, true, &now).await?;
                }
                if let Some(at) = request.canvas {
                    layouts::place(write.conn(), &id, at.x, at.y).await?;
                }
                for secret in &sealed {
                    secrets::set(write.conn(), Some(&id), &secret.key, &secret.sealed, secret.version, &now).await?;
                }
                if let Some(token) = &token {
                    tokens::add(write.conn(), &id, token.hash.as_bytes(), &token.prefix, "user", &now, &now).await?;
                }
                // Every new workspace is told by this one first: it is what a canvas makes a card of.
                let payload = json!({"name": new.name, "parent_id": new.parent_id, "runtime": runtime, "tier": tier});
                write
                    .event(NewEvent::about(&id, kind::WORKSPACE_PROVISIONING, payload))
                    .await?;
                let outside = match status {
                    Status::Online => Some(kind::WORKSPACE_ONLINE),
                    Status::AwaitingAgent => Some(kind::WORKSPACE_AWAITING_AGENT),
                    _ => None,
                };
                if let Some(event) = outside {
                    let payload = json!({"external": true, "name": new.name});
                    write.event(NewEvent::about(&id, event, payload)).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(outcome)
}
