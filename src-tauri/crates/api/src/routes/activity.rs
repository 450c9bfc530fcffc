//! Activity, notes to the person, search, chat history (contract 02 section 6).

use crate::{
    app::App,
    auth::{OfWorkspace, ReachedAt, Who},
    error::ApiError,
    json::{Json, parse},
};
use axum::{
    body::Bytes,
    extract::{Query, State},
};
use messaging::{ActivityQuery, ActivityReader};
use serde::Deserialize;
use serde_json::Value;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, log))
        .routes(routes!(notify))
        .routes(routes!(search))
        .routes(routes!(history))
}

fn reader<'a>(who: &Who, platform: &'a str) -> ActivityReader<'a> {
    match who {
        Who::Workspace { .. } => ActivityReader::Own { platform },
        _ => ActivityReader::Other,
    }
}

/// What happened to a workspace, newest first.
#[utoipa::path(
    get, path = "/workspaces/{id}/activity", tag = "activity",
    params(
        ("id" = String, Path), ("type" = Option<String>, Query), ("source" = Option<String>, Query),
        ("limit" = Option<i64>, Query), ("since_id" = Option<String>, Query), ("since_secs" = Option<i64>, Query),
        ("before_ts" = Option<String>, Query), ("peer_id" = Option<String>, Query)
    ),
    responses((status = 200, body = Vec<Object>), (status = 410, body = wire::ErrorBody))
)]
async fn list(
    State(app): State<App>,
    own: OfWorkspace,
    ReachedAt(platform): ReachedAt,
    Query(query): Query<ActivityQuery>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(
        app.platform
            .messaging()
            .activity(&own.id, &query, reader(&own.who, &platform))
            .await?,
    ))
}

/// An agent logs what it did.
#[utoipa::path(
    post, path = "/workspaces/{id}/activity", tag = "activity", params(("id" = String, Path)), request_body = Object,
    responses((status = 200, body = Object), (status = 400, body = wire::ErrorBody), (status = 403, body = wire::ErrorBody))
)]
async fn log(
    State(app): State<App>,
    own: OfWorkspace,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let body: Value = parse(&body, "invalid request body")?;
    Ok(Json(
        app.platform
            .messaging()
            .log_activity(&own.id, &body)
            .await?,
    ))
}

/// An agent speaks to the person.
#[utoipa::path(
    post, path = "/workspaces/{id}/notify", tag = "activity", params(("id" = String, Path)), request_body = Object,
    responses((status = 200, body = Object), (status = 400, body = wire::ErrorBody))
)]
async fn notify(
    State(app): State<App>,
    own: OfWorkspace,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let body: Value = parse(&body, "message is required")?;
    Ok(Json(app.platform.messaging().notify(&own.id, &body).await?))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SearchQuery {
    q: String,
    limit: Option<String>,
}

/// Finds text in a workspace's own history.
#[utoipa::path(
    get, path = "/workspaces/{id}/session-search", tag = "activity",
    params(("id" = String, Path), ("q" = String, Query), ("limit" = Option<i64>, Query)),
    responses((status = 200, body = Vec<Object>))
)]
async fn search(
    State(app): State<App>,
    own: OfWorkspace,
    Query(query): Query<SearchQuery>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(
        app.platform
            .messaging()
            .search(&own.id, &query.q, query.limit.as_deref())
            .await?,
    ))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct HistoryQuery {
    limit: Option<String>,
    before_ts: Option<String>,
}

/// The chat between the person and this agent, oldest message first.
#[utoipa::path(
    get, path = "/workspaces/{id}/chat-history", tag = "activity",
    params(("id" = String, Path), ("limit" = Option<i64>, Query), ("before_ts" = Option<String>, Query)),
    responses((status = 200, body = Object), (status = 400, body = wire::ErrorBody))
)]
async fn history(
    State(app): State<App>,
    own: OfWorkspace,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<Value>, ApiError> {
    let messaging = app.platform.messaging();
    Ok(Json(
        messaging
            .chat_history(&own.id, query.limit.as_deref(), query.before_ts.as_deref())
            .await?,
    ))
}
