//! The event log and its live readers: `/ws`, SSE, pages (contract 01 section 5).

use crate::{
    app::App,
    auth::{Admin, Identity, OfWorkspace, Who, asked_for, workspace_id},
    error::ApiError,
    json::{Json, to_text},
    live::{Next, Reader, View, data, frame},
    metrics::OpenSocket,
    query::Query,
};
use axum::{
    Extension,
    extract::{
        Path, State, WebSocketUpgrade,
        ws::{CloseFrame, Message, Utf8Bytes, WebSocket},
    },
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event as SseEvent, KeepAlive, Sse},
    },
};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{convert::Infallible, time::Duration};
use store::{EventFilter, StoredEvent, events_page, rows};
use tokio_util::sync::CancellationToken;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Rows of a page when the client names no number, and at most.
const PAGE: i64 = 100;
const MOST: i64 = 1000;
const PING: Duration = Duration::from_secs(30);
/// Time a client may take to take one message.
const TAKES_IT: Duration = Duration::from_secs(30);
/// Time a client may take to take the closing frame.
const LAST_WORD: Duration = Duration::from_secs(1);
/// Bytes of a frame from a client; none of them is looked at.
const LONGEST_INBOUND: usize = 64 * 1024;
/// Memory for frames from a client; each connected one holds it all the time.
const INBOUND_BUFFER: usize = 4 * 1024;
/// Close code of an end that is nobody's fault.
const GOING_AWAY: u16 = 1001;
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
    params(("since_seq" = Option<i64>, Query), ("ticket" = Option<String>, Query), ("X-Workspace-ID" = Option<String>, Header)),
    responses(
        (status = 101, description = "one text frame an event", body = wire::EventFrame),
        (status = 401, body = wire::ErrorBody)
    )
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
        let plain = axum::Extension(crate::intake::Plain);
        return Ok((StatusCode::BAD_REQUEST, plain, "Bad Request\n").into_response());
    };
    let (open, stop) = app.socket();
    let reader = Reader::new(&app, view, query.since_seq).until(stop.clone());
    Ok(upgrade
        // Clients say nothing that matters; nobody fills our memory with it.
        .max_message_size(LONGEST_INBOUND)
        .max_frame_size(LONGEST_INBOUND)
        .read_buffer_size(INBOUND_BUFFER)
        .on_upgrade(move |socket| relay(socket, reader, stop, open)))
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
        (_, Identity::Unknown) => Err(ApiError::unavailable()),
        (None, Identity::None) => refuse("auth_required", "admin auth required"),
        (None, _) => refuse("auth_invalid", "invalid admin auth token"),
        (Some(id), Identity::Valid(Who::Workspace { id: own, .. })) if own == id => {
            Ok(View::Agent(own.clone()))
        }
        (Some(id), Identity::None) if app.gate.is_open() && !asked_for(app, id).await? => {
            Ok(View::Agent(id.to_owned()))
        }
        (Some(_), Identity::None) => refuse("auth_required", "missing workspace auth token"),
        (Some(_), _) => refuse("auth_invalid", "invalid workspace auth token"),
    }
}

/// Events out, frames in read and dropped, a ping every 30 s.
async fn relay(
    mut socket: WebSocket,
    mut reader: Reader,
    stop: CancellationToken,
    _open: OpenSocket,
) {
    let mut ping = tokio::time::interval(PING);
    ping.reset();
    loop {
        let sent = tokio::select! {
            next = reader.next() => match next {
                Ok(Next::Event(event)) => send(&mut socket, message(event.frame(frame)), &stop).await,
                Ok(Next::Resync(event)) => {
                    let _ = send(&mut socket, message(frame(&event).into()), &stop).await;
                    return close(socket, TRY_AGAIN, "read everything again").await;
                }
                Ok(Next::End) => return close(socket, GOING_AWAY, "the platform stops").await,
                Err(error) => {
                    tracing::warn!(status = %error.status(), "a live reader ended: the log could not be read");
                    return close(socket, TRY_AGAIN, "the event log did not answer").await;
                }
            },
            frame = socket.recv() => match frame {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => Sent::Yes,
            },
            _ = ping.tick() => send(&mut socket, Message::Ping(Bytes::new()), &stop).await,
        };
        match sent {
            Sent::Yes => {}
            Sent::Gone => return,
            Sent::Stopping => return close(socket, GOING_AWAY, "the platform stops").await,
        }
    }
}

enum Sent {
    Yes,
    /// Nobody reads any more.
    Gone,
    /// The platform stops, and this client does not take what it was sent.
    Stopping,
}

/// Sends one message. A client that does not take it in time is gone: it must not hold memory for ever.
async fn send(socket: &mut WebSocket, message: Message, stop: &CancellationToken) -> Sent {
    tokio::select! {
        biased;
        sent = tokio::time::timeout(TAKES_IT, socket.send(message)) => match sent {
            Ok(Ok(())) => Sent::Yes,
            Ok(Err(_)) | Err(_) => Sent::Gone,
        },
        () = stop.cancelled() => Sent::Stopping,
    }
}

fn message(text: Bytes) -> Message {
    // JSON is UTF-8; checked instead of copied.
    Message::Text(Utf8Bytes::try_from(text).unwrap_or_default())
}

async fn close(mut socket: WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame {
        code,
        reason: reason.into(),
    };
    let last = socket.send(Message::Close(Some(frame)));
    let _ = tokio::time::timeout(LAST_WORD, last).await;
}

/// Events of exactly one workspace as server-sent events.
#[utoipa::path(
    get, path = "/workspaces/{id}/events/stream", tag = "events",
    params(
        ("id" = String, Path), ("since_seq" = Option<i64>, Query), ("ticket" = Option<String>, Query),
        ("Last-Event-ID" = Option<i64>, Header)
    ),
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
    let reader = Reader::new(&app, View::One(own.id), query.since_seq.or(resumed));
    let events = futures::stream::unfold(Some(reader), |reader| async move {
        let mut reader = reader?;
        match reader.next().await {
            Ok(Next::Event(event)) => {
                let text = event.data(|event| to_text(&data(event)).into_bytes());
                let sent = SseEvent::default().data(String::from_utf8_lossy(&text));
                let sent = match event.event().seq {
                    Some(seq) => sent.id(seq.to_string()),
                    None => sent,
                };
                Some((Ok::<_, Infallible>(sent), Some(reader)))
            }
            Ok(Next::Resync(event)) => {
                Some((Ok(SseEvent::default().data(to_text(&data(&event)))), None))
            }
            Ok(Next::End) => None,
            Err(error) => {
                tracing::warn!(status = %error.status(), "a live reader ended: the log could not be read");
                None
            }
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
