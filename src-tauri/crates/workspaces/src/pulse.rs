//! How beats are told (contract 01 section 5.2, `WORKSPACE_HEARTBEAT`). Clients get each one. The rooms of the platform
//! only want to know that somebody lives: the first beat reaches them at once, and of those that come within a moment of it
//! the newest of each workspace does, so that thousands of beats a second do not wake them thousands of times.

use clock::Clock;
use serde_json::json;
use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::EventHub;
use tokio::sync::Notify;
use wire::{Event, Timestamp, kind};

/// The moment.
const MOMENT: Duration = Duration::from_millis(20);

/// One beat as it is told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sign {
    pub at: Timestamp,
    pub active_tasks: i64,
    pub uptime: i64,
}

impl Sign {
    fn event(self, id: &str) -> Event {
        Event {
            event: kind::WORKSPACE_HEARTBEAT.to_owned(),
            workspace_id: id.to_owned(),
            timestamp: self.at,
            payload: json!({"active_tasks": self.active_tasks, "uptime_seconds": self.uptime}),
            seq: None,
        }
    }
}

/// Tells beats.
#[derive(Debug)]
pub(crate) struct Pulse {
    hub: EventHub,
    /// What came within the running moment; `None` between two.
    held: Mutex<Option<HashMap<String, Sign>>>,
    begun: Notify,
}

impl Pulse {
    pub fn new(hub: EventHub) -> Self {
        Self {
            hub,
            held: Mutex::default(),
            begun: Notify::new(),
        }
    }

    /// Tells one beat.
    pub fn tell(&self, id: &str, sign: Sign) {
        if self.hub.has_clients() {
            self.hub.publish_to_clients(sign.event(id));
        }
        {
            let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            match held.as_mut() {
                Some(signs) => {
                    match signs.get_mut(id) {
                        Some(known) => *known = sign,
                        None => drop(signs.insert(id.to_owned(), sign)),
                    }
                    return;
                }
                None => *held = Some(HashMap::new()),
            }
        }
        self.hub.publish_inside(sign.event(id));
        self.begun.notify_one();
    }

    /// Tells what was held when its moment is over; for ever, in a task of its own.
    pub async fn run(self: Arc<Self>, clock: Arc<dyn Clock>) {
        let watched = clock::watch(&clock, "heartbeat-pulse", clock::ROUND);
        loop {
            watched.waits(self.begun.notified()).await;
            loop {
                clock.sleep(MOMENT).await;
                let signs = {
                    let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
                    match held.as_mut().map(mem::take) {
                        Some(signs) if !signs.is_empty() => signs,
                        _ => {
                            *held = None;
                            break;
                        }
                    }
                };
                for (id, sign) in signs {
                    self.hub.publish_inside(sign.event(&id));
                }
            }
        }
    }
}
