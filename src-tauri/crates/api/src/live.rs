//! One live reader of the event log: replay from a number, then live, with bounded memory (contract 01 section 7).

use crate::{app::App, error::ApiError, json};
use platform::Platform;
use serde_json::{Value, json};
use std::{collections::VecDeque, sync::Arc};
use store::{EventHub, LiveEvent, events_after};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio_util::sync::CancellationToken;
use wire::{Event, Timestamp, kind};

/// Rows read at once while catching up; also what one reader holds in memory at most.
const PAGE: i64 = 100;
/// Events of the log that a client which fell behind may catch up with before it is told to read everything again.
const BEHIND: i64 = 1024;

/// Whose events a reader sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum View {
    /// Everything.
    All,
    /// What an agent may see: events about workspaces it may talk to.
    Agent(String),
    /// Exactly one workspace.
    One(String),
}

/// What a reader gets next.
#[derive(Debug)]
pub(crate) enum Next {
    /// An event.
    Event(Arc<LiveEvent>),
    /// It missed something: read everything again. The stream ends here.
    Resync(Event),
    /// The platform stops.
    End,
}

/// A reader of the log.
pub(crate) struct Reader {
    platform: Platform,
    stop: CancellationToken,
    view: View,
    live: Receiver<Arc<LiveEvent>>,
    /// Rows read from the log and not looked at yet.
    backlog: VecDeque<Arc<LiveEvent>>,
    /// The event being looked at; kept here so that nobody who stops waiting loses it.
    looked_at: Option<Arc<LiveEvent>>,
    /// Number of the newest row handed out; live events up to it were replayed already.
    last: i64,
    replaying: bool,
    /// It named a number that nobody ever gave.
    lost: bool,
}

impl Reader {
    /// A reader that begins after `since`, or live when there is none.
    pub(crate) fn new(app: &App, view: View, since: Option<i64>) -> Self {
        let platform = app.platform.clone();
        // Subscribed before the log is read, so that nothing falls between.
        let live = platform.store().events().subscribe_clients();
        let newest = hub(&platform).last_seq();
        Self {
            stop: app.ending.asked.clone(),
            view,
            live,
            backlog: VecDeque::new(),
            looked_at: None,
            last: since.unwrap_or(newest),
            replaying: since.is_some(),
            // A number of another database: what follows it would be skipped as already seen.
            lost: since.is_some_and(|since| since > newest || since < 0),
            platform,
        }
    }

    /// Ends with this token instead of at the first word of a stop: sockets stay until requests have ended.
    pub(crate) fn until(mut self, stop: CancellationToken) -> Self {
        self.stop = stop;
        self
    }

    /// Waits for the next event this reader may see. Nothing is lost when the wait is given up.
    pub(crate) async fn next(&mut self) -> Result<Next, ApiError> {
        loop {
            if self.lost {
                return Ok(Next::Resync(self.resync()));
            }
            if let Some(event) = self.looked_at.clone() {
                let seen = self.sees(event.event()).await?;
                self.last = event.event().seq.unwrap_or(self.last);
                self.looked_at = None;
                if seen {
                    return Ok(Next::Event(event));
                }
                continue;
            }
            if let Some(event) = self.backlog.pop_front() {
                self.looked_at = Some(event);
                continue;
            }
            if self.replaying {
                self.replay().await?;
                continue;
            }
            let stop = self.stop.clone();
            let received = tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(Next::End),
                received = self.live.recv() => received,
            };
            match received {
                Ok(event) => {
                    if event.event().seq.is_none_or(|seq| seq > self.last) {
                        self.looked_at = Some(event);
                    }
                }
                // Fell behind the live buffer. Mostly signs of life, which nobody misses: the log has the rest.
                Err(RecvError::Lagged(_)) => {
                    self.lost = hub(&self.platform).last_seq() - self.last > BEHIND;
                    self.replaying = true;
                }
                Err(RecvError::Closed) => return Ok(Next::End),
            }
        }
    }

    async fn replay(&mut self) -> Result<(), ApiError> {
        let mut connection = self.platform.store().read().acquire().await?;
        match events_after(&mut connection, self.last, PAGE).await? {
            None => self.lost = true,
            Some(rows) => {
                self.replaying = rows.len() as i64 == PAGE;
                self.backlog.extend(
                    rows.into_iter()
                        .map(|row| Arc::new(LiveEvent::new(Arc::new(row.into())))),
                );
            }
        }
        Ok(())
    }

    /// The frame that tells a client to read everything again.
    pub(crate) fn resync(&self) -> Event {
        Event {
            event: kind::RESYNC.to_owned(),
            workspace_id: String::new(),
            timestamp: Timestamp(self.platform.clock().now()),
            payload: json!({"last_seq": hub(&self.platform).last_seq()}),
            seq: None,
        }
    }

    async fn sees(&self, event: &Event) -> Result<bool, ApiError> {
        Ok(match &self.view {
            View::All => true,
            View::One(id) => event.workspace_id == *id,
            View::Agent(own) => {
                !event.workspace_id.is_empty()
                    && self
                        .platform
                        .store()
                        .hierarchy()
                        .await?
                        .may_talk(own, &event.workspace_id)
            }
        })
    }
}

/// An event as a WebSocket frame.
pub(crate) fn frame(event: &Event) -> Vec<u8> {
    json::to_text(event).into_bytes()
}

/// An event as the data of a server-sent one (contract 01 section 5.3).
pub(crate) fn data(event: &Event) -> Value {
    json!({
        "type": event.event,
        "timestamp": event.timestamp.0.timestamp_millis(),
        "data": event.payload,
    })
}

fn hub(platform: &Platform) -> &EventHub {
    platform.store().events()
}
