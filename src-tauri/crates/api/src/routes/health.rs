//! `GET /health`, `GET /health/ready` (contract 01 section 1.10): the only answers without a credential.

use crate::{app::App, error::ApiError, json::Json};
use axum::extract::State;
use platform::Mode;
use serde_json::{Value, json};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(ready))
}

/// The process answers. Not affected by the store or the engine.
#[utoipa::path(get, path = "/health", tag = "health", security(()), responses((status = 200, body = Object)))]
async fn health(State(app): State<App>) -> Json<Value> {
    let mut body = json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")});
    if app.platform.mode() == Mode::Open {
        body["mode"] = json!("open");
    }
    Json(body)
}

/// The store answers too.
#[utoipa::path(
    get, path = "/health/ready", tag = "health", security(()),
    responses((status = 200, body = Object), (status = 503, body = wire::ErrorBody))
)]
async fn ready(State(app): State<App>) -> Result<Json<Value>, ApiError> {
    let mut connection = app.platform.store().read().acquire().await?;
    store::last_seq(&mut *connection).await?;
    Ok(Json(json!({"status": "ok"})))
}
