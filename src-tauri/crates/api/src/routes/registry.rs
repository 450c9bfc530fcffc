//! The registry agents talk to (contract 01 section 4).

use crate::{
    app::App,
    auth::{AgentOf, AnyCredential, discovery_caller, workspace_id},
    error::ApiError,
    json::Json,
};
use axum::{
    extract::{Path, Query, State},
    http::HeaderMap,
};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    Access, CheckAccess, DeliveryMode, Discovered, Heartbeat, Peer, Register, Registered,
    StatusBody, UpdateCard,
};

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
    responses((status = 200, body = Registered), (status = 400, body = wire::ErrorBody), (status = 401, body = wire::ErrorBody))
)]
async fn register(
    State(app): State<App>,
    agent: AgentOf,
    Json(mut request): Json<Register>,
) -> Result<Json<Registered>, ApiError> {
    let id = workspace_id(&request.id)?;
    let trusted = agent.require(&app, &id, true).await?;
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
    app.platform.check_agent_url(&request, trusted).await?;
    let done = workspaces::register(app.platform.store(), request, app.gate.is_open()).await?;
    let auth_token = app.platform.first_token(&id).await?;
    Ok(Json(Registered {
        status: "registered".into(),
        auth_token,
        delivery_mode: Some(done.delivery_mode).filter(|mode| *mode == DeliveryMode::Poll),
        platform_inbound_secret: None,
    }))
}

/// A sign of life.
#[utoipa::path(
    post, path = "/registry/heartbeat", tag = "registry", request_body = Heartbeat,
    responses((status = 200, body = StatusBody), (status = 401, body = wire::ErrorBody))
)]
async fn heartbeat(
    State(app): State<App>,
    agent: AgentOf,
    Json(mut beat): Json<Heartbeat>,
) -> Result<Json<StatusBody>, ApiError> {
    let id = workspace_id(&beat.workspace_id)?;
    agent.require(&app, &id, false).await?;
    // A task is named after the message that asked for it, and an error may repeat what it failed on (design law 5).
    for text in [&mut beat.current_task, &mut beat.sample_error]
        .into_iter()
        .flatten()
    {
        *text = app.platform.known_secrets().scrub(text).into_owned();
    }
    app.platform.beats().beat(beat).await?;
    Ok(Json(StatusBody::new("ok")))
}

/// A new description of an agent.
#[utoipa::path(
    post, path = "/registry/update-card", tag = "registry", request_body = UpdateCard,
    responses((status = 200, body = StatusBody), (status = 401, body = wire::ErrorBody))
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

/// Where another workspace is reached.
#[utoipa::path(
    get, path = "/registry/discover/{id}", tag = "registry", params(("id" = String, Path), ("X-Workspace-ID" = String, Header)),
    responses((status = 200, body = Discovered), (status = 403, body = wire::ErrorBody), (status = 503, body = wire::ErrorBody))
)]
async fn discover(
    State(app): State<App>,
    agent: AgentOf,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<Discovered>, ApiError> {
    let caller = headers
        .get("x-workspace-id")
        .and_then(|value| value.to_str().ok())
        .filter(|value| !value.is_empty())
        .ok_or_else(|| ApiError::bad("caller_required", "X-Workspace-ID header is required"))?;
    discovery_caller(&agent, &app, caller)?;
    Ok(Json(
        workspaces::discover(app.platform.store(), caller, &workspace_id(&id)?).await?,
    ))
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
    Path(id): Path<String>,
    Query(query): Query<PeersQuery>,
) -> Result<Json<Vec<Peer>>, ApiError> {
    let id = workspace_id(&id)?;
    discovery_caller(&agent, &app, &id)?;
    Ok(Json(
        workspaces::peers(app.platform.store(), &id, query.q.as_deref()).await?,
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
    let allowed =
        workspaces::accessible(app.platform.store(), &request.caller_id, &request.target_id)
            .await?;
    Ok(Json(Access { allowed }))
}
