//! The event log and its live readers: `/ws`, SSE, pages (contract 01 section 5).

use crate::{
    app::App,
    auth::{Admin, Identity, OfWorkspace, Who, workspace_id},
    error::ApiError,
    json::{Json, to_text},
    live::{Next, Reader, View},
};
use axum::{
    Extension,
    extract::{
        Path, Query, State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket},
    },
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event as SseEvent, KeepAlive, Sse},
    },
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{convert::Infallible, time::Duration};
use store::{EventFilter, StoredEvent, events_page, rows};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Rows of a page when the client names no number, and at most.
const PAGE: i64 = 100;
const MOST: i64 = 1000;
const PING: Duration = Duration::from_secs(30);
/// Close code "try again later", for a reader that must read everything again.
const TRY_AGAIN: u16 = 1013;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(all))
        .routes(routes!(of_workspace))
        .routes(routes!(socket))
        .routes(routes!(stream))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    limit: Option<i64>,
    before: Option<i64>,
    since_seq: Option<i64>,
    r#type: Option<String>,
}

impl PageQuery {
    fn filter(self, workspace_id: Option<String>) -> EventFilter {
        let types = self.r#type.unwrap_or_default();
        EventFilter {
            workspace_id,
            types: types
                .split(',')
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
            before: self.before,
            since: self.since_seq,
            limit: self
                .limit
                .filter(|limit| *limit > 0)
                .unwrap_or(PAGE)
                .min(MOST),
        }
    }
}

/// The newest events of all.
#[utoipa::path(
    get, path = "/events", tag = "events",
    params(
        ("limit" = Option<i64>, Query), ("before" = Option<i64>, Query), ("since_seq" = Option<i64>, Query),
        ("type" = Option<String>, Query)
    ),
    responses((status = 200, body = Vec<Object>))
)]
async fn all(
    State(app): State<App>,
    _: Admin,
    Query(query): Query<PageQuery>,
) -> Result<Json<Vec<Value>>, ApiError> {
    page(&app, query.filter(None)).await
}

/// The newest events about one workspace.
#[utoipa::path(
    get, path = "/events/{id}", tag = "events",
    params(
        ("id" = String, Path), ("limit" = Option<i64>, Query), ("before" = Option<i64>, Query),
        ("since_seq" = Option<i64>, Query), ("type" = Option<String>, Query)
    ),
    responses((status = 200, body = Vec<Object>))
)]
async fn of_workspace(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Vec<Value>>, ApiError> {
    page(&app, query.filter(Some(workspace_id(&id)?))).await
}

async fn page(app: &App, filter: EventFilter) -> Result<Json<Vec<Value>>, ApiError> {
    let rows = events_page(app.platform.store().read(), &filter).await?;
    Ok(Json(rows.into_iter().map(item).collect()))
}

fn item(row: StoredEvent) -> Value {
    json!({
        "created_at": row.created_at,
        "event_type": row.event_type,
        "id": row.id,
        "payload": row.payload,
        "seq": row.seq,
        "workspace_id": row.workspace_id,
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct LiveQuery {
    since_seq: Option<i64>,
}

/// Live events. Without `X-Workspace-ID`: everything, for admin-class callers. With it: what that agent may see.
#[utoipa::path(
    get, path = "/ws", tag = "events",
    params(("since_seq" = Option<i64>, Query), ("ticket" = Option<String>, Query)),
    responses((status = 101, description = "one text frame an event, see the schema Event"), (status = 401, body = wire::ErrorBody))
)]
async fn socket(
    State(app): State<App>,
    Extension(identity): Extension<Identity>,
    Query(query): Query<LiveQuery>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let view = view(&app, &identity, &headers).await?;
    let Ok(upgrade) = upgrade else {
        return Ok((StatusCode::BAD_REQUEST, "Bad Request\n").into_response());
    };
    let reader = Reader::new(&app.platform, view, query.since_seq);
    Ok(upgrade.on_upgrade(move |socket| async move { relay(socket, reader).await }))
}

/// Class L of contract 01 section 2.13.
async fn view(app: &App, identity: &Identity, headers: &HeaderMap) -> Result<View, ApiError> {
    let claimed = headers
        .get("x-workspace-id")
        .and_then(|value| value.to_str().ok())
        .filter(|id| !id.is_empty());
    let refuse = |code, text| Err(ApiError::new(StatusCode::UNAUTHORIZED, code, text));
    match (claimed, identity) {
        (None, Identity::Valid(who)) if who.is_admin() => Ok(View::All),
        (None, _) if app.gate.is_open() => Ok(View::All),
        (None, Identity::None) => refuse("auth_required", "admin auth required"),
        (None, _) => refuse("auth_invalid", "invalid admin auth token"),
        (Some(id), Identity::Valid(Who::Workspace { id: own, .. })) if own == id => {
            Ok(View::Agent(own.clone()))
        }
        (Some(id), Identity::None)
            if app.gate.is_open()
                && !rows::tokens::ever_presented(app.platform.store().read(), id).await? =>
        {
            Ok(View::Agent(id.to_owned()))
        }
        (Some(_), Identity::None) => refuse("auth_required", "missing workspace auth token"),
        (Some(_), _) => refuse("auth_invalid", "invalid workspace auth token"),
    }
}

/// Events out, frames in read and dropped, a ping every 30 s.
async fn relay(mut socket: WebSocket, mut reader: Reader) {
    let mut ping = tokio::time::interval(PING);
    ping.reset();
    loop {
        tokio::select! {
            next = reader.next() => match next {
                Ok(Next::Event(event)) => {
                    if socket.send(Message::Text(to_text(&*event).into())).await.is_err() {
                        return;
                    }
                }
                Ok(Next::Resync(event)) => {
                    let _ = socket.send(Message::Text(to_text(&event).into())).await;
                    close(socket, TRY_AGAIN, "read everything again").await;
                    return;
                }
                Ok(Next::End) => return close(socket, 1001, "the platform stops").await,
                Err(error) => {
                    tracing::warn!(status = %error.status(), "a live reader ended: the log could not be read");
                    return close(socket, TRY_AGAIN, "the event log did not answer").await;
                }
            },
            frame = socket.recv() => match frame {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
            _ = ping.tick() => {
                if socket.send(Message::Ping(Default::default())).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn close(mut socket: WebSocket, code: u16, reason: &'static str) {
    let _ = socket
        .send(Message::Close(Some(CloseFrame {
            code,
            reason: reason.into(),
        })))
        .await;
}

/// Events of exactly one workspace as server-sent events.
#[utoipa::path(
    get, path = "/workspaces/{id}/events/stream", tag = "events",
    params(("id" = String, Path), ("since_seq" = Option<i64>, Query)),
    responses((status = 200, description = "server-sent events"), (status = 404, body = wire::ErrorBody))
)]
async fn stream(
    State(app): State<App>,
    own: OfWorkspace,
    Query(query): Query<LiveQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if rows::workspaces::get(app.platform.store().read(), &own.id)
        .await?
        .is_none()
    {
        return Err(ApiError::missing("workspace not found"));
    }
    let resumed = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok())
        .and_then(|id| id.parse().ok());
    let reader = Reader::new(
        &app.platform,
        View::One(own.id),
        query.since_seq.or(resumed),
    );
    let events = futures::stream::unfold(Some(reader), |reader| async move {
        let mut reader = reader?;
        match reader.next().await {
            Ok(Next::Event(event)) => {
                let body = json!({
                    "type": event.event, "timestamp": event.timestamp.0.timestamp_millis(), "data": event.payload,
                });
                let frame = SseEvent::default().data(to_text(&body));
                let frame = match event.seq {
                    Some(seq) => frame.id(seq.to_string()),
                    None => frame,
                };
                Some((Ok::<_, Infallible>(frame), Some(reader)))
            }
            Ok(Next::Resync(event)) => {
                let body = json!({
                    "type": event.event, "timestamp": event.timestamp.0.timestamp_millis(), "data": event.payload,
                });
                Some((Ok(SseEvent::default().data(to_text(&body))), None))
            }
            Ok(Next::End) | Err(_) => None,
        }
    });
    let first =
        futures::stream::once(async { Ok::<_, Infallible>(SseEvent::default().comment("ping")) });
    let keep = KeepAlive::new()
        .interval(Duration::from_secs(15))
        .text("ping");
    let mut response = Sse::new(futures::StreamExt::chain(first, events))
        .keep_alive(keep)
        .into_response();
    let head = response.headers_mut();
    head.insert("cache-control", HeaderValue::from_static("no-cache"));
    head.insert("connection", HeaderValue::from_static("keep-alive"));
    head.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}
