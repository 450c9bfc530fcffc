//! Talk: the A2A proxy, the queue, activity, chat, the mock runtime (contract 02, contract 04 sections 3.1 and 17.4).
//!
//! A message goes through four stations: [`Messaging::send`] checks who may talk to whom and whether the target can
//! take it; a detached delivery carries it to the agent and does not care whether the sender still listens; one write
//! records the activity row, the chat, the token figures and their events; and a message whose target sleeps waits in
//! the queue until the target is online. There is no HTTP server here: requests come in parsed, outcomes go out typed.

mod activity;
mod agent;
mod caller;
mod delivery;
mod drain;
mod error;
mod failpoints;
mod gate;
mod guard;
mod history;
mod initial;
mod log_entry;
mod messaging;
mod mock;
mod normalise;
mod own_words;
mod queue;
mod reading;
mod record;
mod schedules;
mod scrub;
mod seams;
mod send;
mod sse;

pub use activity::{ActivityQuery, ActivityReader};
pub use caller::Caller;
pub use error::MessagingError;
pub use failpoints::FAILPOINTS;
pub use guard::{Guard, GuardError};
pub use messaging::Messaging;
pub use queue::QueueStatus;
pub use scrub::scrubbed;
pub use seams::{AgentFacts, AgentReach, Dependencies, Options, Wake, WakeError};
pub use send::{SendOptions, SendOutcome, StreamOutcome};
