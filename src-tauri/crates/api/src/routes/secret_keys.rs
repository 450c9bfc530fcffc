//! The key that seals stored secrets, and backups of all of them under a passphrase (ours; contract 03 no. 51).

use crate::{app::App, auth::Admin, error::ApiError, json::Json};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};
use vault::{Secret, backup::SealedBackup};
use wire::{ExportSecrets, ImportSecrets, KeyRotated, SealingKey, SecretsImported};

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(key))
        .routes(routes!(rotate))
        .routes(routes!(export))
        .routes(routes!(import))
}

/// The public name of the key that seals stored secrets, and what it sealed.
#[utoipa::path(
    get, path = "/admin/secrets/key", tag = "secrets",
    responses((status = 200, body = SealingKey), (status = 409, body = wire::ErrorBody))
)]
async fn key(State(app): State<App>, _: Admin) -> Result<Json<SealingKey>, ApiError> {
    Ok(Json(app.platform.sealing_key().await?))
}

/// Makes a new key and seals every stored secret with it; the former key leaves the keychain.
#[utoipa::path(
    post, path = "/admin/secrets/rotate", tag = "secrets",
    responses((status = 200, body = KeyRotated), (status = 409, body = wire::ErrorBody))
)]
async fn rotate(State(app): State<App>, _: Admin) -> Result<Json<KeyRotated>, ApiError> {
    Ok(Json(app.platform.rotate_key().await?))
}

/// Every secret, global, of workspaces and of personas, in one document sealed under a passphrase.
#[utoipa::path(
    post, path = "/admin/secrets/export", tag = "secrets", request_body = ExportSecrets,
    responses((status = 200, body = Object), (status = 400, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn export(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<ExportSecrets>,
) -> Result<Json<SealedBackup>, ApiError> {
    let passphrase = Secret::from(body.passphrase);
    Ok(Json(app.platform.export_secrets(passphrase).await?))
}

/// Takes such a document in; what is there already stays unless the body says otherwise.
#[utoipa::path(
    post, path = "/admin/secrets/import", tag = "secrets", request_body = ImportSecrets,
    responses((status = 200, body = SecretsImported), (status = 400, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn import(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<ImportSecrets>,
) -> Result<Json<SecretsImported>, ApiError> {
    let passphrase = Secret::from(body.passphrase);
    let backup: SealedBackup = serde_json::from_value(body.backup).map_err(|_| {
        let error = vault::VaultError::BadBackup {
            reason: "it has not the form of one",
        };
        ApiError::bad(error.code(), error.to_string())
    })?;
    let report = app
        .platform
        .import_secrets(&backup, passphrase, body.overwrite);
    Ok(Json(report.await?))
}
