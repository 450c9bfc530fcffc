//! Time as the platform sees it: wall clock, awake time, and a simulated twin for drills.
//!
//! Two times matter (design law 2, "only awake time counts"): the *wall* clock stamps what people read, and the
//! *awake* clock measures ages. A laptop that slept eight hours has eight more wall hours and no more awake time,
//! so an agent that beat a minute before the lid closed is still a minute old when it opens.

mod loops;
mod simulated;
mod system;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use std::{fmt::Debug, time::Duration};

pub use loops::{LoopReport, Loops, ROUND, Watched, watch};
pub use simulated::SimulatedClock;
pub use system::SystemClock;

/// The seam through which time comes in. Everything that waits, ages or stamps takes a `Clock`.
#[async_trait]
pub trait Clock: Debug + Send + Sync + 'static {
    /// The wall clock, UTC. May jump.
    fn now(&self) -> DateTime<Utc>;

    /// Time in which machine and process were awake, counted from an arbitrary start. Never goes backwards.
    fn awake(&self) -> Duration;

    /// Waits until `awake()` has grown by `duration`.
    async fn sleep(&self, duration: Duration);

    /// The loops that wait by this clock, for whoever asks whether one is stuck.
    fn loops(&self) -> &Loops;
}
