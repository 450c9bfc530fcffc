//! One live reader of the event log: replay from a number, then live, with bounded memory (contract 01 section 7).

use crate::error::ApiError;
use platform::Platform;
use serde_json::json;
use std::{collections::HashMap, sync::Arc};
use store::{EventHub, events_after};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use wire::{Event, Timestamp, kind};

/// Rows read at once while catching up.
const PAGE: i64 = 500;

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
    Event(Arc<Event>),
    /// It missed something: read everything again. The stream ends here.
    Resync(Event),
    /// The platform stops.
    End,
}

/// A reader of the log.
pub(crate) struct Reader {
    platform: Platform,
    view: View,
    live: Receiver<Arc<Event>>,
    /// Rows read from the log and not handed out yet.
    backlog: std::collections::VecDeque<Arc<Event>>,
    /// Number of the newest row handed out; live events up to it were replayed already.
    last: i64,
    replaying: bool,
    /// Answers about the hierarchy; dropped when it changes.
    access: HashMap<String, bool>,
}

impl Reader {
    /// A reader that begins after `since`, or live when there is none.
    pub(crate) fn new(platform: &Platform, view: View, since: Option<i64>) -> Self {
        // Subscribed before the log is read, so that nothing falls between.
        let live = platform.store().events().subscribe();
        let last = since.unwrap_or_else(|| hub(platform).last_seq());
        Self {
            platform: platform.clone(),
            view,
            live,
            backlog: std::collections::VecDeque::new(),
            last,
            replaying: since.is_some(),
            access: HashMap::new(),
        }
    }

    /// Waits for the next event this reader may see.
    pub(crate) async fn next(&mut self) -> Result<Next, ApiError> {
        loop {
            if let Some(event) = self.backlog.pop_front() {
                self.last = event.seq.unwrap_or(self.last);
                if self.sees(&event).await? {
                    return Ok(Next::Event(event));
                }
                continue;
            }
            if self.replaying {
                let mut connection = self.platform.store().read().acquire().await?;
                let Some(rows) = events_after(&mut connection, self.last, PAGE).await? else {
                    return Ok(Next::Resync(self.resync()));
                };
                self.replaying = rows.len() as i64 == PAGE;
                self.backlog
                    .extend(rows.into_iter().map(|row| Arc::new(row.into())));
                continue;
            }
            match self.live.recv().await {
                Ok(event) => {
                    if event.seq.is_some_and(|seq| seq <= self.last) {
                        continue;
                    }
                    self.last = event.seq.unwrap_or(self.last);
                    if self.sees(&event).await? {
                        return Ok(Next::Event(event));
                    }
                }
                // Fell behind the live buffer: the log has what was missed, unless it was only heartbeats.
                Err(RecvError::Lagged(_)) => self.replaying = true,
                Err(RecvError::Closed) => return Ok(Next::End),
            }
        }
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

    async fn sees(&mut self, event: &Event) -> Result<bool, ApiError> {
        match &self.view {
            View::All => Ok(true),
            View::One(id) => Ok(event.workspace_id == *id),
            View::Agent(own) => {
                if matches!(
                    event.event.as_str(),
                    kind::WORKSPACE_MOVED | kind::WORKSPACE_PROVISIONING | kind::WORKSPACE_REMOVED
                ) {
                    self.access.clear();
                }
                if event.workspace_id.is_empty() {
                    return Ok(false);
                }
                if let Some(known) = self.access.get(&event.workspace_id) {
                    return Ok(*known);
                }
                let seen =
                    workspaces::accessible(self.platform.store(), own, &event.workspace_id).await?;
                self.access.insert(event.workspace_id.clone(), seen);
                Ok(seen)
            }
        }
    }
}

fn hub(platform: &Platform) -> &EventHub {
    platform.store().events()
}
