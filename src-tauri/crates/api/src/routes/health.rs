//! Health, metrics, liveness (contract 01 section 1.10). `GET /health` and `GET /health/ready` are the only answers
//! without a credential.

use crate::{app::App, auth::Admin, error::ApiError, json::Json, metrics};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use platform::Mode;
use serde_json::{Map, Value, json};
use store::StoreError;
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::Timestamp;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(ready))
        .routes(routes!(figures))
        .routes(routes!(liveness))
}

/// The process answers. Not affected by the store or the engine.
#[utoipa::path(get, path = "/health", tag = "health", security(()), responses((status = 200, body = Object)))]
async fn health(State(app): State<App>) -> Json<Value> {
    let mut body = json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "uptime": spoken(app.platform.uptime()),
        "database": "sqlite",
    });
    if app.platform.mode() == Mode::Open {
        body["mode"] = json!("open");
    }
    Json(body)
}

/// The store answers too, and takes changes: a disk that is full is told here before the next change meets it.
#[utoipa::path(
    get, path = "/health/ready", tag = "health", security(()),
    responses((status = 200, body = Object), (status = 503, body = wire::ErrorBody))
)]
async fn ready(State(app): State<App>) -> Result<Json<Value>, ApiError> {
    match app.platform.store().ready().await {
        Ok(()) => Ok(Json(json!({"status": "ok"}))),
        // Whoever watches a service knows one status for "not now".
        Err(StoreError::DiskFull) => Err(ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "disk_full",
            "the disk holding the data folder is full: what is there can be read, changes are refused until there is room again",
        )),
        Err(error) => Err(error.into()),
    }
}

/// A span of time as a person says it: `3h 12m`, `12m 5s`, `5s`.
fn spoken(time: std::time::Duration) -> String {
    let seconds = time.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, _) => format!("{minutes}m {}s", seconds % 60),
        (0, ..) => format!("{hours}h {minutes}m"),
        _ => format!("{days}d {hours}h"),
    }
}

/// What was counted since the start, in the text format of Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "health",
    responses((status = 200, body = String, content_type = "text/plain"), (status = 401, body = wire::ErrorBody))
)]
async fn figures(State(app): State<App>, _: Admin) -> Result<Response, ApiError> {
    let text = app.metrics.text().map_err(|error| {
        tracing::error!(%error, "the figures could not be written");
        ApiError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the figures could not be written",
        )
    })?;
    Ok(([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response())
}

/// Every loop that runs in the background: when it last went round, and whether it is stuck. Asking wakes them, so a
/// loop that has nothing to do is seconds old all the same.
#[utoipa::path(
    get, path = "/admin/liveness", tag = "health",
    responses((status = 200, body = Object), (status = 401, body = wire::ErrorBody))
)]
async fn liveness(State(app): State<App>, _: Admin) -> Json<Value> {
    let clock = app.platform.clock();
    let mut subsystems = Map::new();
    for one in clock.loops().report(clock).await {
        subsystems.insert(
            one.name.to_owned(),
            json!({
                "last_tick_at": Timestamp(one.last_tick_at),
                "seconds_ago": one.age.as_secs(),
                "period_seconds": one.period.as_secs(),
                "stale": one.stale,
            }),
        );
    }
    Json(json!({"subsystems": subsystems}))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn time_is_told_as_people_say_it() {
        for (seconds, text) in [
            (5, "5s"),
            (125, "2m 5s"),
            (3 * 3600 + 12 * 60, "3h 12m"),
            (90_000, "1d 1h"),
        ] {
            assert_eq!(spoken(Duration::from_secs(seconds)), text);
        }
    }
}
