//! A model provider that answers from a script.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::{Router, response::IntoResponse};
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_stream::wrappers::UnboundedReceiverStream;

/// One request of the agent.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: Value,
}

struct Script {
    status: u16,
    kind: &'static str,
    body: UnboundedReceiver<String>,
}

#[derive(Default)]
struct Inner {
    scripts: Mutex<VecDeque<Script>>,
    asked: Mutex<Vec<Asked>>,
}

pub struct Provider {
    pub url: String,
    inner: Arc<Inner>,
}

impl Provider {
    pub async fn start() -> Self {
        let inner = Arc::new(Inner::default());
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", socket.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(inner.clone());
        tokio::spawn(async move { axum::serve(socket, router).await });
        Self { url, inner }
    }

    /// Answers the next request with what is sent, until the sender is dropped.
    pub fn answer_slowly(&self, status: u16, kind: &'static str) -> UnboundedSender<String> {
        let (sender, body) = unbounded_channel();
        self.inner
            .scripts
            .lock()
            .unwrap()
            .push_back(Script { status, kind, body });
        sender
    }

    pub fn answer(&self, status: u16, kind: &'static str, body: &str) {
        self.answer_slowly(status, kind)
            .send(body.to_owned())
            .unwrap();
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.inner.asked.lock().unwrap().clone()
    }
}

async fn answer(
    State(inner): State<Arc<Inner>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let headers = headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("").to_owned()));
    inner.asked.lock().unwrap().push(Asked {
        path: uri.path().to_owned(),
        headers: headers.collect(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    });
    let Some(script) = inner.scripts.lock().unwrap().pop_front() else {
        return (axum::http::StatusCode::IM_A_TEAPOT, "no script").into_response();
    };
    let pieces = UnboundedReceiverStream::new(script.body);
    let body = Body::from_stream(futures::StreamExt::map(pieces, Ok::<_, Infallible>));
    Response::builder()
        .status(script.status)
        .header("content-type", script.kind)
        .body(body)
        .unwrap()
}
