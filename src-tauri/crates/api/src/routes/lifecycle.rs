//! Restart, pause, resume, hibernate, wake (contract 01 sections 3.7 and 3.8).

use crate::{app::App, auth::OfWorkspace, error::ApiError, json::Json};
use axum::{
    body::Bytes,
    extract::{Query, State},
};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{RestartRequest, Restarted, Status};
use workspaces::{Applied, Hibernated};

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(restart))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(hibernate))
        .routes(routes!(wake))
}

#[derive(Debug, Deserialize)]
struct RestartQuery {
    #[serde(default)]
    reset: String,
}

/// Makes the container anew with its volumes.
#[utoipa::path(
    post, path = "/workspaces/{id}/restart", tag = "lifecycle",
    params(("id" = String, Path), ("reset" = Option<bool>, Query)), request_body = Option<RestartRequest>,
    responses((status = 200, body = Restarted), (status = 404, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn restart(
    State(app): State<App>,
    own: OfWorkspace,
    Query(query): Query<RestartQuery>,
    body: Bytes,
) -> Result<Json<Restarted>, ApiError> {
    // The contract ignores an unreadable body here.
    let mut request: RestartRequest = crate::decode::from_slice(&body).unwrap_or_default();
    request.reset |= query.reset == "true";
    let template = template(&app, &own.id, &request).await?;
    let store = app.platform.store();
    Ok(Json(
        workspaces::restart_from(store, &own.id, request, template).await?,
    ))
}

/// The template a restart applies, first hit wins (contract 04 section 10.3): the named one, the one of the workspace's
/// name, the default one of its runtime. A name that is none is ignored, as the contract has it; the answer says which
/// files are used.
async fn template(
    app: &App,
    id: &str,
    request: &RestartRequest,
) -> Result<Option<Applied>, ApiError> {
    let orgs = app.platform.orgs();
    let applied = |template: orgs::WorkspaceTemplate| Applied {
        dir: template.dir.to_string_lossy().into_owned(),
        label: template.id,
    };
    if let Some(name) = request.template.as_deref().filter(|name| !name.is_empty())
        && let Ok(template) = orgs.workspace_template(name).await
    {
        return Ok(Some(applied(template)));
    }
    if !request.apply_template {
        return Ok(None);
    }
    let row = store::rows::workspaces::get(app.platform.store().read(), id).await?;
    let Some(row) = row else { return Ok(None) };
    if let Ok(Some(template)) = orgs.template_of(&row.name).await {
        return Ok(Some(applied(template)));
    }
    let default = format!("{}-default", row.runtime);
    Ok(orgs.workspace_template(&default).await.ok().map(applied))
}

/// Stops the workspace and all below it; their files stay.
#[utoipa::path(
    post, path = "/workspaces/{id}/pause", tag = "lifecycle", params(("id" = String, Path)),
    responses((status = 200, body = Object), (status = 404, body = wire::ErrorBody))
)]
async fn pause(State(app): State<App>, own: OfWorkspace) -> Result<Json<Value>, ApiError> {
    let count = workspaces::pause(app.platform.store(), &own.id).await?;
    Ok(Json(
        json!({"paused_count": count, "status": Status::Paused}),
    ))
}

/// Starts a paused workspace and the paused ones below it.
#[utoipa::path(
    post, path = "/workspaces/{id}/resume", tag = "lifecycle", params(("id" = String, Path)),
    responses((status = 200, body = Object), (status = 404, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn resume(State(app): State<App>, own: OfWorkspace) -> Result<Json<Value>, ApiError> {
    let count = workspaces::resume(app.platform.store(), &own.id).await?;
    Ok(Json(
        json!({"resumed_count": count, "status": Status::Provisioning}),
    ))
}

#[derive(Debug, Deserialize)]
struct HibernateQuery {
    #[serde(default)]
    force: String,
}

/// Puts an idle agent to sleep; the next message wakes it.
#[utoipa::path(
    post, path = "/workspaces/{id}/hibernate", tag = "lifecycle",
    params(("id" = String, Path), ("force" = Option<bool>, Query)),
    responses((status = 200, body = Object), (status = 404, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn hibernate(
    State(app): State<App>,
    own: OfWorkspace,
    Query(query): Query<HibernateQuery>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(
        match workspaces::hibernate(app.platform.store(), &own.id, query.force == "true").await? {
            Hibernated::Claimed => json!({"status": Status::Hibernated}),
            Hibernated::Already => json!({"status": "already_hibernated"}),
        },
    ))
}

/// Starts a sleeping agent without a message.
#[utoipa::path(
    post, path = "/workspaces/{id}/wake", tag = "lifecycle", params(("id" = String, Path)),
    responses((status = 200, body = Object), (status = 404, body = wire::ErrorBody))
)]
async fn wake(State(app): State<App>, own: OfWorkspace) -> Result<Json<Value>, ApiError> {
    workspaces::wake(app.platform.store(), &own.id).await?;
    Ok(Json(json!({"status": Status::Provisioning})))
}
