//! Calls to the platform.

use crate::agent::lock;
use crate::scrub::Scrub;
use crate::settings::Settings;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde::Serialize;
use serde_json::Value;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use wire::{Heartbeat, Peer, Register, Registered, UpdateCard};

/// A call to the platform did not do what it should.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlatformError {
    /// It could not be reached, or its answer could not be read.
    #[error("the platform cannot be reached: {0}")]
    Unreachable(String),
    /// It answered with an error status.
    #[error("the platform answered {status}: {text}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Its `error` text.
        text: String,
    },
}

/// The way to the platform. The token is read from its file before each request, because it rotates.
pub(crate) struct Platform {
    workspace_id: String,
    base: String,
    token_file: PathBuf,
    token_from_environment: Option<String>,
    told_unreadable: AtomicBool,
    scrub: Scrub,
    client: Mutex<Client>,
}

const PATIENCE: Duration = Duration::from_secs(10);
/// How long a peer may work on what it was asked (contract 02 section 15.1).
const PEER_PATIENCE: Duration = Duration::from_secs(300);

impl Platform {
    pub fn new(settings: &Settings) -> Result<Self, reqwest::Error> {
        Ok(Self {
            workspace_id: settings.workspace_id.clone(),
            base: settings.platform_url.clone(),
            token_file: settings.configs.join(".auth_token"),
            token_from_environment: settings.token_from_environment.clone(),
            told_unreadable: AtomicBool::new(false),
            scrub: settings.scrub.clone(),
            client: Mutex::new(client()?),
        })
    }

    /// The token as delivered now; the environment's only while there is no file.
    pub fn token(&self) -> Option<String> {
        let file = fs::read_to_string(&self.token_file);
        if let Err(error) = &file
            && error.kind() != ErrorKind::NotFound
            && !self.told_unreadable.swap(true, Ordering::Relaxed)
        {
            // Mostly a wrong owner, which would otherwise only show as a refusal by the platform.
            eprintln!(
                "stand-in: the token in {} cannot be read: {error}",
                self.token_file.display()
            );
        }
        let token = file.ok().or_else(|| self.token_from_environment.clone())?;
        Some(token.trim().to_owned()).filter(|token| !token.is_empty())
    }

    /// `POST /registry/register`; a token in the answer is kept.
    pub async fn register(&self, url: &str, card: &Value) -> Result<(), PlatformError> {
        let body = Register {
            id: self.workspace_id.clone(),
            url: Some(url.to_owned()),
            agent_card: card.clone(),
            delivery_mode: Some("push".to_owned()),
        };
        let answer = self.post("/registry/register", &body).await?;
        let answer: Registered = answer
            .json()
            .await
            .map_err(|error| self.unreachable(error))?;
        if let Some(token) = answer.auth_token.filter(|token| !token.is_empty())
            && let Err(error) = write_private(&self.token_file, token.as_bytes())
        {
            eprintln!(
                "stand-in: the new token could not be written to {}: {error}",
                self.token_file.display()
            );
        }
        Ok(())
    }

    /// `POST /registry/heartbeat`.
    pub async fn heartbeat(&self, beat: &Heartbeat) -> Result<(), PlatformError> {
        self.post("/registry/heartbeat", beat).await.map(drop)
    }

    /// `POST /registry/update-card`.
    pub async fn update_card(&self, card: &Value) -> Result<(), PlatformError> {
        let body = UpdateCard {
            workspace_id: self.workspace_id.clone(),
            agent_card: card.clone(),
        };
        self.post("/registry/update-card", &body).await.map(drop)
    }

    /// `GET /registry/<own id>/peers`.
    pub async fn peers(&self) -> Result<Vec<Peer>, PlatformError> {
        let request = self.request(
            Method::GET,
            &format!("/registry/{}/peers", self.workspace_id),
        );
        let answer = self.send(request.timeout(PATIENCE)).await?;
        answer.json().await.map_err(|error| self.unreachable(error))
    }

    /// `POST /workspaces/<peer>/a2a`, answer as it comes.
    pub async fn ask_peer(&self, peer: &str, body: &Value) -> Result<Value, PlatformError> {
        let request = self.request(Method::POST, &format!("/workspaces/{peer}/a2a"));
        let answer = self.send(request.json(body).timeout(PEER_PATIENCE)).await?;
        answer.json().await.map_err(|error| self.unreachable(error))
    }

    /// `POST /workspaces/<own id>/a2a`: a message to itself, so that people see it (contract 04 section 16.7).
    pub async fn ask_self(&self, body: &Value, patience: Duration) -> Result<(), PlatformError> {
        let path = format!("/workspaces/{}/a2a", self.workspace_id);
        let request = self.request(Method::POST, &path).json(body);
        self.send(request.timeout(patience)).await.map(drop)
    }

    /// Drops all connections.
    pub fn renew_client(&self) {
        if let Ok(new) = client() {
            *lock(&self.client) = new;
        }
    }

    async fn post(&self, path: &str, body: &impl Serialize) -> Result<Response, PlatformError> {
        self.send(
            self.request(Method::POST, path)
                .json(body)
                .timeout(PATIENCE),
        )
        .await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = lock(&self.client).request(method, format!("{}{path}", self.base));
        let request = request.header("X-Workspace-ID", &self.workspace_id);
        match self.token() {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, PlatformError> {
        let answer = request
            .send()
            .await
            .map_err(|error| self.unreachable(error))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let text = answer.text().await.unwrap_or_default();
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        let text = body["error"]
            .as_str()
            .or(status.canonical_reason())
            .unwrap_or("no reason given");
        Err(PlatformError::Refused {
            status: status.as_u16(),
            text: self.scrub.text(text),
        })
    }

    /// The address is left out: it may hold a credential.
    fn unreachable(&self, error: reqwest::Error) -> PlatformError {
        PlatformError::Unreachable(self.scrub.text(&chain(&error.without_url())))
    }
}

/// The error with its causes, which hold the part that helps ("connection refused").
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}

/// A client for the platform: no proxy, no redirects. On a system without certificates it still speaks plain HTTP.
fn client() -> Result<Client, reqwest::Error> {
    let builder = || {
        Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .connect_timeout(PATIENCE)
    };
    builder()
        .build()
        .or_else(|_| builder().tls_certs_only([]).build())
}

/// Replaces a file in one step, readable by its owner only.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    // A temporary file is created 0600.
    let file = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut file.as_file(), bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
