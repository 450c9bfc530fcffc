//! Long-running loops, watched: which there are, when each last went round, and whether one is stuck.
//!
//! A loop that waits for something that does not happen is healthy and must not wake up only to say so (design law 7).
//! So the question wakes them: [`Loops::report`] asks every loop to go round once, and one that does not answer and has
//! not gone round for twice its period is stuck. A loop whose task ended while the platform runs is stuck too.

use crate::Clock;
use chrono::{DateTime, Utc};
use std::{
    collections::BTreeMap,
    future::Future,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::Notify;

/// Time that asked loops get to answer; those that are at work answer later and are judged by their age meanwhile.
const ANSWER: Duration = Duration::from_millis(250);

/// Period of a loop that only reacts: no round of its work takes longer unless it is stuck.
pub const ROUND: Duration = Duration::from_secs(30);

/// The loops of one platform. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Loops {
    all: Arc<Mutex<BTreeMap<&'static str, Seen>>>,
    /// Told at every tick, for whoever waits for answers.
    ticked: Arc<Notify>,
}

#[derive(Debug)]
struct Seen {
    period: Duration,
    at: DateTime<Utc>,
    awake: Duration,
    rounds: u64,
    ended: bool,
    asked: Arc<Notify>,
}

/// What is known of one loop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoopReport {
    /// Its name, as `GET /admin/liveness` shows it.
    pub name: &'static str,
    /// When it last went round.
    pub last_tick_at: DateTime<Utc>,
    /// Awake time since then.
    pub age: Duration,
    /// The longest time a round may take, with what it waits for by itself.
    pub period: Duration,
    /// It has not gone round for twice its period though it was asked to, or its task ended.
    pub stale: bool,
}

impl Loops {
    fn all(&self) -> MutexGuard<'_, BTreeMap<&'static str, Seen>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks every loop to go round, waits a moment for those that can, and says how each is.
    pub async fn report(&self, clock: &dyn Clock) -> Vec<LoopReport> {
        let before: BTreeMap<&'static str, u64> = self
            .all()
            .iter()
            .filter(|(_, seen)| !seen.ended)
            .map(|(name, seen)| {
                seen.asked.notify_one();
                (*name, seen.rounds)
            })
            .collect();
        let everybody = async {
            loop {
                let ticked = self.ticked.notified();
                let mut ticked = pin!(ticked);
                ticked.as_mut().enable();
                let answered = {
                    let all = self.all();
                    before.iter().all(|(name, rounds)| {
                        all.get(name)
                            .is_none_or(|seen| seen.ended || seen.rounds > *rounds)
                    })
                };
                if answered {
                    return;
                }
                ticked.await;
            }
        };
        // Real time on purpose: a simulated clock may stand still for ever.
        let _ = tokio::time::timeout(ANSWER, everybody).await;
        let now = clock.awake();
        self.all()
            .iter()
            .map(|(name, seen)| {
                let age = now.saturating_sub(seen.awake);
                LoopReport {
                    name,
                    last_tick_at: seen.at,
                    age,
                    period: seen.period,
                    stale: seen.ended || age > seen.period * 2,
                }
            })
            .collect()
    }
}

/// A loop's own end of it. Dropped with the loop's task, and the loop then counts as ended.
#[derive(Debug)]
pub struct Watched {
    name: &'static str,
    clock: Arc<dyn Clock>,
    asked: Arc<Notify>,
}

/// Begins to watch a loop. `period` is the longest time a round may take; a loop of the same name begins anew.
pub fn watch(clock: &Arc<dyn Clock>, name: &'static str, period: Duration) -> Watched {
    let asked = Arc::new(Notify::new());
    let seen = Seen {
        period,
        at: clock.now(),
        awake: clock.awake(),
        rounds: 0,
        ended: false,
        asked: asked.clone(),
    };
    clock.loops().all().insert(name, seen);
    Watched {
        name,
        clock: clock.clone(),
        asked,
    }
}

impl Watched {
    /// The loop goes round.
    pub fn tick(&self) {
        let loops = self.clock.loops();
        if let Some(seen) = loops.all().get_mut(self.name)
            && Arc::ptr_eq(&seen.asked, &self.asked)
        {
            seen.at = self.clock.now();
            seen.awake = self.clock.awake();
            seen.rounds += 1;
        }
        loops.ticked.notify_waiters();
    }

    /// Waits until somebody asks whether the loop is alive; a branch for a loop that selects.
    pub async fn asked(&self) {
        self.asked.notified().await;
    }

    /// Waits for `something` and answers questions meanwhile. The loop has gone round before and after.
    pub async fn waits<F: Future>(&self, something: F) -> F::Output {
        self.tick();
        let mut something = pin!(something);
        loop {
            tokio::select! {
                biased;
                output = &mut something => {
                    self.tick();
                    return output;
                }
                () = self.asked() => self.tick(),
            }
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let loops = self.clock.loops();
        if let Some(seen) = loops.all().get_mut(self.name)
            && Arc::ptr_eq(&seen.asked, &self.asked)
        {
            seen.ended = true;
        }
        loops.ticked.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SimulatedClock;

    const PERIOD: Duration = Duration::from_secs(10);

    async fn stale(clock: &SimulatedClock) -> Vec<(&'static str, u64, bool)> {
        clock
            .loops()
            .report(clock)
            .await
            .into_iter()
            .map(|one| (one.name, one.age.as_secs(), one.stale))
            .collect()
    }

    #[tokio::test]
    async fn who_waits_answers_who_is_stuck_or_ended_is_shown() {
        let hands = SimulatedClock::at(DateTime::UNIX_EPOCH);
        let clock: Arc<dyn Clock> = Arc::new(hands.clone());
        assert_eq!(stale(&hands).await, []);

        let waiting = watch(&clock, "waiting", PERIOD);
        let idle = tokio::spawn(async move { waiting.waits(std::future::pending::<()>()).await });
        let stuck = watch(&clock, "stuck", PERIOD);
        stuck.tick();
        let ended = watch(&clock, "ended", PERIOD);
        drop(ended);

        hands.advance(Duration::from_secs(15));
        assert_eq!(
            stale(&hands).await,
            [
                ("ended", 15, true),
                ("stuck", 15, false),
                ("waiting", 0, false)
            ],
            "a round of 15 s is long, and not yet twice the period"
        );
        hands.advance(Duration::from_secs(6));
        assert_eq!(
            stale(&hands).await,
            [
                ("ended", 21, true),
                ("stuck", 21, true),
                ("waiting", 0, false)
            ]
        );
        // The machine slept: that is nobody's age.
        stuck.tick();
        hands.suspend(Duration::from_secs(3600));
        assert!(!stale(&hands).await[1].2);

        // Started anew under its name; the old one's end does not count.
        let again = watch(&clock, "stuck", PERIOD);
        drop(stuck);
        assert!(!stale(&hands).await[1].2);
        drop(again);
        idle.abort();
    }
}
