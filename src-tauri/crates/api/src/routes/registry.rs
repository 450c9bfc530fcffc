//! The registry agents talk to (contract 01 section 4).

use crate::{
    app::App,
    auth::{Admitted, AgentOf, AnyCredential, ReachedAt, discovery_caller, workspace_id},
    error::ApiError,
    json::{Json, PlainJson},
    query::Query,
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use serde::Deserialize;
use std::borrow::Cow;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    Access, CheckAccess, DeliveryMode, Discovered, Heartbeat, Peer, Register, Registered,
    StatusBody, UpdateCard,
};
use workspaces::WorkspaceError;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(heartbeat))
        .routes(routes!(update_card))
        .routes(routes!(discover))
        .routes(routes!(peers))
        .routes(routes!(check_access))
}

/// An agent says where it listens and what it can do.
#[utoipa::path(
    post, path = "/registry/register", tag = "registry", request_body = Register,
    responses(
        (status = 404, body = wire::ErrorBody),
        (status = 200, body = Registered), (status = 400, body = wire::ErrorBody), (status = 401, body = wire::ErrorBody),
        (status = 409, body = wire::ErrorBody), (status = 410, body = wire::ErrorBody)
    )
)]
async fn register(
    State(app): State<App>,
    agent: AgentOf,
    Json(mut request): Json<Register>,
) -> Result<Json<Registered>, ApiError> {
    let id = workspace_id(&request.id)?;
    let caller = agent.require(&app, &id, true).await?;
    let by_person = caller == Admitted::Admin;
    request.agent_card = messaging::scrubbed(app.platform.known_secrets(), &request.agent_card);
    if request
        .url
        .as_deref()
        .is_some_and(|url| url.starts_with("remote://"))
    {
        // The older SDK's word for "I cannot be reached" (section 7).
        request.delivery_mode = Some(DeliveryMode::Poll.to_string());
        request.url = None;
    }
    let platform = &app.platform;
    platform.check_agent_url(&request, by_person).await?;
    let create = app.gate.is_open();
    let done = workspaces::register(platform.store(), request, by_person, create).await?;
    let auth_token = match caller {
        Admitted::Own => None,
        _ => {
            let anew = caller == Admitted::Anybody;
            platform.register_token(&id, anew).await?
        }
    };
    Ok(Json(Registered {
        status: "registered".into(),
        auth_token,
        delivery_mode: Some(done.delivery_mode).filter(|mode| *mode == DeliveryMode::Poll),
        platform_inbound_secret: platform.inbound_secret(&id).await?,
    }))
}

/// A sign of life.
#[utoipa::path(
    post, path = "/registry/heartbeat", tag = "registry", request_body = Heartbeat,
    responses((status = 200, body = StatusBody), (status = 401, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody), (status = 410, body = wire::ErrorBody))
)]
async fn heartbeat(
    State(app): State<App>,
    agent: AgentOf,
    PlainJson(mut beat): PlainJson<Heartbeat>,
) -> Result<Json<StatusBody>, ApiError> {
    let id = workspace_id(&beat.workspace_id)?;
    let caller = agent.require(&app, &id, false).await?;
    // A task is named after the message that asked for it, and an error may repeat what it failed on (design law 5).
    for text in [&mut beat.current_task, &mut beat.sample_error]
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty())
    {
        if let Cow::Owned(safe) = app.platform.known_secrets().scrub(text) {
            *text = safe;
        }
    }
    match app.platform.beats().beat(beat).await {
        // In open mode a stranger's beat is nobody's mistake (section 2.13).
        Err(WorkspaceError::NotFound(_)) if caller == Admitted::Anybody => {}
        done => done?,
    }
    Ok(Json(StatusBody::new("ok")))
}

/// A new description of an agent.
#[utoipa::path(
    post, path = "/registry/update-card", tag = "registry", request_body = UpdateCard,
    responses((status = 200, body = StatusBody), (status = 401, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody), (status = 410, body = wire::ErrorBody))
)]
async fn update_card(
    State(app): State<App>,
    agent: AgentOf,
    Json(mut request): Json<UpdateCard>,
) -> Result<Json<StatusBody>, ApiError> {
    let id = workspace_id(&request.workspace_id)?;
    agent.require(&app, &id, true).await?;
    request.agent_card = messaging::scrubbed(app.platform.known_secrets(), &request.agent_card);
    workspaces::update_card(app.platform.store(), request).await?;
    Ok(Json(StatusBody::new("updated")))
}

/// Where another workspace is reached. Of one in whose place another stands now, 301 leads to that one.
#[utoipa::path(
    get, path = "/registry/discover/{id}", tag = "registry", params(("id" = String, Path), ("X-Workspace-ID" = String, Header)),
    responses((status = 200, body = Discovered), (status = 301, body = wire::ErrorBody), (status = 403, body = wire::ErrorBody), (status = 503, body = wire::ErrorBody))
)]
async fn discover(
    State(app): State<App>,
    agent: AgentOf,
    ReachedAt(platform): ReachedAt,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<Discovered>, ApiError> {
    let caller = headers
        .get("x-workspace-id")
        .and_then(|value| value.to_str().ok())
        .filter(|value| !value.is_empty())
        .ok_or_else(|| ApiError::bad("caller_required", "X-Workspace-ID header is required"))?;
    discovery_caller(&agent, &app, caller)?;
    let (caller, id) = (workspace_id(caller)?, workspace_id(&id)?);
    let found = workspaces::discover(app.platform.store(), &caller, &id, &platform).await?;
    if let Some((url, by_person)) = found.registered {
        // As registered: what the caller is told may name the host as containers reach it.
        app.platform
            .may_be_dialled(&url, by_person)
            .await
            .map_err(|reason| {
                ApiError::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "url_refused",
                    "workspace URL failed safety check",
                )
                .with("detail", reason.to_string())
            })?;
    }
    Ok(Json(found.discovered))
}

#[derive(Debug, Deserialize)]
struct PeersQuery {
    q: Option<String>,
}

/// Whom a workspace may talk to: siblings, children, parent.
#[utoipa::path(
    get, path = "/registry/{id}/peers", tag = "registry", params(("id" = String, Path), ("q" = Option<String>, Query)),
    responses((status = 200, body = Vec<Peer>), (status = 404, body = wire::ErrorBody))
)]
async fn peers(
    State(app): State<App>,
    agent: AgentOf,
    ReachedAt(platform): ReachedAt,
    Path(id): Path<String>,
    Query(query): Query<PeersQuery>,
) -> Result<Json<Vec<Peer>>, ApiError> {
    let id = workspace_id(&id)?;
    discovery_caller(&agent, &app, &id)?;
    Ok(Json(
        workspaces::peers(app.platform.store(), &id, query.q.as_deref(), &platform).await?,
    ))
}

/// Whether two workspaces may talk.
#[utoipa::path(
    post, path = "/registry/check-access", tag = "registry", request_body = CheckAccess,
    responses((status = 200, body = Access))
)]
async fn check_access(
    State(app): State<App>,
    _: AnyCredential,
    Json(request): Json<CheckAccess>,
) -> Result<Json<Access>, ApiError> {
    if request.caller_id.is_empty() || request.target_id.is_empty() {
        return Err(ApiError::bad("invalid_body", "invalid request body")
            .with("detail", "caller_id and target_id are needed"));
    }
    let allowed =
        workspaces::accessible(app.platform.store(), &request.caller_id, &request.target_id)
            .await?;
    Ok(Json(Access { allowed }))
}
