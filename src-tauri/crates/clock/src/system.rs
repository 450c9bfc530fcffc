//! The machine's own clocks.

use crate::{Clock, Loops};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use std::time::{Duration, Instant};

/// The machine's clocks. `awake` is the monotonic clock, which stands still while Linux and macOS are suspended; where
/// it does not, the ticks that read it notice the gap themselves (a tick that comes 30 s late begins every age anew).
#[derive(Debug, Clone)]
pub struct SystemClock {
    start: Instant,
    loops: Loops,
}

impl SystemClock {
    /// A clock whose awake time begins now.
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
            loops: Loops::default(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn awake(&self) -> Duration {
        self.start.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    fn loops(&self) -> &Loops {
        &self.loops
    }
}
