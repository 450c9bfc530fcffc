//! SQLite: schema, migrations, queries, the event log and the single writer.
//!
//! There is one way to change anything: [`Store::write`] takes a closure, and the one task that owns the write
//! connection runs it (design law 3). A change and its events are one transaction. Reads go through a pool.
//! The store knows no HTTP and no engine.

mod error;
mod event_log;
mod hierarchy;
mod hub;
mod marks;
mod open;
mod peek;
mod ready;
pub mod rows;
mod writer;

pub use error::{OpenError, StoreError};
pub use event_log::{
    EventFilter, NewEvent, Retention, StoredEvent, events_after, events_page, last_seq,
    prune_events,
};
pub use hierarchy::Hierarchy;
pub use hub::{EventHub, LiveEvent};
pub use open::{OpenOptions, Store};
pub use peek::Peek;
pub use rows::{NewWorkspace, WorkspaceRow};
pub use writer::{Write, WriteFuture};

/// A random lower-case UUID.
pub fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}
