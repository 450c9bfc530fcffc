//! The loop that knows when the next schedule is due.

use super::fire::Cause;
use crate::{Messaging, MessagingError};
use chrono::{DateTime, TimeDelta, Utc};
use std::{sync::Arc, time::Duration};
use store::{StoreError, rows::schedules};
use tokio::sync::broadcast;
use wire::{Event, Timestamp, kind};

/// Schedules that are begun at one look; the next look follows at once.
const AT_A_LOOK: i64 = 50;
/// Longest wait while anything is switched on: the machine may have slept meanwhile, which no timer tells.
const LONGEST: Duration = Duration::from_secs(30);
/// The wall clock was set back when it lost more than this against awake time.
const SET_BACK: TimeDelta = TimeDelta::seconds(60);

impl Messaging {
    /// Puts right what the last end or another clock left, and starts the loop.
    pub(crate) async fn keep_time(&self) -> Result<(), MessagingError> {
        self.put_right()
            .await
            .map_err(MessagingError::Unavailable)?;
        let messaging = self.clone();
        let events = self.store().events().subscribe_kept();
        self.inner
            .tasks
            .spawn(async move { messaging.follow_time(events).await });
        Ok(())
    }

    async fn follow_time(&self, mut events: broadcast::Receiver<Arc<Event>>) {
        let watched = clock::watch(&self.inner.deps.clock, "scheduler", clock::ROUND);
        let mut seen = (self.clock().now(), self.clock().awake());
        loop {
            watched.tick();
            if self.was_set_back(&mut seen)
                && let Err(error) = self.put_right().await
            {
                tracing::warn!(%error, "times of schedules could not be put right");
            }
            let wait = match self.begin_what_is_due().await {
                Ok(wait) => wait,
                Err(error) => {
                    tracing::warn!(%error, "schedules that are due could not be begun; it is tried again");
                    Some(LONGEST)
                }
            };
            tokio::select! {
                () = self.inner.stop.cancelled() => return,
                () = watched.waits(async {
                    let time = async {
                        match wait {
                            Some(time) => self.clock().sleep(time).await,
                            // Nothing is switched on: nothing ticks.
                            None => std::future::pending().await,
                        }
                    };
                    tokio::select! {
                        () = something(&mut events) => {}
                        () = time => {}
                    }
                }) => {}
            }
        }
    }

    /// Begins everything that is due; how long nothing else will be.
    async fn begin_what_is_due(&self) -> Result<Option<Duration>, StoreError> {
        loop {
            if self.inner.stop.is_cancelled() {
                return Ok(None);
            }
            let now = self.clock().now();
            let stamp = Timestamp(now).to_storage();
            let due = schedules::due(self.store().read(), &stamp, AT_A_LOOK).await?;
            for id in &due {
                match self.fire(id, Cause::Clock).await {
                    Ok(_) => {}
                    Err(MessagingError::NotStored(error)) => return Err(error),
                    Err(error) => tracing::warn!(schedule = %id, %error, "a schedule did not run"),
                }
            }
            if due.is_empty() {
                let next = schedules::next_due(self.store().read()).await?;
                return Ok(next.map(|next| until(&next, now)));
            }
        }
    }

    /// Every schedule that is on has a time, and none that a clock that was wrong has put into the far future.
    async fn put_right(&self) -> Result<(), StoreError> {
        self.store()
            .write(move |write| {
                Box::pin(async move {
                    let now = write.now();
                    for row in schedules::switched_on(&mut *write.conn()).await? {
                        let next = org_template::next_run(&row.cron_expr, &row.timezone, now)
                            .map(|next| Timestamp(next).to_storage());
                        // One that is overdue stays so: it runs once.
                        let wrong = match (&row.next_run_at, &next) {
                            (None, next) => next.is_some(),
                            (Some(_), None) => true,
                            (Some(kept), Some(next)) => kept > next,
                        };
                        if wrong {
                            schedules::set_next(write.conn(), &row.id, next.as_deref()).await?;
                            let payload = serde_json::json!({"changed": ["schedules"], "needs_restart": false,
                                "reasons": []});
                            write
                                .event(store::NewEvent::about(
                                    &row.workspace_id,
                                    kind::WORKSPACE_UPDATED,
                                    payload,
                                ))
                                .await?;
                        }
                    }
                    Ok(())
                })
            })
            .await
    }

    fn was_set_back(&self, seen: &mut (DateTime<Utc>, Duration)) -> bool {
        let (wall, awake) = (self.clock().now(), self.clock().awake());
        let passed = TimeDelta::from_std(awake.saturating_sub(seen.1)).unwrap_or(TimeDelta::MAX);
        let back = seen
            .0
            .checked_add_signed(passed)
            .is_some_and(|expected| wall < expected - SET_BACK);
        *seen = (wall, awake);
        back
    }
}

/// How long to wait for a moment, never longer than a machine's sleep may go unnoticed.
fn until(moment: &str, now: DateTime<Utc>) -> Duration {
    Timestamp::parse(moment)
        .map_or(LONGEST, |moment| {
            (moment.0 - now)
                .to_std()
                .unwrap_or(Duration::from_millis(1))
        })
        .min(LONGEST)
}

/// Waits for an event that may have changed when something is due.
async fn something(events: &mut broadcast::Receiver<Arc<Event>>) {
    loop {
        match events.recv().await {
            Ok(event) => match event.event.as_str() {
                kind::WORKSPACE_UPDATED
                | kind::WORKSPACE_PROVISIONING
                | kind::WORKSPACE_REMOVED
                | kind::IMPORT_COMPLETED => return,
                _ => {}
            },
            Err(broadcast::error::RecvError::Lagged(_)) => return,
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}
