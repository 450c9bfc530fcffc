//! The live event log as a command reads it: over `/ws`, resumed by number whenever the connection or the platform
//! comes back.

use crate::{
    client::{Client, Socket, SocketError},
    failure::{AUTH, Failure},
    output,
};
use futures::StreamExt;
use std::{path::PathBuf, time::Duration};
use tokio_tungstenite::tungstenite::Message;
use wire::{Event, kind};

/// Pause before looking again for a platform that went away: short at first, then longer.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(3);
/// The platform pings every 30 s; silence for longer means that nobody is there.
const SILENCE: Duration = Duration::from_secs(75);

/// A reader of the event log that survives restarts of the platform.
pub struct Watch {
    data_dir: PathBuf,
    since: i64,
    socket: Option<Socket>,
    told: bool,
}

impl Watch {
    /// Begins after `since`.
    pub fn new(data_dir: impl Into<PathBuf>, since: i64) -> Self {
        Self {
            data_dir: data_dir.into(),
            since,
            socket: None,
            told: false,
        }
    }

    /// Waits for the next event. A `RESYNC` event says that some are gone; what follows is after the gap.
    ///
    /// # Errors
    /// When the platform refuses the credential.
    pub async fn next(&mut self) -> Result<Event, Failure> {
        loop {
            let socket = match &mut self.socket {
                Some(socket) => socket,
                None => {
                    let socket = self.connect().await?;
                    self.socket.insert(socket)
                }
            };
            let frame = tokio::time::timeout(SILENCE, socket.next()).await;
            let Ok(Some(Ok(frame))) = frame else {
                self.socket = None;
                continue;
            };
            let Message::Text(text) = frame else { continue };
            let Ok(event) = serde_json::from_str::<Event>(&text) else {
                continue;
            };
            if let Some(seq) = event.seq {
                self.since = seq;
            }
            if event.event == kind::RESYNC {
                self.since = event
                    .payload
                    .get("last_seq")
                    .and_then(serde_json::Value::as_i64)
                    .unwrap_or(0);
                self.socket = None;
            }
            return Ok(event);
        }
    }

    async fn connect(&mut self) -> Result<Socket, Failure> {
        let mut pause = FIRST_PAUSE;
        loop {
            // Asked anew each time: a restarted platform has another bearer and perhaps another port.
            if let Some(client) = Client::find(&self.data_dir).await? {
                match client
                    .socket(&format!("/ws?since_seq={}", self.since))
                    .await
                {
                    Ok(socket) => {
                        if std::mem::take(&mut self.told) {
                            output::note("The platform is back.");
                        }
                        return Ok(socket);
                    }
                    Err(SocketError::Http(answer))
                        if matches!(answer.status().as_u16(), 401 | 403) =>
                    {
                        return Err(Failure::new(
                            AUTH,
                            "auth_invalid",
                            "the platform refuses this command's credential",
                        ));
                    }
                    Err(_) => {}
                }
            }
            if !std::mem::replace(&mut self.told, true) {
                output::note("The platform went away; waiting until it is back. Ctrl-C ends this.");
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}
