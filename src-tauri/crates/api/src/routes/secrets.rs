//! Secrets of all and of one workspace (contract 03 section 3): names out, values in; a value leaves only to the
//! workspace's own token.

use crate::{
    app::App,
    auth::{Admin, OfWorkspace, OwnToken},
    error::ApiError,
    json::Json,
};
use axum::extract::{Path, State};
use serde_json::{Map, Value, json};
use store::rows;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{KeyRotated, SealingKey, SecretView, SetSecret};
use workspaces::secrets;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_global, set_global, put_global))
        .routes(routes!(delete_global))
        .routes(routes!(list_admin, set_admin))
        .routes(routes!(delete_admin))
        .routes(routes!(key))
        .routes(routes!(rotate))
        .routes(routes!(list, set, put))
        .routes(routes!(values))
        .routes(routes!(delete))
}

/// Names of the secrets every workspace gets.
#[utoipa::path(get, path = "/settings/secrets", tag = "secrets", responses((status = 200, body = Vec<SecretView>)))]
async fn list_global(State(app): State<App>, _: Admin) -> Result<Json<Vec<SecretView>>, ApiError> {
    Ok(Json(secrets::list(app.platform.store(), None).await?))
}

/// Sets a secret for every workspace.
#[utoipa::path(
    post, path = "/settings/secrets", tag = "secrets", request_body = SetSecret,
    responses((status = 200, body = Object), (status = 400, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn set_global(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<SetSecret>,
) -> Result<Json<Value>, ApiError> {
    store_secret(&app, None, body, "global").await
}

/// Sets a secret for every workspace.
#[utoipa::path(
    put, path = "/settings/secrets", tag = "secrets", request_body = SetSecret,
    responses((status = 200, body = Object), (status = 400, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn put_global(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<SetSecret>,
) -> Result<Json<Value>, ApiError> {
    store_secret(&app, None, body, "global").await
}

/// Deletes a secret of all.
#[utoipa::path(
    delete, path = "/settings/secrets/{key}", tag = "secrets", params(("key" = String, Path)),
    responses((status = 200, body = Object), (status = 404, body = wire::ErrorBody))
)]
async fn delete_global(
    State(app): State<App>,
    _: Admin,
    Path(key): Path<String>,
) -> Result<Json<Value>, ApiError> {
    secrets::delete(app.platform.store(), None, key.clone()).await?;
    Ok(Json(
        json!({"key": key, "scope": "global", "status": "deleted"}),
    ))
}

/// Names of the secrets every workspace gets; the other name of `/settings/secrets`.
#[utoipa::path(get, path = "/admin/secrets", tag = "secrets", responses((status = 200, body = Vec<SecretView>)))]
async fn list_admin(app: State<App>, admin: Admin) -> Result<Json<Vec<SecretView>>, ApiError> {
    list_global(app, admin).await
}

/// Sets a secret for every workspace; the other name of `/settings/secrets`.
#[utoipa::path(
    post, path = "/admin/secrets", tag = "secrets", request_body = SetSecret,
    responses((status = 200, body = Object), (status = 400, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn set_admin(
    app: State<App>,
    admin: Admin,
    body: Json<SetSecret>,
) -> Result<Json<Value>, ApiError> {
    set_global(app, admin, body).await
}

/// Deletes a secret of all; the other name of `/settings/secrets/{key}`.
#[utoipa::path(
    delete, path = "/admin/secrets/{key}", tag = "secrets", params(("key" = String, Path)),
    responses((status = 200, body = Object), (status = 404, body = wire::ErrorBody))
)]
async fn delete_admin(
    app: State<App>,
    admin: Admin,
    key: Path<String>,
) -> Result<Json<Value>, ApiError> {
    delete_global(app, admin, key).await
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

/// Names of the secrets in force for a workspace.
#[utoipa::path(
    get, path = "/workspaces/{id}/secrets", tag = "secrets", params(("id" = String, Path)),
    responses((status = 200, body = Vec<SecretView>))
)]
async fn list(State(app): State<App>, own: OfWorkspace) -> Result<Json<Vec<SecretView>>, ApiError> {
    Ok(Json(
        secrets::list(app.platform.store(), Some(&own.id)).await?,
    ))
}

/// Sets a secret of one workspace.
#[utoipa::path(
    post, path = "/workspaces/{id}/secrets", tag = "secrets", params(("id" = String, Path)), request_body = SetSecret,
    responses((status = 200, body = Object), (status = 400, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn set(
    State(app): State<App>,
    own: OfWorkspace,
    Json(body): Json<SetSecret>,
) -> Result<Json<Value>, ApiError> {
    store_secret(&app, Some(own.id), body, "workspace").await
}

/// Sets a secret of one workspace.
#[utoipa::path(
    put, path = "/workspaces/{id}/secrets", tag = "secrets", params(("id" = String, Path)), request_body = SetSecret,
    responses((status = 200, body = Object), (status = 400, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn put(
    State(app): State<App>,
    own: OfWorkspace,
    Json(body): Json<SetSecret>,
) -> Result<Json<Value>, ApiError> {
    store_secret(&app, Some(own.id), body, "workspace").await
}

async fn store_secret(
    app: &App,
    id: Option<String>,
    body: SetSecret,
    scope: &str,
) -> Result<Json<Value>, ApiError> {
    secrets::check_key(&body.key)?;
    if body.value.is_empty() {
        return Err(ApiError::bad(
            "invalid_value",
            "a secret needs a value; delete it to have none",
        ));
    }
    let vault = app.platform.vault().await?;
    let (sealed, version) = secrets::seal(vault.sealer(), id.as_deref(), &body.key, &body.value)?;
    app.platform
        .known_secrets()
        .add([&vault::Secret::from(body.value)]);
    secrets::set(app.platform.store(), id, body.key.clone(), sealed, version).await?;
    Ok(Json(
        json!({"key": body.key, "scope": scope, "status": "saved"}),
    ))
}

/// The values themselves, merged as the container gets them; only for the workspace's own token.
#[utoipa::path(
    get, path = "/workspaces/{id}/secrets/values", tag = "secrets", params(("id" = String, Path)),
    responses((status = 200, body = Object), (status = 401, body = wire::ErrorBody))
)]
async fn values(State(app): State<App>, own: OwnToken) -> Result<Json<Value>, ApiError> {
    let vault = app.platform.vault().await?;
    let db = app.platform.store().read();
    let mut merged = Map::new();
    let global = rows::secrets::global(db).await?;
    for row in global
        .iter()
        .chain(rows::secrets::of_workspace(db, &own.id).await?.iter())
    {
        let secret = secrets::open(vault.sealer(), row)?;
        merged.insert(
            row.key.clone(),
            json!(secret.expose_str().unwrap_or_default()),
        );
    }
    merged.sort_keys();
    Ok(Json(Value::Object(merged)))
}

/// Deletes a secret of one workspace.
#[utoipa::path(
    delete, path = "/workspaces/{id}/secrets/{key}", tag = "secrets",
    params(("id" = String, Path), ("key" = String, Path)),
    responses((status = 200, body = Object), (status = 404, body = wire::ErrorBody))
)]
async fn delete(
    State(app): State<App>,
    own: OfWorkspace,
    Path(path): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let key = path.1;
    secrets::delete(app.platform.store(), Some(own.id), key.clone()).await?;
    Ok(Json(json!({"key": key, "status": "deleted"})))
}
