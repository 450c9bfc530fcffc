//! Messages to agents (contract 02 section 1): one JSON answer, or a stream when the client asks for one.

use crate::{
    app::App,
    auth::{Admin, Caller, Who},
    error::ApiError,
    json::{Json, to_text},
};
use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event as SseEvent, KeepAlive, Sse},
    },
};
use futures::StreamExt;
use messaging::{SendOptions, SendOutcome, StreamOutcome};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{convert::Infallible, time::Duration};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(send))
        .routes(routes!(queued))
        .routes(routes!(drop_stale))
}

/// Sends a message (or any other JSON-RPC call) to an agent. With `Accept: text/event-stream` and the method
/// `message/stream` the agent's objects come as they are made.
#[utoipa::path(
    post, path = "/workspaces/{id}/a2a", tag = "talk", params(("id" = String, Path)), request_body = Object,
    responses(
        (status = 200, body = Object), (status = 202, body = wire::Queued),
        (status = 402, description = "The budget is used up", body = wire::ErrorBody),
        (status = 403, body = wire::ErrorBody), (status = 404, body = wire::ErrorBody),
        (status = 502, description = "The agent cannot be reached", body = wire::ErrorBody),
        (status = 503, body = wire::ErrorBody)
    )
)]
async fn send(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let id = crate::auth::workspace_id(&id)?;
    let sender = match &caller.workspace {
        Some(workspace) => messaging::Caller::Workspace(workspace.clone()),
        None => messaging::Caller::Person,
    };
    // Whether the body is JSON is asked after the target was found (contract 02 section 1.2), so it goes on as it is.
    let body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let options = SendOptions {
        prefer_async: text(&headers, "prefer")
            .is_some_and(|prefer| prefer.contains("respond-async")),
        timeout: text(&headers, "x-timeout")
            .and_then(|seconds| seconds.parse().ok())
            .map(Duration::from_secs),
    };
    let streams = body.get("method").and_then(Value::as_str) == Some("message/stream")
        && text(&headers, "accept").is_some_and(|accept| accept.contains("text/event-stream"));
    if !streams {
        let outcome = app
            .platform
            .messaging()
            .send(&id, sender, body, options)
            .await;
        return Ok(answer(outcome.unwrap_or_else(|error| refused(&error))));
    }
    match app
        .platform
        .messaging()
        .stream(&id, sender, body, options)
        .await
    {
        Ok(StreamOutcome::Events(events)) => {
            let events = events
                .map(|object| Ok::<_, Infallible>(SseEvent::default().data(to_text(&object))));
            let keep = KeepAlive::new().interval(Duration::from_secs(15));
            let mut response = Sse::new(events).keep_alive(keep).into_response();
            response
                .headers_mut()
                .insert("x-accel-buffering", HeaderValue::from_static("no"));
            Ok(response)
        }
        Ok(StreamOutcome::Whole(outcome)) => Ok(answer(outcome)),
        Err(error) => Ok(answer(refused(&error))),
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn refused(error: &messaging::MessagingError) -> SendOutcome {
    let mut outcome = error.outcome();
    if outcome.body.get("code").is_none() {
        outcome.body["code"] = json!(error.code());
    }
    outcome
}

pub(super) fn answer(outcome: SendOutcome) -> Response {
    let status = StatusCode::from_u16(outcome.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut response = match outcome.bytes {
        Some(bytes) => {
            let json = HeaderValue::from_static("application/json");
            (status, [(header::CONTENT_TYPE, json)], bytes).into_response()
        }
        None => (status, Json(outcome.body)).into_response(),
    };
    if let Some(seconds) = outcome.retry_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// What became of a message that was kept for later.
#[utoipa::path(
    get, path = "/workspaces/{id}/a2a-queue/{queue_id}", tag = "talk",
    params(("id" = String, Path), ("queue_id" = String, Path)),
    responses((status = 200, body = Object), (status = 404, body = wire::ErrorBody))
)]
async fn queued(
    State(app): State<App>,
    caller: Caller,
    Path((id, queue_id)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let id = crate::auth::workspace_id(&id)?;
    let found = app.platform.messaging().queue_status(&queue_id).await?;
    let mine = caller
        .workspace
        .as_ref()
        .is_none_or(|own| *own == id || Some(own) == found.caller_id.as_ref());
    let admin = !matches!(caller.who, Who::Workspace { .. });
    if found.workspace_id != id || !(mine || admin) {
        return Err(ApiError::missing("queued message not found"));
    }
    Ok(Json(found.body()))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct StaleQuery {
    max_age_minutes: Option<String>,
    workspace_id: Option<String>,
}

/// Drops messages that wait too long: older than `max_age_minutes` (60), of one workspace or of all.
#[utoipa::path(
    post, path = "/admin/a2a-queue/drop-stale", tag = "talk",
    params(("max_age_minutes" = Option<i64>, Query), ("workspace_id" = Option<String>, Query)),
    responses((status = 200, body = Object), (status = 400, body = wire::ErrorBody))
)]
async fn drop_stale(
    State(app): State<App>,
    _: Admin,
    Query(query): Query<StaleQuery>,
) -> Result<Json<Value>, ApiError> {
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let minutes = match given(query.max_age_minutes) {
        None => 60,
        Some(text) => text
            .parse::<u32>()
            .ok()
            .filter(|minutes| *minutes > 0)
            .ok_or_else(|| {
                ApiError::bad(
                    "invalid_parameter",
                    "max_age_minutes must be a positive integer",
                )
            })?,
    };
    let of = match given(query.workspace_id) {
        None => None,
        Some(id) => Some(crate::auth::workspace_id(&id)?),
    };
    let age = Duration::from_secs(u64::from(minutes) * 60);
    let dropped = app
        .platform
        .messaging()
        .drop_stale(age, of.as_deref())
        .await
        .map_err(|error| match error {
            messaging::MessagingError::NotStored(_) | messaging::MessagingError::Query(_) => {
                ApiError::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "not_stored",
                    "failed to drop stale items",
                )
            }
            other => other.into(),
        })?;
    Ok(Json(json!({"dropped": dropped})))
}
