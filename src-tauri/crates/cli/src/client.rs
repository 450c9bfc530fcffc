//! The running platform as a command talks to it: found through the owner's local socket, asked over HTTP.

use crate::failure::{Failure, OWNED};
use platform::{OwnerInfo, find_owner};
use reqwest::{
    Method, RequestBuilder, Response,
    header::{AUTHORIZATION, HeaderValue},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::{io::ErrorKind, path::Path, time::Duration};
use tokio::net::TcpStream;
pub use tokio_tungstenite::tungstenite::Error as SocketError;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite::client::IntoClientRequest};

/// An open WebSocket.
pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A connection to the owner of a data folder.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    /// Port, process, bearer.
    pub owner: OwnerInfo,
}

impl Client {
    /// The platform that owns `data_dir`.
    pub async fn find(data_dir: &Path) -> Result<Option<Self>, Failure> {
        let owner = match find_owner(data_dir).await {
            Ok(owner) => owner,
            // It died while it was asked: then nobody owns the folder.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof
                ) =>
            {
                None
            }
            Err(error) => return Err(Failure::new(OWNED, "owner_socket", error.to_string())),
        };
        let Some(owner) = owner else { return Ok(None) };
        let http = reqwest::Client::builder()
            .no_proxy()
            .connect_timeout(Duration::from_secs(5))
            .build()
            .map_err(|error| Failure::failed("http", error.to_string()))?;
        Ok(Some(Self { http, owner }))
    }

    /// The same, where a command cannot do without one.
    pub async fn require(data_dir: &Path) -> Result<Self, Failure> {
        Self::find(data_dir).await?.ok_or_else(|| {
            Failure::failed(
                "not_running",
                "no platform runs for this data folder; start it with `molecule-stack serve`, `molecule-stack up ORG_DIR` \
                 or the app",
            )
        })
    }

    /// A request with the app's own credential.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("http://127.0.0.1:{}{path}", self.owner.port);
        self.http
            .request(method, url)
            .bearer_auth(&self.owner.bearer)
    }

    /// The same as a WebSocket, from a path that begins with `/`.
    pub async fn socket(&self, path: &str) -> Result<Socket, SocketError> {
        let mut request =
            format!("ws://127.0.0.1:{}{path}", self.owner.port).into_client_request()?;
        let bearer = HeaderValue::from_str(&format!("Bearer {}", self.owner.bearer))
            .map_err(|error| SocketError::HttpFormat(error.into()))?;
        request.headers_mut().insert(AUTHORIZATION, bearer);
        Ok(tokio_tungstenite::connect_async(request).await?.0)
    }

    /// `GET` that reads a body.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        read(self.request(Method::GET, path)).await
    }

    /// Any method with a JSON body that reads a body.
    pub async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        read(self.request(method, path).json(body)).await
    }
}

/// Sends and reads; an error status becomes a failure.
pub async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Failure> {
    let answer = checked(request).await?;
    answer.json().await.map_err(|error| {
        Failure::failed(
            "answer",
            format!("the platform's answer was not understood: {error}"),
        )
    })
}

/// Sends; an error status becomes a failure.
pub async fn checked(request: RequestBuilder) -> Result<Response, Failure> {
    let answer = request.send().await.map_err(|error| {
        Failure::failed(
            "unreachable",
            format!("the platform did not answer: {}", error.without_url()),
        )
    })?;
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let body: Value = answer.json().await.unwrap_or(Value::Null);
    Err(Failure::of_answer(status.as_u16(), body))
}

/// A name as one segment of a path.
pub fn segment(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(byte.into());
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}
