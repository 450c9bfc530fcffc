//! Secrets of all and of one workspace (contract 03 section 3): names out, values in; a value leaves only to the
//! workspace's own token.

use crate::{
    app::App,
    auth::{Admin, OfWorkspace, OwnToken},
    error::ApiError,
    json::Json,
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use platform::key_check::{self, Provider};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use store::rows;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{SecretDependents, SecretValidated, SecretView, SetSecret, ValidateSecret};
use workspaces::secrets;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_global, set_global, put_global))
        .routes(routes!(delete_global))
        .routes(routes!(list_admin, set_admin))
        .routes(routes!(delete_admin))
        .routes(routes!(list, set, put))
        .routes(routes!(values))
        .routes(routes!(delete))
        .routes(routes!(validate))
        .routes(routes!(global_dependents))
        .routes(routes!(dependents))
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
    let personas = personas_with(&app, &key).await?;
    secrets::delete(app.platform.store(), None, key.clone(), personas).await?;
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

/// Names of the secrets in force for a workspace.
#[utoipa::path(
    get, path = "/workspaces/{id}/secrets", tag = "secrets", params(("id" = String, Path)),
    responses((status = 200, body = Vec<SecretView>))
)]
async fn list(State(app): State<App>, own: OfWorkspace) -> Result<Json<Vec<SecretView>>, ApiError> {
    let store = app.platform.store();
    let row = rows::workspaces::get(store.read(), &own.id)
        .await?
        .ok_or_else(|| ApiError::missing("workspace not found"))?;
    let mut all = secrets::list(store, Some(&own.id)).await?;
    // Names of its persona belong to it as those of its own rows do; with a closed vault they cannot be told.
    if let (Some(slug), Ok(vault)) = (row.persona.as_deref(), app.platform.vault().await) {
        for key in vault.personas().load(slug).await?.into_keys() {
            secrets::add_of_persona(&mut all, key, &row);
        }
    }
    Ok(Json(all))
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
    if body.key.is_empty() || body.value.is_empty() {
        return Err(ApiError::bad("invalid_body", "invalid request body").with(
            "detail",
            "key and value must not be empty; delete a secret to have none",
        ));
    }
    secrets::check_key(&body.key)?;
    let vault = app.platform.vault().await?;
    let value = vault::Secret::from(body.value);
    app.platform.known_secrets().add([&value]);
    let personas = match id {
        None => personas_with(app, &body.key).await?,
        Some(_) => BTreeSet::new(),
    };
    let (store, sealer) = (app.platform.store(), vault.sealer().clone());
    secrets::set(store, sealer, id, body.key.clone(), value, personas).await?;
    Ok(Json(
        json!({"key": body.key, "scope": scope, "status": "saved"}),
    ))
}

/// Personas that have a variable of this name themselves; their agents do not see a secret of all with it. With a closed
/// vault nothing is known of them, and a restart too many does no harm.
async fn personas_with(app: &App, key: &str) -> Result<BTreeSet<String>, ApiError> {
    let Ok(vault) = app.platform.vault().await else {
        return Ok(BTreeSet::new());
    };
    let all = vault.personas().list().await?;
    Ok(all
        .into_iter()
        .filter(|persona| persona.keys.iter().any(|own| own == key))
        .map(|persona| persona.slug)
        .collect())
}

/// The values themselves, merged as the container gets them; only for the workspace's own token. All or nothing: a part
/// of them would look like the whole.
#[utoipa::path(
    get, path = "/workspaces/{id}/secrets/values", tag = "secrets", params(("id" = String, Path)),
    responses((status = 200, body = Object), (status = 401, body = wire::ErrorBody), (status = 500, body = wire::ErrorBody))
)]
async fn values(State(app): State<App>, own: OwnToken) -> Result<Json<Value>, ApiError> {
    let db = app.platform.store().read();
    let row = rows::workspaces::get(db, &own.id)
        .await?
        .ok_or_else(|| ApiError::missing("workspace not found"))?;
    let global = rows::secrets::global(db).await?;
    let of_workspace = rows::secrets::of_workspace(db, &own.id).await?;
    let persona = row.persona.as_deref();
    let vault = match app.platform.vault().await {
        Ok(vault) => vault,
        Err(_) if global.is_empty() && of_workspace.is_empty() && persona.is_none() => {
            return Ok(Json(json!({})));
        }
        Err(why) => {
            let keys = global.iter().chain(&of_workspace).map(secrets::qualified);
            return Err(partial(keys.collect())
                .with("detail", why.text)
                .with("reason", why.code));
        }
    };
    let mut merged = Map::new();
    let mut failed = Vec::new();
    let mut add =
        |row: &rows::secrets::SecretRow, merged: &mut Map<String, Value>| match secrets::open(
            vault.sealer(),
            row,
        ) {
            Ok(secret) => {
                merged.insert(
                    row.key.clone(),
                    json!(secret.expose_str().unwrap_or_default()),
                );
            }
            Err(error) => {
                tracing::warn!(
                    key = row.key,
                    code = error.code(),
                    "a secret could not be opened"
                );
                failed.push(secrets::qualified(row));
            }
        };
    global.iter().for_each(|row| add(row, &mut merged));
    if let Some(slug) = persona {
        for (key, secret) in vault.personas().load(slug).await? {
            merged.insert(key, json!(secret.expose_str().unwrap_or_default()));
        }
    }
    of_workspace.iter().for_each(|row| add(row, &mut merged));
    if !failed.is_empty() {
        return Err(partial(failed));
    }
    merged.sort_keys();
    Ok(Json(Value::Object(merged)))
}

fn partial(failed: Vec<String>) -> ApiError {
    ApiError::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "secrets_unreadable",
        "one or more secrets failed to decrypt; refusing to return partial bundle",
    )
    .with("failed_keys", failed)
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
    let none = BTreeSet::new();
    secrets::delete(app.platform.store(), Some(own.id), key.clone(), none).await?;
    Ok(Json(json!({"key": key, "status": "deleted"})))
}

/// Tries a key with its provider before it is kept (contract 03 no. 54). The key is neither kept nor logged.
#[utoipa::path(
    post, path = "/secrets/validate", tag = "secrets", request_body = ValidateSecret,
    responses((status = 200, body = SecretValidated), (status = 400, body = wire::ErrorBody))
)]
async fn validate(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<ValidateSecret>,
) -> Result<Json<SecretValidated>, ApiError> {
    let Some(provider) = Provider::named(&body.provider) else {
        let known: Vec<&str> = Provider::ALL.iter().map(|(name, _)| *name).collect();
        return Err(ApiError::bad(
            "unknown_provider",
            format!("keys can be tried with {}", known.join(", ")),
        ));
    };
    let key = vault::Secret::from(body.key);
    app.platform.known_secrets().add([&key]);
    Ok(Json(key_check::check(provider, &key).await))
}

/// Names of the workspaces that get a secret of all.
#[utoipa::path(
    get, path = "/settings/secrets/{key}/dependents", tag = "secrets", params(("key" = String, Path)),
    responses((status = 200, body = SecretDependents), (status = 404, body = wire::ErrorBody))
)]
async fn global_dependents(
    State(app): State<App>,
    _: Admin,
    Path(key): Path<String>,
) -> Result<Json<SecretDependents>, ApiError> {
    let personas = personas_with(&app, &key).await?;
    let dependents = secrets::dependents(app.platform.store(), None, &key, &personas).await?;
    Ok(Json(SecretDependents { dependents }))
}

/// Names of the workspaces that get a secret of one: itself.
#[utoipa::path(
    get, path = "/workspaces/{id}/secrets/{key}/dependents", tag = "secrets",
    params(("id" = String, Path), ("key" = String, Path)),
    responses((status = 200, body = SecretDependents), (status = 404, body = wire::ErrorBody))
)]
async fn dependents(
    State(app): State<App>,
    own: OfWorkspace,
    Path(path): Path<(String, String)>,
) -> Result<Json<SecretDependents>, ApiError> {
    let (store, none) = (app.platform.store(), BTreeSet::new());
    let dependents = secrets::dependents(store, Some(&own.id), &path.1, &none).await?;
    Ok(Json(SecretDependents { dependents }))
}
