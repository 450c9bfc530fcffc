//! The live end of the event log. Readers subscribe, then read the log from the number they have, then go on live.

use bytes::Bytes;
use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicI64, Ordering},
};
use tokio::sync::broadcast;
use wire::Event;

/// Events a reader inside the platform may fall behind before it has to read the log.
const LIVE: usize = 4096;
/// The same for a client.
const CLIENTS: usize = 2048;

/// An event on its way to clients. Its two texts are made once, by the first reader that needs them, and shared.
#[derive(Debug)]
pub struct LiveEvent {
    event: Arc<Event>,
    frame: OnceLock<Bytes>,
    data: OnceLock<Bytes>,
}

impl LiveEvent {
    /// An event whose texts are not made yet.
    pub fn new(event: Arc<Event>) -> Self {
        Self {
            event,
            frame: OnceLock::new(),
            data: OnceLock::new(),
        }
    }

    /// The event.
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// Its text as a WebSocket frame.
    pub fn frame(&self, make: impl FnOnce(&Event) -> Vec<u8>) -> Bytes {
        self.frame.get_or_init(|| make(&self.event).into()).clone()
    }

    /// Its text as a server-sent event's data.
    pub fn data(&self, make: impl FnOnce(&Event) -> Vec<u8>) -> Bytes {
        self.data.get_or_init(|| make(&self.event).into()).clone()
    }
}

/// The live end of the log.
#[derive(Debug, Clone)]
pub struct EventHub {
    all: broadcast::Sender<Arc<Event>>,
    kept: broadcast::Sender<Arc<Event>>,
    clients: broadcast::Sender<Arc<LiveEvent>>,
    last: Arc<AtomicI64>,
}

impl EventHub {
    pub(crate) fn new(last: i64) -> Self {
        Self {
            all: broadcast::channel(LIVE).0,
            kept: broadcast::channel(LIVE).0,
            clients: broadcast::channel(CLIENTS).0,
            last: Arc::new(AtomicI64::new(last)),
        }
    }

    pub(crate) fn publish(&self, events: impl Iterator<Item = Event>) {
        for event in events {
            if let Some(seq) = event.seq {
                self.last.store(seq, Ordering::Release);
            }
            let event = Arc::new(event);
            // No reader: fine, the log has it.
            let _ = self.kept.send(event.clone());
            self.send(event);
        }
    }

    /// Sends an event that is not kept (only `WORKSPACE_HEARTBEAT`).
    pub fn publish_unkept(&self, event: Event) {
        self.send(Arc::new(event));
    }

    /// The same for clients alone.
    pub fn publish_to_clients(&self, event: Event) {
        let _ = self.clients.send(Arc::new(LiveEvent::new(Arc::new(event))));
    }

    /// The same for readers inside the platform alone.
    pub fn publish_inside(&self, event: Event) {
        let _ = self.all.send(Arc::new(event));
    }

    /// Whether any client listens.
    pub fn has_clients(&self) -> bool {
        self.clients.receiver_count() > 0
    }

    fn send(&self, event: Arc<Event>) {
        if self.has_clients() {
            let _ = self.clients.send(Arc::new(LiveEvent::new(event.clone())));
        }
        let _ = self.all.send(event);
    }

    /// Everything from now on, signs of life included. A reader that lags more than the buffer gets an error and reads
    /// the log.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Event>> {
        self.all.subscribe()
    }

    /// What the log keeps, from now on: for readers that thousands of signs of life must not wake.
    pub fn subscribe_kept(&self) -> broadcast::Receiver<Arc<Event>> {
        self.kept.subscribe()
    }

    /// Everything from now on, for clients: their texts are shared.
    pub fn subscribe_clients(&self) -> broadcast::Receiver<Arc<LiveEvent>> {
        self.clients.subscribe()
    }

    /// Number of the newest published event.
    pub fn last_seq(&self) -> i64 {
        self.last.load(Ordering::Acquire)
    }
}
