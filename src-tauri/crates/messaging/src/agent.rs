//! One HTTP call to an agent (contract 02 section 1.4): no redirects, no proxy, no second name look-up, bounded answer.

use crate::{
    Guard, GuardError, MessagingError,
    delivery::Listener,
    sse::{Assembly, Parser},
};
use bytes::Bytes;
use futures::StreamExt;
use reqwest::{Client, Url, header};
use serde_json::{Value, json};
use std::{error::Error, sync::Arc, time::Duration};

/// An answer may have this many bytes.
pub(crate) const MOST_BYTES: usize = 10 * 1024 * 1024;

/// Where an agent listens.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    pub url: Url,
    pub origin: Origin,
}

/// Whose word an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The platform assigned it to a container of its own.
    Ours,
    /// An admin-class caller named it.
    Person,
    /// The agent registered it.
    Agent,
}

/// What an agent answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reply {
    pub status: u16,
    /// The answer as it is read and kept; a stream is put together to one. Text that is no JSON is `{"raw": …}`.
    pub body: Value,
    /// The answer as the agent wrote it, unless it was a stream.
    pub bytes: Option<Bytes>,
    /// The stream ended before its time, for this reason.
    pub broken: Option<String>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CallFailure {
    /// The address makes no request.
    #[error("the request could not be made: {0}")]
    NotBuilt(String),
    /// The guard refused the address the name stands for now.
    #[error("the agent's address is not dialled")]
    NotRoutable,
    /// No connection: nothing was delivered.
    #[error("no connection to the agent: {0}")]
    NoConnection(String),
    /// No connection within the time for one: nothing was delivered, somebody may be there.
    #[error("the agent did not accept a connection in time")]
    NoConnectionInTime,
    /// The connection ended before an answer began: the agent may be at work.
    #[error("the connection ended before the agent answered: {0}")]
    Broken(String),
    /// The answer broke off.
    #[error("the agent's answer broke off: {reason}")]
    Unreadable {
        /// The agent had said yes.
        confirmed: bool,
        /// What the connection said.
        reason: String,
    },
    /// Above [`MOST_BYTES`].
    #[error("the agent's answer is larger than 10 MiB")]
    TooLarge,
    /// The call's time is over.
    #[error("no answer within {} s", .0.as_secs())]
    Deadline(Duration),
    /// The platform stops.
    #[error("the platform stopped during the call")]
    Stopped,
}

impl CallFailure {
    /// The agent cannot have seen the message.
    pub fn provably_not_accepted(&self) -> bool {
        matches!(
            self,
            Self::NotBuilt(_)
                | Self::NotRoutable
                | Self::NoConnection(_)
                | Self::NoConnectionInTime
        )
    }
}

/// The HTTP clients: one that dials what the platform assigned, and two that check every address they dial, for what a
/// person named and for what an agent registered.
#[derive(Debug, Clone)]
pub(crate) struct AgentClient {
    trusted: Client,
    named: Client,
    guarded: Client,
}

impl AgentClient {
    pub fn new(open_mode: bool, connect_timeout: Duration) -> Result<Self, MessagingError> {
        let builder = || {
            Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .connect_timeout(connect_timeout)
                // A kept connection may be dead already, and then nobody can say whether the agent saw the message.
                .pool_max_idle_per_host(0)
        };
        let failed = |error: reqwest::Error| {
            tracing::error!(%error, "the HTTP client for agents cannot be set up");
            MessagingError::RequestNotBuilt
        };
        let checking = |local| {
            builder()
                .dns_resolver(Arc::new(Guard { local }))
                .build()
                .map_err(failed)
        };
        let named = checking(true)?;
        Ok(Self {
            trusted: builder().build().map_err(failed)?,
            guarded: if open_mode {
                named.clone()
            } else {
                checking(false)?
            },
            named,
        })
    }

    /// Posts `body` and reads the whole answer; stream events go to `listener` as they come.
    pub async fn post(
        &self,
        address: &Address,
        body: &Value,
        caller: Option<&str>,
        listener: &Listener,
    ) -> Result<Reply, CallFailure> {
        let client = match address.origin {
            Origin::Ours => &self.trusted,
            Origin::Person => &self.named,
            Origin::Agent => &self.guarded,
        };
        let mut request = client
            .post(address.url.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json, text/event-stream")
            .body(body.to_string());
        if let Some(id) = caller {
            request = request.header("X-Workspace-ID", id);
        }
        let response = request.send().await.map_err(not_sent)?;
        listener.progress();
        let status = response.status().as_u16();
        let confirmed = status < 400;
        let is_stream = response
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| {
                value
                    .trim_start()
                    .to_ascii_lowercase()
                    .starts_with("text/event-stream")
            });
        let mut chunks = response.bytes_stream();
        if is_stream && status < 300 {
            listener.streaming();
            let mut parser = Parser::default();
            let mut assembly = Assembly::new(&body["id"]);
            let mut taken = 0;
            let mut broken = None;
            while let Some(chunk) = chunks.next().await {
                let chunk = match chunk {
                    Ok(chunk) => chunk,
                    Err(error) => {
                        broken = Some(chain(&error));
                        break;
                    }
                };
                taken += chunk.len();
                if taken > MOST_BYTES {
                    return Err(CallFailure::TooLarge);
                }
                listener.progress();
                for event in parser.push(&chunk) {
                    assembly.take(&event);
                    listener.event(event);
                }
            }
            for event in parser.finish() {
                assembly.take(&event);
                listener.event(event);
            }
            return Ok(Reply {
                status,
                body: assembly.answer(),
                bytes: None,
                broken,
            });
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| CallFailure::Unreadable {
                confirmed,
                reason: chain(&error),
            })?;
            if bytes.len() + chunk.len() > MOST_BYTES {
                return Err(CallFailure::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
            listener.progress();
        }
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| json!({"raw": String::from_utf8_lossy(&bytes).into_owned()}));
        Ok(Reply {
            status,
            body,
            bytes: Some(bytes.into()),
            broken: None,
        })
    }
}

fn not_sent(error: reqwest::Error) -> CallFailure {
    let mut source: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(cause) = source {
        if let Some(GuardError::Blocked(_) | GuardError::NotHttp) =
            cause.downcast_ref::<GuardError>()
        {
            return CallFailure::NotRoutable;
        }
        source = cause.source();
    }
    if error.is_builder() {
        CallFailure::NotBuilt(chain(&error))
    } else if error.is_connect() && error.is_timeout() {
        CallFailure::NoConnectionInTime
    } else if error.is_connect() {
        CallFailure::NoConnection(chain(&error))
    } else {
        CallFailure::Broken(chain(&error))
    }
}

/// The innermost cause says most, and never shows the URL.
fn chain(error: &reqwest::Error) -> String {
    let mut text = "the connection failed".to_owned();
    let mut source = error.source();
    while let Some(cause) = source {
        text = cause.to_string();
        source = cause.source();
    }
    text
}
