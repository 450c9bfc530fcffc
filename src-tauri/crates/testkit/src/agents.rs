//! An external agent inside the test: answers every message with what it was sent.

use axum::{Json, Router, routing::post};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// An agent on loopback; ends when dropped.
#[derive(Debug)]
pub struct EchoAgent {
    /// Where it listens.
    pub address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl EchoAgent {
    /// Starts listening on a free port.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn start() -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router = Router::new().route("/", post(answer));
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, task })
    }

    /// Its address as a URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for EchoAgent {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(Json(request): Json<Value>) -> Json<Value> {
    let text = request["params"]["message"]["parts"][0]["text"]
        .as_str()
        .unwrap_or_default();
    Json(json!({
        "jsonrpc": "2.0",
        "id": request["id"],
        "result": {"kind": "message", "role": "agent", "messageId": "echo", "parts": [{"kind": "text", "text": format!("echo: {text}")}]},
    }))
}
