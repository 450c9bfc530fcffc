//! A clock that tests move by hand.

use crate::{Clock, Loops};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;

#[derive(Debug, Clone, Copy)]
struct Hands {
    wall: DateTime<Utc>,
    awake: Duration,
}

/// A clock whose hands move only when a test moves them. Clones share the hands.
#[derive(Debug, Clone)]
pub struct SimulatedClock {
    hands: Arc<watch::Sender<Hands>>,
    loops: Loops,
}

impl SimulatedClock {
    /// A clock that shows `wall` and has been awake for no time.
    pub fn at(wall: DateTime<Utc>) -> Self {
        let (hands, _) = watch::channel(Hands {
            wall,
            awake: Duration::ZERO,
        });
        Self {
            hands: Arc::new(hands),
            loops: Loops::default(),
        }
    }

    /// Time passes while everything is awake: both hands move, and sleepers whose time has come wake up.
    pub fn advance(&self, by: Duration) {
        self.turn(by, by);
    }

    /// The machine sleeps: the wall clock moves, awake time does not, as on Linux and macOS.
    pub fn suspend(&self, by: Duration) {
        self.turn(by, Duration::ZERO);
    }

    /// Somebody sets the wall clock back.
    pub fn set_back(&self, by: Duration) {
        self.hands.send_modify(|hands| {
            hands.wall -= TimeDelta::from_std(by).unwrap_or(TimeDelta::zero());
        });
    }

    fn turn(&self, wall: Duration, awake: Duration) {
        self.hands.send_modify(|hands| {
            hands.wall += TimeDelta::from_std(wall).unwrap_or(TimeDelta::MAX);
            hands.awake += awake;
        });
    }
}

#[async_trait]
impl Clock for SimulatedClock {
    fn now(&self) -> DateTime<Utc> {
        self.hands.borrow().wall
    }

    fn awake(&self) -> Duration {
        self.hands.borrow().awake
    }

    async fn sleep(&self, duration: Duration) {
        let mut hands = self.hands.subscribe();
        let until = self.awake() + duration;
        // The sender lives as long as `self`, so the wait ends only by time.
        let _ = hands.wait_for(|hands| hands.awake >= until).await;
    }

    fn loops(&self) -> &Loops {
        &self.loops
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn sleepers_wake_by_awake_time_only() {
        let clock = SimulatedClock::at(DateTime::UNIX_EPOCH);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_secs(10)).await }
        });
        tokio::task::yield_now().await;
        clock.suspend(Duration::from_secs(8 * 3600));
        tokio::task::yield_now().await;
        assert!(
            !sleeper.is_finished(),
            "sleep of the machine is not awake time"
        );
        clock.advance(Duration::from_secs(10));
        sleeper.await.unwrap();
        assert_eq!(
            clock.now(),
            DateTime::UNIX_EPOCH + TimeDelta::seconds(8 * 3600 + 10)
        );
    }
}
