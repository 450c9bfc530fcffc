//! Container output (contract 04 D44): the last lines, or as it comes.

use crate::{app::App, auth::Admin, error::ApiError, json::Json};
use axum::{
    extract::{Path, Query, State},
    response::{
        IntoResponse, Response,
        sse::{Event as SseEvent, KeepAlive, Sse},
    },
};
use futures::StreamExt;
use serde::Deserialize;
use std::{convert::Infallible, time::Duration};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::Console;

/// Lines shown when the client names no number, and at most.
const LINES: u32 = 200;
const MOST_LINES: u32 = 5000;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read))
        .routes(routes!(follow))
}

#[derive(Debug, Deserialize)]
struct Lines {
    lines: Option<u32>,
}

/// The last lines of a workspace's container, of the one that ended when none runs; secrets are masked.
#[utoipa::path(
    get, path = "/workspaces/{id}/console", tag = "console",
    params(("id" = String, Path), ("lines" = Option<u32>, Query)),
    responses((status = 200, body = Console), (status = 404, body = wire::ErrorBody))
)]
async fn read(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<String>,
    Query(query): Query<Lines>,
) -> Result<Json<Console>, ApiError> {
    let id = crate::auth::workspace_id(&id)?;
    let lines = query.lines.unwrap_or(LINES).clamp(1, MOST_LINES);
    let output = app.platform.reconciler().console(&id, lines).await?;
    Ok(Json(Console { output }))
}

/// The container's output as it comes.
#[utoipa::path(
    get, path = "/workspaces/{id}/console/stream", tag = "console", params(("id" = String, Path)),
    responses((status = 200, description = "server-sent events, one line each"), (status = 404, body = wire::ErrorBody))
)]
async fn follow(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let id = crate::auth::workspace_id(&id)?;
    let lines = app.platform.reconciler().console_follow(&id).await?;
    // A data field ends at a line end, so a line that holds one (a lone CR) is split by the encoder's rules.
    let events = lines.map(|line| {
        let line = line.unwrap_or_else(|error| format!("[the output ended: {error}]"));
        Ok::<_, Infallible>(SseEvent::default().data(line.replace(['\r', '\n'], " ")))
    });
    Ok(Sse::new(events)
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
        .into_response())
}
