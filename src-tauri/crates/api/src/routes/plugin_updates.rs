//! Updates of plugins that follow their source (contract 03 section 8.7).

use crate::{
    app::App,
    auth::Admin,
    error::ApiError,
    json::{Json, parse},
};
use axum::{
    body::Bytes,
    extract::{Path, Query, State},
};
use plugins::PluginError;
use serde::Deserialize;
use serde_json::{Value, json};
use store::rows::plugin_updates::UpdateRow;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    ApplyPluginUpdate, ApplyPluginUpdates, FailedPluginUpdate, PluginUpdateView,
    PluginUpdatesApplied, PluginUpdatesChecked, Timestamp,
};

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(pending))
        .routes(routes!(check))
        .routes(routes!(apply))
        .routes(routes!(apply_pending))
        .routes(routes!(apply_all))
        .routes(routes!(dismiss))
}

fn view(row: UpdateRow) -> Result<PluginUpdateView, ApiError> {
    let detected_at = Timestamp::parse(&row.detected_at).map_err(|error| {
        tracing::error!(%error, update = row.id, "a time in the database cannot be read");
        ApiError::new(
            axum::http::StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "failed to read plugin updates",
        )
    })?;
    Ok(PluginUpdateView {
        id: row.id,
        workspace_id: row.workspace_id,
        workspace_name: row.workspace_name,
        update_tier: row.update_tier,
        plugin_name: row.plugin_name,
        source_raw: row.source_raw,
        tracked_ref: row.tracked_ref,
        current_sha: row.current_sha,
        target_ref: row.target_ref,
        target_sha: row.target_sha,
        detected_at,
        status: row.status,
    })
}

fn tier(word: Option<&str>) -> Result<Option<&str>, ApiError> {
    match word {
        None | Some("") => Ok(None),
        Some(word @ ("canary" | "production")) => Ok(Some(word)),
        Some(_) => Err(ApiError::bad("invalid_update_tier", "invalid update_tier")),
    }
}

#[derive(Debug, Default, Deserialize)]
struct OfTier {
    tier: Option<String>,
}

/// Updates that wait, canary first; of one tier if it is named.
#[utoipa::path(
    get, path = "/admin/plugin-updates-pending", tag = "plugins", operation_id = "pending_plugin_updates",
    params(("tier" = Option<String>, Query)),
    responses((status = 200, body = Vec<PluginUpdateView>), (status = 400, body = wire::ErrorBody))
)]
async fn pending(
    State(app): State<App>,
    _: Admin,
    Query(query): Query<OfTier>,
) -> Result<Json<Vec<PluginUpdateView>>, ApiError> {
    let tier = tier(query.tier.as_deref())?;
    let all = app.platform.plugins().pending_updates(tier).await?;
    Ok(Json(all.into_iter().map(view).collect::<Result<_, _>>()?))
}

/// Asks the sources now.
#[utoipa::path(
    post, path = "/admin/plugin-updates/check", tag = "plugins", operation_id = "check_plugin_updates",
    responses((status = 200, body = PluginUpdatesChecked))
)]
async fn check(State(app): State<App>, _: Admin) -> Result<Json<PluginUpdatesChecked>, ApiError> {
    let report = app.platform.plugins().check_updates().await?;
    Ok(Json(PluginUpdatesChecked {
        tracked: report.tracked,
        sources: report.sources,
        found: report.found,
        failed: report.failed.into_iter().map(failed).collect(),
    }))
}

fn failed((id, error): (String, String)) -> FailedPluginUpdate {
    FailedPluginUpdate { id, error }
}

/// Installs what an update found, pinned by its commit.
#[utoipa::path(
    post, path = "/admin/plugin-updates/{id}/apply", tag = "plugins", operation_id = "apply_plugin_update",
    params(("id" = String, Path)), request_body(content = ApplyPluginUpdate),
    responses((status = 200, body = PluginUpdatesApplied), (status = 404, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn apply(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<PluginUpdatesApplied>, ApiError> {
    one(&app, id, &body).await
}

/// The same under the name of the list.
#[utoipa::path(
    post, path = "/admin/plugin-updates-pending/{id}/apply", tag = "plugins", operation_id = "apply_pending_plugin_update",
    params(("id" = String, Path)), request_body(content = ApplyPluginUpdate),
    responses((status = 200, body = PluginUpdatesApplied), (status = 404, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn apply_pending(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<PluginUpdatesApplied>, ApiError> {
    one(&app, id, &body).await
}

async fn one(app: &App, id: String, body: &[u8]) -> Result<Json<PluginUpdatesApplied>, ApiError> {
    let body: ApplyPluginUpdate = optional(body)?;
    let plugins = app.platform.plugins().clone();
    let of = id.clone();
    // The work goes on when the caller hangs up.
    let done = tokio::spawn(async move { plugins.apply_update(&of, body.force).await })
        .await
        .unwrap_or(Err(PluginError::Stopping));
    match done {
        Ok(()) => Ok(Json(PluginUpdatesApplied {
            applied: vec![id],
            failed: Vec::new(),
        })),
        // Whether the update could be tried at all is the request's error; what became of the try is its result.
        Err(
            error @ (PluginError::NoUpdate
            | PluginError::NotPending { .. }
            | PluginError::CanaryFirst { .. }
            | PluginError::Stopping
            | PluginError::Store(_)),
        ) => Err(error.into()),
        Err(error) => Ok(Json(PluginUpdatesApplied {
            applied: Vec::new(),
            failed: vec![failed((id, error.to_string()))],
        })),
    }
}

fn optional<T: Default + serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    if body.is_empty() {
        Ok(T::default())
    } else {
        parse(body, "invalid request body")
    }
}

/// Installs everything that waits for a tier, one after the other.
#[utoipa::path(
    post, path = "/admin/plugin-updates/apply", tag = "plugins", operation_id = "apply_plugin_updates",
    request_body = ApplyPluginUpdates,
    responses((status = 200, body = PluginUpdatesApplied), (status = 400, body = wire::ErrorBody))
)]
async fn apply_all(
    State(app): State<App>,
    _: Admin,
    body: Bytes,
) -> Result<Json<PluginUpdatesApplied>, ApiError> {
    let body: ApplyPluginUpdates = optional(&body)?;
    tier(body.tier.as_deref())?;
    let plugins = app.platform.plugins().clone();
    let report = tokio::spawn(async move {
        let tier = body.tier.as_deref().filter(|tier| !tier.is_empty());
        plugins
            .apply_updates(tier, body.plugin_name.as_deref(), body.force)
            .await
    })
    .await
    .unwrap_or(Err(PluginError::Stopping))?;
    Ok(Json(PluginUpdatesApplied {
        applied: report.applied,
        failed: report.failed.into_iter().map(failed).collect(),
    }))
}

/// Keeps an update away until there is a newer one.
#[utoipa::path(
    post, path = "/admin/plugin-updates/{id}/dismiss", tag = "plugins", operation_id = "dismiss_plugin_update",
    params(("id" = String, Path)),
    responses((status = 200, body = Object), (status = 404, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn dismiss(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    app.platform.plugins().dismiss_update(&id).await?;
    Ok(Json(json!({"id": id, "status": "dismissed"})))
}
