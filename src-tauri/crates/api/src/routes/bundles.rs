//! Bundles: a workspace and what is below it in one document (contract 03 section 4).

use crate::{app::App, auth::Admin, error::ApiError, json::Json};
use axum::{
    extract::{DefaultBodyLimit, Path, State, rejection::JsonRejection},
    http::StatusCode,
};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{Bundle, BundleImported};

/// Largest bundle that is taken: all files of a team, base64 included.
const LARGEST: usize = 96 * 1024 * 1024;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(export)).merge(
        OpenApiRouter::new()
            .routes(routes!(import))
            .layer(DefaultBodyLimit::max(LARGEST)),
    )
}

/// The bundle of a workspace and of everything below it; no secret is in it.
#[utoipa::path(
    get, path = "/bundles/export/{id}", tag = "bundles", params(("id" = String, Path)),
    responses((status = 200, body = Bundle), (status = 404, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn export(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<String>,
) -> Result<Json<Bundle>, ApiError> {
    Ok(Json(app.platform.export_bundle(&id).await?))
}

/// Makes the workspaces of a bundle, each with a new id.
#[utoipa::path(
    post, path = "/bundles/import", tag = "bundles", request_body = Bundle,
    responses((status = 201, body = BundleImported), (status = 400, body = wire::ErrorBody))
)]
async fn import(
    State(app): State<App>,
    _: Admin,
    body: Result<axum::Json<Bundle>, JsonRejection>,
) -> Result<(StatusCode, Json<BundleImported>), ApiError> {
    let axum::Json(bundle) = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            "the bundle is larger than 96 MiB",
        ),
        // The sentence of the decoder may quote what is in the file.
        _ => ApiError::bad("invalid_bundle", "invalid bundle"),
    })?;
    let made = app.platform.orgs().import_bundle(bundle).await?;
    Ok((StatusCode::CREATED, Json(made)))
}
