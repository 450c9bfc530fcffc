//! The free-form document and the provider of a workspace (contract 01 sections 3.12 and 3.13).

use crate::{
    app::App,
    auth::OfWorkspace,
    error::ApiError,
    json::{Json, parse},
};
use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::rows::{self, config_docs};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::PatchWorkspace;

/// Largest document, in bytes.
const LARGEST: usize = 262_144;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read, merge))
        .routes(routes!(provider, set_provider))
        // The handler says in the contract's words what is too large.
        .layer(DefaultBodyLimit::max(LARGEST * 4))
}

/// The document, `{}` when none was stored.
#[utoipa::path(
    get, path = "/workspaces/{id}/config", tag = "workspaces", operation_id = "read_config",
    params(("id" = String, Path)),
    responses((status = 200, body = Object), (status = 401, body = wire::ErrorBody))
)]
async fn read(State(app): State<App>, own: OfWorkspace) -> Result<Json<Value>, ApiError> {
    let data = config_docs::get(app.platform.store().read(), &own.id).await?;
    Ok(Json(json!({"data": data})))
}

/// Merges into the document key by key; nested objects are replaced, null is stored.
#[utoipa::path(
    patch, path = "/workspaces/{id}/config", tag = "workspaces", operation_id = "merge_config",
    params(("id" = String, Path)), request_body = Object,
    responses((status = 200, body = Object), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody), (status = 413, body = wire::ErrorBody))
)]
async fn merge(
    State(app): State<App>,
    own: OfWorkspace,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    if body.len() > LARGEST {
        return Err(ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            "body too large or unreadable",
        ));
    }
    let patch: Map<String, Value> = parse(&body, "invalid JSON")?;
    let id = own.id;
    app.platform
        .store()
        .write(move |write| {
            Box::pin(async move {
                if rows::workspaces::get(write.conn(), &id).await?.is_none() {
                    return Err(workspaces::WorkspaceError::NotFound("workspace not found"));
                }
                let now = write.stamp();
                config_docs::merge(write.conn(), &id, patch, &now).await?;
                let payload = json!({"changed": ["config"], "needs_restart": false, "reasons": []});
                write
                    .event(store::NewEvent::about(
                        &id,
                        wire::kind::WORKSPACE_UPDATED,
                        payload,
                    ))
                    .await?;
                Ok(())
            })
        })
        .await?;
    Ok(Json(json!({"status": "updated"})))
}

/// The chosen provider of a workspace's model.
#[utoipa::path(
    get, path = "/workspaces/{id}/provider", tag = "workspaces", operation_id = "read_provider",
    params(("id" = String, Path)),
    responses((status = 200, body = Object), (status = 404, body = wire::ErrorBody))
)]
async fn provider(State(app): State<App>, own: OfWorkspace) -> Result<Json<Value>, ApiError> {
    let row = rows::workspaces::get(app.platform.store().read(), &own.id)
        .await?
        .ok_or_else(|| ApiError::missing("workspace not found"))?;
    Ok(Json(match row.provider {
        Some(provider) => json!({"provider": provider, "source": "workspace_secrets"}),
        None => json!({"provider": "", "source": "default"}),
    }))
}

/// A provider's name; empty clears it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
struct ProviderBody {
    provider: String,
}

/// Sets or, when empty, clears the provider; the agent restarts with it as `LLM_PROVIDER`.
#[utoipa::path(
    put, path = "/workspaces/{id}/provider", tag = "workspaces", operation_id = "set_provider",
    params(("id" = String, Path)), request_body = ProviderBody,
    responses((status = 200, body = Object), (status = 400, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody))
)]
async fn set_provider(
    State(app): State<App>,
    own: OfWorkspace,
    Json(body): Json<ProviderBody>,
) -> Result<Json<Value>, ApiError> {
    let store = app.platform.store();
    let patch = PatchWorkspace {
        provider: Some(body.provider.clone()),
        ..PatchWorkspace::default()
    };
    if workspaces::change(store, &own.id, patch)
        .await?
        .needs_restart
    {
        workspaces::restart(store, &own.id, wire::RestartRequest::default()).await?;
    }
    Ok(Json(if body.provider.is_empty() {
        json!({"status": "cleared"})
    } else {
        json!({"provider": body.provider, "status": "saved"})
    }))
}
