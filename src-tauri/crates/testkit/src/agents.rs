//! External agents inside the test: they answer messages and remember what they were sent.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

/// One request as an agent got it.
#[derive(Debug, Clone)]
pub struct Heard {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Value,
}

/// How an agent answers.
#[derive(Debug, Clone)]
enum Answer {
    /// With the text it was sent.
    Echo,
    /// With this body, whatever was asked.
    Always(Value),
    /// With this status and these bytes, whatever was asked.
    Bytes(u16, Vec<u8>),
}

#[derive(Debug, Clone)]
struct Ear {
    answer: Answer,
    heard: Arc<Mutex<Vec<Heard>>>,
}

/// An agent on loopback; ends when dropped.
#[derive(Debug)]
pub struct EchoAgent {
    /// Where it listens.
    pub address: SocketAddr,
    path: &'static str,
    heard: Arc<Mutex<Vec<Heard>>>,
    task: tokio::task::JoinHandle<()>,
}

impl EchoAgent {
    /// Starts listening on a free port; answers every message with what it was sent.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn start() -> std::io::Result<Self> {
        Self::listen("/", Answer::Echo).await
    }

    /// The same, at this path alone and with this answer to everything.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn answering(path: &'static str, answer: Value) -> std::io::Result<Self> {
        Self::listen(path, Answer::Always(answer)).await
    }

    /// Answers everything with this status and these bytes, as plain text.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn saying(status: u16, bytes: Vec<u8>) -> std::io::Result<Self> {
        Self::listen("/", Answer::Bytes(status, bytes)).await
    }

    async fn listen(path: &'static str, answer: Answer) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let heard = Arc::default();
        let ear = Ear {
            answer,
            heard: Arc::clone(&heard),
        };
        let router = Router::new().route(path, post(hear)).with_state(ear);
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            address,
            path,
            heard,
            task,
        })
    }

    /// Its address as a URL.
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.path.trim_end_matches('/'))
    }

    /// Everything it was sent so far.
    pub fn heard(&self) -> Vec<Heard> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.clone()
    }
}

impl Drop for EchoAgent {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn hear(State(ear): State<Ear>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    let answer = match &ear.answer {
        Answer::Always(answer) => Json(answer.clone()).into_response(),
        Answer::Bytes(status, bytes) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::OK);
            (status, [(CONTENT_TYPE, "text/plain")], bytes.clone()).into_response()
        }
        Answer::Echo => {
            let text = body["params"]["message"]["parts"][0]["text"]
                .as_str()
                .unwrap_or_default();
            Json(json!({
                "jsonrpc": "2.0",
                "id": body["id"],
                "result": {"kind": "message", "role": "agent", "messageId": "echo", "parts": [{"kind": "text", "text": format!("echo: {text}")}]},
            }))
            .into_response()
        }
    };
    let mut heard = ear.heard.lock().unwrap_or_else(PoisonError::into_inner);
    heard.push(Heard { headers, body });
    answer
}
