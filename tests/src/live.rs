//! A client of `/ws`.

use futures::StreamExt;
use serde_json::Value;
use std::time::Duration;
use testkit::Served;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest, http::HeaderValue},
};

/// A connected reader of events.
#[derive(Debug)]
pub struct Live {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Live {
    /// Connects with the app's own credential; after `since`, or from now on.
    pub async fn connect(served: &Served, since: Option<i64>) -> Self {
        Self::connect_as(served, since, &served.owner.bearer, None).await
    }

    /// Connects with a credential, for a workspace if one is named.
    pub async fn connect_as(
        served: &Served,
        since: Option<i64>,
        bearer: &str,
        workspace: Option<&str>,
    ) -> Self {
        let query = since
            .map(|seq| format!("?since_seq={seq}"))
            .unwrap_or_default();
        let mut request = format!("ws://127.0.0.1:{}/ws{query}", served.owner.port)
            .into_client_request()
            .expect("an address");
        let header = |text: &str| HeaderValue::from_str(text).expect("a header");
        request
            .headers_mut()
            .insert("authorization", header(&format!("Bearer {bearer}")));
        if let Some(id) = workspace {
            request.headers_mut().insert("x-workspace-id", header(id));
        }
        let (socket, _) = connect_async(request)
            .await
            .expect("/ws takes the connection");
        Self { socket }
    }

    /// The next event; `None` when the connection ended. Fails when it is not what the catalogue says.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            match self.socket.next().await? {
                Ok(Message::Text(text)) => {
                    let event: Value = serde_json::from_str(text.as_str()).expect("JSON");
                    let name = event["event"].as_str().unwrap_or_default();
                    if let Err(drift) = wire::check_payload(name, &event["payload"]) {
                        panic!("the catalogue of events says otherwise: {drift}; told: {event:#}");
                    }
                    return Some(event);
                }
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// Events until one of them is `last`, that one included; fails when it does not come within `limit`.
    pub async fn until(
        &mut self,
        what: &str,
        limit: Duration,
        mut last: impl FnMut(&Value) -> bool,
    ) -> Vec<Value> {
        let mut seen = Vec::new();
        let end = tokio::time::Instant::now() + limit;
        loop {
            match tokio::time::timeout_at(end, self.next()).await {
                Ok(Some(event)) => {
                    let done = last(&event);
                    seen.push(event);
                    if done {
                        return seen;
                    }
                }
                Ok(None) => panic!("the connection ended before {what}; seen: {seen:#?}"),
                Err(_) => panic!("{what} did not come within {limit:?}; seen: {seen:#?}"),
            }
        }
    }
}
