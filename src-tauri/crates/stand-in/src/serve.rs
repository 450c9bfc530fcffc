//! The agent's HTTP face (contract 04 section 17.3).

use crate::agent::{Agent, lock};
use crate::rpc::{self, Answer};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures::StreamExt;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_stream::wrappers::ReceiverStream;

/// The platform caps messages at 1 MiB; history and envelope come on top.
const LARGEST_BODY: usize = 8 * 1024 * 1024;

/// Serves until `stopped` turns true and open answers are given.
pub(crate) async fn serve(
    socket: TcpListener,
    agent: Arc<Agent>,
    mut stopped: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let router = Router::new()
        .route("/", post(call))
        .route("/.well-known/agent-card.json", get(card))
        .route("/.well-known/agent.json", get(card))
        .route("/transcript", get(transcript))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(agent);
    axum::serve(socket, router)
        .with_graceful_shutdown(async move {
            let _ = stopped.wait_for(|stopped| *stopped).await;
        })
        .await
}

async fn call(State(agent): State<Arc<Agent>>, body: Bytes) -> Response {
    match rpc::handle(&agent, &body).await {
        Answer::One(value) => Json(value).into_response(),
        Answer::Failed(text) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            Json(json!({"error": text})),
        )
            .into_response(),
        Answer::Many(events) => {
            let events = ReceiverStream::new(events)
                .map(|value| Ok::<_, Infallible>(Event::default().data(value.to_string())));
            Sse::new(events)
                .keep_alive(KeepAlive::default())
                .into_response()
        }
    }
}

async fn card(State(agent): State<Arc<Agent>>) -> Json<Value> {
    Json(agent.card())
}

async fn transcript(
    State(agent): State<Arc<Agent>>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let wanted = agent
        .platform
        .token()
        .map(|token| format!("Bearer {token}"));
    if wanted.is_none() || given != wanted.as_deref() {
        return (
            StatusCode::UNAUTHORIZED,
            Json(json!({"error": "unauthorized"})),
        )
            .into_response();
    }
    let number = |name: &str, default: usize| {
        query
            .get(name)
            .map_or(Ok(default), |text| text.parse::<usize>())
    };
    let (Ok(since), Ok(limit)) = (number("since", 0), number("limit", 100)) else {
        let error = json!({"error": "since and limit must be integers"});
        return (StatusCode::BAD_REQUEST, Json(error)).into_response();
    };
    let (lines, cursor, more) = lock(&agent.transcript).page(since, limit.min(1000));
    let runtime = agent
        .folder()
        .config()
        .runtime
        .clone()
        .unwrap_or_else(|| "stand-in".to_owned());
    Json(json!({
        "runtime": runtime,
        "supported": true,
        "lines": lines,
        "cursor": cursor,
        "more": more,
        "source": "memory",
    }))
    .into_response()
}
