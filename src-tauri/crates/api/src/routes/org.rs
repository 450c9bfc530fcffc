//! Org folders, templates and import (contract 03 section 2).

use super::org_imports;
use crate::{app::App, auth::Admin, error::ApiError, json::Json, paths};
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use std::time::Duration;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    ImportBegun, ImportRequest, ImportResult, OrgFolder, OrgRole, OrgTemplateView, PlanView,
    RegisterFolder, SaveRequest, SaveView, StatusBody,
};

/// How long an import waits for a keychain that is being opened.
const KEYCHAIN_OPENS: Duration = Duration::from_secs(5);

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(templates))
        .routes(routes!(folders, register))
        .routes(routes!(remove))
        .routes(routes!(import))
        .routes(routes!(save))
        .routes(routes!(roles))
}

/// Org templates that can be imported: registered folders, those in the org folder, the built-in sample.
#[utoipa::path(get, path = "/org/templates", tag = "org", responses((status = 200, body = Vec<OrgTemplateView>)))]
async fn templates(
    State(app): State<App>,
    _: Admin,
) -> Result<Json<Vec<OrgTemplateView>>, ApiError> {
    Ok(Json(app.platform.orgs().templates().await?))
}

/// Folders a person registered.
#[utoipa::path(get, path = "/org/folders", tag = "org", responses((status = 200, body = Vec<OrgFolder>)))]
async fn folders(State(app): State<App>, _: Admin) -> Result<Json<Vec<OrgFolder>>, ApiError> {
    Ok(Json(app.platform.orgs().folders().await?))
}

/// Registers a folder anywhere on disk; registering it again answers the same.
#[utoipa::path(
    post, path = "/org/folders", tag = "org", request_body = RegisterFolder,
    responses((status = 200, body = OrgFolder), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody))
)]
async fn register(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<RegisterFolder>,
) -> Result<Json<OrgFolder>, ApiError> {
    Ok(Json(
        app.platform
            .orgs()
            .register_folder(&paths::typed(&body.path))
            .await?,
    ))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RemoveQuery {
    purge: String,
}

/// Removes an org: its workspaces and the registration; the folder on disk stays as it is.
#[utoipa::path(
    delete, path = "/org/folders/{dir}", tag = "org", params(("dir" = String, Path), ("purge" = Option<bool>, Query)),
    responses((status = 200, body = StatusBody), (status = 404, body = wire::ErrorBody))
)]
async fn remove(
    State(app): State<App>,
    _: Admin,
    Path(dir): Path<String>,
    Query(query): Query<RemoveQuery>,
) -> Result<Json<StatusBody>, ApiError> {
    app.platform
        .orgs()
        .remove_org(&dir, query.purge == "true")
        .await?;
    Ok(Json(StatusBody::new("removed")))
}

/// Imports an org, or with `dry_run` says what that would do. With `async` it answers at once and works on.
#[utoipa::path(
    post, path = "/org/import", tag = "org", request_body = ImportRequest,
    responses(
        (status = 200, body = PlanView, description = "dry run"), (status = 201, body = ImportResult),
        (status = 202, body = ImportBegun, description = "async"),
        (status = 207, body = ImportResult), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody),
        (status = 409, body = wire::ErrorBody), (status = 412, body = wire::ErrorBody)
    )
)]
async fn import(
    State(app): State<App>,
    _: Admin,
    Json(request): Json<ImportRequest>,
) -> Result<Response, ApiError> {
    // Right after a start the keychain may still be opening; that it stays closed is told where it matters.
    let _ = tokio::time::timeout(KEYCHAIN_OPENS, app.platform.vault()).await;
    let orgs = app.platform.orgs();
    if request.dry_run {
        return Ok(Json(orgs.plan(&request).await?).into_response());
    }
    if request.in_background {
        return org_imports::begin(&app, request).await;
    }
    // The import finishes even when the caller hangs up.
    let orgs = orgs.clone();
    let done = tokio::spawn(async move { orgs.import(&request).await }).await;
    let result = done.map_err(|error| {
        tracing::error!(%error, "an import panicked");
        ended_early()
    })??;
    let status = if result.error.is_some() {
        StatusCode::MULTI_STATUS
    } else {
        StatusCode::CREATED
    };
    Ok((status, Json(result)).into_response())
}

pub(super) fn ended_early() -> ApiError {
    ApiError::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "an internal error ended the import; nothing was changed",
    )
}

/// Roles of a registered org as its files say them now: the values that an edit can change, and where each stands.
#[utoipa::path(
    get, path = "/org/folders/{dir}/roles", tag = "org", params(("dir" = String, Path)),
    responses((status = 200, body = Vec<OrgRole>), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody))
)]
async fn roles(
    State(app): State<App>,
    _: Admin,
    Path(dir): Path<String>,
) -> Result<Json<Vec<OrgRole>>, ApiError> {
    Ok(Json(app.platform.orgs().roles(&dir).await?))
}

/// Writes what was changed on the canvas into the org's files, or with `dry_run` says what that would be: a unified diff
/// for each file, and the questions about values that several roles share. A file that changed on disk is a conflict;
/// nothing is written then.
#[utoipa::path(
    post, path = "/org/folders/{dir}/save", tag = "org", params(("dir" = String, Path)), request_body = SaveRequest,
    responses(
        (status = 200, body = SaveView), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody),
        (status = 409, body = wire::ErrorBody, description = "plan_conflicts, files_changed, choices_needed, save_refused")
    )
)]
async fn save(
    State(app): State<App>,
    _: Admin,
    Path(dir): Path<String>,
    Json(request): Json<SaveRequest>,
) -> Result<Json<SaveView>, ApiError> {
    Ok(Json(app.platform.orgs().save(&dir, &request, "api").await?))
}
