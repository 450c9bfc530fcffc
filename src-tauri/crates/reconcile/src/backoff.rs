//! When a start is tried again after it failed or its container ended (contract 04 D23). Pure.

use std::{collections::VecDeque, time::Duration};

/// Restarts that are allowed within [`WINDOW`].
pub(crate) const MOST: usize = 5;
/// The time over which they are counted, awake.
const WINDOW: Duration = Duration::from_secs(600);
/// Longest pause.
const LONGEST: Duration = Duration::from_secs(60);
/// An agent that was well this long has recovered; what went wrong before does not count any more.
const STEADY: Duration = Duration::from_secs(120);

/// The restarts of one workspace, by awake time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Backoff {
    restarts: VecDeque<Duration>,
    well_since: Option<Duration>,
}

/// What to do after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Try again after this pause; the number counts from 1.
    Again { pause: Duration, attempt: usize },
    /// It failed too often.
    GiveUp,
}

impl Backoff {
    /// It came online.
    pub fn well(&mut self, now: Duration) {
        self.well_since.get_or_insert(now);
    }

    /// A failure: another restart is counted unless there were too many.
    pub fn failed(&mut self, now: Duration) -> Verdict {
        if self
            .well_since
            .take()
            .is_some_and(|since| now.saturating_sub(since) >= STEADY)
        {
            self.restarts.clear();
        }
        while self
            .restarts
            .front()
            .is_some_and(|then| now.saturating_sub(*then) >= WINDOW)
        {
            self.restarts.pop_front();
        }
        if self.restarts.len() >= MOST {
            return Verdict::GiveUp;
        }
        let doubled =
            u32::try_from(self.restarts.len()).map_or(u32::MAX, |count| 1 << count.min(16));
        self.restarts.push_back(now);
        let pause = Duration::from_secs(u64::from(doubled)).min(LONGEST);
        Verdict::Again {
            pause,
            attempt: self.restarts.len(),
        }
    }

    /// A person changed something: everything begins anew.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(number: u64) -> Duration {
        Duration::from_secs(number)
    }

    #[test]
    fn pauses_double_and_the_sixth_failure_in_ten_minutes_ends_it() {
        let mut backoff = Backoff::default();
        for (at, pause) in [(0, 1), (1, 2), (3, 4), (7, 8), (15, 16)] {
            let attempt = backoff.restarts.len() + 1;
            assert_eq!(
                backoff.failed(seconds(at)),
                Verdict::Again {
                    pause: seconds(pause),
                    attempt
                }
            );
        }
        assert_eq!(backoff.failed(seconds(31)), Verdict::GiveUp);
    }

    #[test]
    fn coming_online_for_a_moment_does_not_hide_a_crash_loop() {
        let mut backoff = Backoff::default();
        for at in 0..5 {
            assert!(matches!(
                backoff.failed(seconds(at * 20)),
                Verdict::Again { .. }
            ));
            backoff.well(seconds(at * 20 + 5));
        }
        assert_eq!(backoff.failed(seconds(100)), Verdict::GiveUp);
    }

    #[test]
    fn an_agent_that_was_well_for_long_begins_anew() {
        let mut backoff = Backoff::default();
        for at in 0..5 {
            backoff.failed(seconds(at));
        }
        backoff.well(seconds(10));
        assert_eq!(
            backoff.failed(seconds(130)),
            Verdict::Again {
                pause: seconds(1),
                attempt: 1
            }
        );
    }

    #[test]
    fn old_failures_are_forgotten() {
        let mut backoff = Backoff::default();
        for at in 0..5 {
            backoff.failed(seconds(at));
        }
        assert!(matches!(
            backoff.failed(seconds(700)),
            Verdict::Again { attempt: 1, .. }
        ));
    }
}
