//! A platform as small as it can be: it writes down what agents tell it.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// A hung test ends with a message; nothing is asserted about time.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// One request of the agent.
#[derive(Debug, Clone)]
pub struct Call {
    pub path: String,
    pub token: String,
    pub workspace: String,
    pub body: Value,
}

#[derive(Default)]
struct Inner {
    calls: Mutex<Vec<Call>>,
    /// Answers to the next calls whose path ends so; afterwards all are taken.
    answers: Mutex<VecDeque<(&'static str, StatusCode, Value)>>,
    news: Notify,
}

#[derive(Clone)]
pub struct Platform {
    pub url: String,
    inner: Arc<Inner>,
}

impl Platform {
    pub async fn start() -> Self {
        let inner = Arc::new(Inner::default());
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", socket.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(inner.clone());
        tokio::spawn(async move { axum::serve(socket, router).await });
        Self { url, inner }
    }

    /// Answers the next call whose path ends with `path` so.
    pub fn answer_next(&self, path: &'static str, status: u16, body: Value) {
        let status = StatusCode::from_u16(status).unwrap();
        self.inner
            .answers
            .lock()
            .unwrap()
            .push_back((path, status, body));
    }

    pub fn calls(&self) -> Vec<Call> {
        self.inner.calls.lock().unwrap().clone()
    }

    /// The first call, from number `from` on, that `fits`; waits for it.
    pub async fn wait_from(&self, from: usize, what: &str, fits: impl Fn(&Call) -> bool) -> Call {
        let waiting = async {
            loop {
                let news = self.inner.news.notified();
                if let Some(call) = self.calls().into_iter().skip(from).find(|call| fits(call)) {
                    return call;
                }
                news.await;
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(call) => call,
            Err(_) => panic!("the agent never sent {what}; it sent {:#?}", self.calls()),
        }
    }

    pub async fn wait(&self, what: &str, fits: impl Fn(&Call) -> bool) -> Call {
        self.wait_from(0, what, fits).await
    }

    pub async fn wait_for_path(&self, path: &str) -> Call {
        self.wait(path, |call| call.path.ends_with(path)).await
    }
}

/// Whether it is a whole heartbeat, not the push of a task.
pub fn is_whole_beat(call: &Call) -> bool {
    call.path.ends_with("/registry/heartbeat") && call.body["runtime_metadata"].is_object()
}

async fn answer(
    State(inner): State<Arc<Inner>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let header = |name: &str| {
        headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
            .to_owned()
    };
    let path = uri.path().to_owned();
    inner.calls.lock().unwrap().push(Call {
        path: path.clone(),
        token: header("authorization")
            .trim_start_matches("Bearer ")
            .to_owned(),
        workspace: header("x-workspace-id"),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    });
    inner.news.notify_waiters();
    let next = {
        let mut answers = inner.answers.lock().unwrap();
        let at = answers
            .iter()
            .position(|(ending, _, _)| path.ends_with(ending));
        at.and_then(|at| answers.remove(at))
    };
    if let Some((_, status, body)) = next {
        return (status, Json(body)).into_response();
    }
    if path.ends_with("/peers") && method == Method::GET {
        let peer = |id: &str, name: &str| {
            json!({"id": id, "name": name, "role": null, "tier": 2, "status": "online", "url": "",
                "parent_id": null, "active_tasks": 0, "agent_card": null})
        };
        return Json(json!([
            peer("p-1", "Backend"),
            peer("p-2", "Backend Engineer")
        ]))
        .into_response();
    }
    if path.ends_with("/a2a") {
        return Json(json!({"jsonrpc": "2.0", "id": 1, "result": {"parts": [{"kind": "text", "text": "peer says hi"}]}}))
            .into_response();
    }
    Json(json!({"status": "ok"})).into_response()
}
