//! The workspace resource (contract 01 sections 3.2 to 3.6 and 3.12).

use super::connection;
use crate::{
    app::App,
    auth::{Admin, AnyCredential, OfWorkspace, forbidden, workspace_id},
    error::ApiError,
    json::{Json, parse},
};
use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use orgs::TemplateProblem;
use serde::Deserialize;
use serde_json::{Value, json};
use store::rows;
use utoipa_axum::{router::OpenApiRouter, routes};
use vault::tokens::mint;
use wire::{
    CreateWorkspace, Deleted, PatchWorkspace, Patched, RemovedWorkspace, Status, Workspace,
    WorkspaceRestored, WorkspaceState,
};
use workspaces::{NewSecret, WorkspaceError, secrets};

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(removed))
        .routes(routes!(read, patch, delete))
        .routes(routes!(restore))
        .routes(routes!(state))
        .routes(routes!(model, set_model))
}

/// All workspaces but removed ones, oldest first.
#[utoipa::path(
    get, path = "/workspaces", tag = "workspaces",
    responses((status = 200, body = Vec<Workspace>), (status = 401, body = wire::ErrorBody))
)]
async fn list(State(app): State<App>, _: Admin) -> Result<Json<Vec<Workspace>>, ApiError> {
    let rows = rows::workspaces::list(app.platform.store().read()).await?;
    let mut views = Vec::with_capacity(rows.len());
    for row in &rows {
        views.push(with_timeout(&app, workspaces::list_view(row)).await);
    }
    Ok(Json(views))
}

async fn with_timeout(app: &App, mut view: Workspace) -> Workspace {
    let declared = app.platform.provision_timeout(&view.runtime).await;
    view.provision_timeout_ms = declared.and_then(|limit| u64::try_from(limit.as_millis()).ok());
    view
}

/// Makes a workspace; its container follows.
#[utoipa::path(
    post, path = "/workspaces", tag = "workspaces", request_body = CreateWorkspace,
    responses((status = 201, body = Object), (status = 400, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn create(
    State(app): State<App>,
    _: Admin,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let mut request: CreateWorkspace = parse(&body, "invalid workspace payload")?;
    let template = match request.template.take().filter(|name| !name.is_empty()) {
        Some(name) => inherit(&app, &name, &mut request).await?,
        None => default_of(&app, request.runtime.as_deref()).await,
    };
    let id = store::new_id();
    let given = std::mem::take(&mut request.secrets);
    let mut sealed = Vec::new();
    // Held until the rows are written: a rotation of the key waits for it.
    let vault = match given.is_empty() {
        true => None,
        false => Some(app.platform.vault().await?),
    };
    if let Some(vault) = &vault {
        for (key, value) in given {
            secrets::check_key(&key)?;
            let (blob, version) = secrets::seal(vault.sealer(), Some(&id), &key, &value)?;
            app.platform
                .known_secrets()
                .add([&vault::Secret::from(value)]);
            sealed.push(NewSecret {
                key,
                sealed: blob,
                version,
            });
        }
    }
    let external = request.external || request.runtime.as_deref() == Some("external");
    let waits = external && request.url.as_deref().unwrap_or_default().is_empty();
    let token = if external { Some(mint()?) } else { None };
    let plain = token
        .as_ref()
        .and_then(|token| token.token.expose_str())
        .unwrap_or_default()
        .to_owned();
    let name = request.name.clone();
    let made =
        workspaces::create(app.platform.store(), id, request, template, sealed, token).await?;
    drop(vault);
    let body = if made.external {
        let base = connection::base(&app, &headers);
        let connection = connection::block(&made.id, &base, &plain, &name);
        let status = if waits { "awaiting_agent" } else { "online" };
        json!({"connection": connection, "external": true, "id": made.id, "status": status})
    } else {
        json!({
            "awareness_namespace": format!("workspace:{}", made.id),
            "id": made.id,
            "status": Status::Provisioning,
            "workspace_access": made.access,
        })
    };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// The folder of the named template; runtime and model come from it where the request names none. A name that leads
/// nowhere is the runtime's default folder, and without that a made `config.yaml` (contract 03 section 5.3).
async fn inherit(
    app: &App,
    name: &str,
    request: &mut CreateWorkspace,
) -> Result<Option<String>, ApiError> {
    let refused = |detail: String| {
        ApiError::bad("invalid_template", "invalid template").with("detail", detail)
    };
    let orgs = app.platform.orgs();
    let template = match orgs.workspace_template(name).await {
        Ok(template) => {
            let absent =
                |word: &Option<String>| word.as_deref().unwrap_or_default().trim().is_empty();
            if absent(&request.runtime) {
                request.runtime.clone_from(&template.runtime);
            }
            if absent(&request.model) {
                request.model.clone_from(&template.model);
            }
            Some(template)
        }
        Err(TemplateProblem::Name) => {
            return Err(refused(format!(
                "{name:?} is no folder of the template root"
            )));
        }
        Err(TemplateProblem::Broken(detail)) => return Err(refused(detail)),
        Err(TemplateProblem::Unreadable) => {
            return Ok(default_of(app, request.runtime.as_deref()).await);
        }
    };
    Ok(template.map(|template| template.dir.to_string_lossy().into_owned()))
}

/// The runtime's default folder of the template root, where there is one (contract 04 sections 4.1 and 4.6): what an agent
/// without a template of its own is made of.
async fn default_of(app: &App, runtime: Option<&str>) -> Option<String> {
    let runtime = runtime.map(str::trim).filter(|runtime| !runtime.is_empty());
    let name = format!("{}-default", runtime.unwrap_or("langgraph"));
    let template = app.platform.orgs().workspace_template(&name).await.ok()?;
    Some(template.dir.to_string_lossy().into_owned())
}

#[derive(Debug, Deserialize)]
struct ReadQuery {
    #[serde(default)]
    include_removed: bool,
}

/// One workspace, without what another branch must not see.
#[utoipa::path(
    get, path = "/workspaces/{id}", tag = "workspaces",
    params(("id" = String, Path), ("include_removed" = Option<bool>, Query)),
    responses((status = 200, body = Workspace), (status = 404, body = wire::ErrorBody), (status = 410, body = wire::ErrorBody))
)]
async fn read(
    State(app): State<App>,
    _: AnyCredential,
    Path(id): Path<String>,
    Query(query): Query<ReadQuery>,
) -> Result<Json<Workspace>, ApiError> {
    let id = workspace_id(&id)?;
    let row = app
        .platform
        .store()
        .workspace(&id)
        .await?
        .ok_or_else(|| ApiError::missing("workspace not found"))?;
    if row.status == Status::Removed && !query.include_removed {
        let heir = rows::workspaces::successor(app.platform.store().read(), &id).await?;
        let removed_at = row.removed_at.clone();
        let gone = ApiError::from(WorkspaceError::Removed { id, removed_at });
        return Err(match heir {
            Some(heir) => gone.with("forwarded_to", heir),
            None => gone,
        });
    }
    Ok(Json(
        with_timeout(&app, workspaces::single_view(&row)).await,
    ))
}

/// Changes what the body names; nothing else.
#[utoipa::path(
    patch, path = "/workspaces/{id}", tag = "workspaces", params(("id" = String, Path)), request_body = PatchWorkspace,
    responses((status = 200, body = Patched), (status = 400, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn patch(
    State(app): State<App>,
    own: OfWorkspace,
    Json(patch): Json<PatchWorkspace>,
) -> Result<Json<Patched>, ApiError> {
    let lifts = patch.tier.is_some()
        || patch.runtime.is_some()
        || patch.parent_id.is_some()
        || patch.workspace_dir.is_some()
        || patch.workspace_access.is_some()
        || patch.max_concurrent_tasks.is_some()
        || patch.hibernation_idle_minutes.is_some()
        || patch.update_tier.is_some()
        || patch.isolated.is_some();
    if lifts && !own.who.is_admin() && !app.gate.is_open() {
        // An agent must not lift its own limits.
        return Err(forbidden());
    }
    Ok(Json(
        workspaces::change(app.platform.store(), &own.id, patch).await?,
    ))
}

#[derive(Debug, Deserialize)]
struct DeleteQuery {
    #[serde(default)]
    confirm: String,
    #[serde(default)]
    purge: String,
    #[serde(default)]
    forward_to: String,
}

/// Removes a workspace and, confirmed, all below it. With `forward_to` another takes its place: who asks for the old one
/// is told of it.
#[utoipa::path(
    delete, path = "/workspaces/{id}", tag = "workspaces",
    params(("id" = String, Path), ("confirm" = Option<bool>, Query), ("purge" = Option<bool>, Query), ("forward_to" = Option<String>, Query)),
    responses((status = 200, body = Deleted), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody), (status = 410, body = wire::ErrorBody))
)]
async fn delete(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<String>,
    Query(query): Query<DeleteQuery>,
) -> Result<Json<Deleted>, ApiError> {
    let id = workspace_id(&id)?;
    let (confirm, purge) = (query.confirm == "true", query.purge == "true");
    let store = app.platform.store();
    let done = match query.forward_to.as_str() {
        "" => workspaces::remove(store, &id, confirm, purge).await?,
        _ if purge => {
            return Err(ApiError::bad(
                "forward_and_purge",
                "a purged workspace leaves nothing to forward from; use forward_to without purge",
            ));
        }
        heir => workspaces::remove_for(store, &id, confirm, &workspace_id(heir)?).await?,
    };
    let status = if done.purged { "purged" } else { "removed" };
    Ok(Json(Deleted {
        cascade_deleted: done.cascade,
        status: status.to_owned(),
    }))
}

/// Removed workspaces that can still be brought back, the latest first; each stands for all that went with it.
#[utoipa::path(
    get, path = "/workspaces/removed", tag = "workspaces",
    responses((status = 200, body = Vec<RemovedWorkspace>), (status = 401, body = wire::ErrorBody))
)]
async fn removed(
    State(app): State<App>,
    _: Admin,
) -> Result<Json<Vec<RemovedWorkspace>>, ApiError> {
    let now = app.platform.clock().now();
    Ok(Json(workspaces::removed(app.platform.store(), now).await?))
}

/// Brings a removed workspace back, with all that went with it: its work files, secrets, chat and place. What ran starts
/// anew; its session and its own keys are gone.
#[utoipa::path(
    post, path = "/workspaces/{id}/restore", tag = "workspaces", params(("id" = String, Path)),
    responses((status = 200, body = WorkspaceRestored), (status = 404, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn restore(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<String>,
) -> Result<Json<WorkspaceRestored>, ApiError> {
    let id = workspace_id(&id)?;
    Ok(Json(workspaces::restore(app.platform.store(), &id).await?))
}

/// What an agent without inbound reach asks: am I paused or gone?
#[utoipa::path(
    get, path = "/workspaces/{id}/state", tag = "workspaces", params(("id" = String, Path)),
    responses((status = 200, body = WorkspaceState), (status = 404, body = WorkspaceState))
)]
async fn state(State(app): State<App>, own: OfWorkspace) -> Result<Response, ApiError> {
    let row = rows::workspaces::get(app.platform.store().read(), &own.id).await?;
    let gone = |status| WorkspaceState {
        deleted: true,
        paused: None,
        status,
        workspace_id: own.id.clone(),
    };
    Ok(match row {
        None => (StatusCode::NOT_FOUND, Json(gone(None))).into_response(),
        Some(row) if row.status == Status::Removed => {
            (StatusCode::NOT_FOUND, Json(gone(Some(Status::Removed)))).into_response()
        }
        Some(row) => Json(WorkspaceState {
            deleted: false,
            paused: Some(row.status == Status::Paused),
            status: Some(row.status),
            workspace_id: row.id,
        })
        .into_response(),
    })
}

/// The explicit model of a workspace.
#[utoipa::path(
    get, path = "/workspaces/{id}/model", tag = "workspaces", params(("id" = String, Path)),
    responses((status = 200, body = Object))
)]
async fn model(State(app): State<App>, own: OfWorkspace) -> Result<Json<Value>, ApiError> {
    let row = rows::workspaces::get(app.platform.store().read(), &own.id)
        .await?
        .ok_or_else(|| ApiError::missing("workspace not found"))?;
    Ok(Json(match row.model {
        Some(model) => json!({"model": model, "source": "workspace_secrets"}),
        None => json!({"model": "", "source": "default"}),
    }))
}

#[derive(Debug, Deserialize)]
struct ModelBody {
    #[serde(default)]
    model: String,
}

/// Sets or, when empty, clears the explicit model; the agent restarts with it.
#[utoipa::path(
    put, path = "/workspaces/{id}/model", tag = "workspaces", params(("id" = String, Path)), request_body = Object,
    responses((status = 200, body = Object), (status = 400, body = wire::ErrorBody))
)]
async fn set_model(
    State(app): State<App>,
    own: OfWorkspace,
    Json(body): Json<ModelBody>,
) -> Result<Json<Value>, ApiError> {
    let store = app.platform.store();
    let patch = PatchWorkspace {
        model: Some(body.model.clone()),
        ..PatchWorkspace::default()
    };
    let patched = workspaces::change(store, &own.id, patch).await?;
    if patched.needs_restart {
        workspaces::restart(store, &own.id, wire::RestartRequest::default()).await?;
    }
    Ok(Json(if body.model.is_empty() {
        json!({"status": "cleared"})
    } else {
        json!({"model": body.model, "status": "saved"})
    }))
}
